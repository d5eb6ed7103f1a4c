"""Put into words what an assessment found wrong: irregularities, plans that fall, being stuck."""

from __future__ import annotations

from cases.assessment import Irregularity, LimitRow, RefusedPlan, StuckReason
from i18n.dates import spell, spell_since
from i18n.places import cite_in_full
from i18n.texts import Lang, event_name, name_of, say, title_of


def irregularity_line(found: Irregularity, lang: Lang) -> str:
    """Say what was done, when, and against which provision."""
    return say(
        lang, "lines.irregularity", event=event_name(lang, found.event),
        on=spell(found.at or found.on, lang),
        place=cite_in_full(lang, found.act, found.article, found.clause),
        reason=found.reason if lang == "vi" else found.reason_en,
    )  # fmt: skip


def refused_plan_line(plan: RefusedPlan, lang: Lang) -> str:
    """Say why a plan does not stand, and the first moment at which it could."""
    key = "lines.refused_plan" if plan.next_lawful else "lines.refused_plan_never"
    return say(
        lang, key, event=event_name(lang, plan.event), at=spell(plan.at, lang),
        place=cite_in_full(lang, plan.act, plan.article, plan.clause),
        reason=plan.reason if lang == "vi" else plan.reason_en,
        next_lawful=spell(plan.next_lawful, lang) if plan.next_lawful else "",
    )  # fmt: skip


def stuck_line(reason: StuckReason, row: LimitRow | None, lang: Lang) -> str:
    """Say why a dossier is stuck, who holds the ball, and what would free it.

    `row` is the time limit that the reason names, where it names one.
    """
    key = "lines.stuck_limit" if row else "lines.stuck_days" if reason.days else "lines.stuck"
    return say(
        lang, key, reason=name_of(lang, "stuck", reason.reason),
        since=spell_since(reason.since, lang), holder=name_of(lang, "holders", reason.holder),
        freed_by=name_of(lang, "stuck_freed_by", reason.reason), days=reason.days,
        limit=title_of(lang, row) if row else "",
    )  # fmt: skip
