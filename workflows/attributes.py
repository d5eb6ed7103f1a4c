"""Keep the search attributes: their names and types, and their values for a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

from activities.ports import Answer
from cases.dossier import Dossier

OFFICE = SearchAttributeKey.for_keyword("Office")
OFFICER = SearchAttributeKey.for_keyword("Officer")
STAGE = SearchAttributeKey.for_keyword("Stage")
KIND = SearchAttributeKey.for_keyword("Kind")
NEXT_DUE_AT = SearchAttributeKey.for_datetime("NextDueAt")
STUCK_REASONS = SearchAttributeKey.for_keyword_list("StuckReasons")

ALL_KEYS: tuple[SearchAttributeKey[Any], ...] = (
    OFFICE, OFFICER, STAGE, KIND, NEXT_DUE_AT, STUCK_REASONS,
)  # fmt: skip

_BY_NAME: dict[str, SearchAttributeKey[Any]] = {key.name: key for key in ALL_KEYS}
_NOBODY = "-"

Values = dict[str, str | datetime | list[str] | None]


def values_of(dossier: Dossier, answer: Answer | None) -> Values:
    """Give the values of a case by name; no personal data is among them."""
    values: Values = {KIND.name: dossier.kind, OFFICE.name: dossier.office}
    if answer is not None:
        values[OFFICER.name] = answer.officer or _NOBODY
        values[STAGE.name] = answer.stage
        values[STUCK_REASONS.name] = list(answer.stuck)
        values[NEXT_DUE_AT.name] = answer.next_due_at
    return values


def attributes_of(dossier: Dossier, answer: Answer | None) -> TypedSearchAttributes:
    """Give the values of a case as its start asks for them."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(_BY_NAME[name], value)
            for name, value in values_of(dossier, answer).items()
            if value is not None
        ]
    )


def changes_between(old: Values, new: Values) -> list[SearchAttributeUpdate[Any]]:
    """List what has to be upserted: nothing that is the same."""
    return [
        _BY_NAME[name].value_unset() if value is None else _BY_NAME[name].value_set(value)
        for name, value in new.items()
        if old.get(name) != value
    ]
