"""See what a letter's file that cannot be worked with still says, and of whom it would tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict

from cases.letters import Channel, LetterKind, Level
from cases.secrecy import Identity


class Glimpse(BaseModel):
    """What a file says in words of closed lists, and the day."""

    model_config = ConfigDict(frozen=True)

    office: str | None = None
    received_on: date | None = None
    channel: str | None = None
    sent_to: str | None = None
    kinds: tuple[str, ...] = ()


def glimpse(data: object, today: date) -> Glimpse:
    """Take what can be read of whatever a file holds; the rest is left out."""
    if not isinstance(data, Mapping):
        return Glimpse()
    office = data.get("office")
    return Glimpse(
        office=office if isinstance(office, str) else None,
        received_on=_day(data.get("received_on"), today),
        channel=_known(data.get("channel"), get_args(Channel)),
        sent_to=_known(data.get("sent_to"), get_args(Level)),
        kinds=_kinds(data.get("contents")),
    )


def glimpse_sender(data: object) -> tuple[dict[str, Any], Identity] | None:
    """Take what a file says of its sender; None where it is no JSON object at all."""
    if not isinstance(data, Mapping):
        return None
    sender, acting = _texts(data.get("sender")), _texts(data.get("representative"))
    identity = Identity(
        names=tuple(filter(None, (sender.get("name"), acting.get("name")))),
        addresses=tuple(filter(None, (sender.get("address"),))),
        numbers=tuple(filter(None, (sender.get("id_number"),))),
    )
    return {"sender": sender, "representative": acting}, identity


def _texts(value: object) -> dict[str, str]:
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, Mapping):
        return {}
    told = {name: value.get(name) for name in ("name", "address", "id_number")}
    return {name: str(text) for name, text in told.items() if isinstance(text, str | int)}


def _day(value: object, today: date) -> date | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and day <= today else None


def _known(value: object, allowed: tuple[str, ...]) -> str | None:
    return value if isinstance(value, str) and value in allowed else None


def _kinds(contents: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever a file holds
    if not isinstance(contents, list):
        return ()
    found = [_known(c.get("type"), get_args(LetterKind)) for c in contents if isinstance(c, dict)]
    return tuple(kind for kind in found if kind)
