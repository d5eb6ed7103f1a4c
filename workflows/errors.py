"""Say what went wrong with a command, in both languages, with its remedy."""

from __future__ import annotations

from law.errors import SpokenError


class CommandError(SpokenError):
    """A command about a case, or about what runs, could not be carried out."""
