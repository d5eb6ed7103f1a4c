"""Tell an address that never takes a message from one that does not for now, or may have."""

from __future__ import annotations


class RefusedForGoodError(OSError):
    """This address takes no message, and trying again will not help; says what to do."""


class NoAnswerError(OSError):
    """The message was on its way and no answer came: it may have been taken, or not."""
