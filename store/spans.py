"""Let a process that traces see each exchange with the register; where none does, do nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

Opener = Callable[[str, Sequence[str]], AbstractContextManager[object]]
"""What opens a span of a name, about statements by their names; never given a value."""

_NOTHING: AbstractContextManager[object] = nullcontext()
_openers: list[Opener] = []


def trace_with(opener: Opener | None) -> None:
    """Have every further exchange of this process traced; None ends it."""
    _openers[:] = [] if opener is None else [opener]


def span(name: str, statements: Sequence[str] = ()) -> AbstractContextManager[object]:
    """Open a span around an exchange."""
    return _openers[0](name, statements) if _openers else _NOTHING
