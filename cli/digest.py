"""Show the digest that would go out now, and have the digests of the day sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from adapters import OfficePeople
from cases.errors import FormError, Words
from cli.clock import read_now
from cli.drafts import replace_files
from cli.exports import export_of, note_exports
from cli.live import check_known, find_directory, reach_register, reach_temporal
from cli.output import OK, print_json, print_lines
from cli.reading import Json, Language, read_day
from cli.watch import Office
from digests import DigestDesk, offices_of
from i18n.texts import say
from law.calendar import ZONE, load_calendar
from reports.digest import subject_of, write_text
from reports.digest_html import write_html
from reports.digest_sheet import write_digest_sheet
from settings import read_settings
from store.digests import DigestRows
from store.directory import OfficeDirectory
from workflows.client import digest_now

_GOES_OUT = time(7, 30)


def add_to(app: App) -> None:
    """Add `digest` with its commands."""
    group = App(name="digest", help="The digest that heads of offices get every working morning.")
    group.command(show)
    group.command(send)
    app.command(group)


async def show(
    *,
    office: Office = None,
    on: Annotated[str | None, Parameter(help="As of half past seven on a day.")] = None,
    html: Annotated[Path | None, Parameter(help="Write the mail's HTML to this file.")] = None,
    xlsx: Annotated[
        Path | None, Parameter(help="Write the attached workbook to this file.")
    ] = None,
    lang: Language = "vi",
) -> int:
    """Print the digest of an office, with those below it, as it would go out now.

    Nothing is sent and nothing is kept. Left out, the office is the one above all others.
    """
    settings = read_settings()
    check_known(settings, office, None)
    _check_file("--html", html, ".html")
    _check_file("--xlsx", xlsx, ".xlsx")
    now = read_now()
    if on is not None:
        now = datetime.combine(read_day("--on", on), _GOES_OUT, ZONE)
    directory, calendar = find_directory(settings), load_calendar(settings.calendars)
    offices = offices_of(directory)
    tops = [o for o in offices if (o.parent is None if office is None else o.key == office)]
    if not tops:
        print_lines([say(lang, "digest.no_office")])
        return OK
    person = OfficePeople(directory).addressee(tops[0].key, tops[0].role, None, now)
    async with reach_register(settings) as (engine, _):
        desk = DigestDesk(DigestRows(engine), _known(directory), lambda: calendar)
        morning = await desk.open(offices, now, keep=False)
        digest = await morning.digest([top.key for top in tops], now)
    files: dict[Path, str | bytes] = {}
    if html is not None:
        files[html] = write_html(digest, person.name, lang)
    if xlsx is not None:
        files[xlsx] = write_digest_sheet(digest, now, lang)
    rows = len(digest.overdue) + len(digest.due)
    listed = [
        export_of("digest", path.suffix.lower().lstrip("."), rows, content)
        for path, content in files.items()
    ]
    if listed:
        await note_exports(settings, listed, read_now())
    _write(files)
    print_lines([subject_of(digest, lang), ""], style="bold")
    print_lines(write_text(digest, person.name, lang).splitlines())
    return OK


def _check_file(option: str, path: Path | None, suffix: str) -> None:
    if path is not None and path.suffix.lower() != suffix:
        raise FormError(option, str(path), _a_file(suffix))


def _write(files: dict[Path, str | bytes]) -> None:
    for path, content in files.items():
        try:
            replace_files({path: content}, private=True)
        except OSError as error:
            option = f"--{path.suffix.lower().lstrip('.')}"
            raise FormError(option, str(path), _a_file(path.suffix.lower())) from error


def _a_file(suffix: str) -> Words:
    return Words(
        vi=f"cho phép một tệp {suffix} trong thư mục có sẵn và ghi được",
        en=f"allowed is a {suffix} file in a folder that exists and can be written",
    )


async def send(*, json: Json = False, lang: Language = "vi") -> int:
    """Have today's digests sent to everybody who has not had one; on a day off, none."""
    settings = read_settings()
    async with reach_temporal(settings) as client:
        done = await digest_now(client)
    if json:
        print_json(done.model_dump(mode="json"))
    elif not done.working_day:
        print_lines([say(lang, "digest.day_off")])
    else:
        counts = done.model_dump(exclude={"working_day"})
        print_lines([say(lang, "digest.sent", **counts)])
    return OK


def _known(directory: OfficeDirectory) -> Callable[[], Awaitable[OfficeDirectory]]:
    async def read() -> OfficeDirectory:
        return directory

    return read
