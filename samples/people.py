"""Make the synthetic directory of the sample register: four levels of offices and their people.

Nobody in it exists: names are roles ("Chấp hành viên mẫu An"), addresses end in .invalid and lead
nowhere; there are e-mail addresses alone, so that nothing ever leaves the machine.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cli.directory_workbook import render_directory
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    DirectoryEntries,
    OfficeEntry,
    PersonEntry,
    PostEntry,
    Role,
)

TITLE = "DỮ LIỆU MẪU – SYNTHETIC: không có người, địa chỉ nào là thật"
NOTES = (
    "DỮ LIỆU MẪU (SYNTHETIC): đơn vị và người tự tạo, tên gọi theo vai trò.",
    "Chỉ có địa chỉ thư điện tử, kết thúc bằng .invalid: không có gì rời khỏi máy này.",
    "Giờ làm việc để trống là theo đơn vị, rồi theo đơn vị cấp trên.",
    "Không nơi nào ghi giờ làm việc thì là 07:30-11:30, 13:30-17:00.",
    "Nhập danh bạ thật: thads people import TỆP.xlsx --write",
)
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_ROOM = "Phòng Thi hành án dân sự khu vực {} - Nghệ An (dữ liệu mẫu)"
_OFFICES = (
    ("cuc", "Cơ quan quản lý thi hành án dân sự (dữ liệu mẫu)", "managing_authority", None),
    ("nghe-an", "Thi hành án dân sự tỉnh Nghệ An (dữ liệu mẫu)", "agency", "cuc"),
    ("nghe-an/nv", "Phòng Nghiệp vụ - Nghệ An (dữ liệu mẫu)", "division", "nghe-an"),
    ("nghe-an/kv1", _ROOM.format(1), "room", "nghe-an"),
    ("nghe-an/kv2", _ROOM.format(2), "room", "nghe-an"),
    ("nghe-an/kv3", _ROOM.format(3), "room", "nghe-an"),
)
_PEOPLE: tuple[tuple[str, str, Role | None, str, str], ...] = (
    ("ql.cuc", "Người của cơ quan quản lý mẫu", "managing_authority", "cuc", "quan-ly"),
    ("tt.nghe-an", "Thủ trưởng mẫu", "head_of_agency", "nghe-an", "thu-truong"),
    ("ptt.nghe-an", "Phó Thủ trưởng mẫu", None, "nghe-an", "pho-thu-truong"),
    ("tp.nv", "Trưởng phòng nghiệp vụ mẫu", None, "nghe-an/nv", "truong-nv"),
    ("cvt.kv1", "Chấp hành viên trưởng mẫu, khu vực 1", "chief_officer", "nghe-an/kv1",
     "truong-kv1"),
    ("cvt.kv2", "Chấp hành viên trưởng mẫu, khu vực 2", "chief_officer", "nghe-an/kv2",
     "truong-kv2"),
    ("cvt.kv3", "Chấp hành viên trưởng mẫu, khu vực 3", "chief_officer", "nghe-an/kv3",
     "truong-kv3"),
    ("cv.an", "Chấp hành viên mẫu An", "officer", "nghe-an/kv1", "cv-an"),
    ("cv.binh", "Chấp hành viên mẫu Bình", "officer", "nghe-an/kv1", "cv-binh"),
    ("cv.chi", "Chấp hành viên mẫu Chi", "officer", "nghe-an/kv2", "cv-chi"),
    ("cv.dung", "Chấp hành viên mẫu Dũng", "officer", "nghe-an/kv2", "cv-dung"),
    ("cv.giang", "Chấp hành viên mẫu Giang", "officer", "nghe-an/kv3", "cv-giang"),
    ("cv.ha", "Chấp hành viên mẫu Hà", "officer", "nghe-an/kv3", "cv-ha"),
)  # fmt: skip
_READS_ENGLISH = "cv.ha"


def sample_directory(today: date) -> DirectoryEntries:
    """Make the entries: one officer is on leave this week and the next, one head delegates then."""
    monday = today - timedelta(days=today.weekday())
    return DirectoryEntries(
        offices=tuple(
            OfficeEntry.model_validate(
                dict(zip(("key", "name", "kind", "parent"), one, strict=True))
            )
            for one in _OFFICES
        ),
        people=tuple(
            PersonEntry(
                key=key,
                name=name,
                office=office,
                language="en" if key == _READS_ENGLISH else "vi",
                synthetic=True,
                addresses=(AddressEntry(channel="mail", value=f"{mail}@example.invalid"),),
            )
            for key, name, _, office, mail in _PEOPLE
        ),
        posts=tuple(
            PostEntry(person=key, role=role, office=office)
            for key, _, role, office, _ in _PEOPLE
            if role is not None
        ),
        absences=(
            AbsenceEntry(
                person="cv.dung",
                first=monday,
                last=monday + timedelta(days=11),
                deputy="cv.chi",
                reason="Nghỉ phép năm (mẫu)",
            ),
        ),
        delegations=(
            DelegationEntry(
                person="tt.nghe-an",
                delegate="ptt.nghe-an",
                role="head_of_agency",
                first=monday + timedelta(days=7),
                last=monday + timedelta(days=11),
                reason="Thủ trưởng đi công tác (mẫu)",
            ),
        ),
    )


def write_directory(path: Path, today: date) -> None:
    """Write the sample directory as a workbook; the same day gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render_directory(sample_directory(today), _CREATED, title=TITLE, notes=NOTES))
