"""Name the conditions that are richer than a plain match; statute files use them by name."""

from __future__ import annotations

from collections.abc import Callable

from cases.facts import Fact
from cases.subjects import about_what
from cases.timeline import Timeline
from cases.vocabulary import Value, vocabulary

Predicate = Callable[[Timeline, Fact | None], bool]
_SPECIALLY_COMPLEX = 2
"""Criteria from which a denunciation is specially complex: Decree 31/2019, Art. 3.3."""


def officer_known(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether the dossier names an officer."""
    return line.officer is not None


def no_means_in_force(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether a decision on lack of means is in force."""
    return "no_means" in line.flags


def new_information_open(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether new information came in that no verification has followed."""
    return line.information_open


def coercion_urgent(line: Timeline, fact: Fact | None) -> bool:
    """Tell whether coercion was decided as urgent (Law 106/2025, Art. 72.1)."""
    return line.urgent or bool(fact is not None and fact.field("urgent"))


def coercion_under_way(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether coercion is decided already."""
    return line.stage in ("coercion", "money_in_hand", "paid_out", "performed")


def two_verifications_without_means(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether two verifications since the decision found nothing (Law 26/2008, Art. 44.2)."""
    return len(line.reverified) >= 2  # noqa: PLR2004 - the statute's own number


def in_separate_register(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether the case is followed in the separate register (Decree 152/2026, Art. 22.1)."""
    return "separate_register" in line.flags


def reverification_running(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether a period of re-verification runs already."""
    return any(o.version.id.startswith("verification.periodic") for o in line.live())


def fewer_than_two_collection_notices(line: Timeline, fact: Fact | None) -> bool:
    """Tell whether who is to collect was not validly notified twice (Law 106/2025, Art. 46.1.i).

    A fact that names the asset or the person asks about that one, any other about the one
    with the most notices.
    """
    counted: dict[tuple[Value | None, ...], int] = {}
    for notice in line.seen:
        if notice.event == "collection_notice_served":
            about = about_what(notice)
            counted[about] = counted.get(about, 0) + 1
    if fact is not None and ("asset" in fact.fields or "person" in fact.fields):
        return counted.get(about_what(fact), 0) < 2  # noqa: PLR2004 - the statute's own number
    return max(counted.values(), default=0) < 2  # noqa: PLR2004 - the statute's own number


def not_collected_after_two_notices(line: Timeline, fact: Fact | None) -> bool:
    """Tell whether nobody came after two valid notices (Law 106/2025, Art. 46.1.i)."""
    failed = "collection_failed" in line.seen_events
    return failed and not fewer_than_two_collection_notices(line, fact)


def two_criteria_named(_line: Timeline, fact: Fact | None) -> bool:
    """Tell whether an extension names at least two of the seven criteria of a complex matter."""
    if fact is None:
        return False
    named = (name for name, value in fact.fields.items() if value is True)
    return sum(name.startswith("criterion_") for name in named) >= _SPECIALLY_COMPLEX


def voluntary_start_unknown(line: Timeline, _fact: Fact | None) -> bool:
    """Tell whether an administrative judgment's ruling, or its debtor's own receipt, is unknown."""
    return "debtor_received_judgment" not in line.seen_events or "ruling" not in line.remembered


PREDICATES: dict[str, Predicate] = {
    predicate.__name__: predicate
    for predicate in (
        officer_known,
        no_means_in_force,
        new_information_open,
        coercion_urgent,
        coercion_under_way,
        two_verifications_without_means,
        in_separate_register,
        reverification_running,
        fewer_than_two_collection_notices,
        not_collected_after_two_notices,
        two_criteria_named,
        voluntary_start_unknown,
    )
}


def names_known() -> frozenset[str]:
    """List every name that a statute file may use: events and predicates."""
    return frozenset(vocabulary().events) | frozenset(PREDICATES)
