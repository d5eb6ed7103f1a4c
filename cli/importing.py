"""Import a register: read, assess, write in batches, then start the workflows.

Every step is idempotent by the case's id: what the register has is left alone, and what has no
workflow yet is started by whoever comes next, this command again or a worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from cyclopts import App, Parameter
from cyclopts.validators import Number
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from temporalio.client import Client

from activities.answers import answer_of
from activities.ports import Answer
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from cases.practice import Practice
from cli.clock import read_now
from cli.edition import law_in_use, practice_of
from cli.live import find_directory, reach_register, reach_temporal, writer
from cli.output import BAD_INPUT, OK, WRONG, print_json, print_lines, print_sentence
from cli.reading import Json, Language
from cli.register_facts import TOLD_BY_COLUMNS, untold_by
from cli.register_file import read_register_file
from cli.register_problems import RegisterFileError, RowProblem
from cli.register_rows import Built, build_dossiers, unassessed
from i18n.texts import Lang, event_name
from law.calendar import Calendar
from law.corpus import Corpus
from law.errors import LawError
from settings import read_settings
from store.directory import OfficeDirectory
from store.register import Register
from workflows.client import prepare, start_case

RegisterName = Annotated[str, Parameter(help="A register: .csv in UTF-8, .xlsx or .ods.")]
DryRun = Annotated[
    bool, Parameter(name="--dry-run", negative="", help="Check and report; write nothing.")
]
Batch = Annotated[
    int,
    Parameter(help="How many cases one transaction writes.", validator=Number(gte=1, lte=2000)),
]
T = TypeVar("T")
_Item = tuple[Dossier, Assessment, int, dict[str, Any] | None]

_AT_ONCE = 8
_FIRST = 1
_WORDS: dict[Lang, dict[str, str]] = {
    "vi": {
        "write": "Ghi vào sổ", "start": "Khởi động theo dõi",
        "ignored": "Không đọc các cột: {columns}",
        "untold": "Sổ không có cột cho biết: {events}; những thời hạn đã qua mà chỉ các cột đó "
        "cho biết thì không kết luận.",
        "done": "Đã đọc {rows} dòng: nhập mới {imported}, đã có {unchanged}, "
        "từ chối {refused}, khởi động {started} việc.",
        "dry": "Chạy thử, chưa ghi gì: đọc {rows} dòng, hợp lệ {imported}, từ chối {refused}.",
    },
    "en": {
        "write": "Writing", "start": "Starting",
        "ignored": "Columns not read: {columns}",
        "untold": "The register has no column for: {events}; limits that are over and that only "
        "these could tell of are not judged.",
        "done": "{rows} rows read: {imported} imported, {unchanged} known already, "
        "{refused} refused, {started} cases started.",
        "dry": "Dry run, nothing written: {rows} rows read, {imported} good, {refused} refused.",
    },
}  # fmt: skip


class Watcher(Protocol):
    """Hears how far an import is; `step` is write or start."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Hear that `done` of `total` cases have passed a step."""
        ...


class ImportReport(BaseModel):
    """What an import did: numbers of rows, and why rows were refused.

    In a dry run `imported` counts the rows that would be taken. `started` counts workflows that
    are new, also those of an earlier import that was interrupted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    dry_run: bool
    rows: int
    imported: int
    unchanged: int
    refused_rows: int
    refused: tuple[RowProblem, ...]
    started: int
    ignored_columns: tuple[str, ...]
    untold: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Give 0 when every row is good, 1 when some are refused, 2 when none is usable."""
        if not self.refused:
            return OK
        return WRONG if self.rows > self.refused_rows else BAD_INPUT


async def import_register(
    path: Path,
    *,
    register: Register | None,
    client: Client | None,
    directory: OfficeDirectory,
    corpus: Corpus,
    calendar: Calendar,
    practice: Practice | None = None,
    now: datetime,
    dry_run: bool = False,
    progress: Watcher | None = None,
    batch: int = 200,
) -> ImportReport:
    """Import a register file; a dry run, or no register, writes nothing.

    Raises `RegisterFileError` where the file as a whole cannot be used, RegisterAwayError.
    """
    file = read_register_file(path)
    untold = untold_by(file.columns)
    built = build_dossiers(file.rows, directory, now, untold)
    problems = list(built.problems)
    imported = unchanged = started = 0
    for some in _batches(built.good, batch):
        fresh, known = await _unknown(some, register)
        items = list(_assess(fresh, (corpus, calendar), now, practice, problems))
        unchanged += known
        imported += len(items)
        if register is not None and not dry_run and items:
            await register.project_many(items)
        if progress is not None:
            progress("write", imported + unchanged, len(built.good))
        # The assessments are pure work; the loop has other things to do as well.
        await asyncio.sleep(0)
    if register is not None and client is not None and not dry_run:
        started = await start_unstarted(register, client, progress, imported)
    return ImportReport(
        file=file.name,
        dry_run=dry_run or register is None,
        rows=len(file.rows),
        imported=imported,
        unchanged=unchanged,
        refused_rows=len({problem.row for problem in problems}),
        refused=tuple(sorted(problems, key=lambda problem: problem.row)),
        started=started,
        ignored_columns=file.ignored,
        untold=untold,
    )


