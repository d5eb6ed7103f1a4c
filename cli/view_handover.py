"""Show a handover in words: what moves, what became late by it, and what did not move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cases.handover import Handover
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from reports.sheets import Cell
from store.handovers import HandoverCase, MovedLimit

_SHOWN = 20
BECAME = ("late", "overdue", "at_risk")
"""What is listed one by one, what the change itself made late first."""


class CaseLimit(NamedTuple):
    """A duty with the case that it is of."""

    case: HandoverCase
    limit: MovedLimit


def limits_of(cases: Iterable[HandoverCase], became: str) -> list[CaseLimit]:
    """List the duties of all cases that became so, by due date."""
    found = (CaseLimit(case, x) for case in cases for x in case.limits if x.became == became)
    return sorted(found, key=lambda pair: (pair.limit.due, pair.case.dossier))


def tally(cases: Sequence[HandoverCase]) -> dict[str, int]:
    """Count cases by state, their open duties by what became of them, and what moved besides."""
    became: Counter[str] = Counter(limit.became for case in cases for limit in case.limits)
    return {
        "cases": len(cases),
        "moved": sum(case.state == "moved" for case in cases),
        "failed": sum(case.state == "failed" for case in cases),
        "waiting": sum(case.state == "planned" for case in cases),
        "limits": became.total(),
        **{name: became[name] for name in BECAME},
        "opened": sum(len(case.opened) for case in cases),
        "answers": sum(case.answers for case in cases),
    }


def preview_lines(handover: Handover, cases: Sequence[HandoverCase], lang: Lang) -> list[str]:
    """Say what would move, and that nothing was written."""
    return [
        say(lang, "handover.would_move", **_named(handover, cases, lang)),
        *_counted(cases, lang),
        say(lang, "handover.opens"),
        say(lang, "handover.dry_run"),
    ]


def report_lines(
    handover: Handover, cases: Sequence[HandoverCase], lang: Lang, *, ended: bool
) -> list[str]:
    """Say what moved, what did not, and which clocks the change opened."""
    counted = tally(cases)
    lines = [
        say(lang, "handover.moved", **_named(handover, cases, lang), moved=counted["moved"]),
        *_counted(cases, lang),
        say(lang, "handover.opened", n=counted["opened"]),
    ]
    if not ended:
        lines.append(say(lang, "handover.running", n=counted["waiting"]))
    if counted["failed"]:
        lines.append(say(lang, "handover.failed", n=counted["failed"]))
        lines += [f"  {line}" for line in _failures(cases, lang)]
        lines.append(say(lang, "handover.again"))
    return lines


def _named(handover: Handover, cases: Sequence[HandoverCase], lang: Lang) -> dict[str, object]:
    return {
        "leaving": handover.from_person, "taking": handover.to_person, "n": len(cases),
        "day": short(handover.from_day, lang),
    }  # fmt: skip


def _counted(cases: Sequence[HandoverCase], lang: Lang) -> Iterator[str]:
    counted = tally(cases)
    for name in ("limits", "overdue", "late", "at_risk", "answers"):
        yield f"  {counted[name]:>4}  {say(lang, f'handover.count_{name}')}"


def _failures(cases: Sequence[HandoverCase], lang: Lang) -> list[str]:
    failed = [case for case in cases if case.state == "failed"]
    lines = [f"{case.dossier}: {_reason(case, lang)}" for case in failed[:_SHOWN]]
    return lines + (["…"] if len(failed) > _SHOWN else [])


def _reason(case: HandoverCase, lang: Lang) -> str:
    return (case.reason_vi if lang == "vi" else case.reason_en) or "–"


def limit_rows(
    found: Sequence[CaseLimit], lang: Lang
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Show duties: of which case, due when, by which article; twenty at the most."""
    names = ("case", "limit", "due", "place")
    return [say(lang, f"handover.column_{name}") for name in names], [
        [
            case.dossier,
            limit.title_vi if lang == "vi" else limit.title_en,
            short(limit.due_at, lang),
            cite_briefly(lang, limit.act, limit.article, limit.clause),
        ]
        for case, limit in found[:_SHOWN]
    ]


def sheet_rows(cases: Sequence[HandoverCase], lang: Lang) -> Iterator[Sequence[Cell]]:
    """Give a row for each open duty, and one for each case without any."""
    for case in cases:
        own: list[Cell] = [
            case.dossier,
            name_of(lang, "handover_states", case.state),
            case.on,
            _reason(case, lang) if case.state == "failed" else None,
            case.answers,
        ]
        for limit in case.limits or (None,):
            yield own + (
                [None] * 4
                if limit is None
                else [
                    name_of(lang, "handover_became", limit.became),
                    limit.title_vi if lang == "vi" else limit.title_en,
                    limit.due_day,
                    cite_briefly(lang, limit.act, limit.article, limit.clause),
                ]
            )
