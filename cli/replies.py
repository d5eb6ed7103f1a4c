"""Answer alerts: acknowledge, snooze, comment, take back; and show what was sent to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated

from cyclopts import App, Parameter

from cases.assessment import read_due
from cases.dossier import read_id
from cases.errors import FormError, Words, one_of
from cases.replies import Action, Reply
from cli.actor import acting
from cli.clock import read_now
from cli.edition import law_in_use
from cli.live import find_directory, reach_register
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_when
from cli.watch import alerts
from i18n.dates import short
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import Settings, read_settings
from store.answering import Answering, Kept
from store.replies import ReplyLine, ToldLine

Rule = Annotated[
    str,
    Parameter(help="A rule, case_file.opening, or one of its occurrences: case_file.opening#4."),
]
As = Annotated[
    str | None, Parameter(name="--as", help="Who answers, by key: cv.an. Default: THADS_ACTOR.")
]
Reason = Annotated[str, Parameter(help="What was or is being done about the limit.")]
Until = Annotated[
    str | None, Parameter(help="To when: 2026-11-23; a snooze also 2026-11-23T14:00.")
]


def add_to(app: App) -> None:
    """Add `alerts` with its commands; alone it lists."""
    own = App(name="alerts", help="List alerts, answer them, show what was sent to whom.")
    own.default(alerts)
    own.command(alerts, name="list")
    own.command(acknowledge, name="ack")
    own.command(snooze)
    own.command(comment)
    own.command(revoke)
    own.command(show)
    app.command(own)


async def acknowledge(
    case: str, rule: Rule, /, *, reason: Reason, until: Until = None, by: As = None,
    json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """Say that a limit is in hand, why, and to when; a later rung at its date comes all the same.

    Left out, UNTIL is five working days ahead; at most it is 30 days. If the limit is open then,
    you are reminded once.
    """
    return await _answer(case, rule, ("ack", reason, until), by, json=json, lang=lang)


async def snooze(
    case: str, rule: Rule, /, *, until: str, reason: Reason = "", by: As = None,
    json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """Ask to be reminded of a limit at UNTIL, at the latest at its next rung."""
    return await _answer(case, rule, ("snooze", reason, until), by, json=json, lang=lang)


async def comment(
    case: str, rule: Rule, text: str, /, *, by: As = None, json: Json = False,
    lang: Language = "vi",
) -> int:  # fmt: skip
    """Leave a remark about a limit; nothing else changes."""
    return await _answer(case, rule, ("comment", text, None), by, json=json, lang=lang)


async def revoke(
    case: str, rule: Rule, /, *, reason: Reason, by: As = None, json: Json = False,
    lang: Language = "vi",
) -> int:  # fmt: skip
    """Take back your acknowledgement or snooze of a limit; what you said is kept."""
    return await _answer(case, rule, ("revoked", reason, None), by, json=json, lang=lang)


@asynccontextmanager
async def reach_answering(settings: Settings) -> AsyncIterator[Answering]:
    """Lend what judges and keeps answers."""
    async with reach_register(settings) as (engine, _):
        yield Answering(engine, lambda: law_in_use(settings))


async def _answer(
    case: str, rule: str, said: tuple[Action, str, str | None], by: str | None,
    *, json: bool, lang: Lang,
) -> int:  # fmt: skip
    settings, now = read_settings(), read_now()
    action, text, until = said
    actor = acting(None)
    person = find_person(settings, by or actor)
    when = None if until is None else read_when("--until", until)
    reply = Reply(
        person=person, action=action, text=text, until=when, actor=actor, via="command"
    )  # fmt: skip
    async with reach_answering(settings) as answering:
        limit = await answering.find(read_id(case), rule, now)
        kept = await answering.answer(limit, reply, now)
    if json:
        print_json(_as_json(kept))
    else:
        print_lines(_kept_lines(kept, action, person, lang))
    return OK


def find_person(settings: Settings, key: str) -> str:
    """Give the key of somebody whom the directory knows; raise `FormError` naming who is."""
    people = find_directory(settings).people
    if key not in people:
        listed = one_of(sorted(people))
        allowed = Words(
            vi=f"người trả lời phải có trong danh bạ, nêu bằng --as; {listed.vi}",
            en=f"who answers must be in the directory, named by --as; {listed.en}",
        )
        raise FormError("--as", key, allowed)
    return key


def _as_json(kept: Kept) -> dict[str, object]:
    return {
        "answer": kept.recorded.id,
        "new": kept.recorded.new,
        "case": kept.limit.dossier,
        "occurrence": kept.limit.occurrence,
        "due": kept.limit.due,
        "until": kept.until.isoformat() if kept.until else None,
    }


def _kept_lines(kept: Kept, action: str, person: str, lang: Lang) -> list[str]:
    limit = kept.limit
    until = short(kept.until, lang)
    title = limit.title_vi if lang == "vi" else limit.title_en
    lines = [
        say(
            lang, f"replies.{action}", person=person, case=limit.dossier, title=title,
            due=_due(limit.due, lang), until=until,
        )
    ]  # fmt: skip
    if not kept.recorded.new:
        lines.append(say(lang, "replies.same"))
    return lines


async def show(case: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show what was sent about a case, to whom, when and by which channel, and each answer."""
    settings, now, dossier = read_settings(), read_now(), read_id(case)
    async with reach_answering(settings) as answering:
        rows = answering.rows
        told, replies = await rows.told(dossier), await rows.lines(dossier, now)
        known = bool(told) or await rows.dossier_file(dossier) is not None
    if not known:
        allowed = Words(
            vi="chưa có việc này trong sổ; tìm việc bằng lệnh: thads search",
            en="the register has no such case; find it with: thads search",
        )
        raise FormError("CASE", case, allowed)
    if json:
        print_json({
            "alerts": [line.model_dump(mode="json") for line in told],
            "answers": [line.model_dump(mode="json") for line in replies],
        })  # fmt: skip
        return OK
    if not told:
        print_lines([say(lang, "replies.nothing_raised")])
    else:
        print_heading(say(lang, "replies.told"))
        print_table(*told_rows(told, lang))
    if replies:
        print_heading(say(lang, "replies.answers"))
        print_table(*reply_rows(replies, lang))
    return OK


