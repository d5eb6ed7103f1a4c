from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from cases.dossier import Dossier, read_dossier
from cases.kinds import PREFIXES, Kind
from cli import indicators
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
Told = tuple[str, str, dict[str, Any]]
NOW = dossiers.moment("2026-11-23T09:00:00")
_FIRST = {"object": "before_measures", "instance": "first"}


def letter(
    kind: Kind, number: str, office: str, *facts: tuple[str, str, dict[str, Any]]
) -> Dossier:
    plain = [{"event": event, "on": on, **fields} for event, on, fields in facts]
    own = PREFIXES[kind] + number
    return read_dossier({"kind": kind, "id": own, "office": office, "facts": plain})


def complaint(number: str, office: str, *facts: tuple[str, str], **received: Any) -> Dossier:
    first = ("complaint_received", "2026-10-01", {**_FIRST, **received})
    return letter("complaint", number, office, first, *((*fact, {}) for fact in facts))


LETTERS = (
    complaint("KN-1", "nghe-an/kv1", ("complaint_accepted", "2026-10-05"),
              ("complaint_resolved", "2026-10-20")),
    complaint("KN-2", "nghe-an/kv1", ("complaint_accepted", "2026-10-05"),
              ("complaint_resolved", "2026-10-23"), over_level=True),
    complaint("KN-3", "nghe-an/kv2", ("complaint_refused", "2026-10-05")),
    letter("denunciation", "TC-1", "nghe-an/kv2", ("denunciation_received", "2026-11-20", {})),
    letter("petition", "PA-1", "nghe-an/kv1", ("petition_received", "2026-11-20", {}),
           ("petition_answered", "2026-11-21", {})),
)  # fmt: skip


async def _fill(database: str, assessed: dossiers.Assessor, found: tuple[Dossier, ...]) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        for dossier in found:
            await Register(engine, SEAL).project(dossier, assessed(dossier, NOW), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="fill")
def _fill_with(database: str, book: Corpus, calendar: Calendar) -> Callable[..., None]:
    def fill(*found: Dossier) -> None:
        asyncio.run(_fill(database, dossiers.Assessor(book, calendar), found))

    return fill


