"""Tell the golden stories, receipts in words and answers as JSON; run to write them anew.

    python -m tests.golden

What changed is then read in the difference, against the law and not against the code.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cases.assess import assess
from cases.assessment import Assessment, LimitRow
from cases.dossier import read_dossier
from cases.kinds import PREFIXES, Kind
from cases.predicates import names_known
from cases.views import as_json
from i18n.receipts import explain
from i18n.texts import LANGS, Lang
from law.calendar import Calendar, load_calendar
from law.corpus import Corpus, load_corpus
from tests.conftest import fact_from

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "cases" / "golden"
CLI = ROOT / "tests" / "cli"
TWO_WAYS = ("voluntary_period", "result.confirmation", "service.media")
DECISION = (
    "--office", "nghe-an", "--by", "Thủ trưởng cơ quan mẫu", "--on", "2026-11-20",
    "--reason", 'văn bản mẫu "số 1"',
)  # fmt: skip
WHY = ("decision.on_request", "voluntary_period", "verification.first")
HASH = re.compile(r"\b(?=[0-9a-f]*[0-9])(?:[0-9a-f]{32}|[0-9a-f]{16})\b")
"""A hash of the book, the calendar or a receipt; it moves with every rule, the words do not."""


@dataclass(frozen=True)
class Story:
    """A dossier, and the limits of it whose receipts are told, or else its whole answer."""

    name: str
    shows: str
    as_of: str
    facts: list[str]
    limits: list[str] = field(default_factory=list)
    origin: str = "on_request"
    officer: str | None = "cv.an"
    kind: Kind = "enforcement_case"

    def texts(self, book: Corpus, calendar: Calendar) -> dict[Path, str]:
        """Give what is kept of the story, by the file that keeps it."""
        answer = self._assess(book, calendar)
        if not self.limits:
            return {FOLDER / f"{self.name}.json": _as_text(answer)}
        rows = [row for row in answer.limits if row.id in self.limits]
        assert {row.id for row in rows} == set(self.limits), self.name
        return {FOLDER / f"{self.name}.{lang}.txt": _told(rows, lang) for lang in LANGS}

    def _assess(self, book: Corpus, calendar: Calendar) -> Assessment:
        plain: dict[str, Any] = {
            "id": f"{PREFIXES[self.kind]}X-1", "kind": self.kind, "office": "nghe-an/kv1",
            "officer": self.officer,
            "facts": [fact_from(text) for text in self.facts],
        }  # fmt: skip
        if self.kind == "enforcement_case":
            plain["origin"] = self.origin
        timed = "T" in self.as_of
        as_of = datetime.fromisoformat(self.as_of) if timed else date.fromisoformat(self.as_of)
        return assess(read_dossier(plain, as_of=as_of), book, calendar, as_of)


def stories() -> list[Story]:
    read = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))
    return [Story(name, **story) for name, story in read.items()]


def _told(rows: list[LimitRow], lang: Lang) -> str:
    """Tell the receipts, one paragraph each, with the hashes left out."""
    paragraphs = ["\n".join(explain(row.receipt, row, lang)) for row in rows]
    return HASH.sub("<hash>", "\n\n".join(paragraphs)) + "\n"


def _as_text(answer: Assessment) -> str:
    """Write the answer that other programs read, and the alerts that follow from it."""
    plain = as_json(answer) | {"alerts": [alert.model_dump(mode="json") for alert in answer.alerts]}
    return HASH.sub("<hash>", json.dumps(plain, ensure_ascii=False, indent=1)) + "\n"


def write_why() -> None:
    """Write anew what `thads why` prints of the two cases across the change of law."""
    for name in ("july", "november"):
        _write_why(name, name, WHY, "2026-11-23", dict(os.environ))
    with tempfile.TemporaryDirectory() as folder:
        kept = os.environ | {"THADS_READINGS": str(Path(folder) / "readings.toml")}
        _write_why("readings", "readings", TWO_WAYS, "2026-11-20", dict(os.environ))
        _run(kept, "law", "settle", "worked_saturday", "working_day", *DECISION)
        _write_why("readings", "settled", TWO_WAYS, "2026-11-20", kept)


def _write_why(
    dossier: str, golden: str, limits: tuple[str, ...], as_of: str, settings: dict[str, str]
) -> None:
    path = str(CLI / "dossiers" / f"{dossier}.json")
    for lang in LANGS:
        told = "".join(
            _run(settings, "why", path, limit, "--as-of", as_of, "--lang", lang) + "\n"
            for limit in limits
        )
        text = HASH.sub("<hash>", told)
        (CLI / "golden" / f"{golden}.{lang}.txt").write_text(text, "utf-8")


def _run(settings: dict[str, str], *tokens: str) -> str:
    command = [sys.executable, str(ROOT / "starter.py"), *tokens]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=settings
    )
    return done.stdout


def main() -> None:
    book, calendar = load_corpus(names_known()), load_calendar()
    kept = {FOLDER / "stories.toml"}
    for story in stories():
        for path, text in story.texts(book, calendar).items():
            path.write_text(text, "utf-8")
            kept.add(path)
    for path in set(FOLDER.iterdir()) - kept:
        path.unlink()
    write_why()


if __name__ == "__main__":
    main()
