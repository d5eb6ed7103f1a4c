"""`thads alerts`: listed as before, answered by command, shown with what was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

import pytest

import cli.replies
import cli.watch
from cli import assess, replies, watch
from cli.app import build, run
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.seals import SEAL
from tests.store import dossiers

Told = Callable[..., tuple[int, str, str]]
CASE, FILE = "NA-2026-000001", "case_file.opening#4"


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        await Register(engine, SEAL).project(dossiers.build(), assessed(dossiers.build()), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="alerts")
def _alerts(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Told:
    """Run `thads alerts` on 9 October 2026, with two limits passed the day before."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("THADS_ACTOR", "cv.an")
    monkeypatch.setenv("COLUMNS", "240")
    for module in (cli.replies, cli.watch):
        monkeypatch.setattr(module, "read_now", lambda: dossiers.NOW)
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        words = tokens if tokens[:1] == ("why",) else ("alerts", *tokens)
        code = run(build((replies.add_to, watch.add_to, assess.add_to)), words)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_list_is_the_default_and_takes_its_options_as_before(alerts: Told) -> None:
    plain = json.loads(alerts("--json")[1])
    assert len(plain) == 2
    assert json.loads(alerts("list", "--json")[1]) == plain
    assert json.loads(alerts("--office", "nghe-an/kv2", "--json")[1]) == []


def test_what_is_acknowledged_is_said_and_shows_in_the_list(alerts: Told) -> None:
    code, out, err = alerts("ack", CASE, "case_file.opening", "--reason", "đang lập hồ sơ")
    assert (code, err) == (0, "")
    assert "cv.an đã nắm: Lập hồ sơ thi hành án, hạn 08/10/2026" in out
    assert "16/10/2026" in out
    listed = {row["occurrence"]: row["answer"] for row in json.loads(alerts("--json")[1])}
    assert listed[FILE]["text"] == "đang lập hồ sơ"
    assert listed["procuracy.sending#3"] is None
    assert "Đã nắm đến" in alerts()[1]
    code, out, _ = alerts("ack", CASE, "case_file.opening", "--reason", "đang lập hồ sơ")
    assert code == 0
    assert "đã có từ trước" in out


def test_a_snooze_and_a_comment_are_kept_under_who_gave_them(alerts: Told) -> None:
    snoozed = alerts("snooze", CASE, FILE, "--until", "2026-10-12T14:00", "--json")
    until = datetime.fromisoformat(json.loads(snoozed[1])["until"])
    assert until == dossiers.moment("2026-10-12T14:00:00")
    assert alerts("comment", CASE, FILE, "làm ngay hôm nay", "--as", "tt.nghe-an")[0] == 0
    code, out, _ = alerts("show", CASE, "--lang", "en")
    assert code == 0
    assert "làm ngay hôm nay" in out
    shown = json.loads(alerts("show", CASE, "--json")[1])
    assert [(a["person"], a["action"], a["actor"]) for a in shown["answers"]] == [
        ("cv.an", "snooze", "cv.an"), ("tt.nghe-an", "comment", "cv.an"),
    ]  # fmt: skip
    assert {a["kind"] for a in shown["alerts"]} == {"rung", "reminder"}


def test_why_tells_what_was_answered_about_this_limit_and_no_other(alerts: Told) -> None:
    alerts("ack", CASE, FILE, "--reason", "đang lập hồ sơ")
    asked = ("why", CASE, FILE, "--as-of", "2026-10-09T09:00")
    assert "Đã nắm: cv.an, 08:00 09/10/2026, đến 07:" in alerts(*asked)[1]
    assert "đang lập hồ sơ" in alerts(*asked)[1]
    other = ("why", CASE, "procuracy.sending", "--as-of", "2026-10-09T09:00")
    assert "đang lập hồ sơ" not in alerts(*other)[1]


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (("ack", CASE, FILE), "--reason"),
        (("ack", CASE, FILE, "--reason", " "), "hãy nêu ngắn gọn"),
        (("ack", CASE, FILE, "--reason", "x", "--until", "mai"), "2026-11-23"),
        (("ack", CASE, FILE, "--reason", "x", "--until", "2027-01-01"), "đến 2026-11-08"),
        (("ack", CASE, FILE, "--reason", "x", "--as", "cv.khong"), "tt.nghe-an"),
        (("ack", CASE, "decision.on_request", "--reason", "x"), f"#3, {FILE}, voluntary"),
        (("ack", "NA-0", FILE, "--reason", "x"), "thads search"),
        (("snooze", CASE, FILE), "--until"),
        (("snooze", CASE, FILE, "--until", "2026-10-20"), "chỉ hoãn nhắc được đến 2026-10-13T07"),
        (("revoke", CASE, FILE, "--reason", "nhầm"), "không có xác nhận"),
        (("show", "NA-0"), "thads search"),
    ],
)
def test_what_is_wrong_is_refused_in_one_sentence_and_nothing_is_kept(
    alerts: Told, tokens: tuple[str, ...], words: str
) -> None:
    code, out, err = alerts(*tokens)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err
    assert json.loads(alerts("show", CASE, "--json")[1])["answers"] == []
