"""Hold the documents to the code: generated pages, links, commands, settings, both languages."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.generate.files import orphans, write_all
from settings import Settings

ROOT = Path(__file__).parents[2]
ENGLISH, VIETNAMESE = ROOT / "README.md", ROOT / "README.vi.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
_PLACE = re.compile(r'<a id="([^"]+)"></a>')
_HEADING = re.compile(r"^#{1,6} .+$", re.MULTILINE)
_WITHOUT_SERVER = ("thads law ", "thads assess ", "thads why docs/")


def _blocks(document: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(document.read_text("utf-8"))


def _prose(document: Path) -> str:
    return _BLOCK.sub("", document.read_text("utf-8"))


def _headings(document: Path) -> list[str]:
    return _HEADING.findall(_prose(document))


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower())
    return words.replace(" ", "-")


def _anchors(document: Path) -> list[str]:
    """List where a link into a document may lead: its headings and its named places."""
    named = _PLACE.findall(document.read_text("utf-8"))
    return [*named, *map(_anchor, _headings(document))]


def _links(document: Path) -> Iterator[str]:
    for first, second in _LINK.findall(_prose(document)):
        yield unquote(first or second)


def _commands(document: Path) -> list[str]:
    lines = [
        line.partition(" #")[0].strip()
        for language, text in _blocks(document)
        if language in {"shell", "sh"}
        for line in text.splitlines()
    ]
    return [line for line in lines if line.startswith(_WITHOUT_SERVER)]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", write_all(), ids=_name)
def test_a_generated_page_is_what_the_code_says_now(path: Path) -> None:
    assert path.read_text("utf-8") == write_all()[path], "run: python -m docs.generate"


def test_nothing_else_lies_among_the_generated_pages() -> None:
    assert orphans() == [], "run: python -m docs.generate"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_relative_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for link in _links(document):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


@pytest.mark.parametrize("command", _commands(ENGLISH))
def test_a_command_of_the_readme_that_needs_no_server_runs(command: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *shlex.split(command)[1:]],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.strip()


def test_the_readme_shows_commands_that_need_no_server() -> None:
    assert {command.split()[1] for command in _commands(ENGLISH)} >= {"law", "assess", "why"}


def test_both_readmes_have_the_same_parts() -> None:
    assert len(_headings(ENGLISH)) == len(_headings(VIETNAMESE))
    assert [language for language, _ in _blocks(ENGLISH)] == [
        language for language, _ in _blocks(VIETNAMESE)
    ]
    assert _commands(ENGLISH) == _commands(VIETNAMESE)


@pytest.mark.parametrize("document", [ENGLISH, VIETNAMESE], ids=lambda path: path.name)
def test_every_setting_stands_in_the_readme_and_no_other(document: Path) -> None:
    shown = set(re.findall(r"`(THADS_[A-Z_]+)`", document.read_text("utf-8")))
    given = {
        f"THADS_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if field.validation_alias is None
    }
    assert shown - {"THADS_ACTOR"} == given


def test_the_changelog_begins_with_the_version_that_is_built() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    headings = [h for h in _headings(ROOT / "CHANGELOG.md") if re.match(r"## \[\d", h)]
    assert headings[0].startswith(f"## [{project['version']}]")
