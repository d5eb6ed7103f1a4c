"""Open cases, report and correct facts, and look at what follows."""

from __future__ import annotations

import hashlib
import json as json_text
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from cyclopts import App, Parameter

from activities.ports import Answer, NewFact
from cases.dossier import read_id
from cases.errors import FormError, Words
from cases.facts import Fact, check_not_future, effective, read_report
from cases.kinds import Kind, kind_of
from cases.vocabulary import vocabulary
from cli.actor import acting
from cli.clock import read_now
from cli.kept import kept_by
from cli.live import find_directory, parties_of, reach_register, reach_temporal
from cli.opening import open_dossier, reach_cases
from cli.output import (
    OK,
    REFUSED_PLAN,
    print_heading,
    print_json,
    print_lines,
    print_sentence,
    print_table,
)
from cli.reading import Json, Language, read_dossier_file
from cli.secrecy import free_texts, refuse_identity
from cli.verify import verify
from cli.view_case import (
    agenda_rows,
    agenda_trust,
    card_lines,
    fact_rows,
    linked_lines,
    party_lines,
    plan_refused,
    reported_lines,
)
from i18n.findings import irregularity_line
from i18n.texts import Lang, say
from settings import read_settings
from store.errors import RegisterAwayError
from workflows import client as engine

Fields = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        consume_multiple=True,
        help="Fields of the event, each as key=value: --set channel=direct number=12.",
    ),
]
OnDay = Annotated[str | None, Parameter(name="--on", help="The day it happened: 2026-11-23.")]
AtTime = Annotated[str | None, Parameter(name="--at", help="The time: 08:30.")]
Again = Annotated[
    bool, Parameter(name="--again", negative="", help="Record an equal fact a second time.")
]
Reason = Annotated[str, Parameter(name="--reason", help="Why the fact is corrected.")]
Actor = Annotated[str | None, Parameter(name="--actor", help="Who reports; default: you.")]


def add_to(app: App) -> None:
    """Add `case` with its commands."""
    case = App(
        name=["case", "dossier"],
        help="Open a case or another dossier, report facts, look at what follows.",
    )
    case.command(open_case, name="open")
    case.command(report)
    case.command(correct)
    case.command(show)
    case.command(agenda)
    case.command(verify)
    app.command(case)


