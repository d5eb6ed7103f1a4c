"""Find what other dossiers are still to be told, corrected or taken back; pure, for workflows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from activities.ports import NewFact, TellRequest, Told
from cases.tidings import Tiding
from workflows.messages import ToldTiding

_CORRECTED = "sửa theo hồ sơ liên quan / corrected by the linked dossier"
_TAKEN_BACK = "hồ sơ liên quan rút lại / taken back by the linked dossier"


def next_to_tell(
    wanted: Sequence[Tiding], told: Sequence[ToldTiding], revision: int
) -> tuple[Tiding, ToldTiding | None] | None:
    """Give the first tiding that is new, changed or gone, with what was told before.

    One that is gone is given as it was told. One that could not be told is tried again after
    another assessment, and not before.
    """
    before = {one.tiding.key: one for one in told}
    for tiding in wanted:
        known = before.get(tiding.key)
        if known is None or _asks_again(known, tiding, revision):
            return tiding, known
    keys = {tiding.key for tiding in wanted}
    gone = (one for one in told if one.tiding.key not in keys and one.number is not None)
    return next(((one.tiding, one) for one in gone if _waits(one, revision)), None)


def _asks_again(known: ToldTiding, tiding: Tiding, revision: int) -> bool:
    changed = known.tiding != tiding
    return (changed or bool(known.problem_en)) and (not known.problem_en or _waits(known, revision))


def _waits(known: ToldTiding, revision: int) -> bool:
    return not known.problem_en or known.revision != revision


def request_of(
    sender: str, tiding: Tiding, known: ToldTiding | None, *, gone: bool, now: datetime
) -> TellRequest:
    """Write the report of a tiding: a new fact, a correction of what was told, or its end."""
    number = known.number if known is not None else None
    same_target = known is not None and known.tiding.target == tiding.target
    corrects = number if number is not None and same_target and not gone else None
    retracts = number if gone else None
    fact = NewFact(
        event=tiding.event,
        on=tiding.on,
        fields=tiding.fields,
        command_id=_command_id(sender, tiding, corrects, retracts),
        actor=sender,
        received_at=now,
        corrects=corrects,
        retracts=retracts,
        reason=_TAKEN_BACK if gone else _CORRECTED if corrects is not None else None,
    )
    return TellRequest(target=tiding.target, fact=fact)


def after_telling(
    told: Sequence[ToldTiding],
    tiding: Tiding,
    known: ToldTiding | None,
    answer: Told,
    revision: int,
    *,
    gone: bool,
) -> tuple[ToldTiding, ...]:
    """Give what stands told afterwards; a correction keeps the number it corrects."""
    others = tuple(one for one in told if one.tiding.key != tiding.key)
    if gone and answer.number is not None:
        return others
    first = known.number if known is not None and known.tiding.target == tiding.target else None
    now = ToldTiding(
        tiding=tiding,
        number=first or answer.number,
        problem_vi=answer.problem_vi,
        problem_en=answer.problem_en,
        revision=revision,
    )
    return (*others, now)


def _command_id(sender: str, tiding: Tiding, *more: object) -> str:
    plain = [sender, tiding.model_dump(mode="json"), *more]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
