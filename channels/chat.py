"""Send the few words for chat and SMS by an apprise URL: Zalo, Telegram, SMS gateways, others."""

from __future__ import annotations

import logging
import warnings
from datetime import datetime

from apprise import Apprise, AppriseAsset, AppriseResult, NotifyBase, NotifyFormat

from channels.errors import RefusedForGoodError
from channels.letter import Letter

_TIMEOUT = 20
_MOST_LINES = 5
_ASSET = AppriseAsset(app_id="THADS", app_desc="THADS", storage_mode="memory")

# Apprise writes an address that it cannot read into its log, whole, with the keys in it.
logging.getLogger("apprise").propagate = False


class Chat:
    """Whatever service an apprise URL names."""

    name = "apprise"

    async def send(self, letter: Letter, now: datetime) -> str:
        """Send subject and at most five lines; give the service that took them.

        Raises `RefusedForGoodError` where apprise cannot read the URL, and `OSError` with the
        reason where the service does not take the message.
        """
        del now  # services date what they receive
        service = _service(letter.to)
        post = Apprise(asset=_ASSET)
        post.add(service)
        answer = await post.async_notify(
            title=letter.subject,
            body="\n".join(letter.brief[:_MOST_LINES]) or letter.subject,
            body_format=NotifyFormat.TEXT,
            timeout=_TIMEOUT,
        )
        name = str(service.service_name)
        if not answer:
            raise OSError(f"{name}: {_reason(answer)}")
        return f"{name} {letter.token}"


def _service(url: str) -> NotifyBase:
    with warnings.catch_warnings():
        # The first look at a URL loads all of apprise, which on Python 3.11 and 3.12 touches a
        # module of the standard library that later versions drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        service = Apprise.instantiate(url, asset=_ASSET)
    if not isinstance(service, NotifyBase):
        scheme = url.partition(":")[0]
        raise RefusedForGoodError(
            f"apprise cannot read the address {scheme}://…; correct it in the directory as "
            "https://appriseit.com/services/ says for the service"
        )
    return service


def _reason(answer: AppriseResult) -> str:
    """Give the service's last words; the URL is left out, for it holds keys."""
    said = [str(entry.message) for result in answer.results for entry in result.logs()]
    return said[-1][:200] if said else f"not taken ({answer.status.name.lower()})"
