"""Name the columns of the import template, how a heading may be spelled, and what is needed.

The headings follow the template "Sổ thụ lý - danh mục việc": one row is one enforcement
decision. The columns of `EXTRA` are our own.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

Need = Literal["cell", "column", "free"]
"""cell: every row fills it; column: it must be there, a cell may be blank; free: neither."""


class Column(BaseModel):
    """A column: its key in code, its heading, other spellings of it, and what is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    heading: str
    need: Need = "free"
    aliases: tuple[str, ...] = ()


def _column(key: str, heading: str, need: Need = "free", *aliases: str) -> Column:
    return Column(key=key, heading=heading, need=need, aliases=aliases)


TEMPLATE: tuple[Column, ...] = (
    _column("place", "STT", "free", "Số thứ tự"),
    _column("number", "Số QĐ thi hành án", "cell", "Số quyết định thi hành án", "Số QĐ THA"),
    _column("decided", "Ngày QĐ thi hành án", "cell", "Ngày quyết định thi hành án", "Ngày QĐ THA"),
    _column("origin", "Loại", "cell", "Loại (Chủ động / Theo yêu cầu)", "Loại việc"),
    _column("source", "Nguồn", "free", "Nguồn (Mới / Năm trước chuyển sang / Nhận ủy thác)"),
    _column("judgment", "Số bản án, quyết định", "cell", "Số bản án", "Bản án, quyết định"),
    _column("judgment_day", "Ngày bản án, quyết định", "free", "Ngày bản án"),
    _column("court", "Cơ quan ra bản án, quyết định", "free", "Cơ quan ban hành", "Tòa án"),
    _column("received", "Ngày nhận bản án", "column", "Ngày nhận bản án, quyết định"),
    _column("received_by", "Hình thức nhận"),
    _column("requested", "Ngày nhận yêu cầu", "column", "Ngày nhận yêu cầu thi hành án"),
    _column("debtor", "Người phải thi hành án", "cell", "Người phải THA"),
    _column("debtor_address", "Địa chỉ người phải thi hành án", "free", "Địa chỉ người phải THA"),
    _column("commune", "Xã/phường", "free", "Xã, phường"),
    _column("debtor_number", "Số định danh / Mã số doanh nghiệp", "free", "Số định danh"),
    _column("creditor", "Người được thi hành án", "free", "Người được THA"),
    _column("creditor_address", "Địa chỉ người được thi hành án", "free", "Địa chỉ người được THA"),
    _column("content", "Nội dung nghĩa vụ", "cell", "Nội dung nghĩa vụ thi hành án"),
    _column("code", "Loại nghĩa vụ"),
    _column("fee", "Án phí"),
    _column("fine", "Tiền phạt"),
    _column("forfeit", "Truy thu, sung quỹ"),
    _column("refund", "Trả lại tiền, tạm ứng", "free", "Trả lại tiền/tạm ứng"),
    _column("alimony", "Cấp dưỡng"),
    _column("damages", "Bồi thường"),
    _column("debt", "Trả nợ", "free", "Trả nợ (dân sự/tín dụng/KDTM)"),
    _column("other", "Khác", "free", "Khoản khác"),
    _column("total", "Tổng phải thi hành", "free", "Tổng số phải thi hành"),
    _column("interest", "Lãi chậm thi hành án"),
    _column("officer", "Chấp hành viên", "column", "CHV", "Mã Chấp hành viên"),
    _column("assigned", "Ngày phân công", "column", "Ngày phân công Chấp hành viên"),
    _column("office", "Đơn vị", "cell", "Đơn vị (Phòng THADS khu vực)", "Phòng THADS khu vực"),
    _column("notified", "Ngày thông báo hợp lệ QĐ THA", "column", "Ngày thông báo hợp lệ"),
    _column("channel", "Kênh", "column", "Kênh thông báo"),
    _column("class", "Phân loại", "cell", "Phân loại điều kiện thi hành án"),
    _column("class_number", "Số QĐ phân loại"),
    _column("class_day", "Ngày QĐ phân loại", "column"),
    _column("class_ground", "Căn cứ phân loại", "free", "Căn cứ QĐ phân loại"),
    _column("verified", "Ngày xác minh gần nhất", "column", "Ngày xác minh"),
    _column("done", "Đã thi hành"),
    _column("left", "Còn phải thi hành"),
    _column("status", "Tình trạng", "cell"),
    _column("ended", "Ngày kết thúc", "column"),
    _column("note", "Ghi chú"),
)
"""The columns of the template, in its order; combined headings are split."""

EXTRA: tuple[Column, ...] = (
    _column("opened", "Ngày lập hồ sơ"),
    _column("sent", "Ngày gửi Viện kiểm sát", "free", "Ngày gửi VKS"),
    _column("verified_first", "Ngày xác minh lần đầu"),
    _column("situation", "Hoàn cảnh"),
    _column("informed", "Ngày thông tin mới"),
    _column("ground_day", "Ngày có căn cứ hoãn"),
    _column("until", "Hoãn đến ngày", "free", "Ngày ban hành hoãn đến"),
    _column("coerced", "Ngày QĐ cưỡng chế"),
    _column("measure", "Biện pháp cưỡng chế"),
    _column("collected", "Ngày thu tiền"),
    _column("collected_amount", "Số tiền đã thu"),
    _column("paid", "Ngày chi trả"),
    _column("end_ground", "Căn cứ kết thúc", "free", "Căn cứ đình chỉ"),
    _column("asked", "Ngày yêu cầu xác nhận kết quả"),
    _column("confirmed", "Ngày xác nhận kết quả"),
)
"""Our own optional columns, from which more of a case's life is read."""

COLUMNS = (*TEMPLATE, *EXTRA)
BY_KEY = {column.key: column for column in COLUMNS}
AMOUNTS = ("fee", "fine", "forfeit", "refund", "alimony", "damages", "debt", "other")
"""The columns of amounts, which `total` adds up."""


def heading_of(key: str) -> str:
    """Give a column's heading."""
    return BY_KEY[key].heading


def fold(text: str) -> str:
    """Make spellings comparable: composed signs, single blanks, lower case, no end marks."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold().strip(" :*")


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """Give the key of every heading and alias, folded."""
    return {
        fold(text): column.key for column in COLUMNS for text in (column.heading, *column.aliases)
    }
