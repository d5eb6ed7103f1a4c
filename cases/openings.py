"""Tell whether an event starts a clock in a dossier as it stands."""

from __future__ import annotations

from datetime import date

from cases.predicates import PREDICATES
from cases.subjects import about_no_other, about_one, of_months
from cases.timeline import Timeline, Trigger
from law.corpus import Version
from law.model import Clock, Gap, Waiting


def may_open(version: Version, trigger: Trigger, line: Timeline) -> bool:
    """Tell whether what happened starts a clock, as the rule and the dossier's state say."""
    rule, fact = version.rule, trigger.fact
    if not isinstance(rule, Clock) or rule.id in line.once:
        return False
    if "ended" in line.flags and not rule.outlives:
        return False
    # Most rules ask for nothing here, and a call that finds nothing costs as much as one that does.
    asked = rule.when_on and rule.when_on.get(trigger.event)
    if (rule.when and not line.matches(rule.when, fact)) or (
        asked and not line.matches(asked, fact)
    ):
        return False
    if rule.while_state and not line.flags.issuperset(rule.while_state):
        return False
    if rule.unless_when and line.matches(rule.unless_when, fact):
        return False
    if rule.only_with and not any(f.event in rule.only_with for f in line.facts):
        return False
    if rule.unless and any(_holds_off(name, trigger, rule, line) for name in rule.unless):
        return False
    if isinstance(rule, Waiting) and rule.ends_by_field:
        return fact is not None and rule.ends_by_field in fact.fields
    # A gap that stands open says all there is to say; a derived event starts nothing twice.
    if fact is None or of_months(rule) or (isinstance(rule, Gap) and not rule.reading):
        return not _runs_already(version, trigger, line)
    return True


def _runs_already(version: Version, trigger: Trigger, line: Timeline) -> bool:
    """Tell whether a rule runs of the same already; of a month it may have been done or passed."""
    if of_months(version.rule):
        dues = (o.due for o in line.occurrences if o.version.id == version.id)
        return any(isinstance(due, date) and due > trigger.on for due in dues)
    return any(o.version.id == version.id and about_one(trigger, o) for o in line.live())


def _holds_off(name: str, trigger: Trigger, rule: Clock, line: Timeline) -> bool:
    predicate = PREDICATES.get(name)
    if predicate is not None:
        return predicate(line, trigger.fact)
    if name not in line.seen_events:
        return False
    return any(
        f.event == name and f.field("extent") != "part" and about_no_other(f, trigger.subject, rule)
        for f in line.seen
    )
