from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cli import stuck
from cli.app import build, run
from law.calendar import ZONE, Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Listed = Callable[..., tuple[int, str, str]]


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        register = Register(engine, SEAL)
        flagged = {"event": "case_flagged", "on": "2026-10-08", "flag": "complex"}
        lives = (dossiers.NOTIFIED[:2], dossiers.NOTIFIED, (*dossiers.NOTIFIED, flagged))
        for number, facts in enumerate(lives):
            dossier = dossiers.build(facts, id=f"NA-{number}", amount_vnd=1_000_000 * (number + 1))
            await register.project(dossier, assessed(dossier), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="listed")
def _listed(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Listed:
    """Run `thads stuck` over three cases of October 2026, with no Temporal that answers."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((stuck.add_to,)), ("stuck", *tokens))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_pages_hold_every_row_once_and_the_last_says_so(listed: Listed) -> None:
    every = json.loads(listed("--json")[1])
    assert len(every) > 2
    seen = []
    for page in range(1, len(every) + 1):
        code, out, _ = listed("--most", "1", "--page", str(page), "--lang", "en")
        assert code == 0
        assert f"Page {page} of {len(every)}" in out
        seen += [line.split()[0] for line in out.splitlines() if line.startswith(" NA-")]
    assert seen == [row["dossier"] for row in every]
    beyond = listed("--most", "1", "--page", str(len(every) + 1))[1]
    assert f"danh sách chỉ có {len(every)} trang" in beyond


def test_one_reason_or_stage_alone_is_listed_and_counted(listed: Listed) -> None:
    every = json.loads(listed("--json")[1])
    code, out, _ = listed("--reason", "no_officer", "--json")
    assert code == 0
    assert json.loads(out) == [row for row in every if row["reason"] == "no_officer"]
    stage = every[0]["stage"]
    found = json.loads(listed("--stage", stage, "--json")[1])
    assert found == [row for row in every if row["stage"] == stage]


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--reason", "lười", "limit_passed, other_body_overdue"),
        ("--flag", "to", "key, complex, prolonged"),
        ("--amount-from", "-1", "từ 0 trở lên"),
        ("--amount-to", "1.5", "20.000.000"),
        ("--amount-to", "20,5", "20.000.000"),
        ("--stage", "closed", "awaiting_request, requested"),
        ("--office", "hue", "nghe-an"),
        ("--page", "0", "từ 1 trở lên"),
        ("--most", "-3", "từ 1 trở lên"),
        ("--xlsx", "stuck.csv", "một tệp .xlsx"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    listed: Listed, option: str, value: str, allowed: str
) -> None:
    code, out, err = listed(option, value)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert value in err
    assert allowed in err


def test_the_workbook_holds_every_row_with_real_dates_and_no_party(
    listed: Listed, tmp_path: Path
) -> None:
    every = json.loads(listed("--json")[1])
    file = tmp_path / "vướng.xlsx"
    assert listed("--xlsx", str(file), "--most", "1")[0] == 0
    first, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert first[:3] == ["Việc", "Đơn vị", "Chấp hành viên"]
    assert [row[0] for row in rows] == [row["dossier"] for row in every]
    assert [row[-3:-1] for row in rows] == [
        ["phức tạp" if row["flags"] else "", float(row["amount_vnd"])] for row in every
    ]
    since = [datetime.fromisoformat(row["since"]).astimezone(ZONE).date() for row in every]
    assert [row[5] for row in rows] == since
    assert all(row[-1] for row in rows), "each says what would free it"
    assert not any("Nguyễn Văn A" in str(cell) for row in rows for cell in row)


def test_a_workbook_that_cannot_be_written_leaves_nothing(listed: Listed, tmp_path: Path) -> None:
    code, _, err = listed("--xlsx", str(tmp_path / "nowhere" / "stuck.xlsx"), "--lang", "en")
    assert code == 2
    assert "allowed is an .xlsx file in a folder that exists" in err
    assert list(tmp_path.iterdir()) == []


def test_flagged_cases_come_first_and_are_marked(listed: Listed) -> None:
    every = json.loads(listed("--json")[1])
    marked = [row["dossier"] for row in every if row["flags"]]
    assert marked
    assert {row["dossier"] for row in every[: len(marked)]} == {"NA-2"}
    assert marked == ["NA-2"] * len(marked)
    first = next(line for line in listed()[1].splitlines() if line.startswith(" NA-"))
    assert first.split()[:3] == ["NA-2", "phức", "tạp"]
    one, none = listed("--flag", "complex", "--json")[1], listed("--flag", "key", "--json")[1]
    assert {row["dossier"] for row in json.loads(one)} == {"NA-2"}
    assert json.loads(none) == []
    unmarked = listed("--amount-to", "2000000")[1]
    assert "NA-2" not in unmarked
    assert "Diện" not in unmarked, "no column without anything in it"


def test_a_range_of_amounts_is_listed_with_both_its_ends(listed: Listed) -> None:
    found = json.loads(listed("--amount-from", "2000000", "--amount-to", "2000000", "--json")[1])
    assert {(row["dossier"], row["amount_vnd"]) for row in found} == {("NA-1", 2_000_000)}
    code, out, err = listed("--amount-from", "2", "--amount-to", "1", "--lang", "en")
    assert (code, out) == (2, "")
    assert "allowed is an amount not below --amount-from" in err


def test_each_row_says_why_and_what_is_to_be_done_next(listed: Listed) -> None:
    for lang in ("vi", "en"):
        rows = json.loads(listed("--json", "--lang", lang)[1])
        assert all(row["why"] and row["next_action"].endswith(".") for row in rows)
    assert {row["why"] for row in rows if row["reason"] == "silence"} == {
        "No action for longer than the office's own norm"
    }
