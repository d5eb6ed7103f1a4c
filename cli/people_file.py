"""Take a directory from a file and give it as a workbook: `thads people import, export`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, Words
from cli.actor import Actor, acting
from cli.clock import read_now
from cli.directory_file import read_directory_file
from cli.directory_sheets import ReadDirectory
from cli.directory_view import changes_as_json, doubt_lines, named, print_changes, print_doubts
from cli.directory_workbook import render_directory
from cli.drafts import replace_files
from cli.exports import export_of, note_exports
from cli.live import NotRunningError, find_directory, reach_register
from cli.output import BAD_INPUT, OK, print_json, print_lines
from cli.reading import Json, Language
from i18n.dates import short
from i18n.texts import Lang, say
from law.calendar import ZONE
from settings import read_settings
from store.directory import DirectoryEntries, OfficeDirectory, PersonEntry
from store.directory_rows import DirectoryRows
from store.people_changes import Change, compare
from store.people_merge import merge, untouched

FileName = Annotated[
    Path, Parameter(help="A workbook such as samples/directory.xlsx, .ods, or TOML.")
]
Write = Annotated[bool, Parameter(negative="", help="Write it into the directory.")]
_WORKBOOK = Words(
    vi="cho phép một tệp .xlsx trong thư mục có sẵn và ghi được",
    en="allowed is an .xlsx file in a folder that exists and can be written",
)


class _Outcome(BaseModel):
    """What an import does or would do."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    read: ReadDirectory
    changes: list[Change]
    kept: list[PersonEntry]
    after: DirectoryEntries


def add_to(group: App) -> None:
    """Add `import` and `export`."""
    group.command(import_file, name="import")
    group.command(export)


async def import_file(
    file: FileName,
    /,
    *,
    write: Write = False,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Check a directory file and show what it would change; nothing is written without --write.

    Offices and people that the file does not name stay as they are. A file with a fault is
    refused whole, each fault with its sheet, row, column and what is allowed.
    """
    now = read_now()
    day = now.date()
    async with reach_register(read_settings()) as (engine, _):
        rows = DirectoryRows(engine)
        before = (await rows.read()).entries
        read = read_directory_file(file, before)
        if read.problems:
            return _refuse(read, file, json=json, lang=lang)
        after = merge(before, read.entries, day)
        changes = compare(before, after)
        if write:
            changes = await rows.change(
                lambda stands: merge(stands, read.entries, day), acting(actor), now, file.name
            )
    done = _Outcome(read=read, changes=changes, kept=untouched(before, read.entries), after=after)
    if json:
        print_json(_as_json(done, file, now.date().isoformat(), lang, written=write))
        return OK
    if changes:
        if not write:
            print_lines([say(lang, "people.would_change", n=len(changes))])
        print_changes(changes, lang)
    else:
        print_lines([say(lang, "people.unchanged")])
    leaving = {p.key for p in after.people if p.synthetic and p.left_on == day}
    kept = [p for p in done.kept if p.key not in leaving]
    gone = [p for p in done.kept if p.key in leaving]
    if gone:
        print_lines([say(lang, "people.sample_leaves", n=len(gone), day=short(day, lang),
                         people=named(gone))])  # fmt: skip
    # A file of leave alone says nothing of the people whom it does not name.
    if kept and read.entries.people:
        print_lines([say(lang, "people.untouched", n=len(kept), people=named(kept))])
    if read.ignored:
        print_lines([say(lang, "people.ignored", names=", ".join(read.ignored))])
    print_doubts(OfficeDirectory(after), day, lang)
    if changes:
        last = say(lang, "people.changed", n=len(changes)) if write else say(lang, "people.dry")
        print_lines(["", last])
    return OK


def _refuse(read: ReadDirectory, file: Path, *, json: bool, lang: Lang) -> int:
    if json:
        problems = [{"sheet": p.sheet, **p.cell.model_dump()} for p in read.problems]
        print_json({"file": file.name, "written": False, "problems": problems})
    else:
        print_lines(_problem_lines(read, lang))
    return BAD_INPUT


def _problem_lines(read: ReadDirectory, lang: Lang) -> Iterator[str]:
    yield from (problem.said(lang) for problem in read.problems)
    yield say(lang, "people.refused", n=len(read.problems))


def _as_json(done: _Outcome, file: Path, day: str, lang: Lang, *, written: bool) -> dict[str, Any]:
    return {
        "file": file.name,
        "on": day,
        "written": written and bool(done.changes),
        "problems": [],
        "changes": changes_as_json(done.changes),
        "untouched": [person.key for person in done.kept],
        "not_read": list(done.read.ignored),
        "doubts": doubt_lines(OfficeDirectory(done.after), read_now().date(), lang),
    }


async def export(
    file: Annotated[Path, Parameter(help="The .xlsx file to write, replaced whole.")],
    /,
    *,
    lang: Language = "vi",
) -> int:
    """Write the directory as a workbook that can be edited and imported again.

    It holds every address whole, with the tokens of chat and SMS: keep it as you keep those.
    """
    settings, now = read_settings(), read_now()
    directory = find_directory(settings)
    entries = directory.entries
    if file.suffix.lower() != ".xlsx":
        raise FormError("FILE", str(file), _WORKBOOK)
    content = render_directory(entries, now.astimezone(ZONE))
    # Where no engine runs, what is written is the file of the settings, and no register's.
    with suppress(NotRunningError):
        await note_exports(
            settings, [export_of("directory", "xlsx", len(entries.people), content)], now
        )
    try:
        replace_files({file: content}, private=True)
    except OSError as error:
        raise FormError("FILE", str(file), _WORKBOOK) from error
    print_lines([say(lang, "people.exported", offices=len(entries.offices),
                     people=len(entries.people), file=file)])  # fmt: skip
    return OK
