"""Name the sheets and columns of a directory's workbook, and the words that its cells take."""

from __future__ import annotations

from typing import NamedTuple

from cli.register_columns import Column, Need


class Sheet(NamedTuple):
    """A sheet: its key in code, its name, other spellings of it, and its columns."""

    key: str
    name: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """Give a column by its key; of an unknown key the first."""
        return next((column for column in self.columns if column.key == key), self.columns[0])


def _column(key: str, heading: str, need: Need = "free", *aliases: str) -> Column:
    return Column(key=key, heading=heading, need=need, aliases=aliases)


SHEETS: tuple[Sheet, ...] = (
    Sheet("offices", "Đơn vị", ("Offices",), (
        _column("key", "Mã đơn vị", "cell", "Mã", "Key"),
        _column("name", "Tên đơn vị", "cell", "Tên", "Name"),
        _column("kind", "Loại đơn vị", "cell", "Loại", "Kind"),
        _column("parent", "Đơn vị cấp trên", "free", "Mã đơn vị cấp trên", "Parent"),
        _column("hours", "Giờ làm việc", "free", "Working hours"),
    )),
    Sheet("people", "Người", ("Cán bộ", "People"), (
        _column("key", "Mã người", "cell", "Mã", "Mã cán bộ", "Key"),
        _column("name", "Họ và tên", "cell", "Họ tên", "Tên", "Name"),
        _column("office", "Đơn vị", "cell", "Mã đơn vị", "Office"),
        _column("role", "Chức danh", "free", "Vai trò", "Role"),
        _column("first", "Giữ chức danh từ ngày", "free", "Từ ngày", "From"),
        _column("mail", "Thư điện tử", "free", "Email", "E-mail"),
        _column("language", "Ngôn ngữ", "free", "Language"),
        _column("hours", "Giờ làm việc", "free", "Working hours"),
        _column("left_on", "Thôi việc từ ngày", "free", "Left on"),
        _column("synthetic", "Dữ liệu mẫu", "free", "Made up"),
    )),
    Sheet("posts", "Chức danh", ("Chức danh khác", "Posts"), (
        _column("person", "Mã người", "cell", "Person"),
        _column("role", "Chức danh", "cell", "Vai trò", "Role"),
        _column("office", "Đơn vị", "cell", "Mã đơn vị", "Office"),
        _column("first", "Từ ngày", "free", "From"),
        _column("last", "Đến ngày", "free", "To"),
    )),
    Sheet("addresses", "Địa chỉ", ("Addresses",), (
        _column("person", "Mã người", "cell", "Person"),
        _column("channel", "Kênh", "cell", "Channel"),
        _column("value", "Địa chỉ", "cell", "Address"),
    )),
    Sheet("absences", "Vắng mặt", ("Nghỉ phép", "Absences"), (
        _column("person", "Mã người", "cell", "Person"),
        _column("first", "Từ ngày", "cell", "From"),
        _column("last", "Đến ngày", "cell", "To"),
        _column("deputy", "Người thay", "free", "Mã người thay", "Deputy"),
        _column("reason", "Lý do", "free", "Reason"),
        _column("ended_on", "Chấm dứt từ ngày", "free", "Ended on"),
    )),
    Sheet("delegations", "Ủy quyền", ("Uỷ quyền", "Delegations"), (
        _column("person", "Người ủy quyền", "cell", "Mã người", "Person"),
        _column("delegate", "Người nhận ủy quyền", "cell", "Người được ủy quyền", "Delegate"),
        _column("role", "Chức danh", "free", "Vai trò", "Role"),
        _column("first", "Từ ngày", "cell", "From"),
        _column("last", "Đến ngày", "cell", "To"),
        _column("reason", "Lý do", "free", "Reason"),
        _column("ended_on", "Chấm dứt từ ngày", "free", "Ended on"),
    )),
)  # fmt: skip
"""Later addresses than the e-mail of "Người" stand in "Địa chỉ", in their order."""

BY_KEY = {sheet.key: sheet for sheet in SHEETS}
NOTE_SHEET = "Ghi chú"

# The first spelling of each code is written; the others are read as well.
KINDS = {
    "cơ quan quản lý": "managing_authority", "managing_authority": "managing_authority",
    "cơ quan thads tỉnh": "agency", "cơ quan thi hành án dân sự": "agency", "agency": "agency",
    "phòng khu vực": "room", "phòng thads khu vực": "room", "room": "room",
    "phòng nghiệp vụ": "division", "phòng chuyên môn": "division", "division": "division",
}  # fmt: skip
ROLE_NAMES = {
    "chấp hành viên": "officer", "chv": "officer", "officer": "officer",
    "chấp hành viên trưởng": "chief_officer", "chv trưởng": "chief_officer",
    "chief_officer": "chief_officer",
    "thủ trưởng cơ quan": "head_of_agency", "thủ trưởng": "head_of_agency",
    "thủ trưởng cơ quan thads": "head_of_agency", "head_of_agency": "head_of_agency",
    "cơ quan quản lý": "managing_authority", "managing_authority": "managing_authority",
}  # fmt: skip
LANGUAGES = {
    "tiếng việt": "vi", "vi": "vi", "việt": "vi", "tiếng anh": "en", "anh": "en", "en": "en",
}  # fmt: skip
CHANNEL_NAMES = {
    "thư điện tử": "mail", "email": "mail", "e-mail": "mail", "mail": "mail",
    "apprise": "apprise", "tin nhắn": "apprise", "webhook": "webhook",
}  # fmt: skip
YES_NO = {"có": "yes", "x": "yes", "yes": "yes", "không": "no", "no": "no"}
EVERY_ROLE = {"tất cả": "", "mọi chức danh": "", "all": ""}


def word_for(words: dict[str, str], code: str) -> str:
    """Give the word that is written for a code, with a capital letter."""
    found = next(word for word, known in words.items() if known == code)
    return found[:1].upper() + found[1:]
