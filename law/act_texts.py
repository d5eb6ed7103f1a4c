"""Read the acts' texts that are at hand, article by article; no date needs them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from law.errors import StatuteFileError
from law.model import Place

FOLDER = Path(__file__).parent / "texts"
Kind = Literal["copy", "ocr"]

_FENCE = "+++\n"
_ARTICLE = re.compile(r"^## Điều \[?(?P<number>\d+[a-zđ]?)\]?\. ?(?P<title>.*)$")
_CLAUSE = re.compile(r"^\[?(?P<label>\d{1,2}[a-zđ]?)\.\]?(?!\d)")
_POINT = re.compile(r"^\[?(?P<label>[a-zđ]\d?)\)")
_SOURCE = re.compile(r"^\(Điều ")
_SINCE = re.compile(r"kể từ ngày (\d{2})/(\d{2})/(\d{4})")


class Front(BaseModel):
    """What a text's head says of it.

    `kind`: `copy` (word for word) or `ocr` (read by machine: letters err, digits seldom).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: str
    kind: Kind
    name: str
    about_vi: str
    about_en: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its paragraphs, and the day from which it has stood in these words."""

    number: str
    title: str
    since: date
    paragraphs: tuple[str, ...]

    def within(self, place: Place) -> str:
        """Give the text of a clause or point, after what leads up to it; else of the article."""
        clause = _part(self.paragraphs, _CLAUSE, place.clause)
        return "\n".join(_part(clause, _POINT, place.point))

    def has(self, place: Place) -> bool:
        """Tell whether the article has such a clause, and the clause such a point."""
        clause = _part(self.paragraphs, _CLAUSE, place.clause)
        return _labelled(self.paragraphs, _CLAUSE, place.clause) and _labelled(
            clause, _POINT, place.point
        )


@dataclass(frozen=True, slots=True)
class ActText:
    """The text of an act that is at hand, as it stood on `first`."""

    front: Front
    first: date
    articles: dict[str, Article]


def _part(
    paragraphs: tuple[str, ...], label: re.Pattern[str], wanted: str | None
) -> tuple[str, ...]:
    """Keep what stands before the first label, and what stands under the label that is wanted."""
    if wanted is None:
        return paragraphs
    kept: list[str] = []
    under: str | None = None
    for paragraph in paragraphs:
        found = label.match(paragraph)
        under = found["label"] if found else under
        if under is None or under == wanted:
            kept.append(paragraph)
    return tuple(kept)


def _labelled(paragraphs: tuple[str, ...], label: re.Pattern[str], wanted: str | None) -> bool:
    matches = (label.match(paragraph) for paragraph in paragraphs)
    return wanted is None or any(found and found["label"] == wanted for found in matches)


def load_texts(folder: Path = FOLDER) -> dict[str, tuple[ActText, ...]]:
    """Read every text in `folder` by the number of its act, the earliest first.

    Raises `StatuteFileError` for a head that does not read, an article that stands twice, or
    a file that holds none.
    """
    found: dict[str, list[ActText]] = {}
    for path in sorted(folder.glob("*/*.txt")):
        name = f"{folder.name}/{path.parent.name}/{path.name}"
        text = read_text(path.read_text("utf-8"), path.stem, name)
        found.setdefault(text.front.act, []).append(text)
    if not found:
        raise StatuteFileError(
            f"{folder.name}: holds no text such as law-106-2025/2026-07-01.txt",
            f"{folder.name}: không có văn bản nào, như law-106-2025/2026-07-01.txt",
        )
    return {act: tuple(texts) for act, texts in found.items()}


def read_text(text: str, day: str, name: str) -> ActText:
    """Read one text; `day`, by which its file is named, is one on which it stood so."""
    opening, _, rest = text.partition(_FENCE)
    head, fence, body = rest.partition(_FENCE)
    if opening or not fence:
        raise StatuteFileError(
            f"{name}: starts with no head between two lines of +++",
            f"{name}: phải mở đầu bằng phần giới thiệu giữa hai dòng +++",
        )
    try:
        first = date.fromisoformat(day)
        front = Front.model_validate(tomllib.loads(head))
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise StatuteFileError(
            f"{name}: the head does not read: {reason}",
            f"{name}: không đọc được phần giới thiệu: {reason}",
        ) from error
    articles: dict[str, Article] = {}
    for number, title, paragraphs in _split(body):
        if number in articles:
            raise StatuteFileError(
                f"{name}: Article {number} stands twice; keep one of the two",
                f"{name}: Điều {number} có hai lần; hãy giữ một",
            )
        articles[number] = Article(number, title, _since(paragraphs, first), paragraphs)
    if not articles:
        raise StatuteFileError(
            f"{name}: holds no article; each starts with a line such as '## Điều 1. …'",
            f"{name}: không có điều nào; mỗi điều bắt đầu bằng một dòng như '## Điều 1. …'",
        )
    return ActText(front=front, first=first, articles=articles)


def _split(body: str) -> list[tuple[str, str, tuple[str, ...]]]:
    found: list[tuple[str, str, list[str]]] = []
    for line in body.splitlines():
        article = _ARTICLE.match(line)
        if article:
            found.append((article["number"], article["title"], []))
        elif line.strip() and not line.startswith("# ") and found:
            found[-1][2].append(line.strip())
    return [(number, title, tuple(paragraphs)) for number, title, paragraphs in found]


def _since(paragraphs: tuple[str, ...], first: date) -> date:
    """Read the day of an article's last amendment from the line that a codification prints."""
    if not paragraphs or not _SOURCE.match(paragraphs[0]):
        return first
    days = [date(int(y), int(m), int(d)) for d, m, y in _SINCE.findall(paragraphs[0])]
    return max(days, default=first)