@pytest.fixture(name="shown")
def _shown(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shown:
    """Run `thads indicators` on 23 November 2026, with no Temporal that answers."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(indicators, "read_now", lambda: NOW)

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(
            build((indicators.add_to,)), ("indicators", *tokens), (*REFUSALS, NotRunningError)
        )
        out, err = capsys.readouterr()
        return code, out, err

    return call


def told(shown: Shown, *tokens: str) -> dict[str, Any]:
    code, out, _ = shown("--json", *tokens)
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    for row in (*found["rows"], found["total"]):
        assert row["carried"] + row["received"] == row["closed"] + row["open"]
    return found


def test_letters_are_counted_by_kind_object_and_level_with_what_was_late(
    shown: Shown, fill: Callable[..., None]
) -> None:
    fill(*LETTERS, dossiers.build(id="NA-1"))
    found = told(shown)
    assert (found["from"], found["to"]) == ("2026-10-01", "2026-11-23")
    assert {(row["kind"], row["about"], row["level"]) for row in found["rows"]} == {
        ("complaint", "before_measures", "first"), ("denunciation", None, "first"),
        ("petition", None, "only"),
    }  # fmt: skip
    complaints = found["rows"][0]
    assert {name: complaints[name] for name in (
        "received", "accepted", "refused", "resolved_in_time", "resolved_late", "over_level",
    )} == {"received": 3, "accepted": 2, "refused": 1, "resolved_in_time": 1, "resolved_late": 1,
           "over_level": 1}  # fmt: skip
    assert complaints["in_time"] == {"part": 1, "whole": 2, "permille": 500}
    (late,) = found["late"]
    # Fifteen days from 5 October end on 20 October, a Tuesday; decided on Friday 23.
    assert (late["dossier"], late["due"], late["days_late"]) == ("complaint/KN-2", "2026-10-20", 3)
    assert (late["article"], late["holder"]) == ("102", "head")


def test_people_read_shares_in_whole_numbers_and_the_list(
    shown: Shown, fill: Callable[..., None]
) -> None:
    fill(*LETTERS)
    out = shown("--office", "nghe-an")[1]
    assert out.startswith("Chỉ tiêu từ 01/10/2026 đến hết 23/11/2026, nghe-an.")
    assert "Khiếu nại vượt cấp: 1." in out
    assert "before_measures" not in out
    assert "Giải quyết đơn thư đúng hạn: 2/3 (66,6 %); 1 đơn thư không đúng hạn:" in out
    line = next(line for line in out.splitlines() if line.startswith(" complaint/KN-2"))
    assert "20/10/2026" in line
    assert "Thủ trưởng" in line
    assert "đã giải quyết, quá hạn" in line
    english = shown("--office", "nghe-an/kv2", "--lang", "en")[1]
    assert "Letters resolved in time: —, none had to be resolved." in english


def test_all_in_time_is_the_whole_and_nothing_is_no_share(
    shown: Shown, fill: Callable[..., None]
) -> None:
    nothing = shown()[1]
    assert "Giải quyết đơn thư đúng hạn: —, không có đơn thư nào phải giải quyết xong." in nothing
    assert "Theo dõi đúng hạn: —" in nothing
    assert "100" not in nothing
    fill(LETTERS[0])
    assert "Giải quyết đơn thư đúng hạn: 1/1 (100 %)." in shown()[1]


def test_a_period_is_told_as_it_was_at_its_end(shown: Shown, fill: Callable[..., None]) -> None:
    fill(*LETTERS)
    early = told(shown, "--to", "2026-10-20")
    assert early["total"]["resolved_in_time"] == early["total"]["open_in_time"] == 1
    then = told(shown, "--to", "2026-10-21")
    assert [(row["dossier"], row["verdict"], row["days_late"]) for row in then["late"]] == [
        ("complaint/KN-2", "open_late", 1)
    ]
    after = told(shown, "--from", "2026-10-22")
    assert (after["total"]["carried"], after["total"]["received"]) == (1, 2)


def test_the_statistical_year_is_counted_from_october(
    shown: Shown, fill: Callable[..., None]
) -> None:
    fill()
    assert told(shown, "--to", "2026-09-30")["from"] == "2025-10-01"
    assert told(shown, "--to", "2026-10-01")["from"] == "2026-10-01"


def test_a_correction_counts_in_place_of_what_it_corrects(
    shown: Shown, fill: Callable[..., None]
) -> None:
    plain = LETTERS[1].as_file()
    plain["facts"].append(
        {"event": "complaint_resolved", "on": "2026-10-19", "corrects": 3, "reason": "gõ nhầm"}
    )
    fill(read_dossier(plain))
    found = told(shown)
    assert (found["total"]["resolved_in_time"], found["late"]) == (1, [])


def test_a_judgment_with_a_passed_duty_of_the_agencys_own_is_not_followed_in_time(
    shown: Shown, fill: Callable[..., None]
) -> None:
    for number, on in (("HC-1", "2026-11-02"), ("HC-2", "2026-11-23")):
        received: Told = ("administrative_judgment_received", on, {"ruling": "decision_annulled"})
        fill(letter("administrative_judgment", number, "nghe-an", received))
    found = told(shown)
    assert found["judgments"] == {"part": 1, "whole": 2, "permille": 500}
    (late,) = found["behind"]
    assert (late["dossier"], late["verdict"]) == ("admin/HC-1", "undone")
    # "Ngay" on Monday 2 November: fifteen working days have gone by (Decree 71/2016, Art. 14.1).
    assert (late["rule"], late["days_late"]) == ("administrative.booking", 15)
    assert "Theo dõi đúng hạn: 1/2 (50,0 %); 1 bản án, quyết định không đúng hạn:" in shown()[1]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--office", "hue"), "nghe-an"),
        (("--from", "2026-11-24"), "đến hết 2026-11-23"),
        (("--to", "2026-11-24"), "đến hết hôm nay, 2026-11-23"),
        (("--from", "hôm qua"), "2026-11-23"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "đến hết 2026-11-01"),
        (("--xlsx", "a.pdf"), "một tệp .xlsx"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    shown: Shown, tokens: tuple[str, ...], said: str
) -> None:
    code, out, err = shown(*tokens)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_the_workbook_holds_the_counts_and_both_lists(
    shown: Shown, fill: Callable[..., None], tmp_path: Path
) -> None:
    fill(*LETTERS)
    file = tmp_path / "chỉ tiêu.xlsx"
    assert shown("--xlsx", str(file))[0] == 0
    book = CalamineWorkbook.from_path(file)
    assert book.sheet_names == [
        "Chỉ tiêu", "Đơn thư không đúng hạn", "Án hành chính không đúng hạn",
    ]  # fmt: skip
    first, *rows = book.get_sheet_by_index(0).to_python()
    assert first[:3] == ["Loại", "Về việc", "Lần"]
    assert [row[0] for row in rows] == ["Khiếu nại", "Tố cáo", "Kiến nghị, phản ánh"]
    assert str(rows[0][1]).startswith("trước khi có quyết định áp dụng biện pháp bảo đảm")
    assert book.get_sheet_by_index(1).to_python()[1][0] == "complaint/KN-2"
    assert len(book.get_sheet_by_index(2).to_python()) == 1
