"""Write the few forms of Markdown that the generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `python -m docs.generate`; a test compares. Do not edit. -->"


def join(parts: Iterable[str]) -> str:
    """Put the parts of a page one under the other, with the notice above them."""
    return "\n\n".join(part.strip("\n") for part in (NOTICE, *parts) if part) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a bar in a cell is escaped, a line break becomes a blank."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def escape(text: str) -> str:
    """Keep a quoted text from being read as markup."""
    return text.replace("\\", "\\\\").replace("<", "&lt;").replace("*", "\\*").replace("`", "\\`")


def quote(text: str) -> str:
    """Write a block quotation, line by line."""
    return "\n".join(f"> {escape(line)}".rstrip() for line in text.strip().splitlines())


def bullets(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a list of labels with their texts."""
    return "\n".join(f"- **{label}:** {text}" for label, text in pairs)


def steps(lines: Iterable[str]) -> str:
    """Write a numbered list."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def details(summary: str, *parts: str) -> str:
    """Write a part that opens by a click."""
    head = f"<details>\n<summary>{escape(summary)}</summary>"
    return "\n\n".join((head, *parts, "</details>"))


def anchor(name: str) -> str:
    """Write a place that a link can lead to, of the same name on every host."""
    return f'<a id="{name}"></a>'


def mermaid(diagram: str) -> str:
    """Write a diagram."""
    return f"```mermaid\n{diagram}\n```"


def label(text: str) -> str:
    """Quote a label of a diagram; a quotation mark within would end it."""
    return '"' + " ".join(text.split()).replace('"', "#quot;") + '"'
