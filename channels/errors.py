"""Tell an address that will never take a message from one that does not for now."""

from __future__ import annotations


class RefusedForGoodError(OSError):
    """This address takes no message, and trying again will not help; says what to do."""
