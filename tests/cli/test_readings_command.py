"""What can be read in several ways: listed, settled in a file, and told on receipts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from i18n.texts import LANGS, Lang
from tests.golden import DECISION, HASH, TWO_WAYS

Thads = Callable[..., tuple[int, str, str]]

HERE = Path(__file__).parent
DOSSIER = str(HERE / "dossiers" / "readings.json")


@pytest.fixture(name="kept")
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "var" / "readings.toml"
    monkeypatch.setenv("THADS_READINGS", str(path))
    return path


def _told(thads: Thads, lang: Lang) -> str:
    told = ""
    for limit in TWO_WAYS:
        code, out, err = thads("why", DOSSIER, limit, "--as-of", "2026-11-20", "--lang", lang)
        assert (code, err) == (0, "")
        told += out + "\n"
    return HASH.sub("<hash>", told)


@pytest.mark.parametrize("lang", LANGS)
def test_receipts_with_two_readings_read_as_agreed(thads: Thads, lang: Lang) -> None:
    golden = (HERE / "golden" / f"readings.{lang}.txt").read_text("utf-8")
    assert _told(thads, lang) == golden


@pytest.mark.parametrize("lang", LANGS)
def test_receipts_of_a_settled_question_read_as_agreed(
    thads: Thads, kept: Path, lang: Lang
) -> None:
    assert not kept.parent.exists()
    assert thads("law", "settle", "worked_saturday", "working_day", *DECISION)[0] == 0
    golden = (HERE / "golden" / f"settled.{lang}.txt").read_text("utf-8")
    assert _told(thads, lang) == golden


def test_the_list_names_every_question_with_what_is_settled(thads: Thads, kept: Path) -> None:
    thads("law", "settle", "worked_saturday", "working_day", *DECISION)
    code, out, err = thads("law", "readings", "--office", "nghe-an/kv1", "--json")
    assert (code, err) == (0, "")
    found = {entry["id"]: entry for entry in json.loads(out)["questions"]}
    assert [r["id"] for r in found["worked_saturday"]["readings"]] == ["working_day", "day_off"]
    assert found["worked_saturday"]["settled"] == [
        {
            "question": "worked_saturday", "reading": "working_day", "office": "nghe-an",
            "by": "Thủ trưởng cơ quan mẫu", "on": "2026-11-20", "reason": 'văn bản mẫu "số 1"',
        }
    ]  # fmt: skip
    assert found["service.media"]["safer"] == "earlier"
    assert found["service.media"]["settled"] == []
    elsewhere = json.loads(thads("law", "readings", "--office", "ha-tinh", "--json")[1])
    assert all(entry["settled"] == [] for entry in elsewhere["questions"])


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_is_told_in_words(thads: Thads, lang: Lang) -> None:
    code, out, _ = thads("law", "readings", "--lang", lang)
    assert code == 0
    assert "{" not in out
    for question in ("worked_saturday", "running_on_change", "paused_time", "coercion.barred_tet"):
        assert f"({question})" in out


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        (("nothing", "day_off", *DECISION), "QUESTION"),
        (("worked_saturday", "sunday", *DECISION), "READING"),
        (("worked_saturday", "day_off", *DECISION[:-1], " "), "reason"),
        (("worked_saturday", "day_off", *DECISION), "worked_saturday"),
    ],
)
def test_a_wrong_decision_changes_no_file(
    thads: Thads, kept: Path, tokens: tuple[str, ...], told: str
) -> None:
    thads("law", "settle", "worked_saturday", "working_day", *DECISION)
    before = kept.read_bytes()
    code, out, err = thads("law", "settle", *tokens, "--lang", "en")
    assert (code, out) == (2, "")
    assert told in err
    assert kept.read_bytes() == before
    assert [path.name for path in kept.parent.iterdir()] == ["readings.toml"]


def test_without_the_setting_there_is_nowhere_to_write(thads: Thads) -> None:
    code, _, err = thads("law", "settle", "worked_saturday", "day_off", *DECISION)
    assert code == 2
    assert "THADS_READINGS=" in err


def test_what_was_written_by_hand_stays(thads: Thads, kept: Path) -> None:
    kept.parent.mkdir()
    kept.write_text("# của cơ quan mẫu", "utf-8")
    assert thads("law", "settle", "service.media", "next_day", *DECISION)[0] == 0
    assert kept.read_text("utf-8").startswith("# của cơ quan mẫu\n\n[[settled]]\n")


def test_the_check_of_the_book_reads_what_is_settled(thads: Thads, kept: Path) -> None:
    kept.parent.mkdir()
    kept.write_text("[[settled]]\nquestion = 'x'\n", "utf-8")
    code, _, err = thads("law", "check", "--today", "2026-11-23", "--lang", "en")
    assert code == 1
    assert "readings.toml, line 1: field 'settled.0.reading' is missing" in err
