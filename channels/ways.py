"""Try a person's addresses in order, and say by which the message went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from channels.chat import Chat
from channels.errors import NoAnswerError, RefusedForGoodError
from channels.letter import Letter
from channels.webhook import Webhook

MAIL, CHAT = "mail", "apprise"
_LONGEST = 500


class Way(Protocol):
    """One way out, such as a mail server."""

    name: str

    async def send(self, letter: Letter, now: datetime) -> str:
        """Hand the letter over; give what shows it, or raise `OSError`."""
        ...


class WayAddress(Protocol):
    """One address of a person and the way that it belongs to."""

    @property
    def channel(self) -> str:
        """Name the way: mail, apprise or webhook."""
        ...

    @property
    def value(self) -> str:
        """Give the address itself."""
        ...


class Taken(BaseModel):
    """By which ways a message went, and what shows it; several are joined by "+"."""

    model_config = ConfigDict(frozen=True)

    channel: str
    reference: str


class Ways:
    """Every way out of this process."""

    def __init__(self, mail: Way, chat: Way | None = None, webhook: Way | None = None) -> None:
        """Take the mail server, or the outbox that stands for one, and the other ways."""
        self._ways: dict[str, Way] = {
            MAIL: mail,
            CHAT: Chat() if chat is None else chat,
            "webhook": Webhook(None) if webhook is None else webhook,
        }

    async def send_letter(
        self,
        addresses: Sequence[WayAddress],
        letter: Letter,
        now: datetime,
        *,
        urgent: bool = False,
    ) -> Taken:
        """Send by the first address that takes the letter.

        What is urgent goes by the first mail address and the first chat address, both, and by
        the others only when neither takes it. An address that refuses is named in `reference`.
        Raises `OSError` when no address takes it for now, `NoAnswerError` when one of them may
        have, and `RefusedForGoodError` when every one refused for good, or when there is none.
        """
        taken: list[Taken] = []
        refused: list[OSError] = []
        both = list(_first_of_each(addresses)) if urgent else []
        rest = [address for address in addresses if address not in both]
        for address in [*both, *rest]:
            if taken and address not in both:
                break
            way = self._ways[address.channel]
            try:
                shown = await way.send(letter.model_copy(update={"to": address.value}), now)
            except OSError as error:
                refused.append(error)
                continue
            taken.append(Taken(channel=way.name, reference=shown))
        if taken:
            return _join(taken, refused)
        raise _refusal(refused)


def _first_of_each(addresses: Sequence[WayAddress]) -> Iterator[WayAddress]:
    for channel in (MAIL, CHAT):
        found = next((address for address in addresses if address.channel == channel), None)
        if found is not None:
            yield found


def _join(taken: Sequence[Taken], refused: Sequence[OSError]) -> Taken:
    shown = [*(one.reference for one in taken), *(f"not by {error}" for error in refused)]
    return Taken(
        channel="+".join(one.channel for one in taken), reference="; ".join(shown)[:_LONGEST]
    )


def _refusal(refused: Sequence[OSError]) -> OSError:
    if not refused:
        return RefusedForGoodError("the directory holds no address; add one")
    said = "; ".join(str(error) for error in refused)[:_LONGEST]
    if any(isinstance(error, NoAnswerError) for error in refused):
        return NoAnswerError(said)
    gone = all(isinstance(error, RefusedForGoodError) for error in refused)
    return RefusedForGoodError(said) if gone else OSError(said)
