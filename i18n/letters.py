"""Draft the reminder of a request to another body, in the form of an administrative letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from cases.requests import SENT, Level, Quote, Reminder, Request
from i18n.dates import short, short_day
from i18n.places import cite_formally
from i18n.texts import Lang, capital, name_of, say

BLANK = "........"
"""Left for whoever numbers, dates or signs the letter."""


class Sender(BaseModel):
    """Who reminds, and of which case: names of the agency and its unit, numbers of the file.

    `debtors` are named in the letter, so they are given only where that is asked for.
    """

    model_config = ConfigDict(frozen=True)

    agency: str
    unit: str | None
    officer: str | None
    case: str
    decision_number: str | None
    decision_on: date | None
    debtors: tuple[str, ...] = ()


class Draft(BaseModel):
    """One reminder: of which level, as of which day, with which new day to answer by.

    `quotes`: what it quotes beside the text of the time to answer.
    """

    model_config = ConfigDict(frozen=True)

    level: Level
    today: date
    answer_by: date
    quotes: tuple[Quote, ...]


def write_letter(request: Request, sender: Sender, draft: Draft, lang: Lang = "vi") -> str:
    """Write the letter as text, a paragraph a line; English is a copy to explain it by."""
    paragraphs = [
        *_head(request, sender, draft, lang),
        *_told(request, sender, lang),
        *_grounds(request, draft, lang),
        *_asked(request, draft, lang),
        *_foot(sender, draft, lang),
    ]
    return "\n\n".join(paragraphs) + "\n"


def body_of(request: Request, lang: Lang) -> str:
    """Name the body by its name, where that was told, else by its kind."""
    return request.body_name or name_of(lang, "values", f"body.{request.body}")


def what_of(request: Request, lang: Lang) -> str:
    """Name what is asked for."""
    return name_of(lang, "values", f"what.{request.what}")


def _head(request: Request, sender: Sender, draft: Draft, lang: Lang) -> Iterator[str]:
    if lang == "en":
        yield say(lang, "letter.copy")
    yield "\n".join([say(lang, "letter.country"), say(lang, "letter.motto"), "---------------"])
    yield "\n".join(name.upper() for name in (sender.agency, sender.unit) if name)
    yield "\n".join(
        [
            say(lang, "letter.number", blank=BLANK),
            say(
                lang, f"letter.subject_{draft.level}",
                what=what_of(request, lang), reference=request.reference,
            ),
        ]
    )  # fmt: skip
    yield say(lang, "letter.dated", blank=BLANK, year=draft.today.year)
    body = body_of(request, lang)
    addressees = [
        capital(say(lang, f"letter.to_{to}", body=body, blank=BLANK))
        for to in _ADDRESSEES[draft.level]
    ]
    yield "\n- ".join([say(lang, "letter.to"), *addressees])


_ADDRESSEES: dict[Level, tuple[str, ...]] = {
    1: ("body",), 2: ("body", "superior"), 3: ("authority",),
}  # fmt: skip


def _told(request: Request, sender: Sender, lang: Lang) -> Iterator[str]:
    """Say which case and which request it is about, what the body had of it, what came since."""
    agency = sender.unit or sender.agency
    said = [say(lang, "letter.case", agency=agency, case=sender.case)]
    if sender.decision_number:
        on = f"{short_day(sender.decision_on, lang)}" if sender.decision_on else BLANK
        said.append(say(lang, "letter.decision", number=sender.decision_number, on=on))
    if sender.debtors:
        said.append(say(lang, "letter.debtors", names=", ".join(sender.debtors)))
    yield say(lang, "letter.join").join(said) + "."
    yield say(
        lang, "letter.sent",
        agency=agency, reference=request.reference, on=short_day(request.sent, lang),
        body=body_of(request, lang), what=what_of(request, lang),
    )  # fmt: skip
    if request.delivered is not None:
        yield say(lang, "letter.delivered", on=short_day(request.delivered, lang))
    elif request.event == SENT:
        key = "letter.not_delivered" if request.by_default else "letter.counted_from_sending"
        yield say(lang, key, on=short_day(request.sent, lang))
    if request.partly_on is not None:
        yield say(lang, "letter.partly", on=short_day(request.partly_on, lang))
    if request.reminders:
        reminded = "; ".join(_reminder(one, lang) for one in request.reminders)
        yield say(lang, "letter.reminded", reminders=reminded)


def _reminder(reminder: Reminder, lang: Lang) -> str:
    key = "letter.reminder_numbered" if reminder.number else "letter.reminder"
    on = short_day(reminder.on, lang)
    return say(lang, key, level=reminder.level, on=on, number=reminder.number)


def _grounds(request: Request, draft: Draft, lang: Lang) -> Iterator[str]:
    """Quote what asks for the answer and when that was due; our own norm is no time of the law."""
    limit = request.limit
    if limit is not None and not request.by_default:
        place = cite_formally(lang, limit.act, limit.article, limit.clause, limit.point)
        yield say(lang, "letter.ground", place=place, text=limit.text)
        key = "at_once" if limit.kind == "immediate" else "due"
        yield say(lang, f"letter.{key}", due=short(request.due, lang))
        if request.overdue:
            yield say(
                lang, "letter.overdue", today=short_day(draft.today, lang), days=request.overdue
            )
    else:
        yield say(
            lang, "letter.no_number", days=request.waited, today=short_day(draft.today, lang),
            since=short_day(request.delivered or request.sent, lang),
        )  # fmt: skip
    for quote in draft.quotes:
        place = cite_formally(lang, quote.act, quote.article, quote.clause, quote.point)
        yield say(lang, "letter.ground", place=place, text=quote.text.rstrip("."))


def _asked(request: Request, draft: Draft, lang: Lang) -> Iterator[str]:
    body, by = body_of(request, lang), short(draft.answer_by, lang)
    asks = "answer" if request.what in ("information", "explanation") else "act"
    if draft.level == len(_ADDRESSEES):
        yield say(lang, "letter.asked_authority", body=body, by=by)
        return
    yield say(lang, f"letter.asked_{asks}", body=body, by=by)
    if request.what == "information":
        yield say(lang, "letter.refusal")
    if draft.level > 1:
        yield say(lang, "letter.asked_superior", body=body)
    yield say(lang, f"letter.next_{draft.level}")


def _foot(sender: Sender, draft: Draft, lang: Lang) -> Iterator[str]:
    copies = "\n".join(say(lang, f"letter.copy_{copy}") for copy in _COPIES[draft.level])
    yield f"{say(lang, 'letter.copies')}\n{copies}"
    signer = "officer" if draft.level == 1 else "head"
    name = sender.officer if draft.level == 1 and sender.officer else BLANK
    yield f"{say(lang, f'letter.signed_{signer}')}\n\n\n{name}"


_COPIES: dict[Level, tuple[str, ...]] = {
    1: ("addressee", "file"),
    2: ("addressee", "file"),
    3: ("addressee", "body", "procuracy", "file"),
}
