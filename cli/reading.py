"""Read what is typed and what files hold: days, moments, JSON; refuse with one sentence."""

from __future__ import annotations

import errno
import json
import re
from datetime import date, datetime
from typing import Annotated

from cyclopts import Parameter

from cases.dossier import Dossier, read_dossier
from cases.errors import FormError, Words
from cli.bounds import FACTS_MOST, TooLargeError, megabytes, read_bounded
from cli.clock import read_now
from i18n.texts import Lang
from law.calendar import ZONE
from law.errors import SpokenError

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document.")]
Language = Annotated[Lang, Parameter(name="--lang", help="Language of the answer: vi or en.")]
FileName = Annotated[
    str,
    Parameter(allow_leading_hyphen=True, help="A dossier file; - reads standard input."),
]

_A_DAY = Words(vi="cho phép một ngày như 2026-11-23", en="allowed is a day such as 2026-11-23")
_A_MOMENT = Words(
    vi="cho phép một ngày như 2026-11-23 hoặc một thời điểm như 2026-11-23T16:30",
    en="allowed is a day such as 2026-11-23 or a moment such as 2026-11-23T16:30",
)
_A_DOSSIER = Words(vi="một tệp hồ sơ", en="a dossier file")
_WHY_UNREAD = {
    errno.ENOENT: "không có tệp này",
    errno.EISDIR: "đây là một thư mục",
    errno.EACCES: "không có quyền đọc",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


def read_day(name: str, value: str) -> date:
    """Read a day such as 2026-11-23; raise `FormError` naming the option."""
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FormError(name, value, _A_DAY)


def read_when(name: str, value: str) -> date | datetime:
    """Read a day, or a moment such as 2026-11-23T16:30 (without an offset: Viet Nam's)."""
    if _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None:
            return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FormError(name, value, _A_MOMENT)


def read_as_of(value: str | None) -> date | datetime:
    """Read the day or moment of an assessment; left out, it is now."""
    return read_now() if value is None else read_when("--as-of", value)


def read_dossier_file(file: str, as_of: date | datetime) -> Dossier:
    """Read a dossier from a file, or from standard input for '-'."""
    data = read_json(file)
    facts = data.get("facts") if isinstance(data, dict) else None
    if isinstance(facts, list) and len(facts) > FACTS_MOST:
        words = Words(
            vi=f"tệp có {len(facts)} sự kiện; cho phép nhiều nhất {FACTS_MOST}",
            en=f"it holds {len(facts)} facts; allowed are {FACTS_MOST} at most",
        )
        raise FormError("FILE", file, words)
    return read_dossier(data, as_of=as_of)


def read_json(file: str) -> object:
    """Read a JSON file in UTF-8; raise `FormError` when it is missing or is something else."""
    text = read_text(file)
    try:
        data: object = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        words = Words(
            vi=f"tệp không phải JSON hợp lệ: lỗi tại dòng {error.lineno}, cột {error.colno}",
            en=f"it is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
        )
        raise FormError("FILE", file, words) from error
    except UnicodeEncodeError as error:
        words = Words(
            vi="tệp chứa nửa ký tự (surrogate đứng riêng)",
            en="it holds half of a character (a lone surrogate)",
        )
        raise FormError("FILE", file, words) from error
    except RecursionError as error:
        words = Words(
            vi="tệp JSON không dùng được: lồng nhau quá sâu",
            en="it is not usable JSON: it is nested too deeply",
        )
        raise FormError("FILE", file, words) from error
    except ValueError as error:
        words = Words(
            vi=f"tệp JSON không dùng được: {_say_value_error(error)}",
            en=f"it is not usable JSON: {error}",
        )
        raise FormError("FILE", file, words) from error
    return data


def _say_value_error(error: ValueError) -> str:
    # The interpreter's own, such as a number of too many digits, has no Vietnamese words.
    return error.say("vi") if isinstance(error, _JsonError) else "có giá trị không đọc được"


def read_text(file: str, wanted: Words = _A_DOSSIER) -> str:
    """Read a UTF-8 file, or standard input for '-'; raise `FormError` saying what is wanted."""
    try:
        raw = read_bounded(file)
    except TooLargeError as error:
        raise FormError("FILE", file, too_long(error)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        why = _WHY_UNREAD.get(getattr(error, "errno", None) or 0, "hệ thống không mở được tệp")
        words = Words(
            vi=f"không đọc được: {why}; cho phép {wanted.vi}, hoặc - để đọc từ đầu vào chuẩn",
            en=f"it cannot be read: {reason}; allowed is {wanted.en}, or - for stdin",
        )
        raise FormError("FILE", file, words) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = Words(
            vi=f"tệp không phải UTF-8, lỗi tại byte {error.start}",
            en=f"it is not UTF-8 at byte {error.start}",
        )
        raise FormError("FILE", file, words) from error


def too_long(error: TooLargeError) -> Words:
    """Say of a text that it is longer than what is read."""
    return Words(
        vi=f"tệp lớn hơn {megabytes(error.most)} MB; hãy chia nhỏ",
        en=f"it is above {megabytes(error.most)} MB; split it",
    )


class _JsonError(SpokenError, ValueError):
    pass


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read: dict[str, object] = {}
    for name, value in pairs:
        if name in read:
            raise _JsonError(
                f"the name {name!r} stands twice in one object",
                f"tên {name!r} xuất hiện hai lần trong một đối tượng",
            )
        read[name] = value
    return read


def _no_number(name: str) -> object:
    raise _JsonError(f"{name} is not a JSON number", f"{name} không phải số trong JSON")