async def start_unstarted(
    register: Register, client: Client, progress: Watcher | None = None, expected: int = 0
) -> int:
    """Start every dossier that the register holds without a workflow; tell how many are new.

    Each is noted as it runs. The first failure is raised after the others were tried.
    """
    new = done = 0
    room = asyncio.Semaphore(_AT_ONCE)

    async def start(plain: dict[str, Any], answer: dict[str, Any] | None) -> tuple[str, bool]:
        nonlocal done
        async with room:
            dossier = read_dossier(plain, masked=True)
            known = None if answer is None else Answer.model_validate(answer)
            fresh = await start_case(client, dossier, known)
        done += 1
        if progress is not None:
            progress("start", done, max(expected, done))
        return dossier.id, fresh

    while found := await register.unstarted(200):
        await prepare(client, [plain["id"] for plain, _, _ in found])
        results = await asyncio.gather(
            *(start(plain, answer) for plain, answer, _ in found), return_exceptions=True
        )
        running = [result for result in results if not isinstance(result, BaseException)]
        await register.mark_started([case for case, _ in running])
        new += sum(fresh for _, fresh in running)
        for result in results:
            if isinstance(result, BaseException):
                raise result
    return new


def _batches(built: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (built[at : at + size] for at in range(0, len(built), size))


async def _unknown(built: Sequence[Built], register: Register | None) -> tuple[list[Built], int]:
    if register is None:
        return list(built), 0
    known = await register.known([one.dossier.id for one in built])
    fresh = [one for one in built if one.dossier.id not in known]
    return fresh, len(built) - len(fresh)


def _assess(
    built: Sequence[Built],
    law: tuple[Corpus, Calendar],
    now: datetime,
    practice: Practice | None,
    problems: list[RowProblem],
) -> Iterator[_Item]:
    for one in built:
        try:
            assessment = assess(one.dossier, *law, now, practice)
        except LawError as error:
            problems.append(unassessed(one.row, error))
            continue
        answer = answer_of(assessment).model_dump(mode="json")
        yield one.dossier, assessment, _FIRST, answer


def add_to(app: App) -> None:
    """Add `import`."""
    app.command(import_file, name="import")


async def import_file(
    file: RegisterName,
    /,
    *,
    dry_run: DryRun = False,
    batch: Batch = 200,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Import a register of cases; good rows are taken, every bad row is reported.

    Ends with 0 when every row is good, 1 when some were refused, 2 when nothing is usable.
    A second run of the same file changes nothing.
    """
    settings = read_settings()
    directory, law = find_directory(settings), law_in_use(settings)

    async def run(
        register: Register | None, client: Client | None, progress: Watcher | None
    ) -> ImportReport:
        return await import_register(
            Path(file), register=register, client=client, directory=directory, corpus=law.book,
            calendar=law.calendar, practice=practice_of(settings), now=read_now(),
            dry_run=dry_run, progress=progress, batch=batch,
        )  # fmt: skip

    try:
        if dry_run:
            report = await run(None, None, None)
        else:
            # Looked at before any server is asked for: a file of no use needs none.
            read_register_file(Path(file))
            async with (
                reach_register(settings) as (engine, _),
                reach_temporal(settings) as client,
            ):
                with _bars(lang, shown=not json) as progress:
                    report = await run(writer(engine, settings), client, progress)
    except RegisterFileError as error:
        print_sentence(error.say(lang))
        return BAD_INPUT
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print_lines(_lines(report, lang))
    return report.exit_code


def _lines(report: ImportReport, lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    yield from (problem.said(lang) for problem in report.refused)
    if lacking := [event for event in report.untold if event in TOLD_BY_COLUMNS]:
        events = ", ".join(event_name(lang, event) for event in lacking)
        yield words["untold"].format(events=events)
    if report.ignored_columns:
        yield words["ignored"].format(columns=", ".join(report.ignored_columns))
    yield words["dry" if report.dry_run else "done"].format(
        rows=report.rows, imported=report.imported, unchanged=report.unchanged,
        refused=report.refused_rows, started=report.started,
    )  # fmt: skip


@contextmanager
def _bars(lang: Lang, *, shown: bool) -> Iterator[Watcher | None]:
    """Show a bar for each step on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {
            step: bars.add_task(_WORDS[lang][step], total=None, start=False)
            for step in ("write", "start")
        }

        def show(step: str, done: int, total: int) -> None:
            bars.start_task(tasks[step])
            bars.update(tasks[step], completed=done, total=total)

        yield show
