from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cases.dossier import read_dossier
from cli import agenda
from cli.app import REFUSALS, build, run
from cli.live import NotRunningError, find_directory
from law.calendar import Calendar
from law.corpus import Corpus
from settings import read_settings
from store.directory import AbsenceEntry, OfficeDirectory
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Shown = Callable[..., tuple[int, str, str]]
NOW = dossiers.moment("2026-10-12T08:00:00")
COMPLAINT = {
    "kind": "complaint", "id": "complaint/KN-1", "office": "nghe-an/kv1",
    "parties": {"complainant": [{"name": "Trần Văn Khiếu"}]},
    "facts": [
        {"event": "complaint_received", "on": "2026-10-05", "object": "coercion",
         "instance": "first"},
    ],
}  # fmt: skip

OVERDUE = {
    "kind": "complaint", "id": "complaint/KN-2", "office": "nghe-an/kv1",
    "facts": [
        {"event": "complaint_received", "on": "2026-09-01", "object": "before_measures",
         "instance": "first"},
        {"event": "complaint_accepted", "on": "2026-09-03"},
    ],
}  # fmt: skip


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        for dossier in (
            dossiers.build(id="NA-1"), read_dossier(COMPLAINT), read_dossier(OVERDUE),
        ):  # fmt: skip
            await Register(engine, SEAL).project(dossier, assessed(dossier, NOW), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="shown")
def _shown(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    """Run `thads agenda` over a case and a complaint of October 2026."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("THADS_ACTOR", raising=False)
    monkeypatch.setattr(agenda, "read_now", lambda: NOW)
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((agenda.add_to,)), ("agenda", *tokens), (*REFUSALS, NotRunningError))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_head_reads_what_is_due_in_a_complaint_beside_a_case(shown: Shown) -> None:
    code, out, _ = shown("--person", "tt.nghe-an")
    assert code == 0
    head = out.splitlines()[0]
    assert head.startswith("Việc của Thủ trưởng mẫu (tt.nghe-an), Thứ Hai, 12/10/2026: ")
    # Received on Monday 5 October: five working days end on Monday 12 October (Art. 104).
    line = next(line for line in out.splitlines() if "hôm nay" in line)
    assert line.split()[0] == "12/10/2026"
    assert "Thụ lý đơn khiếu nại lần đầu" in line
    assert "complaint/KN-1" in out
    assert "Trần Văn Khiếu" not in out


def test_the_whole_is_given_as_json_with_its_days_and_counts(shown: Shown) -> None:
    told = json.loads(shown("--person", "cv.an", "--json", "--most", "1")[1])
    assert (told["person"], told["dated"]) == ("cv.an", len(told["lines"]))
    assert told["passed"] == sum(line["passed"] for line in told["lines"]) > 0
    # 8 October is a Thursday: two working days have gone by on Monday 12.
    assert {line["days"] for line in told["lines"] if line["due"] == "2026-10-08"} == {-2}
    assert all((line["days"] < 0) == line["passed"] for line in told["lines"])


def test_a_page_says_how_many_more_there_are(shown: Shown) -> None:
    every = json.loads(shown("--person", "cv.an", "--json")[1])["dated"]
    assert every > 1
    out = shown("--person", "cv.an", "--most", "1", "--lang", "en")[1]
    assert f"{every - 1} more: see them with --most" in out
    assert "more:" not in shown("--person", "cv.an", "--lang", "en")[1]


def test_what_has_no_date_is_counted_and_listed_when_it_is_asked_for(shown: Shown) -> None:
    told = json.loads(shown("--person", "ql.cuc", "--json")[1])
    assert told["standing"] > 0
    hint = f"{told['standing']} việc luật không ấn định ngày hoặc đang tạm ngưng"
    assert hint in shown("--person", "ql.cuc")[1]
    every = shown("--person", "ql.cuc", "--all")[1]
    assert hint not in every
    assert every.count("không ấn định") == told["standing"]


def test_nothing_due_by_a_day_is_said(shown: Shown) -> None:
    code, out, _ = shown("--person", "cv.an", "--until", "2026-10-01", "--lang", "en")
    assert code == 0
    said = "Chấp hành viên mẫu An (cv.an), Monday, 12 October 2026: nothing to be done."
    assert out.splitlines() == [said]


def test_left_out_the_person_is_who_acts(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THADS_ACTOR", "cv.an")
    assert shown()[1] == shown("--person", "cv.an")[1]
    monkeypatch.setenv("THADS_ACTOR", "root")
    code, out, err = shown()
    assert (code, out) == (2, "")
    assert "root" in err
    assert "thads people list" in err


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--person", "nobody.here"), "thads people add"),
        (("--person", "cv.an", "--until", "mai"), "2026-11-23"),
        (("--person", "cv.an", "--most", "0"), "từ 1 trở lên"),
        (("--person", "cv.an", "--xlsx", "a.csv"), "một tệp .xlsx"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    shown: Shown, tokens: tuple[str, ...], said: str
) -> None:
    code, out, err = shown(*tokens)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_who_is_away_is_told_who_acts_and_keeps_the_list(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = find_directory(read_settings())
    found = while_away(known)
    monkeypatch.setattr(agenda, "find_directory", lambda _: found)
    own = shown("--person", "cv.an")[1]
    assert "hôm nay cv.binh làm thay vì người này đang nghỉ" in own
    assert "NA-1" in own
    assert "Chấp hành viên, thay cv.an" in shown("--person", "cv.binh")[1]


def while_away(known: OfficeDirectory) -> OfficeDirectory:
    day = date(2026, 10, 12)
    away = AbsenceEntry(person="cv.an", first=day, last=day, deputy="cv.binh")
    return OfficeDirectory(known.entries.model_copy(update={"absences": (away,)}))


def test_the_workbook_holds_every_row_with_real_dates_and_no_party(
    shown: Shown, tmp_path: Path
) -> None:
    file = tmp_path / "việc.xlsx"
    every = json.loads(shown("--person", "tt.nghe-an", "--json")[1])["lines"]
    assert shown("--person", "tt.nghe-an", "--xlsx", str(file), "--most", "1")[0] == 0
    first, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert first[0] == "Hạn"
    assert [row[0] for row in rows] == [date.fromisoformat(line["due_day"]) for line in every]
    assert [row[4] for row in rows] == [line["dossier"] for line in every]
    assert not any("Trần Văn Khiếu" in str(cell) for row in rows for cell in row)
