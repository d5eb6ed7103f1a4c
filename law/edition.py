"""Keep one statute book with one calendar, and look whether their files hold another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from law import calendar as calendars
from law import corpus as corpora
from law.calendar import Calendar, load_calendar
from law.checks import Placed
from law.corpus import Corpus, load_corpus, uncovered_days
from law.errors import CalendarFileError, DataFileError, StatuteFileError
from law.readings import settle_by_file


@dataclass(frozen=True)
class Edition:
    """What a whole assessment goes by: one book with one calendar, taken together."""

    book: Corpus
    calendar: Calendar

    @property
    def hashes(self) -> tuple[str, str]:
        """Give the hash of the book and that of the calendar."""
        return self.book.hash, self.calendar.hash


@dataclass(frozen=True)
class Shelf:
    """The folders in which the law is kept, and the names that its rules may use."""

    names: frozenset[str]
    statutes: Path = corpora.FOLDER
    calendars: Path = calendars.FOLDER
    readings: Path | None = None
    judge: Callable[[Placed], None] | None = None

    def read(self) -> Edition:
        """Read both folders; raise `DataFileError` where a file or the whole cannot be used.

        A topic that no rule covers on a day on which the law of the book changes is a fault of
        the whole: a folder that is copied in part would read so.
        """
        book = load_corpus(self.names, self.statutes, self.judge)
        calendar = load_calendar(self.calendars)
        for topic, first, last in uncovered_days(book, max(book.eras)):
            raise StatuteFileError(
                f"topic {topic!r} has neither a rule nor a declared gap from {first} to {last}; "
                "add its file, or name it in 'not_encoded' of the act",
                f"chủ đề {topic!r} không có quy định hay khoảng trống đã khai nào từ {first} đến "
                f"{last}; hãy thêm tệp của chủ đề, hoặc nêu trong 'not_encoded' của văn bản",
                file=self.statutes.name,
            )
        for earlier, later in pairwise(calendar.years):
            if later != earlier + 1:
                raise CalendarFileError(
                    "is missing between other years; add it",
                    "còn thiếu giữa các năm khác; hãy thêm vào",
                    file=f"{earlier + 1}.toml",
                )
        return Edition(settle_by_file(book, self.readings), calendar)

    def fingerprint(self) -> str:
        """Hash the names and the bytes of all files; what cannot be read counts as such."""
        digest = hashlib.sha256()
        for folder in (self.statutes, self.calendars):
            digest.update(b"\n")
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder)
                if any(part.startswith((".", "__")) for part in name.parts):
                    continue
                digest.update(f"{name}\n".encode("utf-8", "surrogateescape"))
                digest.update(_content(path))
        if self.readings is not None:
            digest.update(b"\n" + _content(self.readings))
        return digest.hexdigest()


def _content(path: Path) -> bytes:
    try:
        return b"/" if path.is_dir() else hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        return str(error.errno).encode()


@lru_cache(maxsize=4)
def _read_known(shelf: Shelf, _fingerprint: str) -> Edition:
    return shelf.read()


def read_edition(shelf: Shelf) -> Edition:
    """Read a shelf, once for as long as its files stay as they are; raise `DataFileError`."""
    return _read_known(shelf, shelf.fingerprint())


@dataclass(frozen=True)
class Look:
    """What a look found: the edition in use, what refuses another, whether that is news."""

    edition: Edition
    refused: DataFileError | None
    is_news: bool


class Watch:
    """The edition in use, and the looks at its files; call one look after the other.

    Files are taken when two looks in a row find them the same, so that a folder which is being
    copied is left alone, and only if they read; else the edition in use stays. A refusal is
    news once for its content; files that are as they were before end it.
    """

    def __init__(self, shelf: Shelf) -> None:
        """Read the shelf; raise `DataFileError` where it cannot be used."""
        self._shelf = shelf
        self._taken = shelf.fingerprint()
        self._seen = self._taken
        self._said = ""
        self.edition = shelf.read()
        self.refused: DataFileError | None = None
        if shelf.fingerprint() != self._taken:
            self._taken = self._seen = ""

    def look(self) -> Look:
        """Look at the files once; takes about 10 ms, and 200 ms where they changed."""
        found = self._shelf.fingerprint()
        if found == self._taken:
            self._seen = found
            return self._keep(None, "")
        if found != self._seen:
            self._seen = found
            return Look(self.edition, self.refused, is_news=False)
        try:
            edition = self._shelf.read()
        except DataFileError as error:
            return self._keep(error, f"{found} {error}") if self._stands(found) else self._later()
        if not self._stands(found):
            return self._later()
        is_news = edition.hashes != self.edition.hashes or self.refused is not None
        self.edition, self.refused, self._taken, self._said = edition, None, found, ""
        return Look(edition, None, is_news=is_news)

    def _keep(self, refused: DataFileError | None, said: str) -> Look:
        is_news = said != self._said
        self.refused, self._said = refused, said
        return Look(self.edition, refused, is_news=is_news)

    def _stands(self, found: str) -> bool:
        """Tell whether the files are still those that were found before they were read."""
        return self._shelf.fingerprint() == found

    def _later(self) -> Look:
        self._seen = ""
        return Look(self.edition, self.refused, is_news=False)
