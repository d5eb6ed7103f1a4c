"""Say in Vietnamese what is wrong with a command as it was typed.

Covers what people mistype: commands, options, missing and wrong values. Whatever else the
library refuses keeps the library's own English sentence.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from cyclopts import (
    Argument,
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    Token,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)
from cyclopts.exceptions import ConsumeMultipleError

from i18n.texts import LANGS, Lang

_TYPES = {int: "một số nguyên", float: "một số", bool: "true hoặc false"}
_BOUNDS = {
    "Must be >= ": "phải từ {} trở lên",
    "Must be <= ": "không được quá {}",
    "Must be > ": "phải lớn hơn {}",
    "Must be < ": "phải nhỏ hơn {}",
}


def find_lang(tokens: Sequence[str]) -> Lang:
    """Find the language that a command line asks for; Vietnamese when it names none."""
    for token, following in pairwise([*tokens, ""]):
        name, sign, value = token.partition("=")
        if name == "--lang":
            asked = value if sign else following
            return next((lang for lang in LANGS if lang == asked), "vi")
    return "vi"


def say_usage(error: CycloptsError, lang: Lang) -> str:
    """Say a usage error in one sentence."""
    if lang == "en" or (said := _in_vietnamese(error)) is None:
        return str(error)
    return said


def _in_vietnamese(error: CycloptsError) -> str | None:
    match error:
        case UnknownCommandError(unused_tokens=[token, *_]):
            return _unknown_command(error, token)
        case UnknownOptionError():
            return _unknown_option(error)
        case ConsumeMultipleError():
            return None
        case MissingArgumentError(argument=Argument() as argument):
            command = " ".join(error.command_chain or ())
            lead = f'Lệnh "{command}" còn thiếu' if command else "Còn thiếu"
            return f"{lead} giá trị của {error.keyword or _name(None, argument)}."
        case CoercionError(token=Token() as token):
            return _wrong_type(error, token)
        case ValidationError(argument=Argument(tokens=[token, *_]) as argument):
            name = _name(token, argument)
            return f"{name} là '{token.value}'; {_say_bound(error.exception_message)}."
        case RepeatArgumentError(token=token):
            return f"{token.keyword} chỉ được nêu một lần."
        case UnusedCliTokensError(unused_tokens=[*tokens]):
            return f"Thừa trong lệnh: {' '.join(tokens)}."
        case _:
            return None


def _unknown_command(error: UnknownCommandError, token: str) -> str:
    known = [name for name in error.app or () if not name.startswith("-")]
    listed = f"; các lệnh hiện có: {', '.join(known)}" if known else ""
    return f'Không có lệnh "{token}"{_nearest(token, known)}{listed}.'


def _unknown_option(error: UnknownOptionError) -> str:
    typed = error.token.keyword or error.token.value
    known = [name for one in error.argument_collection if one.parse for name in one.names]
    return f"Không có tùy chọn {typed}{_nearest(typed, known)}."


def _nearest(typed: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(typed, list(known), n=1)
    return f" (gần giống: {found[0]})" if found else ""


def _wrong_type(error: CoercionError, token: Token) -> str | None:
    wanted: Any = error.target_type
    if get_origin(wanted) is Literal:
        allowed = f"một trong: {', '.join(str(value) for value in get_args(wanted))}"
    elif wanted in _TYPES:
        allowed = _TYPES[wanted]
    else:
        return None
    return f"{_name(token, error.argument)} là '{token.value}'; cho phép {allowed}."


def _name(token: Token | None, argument: Argument | None) -> str:
    if token is not None and token.keyword:
        return token.keyword
    if argument is None:
        return "giá trị"
    return argument.name if argument.name.startswith("--") else argument.name.upper()


def _say_bound(message: str) -> str:
    for begin, words in _BOUNDS.items():
        if message.startswith(begin):
            return words.format(message.removeprefix(begin).rstrip("."))
    return "giá trị này không được phép"
