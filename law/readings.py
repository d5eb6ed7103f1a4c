"""Read what the texts leave open, and the file in which an agency settles how it reads them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from law.calendar import Words
from law.corpus import Corpus, Version
from law.errors import ReadingsFileError
from law.model import Gap, WayToRead, Window
from law.settlements import QUESTIONS, Question, QuestionsFile, Settlement, SettlementsFile
from law.sources import read_model

WORKED_SATURDAY = "worked_saturday"
RUNNING_ON_CHANGE = "running_on_change"
PAUSED_TIME = "paused_time"

_HEADER = re.compile(r"^\s*\[\[\s*settled\s*\]\]", re.MULTILINE)
_LISTED = Words(vi="xem `thads law readings`", en="see `thads law readings`")
_NEEDED = Words(
    vi="mỗi khối [[settled]] cần question, reading, office, by, on (một ngày như 2026-11-23) "
    "và reason, không để trống",
    en="each block [[settled]] needs question, reading, office, by, on (a date such as "
    "2026-11-23) and reason, none of them empty",
)


@lru_cache(maxsize=1)
def counting_questions() -> dict[str, Question]:
    """Read the questions of counting, once for a process."""
    return {one.id: one for one in read_model(QuestionsFile, QUESTIONS, QUESTIONS.name).question}


@lru_cache(maxsize=16)
def counting_question(question: str) -> tuple[Question, tuple[WayToRead, ...]]:
    """Give a question of counting with its ways, in the order in which its file has them."""
    found = counting_questions()[question]
    return found, found.reading


@lru_cache(maxsize=1024)
def question_of(version: Version) -> Question:
    """Give the question that a wording leaves open; raise `TypeError` where it leaves none."""
    rule = version.rule
    if not isinstance(rule, (Gap, Window)) or not rule.reading:
        raise TypeError(f"{rule.id} leaves nothing open")
    return Question(
        id=rule.id, title=rule.title, source=rule.note or rule.title,
        reading=tuple(WayToRead(id=w.id, words=w.words, ground=w.ground) for w in rule.reading),
    )  # fmt: skip


def questions_of(corpus: Corpus) -> dict[str, tuple[Question, Version | None]]:
    """List every question that can be settled: those of counting, then those of single rules.

    A rule's question comes with the rule's latest wording.
    """
    found: dict[str, tuple[Question, Version | None]] = {
        one.id: (one, None) for one in counting_questions().values()
    }
    for version in sorted(corpus.versions, key=lambda v: (v.id, v.first)):
        if isinstance(version.rule, (Gap, Window)) and version.rule.reading:
            found[version.id] = (question_of(version), version)
    return found


def settle(corpus: Corpus, settlements: Iterable[Settlement]) -> Corpus:
    """Give the book with what is settled; its hash covers that, so dossiers are assessed again."""
    kept = tuple(settlements)
    if not kept:
        return corpus
    canon = "\n".join([corpus.hash, *sorted(one.model_dump_json() for one in kept)])
    digest = hashlib.sha256(canon.encode()).hexdigest()[:16]
    return replace(corpus, settlements=kept, hash=digest, _settled={})


def settle_by_file(corpus: Corpus, path: Path | None) -> Corpus:
    """Give the book as the file at `path` settles it, or unsettled where there is no file.

    Raises `ReadingsFileError` with the line, the field, what is allowed and what to do.
    """
    if path is None:
        return corpus
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingsFileError(
            f"cannot be read ({error}); THADS_READINGS names the file of what is settled",
            f"không đọc được ({error}); THADS_READINGS nêu tệp ghi cách hiểu đã quyết định",
            file=str(path),
        ) from error
    return settle(corpus, read_settlements(text, path.name, corpus))


def read_settlements(text: str, name: str, corpus: Corpus) -> tuple[Settlement, ...]:
    """Read the decisions of an agency, checked against the questions of the book.

    Raises `ReadingsFileError` for an unknown question or reading, a field that is missing,
    empty or unknown, and a question settled twice for one office.
    """
    try:
        found = SettlementsFile.model_validate(tomllib.loads(text)).settled
    except tomllib.TOMLDecodeError as error:
        raise ReadingsFileError(f"{error}", file=name) from error
    except ValidationError as error:
        first = error.errors()[0]
        block = next((part for part in first["loc"] if isinstance(part, int)), None)
        field = str(first["loc"][-1])
        value = None if first["type"] == "missing" else first.get("input")
        raise _refusal(name, text, block, field, value, _NEEDED) from error
    _check(found, name, text, corpus)
    return found


def _check(found: tuple[Settlement, ...], name: str, text: str, corpus: Corpus) -> None:
    known = questions_of(corpus)
    taken: dict[tuple[str, str], int] = {}
    for number, one in enumerate(found):
        if one.question not in known:
            raise _refusal(name, text, number, "question", one.question, _one_of(known))
        ways = [way.id for way in known[one.question][0].reading]
        if one.reading not in ways:
            raise _refusal(name, text, number, "reading", one.reading, _one_of(ways))
        first = taken.setdefault((one.question, one.office), number)
        if first != number:
            line = _line_of(text, first)
            twice = Words(
                vi=f"{one.question} đã được quyết định cho {one.office} ở dòng {line}; "
                "chỉ giữ một khối",
                en=f"{one.question} is settled for {one.office} at line {line} already; "
                "keep one of the two blocks",
            )
            raise _refusal(name, text, number, "office", one.office, twice)


def _one_of(names: Iterable[str]) -> Words:
    listed = ", ".join(names)
    return Words(
        vi=f"cho phép một trong: {listed}; {_LISTED.vi}",
        en=f"allowed is one of: {listed}; {_LISTED.en}",
    )


def _line_of(text: str, block: int | None) -> int:
    """Give the line on which a block begins; tomllib tells none."""
    starts = [match.start() for match in _HEADER.finditer(text)]
    if block is None or block >= len(starts):
        return 1
    return text.count("\n", 0, text.index("[[", starts[block])) + 1


def _refusal(
    name: str, text: str, block: int | None, field: str, value: object, allowed: Words
) -> ReadingsFileError:
    line = _line_of(text, block)
    if value is None:
        vi, en = "còn thiếu", "is missing"
    else:
        vi, en = f"là {value!r}", f"is {value!r}"
    return ReadingsFileError(
        f"{field} {en}; {allowed.en}", f"{field} {vi}; {allowed.vi}", file=name, line=line
    )
