"""Show the breach record: a table, a workbook, or the whole story of one passed limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cases.assessment import read_due
from i18n.dates import short, short_day, spell
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE, Calendar, WeekendsAlone
from reports.sheets import Cell, Sheet
from store.breach_rows import UNDONE, BreachLine, BreachTally, CauseLine, Key, ToldLine

Told = Mapping[Key, Sequence[ToldLine]]

WIDTHS = {
    "case": 26, "office": 16, "officer": 12, "holder": 18, "title": 44, "place": 30, "due": 12,
    "verdict": 26, "days": 12, "done_on": 12, "reported_at": 12, "severity": 22, "cause": 26,
    "evidence": 30, "told": 60, "rule": 26,
}  # fmt: skip
"""Each column of the workbook with its width in characters."""


def days_late(line: BreachLine, today: date, calendar: Calendar) -> int | None:
    """Give the working days by which it is late: to today while it is not done; None when void."""
    if line.verdict in UNDONE:
        return WeekendsAlone(calendar).working_days_between(line.due_day, today)
    return line.days_late


def as_json(line: BreachLine, told: Told, today: date, calendar: Calendar) -> dict[str, Any]:
    """Give one breach as JSON types, with the working days to today and who was told."""
    heard = [
        one.model_dump(mode="json", exclude={"dossier", "occurrence", "due"})
        for one in told.get(line.key, ())
    ]
    late = days_late(line, today, calendar)
    return line.model_dump(mode="json") | {"days_late": late, "told": heard}


def summary(tally: BreachTally, void: int, lang: Lang) -> list[str]:
    """Say how many limits were passed, what came of them, and how many have no cause."""
    if not tally.rows and not void:
        return [say(lang, "breaches.nothing")]
    lines = [say(lang, "breaches.total", n=tally.rows)]
    lines += [
        f"  {n:>4}  {name_of(lang, 'verdicts', name)}" for name, n in tally.by_verdict.items()
    ]
    if tally.without_cause:
        lines.append(say(lang, "breaches.without_cause", n=tally.without_cause))
    if void:
        lines.append(say(lang, "breaches.void_besides", n=void))
    return lines


def table(
    found: Iterable[BreachLine], told: Told, today: date, calendar: Calendar, lang: Lang
) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    """Show each breach with its due day, what came of it, its cause, and who was told last."""
    names = ("case", "title", "due", "verdict", "days_briefly", "officer", "cause", "told")
    return [say(lang, f"breaches.{name}") for name in names], [
        [
            line.dossier,
            _head(line, lang),
            short_day(line.due_day, lang),
            name_of(lang, "verdicts", line.verdict),
            _days(days_late(line, today, calendar), lang),
            line.officer or "–",
            name_of(lang, "causes", line.cause) if line.cause else "–",
            _told_briefly(told.get(line.key, ()), lang),
        ]
        for line in found
    ]


def sheet(
    found: Sequence[BreachLine], told: Told, today: date, calendar: Calendar, lang: Lang
) -> Sheet:
    """Give one row for each breach; it names no party."""
    columns = [(say(lang, f"breaches.{name}"), width) for name, width in WIDTHS.items()]
    rows = [tuple(_cells(line, told, today, calendar, lang)) for line in found]
    return Sheet(say(lang, "breaches.sheet"), columns, rows)


def _cells(
    line: BreachLine, told: Told, today: date, calendar: Calendar, lang: Lang
) -> Iterator[Cell]:
    yield line.dossier
    yield line.office
    yield line.officer
    yield name_of(lang, "holders_briefly", line.holder)
    yield line.title_vi if lang == "vi" else line.title_en
    yield cite_briefly(lang, line.act, line.article, line.clause)
    yield line.due_day
    yield name_of(lang, "verdicts", line.verdict)
    yield days_late(line, today, calendar)
    yield line.done_on
    yield line.reported_at.astimezone(ZONE).date() if line.reported_at else None
    yield name_of(lang, "severities_briefly", line.severity)
    yield name_of(lang, "causes", line.cause) if line.cause else None
    yield line.evidence
    yield "; ".join(_told_one(one, lang) for one in told.get(line.key, ())) or None
    yield line.rule


def story(
    line: BreachLine,
    told: Sequence[ToldLine],
    causes: Sequence[CauseLine],
    days: int | None,
    lang: Lang,
) -> Iterator[str]:
    """Tell one passed limit whole: what, whose, what came of it, who was told, and why."""
    due = read_due(line.due)
    yield say(
        lang, "breaches.due_line",
        due=spell(due, lang) if isinstance(due, date) else line.due,
        holder=name_of(lang, "holders", line.holder),
        severity=name_of(lang, "severities_briefly", line.severity),
    )  # fmt: skip
    officer = line.officer or say(lang, "breaches.no_officer")
    yield say(lang, "breaches.had_it", office=line.office, officer=officer)
    yield _outcome(line, days, lang)
    if told:
        yield say(lang, "breaches.told_whom")
        for one in told:
            yield say(
                lang, "breaches.told_line",
                at=short(one.sent_at, lang), role=name_of(lang, "roles", one.role),
                person=one.person or "–", rung=f"{one.rung:+d}" if one.rung else "0",
                channel=one.channel or "–", reference=one.reference or "–",
            )  # fmt: skip
    else:
        yield say(lang, "breaches.told_nobody")
    for cause in causes:
        yield say(
            lang, "breaches.cause_noted" if cause.note else "breaches.cause_line",
            cause=name_of(lang, "causes", cause.cause), evidence=cause.evidence or "–",
            note=cause.note, actor=cause.actor, at=short(cause.at, lang),
        )  # fmt: skip
    if not causes and line.verdict != "void":
        command = f"thads breaches cause {line.dossier} {line.rule} --due {line.due} --cause …"
        yield say(lang, "breaches.no_cause", command=command)
    yield say(
        lang, "breaches.recorded",
        first=short(line.first_recorded_at, lang), changed=short(line.changed_at, lang),
    )  # fmt: skip


def _outcome(line: BreachLine, days: int | None, lang: Lang) -> str:
    if line.verdict == "void":
        if line.why == "moved" and line.now_due is None:
            return say(lang, "breaches.void_moved_away")
        return say(lang, f"breaches.void_{line.why}", now_due=_due(line.now_due, lang))
    return say(
        lang, f"breaches.{line.verdict}_line",
        since=_since(line.breached_at, lang), n=days,
        done_on=short(line.done_on, lang), ended_on=short(line.ended_on, lang),
        reported_at=short(line.reported_at, lang),
    )  # fmt: skip


def _since(at: datetime, lang: Lang) -> str:
    local = at.astimezone(ZONE)
    whole = (local.hour, local.minute, local.second) == (0, 0, 0)
    return short(local.date() if whole else local, lang)


def _due(due: str | None, lang: Lang) -> str:
    read = read_due(due)
    return short(read, lang) if isinstance(read, date) else ""


def _head(line: BreachLine, lang: Lang) -> str:
    title = line.title_vi if lang == "vi" else line.title_en
    place = cite_briefly(lang, line.act, line.article, line.clause)
    return say(lang, "breaches.head", title=title, place=place)


def heading(line: BreachLine, lang: Lang) -> str:
    """Give the case, and the limit with its place in the law."""
    return f"{line.dossier} · {_head(line, lang)}"


def _days(days: int | None, lang: Lang) -> str:
    return "–" if days is None else say(lang, "breaches.late", n=days)


def _told_briefly(told: Sequence[ToldLine], lang: Lang) -> str:
    if not told:
        return "–"
    last = _told_one(told[-1], lang)
    if len(told) == 1:
        return last
    return say(lang, "breaches.told_more", first=last, n=len(told) - 1)


def _told_one(one: ToldLine, lang: Lang) -> str:
    role = name_of(lang, "roles", one.role)
    return say(lang, "breaches.told_one", role=role, at=short(one.sent_at, lang))
