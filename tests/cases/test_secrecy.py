"""A name, an address or a number is found in a text however it is written, and nothing else is."""

from __future__ import annotations

import pytest

from cases.secrecy import Identity

WHO = Identity(
    names=("Đặng Thị Mẫu Hoa",),
    addresses=("Số 9, ngõ 3, phường Mẫu, Nghệ An", "Nghệ An"),
    numbers=("040199000123",),
)


@pytest.mark.parametrize(
    "text",
    [
        "theo đơn của bà Đặng Thị Mẫu Hoa",
        "theo don cua ba DANG THI MAU HOA.",
        "Hoa, Đặng Thị Mẫu đã đến",
        "bà Thị Mẫu Hoa có mặt",
        "thư từ dangthimauhoa@example.invalid",
        "Đặng_Thị-Mẫu.Hoa",
        "Đặ\u200bng Thị Mẫu Hoa",
        "CCCD 0401 9900 0123",
        "gửi về số 9 ngõ 3 phường mẫu Nghệ An",
    ],
)
def test_what_tells_who_it_is_is_found(text: str) -> None:
    assert WHO.told_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định thụ lý số 12/QĐ-THADS ngày 24/11/2026",
        "Chuyển Công an tỉnh Nghệ An",
        "ông Đặng Văn Bình và bà Hoa",
        "đã gặp người tố cáo và người bị tố cáo",
        "",
    ],
)
def test_what_tells_nobody_passes(text: str) -> None:
    assert not WHO.told_in(text)


def test_nobody_is_found_of_whom_nothing_is_known() -> None:
    assert not Identity(names=("", " "), numbers=("12",)).told_in("12 người")
