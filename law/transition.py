"""Say why one wording of the law, and no other, governs a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from law.corpus import Corpus, Version
from law.model import Cite, Place


@dataclass(frozen=True, slots=True)
class Choice:
    """The reason for a choice of law, as a code with the article that says so.

    Codes: `in_force` (the act in force on the day of the step), `goes_on_under_new_act`
    (a case begun before goes on under the new act), `step_of_old_act` (a step taken under
    the old act stands and is not redone), `running_on_the_day_of_change` (the clock ran on
    the day of change: the texts do not decide, the old date is kept and reviewed),
    `case_ended_before` (the case ended before the change, and the new act leaves this to
    the old one), `renewed_for_ended_cases` (it ended before, and this is the new act's).
    """

    code: str
    cite: Cite | None = None


def choose(
    version: Version,
    began: date,
    started: date,
    corpus: Corpus,
    *,
    review: bool,
    kept: bool = False,
) -> Choice:
    """Say why `version` governs a clock that `started` in a case that `began` on a day.

    `kept`: it is about a case that ended before the change. Law 106/2025/QH15, Art.
    116.1, 116.3-116.4; Decree 152/2026/NĐ-CP, Art. 115.1. One wording is chosen for each
    step, by the day of what starts it, and not one for each case.
    """
    keeper = next((one for one in corpus.kept if kept and one.keeps(version)), None)
    if keeper is not None:
        ended = corpus.act(keeper.by).transition
        if ended is not None and ended.ended_cases is not None:
            return Choice("case_ended_before", _cite(keeper.by, ended.ended_cases))
    change = corpus.change_after(version)
    if change is not None:
        day, transition, by = change
        if transition is not None and review:
            return Choice("running_on_the_day_of_change", _cite(by, transition.steps_done_stand))
        if transition is not None and started < day:
            return Choice("step_of_old_act", _cite(by, transition.steps_done_stand))
    transition = version.act.transition
    if (
        transition is not None
        and transition.renewed_by is not None
        and started < version.act.in_force
        and version.id in transition.ended_cases_renew
    ):
        cite = _cite(version.act.number, transition.renewed_by)
        return Choice("renewed_for_ended_cases", cite)
    if transition is not None and began < version.act.in_force:
        cite = _cite(version.act.number, transition.goes_on_under_new_act)
        return Choice("goes_on_under_new_act", cite)
    return Choice("in_force")


@lru_cache(maxsize=256)
def _cite(number: str, place: Place) -> Cite:
    return Cite(act=number, article=place.article, clause=place.clause, point=place.point)
