"""Say who is concerned in a dossier; who they are may be kept apart from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, Words
from cases.vocabulary import is_clean, read_text

Role = Literal["creditor", "debtor", "related", "complainant", "respondent", "petitioner"]
_ROLES = get_args(Role)


class Party(BaseModel):
    """Someone concerned, in a role, at a place among the dossier's parties, from 1.

    A masked party has a role and a place, and neither name nor address: those are kept elsewhere
    under the place. `erased`: nowhere any more. Dossiers of before have no places; roles and the
    order within each tell them.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Role
    name: str = ""
    address: str | None = None
    place: int = 0
    erased: bool = False

    @property
    def named(self) -> bool:
        """Tell whether it says who that is."""
        return bool(self.name or self.address)

    def as_file(self) -> dict[str, Any]:
        """Write the party as a dossier's file has it: by its name, or by its place if masked."""
        if self.named:
            return {"name": self.name} | ({"address": self.address} if self.address else {})
        return {"place": self.place} | ({"erased": True} if self.erased else {})


def placed(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Give parties with their places; those without one are placed role by role.

    Files and databases keep the order within a role and not that of the roles.
    """
    every = tuple(parties)
    if all(party.place for party in every):
        return every
    in_order = sorted(range(len(every)), key=lambda at: _ROLES.index(every[at].role))
    places = {at: place for place, at in enumerate(in_order, start=1)}
    return tuple(party.model_copy(update={"place": places[at]}) for at, party in enumerate(every))


def masked(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Give parties by role and place alone, and whether they were erased."""
    return tuple(
        Party(role=party.role, place=party.place, erased=party.erased) for party in placed(parties)
    )


def named(parties: Iterable[Party], known: Iterable[Party]) -> tuple[Party, ...]:
    """Give parties as they are known by their places; one that is not known stays as it is."""
    by_place = {party.place: party for party in known}
    return tuple(
        party if (found := by_place.get(party.place)) is None
        else party.model_copy(update=found.model_dump(include={"name", "address", "erased"}))
        for party in placed(parties)
    )  # fmt: skip


def files_of(parties: Iterable[Party]) -> dict[str, list[dict[str, Any]]]:
    """Write parties as a dossier's file has them: a list under each role."""
    every = placed(parties)
    return {
        role: [party.as_file() for party in found]
        for role in _ROLES
        if (found := [party for party in every if party.role == role])
    }


def read_parties(
    value: object, roles: tuple[str, ...], *, masked: bool = False
) -> tuple[Party, ...]:
    """Read a file's parties, of the roles allowed; raise `FormError`.

    With `masked`, one may be given by its place alone, as files are kept in the register.
    """
    known = ", ".join(roles)
    lists = Words(vi=f"cho phép các danh sách trong {known}", en=f"allowed are lists under {known}")
    if not isinstance(value, Mapping):
        raise FormError("parties", value, lists)
    read: list[Party] = []
    for role, entries in value.items():
        if role not in roles or not isinstance(entries, list):
            raise FormError("parties", role, lists)
        for entry in entries:
            place = entry.get("place") if isinstance(entry, Mapping) else None
            if masked and isinstance(place, int) and "name" not in entry:
                read.append(Party(role=role, place=place, erased=entry.get("erased") is True))
            else:
                read.append(_read_named(entry, role))
    return placed(read)


def _read_named(entry: object, role: Any) -> Party:  # noqa: ANN401 - a Literal
    name = entry.get("name") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(name, str) or not _is_name(name):
        allowed = Words(
            vi="đương sự phải có tên, không chứa ký tự điều khiển",
            en="a party needs a name without control characters",
        )
        raise FormError("name", name, allowed, f"parties.{role}")
    address = read_text("address", entry.get("address"))
    return Party(role=role, name=name, address=address)


def _is_name(text: str) -> bool:
    return bool(text.strip()) and is_clean(text)
