from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.bounds import BOOK_MOST, FACTS_MOST, TEXT_MOST, check_package
from cli.clock import read_today
from cli.directory_file import DirectoryFileError, load_directory
from cli.register_file import read_register_file
from samples.generate import write_register
from tests.cli import bombs
from tests.cli.registers import row, table, write_csv, write_xlsx

ROOT = Path(__file__).parents[2]
Make = Callable[[Path], Path]
Tokens = tuple[str, ...]
MEMORY = 1_500_000_000
"""What the command may take at all: each of these files would ask for much more."""

EVERY_BOMB = (
    (bombs.pack_much, "r.xlsx", "unpacks to too much"),
    (bombs.pack_a_lie, "r.xlsx", "unpacks to too much"),
    (bombs.pack_two_cells_far_apart, "r.xlsx", "more than 1000 columns"),
    (bombs.pack_many_rows, "r.xlsx", "more than 200000 rows"),
    (bombs.pack_a_wide_field, "r.xlsx", "more than 10000000 cells"),
    (bombs.pack_entities, "r.xlsx", "does not read as an .xlsx"),
    (bombs.pack_repeats, "r.ods", "more than 200000 rows"),
)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def refused(*tokens: str, stdin: bytes = b"") -> str:
    """Run the real command with little memory; give the one sentence with which it ends in 2."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *tokens, "--lang", "en"],
        input=stdin, capture_output=True, check=False, timeout=60, cwd=ROOT,
        preexec_fn=_bounded,
    )  # fmt: skip
    said = done.stderr.decode()
    assert (done.returncode, done.stdout.decode(), said.count("\n")) == (2, "", 1), said
    return said


@pytest.mark.parametrize(("make", "name", "sentence"), EVERY_BOMB)
def test_a_register_that_asks_for_too_much_is_refused_in_one_sentence(
    make: Make, name: str, sentence: str, tmp_path: Path
) -> None:
    path = make(tmp_path / name)
    assert sentence in refused("import", str(path), "--dry-run")


def test_a_directory_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = bombs.pack_much(tmp_path / "d.xlsx")
    with pytest.raises(DirectoryFileError, match="unpacks to too much"):
        load_directory(path)


def test_a_workbook_packed_twice_over_the_same_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        for name, content in bombs.parts_of(bombs.sheet_of("")).items():
            package.writestr(name, content)
        package.writestr("xl/WORKBOOK.xml", "<other/>")
    assert "does not read as an .xlsx" in refused("import", str(path), "--dry-run")


def test_a_workbook_with_a_password_is_told_apart(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", table(row()))
    raw = bytearray(path.read_bytes())
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := raw.find(signature, at + 1)) >= 0:
            raw[at + flag] |= 1
    path.write_bytes(bytes(raw))
    assert "it has a password" in refused("import", str(path), "--dry-run")


def test_a_csv_of_too_many_rows_or_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a\n" * 200_001, "utf-8")
    assert "more than 200000 rows" in refused("import", str(path), "--dry-run")
    wide = tmp_path / "wide.csv"
    wide.write_text("a," * 1001, "utf-8")
    assert "more than 1000 columns" in refused("import", str(wide), "--dry-run")


def test_a_register_above_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(BOOK_MOST + 1)
    assert "it is above 100 MB" in refused("import", str(path), "--dry-run")


@pytest.mark.parametrize(
    "tokens",
    [("assess", "--as-of", "2026-11-20"), ("law", "calendar", "add"), ("letter", "receive")],
)
def test_a_text_above_the_bound_is_refused_as_a_file_and_on_standard_input(
    tokens: Tokens, tmp_path: Path
) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(TEXT_MOST + 1)
    assert "it is above 10 MB" in refused(*tokens, str(path))
    assert "it is above 10 MB" in refused(*tokens, "-", stdin=b" " * (TEXT_MOST + 1))


def test_a_file_without_an_end_is_not_read_for_ever() -> None:
    assert "it is above 10 MB" in refused("assess", "--as-of", "2026-11-20", "/dev/zero")


def test_a_dossier_of_too_many_facts_is_refused(tmp_path: Path) -> None:
    dossier = json.loads((ROOT / "docs/examples/july.json").read_text("utf-8"))
    dossier["facts"] *= FACTS_MOST
    path = tmp_path / "dossier.json"
    path.write_text(json.dumps(dossier), "utf-8")
    assert "allowed are 5000 at most" in refused("assess", "--as-of", "2026-11-20", str(path))


@pytest.mark.parametrize("kind", ["statutes", "calendars"])
def test_a_file_of_the_law_above_the_bound_is_refused(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / kind
    shutil.copytree(ROOT / "law" / (kind if kind == "statutes" else "calendars/vn"), folder)
    path = next(iter(sorted(folder.rglob("*.toml"))))
    path.write_bytes(path.read_bytes() + b"\n#" + b" " * 5_000_000)
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), "law", "check", f"--{kind}", str(folder),
         "--lang", "en"],
        capture_output=True, check=False, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert b"above 5 MB" in done.stderr + done.stdout


def test_a_formula_in_csv_or_workbook_refuses_its_row_and_nothing_is_taken(tmp_path: Path) -> None:
    typed = write_csv(tmp_path / "r.csv", table(row(debtor='=HYPERLINK("x")')))
    computed = write_xlsx(tmp_path / "r.xlsx", table(row()), formulas={"C2": "=1+4"})
    for path in (typed, computed):
        done = subprocess.run(
            [sys.executable, str(ROOT / "starter.py"), "import", str(path), "--dry-run",
             "--lang", "en"],
            capture_output=True, check=False, timeout=60, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 2
        assert b"formula" in done.stdout
        assert b"0 good, 1 refused" in done.stdout


def test_a_real_register_stays_within_every_bound(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_register(path, read_today())
    check_package(path)
    assert len(read_register_file(path).rows) == 300
