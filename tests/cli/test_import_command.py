from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from cli.clock import read_today
from samples.generate import write_register
from tests.cli.registers import row, table, write_csv, write_xlsx

Thads = Callable[..., tuple[int, str, str]]


def test_a_dry_run_of_the_sample_is_good_and_needs_no_server(
    starter: Thads, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    write_register(path, read_today())
    code, out, err = starter("import", str(path), "--dry-run", "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert (report["rows"], report["imported"], report["refused"]) == (300, 300, [])
    assert report["dry_run"] is True


def test_some_refused_rows_end_with_one_and_are_all_told(starter: Thads, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", table(row(), row(number="7", office="x", class_day="?")))
    code, out, _ = starter("import", str(path), "--dry-run")
    assert code == 1
    assert "Dòng 3, cột “Đơn vị”: “x”;" in out
    assert "hợp lệ 1, từ chối 1" in out


def test_no_usable_row_ends_with_two(starter: Thads, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", table(row(office="x")))
    code, out, _ = starter("import", str(path), "--dry-run", "--json", "--lang", "en")
    assert code == 2
    assert json.loads(out)["refused"][0]["column"] == "Đơn vị"


def test_an_unusable_file_is_one_sentence_without_any_server(
    starter: Thads, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", table(row(), row()), merged=("C2:C3",))
    code, out, err = starter("import", str(path), "--json")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "C2:C3" in err


def test_columns_that_a_register_lacks_are_told_and_not_held_against_anybody(
    starter: Thads, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "r.csv", table(row()))
    code, out, _ = starter("import", str(path), "--dry-run", "--json")
    told = json.loads(out)["untold"]
    assert code == 0
    assert {"case_file_opened", "decision_sent_to_procuracy"} <= set(told)
    _, words, _ = starter("import", str(path), "--dry-run")
    assert "Gửi quyết định cho Viện kiểm sát" in words
