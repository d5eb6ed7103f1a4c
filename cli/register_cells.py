"""Read single cells: days, amounts in whole đồng, and words from a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from cli.register_columns import fold
from cli.register_problems import Value, shown_value

_DAY_FIRST = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CURRENCY = re.compile(r"\s*(đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}([.,  ])\d{3}(\1\d{3})*")
_FRACTION = re.compile(r"\d[\d.,  ]*[.,]\d+")
_MOST = 10**15
_FORMULA = re.compile(r"\s*([=@]|[+-][^\W\d_])")

ORIGINS = {
    "chủ động": "ex_officio", "cđ": "ex_officio",
    "theo yêu cầu": "on_request", "yêu cầu": "on_request", "yc": "on_request",
    "biện pháp khẩn cấp tạm thời": "provisional_measure", "bpkctt": "provisional_measure",
    "phá sản": "bankruptcy", "tuyên bố phá sản": "bankruptcy",
}  # fmt: skip
SOURCES = {
    "mới": "new", "năm trước chuyển sang": "carried", "chuyển sang": "carried",
    "nhận ủy thác": "entrusted", "ủy thác": "entrusted", "uỷ thác": "entrusted",
    "nhận uỷ thác": "entrusted",
}  # fmt: skip
CHANNELS = {
    "trực tiếp": "direct", "bưu chính": "post", "bưu điện": "post", "vneid": "vneid",
    "niêm yết": "posting", "phương tiện thông tin đại chúng": "media",
    "trại giam": "prison", "nước ngoài": "abroad",
}  # fmt: skip
CLASSES = {
    "có điều kiện": "with_means", "cđk": "with_means",
    "chưa có điều kiện": "without_means", "ccđk": "without_means",
    "hoãn": "postponed", "tạm đình chỉ": "suspended",
}  # fmt: skip
STATUSES = {
    "đang thi hành": "running", "xong": "closed", "thi hành xong": "closed",
    "đình chỉ": "terminated", "ủy thác": "entrusted", "uỷ thác": "entrusted",
    "thu hồi": "revoked", "theo dõi riêng": "separate", "gửi lại yêu cầu": "returned",
}  # fmt: skip
SITUATIONS = {
    "bình thường": "ordinary",
    "đang chấp hành án phạt tù từ 02 năm": "imprisoned_2y",
    "đang chấp hành án phạt tù từ 02 năm trở lên": "imprisoned_2y",
    "không rõ địa chỉ": "address_unknown",
}
MEASURES = {
    "khấu trừ tiền trong tài khoản": "account_deduction", "khấu trừ tiền": "account_deduction",
    "trừ vào thu nhập": "income_deduction", "khai thác tài sản": "exploitation",
    "kê biên": "seizure", "kê biên tài sản": "seizure",
    "buộc chuyển giao": "hand_over", "buộc chuyển giao vật, quyền tài sản, giấy tờ": "hand_over",
    "buộc thực hiện công việc": "act",
}  # fmt: skip
CODES = {
    code.casefold(): code
    for code in (
        "CD1", "CD2", "CD3", "CD4", "CD5", "CD6", "CD7", "CD8",
        "YC1", "YC2", "YC3", "YC4", "YC5", "YC6", "YC7",
    )
}  # fmt: skip


class CellError(Exception):
    """A cell's value is not allowed; the reason in Vietnamese and in English."""

    def __init__(self, vi: str, en: str) -> None:
        """Keep both."""
        super().__init__(en)
        self.vi = vi
        self.en = en


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run a text: =, @, or + and - before a letter."""
    return _FORMULA.match(text) is not None


def read_text(value: Value) -> str | None:
    """Read a text, with single blanks; a whole number stands as its digits."""
    text = " ".join(shown_value(value).split())
    return text or None


def read_day(value: Value) -> date | None:
    """Read a day: a date cell, dd/mm/yyyy, dd-mm-yyyy or yyyy-mm-dd; raise `CellError`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = read_text(value)
    if text is None:
        return None
    if not isinstance(value, bool | int | float):
        try:
            if found := _DAY_FIRST.fullmatch(text):
                return date(int(found[4]), int(found[3]), int(found[1]))
            if found := _YEAR_FIRST.fullmatch(text):
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            raise CellError("ngày này không có trong lịch", "there is no such day") from error
    raise CellError(
        "ngày không hợp lệ, cho phép dạng 05/10/2026, 05-10-2026 hoặc 2026-10-05",
        "no valid day; allowed is 05/10/2026, 05-10-2026 or 2026-10-05",
    )


def read_amount(value: Value) -> int | None:
    """Read an amount in whole đồng from 0: 1.344.000.000, 150,000đ, 150000; raise `CellError`."""
    if isinstance(value, bool | date):
        raise _no_amount()
    if isinstance(value, int | float):
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
            raise _no_amount()
        if value < 0:
            raise _negative()
        if value != int(value):
            raise _fractional()
        return _bounded(int(value))
    text = read_text(value)
    if text is None:
        return None
    bare = _CURRENCY.sub("", text)
    if bare.startswith(("-", "−", "(")):
        raise _negative()
    if bare.isascii() and bare.isdigit():
        return _bounded(int(bare)) if len(bare) <= len(str(_MOST)) else _bounded(_MOST + 1)
    if _GROUPED.fullmatch(bare):
        return _bounded(int(re.sub(r"\D", "", bare)))
    raise _fractional() if _FRACTION.fullmatch(bare) else _no_amount()


def _bounded(amount: int) -> int:
    if amount > _MOST:
        raise CellError("số tiền quá lớn", "the amount is too large")
    return amount


def _no_amount() -> CellError:
    return CellError(
        "không phải số tiền, cho phép số đồng nguyên như 1.344.000.000 hoặc 150000",
        "no amount; allowed are whole đồng such as 1.344.000.000 or 150000",
    )


def _negative() -> CellError:
    return CellError("số tiền không được âm", "an amount cannot be negative")


def _fractional() -> CellError:
    return CellError(
        "số tiền phải là số đồng nguyên, không có phần lẻ",
        "an amount is in whole đồng, without a fraction",
    )


def read_choice(value: Value, allowed: Mapping[str, str]) -> str | None:
    """Read a word from a list by its folded spelling; raise `CellError` naming the list."""
    text = read_text(value)
    if text is None:
        return None
    code = allowed.get(fold(text))
    if code is None:
        # The first spelling of each code is its name; the others are short forms.
        names: dict[str, str] = {}
        for name, found in allowed.items():
            names.setdefault(found, name)
        listed = ", ".join(names.values())
        raise CellError(f"cho phép một trong: {listed}", f"allowed is one of: {listed}")
    return code
