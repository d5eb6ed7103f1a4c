"""Write the generated documents, law.md and stages.md: `python -m docs.generate`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from cases.predicates import names_known
from cases.stages import STATUS, TRANSITIONS, mermaid
from i18n.dates import short
from i18n.places import cite_briefly, spell_rule_term
from i18n.texts import name_of, say
from law.corpus import Corpus, Version, the_book
from law.model import Gap

FOLDER = Path(__file__).parent
DAY = date(2026, 11, 23)
"""The day whose law is listed; fixed, so that the document changes with the book alone."""

_NOTICE = "<!-- Written by `python -m docs.generate`; a test compares. Do not edit. -->"
_LAW = f"""{_NOTICE}

# The statute book

What the book holds on {DAY:%-d %B %Y}, by topic, and what it declares as a gap. The texts
themselves stand beside the rules in [`law/statutes/`](../law/statutes) and are shown by

    thads law show --on {DAY}
    thads law show --rule verification.first

Confidence tells how far the encoded text may be trusted until a lawyer has signed the rule:
**verbatim** read word for word in one unofficial copy; **ocr** read by machine from a scan;
**secondary** known from another publication only; **inferred** our reading, the text does not
say it. How a change is reviewed is written in [REVIEW.md](../REVIEW.md).
"""
_EARLIER = """
A wording starts on the in-force date of the latest amendment printed at its article; before that
day its text is not at hand.
"""
_STAGES = f"""{_NOTICE}

# The main line of a case

Printed from the table in [`cases/stages.py`](../cases/stages.py). An event that has no row for
the stage in which a case is leaves the stage as it is; the fact is recorded all the same.
`any_open_stage` stands for the open stages from `decided` on; `closed`, `terminated`, `entrusted`
and `request_returned` may also come earlier and during a pause, and `temporarily_suspended` during
a postponement. `resumed` leads back to the stage before the pause.
"""


def write_law(book: Corpus) -> str:
    """Write the rules in force on the day by topic, the gaps of that day and the earlier ones."""
    versions = sorted(book.rules_on(DAY), key=lambda v: (v.topic, v.id))
    rules = [version for version in versions if not isinstance(version.rule, Gap)]
    parts = [_LAW, *_acts(book), f"## Rules in force: {len(rules)}"]
    for topic, group in groupby(rules, key=lambda v: v.topic):
        parts += [f"### {topic}", _rules_of(group)]
    gaps = [version for version in versions if isinstance(version.rule, Gap)]
    earlier = [v for v in book.versions if isinstance(v.rule, Gap) and not v.holds_on(DAY)]
    parts += [
        f"## Gaps in force: {len(gaps)}",
        "What the law leaves open is declared and never filled with a number of our own.",
        _table(("Id", "Where", "Title", "Why", "Note"), (_gap(version) for version in gaps)),
        f"## Gaps of earlier law: {len(earlier)}",
        _EARLIER,
        _table(("Id", "Where", "In force", "Why"), map(_earlier_gap, sorted(earlier, key=_age))),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _age(version: Version) -> tuple[str, str, date]:
    return (version.act.number, version.id, version.first)


def _acts(book: Corpus) -> Iterator[str]:
    yield "## Acts"
    yield _table(
        ("Act", "Number", "In force", "Wordings", "Source"),
        (
            (
                act.short.en,
                act.number,
                _force(act.in_force, act.ended),
                str(sum(version.act is act for version in book.versions)),
                act.source,
            )
            for act in book.acts
        ),
    )
    for act in book.acts:
        if act.not_encoded:
            topics = ", ".join(act.not_encoded)
            yield f"Not encoded of {act.short.en}, so a step under it is not watched: {topics}."


def _rules_of(group: Iterable[Version]) -> str:
    heads = ("Id", "Where", "Term or kind", "Tên", "Title", "Holder", "Confidence")
    return _table(heads, (_rule(version) for version in group))


def _rule(version: Version) -> Sequence[str]:
    rule = version.rule
    holder = getattr(rule, "holder", None)
    return (
        f"`{rule.id}`",
        _place(version),
        spell_rule_term("en", rule),
        rule.title.vi,
        rule.title.en,
        name_of("en", "holders", holder.value) if holder else "–",
        rule.confidence.value
        + (f", signed by {version.signature.by}" if version.signature else ""),
    )


def _gap(version: Version) -> Sequence[str]:
    rule = version.rule
    return (
        f"`{rule.id}`", _place(version), f"{rule.title.vi} / {rule.title.en}", _why(version),
        rule.note.en if rule.note else "–",
    )  # fmt: skip


def _earlier_gap(version: Version) -> Sequence[str]:
    force = _force(version.first, version.last)
    return (f"`{version.id}`", _place(version), force, _why(version))


def _why(version: Version) -> str:
    return say("en", f"law.gap_{version.rule.why}") if isinstance(version.rule, Gap) else ""


def _place(version: Version) -> str:
    cite = version.cite
    return cite_briefly("en", cite.act, cite.article, cite.clause, cite.point)


def _force(first: date, last: date | None) -> str:
    return f"from {short(first, 'en')}" + (f" to {short(last, 'en')}" if last else "")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def write_stages() -> str:
    """Write the diagram of the main line and the list of its stages."""
    stages = _table(
        ("Stage", "Giai đoạn", "In English", "Status", "Reached by"),
        (
            (
                f"`{stage}`",
                name_of("vi", "stages", stage),
                name_of("en", "stages", stage),
                status,
                ", ".join(dict.fromkeys(f"`{t.event}`" for t in TRANSITIONS if t.target == stage)),
            )
            for stage, status in STATUS.items()
        ),
    )
    return f"{_STAGES}\n```mermaid\n{mermaid()}\n```\n\n## Stages\n\n{stages}\n"


def write_all() -> dict[Path, str]:
    """Give each generated document with its text."""
    return {
        FOLDER / "law.md": write_law(the_book(names_known())),
        FOLDER / "stages.md": write_stages(),
    }


def main() -> None:
    """Write the documents."""
    for path, text in write_all().items():
        path.write_text(text, "utf-8")
        sys.stdout.write(f"{path.relative_to(FOLDER.parent)}\n")


if __name__ == "__main__":
    main()
