"""Build the `thads` command from its parts, and turn refusals into one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from cases.errors import DossierError
from cli.output import BAD_INPUT, OK, print_sentence
from cli.usage import find_lang, say_usage
from i18n.texts import Lang
from law.errors import DataFileError, LawError, SpokenError

Part = Callable[[App], None]
"""What adds its commands to the app; every module of commands has one, named `add_to`."""

REFUSALS: tuple[type[Exception], ...] = (CycloptsError, DossierError, LawError, DataFileError)
"""Errors that say themselves what is wrong; anything else is a defect and shows where it is."""


def build(parts: Iterable[Part]) -> App:
    """Make the app of the given parts."""
    app = App(
        name="thads",
        help="Time limits of civil judgment enforcement (thi hành án dân sự) in Viet Nam.",
        version=_version,
        result_action="return_value",
        print_error=False,
        exit_on_error=False,
    )
    for add_to in parts:
        add_to(app)
    return app


def _version() -> str:
    try:
        return version("thads")
    except PackageNotFoundError:
        return "not installed"


def run(app: App, tokens: Sequence[str], refusals: tuple[type[Exception], ...] = REFUSALS) -> int:
    """Run one command and give its exit code; a refusal is one sentence on standard error."""
    try:
        code = app(list(tokens))
        sys.stdout.flush()
    except refusals as error:
        print_sentence(_said(error, find_lang(tokens)))
        return BAD_INPUT
    except BrokenPipeError:
        # The reader went away; without this the interpreter complains once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return code if isinstance(code, int) else OK


def name_of(app: App, tokens: Sequence[str]) -> str:
    """Give the words of a command that are its name, such as "thads case report".

    What follows them may name a person, and is left out.
    """
    words, _, _ = app.parse_commands(list(tokens))
    return " ".join([*app.name, *words])


def _said(error: Exception, lang: Lang) -> str:
    if isinstance(error, CycloptsError):
        return say_usage(error, lang)
    if isinstance(error, DossierError | SpokenError):
        return error.say(lang)
    return str(error)
