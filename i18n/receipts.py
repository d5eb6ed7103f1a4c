"""Explain a due date in words: what started it, which text, how it was counted, how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from cases.assessment import Day, LimitRow, Reading, Receipt
from i18n.dates import short, spell
from i18n.places import cite_briefly, cite_in_full, spell_term
from i18n.texts import Lang, event_name, name_of, note_of, pick, say, texts, title_of
from i18n.trust import trust_line
from law.calendar import DayNote, Words
from law.terms import Count


def explain(receipt: Receipt, row: LimitRow, lang: Lang) -> list[str]:
    """Write the receipt of a time limit as sentences, in the order in which it was worked out."""
    return [
        say(
            lang, "receipt.limit", title=title_of(lang, row),
            kind=_kind_name(row, lang), holder=name_of(lang, "holders", row.holder),
        ),
        *_trigger_lines(receipt, row, lang),
        *_law_lines(receipt, lang),
        _term_line(receipt, row, lang),
        *_day_lines(receipt, row, lang),
        *_reading_lines(row.readings, lang),
        state_line(row, lang),
        trust_line(row.confidence, receipt.signed_by, receipt.signed_on, lang),
        *_closing_lines(receipt, lang),
    ]  # fmt: skip


def _kind_name(row: LimitRow, lang: Lang) -> str:
    if row.receipt.gap is not None:
        return say(lang, f"law.gap_{row.receipt.gap}")
    return name_of(lang, "kinds", row.kind)


def _trigger_lines(receipt: Receipt, row: LimitRow, lang: Lang) -> Iterator[str]:
    on = spell(receipt.trigger_at or receipt.trigger_on, lang)
    event = event_name(lang, receipt.trigger_event)
    if receipt.trigger_fact is None:
        yield say(lang, "receipt.trigger_derived", event=event, on=on)
    elif receipt.evidence:
        yield say(
            lang, "receipt.trigger_evidence",
            event=event, on=on, fact=receipt.trigger_fact, evidence=receipt.evidence,
        )  # fmt: skip
    else:
        yield say(lang, "receipt.trigger", event=event, on=on, fact=receipt.trigger_fact)
    if receipt.request is not None:
        body = receipt.body_name or name_of(lang, "values", f"body.{receipt.body or 'other'}")
        yield say(lang, "receipt.request", request=receipt.request, body=body)
    if row.started != receipt.trigger_on or receipt.backwards:
        key = "receipt.started_backwards" if receipt.backwards else "receipt.started"
        yield say(lang, key, on=spell(row.started, lang))


def _law_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    place = cite_in_full(lang, receipt.act, receipt.article, receipt.clause, receipt.point)
    yield say(lang, "receipt.rule", place=place)
    if receipt.text:
        yield say(lang, "receipt.quote", text=receipt.text)
    said_by = ""
    if receipt.why_act and receipt.why_article:
        said_by = cite_briefly(lang, receipt.why_act, receipt.why_article, receipt.why_clause)
    yield say(lang, "receipt.why", why=say(lang, f"why.{receipt.why}", place=said_by))


def _term_line(receipt: Receipt, row: LimitRow, lang: Lang) -> str:
    if receipt.length is None or receipt.unit is None:
        if row.kind == "immediate":
            return say(lang, "receipt.term_at_once")
        if row.kind == "waiting" and receipt.due == receipt.trigger_on:
            return say(lang, "receipt.term_effective_at_once")
        if _text_is_missing(receipt):
            return say(lang, "receipt.term_not_at_hand")
        named = row.kind == "waiting" and receipt.due is not None
        return say(lang, "receipt.term_named_end" if named else "receipt.term_none")
    key = "receipt.term"
    if receipt.backwards:
        key = "receipt.term_backwards"
    elif receipt.unit == "hours":
        key = "receipt.term_hours" if receipt.trigger_at else "receipt.term_hours_untimed"
    return say(lang, key, term=spell_term(lang, receipt.length, receipt.unit))


def _text_is_missing(receipt: Receipt) -> bool:
    """Tell whether no date is known because nobody has the text, not because the law gives none."""
    return receipt.gap == "text_not_at_hand" and receipt.due is None


def _day_lines(receipt: Receipt, row: LimitRow, lang: Lang) -> Iterator[str]:
    for span in receipt.excluded:
        named = span.fact is not None
        yield say(
            lang, "receipt.excluded_named" if named else "receipt.excluded",
            ground=name_of(lang, "grounds", span.ground), fact=span.fact,
            first=spell(span.first + timedelta(days=named), lang), last=spell(span.last, lang),
        )  # fmt: skip
    if receipt.due is None:
        missing = _text_is_missing(receipt)
        yield say(lang, "receipt.due_not_at_hand" if missing else "receipt.due_none")
        return
    nominal = receipt.nominal or receipt.due
    set_earlier = row.kind == "cap" and str(nominal) > str(receipt.due)
    counted = Count(
        start=row.started, nominal=nominal, due=nominal if set_earlier else receipt.due,
        skipped=_notes(receipt.skipped), added=_notes(receipt.added), provisional=row.provisional,
    )  # fmt: skip
    yield from count_lines(counted, lang, rolls=receipt.unit != "working_days")
    if set_earlier:
        yield say(lang, "receipt.set_earlier", due=spell(receipt.due, lang))


def _notes(days: tuple[Day, ...]) -> tuple[DayNote, ...]:
    return tuple(
        DayNote(date=day.date, name=Words(vi=day.vi, en=day.en), notice=day.notice) for day in days
    )


def count_lines(counted: Count, lang: Lang, *, rolls: bool) -> Iterator[str]:
    """Write how a term was counted: days skipped and added, the plain end, the end in effect.

    `rolls`: days off matter only for the last day; else each day off is passed over.
    """
    moved = counted.nominal != counted.due
    if moved:
        yield say(lang, "receipt.nominal", nominal=spell(counted.nominal, lang))
    days = [(note, "rolled" if rolls else "skipped") for note in counted.skipped]
    days += [(note, "added") for note in counted.added]
    for note, how in sorted(days, key=lambda pair: pair[0].date):
        yield say(
            lang, f"receipt.{how}_notice" if note.notice else f"receipt.{how}",
            day=spell(note.date, lang), name=pick(lang, note.name), notice=note.notice,
        )  # fmt: skip
    yield say(lang, "receipt.due_rolled" if moved else "receipt.due", due=spell(counted.due, lang))
    if counted.provisional:
        yield say(lang, "receipt.provisional")


def _reading_lines(readings: tuple[Reading, ...], lang: Lang) -> Iterator[str]:
    """Write every way to read what is open, question by question, and why one is acted on."""
    for _, group in groupby(readings, key=lambda reading: reading.question):
        ways = tuple(group)
        yield from (_reading_line(way, lang) for way in ways)
        yield from (_why_line(way, lang) for way in ways if way.acted)


def _reading_line(reading: Reading, lang: Lang) -> str:
    words = (reading.vi if lang == "vi" else reading.en) or reading.reason
    ground = reading.ground_vi if lang == "vi" else reading.ground_en
    if reading.act and reading.article:
        ground = cite_briefly(lang, reading.act, reading.article, reading.clause)
    key = "acted" if reading.acted else "other"
    due = say(lang, "readings.no_date") if reading.due is None else spell(reading.due, lang)
    return say(lang, f"readings.{key}", due=due, words=words, ground=ground)


def _why_line(reading: Reading, lang: Lang) -> str:
    return say(
        lang, f"readings.why_{reading.why}",
        reason=(reading.why_vi if lang == "vi" else reading.why_en) or "",
        by=reading.settled_by, office=reading.settled_for,
        on=short(reading.settled_on, lang) if reading.settled_on else "",
    )  # fmt: skip


def state_name(row: LimitRow, lang: Lang) -> str:
    """Name the state of a time limit for a table; without a due date nothing is on time or late."""
    undated = row.due is None and row.state in texts(lang)["states_no_due"]
    return name_of(lang, "states_no_due" if undated else "states", row.state)


def state_line(row: LimitRow, lang: Lang) -> str:
    """Say how a time limit stands at the moment of the assessment."""
    return say(
        lang,
        f"state_lines.{_state_key(row)}",
        due=spell(row.due, lang) if row.due else "",
        met_on=spell(row.met_on, lang) if row.met_on else "",
        ended_on=spell(row.ended_on, lang) if row.ended_on else "",
        ground=name_of(lang, "grounds", row.paused_by or ""),
    )


def _state_key(row: LimitRow) -> str:
    match row.state:
        case "open" | "met" if _text_is_missing(row.receipt):
            return f"{row.state}_not_at_hand"
        case "open" if row.due is None:
            return "open_no_due"
        case "open" if isinstance(row.due, datetime):
            return "open_timed"
        case "met" if row.due is None:
            return "met_no_due"
        case "met" if row.reported_late:
            return "met_reported_late"
        case "expired" if row.met_on is not None:
            return "expired_done"
        case state:
            return state


def _closing_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    note = note_of(lang, receipt)
    if note:
        yield say(lang, "receipt.note", note=note)
    key = "receipt.hashes_chained" if receipt.previous else "receipt.hashes"
    yield say(
        lang, key, book=receipt.book, calendar=receipt.calendar, receipt=receipt.hash,
        previous=receipt.previous,
    )  # fmt: skip