async def open_case(file: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Open a case, or a dossier of another kind, from its file; a known id changes nothing."""
    settings = read_settings()
    now = read_now()
    dossier = read_dossier_file(file, now)
    directory = find_directory(settings)
    directory.check_office(dossier.office)
    directory.check_officer(dossier.officer)
    facts = tuple(
        fact.model_copy(
            update={
                "command_id": fact.command_id or _command_id(dossier.id, fact, fact.number),
                "actor": fact.actor or acting(None),
                "received_at": fact.received_at or now,
            }
        )
        for fact in dossier.facts
    )
    async with (
        reach_register(settings) as (register, _),
        reach_temporal(settings) as client,
    ):
        rows = parties_of(register, settings)
        new = await open_dossier(client, rows, dossier.with_facts(facts))
    if json:
        print_json({"id": dossier.id, "opened": new})
    else:
        print_lines([say(lang, "case.opened" if new else "case.known", case=dossier.id)])
    return OK


async def report(
    case: str,
    event: str,
    /,
    *,
    on: OnDay = None,
    at: AtTime = None,
    fields: Fields = None,
    again: Again = False,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Report a fact; a plan that the law forbids is recorded and ends with exit code 3."""
    now, case = read_now(), read_id(case)
    kind = kind_of(case)
    read = _read_fields(event, fields, kind)
    plain: dict[str, Any] = {"event": event, "on": on, "at": at, **read}
    told = read_report({n: value for n, value in plain.items() if value is not None}, "", kind)
    check_not_future(told, now)
    await refuse_identity(read_settings(), case, free_texts(told), (acting(actor), now))
    fact = NewFact(
        **told.model_dump(),
        command_id=_command_id(case, told, uuid4().hex if again else ""),
        actor=acting(actor),
        received_at=now,
    )
    return await _send(case, fact, json=json, lang=lang)


async def correct(
    case: str,
    number: int,
    /,
    *,
    reason: Reason,
    on: OnDay = None,
    at: AtTime = None,
    fields: Fields = None,
    retract: Annotated[bool, Parameter(name="--retract", negative="")] = False,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Correct fact NUMBER of a case, or take it back; the first record is kept."""
    changes = on is not None or at is not None or bool(fields)
    if retract == changes:
        needed = Words(
            vi="hãy chọn --retract, hoặc nêu điều thay đổi: --on, --at, --set",
            en="give either --retract, or what changes: --on, --at, --set",
        )
        raise FormError("correct", None, needed)
    now, case = read_now(), read_id(case)
    kind = kind_of(case)
    settings = read_settings()
    async with reach_cases(settings) as client:
        _, facts, _ = await engine.look(client, case, kept_by(settings))
        old = _find(facts, number)
        plain = {
            "event": old.event,
            "on": on or old.on.isoformat(),
            "at": at or (old.at.isoformat() if old.at and (on is None or old.kind.plan) else None),
            **old.fields,
            **_read_fields(old.event, fields, kind),
        }
        told = read_report({n: value for n, value in plain.items() if value is not None}, "", kind)
        check_not_future(told, now)
        texts = {**free_texts(told), "--reason": reason}
        await refuse_identity(settings, case, texts, (acting(actor), now))
        what = "retract" if retract else "correct"
        fact = NewFact(
            **told.model_dump(),
            command_id=_command_id(case, told, what, number, reason, len(facts)),
            actor=acting(actor),
            received_at=now,
            corrects=None if retract else number,
            retracts=number if retract else None,
            reason=reason,
        )
    return await _send(case, fact, json=json, lang=lang)


async def _send(case: str, fact: NewFact, *, json: bool, lang: Lang) -> int:
    settings = read_settings()
    async with reach_cases(settings) as client:
        reported = await engine.report(client, case, [fact], kept_by(settings))
    if json:
        print_json(reported.model_dump(mode="json"))
    else:
        print_lines(reported_lines(reported, lang))
        if reported.agenda:
            print_table(*agenda_rows(reported.agenda, lang))
    if reported.refused_plans:
        if not json:
            print_sentence(plan_refused(reported.refused_plans[0], lang))
        return REFUSED_PLAN
    return OK


async def show(case: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show a case: where it stands, what was reported, what is due; as JSON, its dossier file."""
    settings, case = read_settings(), read_id(case)
    kept = kept_by(settings)
    async with reach_cases(settings) as client:
        card, facts, answer = await engine.look(client, case, kept)
        dossier = await engine.dossier_of(client, case, kept)
    try:
        async with reach_register(settings) as (register, _):
            dossier = await parties_of(register, settings).named(dossier)
    except RegisterAwayError:
        # Where a case stands is told all the same; a file that lacks the names is not given.
        if json and dossier.parties:
            raise
    if json:
        print_json(dossier.as_file())
        return OK
    print_lines(card_lines(card, answer, lang))
    print_lines(party_lines(dossier.parties, lang))
    print_lines(linked_lines(card, effective(facts), lang))
    print_table(*fact_rows(facts, effective(facts), lang))
    _print_agenda(answer, lang)
    return OK


async def agenda(case: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show what is due in a case, by which article."""
    settings = read_settings()
    async with reach_cases(settings) as client:
        _, _, answer = await engine.look(client, read_id(case), kept_by(settings))
    if json:
        print_json(None if answer is None else answer.model_dump(mode="json"))
    else:
        _print_agenda(answer, lang)
    return OK


def _print_agenda(answer: Answer | None, lang: Lang) -> None:
    if answer is None:
        print_lines([say(lang, "case.not_assessed")])
    elif answer.agenda:
        print_table(*agenda_rows(answer.agenda, lang))
        print_lines(agenda_trust(answer.agenda, lang))
    else:
        print_lines([say(lang, "case.nothing_due")])
    if answer is not None and answer.irregular:
        print_heading(say(lang, "assess.irregularities"))
        print_lines(f"- {irregularity_line(found, lang)}" for found in answer.irregular)


def _find(facts: tuple[Fact, ...], number: int) -> Fact:
    for fact in effective(facts):
        if fact.number == number:
            return fact
    known = ", ".join(str(fact.number) for fact in effective(facts))
    allowed = Words(
        vi=f"cho phép số của một sự kiện đang được tính: {known}",
        en=f"allowed is the number of a fact that counts: {known}",
    )
    raise FormError("NUMBER", number, allowed)


def _read_fields(event: str, fields: list[str] | None, dossier: Kind) -> dict[str, Any]:
    """Read key=value pairs, each as the event's field asks for it."""
    kinds = vocabulary().reported(event, "", dossier).fields
    read: dict[str, Any] = {}
    for pair in fields or []:
        name, sign, value = pair.partition("=")
        if not sign:
            allowed = Words(
                vi="cho phép dạng key=value, như channel=direct",
                en="allowed is key=value, such as channel=direct",
            )
            raise FormError("--set", pair, allowed)
        kind = kinds.get(name.strip())
        plain: Any = value.strip()
        if isinstance(kind, str) and kind.startswith("money"):
            plain = int(plain) if plain.removeprefix("-").isdigit() else plain
        elif isinstance(kind, str) and kind.startswith("yes_no"):
            plain = {"true": True, "yes": True, "false": False, "no": False}.get(plain, plain)
        read[name.strip()] = plain
    return read


def _command_id(case: str, told: Any, *more: object) -> str:  # noqa: ANN401 - a report or a fact
    """Hash what makes a command the same: case, event, day, moment and fields."""
    moment = told.at.isoformat() if isinstance(told.at, datetime) else None
    plain = [case, told.event, told.on.isoformat(), moment, told.fields, *more]
    text = json_text.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
