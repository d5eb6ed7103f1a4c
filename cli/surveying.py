"""Assess dossiers with two calendars and gather what differs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cases.assess import assess
from cases.comparison import Difference, Direction, Move, compare
from cases.dossier import Dossier, read_dossier
from cases.errors import DossierError
from cli.live import NotRunningError, reach_register
from cli.reading import read_dossier_file
from law.calendar import Calendar
from law.corpus import Corpus
from law.errors import LawError, SpokenError
from settings import Settings
from store.errors import StoreError
from store.reading import Reading

_DIRECTIONS: tuple[Direction, ...] = ("later", "earlier", "appears", "falls_away", "same")
_PAGE = 500


@dataclass(frozen=True)
class Survey:
    """What differs in the dossiers that were looked at.

    `failed`: dossiers that could not be assessed, with the reason. `away`: why the register
    was not looked at, where it was not.
    """

    source: Literal["register", "files", "none"]
    looked_at: int = 0
    differences: tuple[Difference, ...] = ()
    failed: tuple[tuple[str, DossierError | LawError], ...] = ()
    away: SpokenError | None = None

    def moves(self) -> list[Move]:
        """List the moves: what becomes overdue first, then what comes earlier, by day."""
        found = [move for difference in self.differences for move in difference.moves]
        return sorted(
            found,
            key=lambda move: (
                not move.becomes_overdue,
                move.direction != "earlier",
                str(move.due_after or move.due_before),
                move.dossier,
            ),
        )

    def count(self, name: str) -> int:
        """Count one of a difference's fields over all dossiers."""
        values = [getattr(difference, name) for difference in self.differences]
        return sum(value if isinstance(value, int) else len(value) for value in values)

    def directions(self) -> dict[str, int]:
        """Count the moves by their direction, every direction named."""
        found = [move.direction for difference in self.differences for move in difference.moves]
        return {name: found.count(name) for name in _DIRECTIONS}


class Surveyor:
    """Takes one dossier after another and keeps what differs between two calendars."""

    def __init__(
        self, corpus: Corpus, calendars: tuple[Calendar, Calendar], as_of: date | datetime
    ) -> None:
        """Take the book, the calendar as it is and as it would be, and the moment."""
        self._corpus = corpus
        self._calendars = calendars
        self._as_of = as_of
        self._looked_at = 0
        self._differences: list[Difference] = []
        self._failed: list[tuple[str, DossierError | LawError]] = []

    def look_at(self, dossier: Dossier) -> None:
        """Assess a dossier with both calendars."""
        try:
            before, after = (
                assess(dossier, self._corpus, calendar, self._as_of) for calendar in self._calendars
            )
        except LawError as error:
            self._failed.append((dossier.id, error))
            return
        self._looked_at += 1
        difference = compare(before, after)
        if not difference.is_empty:
            self._differences.append(difference)

    def read(self, file: dict[str, object]) -> None:
        """Read a dossier as the register keeps it, and look at it."""
        try:
            dossier = read_dossier(file, masked=True)
        except DossierError as error:
            self._failed.append((str(file.get("id")), error))
        else:
            self.look_at(dossier)

    def report(
        self, source: Literal["register", "files", "none"], away: SpokenError | None = None
    ) -> Survey:
        """Give what was found."""
        return Survey(source, self._looked_at, tuple(self._differences), tuple(self._failed), away)


async def survey(
    surveyor: Surveyor,
    files: Sequence[str],
    settings: Settings,
    as_of: date | datetime,
    step: str | None,
) -> Survey:
    """Look at the files, or without any at the running engine's register; it is only read.

    `step` names the bar that a terminal shows; nothing shows none. Raises `FormError` where a
    file does not read.
    """
    if files:
        for dossier in [read_dossier_file(file, as_of) for file in files]:
            surveyor.look_at(dossier)
        return surveyor.report("files")
    try:
        async with reach_register(settings) as (_, reading):
            with _bar(step, await reading.count_unclosed()) as bar:
                async for page in _pages(reading):
                    for file in page:
                        surveyor.read(file)
                    bar.update(bar.task_ids[0], advance=len(page))
    except (NotRunningError, StoreError) as error:
        return Survey("none", away=error)
    return surveyor.report("register")


async def _pages(reading: Reading) -> AsyncIterator[list[dict[str, object]]]:
    after = ""
    while page := await reading.unclosed(after=after, most=_PAGE):
        yield page
        after = str(page[-1]["id"])


@contextmanager
def _bar(step: str | None, total: int) -> Iterator[Progress]:
    """Show how far it is on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, disable=step is None or not console.is_terminal
    ) as bar:
        bar.add_task(step or "", total=total)
        yield bar
