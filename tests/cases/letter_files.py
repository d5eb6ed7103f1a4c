"""Make letters' files for tests; nobody in them exists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.letter_files import read_letter
from cases.letters import Letter

NOW = datetime.fromisoformat("2026-11-24T09:00:00+07:00")
SENDER: dict[str, Any] = {
    "name": "Trần Thị Mẫu Hoa",
    "address": "Số 9, ngõ 3, phường Mẫu, Nghệ An",
    "id_number": "040199000123",
    "signed": True,
}
COMPLAINT: dict[str, Any] = {
    "type": "complaint", "title": "Khiếu nại quyết định kê biên", "object": "coercion",
    "text": "Đề nghị hủy quyết định.", "notified_on": "2026-11-05", "against": "officer",
}  # fmt: skip
DENUNCIATION: dict[str, Any] = {
    "type": "denunciation", "title": "Tố cáo hành vi nhận tiền", "text": "Nội dung mẫu.",
    "against": "officer",
}  # fmt: skip
PETITION: dict[str, Any] = {"type": "petition", "title": "Kiến nghị về lịch tiếp công dân"}


def plain(*contents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "office": "nghe-an",
        "received_on": "2026-11-20",
        "channel": "direct",
        "sent_to": "agency",
        "sender": SENDER,
        "contents": list(contents or (COMPLAINT,)),
        **more,
    }


def letter(*contents: dict[str, Any], **more: Any) -> Letter:
    read, faults = read_letter(plain(*contents, **more), NOW)
    assert read is not None, faults
    return read
