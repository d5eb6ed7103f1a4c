"""Read a citizen's letter from its file, or name every fault without a word of what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cases.errors import A_DAY, Words, one_of
from cases.letters import (
    Content,
    ExcludedSpan,
    Letter,
    Representative,
    Representatives,
    Sender,
)


class Fault(BaseModel):
    """Why a letter's file cannot be worked with; it repeats nothing that the letter says."""

    model_config = ConfigDict(frozen=True)

    field: str
    words: Words

    def say(self, lang: Literal["vi", "en"]) -> str:
        """Say it in one sentence."""
        return f"{self.field}: {self.words.vi if lang == 'vi' else self.words.en}"


NO_SENDER = Words(
    vi="không có họ, tên người gửi đơn; đơn được vào sổ nhưng không mở hồ sơ, "
    "đề xuất lưu đơn (đơn giấu tên)",
    en="the sender has no name; the letter stands in the book and no dossier is opened, "
    "proposed is to file it (anonymous)",
)
_MISSING = Words(vi="còn thiếu", en="is missing")
_UNKNOWN = Words(
    vi="có trường mà tệp đơn không dùng; cho phép: {names}",
    en="has a field that a letter's file does not know; allowed are: {names}",
)
_WRONG = Words(vi="có giá trị không dùng được", en="has a value that cannot be used")
_NAMED_IN_TITLE = Words(
    vi="tiêu đề tố cáo nêu thông tin người tố cáo (họ tên, địa chỉ hoặc số định danh); "
    "hãy đặt lại tiêu đề không có thông tin đó (Luật 106/2025/QH15, Điều 108 khoản 2 điểm b)",
    en="the title of a denunciation tells who denounces (name, address or number); give it a "
    "title that does not (Law 106/2025/QH15, Art. 108.2(b))",
)
_SECOND_NEEDS_FIRST = Words(
    vi="khiếu nại lần hai phải nêu hồ sơ khiếu nại lần đầu, như complaint/nghe-an-2026-0001",
    en="a second complaint names the dossier of the first, such as complaint/nghe-an-2026-0001",
)
_OF_COMPLAINTS = Words(
    vi="chỉ khiếu nại mới có trường này", en="only a complaint has it"
)  # fmt: skip
_NEEDS_OBJECT = Words(
    vi="khiếu nại phải nêu đối tượng khiếu nại; cho phép một trong: before_measures, "
    "account_freeze, security_measure, coercion, after_coercion, general",
    en="a complaint names its object; allowed is one of: before_measures, account_freeze, "
    "security_measure, coercion, after_coercion, general",
)
_LATER = Words(
    vi="ngày này không được sau ngày nhận đơn", en="the day must not be after the letter came"
)
_FUTURE = Words(
    vi="ngày nhận đơn không được ở tương lai", en="a letter cannot have come in the future"
)
_ENDS_BEFORE = Words(vi="kết thúc trước khi bắt đầu", en="it ends before it begins")


def read_letter(data: object, now: datetime) -> tuple[Letter | None, tuple[Fault, ...]]:
    """Read a letter file's JSON: the letter, or every fault that keeps it from being worked with.

    No fault repeats a value, since any of them may tell who denounces.
    """
    if not isinstance(data, Mapping):
        one_object = Words(
            vi="tệp đơn phải là một đối tượng JSON", en="a letter's file holds one JSON object"
        )
        return None, (Fault(field="letter", words=one_object),)
    if not _names_a_sender(data):
        return None, (Fault(field="sender.name", words=NO_SENDER),)
    try:
        letter = Letter.model_validate(dict(data))
    except ValidationError as error:
        return None, tuple(_fault(found) for found in error.errors(include_input=False))
    faults = tuple(_faults(letter, now))
    return (None, faults) if faults else (letter, ())


def _names_a_sender(data: Mapping[Any, Any]) -> bool:
    sender = data.get("sender")
    name = sender.get("name") if isinstance(sender, Mapping) else None
    return name is not None and str(name).strip() != ""


def _faults(letter: Letter, now: datetime) -> Iterator[Fault]:
    if letter.received_on > now.date():
        yield Fault(field="received_on", words=_FUTURE)
    for number, content in enumerate(letter.contents, start=1):
        for field, words in _amiss(letter, content):
            yield Fault(field=f"contents[{number}].{field}", words=words)


def _amiss(letter: Letter, content: Content) -> Iterator[tuple[str, Words]]:
    if content.type == "denunciation" and letter.identity.told_in(content.title):
        yield "title", _NAMED_IN_TITLE
    if content.type == "complaint":
        yield from _amiss_in_complaint(letter, content)
    else:
        for field in ("object", "first", "notified_on", "known_on", "excluded"):
            if getattr(content, field) is not None:
                yield field, _OF_COMPLAINTS
        if content.instance != "first":
            yield "instance", _OF_COMPLAINTS


def _amiss_in_complaint(letter: Letter, content: Content) -> Iterator[tuple[str, Words]]:
    if content.object is None:
        yield "object", _NEEDS_OBJECT
    if content.instance == "second" and content.first is None:
        yield "first", _SECOND_NEEDS_FIRST
    for field in ("notified_on", "known_on"):
        day = getattr(content, field)
        if day is not None and day > letter.received_on:
            yield field, _LATER
    if content.excluded is not None and content.excluded.last < content.excluded.first:
        yield "excluded", _ENDS_BEFORE


def _fault(found: Any) -> Fault:  # noqa: ANN401 - the library's own
    place, kind = list(found["loc"]), str(found["type"])
    if kind == "extra_forbidden":
        # The name itself may be what must not be told.
        return Fault(field=_spelled(place[:-1]) or "letter", words=_known_fields(place[:-1]))
    return Fault(field=_spelled(place), words=_allowed(place, kind, found.get("ctx", {})))


def _allowed(place: list[Any], kind: str, limits: Mapping[str, Any]) -> Words:
    if kind == "missing":
        return _MISSING
    if kind.startswith("date"):
        return Words(vi=f"không đọc được ngày; {A_DAY.vi}", en=f"cannot be read; {A_DAY.en}")
    if kind == "literal_error":
        return one_of([str(limits.get("expected", "")).replace("'", "").replace(" or ", ", ")])
    if kind.startswith("bool"):
        return Words(vi="cho phép true hoặc false", en="allowed is true or false")
    if kind.startswith("time"):
        return Words(vi="cho phép giờ như 08:30", en="allowed is a time such as 08:30")
    if kind == "value_error":
        return Words(
            vi="không phải số hồ sơ; cho phép từ 1 đến 64 ký tự trong A-Z a-z 0-9 . _ -",
            en="is no dossier's id; allowed are 1 to 64 of A-Z a-z 0-9 . _ -",
        )
    if place and place[-1] == "contents":
        return Words(vi="cho phép từ 1 đến 20 nội dung", en="allowed are 1 to 20 contents")
    return _WRONG


def _known_fields(place: list[Any]) -> Words:
    model: type[BaseModel] = Letter
    parts: dict[str, type[BaseModel]] = {
        "sender": Sender, "representative": Representative, "representatives": Representatives,
        "contents": Content, "excluded": ExcludedSpan,
    }  # fmt: skip
    for name in place:
        model = parts.get(str(name), model)
    names = ", ".join(model.model_fields)
    return Words(vi=_UNKNOWN.vi.format(names=names), en=_UNKNOWN.en.format(names=names))


def _spelled(place: list[Any]) -> str:
    """Write where a fault is, lists counted from 1: contents[2].title."""
    spelled = ""
    for part in place:
        spelled += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if spelled else part
    return spelled
