"""Find a limit that was changed after it was written: receipts, and the rows beside them."""

from __future__ import annotations

from collections.abc import Iterable

from cases.receipt import hash_of
from store.rows import LimitLine

_STATED = ("rule", "act", "article", "clause", "point")


def find_tampered(lines: Iterable[LimitLine]) -> LimitLine | None:
    """Give the first limit, in the order of the receipts, that does not agree with its receipt.

    The receipt's own hash, its link to the one before, and what the row states besides are
    compared; rows taken off the end of a dossier are not seen.
    """
    previous = ""
    for line in lines:
        if line.receipt.previous != previous or not _agrees(line):
            return line
        previous = line.receipt.hash
    return None


def _agrees(line: LimitLine) -> bool:
    receipt = line.receipt
    return (
        receipt.hash == line.receipt_hash == hash_of(receipt)
        and all(getattr(line, name) == getattr(receipt, name) for name in _STATED)
        # A receipt written before receipts stated it has none.
        and receipt.confidence in (None, line.confidence)
        and line.nominal == (receipt.nominal.isoformat() if receipt.nominal else None)
        and line.due == (receipt.due.isoformat() if receipt.due else None)
    )