def told_rows(
    found: Sequence[ToldLine], lang: Lang
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Show each alert: about which limit, for whom, when it went out and how."""
    names = ("raised", "what", "limit", "due", "to", "sent", "channel")
    return [say(lang, f"replies.column_{name}") for name in names], [
        [
            short(line.raised_at, lang),
            _kind(line, lang),
            f"{line.title_vi if lang == 'vi' else line.title_en} ({line.occurrence})",
            _due(line.due, lang),
            line.person or name_of(lang, "roles", line.role),
            _sent(line, lang),
            line.channel or "–",
        ]
        for line in found
    ]


def _kind(line: ToldLine, lang: Lang) -> str:
    if line.kind == "rung":
        return say(lang, "replies.kind_rung", rung=f"{line.rung:+d}" if line.rung else "0")
    return say(lang, f"replies.kind_{line.kind}")


def _sent(line: ToldLine, lang: Lang) -> str:
    if line.sent_at is not None:
        return short(line.sent_at, lang)
    return say(lang, f"replies.state_{line.state}")


def reply_rows(
    found: Sequence[ReplyLine], lang: Lang
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Show each answer: when, by whom, about which limit, in which words, and to when it holds."""
    names = ("at", "person", "answer", "limit", "text", "until")
    return [say(lang, f"replies.column_{name}") for name in names], [
        [
            short(line.at, lang),
            line.person,
            name_of(lang, "reply_actions", line.action),
            line.occurrence,
            line.text or "–",
            _until(line, lang),
        ]
        for line in found
    ]


def _until(line: ReplyLine, lang: Lang) -> str:
    if line.until is None:
        return "–"
    held = "" if line.standing else f" {say(lang, 'replies.over')}"
    return short(line.until, lang) + held


def _due(due: str, lang: Lang) -> str:
    read = read_due(due)
    if isinstance(read, datetime):
        return short(read.astimezone(ZONE), lang)
    return short(read, lang) if isinstance(read, date) else due
