"""Assess and explain one dossier file, without any server."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cases.assess import assess
from cases.assessment import Assessment, LimitRow
from cases.dossier import read_id
from cases.errors import FormError, Words
from cases.facts import end_of
from cases.views import as_json, limit_as_json
from cli.edition import law_in_use, practice_of
from cli.live import reach_register
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import FileName, Json, Language, read_as_of, read_dossier_file
from i18n.dates import short, spell, spell_as_of, spell_since
from i18n.findings import irregularity_line, refused_plan_line, stuck_line
from i18n.places import cite_briefly
from i18n.receipts import explain, state_name
from i18n.texts import Lang, name_of, say, title_of
from i18n.trust import Trusted, trust_summary
from settings import read_settings
from store.replies import ReplyLine, ReplyRows

AsOf = Annotated[
    str,
    Parameter(name="--as-of", help="A day, looked at as a whole, or a moment: 2026-11-23T16:30."),
]
CaseName = Annotated[
    str,
    Parameter(allow_leading_hyphen=True, help="A case's id, or a dossier file (- for stdin)."),
]
LimitName = Annotated[
    str, Parameter(help="A rule such as verification.first, or an occurrence with its #number.")
]
_COLUMNS = ("limit", "rule", "place", "start", "due", "state", "holder")


def add_to(app: App) -> None:
    """Add `assess` and `why`."""
    app.command(assess_file, name="assess")
    app.command(why)


def assess_file(
    file: FileName, /, *, as_of: AsOf, json: Json = False, lang: Language = "vi"
) -> int:
    """Assess one dossier file: stage, time limits, irregularities, plans, why it is stuck."""
    assessment = _assess(file, as_of)
    if json:
        print_json(as_json(assessment))
    else:
        _print_assessment(assessment, lang)
    return OK


async def why(
    case: CaseName,
    limit: LimitName,
    /,
    *,
    as_of: AsOf | None = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Explain a time limit of a case: how its date was found, and why this text applies."""
    replies: list[ReplyLine] = []
    if case == "-" or Path(case).is_file():
        assessment = _assess(case, as_of)
        rows = find_rows([*assessment.limits, *assessment.upcoming], limit)
    else:
        found, replies = await _rows_of_case(case, as_of)
        rows = find_rows(found, limit)
    if json:
        shown = [{"lines": explain_row(row, lang), **limit_as_json(row)} for row in rows]
        print_json({"limit": limit, "explained": shown})
        return OK
    for number, row in enumerate(rows):
        print_lines([""] if number else [])
        print_lines(explain_row(row, lang))
        print_lines(answer_lines(replies, row, lang))
    return OK


def answer_lines(replies: Iterable[ReplyLine], row: LimitRow, lang: Lang) -> list[str]:
    """Say what people answered about this occurrence and this due date."""
    due = row.due.isoformat() if row.due else None
    return [
        say(
            lang, "replies.line" if line.until is None else "replies.line_until",
            action=name_of(lang, "reply_actions", line.action), person=line.person,
            at=short(line.at, lang), text=line.text or "–",
            until=short(line.until, lang),
        )
        for line in replies
        if (line.occurrence, line.due) == (row.occurrence, due)
    ]  # fmt: skip


def explain_row(row: LimitRow, lang: Lang) -> list[str]:
    """Explain a row from its own receipt; it needs neither the book nor the calendar."""
    return explain(row.receipt, row, lang)


async def _rows_of_case(case: str, as_of: str | None) -> tuple[list[LimitRow], list[ReplyLine]]:
    when = read_as_of(as_of)
    now = when if isinstance(when, datetime) else end_of(when)
    async with reach_register(read_settings()) as (engine, reading):
        lines = await reading.limits(read_id(case), now)
        replies = await ReplyRows(engine).lines(read_id(case), now)
        if not lines and await reading.card(case, now) is None:
            allowed = Words(
                vi="cho phép một tệp hồ sơ, hoặc mã của việc đã mở",
                en="allowed is a dossier file, or the id of a case that was opened",
            )
            raise FormError("CASE", case, allowed)
    rows = [LimitRow.model_validate({**line.model_dump(), "id": line.rule}) for line in lines]
    return rows, replies


