"""Write calendar years to their files: whole or not at all, and only over what was looked at."""

from __future__ import annotations

from pathlib import Path

from cli.drafts import replace_files
from law.amendments import Amendment
from law.calendar import load_calendar, read_year
from law.errors import CalendarFileError
from law.year_text import edit_year, render_year


def write_years(folder: Path, amendment: Amendment) -> list[Path]:
    """Write the years of an amendment, each by a rename; give the files that were written.

    Raises `CalendarFileError` where the calendar is not the one that was amended, or a file
    cannot be written. Years are replaced once all their drafts are on the disk; where the power
    fails between two of them, the same command completes it.
    """
    if load_calendar(folder).hash != amendment.before.hash:
        raise CalendarFileError(
            f"{folder}: the calendar was changed meanwhile, nothing is written; run this again",
            f"{folder}: lịch vừa bị người khác sửa, chưa ghi gì; hãy chạy lại lệnh này",
        )
    paths = {read_year(path.read_text("utf-8"), path.name).year: path for path in _files(folder)}
    texts: dict[Path, str] = {}
    try:
        for old, new in amendment.files:
            path = paths.get(new.year, folder / f"{new.year}.toml")
            texts[path] = edit_year(path.read_text("utf-8"), new) if old else render_year(new)
        replace_files(texts)
    except OSError as error:
        raise CalendarFileError(
            f"{folder}: cannot be written ({error.strerror}); "
            "take the right to write there, or name another folder with --calendars",
            f"{folder}: không ghi được ({error.strerror}); "
            "hãy xin quyền ghi vào đó, hoặc nêu thư mục khác bằng --calendars",
        ) from error
    if load_calendar(folder).hash != amendment.after.hash:
        raise CalendarFileError(
            f"{folder}: what was written does not read as the amended calendar; "
            "someone else wrote there too; look at it with: thads law calendar show",
            f"{folder}: lịch đọc lại không đúng như vừa ghi, có người khác cũng ghi vào đó; "
            "hãy xem lại bằng: thads law calendar show",
        )
    return list(texts)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))
