"""Calendar entries: a day or a moment, moved with the date, cancelled with it, nobody named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from channels.agenda import due_dates
from tests.channels.test_compose import NOW, alert, letter


def _entries(*alerts: Any, now: datetime = NOW, lang: Any = "vi") -> list[Any]:
    return list(Calendar.from_ical(due_dates(alerts, lang, now)).walk("VEVENT"))


def test_a_due_day_is_an_entry_of_the_whole_day() -> None:
    (entry,) = _entries(alert(-1))
    assert entry.decoded("dtstart") == date(2026, 11, 26)
    assert entry.decoded("dtend") == date(2026, 11, 27)
    assert entry["status"] == "CONFIRMED"
    assert entry["transp"] == "TRANSPARENT"
    assert entry["summary"] == "Hạn: Xác minh lần đầu, việc NA-1"
    assert "khoản 1 Điều 37" in entry["description"]


def test_a_term_in_hours_is_an_entry_at_its_moment() -> None:
    (entry,) = _entries(alert(0, due="2026-11-27T09:30:00+07:00"))
    assert entry.decoded("dtstart") == datetime(2026, 11, 27, 2, 30, tzinfo=UTC)


def test_a_date_that_moved_moves_its_entry() -> None:
    (before,) = _entries(alert(-1))
    moved = alert(-3, occurrence="o-1", kind="moved", was_due="2026-11-26")
    (after,) = _entries(moved, now=NOW + timedelta(hours=1))
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstamp") > before.decoded("dtstamp")
    assert after.decoded("dtstart") == date(2026, 11, 30)


def test_a_date_that_fell_away_cancels_its_entry() -> None:
    (before,) = _entries(alert(-1))
    (after,) = _entries(alert(-1, kind="withdrawn"), now=NOW + timedelta(hours=1))
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["summary"].startswith("Không còn hạn:")


def test_one_occurrence_is_one_entry_and_a_standing_date_wins() -> None:
    gone, stands = alert(-1, kind="withdrawn"), alert(-1, role="chief_officer")
    for order in ([gone, stands], [stands, gone]):
        (entry,) = _entries(*order)
        assert entry["status"] == "CONFIRMED"
    two = _entries(alert(-1), alert(-1, dossier="NA-2"))
    assert len({entry["uid"] for entry in two}) == 2


def test_a_long_list_stands_in_the_calendar_file_whole() -> None:
    many = letter(*(alert(1, dossier=f"NA-{n}") for n in range(50)), language="en")
    (file,) = many.attachments
    calendar = Calendar.from_ical(file.content)
    assert len(list(calendar.walk("VEVENT"))) == 50
    assert calendar["method"] == "PUBLISH"
    assert file.name == "thads-due-dates.ics"


def test_the_file_keeps_to_the_format_however_long_the_title() -> None:
    title = "Thông báo; gồm: a, b\nvà c — " * 20
    raw = due_dates([alert(-1, title_vi=title)], "vi", NOW)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    (entry,) = Calendar.from_ical(raw).walk("VEVENT")
    assert title.strip() in str(entry["summary"])
    assert entry.errors == []
