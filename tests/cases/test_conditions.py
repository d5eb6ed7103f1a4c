from __future__ import annotations

from pathlib import Path

import pytest

from cases.conditions import check_conditions
from cases.predicates import names_known
from law import corpus
from law.corpus import load_corpus
from law.errors import StatuteFileError

ACT = """number = "1/2000"
name = { vi = "Luật", en = "Law" }
short = { vi = "Luật", en = "Law" }
in_force = 2000-01-01
source = "a copy"
"""
HEAD = """cite = { article = "37" }
title = { vi = "Tên", en = "Title" }
text = "Trong thời hạn"
"""
LIMIT = f"""[[limit]]
id = "first"
{HEAD}starts_on = ["decision_validly_notified"]
met_by = ["means_verified"]
term = {{ length = 9, unit = "days" }}
holder = "officer"
"""
ON = "when_on.decision_validly_notified"
GUARD = f"""[[guard]]
id = "second"
{HEAD}judges = ["coercion_carried_out"]
"""
WAITING = LIMIT.replace("[[limit]]", "[[waiting]]").replace(
    'term = { length = 9, unit = "days" }', 'raises = "voluntary_period_expired"'
)


def _load(folder: Path, text: str) -> None:
    (folder / "old" / "topic").mkdir(parents=True)
    (folder / "old" / "act.toml").write_text(ACT, "utf-8")
    (folder / "old" / "topic" / "2000-01-01.toml").write_text(text, "utf-8")
    load_corpus(names_known(), folder, check_conditions)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (LIMIT + 'while_state = ["no_meens"]', 10, "while_state names 'no_meens'"),
        (LIMIT + 'when = { orign = ["on_request"] }', 10, "when names 'orign'"),
        (LIMIT + 'when = { origin = ["on_reqest"] }', 10, "origin = 'on_reqest'"),
        (LIMIT + 'when = { channel = ["pigeon"] }', 10, "channel = 'pigeon'"),
        (LIMIT + "unless_when = { urgent = ['true'] }", 10, "urgent = 'true'"),
        (LIMIT + "when_on.closed = { urgent = [true] }", 10, "when_on names 'closed'"),
        (LIMIT + f'{ON} = {{ chanel = ["post"] }}', 10, "when_on names 'chanel'"),
        (LIMIT + f'{ON} = {{ channel = ["pigeon"] }}', 10, "channel = 'pigeon'"),
        (LIMIT + 'delivered_by = "voluntary_period_expired"', 10, "delivered_by names 'volun"),
        (LIMIT + 'met_when = { outcom = ["x"] }', 10, "met_when names 'outcom'"),
        (LIMIT + 'same = ["aset"]', 10, "same names 'aset'"),
        (LIMIT + 'successor = "third"', 10, "the rule 'third', which the book does not have"),
        (LIMIT.replace('"means_verified"', '"officer_known"'), 7, "met_by names 'officer_known'"),
        (WAITING + 'ends_by_field = "channel"', 10, "ends_by_field names 'channel'"),
        (GUARD + 'barred_in = ["suspendid"]', 7, "barred_in names 'suspendid'"),
        (GUARD + 'after_waiting = "third"', 7, "after_waiting names the rule 'third'"),
    ],
)
def test_a_condition_that_no_case_can_meet_is_refused_where_it_stands(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(StatuteFileError) as told:
        _load(tmp_path, f"{text}\n")
    assert (told.value.file, told.value.line) == ("old/topic/2000-01-01.toml", line)
    assert reason in str(told.value)


@pytest.mark.parametrize(
    "more",
    [
        'while_state = ["no_means"]',
        'when = { origin = ["on_request"], channel = ["post"], situation = ["ordinary"] }',
        "unless_when = { urgent = [true] }",
        ON + ' = { channel = ["post"] }',
        'delivered_by = "closed"',
        'met_when = { outcome = ["with_means"] }',
        'unless = ["officer_known", "coercion_carried_out"]',
    ],
)
def test_a_condition_that_a_case_can_meet_is_taken(tmp_path: Path, more: str) -> None:
    _load(tmp_path, f"{LIMIT}{more}\n")


def test_the_shipped_book_asks_for_nothing_that_no_case_has() -> None:
    load_corpus(names_known(), corpus.FOLDER, check_conditions)
