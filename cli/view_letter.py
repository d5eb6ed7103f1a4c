"""Show letters of the book: what each is, what was proposed and decided, by which text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cases.grounds import Ground, the_intake
from cases.letters import LetterKind
from cli.letter_lookups import Desk
from cli.secrecy import TOLD_IN_TEXT
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, pick, say
from law.calendar import ZONE
from store.letter_rows import BookedLetter, LetterStep, Viewing

_DASH = "—"


async def sender_of(desk: Desk, letter: BookedLetter) -> str | None:
    """Give who wrote a letter that is no secret; None for one that is."""
    if letter.secret:
        return None
    sealed = await desk.book.open_sealed(letter.number, "sender")
    return None if sealed is None else str(json.loads(sealed)["sender"]["name"])


def as_json(letter: BookedLetter, sender: str | None) -> dict[str, Any]:
    """Give a letter as JSON, without who wrote it unless that is given."""
    plain = letter.model_dump(mode="json", exclude={"steps"})
    steps = [s.model_dump(mode="json", exclude={"letter", "command_id"}) for s in letter.steps]
    return plain | {
        "status": letter.status,
        "sender": sender,
        "dossiers": list(letter.dossiers),
        "steps": steps,
    }


def rows_of(
    found: Sequence[BookedLetter], senders: dict[str, str | None], lang: Lang
) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Show letters in rows."""
    names = ("number", "received", "channel", "kind", "sender", "status", "decision", "dossiers")
    return [say(lang, f"letter_book.{name}") for name in names], [
        (
            one.number,
            short(one.received_on, lang),
            name_of(lang, "channels", one.channel) if one.channel else _DASH,
            _kinds(one, lang),
            _sender(one, senders[one.number], lang),
            say(lang, f"letter_book.status_{one.status}"),
            _decisions(one, lang),
            ", ".join(one.dossiers) or _DASH,
        )
        for one in found
    ]


def _kinds(letter: BookedLetter, lang: Lang) -> str:
    return ", ".join(name_of(lang, "dossiers", kind) for kind in letter.kinds) or _DASH


def _sender(letter: BookedLetter, sender: str | None, lang: Lang) -> str:
    return say(lang, "letter_book.secret") if letter.secret else sender or _DASH


def _decisions(letter: BookedLetter, lang: Lang) -> str:
    said = []
    for part in range(1, max(1, len(letter.kinds)) + 1):
        step = letter.last(part, "decided")
        if step is not None and step.decision is not None:
            said.append(decision_name(letter, part, step.decision, lang))
        elif (proposed := letter.last(part, "proposed")) is not None and proposed.decision:
            words = decision_name(letter, part, proposed.decision, lang)
            said.append(say(lang, "letter_book.proposed", decision=words))
    return "; ".join(said) or _DASH


def decision_name(letter: BookedLetter, part: int, decision: str, lang: Lang) -> str:
    """Name a decision; a petition is not accepted but answered."""
    kind = letter.kinds[part - 1] if part <= len(letter.kinds) else None
    answered = kind == "petition" and decision == "accept"
    return say(lang, "decisions.answer" if answered else f"decisions.{decision}")


def received_lines(letter: BookedLetter, lang: Lang, *, new: bool) -> list[str]:
    """Say that a letter is in the book, and what is proposed for each of its contents."""
    key = "letter_book.booked" if new else "letter_book.known"
    lines = [say(lang, key, letter=letter.number, office=letter.office)]
    if letter.status == "unread":
        return [*lines, say(lang, "letter_book.unread_next", letter=letter.number)]
    return [*lines, *_parts(letter, lang)]


def letter_lines(
    letter: BookedLetter, sender: str | None, viewings: Sequence[Viewing], lang: Lang
) -> list[str]:
    """Tell a letter's whole story."""
    channel = name_of(lang, "channels", letter.channel) if letter.channel else _DASH
    day = short(letter.received_on, lang)
    lines = [
        say(lang, "letter_book.head", letter=letter.number, office=letter.office,
            status=say(lang, f"letter_book.status_{letter.status}")),
        say(lang, "letter_book.came", day=day, channel=channel,
            at=short(letter.booked_at.astimezone(ZONE), lang), actor=letter.actor),
        say(lang, "letter_book.from", sender=_sender(letter, sender, lang)),
    ]  # fmt: skip
    if letter.replaces:
        lines.append(say(lang, "letter_book.replaces", letter=letter.replaces))
    if letter.replaced_by:
        lines.append(say(lang, "letter_book.replaced_by", letter=letter.replaced_by))
    for step in letter.steps:
        if step.step == "refused":
            lines += [
                f"  {fault['field']}: {fault['words'][lang]}" for fault in step.detail["faults"]
            ]
    lines += _parts(letter, lang)
    lines += [_decided(letter, step, lang) for step in letter.steps if step.step == "decided"]
    for one in viewings:
        key = "letter_book.viewed" if one.allowed else "letter_book.view_refused"
        if one.reason == TOLD_IN_TEXT:
            key = "letter_book.text_refused"
        at = short(one.at.astimezone(ZONE), lang)
        lines.append(say(lang, key, person=one.person, at=at, reason=one.reason))
    return lines


def _decided(letter: BookedLetter, step: LetterStep, lang: Lang) -> str:
    more = "; ".join(
        [*([step.ground] if step.ground else []), *(str(v) for v in step.detail.values())]
    )
    decision = decision_name(letter, step.part, step.decision or "", lang)
    told = {"part": step.part, "on": short(step.on, lang), "actor": step.actor}
    said = say(lang, "letter_book.was_decided", decision=decision, **told)
    return f"{said} ({more})" if more else said


def _parts(letter: BookedLetter, lang: Lang) -> Iterator[str]:
    kinds: tuple[Any, ...] = letter.kinds
    for part, kind in enumerate(kinds, start=1):
        step = letter.last(part, "proposed")
        if step is not None:
            yield from _part(letter, step, kind, lang)


def _part(letter: BookedLetter, step: LetterStep, kind: LetterKind, lang: Lang) -> Iterator[str]:
    table, detail = the_intake(), step.detail
    opened = letter.last(step.part, "opened")
    to = opened.dossier if opened else detail.get("of")
    yield say(lang, "letter_book.part", part=step.part, kind=name_of(lang, "dossiers", kind),
              dossier=to or say(lang, "letter_book.no_dossier"))  # fmt: skip
    proposal = table.find(step.ground or "", kind)
    if proposal is not None:
        said = decision_name(letter, step.part, proposal.decision, lang)
        yield "  " + say(lang, "letter_book.proposal", decision=said, why=_why(proposal, lang))
    for name in detail["grounds"]:
        ground = table.find(name, kind)
        if ground is not None and ground != proposal:
            yield f"  - {_why(ground, lang)}"
    for note in detail["notes"]:
        yield f"  * {pick(lang, table.note_of(note).words)}"
    for earlier in detail["earlier"]:
        yield "  " + say(lang, "letter_book.earlier", letter=earlier)


def _why(ground: Ground, lang: Lang) -> str:
    cite = ground.cite
    place = cite_briefly(lang, cite.act, cite.article, cite.clause, cite.point)
    return f"{pick(lang, ground.words)} ({place})"
