"""Draft what a letter's content opens: a dossier of its kind, or a fact for the first complaint.

Of a denunciation, and of whatever stands in one letter with it, a dossier tells neither title nor
party: the letter's number leads to who wrote it, for whoever may open that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from cases.competence import Competence, Known, is_own
from cases.dossier import Dossier, read_dossier
from cases.facts import Report, check_not_future, read_report
from cases.kinds import PREFIXES
from cases.letters import Content, Letter
from cases.vocabulary import COMMON_TEXTS, SECRET, vocabulary

_RECEIVED = {
    "complaint": "complaint_received",
    "denunciation": "denunciation_received",
    "petition": "petition_received",
}
_CHALLENGED = "complaint_refusal_challenged"
_ROLES = {"complaint": "complainant", "petition": "petitioner"}


class Draft(BaseModel):
    """A dossier to be opened; or a `report` for the dossier `of` the first complaint."""

    model_config = ConfigDict(frozen=True)

    of: str
    dossier: Dossier | None = None
    report: Report | None = None


class Told(NamedTuple):
    """What the examination found: sent above the competent level; about a refusal below."""

    over_level: bool = False
    challenges: bool = False


def draft_of(  # noqa: PLR0913, PLR0917 - what a dossier is made of
    letter: Letter,
    part: int,
    number: str,
    known: Known,
    found: Competence,
    told: Told,
    now: datetime,
) -> Draft:
    """Draft what one content opens; raise `FormError` where its facts do not read."""
    content = letter.contents[part - 1]
    received = _received(letter, content, over_level=told.over_level)
    if content.type == "complaint" and content.instance == "second" and content.first:
        if told.challenges:
            received = {"event": _CHALLENGED, "on": received["on"]}
        report = read_report(received, dossier="complaint")
        check_not_future(report, now)
        return Draft(of=content.first, report=report)
    own = dossier_id(letter, part, number)
    plain: dict[str, Any] = {
        "kind": content.type,
        "id": own,
        "office": found.office if is_own(found, known) else known.office,
        "letter": number,
        "about": content.about,
        "facts": [*_known(content), received],
    }
    if not letter.secret:
        plain["title"] = content.title
        plain["parties"] = {_ROLES[content.type]: [_party(letter)]}
    return Draft(of=own, dossier=read_dossier(plain, as_of=now))


def dossier_id(letter: Letter, part: int, number: str) -> str:
    """Give the id of the dossier of a content: complaint/nghe-an-2026-0007, with -2 of several."""
    tail = f"-{part}" if len(letter.contents) > 1 else ""
    return f"{PREFIXES[letter.contents[part - 1].type]}{number}{tail}"


def _received(letter: Letter, content: Content, *, over_level: bool) -> dict[str, Any]:
    event = _RECEIVED[content.type]
    told: dict[str, Any] = {"event": event, "on": letter.received_on.isoformat()}
    if letter.received_at is not None:
        told["at"] = letter.received_at.strftime("%H:%M")
    more: dict[str, Any] = {"sent_to": letter.sent_to, "against": content.against}
    if content.type == "complaint":
        more |= {"object": content.object, "instance": content.instance, "over_level": over_level}
    if letter.channel == "forwarded":
        more["forwarded"] = True
    return told | told_of(event, more)


def _known(content: Content) -> list[dict[str, Any]]:
    """Tell when the contested act became known, where the letter says so."""
    day = content.notified_on or content.known_on
    if content.type != "complaint" or day is None:
        return []
    event = "contested_act_known"
    how = "notified" if content.notified_on else "known"
    fields = told_of(event, {"object": content.object, "how": how})
    return [{"event": event, "on": day.isoformat(), **fields}] if "object" in fields else []


def told_of(event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fields that an event knows, with values that it allows."""
    known = vocabulary().events[event]
    allowed = SECRET if "denunciation" in known.kinds else COMMON_TEXTS
    kinds = dict.fromkeys(allowed, "text?") | known.fields
    return {
        name: value
        for name, value in fields.items()
        if name in kinds and value is not None and _fits(kinds[name], value)
    }


def _fits(kind: Any, value: object) -> bool:  # noqa: ANN401 - a field's type
    if isinstance(kind, tuple):
        return value in kind
    return isinstance(value, bool) == str(kind).startswith("yes_no")


def _party(letter: Letter) -> dict[str, str]:
    sender = letter.sender
    return {"name": sender.name} | ({"address": sender.address} if sender.address else {})
