"""Say what goes first where tasks wait: 1 what is urgent, 3 what people do, 5 what is in bulk.

Within one of them the offices take turns, so that none waits behind another's thousands.
"""

from __future__ import annotations

import hashlib

from temporalio.common import Priority

_LONGEST = 64
"""Bytes of a fairness key; the server refuses longer ones."""

URGENT = Priority(priority_key=1)
GATHERING = Priority(priority_key=2)
BULK = Priority(priority_key=5)
_ROUTINE = 3


def of_office(office: str) -> Priority:
    """Give the priority of an office's dossiers."""
    key = office
    if len(key.encode()) > _LONGEST:
        key = hashlib.sha256(key.encode()).hexdigest()
    return Priority(priority_key=_ROUTINE, fairness_key=key)
