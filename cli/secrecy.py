"""Refuse what would tell a dossier who denounces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from cases.errors import FormError, Words
from cases.facts import Report
from cases.kinds import LETTERS, kind_of
from cases.secrecy import Identity
from cases.vocabulary import COMMON_TEXTS
from cli.live import reach_register
from settings import Settings
from store.errors import RegisterAwayError
from store.letter_rows import Asking
from store.letters import LetterBook
from store.sealing import read_seal

_NAMED = Words(
    vi="nội dung nêu thông tin người tố cáo (họ tên, địa chỉ hoặc số định danh), phải giữ bí mật "
    "theo Luật 106/2025/QH15, Điều 108 khoản 2 điểm b; hãy ghi lại không có thông tin đó",
    en="it tells who denounces (name, address or number), which is secret by Law "
    "106/2025/QH15, Art. 108.2(b); write it without",
)
_UNREAD = Words(
    vi="chưa đọc được ai gửi đơn này; không ghi lời tự do vào đây",
    en="who wrote this letter could not be read; no free text goes here",
)
_NOT_COMPARED = Words(
    vi="chưa so được với người gửi đơn vì kho dữ liệu không trả lời; hãy báo không kèm lời tự do, "
    "hoặc báo lại sau",
    en="it could not be compared with who wrote the letter, for the register does not answer; "
    "report without free texts, or later",
)
_HIDDEN = "…"
TOLD_IN_TEXT = "identity_in_text"
"""The reason kept for an asking that was none: somebody's text named who denounces."""

_HARMLESS = ("--document", "--ground", "--reason", "number")


async def refuse_identity(
    settings: Settings, dossier: str, told: Mapping[str, object], who: tuple[str, datetime]
) -> None:
    """Raise `FormError` where a text for a dossier tells who wrote the secret letter behind it.

    `told`: texts by the field they stand in; `who`: the actor, and when. Nobody's right is asked,
    since nothing is shown; a refusal is kept, so that nobody finds a name out by trying. Where
    the register is away, no free text is let through; what has none is.
    """
    texts = {name: value for name, value in told.items() if isinstance(value, str)}
    if kind_of(dossier) not in LETTERS or not texts:
        return
    try:
        async with reach_register(settings) as (engine, _):
            book = LetterBook(engine, read_seal(settings.sealing_key, settings.var))
            await refuse_identity_in(book, await book.letters_of(dossier), texts, who)
    except RegisterAwayError as error:
        raise FormError(next(iter(texts)), _HIDDEN, _NOT_COMPARED) from error


def free_texts(told: Report) -> dict[str, str]:
    """Give what a report says in somebody's own words, by its field."""
    kinds = dict.fromkeys(COMMON_TEXTS, "text?") | told.kind.fields
    return {
        name: str(value)
        for name, value in told.fields.items()
        if str(kinds.get(name)).startswith("text")
    }


async def refuse_identity_in(
    book: LetterBook, numbers: Iterable[str], texts: Mapping[str, str], who: tuple[str, datetime]
) -> None:
    """Raise `FormError` where a text tells who wrote one of these letters, if that is secret."""
    for number in numbers:
        letter = await book.find(number)
        if letter is None or not letter.secret:
            continue
        sealed = await book.open_sealed(number, "sender")
        told = {} if sealed is None else json.loads(sealed)["identity"]
        identity = Identity.model_validate(told)
        if not identity.names:
            if free := [name for name in texts if name not in _HARMLESS]:
                raise FormError(free[0], _HIDDEN, _UNREAD)
            continue
        for name, text in texts.items():
            if identity.told_in(text):
                actor, at = who
                asked = Asking(person=actor, actor=actor, reason=TOLD_IN_TEXT, at=at)
                await book.note_reading(number, asked, allowed=False)
                raise FormError(name, _HIDDEN, _NAMED)
