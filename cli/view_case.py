"""Put a case, its facts and its agenda into lines and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from activities.ports import AgendaLine, Answer
from cases.assessment import RefusedPlan
from cases.facts import Fact
from cases.parties import Party
from i18n.dates import short, spell
from i18n.places import cite_briefly
from i18n.texts import Lang, event_name, name_of, say
from i18n.trust import Trusted, trust_summary
from workflows.client import Card, Reported

_LINKS = ("complaint", "judgment", "case")
"""The fields of facts that name another dossier."""
Rows = tuple[Sequence[str], Iterable[Sequence[str]]]


def card_lines(card: Card, answer: Answer | None, lang: Lang) -> list[str]:
    """Say where a case stands."""
    lines = [
        card.id,
        say(lang, "case.office", office=card.office, officer=card.officer or "—"),
        say(
            lang,
            "case.stage",
            stage=name_of(lang, "stages", card.stage),
            status=name_of(lang, "status", card.status),
        ),
    ]
    if card.stuck:
        reasons = ", ".join(name_of(lang, "stuck", reason) for reason in card.stuck)
        lines.append(say(lang, "case.stuck", reasons=reasons))
    if answer is not None and answer.next_wake is not None:
        lines.append(say(lang, "case.next_look", at=spell(answer.next_wake, lang)))
    if not card.assessed:
        lines.append(say(lang, "case.not_assessed"))
    return lines


def party_lines(parties: Sequence[Party], lang: Lang) -> list[str]:
    """Name who is concerned, role by role; one that was erased is said to be."""
    names: dict[str, list[str]] = {}
    for party in sorted(parties, key=lambda party: party.place):
        hidden = "parties.erased" if party.erased else "parties.unknown"
        names.setdefault(party.role, []).append(party.name or say(lang, hidden))
    return [
        f"{name_of(lang, 'parties', role)}: {'; '.join(found)}" for role, found in names.items()
    ]


def linked_lines(card: Card, facts: Sequence[Fact], lang: Lang) -> list[str]:
    """Name the other dossiers it has to do with, and what could not be told to them."""
    named = [str(fact.fields[name]) for fact in facts for name in _LINKS if name in fact.fields]
    linked = dict.fromkeys([*([card.about] if card.about else []), *named])
    lines = [say(lang, "case.linked", dossiers=", ".join(linked))] if linked else []
    return lines + [
        say(
            lang,
            "case.not_told",
            target=told.tiding.target,
            event=event_name(lang, told.tiding.event),
            problem=told.problem_vi if lang == "vi" else told.problem_en,
        )
        for told in card.told
        if told.problem_en
    ]


def fact_rows(facts: Sequence[Fact], counting: Sequence[Fact], lang: Lang) -> Rows:
    """Show every record; one that a later record replaced or took back is marked."""
    standing = {(fact.number, fact.on, fact.at, str(fact.fields)) for fact in counting}
    columns = [say(lang, f"case.{name}") for name in ("fact", "day", "event", "details", "by")]
    rows: list[Sequence[str]] = []
    for fact in facts:
        root = fact.corrects or fact.number
        counts = (root, fact.on, fact.at, str(fact.fields)) in standing and not fact.retracts
        mark = "" if counts else say(lang, "case.replaced")
        if fact.corrects:
            mark = say(lang, "case.corrects", number=fact.corrects)
        if fact.retracts:
            mark = say(lang, "case.retracts", number=fact.retracts)
        details = ", ".join(f"{name}={value}" for name, value in fact.fields.items())
        rows.append(
            [
                str(fact.number),
                short(fact.at or fact.on, lang),
                " ".join(filter(None, [event_name(lang, fact.event), mark])),
                "; ".join(filter(None, [details, fact.reason or ""])),
                fact.actor,
            ]
        )
    return columns, rows


def agenda_rows(agenda: Sequence[AgendaLine], lang: Lang) -> Rows:
    """Show what is due, when, by which article, and who must act."""
    columns = [say(lang, f"case.{name}") for name in ("limit", "due", "state", "place", "holder")]
    return columns, [
        [
            line.title_vi if lang == "vi" else line.title_en,
            short(line.due, lang) if line.due else "—",
            name_of(lang, "states", line.state),
            cite_briefly(lang, line.act, line.article, line.clause),
            name_of(lang, "holders", line.holder),
        ]
        for line in agenda
    ]


def agenda_trust(agenda: Sequence[AgendaLine], lang: Lang) -> list[str]:
    """Say how far the texts of an agenda may be trusted, where its answer tells."""
    texts = [Trusted(line.id, line.confidence, line.signed) for line in agenda if line.confidence]
    return [trust_summary(texts, lang)] if texts else []


def reported_lines(reported: Reported, lang: Lang) -> list[str]:
    """Say what became of a report."""
    numbers = ", ".join(str(number) for number in reported.numbers)
    if reported.repeated:
        lines = [say(lang, "case.repeated", numbers=numbers)]
    else:
        lines = [say(lang, "case.recorded", numbers=numbers)]
    if not reported.assessed:
        lines.append(say(lang, "case.recorded_not_assessed"))
    else:
        lines.append(
            say(
                lang,
                "case.stage",
                stage=name_of(lang, "stages", reported.stage),
                status=name_of(lang, "status", reported.status),
            )
        )
    return lines


def plan_refused(plan: RefusedPlan, lang: Lang) -> str:
    """Say why a plan does not stand, by which article, and when it lawfully could."""
    return say(
        lang,
        "case.plan_refused",
        at=spell(plan.at, lang),
        reason=plan.reason if lang == "vi" else plan.reason_en,
        place=cite_briefly(lang, plan.act, plan.article, plan.clause),
        next_lawful=spell(plan.next_lawful, lang) if plan.next_lawful else "—",
    )
