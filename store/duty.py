"""Find who is told in place of a role: through leave, delegation, and the offices above.

Pure: the day is an argument. Whoever left or is on leave is told only when nobody else is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, Protocol, TypeVar

Why = Literal["deputy", "delegate", "fallback", "unreached"]
ABOVE: Mapping[str, str] = {
    "officer": "chief_officer",
    "chief_officer": "head_of_agency",
    "head_of_agency": "managing_authority",
}
"""The role that is asked where nobody holds one."""

_RANK = {"managing_authority": 0, "head_of_agency": 1, "chief_officer": 2, "officer": 3}
_NO_POST = 4
_MOST_REMEMBERED = 20_000


class Found(NamedTuple):
    """Who is told, why in place of who was meant, and who that was where it was one person.

    `unreached`: `instead_of` would have been told and cannot be reached, or has no address.
    """

    person: str
    why: Why | None = None
    instead_of: str | None = None


class _Person(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def office(self) -> str: ...

    @property
    def reachable(self) -> bool: ...

    def has_left(self, day: date) -> bool: ...


class _Dated(Protocol):
    @property
    def person(self) -> str: ...

    @property
    def first(self) -> date | None: ...

    def holds(self, day: date) -> bool: ...


class _Post(_Dated, Protocol):
    @property
    def role(self) -> str: ...

    @property
    def office(self) -> str: ...


class _Absence(_Dated, Protocol):
    @property
    def deputy(self) -> str | None: ...


class _Delegation(_Dated, Protocol):
    @property
    def delegate(self) -> str: ...

    @property
    def role(self) -> str | None: ...


_D = TypeVar("_D", bound=_Dated)
_Candidate = Found
_Question = tuple[str, str, str | None, tuple[str, ...]]


class Duty:
    """The directory indexed for one question: who is told?"""

    def __init__(
        self,
        *,
        offices: Mapping[str, str | None],
        people: Sequence[_Person],
        posts: Sequence[_Post],
        absences: Sequence[_Absence],
        delegations: Sequence[_Delegation],
    ) -> None:
        """Index everything once; `offices` gives each office's parent."""
        self._parents = offices
        self._people = {person.key: person for person in people}
        self._absences = _by_person(absences)
        self._delegations = _by_person(delegations)
        self._posts: dict[tuple[str, str], list[_Post]] = defaultdict(list)
        # The newest appointment first: an old one may have been left open by oversight.
        for post in sorted(posts, key=lambda p: (p.first or date.min, p.person), reverse=True):
            self._posts[post.office, post.role].append(post)
        self._held: dict[str, list[_Post]] = _by_person(posts)
        self._mute = {person.key for person in people if not person.reachable}
        self._staff: dict[str, list[_Person]] = defaultdict(list)
        for person in people:
            self._staff[person.office].append(person)
        self._day: date | None = None
        self._known: dict[_Question, Found] = {}

    def find(
        self, office: str, role: str, officer: str | None, day: date, unreached: Sequence[str] = ()
    ) -> Found:
        """Find who is told on a day; `LookupError` where nobody is left at all."""
        if day != self._day or len(self._known) > _MOST_REMEMBERED:
            self._day, self._known = day, {}
        question = (office, role, officer, tuple(unreached))
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = self._search(office, role, officer, day, unreached)
        return found

    def line(self, office: str) -> list[str]:
        """Give an office and those above it; of an unknown key the nearest known prefix."""
        place: str | None = office
        while place and place not in self._parents:
            place = place.rpartition("/")[0]
        line: list[str] = []
        while place and place in self._parents and place not in line:
            line.append(place)
            place = self._parents[place]
        return line

    def _search(
        self, office: str, role: str, officer: str | None, day: date, unreached: Sequence[str]
    ) -> Found:
        line = self.line(office)
        meant = self._meant(line, role, officer, day)
        instead_of = meant[0] if meant else None
        passed: str | None = None
        first: Found | None = None
        for found in self._candidates(line, role, officer, instead_of, day):
            if self._hears(found.person, unreached):
                return _told(found, meant, passed)
            passed, first = passed or found.person, first or found
        # Nobody who is there can be reached: better someone on leave than nobody.
        away = [key for key in self._everybody(line, instead_of, day) if self._is_absent(key, day)]
        for key in away:
            if self._hears(key, unreached):
                return _told(Found(key, "fallback", instead_of), meant, passed)
        if first is not None:
            return _told(first, meant, None)
        if away:
            return _told(Found(away[0], "fallback", instead_of), meant, None)
        raise LookupError(f"the directory holds nobody who could be told about office {office!r}")

    def _hears(self, key: str, unreached: Sequence[str]) -> bool:
        return key not in unreached and key not in self._mute

    def _meant(self, line: list[str], role: str, officer: str | None, day: date) -> list[str]:
        if role == "officer":
            return [officer] if officer is not None and officer in self._people else []
        return [key for place in line for key in self._holders(place, role, day)]

    def _candidates(
        self, line: list[str], role: str, officer: str | None, meant: str | None, day: date
    ) -> Iterator[_Candidate]:
        """Give everyone who is there, in the order in which they are told."""
        seen: set[str] = set()
        wanted: str | None = role
        if role == "officer":
            if officer in self._people:
                yield from self._through(Found(str(officer)), role, day, seen)
            wanted = ABOVE[role]
        while wanted is not None:
            for place in line:
                holders = self._holders(place, wanted, day)
                # Of several holders those who are there come before anyone's deputy.
                for key in sorted(holders, key=lambda key: self._is_absent(key, day)):
                    own = Found(key) if wanted == role else Found(key, "fallback", meant)
                    yield from self._through(own, wanted, day, seen)
            wanted = ABOVE.get(wanted)
        for key in self._everybody(line, meant, day):
            if key not in seen and not self._is_absent(key, day):
                yield Found(key, "fallback", meant)

    def _through(self, own: Found, role: str, day: date, seen: set[str]) -> Iterator[_Candidate]:
        """Follow a person's delegations, then the person, then deputies; each person once."""
        person = self._people.get(own.person)
        if person is None or own.person in seen or person.has_left(day):
            return
        seen.add(own.person)
        for given in _on(self._delegations.get(own.person, ()), day):
            if given.role in (None, role):
                yield from self._through(
                    _in_place(given.delegate, "delegate", own), role, day, seen
                )
        absences = _on(self._absences.get(own.person, ()), day)
        if not absences:
            yield own
        for absence in absences:
            if absence.deputy is not None:
                yield from self._through(_in_place(absence.deputy, "deputy", own), role, day, seen)

    def _holders(self, office: str, role: str, day: date) -> list[str]:
        return [
            post.person
            for post in self._posts.get((office, role), ())
            if post.holds(day)
            and post.person in self._people
            and not self._people[post.person].has_left(day)
        ]

    def _is_absent(self, key: str, day: date) -> bool:
        return any(absence.holds(day) for absence in self._absences.get(key, ()))

    def _everybody(self, line: list[str], meant: str | None, day: date) -> Iterator[str]:
        """Give whoever has not left: who was meant, the top office, down the line, the others."""
        if meant is not None and not self._people[meant].has_left(day):
            yield meant
        others = (place for place in self._staff if place not in line)
        for place in (*reversed(line), *others):
            staying = (p.key for p in self._staff.get(place, ()) if not p.has_left(day))
            for key in sorted(staying, key=lambda key: (self._rank(key, day), key)):
                if key != meant:
                    yield key

    def _rank(self, key: str, day: date) -> int:
        posts = (post for post in self._held.get(key, ()) if post.holds(day))
        return min((_RANK[post.role] for post in posts), default=_NO_POST)


def _by_person(entries: Iterable[_D]) -> dict[str, list[_D]]:
    found: dict[str, list[_D]] = defaultdict(list)
    for entry in entries:
        found[entry.person].append(entry)
    return found


def _on(entries: Iterable[_D], day: date) -> list[_D]:
    return [entry for entry in entries if entry.holds(day)]


def _in_place(person: str, why: Why, own: Found) -> Found:
    """Let another stand in; whoever stands in for a fallback is a fallback."""
    return Found(person, "fallback" if own.why == "fallback" else why, own.instead_of or own.person)


def _told(found: Found, meant: Sequence[str], passed: str | None) -> Found:
    if found.why is None or found.person in meant:
        return Found(found.person)
    if passed is not None:
        return Found(found.person, "unreached", passed)
    return found
