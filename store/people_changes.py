"""Tell what differs between two states of the directory, as it is written, shown and audited."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from store.directory import DirectoryEntries, PersonEntry

Part = Literal["office", "person", "post", "absence", "delegation"]


class Change(BaseModel):
    """One entry that is new or changed; `before` is None for a new one.

    `id`: of what has a row of its own and stands already. Both sides are plain JSON.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: Part
    key: str
    id: int | None = None
    before: dict[str, Any] | None
    after: dict[str, Any]

    @property
    def differing(self) -> list[str]:
        """Name the fields that differ; of a new entry those that hold something."""
        before = self.before or {}
        return [name for name, value in self.after.items() if before.get(name) != value]

    def masked(self) -> Change:
        """Give it without what opens a way in: the tokens in addresses."""
        sides = {"before": _masked(self.before), "after": _masked(self.after)}
        return self.model_copy(update=sides)


def compare(before: DirectoryEntries, after: DirectoryEntries) -> list[Change]:
    """List what is new or changed; nothing is ever taken out.

    Raises `ValueError` where `after` lacks something that `before` has.
    """
    found: list[Change] = []
    for part, name in _PARTS:
        old = {_identity(entry): entry for entry in getattr(before, name)}
        seen = set()
        for entry in getattr(after, name):
            identity = _identity(entry)
            known = None if identity is None else old.get(identity)
            seen.add(identity)
            if known is None or known != entry:
                found.append(_change(part, known, entry))
        if lost := set(old) - seen:
            raise ValueError(f"{name} cannot be taken out of the directory: {lost}")
    return found


_PARTS: tuple[tuple[Part, str], ...] = (
    ("office", "offices"),
    ("person", "people"),
    ("post", "posts"),
    ("absence", "absences"),
    ("delegation", "delegations"),
)


def _identity(entry: Any) -> str | int | None:  # noqa: ANN401 - any kind of entry
    return entry.id if hasattr(entry, "id") else str(entry.key)


def _change(part: Part, known: BaseModel | None, entry: Any) -> Change:  # noqa: ANN401
    return Change(
        part=part,
        key=str(entry.person if hasattr(entry, "person") else entry.key),
        id=getattr(entry, "id", None),
        before=None if known is None else known.model_dump(mode="json", exclude={"id"}),
        after=entry.model_dump(mode="json", exclude={"id"}),
    )


def _masked(side: dict[str, Any] | None) -> dict[str, Any] | None:
    if side is None or not side.get("addresses"):
        return side
    person = PersonEntry.model_validate(side)
    shown = [{"channel": a.channel, "value": a.shown} for a in person.addresses]
    return side | {"addresses": shown}
