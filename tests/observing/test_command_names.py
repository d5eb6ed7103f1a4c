"""A command's span is called by the command's words, and by nothing that was typed after them."""

from __future__ import annotations

import pytest

from cli import case, stuck
from cli.app import build, name_of

PLANTED = "Trồng Thử Tên"


@pytest.mark.parametrize(
    ("tokens", "name"),
    [
        (["case", "report", PLANTED, "judgment_received"], "thads case report"),
        (["dossier", "show", "NA-2026-000123"], "thads dossier show"),
        (["stuck", "--officer", PLANTED], "thads stuck"),
        (["case", PLANTED], "thads case"),
        ([PLANTED, "case", "show"], "thads"),
        (["--version"], "thads --version"),
        ([], "thads"),
    ],
)
def test_only_the_words_of_a_command_name_it(tokens: list[str], name: str) -> None:
    assert name_of(build([case.add_to, stuck.add_to]), tokens) == name
