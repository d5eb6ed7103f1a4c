"""Print answers: one JSON document, or lines and tables to be read by people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from i18n.texts import Lang, say

OK = 0
WRONG = 1
"""What was looked at is not in order, such as a statute book with a hole."""
BAD_INPUT = 2
REFUSED_PLAN = 3
NOT_ALLOWED = 4
"""Whoever asks does not have the right to be shown this."""

_PIPED_WIDTH = 160


def print_json(data: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def print_lines(lines: Iterable[str], *, style: str = "") -> None:
    """Print plain lines; a terminal folds them between words, a pipe gets them whole."""
    console = _console()
    for line in lines:
        console.print(Text(visible(line), style=style), soft_wrap=not console.is_terminal)


def print_heading(text: str) -> None:
    """Print a heading after an empty line."""
    print_lines(["", text], style="bold")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, as wide as it needs up to the terminal's width."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    _console().print(table)


def print_sentence(error: Exception | str) -> None:
    """Print one sentence on standard error, on one line."""
    sys.stderr.write(visible(" ".join(str(error).split())) + "\n")


def visible(text: str) -> str:
    """Replace what a terminal would obey instead of show; texts may come from any file."""
    return "".join(char if char.isprintable() else " " for char in text)


class _Printer(Console):
    def on_broken_pipe(self) -> None:
        # The library would leave with exit code 1, which means that something is wrong.
        raise BrokenPipeError


def _console() -> Console:
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return _Printer(
        markup=False, highlight=False, emoji=False, width=_PIPED_WIDTH if piped else None
    )


def page_line(page: int, most: int, rows: int, lang: Lang) -> list[str]:
    """Say which page of a list this is; nothing where one page holds it all."""
    pages = max(1, -(-rows // most))
    if page > pages:
        return [say(lang, "watch.no_page", page=page, pages=pages)]
    if pages > 1:
        return [say(lang, "watch.page", page=page, pages=pages, n=rows)]
    return []
