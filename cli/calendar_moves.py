"""Show what another calendar does to dossiers: counts first, then the dates that move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from cases.comparison import Move
from cases.views import plain
from cli.output import print_heading, print_lines, print_table
from cli.surveying import Survey
from i18n.dates import short, spell
from i18n.findings import irregularity_line, refused_plan_line
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say

_COUNTED = (
    "settled", "unsettled", "plans_fallen", "plans_allowed", "irregularities_raised",
    "irregularities_gone", "alerts_raised", "alerts_withdrawn", "reminders",
)  # fmt: skip


def survey_as_json(found: Survey) -> dict[str, Any]:
    """Give everything that was found, as JSON types."""
    moves = found.moves()
    return {
        "source": found.source,
        "looked_at": found.looked_at,
        "away": str(found.away) if found.away else None,
        "failed": [{"dossier": case, "why": str(error)} for case, error in found.failed],
        "counts": {
            "moves": len(moves),
            **found.directions(),
            "become_overdue": sum(move.becomes_overdue for move in moves),
            **{name: found.count(name) for name in _COUNTED},
        },
        "moves": [plain(move) for move in moves],
        "differences": [
            {name: plain(value) for name, value in difference if name != "moves"}
            for difference in found.differences
        ],
    }


def print_survey(found: Survey, as_of: date | datetime, lang: Lang, *, most: int | None) -> None:
    """Print what was found, `most` lines of each kind; nothing means all."""
    if found.away is not None:
        print_lines(["", say(lang, "calendar.looked_none", why=found.away.say(lang))])
        return
    at = spell(as_of, lang)
    print_heading(say(lang, f"calendar.looked_{found.source}", n=found.looked_at, at=at))
    print_lines(_count_lines(found, lang))
    moves = found.moves()
    if moves:
        names = ("limit", "rule_place", "due_before", "due_after", "move")
        print_table(
            [say(lang, "watch.case"), *(say(lang, f"calendar.{name}") for name in names)],
            [_move_row(move, lang) for move in moves[:most]],
        )
        _print_more(len(moves), most, lang)
    for name in ("plans_fallen", "plans_allowed", "irregularities_raised", "irregularities_gone"):
        _print_lines_of(name, _lines_of(found, name, lang), most, lang)
    failed = [
        say(lang, "calendar.failed", case=case, why=error.say(lang)) for case, error in found.failed
    ]
    _print_lines_of("not_assessed", failed, most, lang)


def _count_lines(found: Survey, lang: Lang) -> list[str]:
    moves = found.moves()
    lines = [say(lang, "calendar.none_moved")]
    if moves:
        lines = [say(lang, "calendar.moved", n=len(moves))]
        lines += [
            say(lang, "calendar.moved_so", n=many, how=name_of(lang, "moves", name))
            for name, many in found.directions().items()
            if many
        ]
        overdue = sum(move.becomes_overdue for move in moves)
        lines += [say(lang, "calendar.become_overdue", n=overdue)] if overdue else []
    counts = {name: found.count(name) for name in _COUNTED}
    return lines + [say(lang, f"calendar.{name}", n=many) for name, many in counts.items() if many]


def _move_row(move: Move, lang: Lang) -> Sequence[str]:
    title = move.title_vi if lang == "vi" else move.title_en
    how = name_of(lang, "moves", move.direction)
    if move.state_before != move.state_after and move.state_before and move.state_after:
        before, after = (
            name_of(lang, "states", state) for state in (move.state_before, move.state_after)
        )
        how = say(lang, "calendar.move_and_state", how=how, before=before, after=after)
    return (
        move.dossier,
        title,
        cite_briefly(lang, move.act, move.article, move.clause, move.point),
        short(move.due_before, lang),
        short(move.due_after, lang),
        how,
    )


def _lines_of(found: Survey, name: str, lang: Lang) -> list[str]:
    say_one: Any = refused_plan_line if name.startswith("plans") else irregularity_line
    return [
        say(lang, "calendar.in_case", case=difference.dossier, line=say_one(one, lang))
        for difference in found.differences
        for one in getattr(difference, name)
    ]


def _print_lines_of(name: str, lines: Iterable[str], most: int | None, lang: Lang) -> None:
    listed = list(lines)
    if listed:
        print_heading(say(lang, f"calendar.list_{name}"))
        print_lines(f"- {line}" for line in listed[:most])
        _print_more(len(listed), most, lang)


def _print_more(listed: int, most: int | None, lang: Lang) -> None:
    if most is not None and listed > most:
        print_lines([say(lang, "calendar.more", n=listed - most)])
