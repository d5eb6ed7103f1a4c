"""Lay out the dossiers of a run: several kinds, with limits that fall due while it lasts.

Those of the waves have one limit each that is due today, in rooms whose office hours begin one
after another during the run. The others have limits that are near or passed, which corrections
move and further facts meet. Nobody here exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from activities.ports import NewFact
from benchmarks.morning import Morning
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from cases.facts import read_report
from cases.kinds import PREFIXES, Kind
from cases.predicates import names_known
from law.calendar import ZONE
from law.corpus import the_book

MOST_EVENTS = 40
"""The history length after which a dossier that changes a lot continues as new."""

_Step = tuple[int, str, dict[str, Any]]
_AGENCIES, _ROOMS = 2, 4
_RUNGS = ((-1, ["officer"]), (0, ["officer", "chief_officer"]), (1, ["chief_officer"]),
          (3, ["head_of_agency"]))  # fmt: skip
_MOVED = 8
"""The number of the fact whose day corrections move: the verification of means."""

_DAYS_BACK = tuple(range(27, 3, -1))
"""The working days back from today to which that verification is moved, one after another."""

_BEFORE_MEANS: tuple[_Step, ...] = (
    (40, "request_received", {}),
    (37, "enforcement_decision_issued", {}),
    (36, "officer_assigned", {"officer": "cv0.a0"}),
    (36, "case_file_opened", {}),
    (36, "decision_sent_to_procuracy", {}),
    (35, "decision_notified_to_parties", {"channel": "direct"}),
    (35, "decision_validly_notified", {"channel": "direct"}),
)
_STORIES: Mapping[Kind, tuple[_Step, ...]] = {
    "complaint": (
        (12, "complaint_received", {"object": "coercion"}),
        (8, "complaint_accepted", {}),
        (7, "complaint_halt_ordered", {}),
        (2, "complaint_resolved", {"result": "kept"}),
    ),
    "denunciation": (
        (13, "denunciation_received", {}),
        (7, "denunciation_accepted", {}),
        (2, "denunciation_concluded", {}),
    ),
    "petition": ((12, "petition_received", {}), (3, "petition_answered", {})),
}


class Step(NamedTuple):
    """One fact that can be reported: the days back from today, the event, its fields."""

    back: int
    event: str
    fields: Mapping[str, Any]
    corrects: int | None = None


@dataclass
class Account:
    """A dossier as whoever reports knows it: what is left to report, and how much was.

    `still`: it takes no report while clocks are moved, for its alerts are known beforehand.
    """

    dossier: Dossier
    left: list[Step] = field(default_factory=list)
    most_events: int = 0
    still: bool = False
    asked: int = 0

    def name_command(self) -> str:
        """Name one more command."""
        self.asked += 1
        return f"{self.dossier.id}:{self.asked}"


class Sizes(NamedTuple):
    """How many dossiers of each sort."""

    waves: int = 24
    moving: int = 24
    complaints: int = 12
    denunciations: int = 8
    petitions: int = 8
    probes: int = 4


@dataclass(frozen=True)
class Caseload:
    """The dossiers, their calendar, ladder and directory; `begins`: the waves' office hours."""

    folder: Path
    begins: Sequence[datetime]
    sizes: Sizes = field(default_factory=Sizes)

    @cached_property
    def morning(self) -> Morning:
        """Give the waves."""
        return Morning(self.folder, self.begins, 1, self.sizes.waves, _AGENCIES)

    def write(self) -> dict[str, str]:
        """Write calendar, ladder and directory; give the variables that name them."""
        variables = self.morning.write()
        Path(variables["THADS_LADDER"]).write_text("\n".join(self._ladder()), "utf-8")
        return variables

    def assess(self, dossier: Dossier, as_of: datetime) -> Assessment:
        """Assess as a worker of the run would."""
        book = the_book(names_known())
        return assess(dossier, book, self.morning.calendar, as_of, self.morning.practice)

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """Give every dossier with what can be reported to it, by id."""
        found = [Account(dossier, still=True) for dossier in self.morning.dossiers]
        found += [self._moving(f"F-{n:03}", n) for n in range(self.sizes.moving)]
        found += [self._moving(f"P-{n:03}", n) for n in range(self.sizes.probes)]
        kinds: tuple[tuple[Kind, int], ...] = (
            ("complaint", self.sizes.complaints), ("denunciation", self.sizes.denunciations),
            ("petition", self.sizes.petitions),
        )  # fmt: skip
        for kind, many in kinds:
            found += [self._story(kind, n) for n in range(many)]
        return {account.dossier.id: account for account in found}

    @property
    def probes(self) -> list[Account]:
        """Give the dossiers by which is tried whether the system serves."""
        return [a for id_, a in self.accounts.items() if id_.startswith("P-")]

    @property
    def moves(self) -> list[Step]:
        """Give the corrections that move a date, one after another."""
        fields = {"outcome": "without_means"}
        return [Step(back, "means_verified", fields, corrects=_MOVED) for back in _DAYS_BACK]

    def expected(self) -> set[str]:
        """Name the alerts that the waves must raise."""
        return {told.key for told in self.morning.expected()} if self.sizes.waves else set()

    def day(self, back: int) -> date:
        """Give the working day so many before the waves' day."""
        return self.morning.calendar.working_days_before(self.morning.day, back)

    def new_fact(self, account: Account, step: Step, received_at: datetime) -> NewFact:
        """Make a command of a step."""
        plain = {"event": step.event, "on": self.day(step.back).isoformat(), **step.fields}
        told = read_report(plain, "", account.dossier.kind)
        return NewFact(
            **told.model_dump(),
            command_id=account.name_command(),
            actor="simulation",
            received_at=received_at,
            corrects=step.corrects,
            reason=None if step.corrects is None else "nhầm ngày",
        )

    def information(self, account: Account, back: int) -> Step:
        """Give a step that any dossier of the kind can take at any time."""
        first = account.dossier.facts[0]
        if account.dossier.kind == "enforcement_case":
            return Step(back, "new_information_received", {})
        # Of the other kinds, the day on which the letter came in is put right.
        return Step(11 + back % 3, first.event, dict(first.fields), corrects=1)

    def _moving(self, name: str, number: int) -> Account:
        facts = [*_BEFORE_MEANS, (28, "means_verified", {"outcome": "without_means"})]
        moves = self.moves
        # Each begins elsewhere, so that not all hear of one rung at once.
        turned = moves[number % len(moves) :] + moves[: number % len(moves)]
        dossier = self._dossier(name, "enforcement_case", number, facts, origin="on_request")
        return Account(dossier, turned, MOST_EVENTS)

    def _story(self, kind: Kind, number: int) -> Account:
        first, *rest = _STORIES[kind]
        about = {"about": f"F-{number:03}"} if kind == "complaint" else {}
        name = f"{PREFIXES[kind]}F-{number:03}"
        dossier = self._dossier(name, kind, number, [first], **about)
        return Account(dossier, [Step(*step) for step in rest], MOST_EVENTS * (number % 2))

    def _dossier(
        self, name: str, kind: Kind, number: int, steps: Sequence[_Step], **more: object
    ) -> Dossier:
        agency = f"a{number % _AGENCIES}"
        return read_dossier({
            "id": name,
            "kind": kind,
            "office": f"{agency}/k{number // _AGENCIES % _ROOMS}",
            "officer": f"cv{number % 10}.{agency}",
            "facts": [
                {"event": event, "on": self.day(back).isoformat(), **fields}
                for back, event, fields in steps
            ],
            **more,
        })  # fmt: skip

    def _ladder(self) -> Iterator[str]:
        begins = [begin.astimezone(ZONE) for begin in self.begins]
        yield f"office_hours_begin = {begins[0]:%H:%M:%S}\nminutes_before = 1"
        yield from _rungs("rung")
        for agency in range(_AGENCIES):
            for room in range(_ROOMS):
                begin = begins[room % len(begins)]
                yield f'[[office]]\nkey = "a{agency}/k{room}"'
                yield f"office_hours_begin = {begin:%H:%M:%S}"
                yield from _rungs("office.rung")


def _rungs(table: str) -> Iterator[str]:
    for offset, roles in _RUNGS:
        channel = "notice" if offset <= 0 else "urgent"
        yield f'[[{table}]]\noffset = {offset}\nroles = {roles}\nchannel = "{channel}"'
