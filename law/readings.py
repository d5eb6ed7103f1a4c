"""Read what the texts leave open, and the file in which an agency settles how it reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from law.corpus import Corpus, Version
from law.errors import DataFileError, ReadingsFileError
from law.model import Gap, WayToRead, Window
from law.settlements import QUESTIONS, Question, QuestionsFile, Settlement, SettlementsFile
from law.sources import Source, read_model, read_source

WORKED_SATURDAY = "worked_saturday"
RUNNING_ON_CHANGE = "running_on_change"
PAUSED_TIME = "paused_time"


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
    if not path.exists():
        raise ReadingsFileError(
            "is not there; THADS_READINGS names the file of what is settled",
            "không có; THADS_READINGS nêu tệp ghi cách hiểu đã quyết định",
            file=str(path),
        )
    source = read_source(path, path.name, ReadingsFileError)
    return settle(corpus, read_settlements(source, corpus))


def read_settlements(source: Source, corpus: Corpus) -> tuple[Settlement, ...]:
    """Read the decisions of an agency, checked against the questions of the book.

    Raises `ReadingsFileError` for an unknown question or reading, a field that is missing,
    empty or unknown, and a question settled twice for one office.
    """
    found = source.validate(SettlementsFile).settled
    known = questions_of(corpus)
    taken: dict[tuple[str, str], int] = {}
    for number, one in enumerate(found):
        if one.question not in known:
            raise _not_known(source, number, "question", one.question, known)
        ways = [way.id for way in known[one.question][0].reading]
        if one.reading not in ways:
            raise _not_known(source, number, "reading", one.reading, ways)
        first = taken.setdefault((one.question, one.office), number)
        if first != number:
            line = source.line("settled", first)
            raise source.refuse(
                ("settled", number, "office"),
                f"{one.question} is settled for {one.office} at line {line} already; "
                "keep one of the two blocks",
                f"{one.question} đã được quyết định cho {one.office} ở dòng {line}; "
                "chỉ giữ một khối",
            )
    return found


def _not_known(
    source: Source, number: int, field: str, value: str, known: Iterable[str]
) -> DataFileError:
    listed = ", ".join(known)
    return source.refuse(
        ("settled", number, field),
        f"{field} is {value!r}; allowed is one of: {listed}; see `thads law readings`",
        f"{field} là {value!r}; cho phép một trong: {listed}; xem `thads law readings`",
    )