def find_rows(rows: list[LimitRow], limit: str) -> list[LimitRow]:
    """Find rows by occurrence or rule; raise `FormError` naming those that the dossier has."""
    found = [row for row in rows if limit in (row.occurrence, row.id)]
    if found:
        return found
    known = ", ".join(dict.fromkeys(row.id for row in rows))
    allowed = Words(
        vi=f"hồ sơ này có: {known}" if known else "hồ sơ này chưa có thời hạn nào",
        en=f"this dossier has: {known}" if known else "this dossier has no time limit yet",
    )
    raise FormError("LIMIT", limit, allowed)


def _assess(file: str, as_of: str | None) -> Assessment:
    when, law = read_as_of(as_of), law_in_use()
    return assess(read_dossier_file(file, when), law.book, law.calendar, when, practice_of())


def _print_assessment(assessment: Assessment, lang: Lang) -> None:
    print_lines([assessment.dossier], style="bold")
    print_lines(_stage_lines(assessment, lang))
    if not assessment.limits:
        print_lines([say(lang, "assess.no_limits")])
    _print_rows("limits", assessment.limits, lang)
    _print_rows("upcoming", assessment.upcoming, lang)
    by_key = {row.occurrence: row for row in assessment.limits}
    for heading, lines in (
        ("irregularities", [irregularity_line(i, lang) for i in assessment.irregularities]),
        ("refused_plans", [refused_plan_line(plan, lang) for plan in assessment.refused_plans]),
        ("stuck", [stuck_line(r, by_key.get(r.limit or ""), lang) for r in assessment.stuck]),
    ):
        if lines:
            print_heading(say(lang, f"assess.{heading}"))
            print_lines(f"- {line}" for line in lines)
    if rows := [*assessment.limits, *assessment.upcoming]:
        texts = [Trusted(row.id, row.confidence, bool(row.receipt.signed_by)) for row in rows]
        print_lines(["", trust_summary(texts, lang)])
    print_lines(["", say(
        lang, "assess.hashes", book=assessment.book, calendar=assessment.calendar
    )])  # fmt: skip


def _stage_lines(assessment: Assessment, lang: Lang) -> list[str]:
    since = assessment.stage_since
    lines = [
        say(lang, "assess.as_of", at=spell_as_of(assessment.as_of, lang)),
        say(
            lang, "assess.stage_since" if since else "assess.stage",
            stage=name_of(lang, "stages", assessment.stage),
            status=name_of(lang, "status", assessment.status),
            since=spell(since, lang) if since else "",
        ),
    ]  # fmt: skip
    if assessment.stage_until and assessment.next_stage:
        following = name_of(lang, "stages", assessment.next_stage)
        until = spell_since(assessment.stage_until, lang)
        lines.append(say(lang, "assess.stage_until", next_stage=following, until=until))
    if assessment.flags:
        flags = ", ".join(name_of(lang, "case_flags", flag) for flag in assessment.flags)
        lines.append(say(lang, "assess.flags", flags=flags))
    if assessment.next_wake:
        lines.append(say(lang, "assess.next_wake", at=spell(assessment.next_wake, lang)))
    return lines


def _print_rows(heading: str, rows: Iterable[LimitRow], lang: Lang) -> None:
    cells = [
        (
            title_of(lang, row),
            row.id,
            cite_briefly(lang, row.act, row.article, row.clause, row.point),
            short(row.started, lang),
            short(row.due, lang),
            state_name(row, lang),
            name_of(lang, "holders", row.holder),
        )
        for row in rows
    ]
    if cells:
        print_heading(say(lang, f"assess.{heading}"))
        print_table([say(lang, f"columns.{name}") for name in _COLUMNS], cells)
