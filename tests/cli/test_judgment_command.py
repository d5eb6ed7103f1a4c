from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from cases.assess import assess
from cases.dossier import read_dossier
from cli import judgment, stuck
from cli.app import build, run
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.conftest import fact_from, free_port
from tests.seals import SEAL
from tests.store.dossiers import moment

Told = Callable[..., tuple[int, str, str]]
RECEIVED = "administrative_judgment_received 2026-08-24 ruling=decision_annulled"
BOOKED = "administrative_judgment_booked 2026-08-24"
NOTIFIED = "voluntary_performance_notified 2026-08-25"
DEBTOR = "debtor_received_judgment 2026-08-26 evidence='biên bản giao nhận số 4'"
DOSSIERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("HC-1", (RECEIVED, BOOKED, NOTIFIED, DEBTOR)),
    ("HC-2", (RECEIVED, BOOKED)),
    ("HC-3", (RECEIVED, BOOKED, NOTIFIED)),
    ("HC-4", (RECEIVED, BOOKED, NOTIFIED, "administrative_file_closed 2026-08-28")),
)


async def _fill(database: str, book: Corpus, calendar: Calendar) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        seen = moment("2026-08-28T10:00:00")
        for number, (name, facts) in enumerate(DOSSIERS):
            plain: dict[str, Any] = {
                "kind": "administrative_judgment", "id": name, "officer": "cv.an",
                "office": f"nghe-an/kv{1 + number % 2}", "facts": [fact_from(f) for f in facts],
            }  # fmt: skip
            dossier = read_dossier(plain)
            await Register(engine, SEAL).project(dossier, assess(dossier, book, calendar, seen), 1)
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
    """Run a command over four administrative judgments, assessed on 28 August 2026."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("COLUMNS", "240")
    asyncio.run(_fill(database, book, calendar))

    def call(*tokens: str, now: str = "2026-09-07T10:00:00") -> tuple[int, str, str]:
        for part in (judgment, stuck):
            monkeypatch.setattr(part, "read_now", lambda: moment(now))
        code = run(build((judgment.add_to, stuck.add_to)), tokens)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_every_judgment_is_followed_until_a_notice_is_late(told: Told) -> None:
    # The notice is due on 3 September; of four judgments one is closed.
    code, out, _ = told("judgment", "list", now="2026-09-03T23:59:00")
    assert (code, out) == (
        0, "Đã theo dõi đủ, đúng hạn 100 %: 3 bản án, quyết định hành chính.\n",
    )  # fmt: skip
    code, out, _ = told("judgment", "list", now="2026-09-04T00:00:00")
    assert code == 0
    assert out.splitlines()[0].startswith("Đã theo dõi đủ, đúng hạn 2/3 bản án")
    assert "(66,6 %)" in out
    assert "Thông báo tự nguyện thi hành án hành chính (khoản 2 Điều 14 Nghị định 71/2016)" in out
    assert "admin/HC-2" in out
    assert "admin/HC-1" not in out


def test_a_receipt_that_nobody_asked_for_is_listed_and_stuck(told: Told) -> None:
    code, out, _ = told("judgment", "list", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["judgments"], found["followed"], found["permille"]) == (3, 1, 333)
    assert [(one["dossier"], one["reasons"]) for one in found["behind"]] == [
        ("admin/HC-2", []), ("admin/HC-3", ["unknown_start"]),
    ]  # fmt: skip
    code, out, _ = told("stuck", "--reason", "unknown_start", "--json")
    assert [(row["dossier"], row["holder"]) for row in json.loads(out)] == [
        ("admin/HC-3", "officer")
    ]


def test_the_list_is_of_an_office_and_goes_into_a_workbook(told: Told, tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    code, out, _ = told("judgment", "list", "--xlsx", str(file), "--lang", "en")
    assert code == 0
    assert out.startswith("1 of 3 administrative judgments are followed in time (33.3%)")
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Judgment", "admin/HC-2", "admin/HC-3"]


def test_the_figures_count_what_came_in_and_what_is_left(told: Told) -> None:
    code, out, _ = told("judgment", "figures", "--since", "2026-08-01", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["since"], found["until"]) == ("2026-08-01", "2026-09-07")
    assert (found["carried"], found["received"], found["performed"], found["left"]) == (0, 4, 0, 3)
    assert found["counted"]["voluntary_performance_notified"] == 3
    code, out, _ = told("judgment", "figures", "--since", "2026-09-01")
    assert [line.split()[0] for line in out.splitlines()[1:5]] == ["3", "0", "0", "3"]


@pytest.mark.parametrize(
    ("tokens", "what"),
    [
        (("list", "--office", "mars"), "mars"),
        (("list", "--xlsx", "/nowhere/x.xlsx"), "--xlsx"),
        (("figures", "--since", "hôm qua"), "--since"),
        (("figures", "--since", "2026-09-01", "--until", "2026-08-01"), "--until"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tokens: tuple[str, ...], what: str
) -> None:
    code = run(build((judgment.add_to,)), ("judgment", *tokens))
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert what in err
    assert len(err.splitlines()) == 1
