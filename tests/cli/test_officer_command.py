"""`thads officer handover`: a dry run first, refusals that name who may take the cases over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from python_calamine import CalamineWorkbook

import cli.officer
from cli import officer
from cli.app import build, run
from cli.live import NotRunningError
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Told = Callable[..., tuple[int, str, str]]
PAIR = ("cv.an", "cv.binh")
OTHERS: tuple[dict[str, Any], ...] = ({}, {}, {"officer": "cv.binh"}, {"office": "nghe-an/kv2"})


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        register = Register(engine, SEAL)
        for number, more in enumerate(OTHERS):
            facts = [dict(fact) for fact in dossiers.NOTIFIED]
            if "officer" in more:
                facts[3]["officer"] = more["officer"]
            dossier = dossiers.build(tuple(facts), id=f"NA-{number}", **more)
            await register.project(dossier, assessed(dossier), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="handover")
def _handover(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Told:
    """Run the command on 9 October 2026: cv.an has three cases, one of them of another office."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("THADS_ACTOR", "tt.nghe-an")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(cli.officer, "read_now", lambda: dossiers.NOW)
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(
            build((officer.add_to,)),
            ("officer", "handover", *tokens),
            (*cli.app.REFUSALS, NotRunningError),
        )
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_dry_run_says_what_would_move_and_writes_nothing(handover: Told, database: str) -> None:
    code, out, err = handover(*PAIR)
    assert (code, err) == (0, "")
    assert "3 việc sẽ chuyển" in out
    assert "Đây là xem thử, chưa ghi gì" in out
    assert "khoản 1, 2 Điều 35" in out
    with psycopg.connect(database) as connection:
        for table in ("handovers", "handover_cases", "acknowledgements"):
            row = connection.execute(f"select count(*) from record.{table}".encode()).fetchone()
            assert row == (0,), table
        noted = connection.execute("select distinct action from record.audit").fetchall()
        assert noted == [("dossier_opened",)]


def test_it_tells_what_was_late_before_from_what_became_late_since(handover: Told) -> None:
    """Both limits were due on 8 October: handed over on the 9th they were late before."""
    today = json.loads(handover(*PAIR, "--json")[1])
    assert today["dry_run"] is True
    assert (today["tally"]["cases"], today["tally"]["overdue"], today["tally"]["late"]) == (3, 6, 0)
    since = json.loads(handover(*PAIR, "--from", "2026-10-08", "--json")[1])
    assert (since["tally"]["overdue"], since["tally"]["late"]) == (0, 6)
    assert "Quá hạn kể từ ngày bàn giao (6)" in handover(*PAIR, "--from", "2026-10-08")[1]


def test_an_office_alone_is_looked_at(handover: Told) -> None:
    found = json.loads(handover(*PAIR, "--office", "nghe-an/kv2", "--json")[1])
    assert [case["dossier"] for case in found["cases"]] == ["NA-3"]
    assert found["id"] == "handover/cv.an/cv.binh/2026-10-09/nghe-an/kv2"


def test_the_workbook_holds_every_limit_with_real_dates_and_no_party(
    handover: Told, tmp_path: Path
) -> None:
    file = tmp_path / "bàn giao.xlsx"
    assert handover(*PAIR, "--xlsx", str(file))[0] == 0
    first, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert first[:3] == ["Việc", "Kết quả", "Kể từ ngày"]
    assert len(rows) == 6
    assert {row[2] for row in rows} == {date(2026, 10, 9)}
    assert {row[7] for row in rows} == {date(2026, 10, 8)}
    assert {row[5] for row in rows} == {"Quá hạn từ trước"}
    assert not any("Nguyễn Văn A" in str(cell) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (("cv.khong", "cv.binh"), "FROM là 'cv.khong'"),
        (("cv.an", "cv.an"), "cv.binh, cvt.kv1, tt.nghe-an"),
        (("cv.an", "cv.khong"), "cv.binh, cvt.kv1, tt.nghe-an"),
        (("cv.an", "cv.chi"), "cv.binh, cvt.kv1, tt.nghe-an"),
        ((*PAIR, "--from", "2026-10-10"), "không sau hôm nay"),
        ((*PAIR, "--from", "hôm nay"), "2026-11-23"),
        ((*PAIR, "--office", "hue"), "nghe-an/kv1"),
        ((*PAIR, "--status"), "chưa có lần bàn giao nào như vậy"),
        ((*PAIR, "--xlsx", "bàn giao.csv"), ".xlsx"),
        ((*PAIR, "--xlsx", "/nowhere/x.xlsx", "--write"), ".xlsx"),
        ((*PAIR, "--write"), "Temporal không trả lời"),
        (("cv.an",), "còn thiếu"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    handover: Told, tokens: tuple[str, ...], words: str
) -> None:
    code, out, err = handover(*tokens)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err


def test_the_head_may_take_the_cases_of_a_room_and_the_other_way_round(handover: Told) -> None:
    assert handover("cv.an", "tt.nghe-an")[0] == 0
    found: Any = json.loads(handover("tt.nghe-an", "cv.chi", "--json")[1])
    assert found["cases"] == []
