from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cases.facts import Fact
from cli import breaches
from cli.app import build, run
from law.calendar import Calendar
from law.corpus import Corpus
from store.alerts import AlertRows
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Told = Callable[..., tuple[int, str, str]]
FILE = "case_file.opening"


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        register = Register(engine, SEAL)
        open_case = dossiers.build(id="NA-1")
        opened = Fact(
            number=6, event="case_file_opened", on=date(2026, 10, 9), received_at=dossiers.NOW
        )
        late = dossiers.build(id="NA-2")
        for dossier in (open_case, late.with_facts((*late.facts, opened))):
            await register.project(dossier, assessed(dossier), 1)
        alerts = AlertRows(engine)
        keys = [row.key for row in await alerts.pending_rows(dossiers.NOW)]
        await alerts.begin("t1", "cvt.kv1", keys, dossiers.NOW)
        await alerts.confirm("t1", keys, "cvt.kv1", "mail", "<1@example.invalid>", dossiers.NOW)
    finally:
        await engine.dispose()


@pytest.fixture(name="told")
def _told(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Told:
    """Run `thads breaches` over two cases of October 2026, seen on 12 October."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    seen = dossiers.moment("2026-10-12T10:00:00")
    monkeypatch.setattr(breaches, "read_now", lambda: seen)
    monkeypatch.setenv("COLUMNS", "240")
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((breaches.add_to,)), ("breaches", *tokens))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_numbers_come_first_and_then_who_was_told_of_each(told: Told) -> None:
    code, out, _ = told()
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "4 lần quá hạn"
    assert lines[1].split() == ["3", "quá", "hạn,", "chưa", "làm"]
    assert lines[2].split() == ["1", "đã", "làm,", "quá", "hạn"]
    assert lines[3].split() == ["4", "chưa", "ghi", "nguyên", "nhân"]
    assert "Chấp hành viên trưởng" in out
    assert "Nguyễn Văn A" not in out
    assert told("list")[1] == out
    assert told("--lang", "en")[1].startswith("4 limits passed")


def test_open_ones_count_the_working_days_to_today(told: Told) -> None:
    rows = json.loads(told("--json")[1])
    days = {(row["dossier"], row["rule"]): row["days_late"] for row in rows}
    assert days["NA-1", FILE] == 2, "Friday 9 and Monday 12 October"
    assert days["NA-2", FILE] == 1
    assert {row["told"][0]["person"] for row in rows if row["told"]} == {"cvt.kv1"}


def test_pages_hold_every_row_once(told: Told) -> None:
    every = [row["dossier"] for row in json.loads(told("--json")[1])]
    seen = []
    for page in range(1, len(every) + 1):
        out = told("--most", "1", "--page", str(page), "--lang", "en")[1]
        assert f"Page {page} of 4" in out
        seen += [line.split()[0] for line in out.splitlines() if line.startswith(" NA-")]
    assert seen == every


@pytest.mark.parametrize(
    ("tokens", "value", "allowed"),
    [
        (("--verdict", "muộn"), "muộn", "open, not_at_once, done_late"),
        (("--cause", "lười"), "lười", "force_majeure"),
        (("--holder", "debtor"), "debtor", "agency, head, officer, other_body, superior"),
        (("--severity", "nặng"), "nặng", "routine, serious, grave"),
        (("--office", "hue"), "hue", "nghe-an"),
        (("--since", "hôm qua"), "hôm qua", "2026-11-23"),
        (("--since", "2026-10-09", "--until", "2026-10-08"), "2026-10-08", "2026-10-09 trở đi"),
        (("--xlsx", "breaches.csv"), "breaches.csv", ".xlsx"),
        (("show", "NA-1", "file.nothing"), "file.nothing", FILE),
        (("show", "NA-9", FILE), "NA-9", "không có việc nào"),
        (("cause", "NA-1", FILE, "--cause", "lười"), "lười", "force_majeure"),
        (("cause", "NA-9", FILE, "--cause", "other", "--note", "x"), "NA-9", "không có việc"),
        (("cause", "NA-1", "x.y", "--cause", "other", "--note", "x"), "x.y", FILE),
        (("cause", "NA-1", FILE, "--cause", "force_majeure"), "--evidence", "số văn bản"),
        (("cause", "NA-1", FILE, "--cause", "force_majeure", "--evidence", " "), "--evidence", ""),
        (("cause", "NA-1", FILE, "--cause", "workload"), "--note", "ghi chú"),
        (
            ("cause", "NA-1", FILE, "--cause", "other", "--note", "x", "--due", "2026-10-07"),
            "2026-10-07",
            "2026-10-08",
        ),
    ],
)
def test_what_does_not_exist_is_refused_and_nothing_is_written(
    told: Told, tokens: tuple[str, ...], value: str, allowed: str
) -> None:
    code, out, err = told(*tokens)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert value in err
    assert allowed in err
    assert len(json.loads(told("--cause", "none", "--json")[1])) == 4


def test_a_cause_with_its_evidence_is_told_from_then_on(told: Told) -> None:
    code, out, _ = told(
        "cause", "NA-1", FILE, "--cause", "force_majeure", "--evidence", "12/BB-UBND",
        "--note", "lũ", "--actor", "cvt.kv1",
    )  # fmt: skip
    assert (code, "sự kiện bất khả kháng" in out) == (0, True)
    assert len(json.loads(told("--cause", "none", "--json")[1])) == 3
    (row,) = json.loads(told("--cause", "force_majeure", "--json")[1])
    assert (row["dossier"], row["evidence"]) == ("NA-1", "12/BB-UBND")
    story = told("show", "NA-1", FILE)[1]
    for words in ("2 ngày làm việc", "12/BB-UBND", "lũ", "cvt.kv1", "Đã báo:", "qua mail"):
        assert words in story
    english = told("show", "NA-1", FILE, "--lang", "en")[1]
    assert "force majeure" in english
    assert json.loads(told("show", "NA-1", FILE, "--json")[1])[0]["causes"][0]["note"] == "lũ"


def test_what_is_late_and_has_no_cause_says_how_to_state_one(told: Told) -> None:
    story = told("show", "NA-2", FILE)[1]
    assert "Đã làm ngày 09/10/2026, muộn 1 ngày làm việc." in story
    assert f"thads breaches cause NA-2 {FILE} --due 2026-10-08" in story


def test_the_workbook_holds_every_row_with_real_dates_and_no_party(
    told: Told, tmp_path: Path
) -> None:
    file = tmp_path / "quá hạn.xlsx"
    assert told("--xlsx", str(file), "--most", "1")[0] == 0
    first, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert first[:3] == ["Việc", "Đơn vị", "Chấp hành viên"]
    assert [row[0] for row in rows] == [r["dossier"] for r in json.loads(told("--json")[1])]
    assert {row[6] for row in rows} == {date(2026, 10, 8)}
    assert not any("Nguyễn Văn A" in str(cell) for row in rows for cell in row)
    code, _, err = told("--xlsx", str(tmp_path / "nowhere" / "x.xlsx"))
    assert (code, "một tệp .xlsx trong thư mục có sẵn" in err) == (2, True)
