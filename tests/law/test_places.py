from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import calendar, corpus
from law.places import find_line, lines_of

TEXT = '''\
# a comment with [brackets] and key = "value"
number = "1/2000"   # one more
name = { vi = "Luật", en = "Law" }
note = """
[[limit]]
id = "in a text"
"""

[[limit]]
id = "first"
term = { length = 9, unit = "days" }
met_by = [
  "one", # the first
  "two",
]

[[limit]]
"id" = 'second'
cite.article = "37"

[limit.term]
length = 5

[transition]
steps = { article = "1" }
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("number",), 2),
        (("name", "en"), 3),
        (("note",), 4),
        (("limit", 0), 9),
        (("limit", 0, "id"), 10),
        (("limit", 0, "term", "unit"), 11),
        (("limit", 0, "met_by", 1), 14),
        (("limit", 1, "id"), 18),
        (("limit", 1, "cite", "article"), 19),
        (("limit", 1, "term", "length"), 22),
        (("transition", "steps", "article"), 25),
    ],
)
def test_a_field_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert find_line(TEXT, path) == line
    assert find_line(TEXT.replace("\n", "\r\n"), path) == line


def test_a_field_that_is_missing_is_told_by_the_table_that_lacks_it() -> None:
    assert find_line(TEXT, ("limit", 1, "holder")) == 17
    assert find_line(TEXT, ("limit", 0, "term", "length_of", "x")) == 11
    assert find_line(TEXT, ("in_force",)) == 1


def _paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    if isinstance(value, dict):
        inner = [(key, item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        inner = []
    found = {path} if path else set()
    return found.union(*(_paths(item, (*path, key)) for key, item in inner))


@pytest.mark.parametrize(
    "path",
    [*sorted(corpus.FOLDER.rglob("*.toml")), *sorted(calendar.FOLDER.glob("*.toml"))],
    ids=lambda path: "-".join(path.parts[-3:]),
)
def test_every_field_of_every_shipped_file_is_found_on_a_line_that_names_it(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    found = lines_of(text)
    assert set(found) == _paths(tomllib.loads(text))
    for way, line in found.items():
        names = [part for part in way if isinstance(part, str)]
        assert names[-1] in lines[line - 1] or isinstance(way[-1], int)


_KEYS = st.one_of(
    st.sampled_from(["id", "term", "limit", "a-b", "c_d"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6),
)
_SCALARS = st.one_of(
    st.integers(-9, 9), st.booleans(), st.dates(), st.text(max_size=12), st.floats(-1, 1)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


def _quoted(text: str) -> str:
    body = "".join(
        f"\\u{ord(c):04x}" if c in '"\\' or (not c.isprintable() and ord(c) < 0x10000) else c
        for c in text
        if c.isprintable() or ord(c) < 0xD800
    )
    return f'"{body}"'


def _written(value: object) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_quoted(key)} = {_written(item)}" for key, item in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_written(item)}, # [x] = {{\n" for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


@given(
    st.lists(
        st.tuples(st.sampled_from(["[[limit]]", "[[gap]]"]), st.dictionaries(_KEYS, _VALUES)),
        max_size=4,
    )
)
def test_any_text_that_reads_is_followed_to_its_last_field(
    blocks: list[tuple[str, dict[str, object]]],
) -> None:
    text = "".join(
        f"{head}\n" + "".join(f"{_quoted(k)} = {_written(v)}\n\n" for k, v in block.items())
        for head, block in blocks
    )
    assert set(lines_of(text)) == _paths(tomllib.loads(text))
