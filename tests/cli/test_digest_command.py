from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from cli import digest
from cli.app import REFUSALS, build, run
from cli.live import NotRunningError
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Shown = Callable[..., tuple[int, str, str]]


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        dossier = dossiers.build(id="NA-1")
        await Register(engine, SEAL).project(dossier, assessed(dossier), 1)
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
    """Run `thads digest` over a case of October 2026, with no Temporal that answers."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr(digest, "read_now", lambda: dossiers.moment("2026-10-12T06:00:00"))
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((digest.add_to,)), ("digest", *tokens), (*REFUSALS, NotRunningError))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_digest_that_would_go_out_is_shown_and_nothing_is_kept(
    shown: Shown, database: str
) -> None:
    code, out, _ = shown("show", "--office", "nghe-an/kv1")
    assert code == 0
    assert out.startswith("[THADS] Sáng 12/10/2026: 2 quá hạn, 0 đến hạn tuần này — Phòng")
    assert "Chấp hành viên trưởng mẫu, khu vực 1" in out
    assert "hạn 08/10/2026, quá 2 ngày làm việc · cv.an" in out
    assert "Nguyễn Văn A" not in out
    with psycopg.connect(database) as connection:
        kept = connection.execute(
            "select (select count(*) from record.figures), (select count(*) from record.deliveries)"
        )
        assert kept.fetchone() == (0, 0)


def test_without_an_office_it_is_the_one_above_all(shown: Shown) -> None:
    out = shown("show", "--lang", "en")[1]
    assert "Cơ quan quản lý thi hành án dân sự" in out.splitlines()[0]
    assert "2 overdue" in out
    assert "tỉnh Nghệ An (dữ liệu mẫu): 2 overdue" in out


def test_another_day_is_looked_at_from_its_half_past_seven(shown: Shown) -> None:
    out = shown("show", "--on", "2026-10-20", "--office", "nghe-an/kv1")[1]
    assert out.startswith("[THADS] Sáng 20/10/2026: 2 quá hạn")
    assert "quá 8 ngày làm việc" in out


def test_page_and_workbook_are_written(shown: Shown, tmp_path: Path) -> None:
    page, book = tmp_path / "d.html", tmp_path / "d.xlsx"
    assert shown("show", "--html", str(page), "--xlsx", str(book))[0] == 0
    assert page.read_text("utf-8").startswith('<!doctype html><html lang="vi">')
    rows = CalamineWorkbook.from_path(book).get_sheet_by_name("Quá hạn").to_python()
    assert [row[0] for row in rows[1:]] == ["NA-1", "NA-1"]


@pytest.mark.parametrize(
    ("tokens", "value", "allowed"),
    [
        (("--office", "hue"), "hue", "nghe-an"),
        (("--on", "mai"), "mai", "2026-11-23"),
        (("--html", "d.txt"), "d.txt", ".html"),
        (("--xlsx", "d.csv"), "d.csv", ".xlsx"),
        (("--html", "/nowhere/at/all/d.html"), "/nowhere", ".html"),
    ],
)
def test_what_cannot_be_shown_or_written_is_refused(
    shown: Shown, tokens: tuple[str, ...], value: str, allowed: str
) -> None:
    code, out, err = shown("show", *tokens)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert value in err
    assert allowed in err


def test_sending_needs_a_temporal_that_answers(shown: Shown) -> None:
    code, out, err = shown("send")
    assert (code, out) == (2, "")
    assert "Temporal không trả lời" in err
