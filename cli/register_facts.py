"""Read the facts of a row: each dated column is an event of the case's life, in legal order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pydantic import BaseModel, ConfigDict

from cases.vocabulary import Value, vocabulary
from cli.register_cells import CHANNELS, CLASSES, MEASURES, SITUATIONS, STATUSES
from cli.register_reader import RowReader

_ENDINGS = {
    "closed": "closed", "revoked": "closed", "terminated": "terminated",
    "entrusted": "entrusted", "separate": "moved_to_separate_register",
    "returned": "request_returned",
}  # fmt: skip
_REVOKED = "Thu hồi quyết định thi hành án"


_ALWAYS_TOLD = frozenset(
    {"judgment_received", "entrustment_received", "request_received", "officer_assigned",
     "enforcement_decision_issued", "decision_validly_notified", "means_verified",
     "no_means_decided", "postponed", "temporarily_suspended", *_ENDINGS.values()}
)  # fmt: skip
"""Events that the template's own columns tell."""
_TOLD_BY: dict[str, str] = {
    "opened": "case_file_opened", "sent": "decision_sent_to_procuracy",
    "informed": "new_information_received", "ground_day": "postponement_ground_arose",
    "coerced": "coercion_decided", "collected": "money_collected", "paid": "proceeds_paid",
    "asked": "result_confirmation_requested", "confirmed": "result_confirmed",
}  # fmt: skip
"""Optional columns and the event that nothing else in a register tells."""


TOLD_BY_COLUMNS = frozenset(_TOLD_BY.values())
"""What an optional column could have told."""


def untold_by(columns: Collection[str]) -> tuple[str, ...]:
    """List the events of which a register with these columns keeps no record."""
    told = _ALWAYS_TOLD.union(event for key, event in _TOLD_BY.items() if key in columns)
    return tuple(name for name in vocabulary().reportable() if name not in told)


class DatedFact(BaseModel):
    """An event of a row: its day, its fields, and the column that its day comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    event: str
    on: date
    fields: dict[str, Value] = {}


class _Facts:
    """The facts of one row as they are gathered."""

    def __init__(self, row: RowReader) -> None:
        self.row = row
        self.found: list[DatedFact] = []

    def add(self, key: str, event: str, **fields: Value | None) -> date | None:
        """Add an event where its column has a day."""
        day = self.row.day(key)
        if day is not None:
            kept = {name: value for name, value in fields.items() if value is not None}
            self.found.append(DatedFact(key=key, event=event, on=day, fields=kept))
        return day


def facts_of(row: RowReader, origin: str | None, officer: str | None) -> list[DatedFact]:
    """Read the facts of a row; what does not fit together is told to the row."""
    facts = _Facts(row)
    _read_beginning(facts, origin, officer)
    class_ = row.choice("class", CLASSES)
    _read_verifications(facts, class_)
    _read_pauses(facts, class_)
    _read_money(facts)
    _read_end(facts)
    return facts.found


def _read_beginning(facts: _Facts, origin: str | None, officer: str | None) -> None:
    row = facts.row
    came = "entrustment_received" if origin == "entrusted" else "judgment_received"
    facts.add("received", came)
    facts.add("requested", "request_received")
    facts.add("decided", "enforcement_decision_issued", number=row.text("number"))
    if not row.is_blank("assigned") and row.is_blank("officer"):
        row.refuse(
            "officer", "có ngày phân công thì phải có mã Chấp hành viên",
            "a day of assignment needs the officer's code",
        )  # fmt: skip
    facts.add("assigned", "officer_assigned", officer=officer)
    facts.add("opened", "case_file_opened")
    facts.add("sent", "decision_sent_to_procuracy")
    channel = row.choice("channel", CHANNELS)
    if not row.is_blank("notified") and row.is_blank("channel"):
        row.refuse(
            "channel",
            "có ngày thông báo hợp lệ thì phải có kênh",
            "a day of notice needs a channel",
        )
    facts.add("notified", "decision_validly_notified", channel=channel)


def _read_verifications(facts: _Facts, class_: str | None) -> None:
    row = facts.row
    situation = row.choice("situation", SITUATIONS)
    outcome = "without_means" if class_ == "without_means" else "with_means"
    first, last = row.day("verified_first"), row.day("verified")
    decided = row.day("class_day") if class_ == "without_means" else None
    if class_ == "without_means" and row.is_blank("class_day") and row.is_blank("verified"):
        row.refuse(
            "class_day", "chưa có điều kiện thì phải có ngày quyết định hoặc ngày xác minh",
            "a case without means needs the day of its decision or of its verification",
        )  # fmt: skip
    if first is not None and last is not None and first > last:
        row.refuse(
            "verified_first", "sau ngày xác minh gần nhất", "it lies after the latest verification"
        )
    values = {"outcome": outcome, "situation": situation}
    facts.add("verified_first", "means_verified", **values)
    after = last is not None and decided is not None and last > decided
    if last != first and not after:
        facts.add("verified", "means_verified", **values)
    if decided is not None:
        facts.add("class_day", "no_means_decided", **_decision_of(row))
    if last != first and after:
        facts.add("verified", "means_verified", **values)
    facts.add("informed", "new_information_received")


def _decision_of(row: RowReader) -> dict[str, str | None]:
    return {"number": row.text("class_number"), "ground": row.text("class_ground")}


def _read_pauses(facts: _Facts, class_: str | None) -> None:
    row = facts.row
    if class_ in ("postponed", "suspended"):
        _require(row, "class_day", "hoãn, tạm đình chỉ", "a postponement or suspension")
    if class_ == "postponed":
        _require(row, "class_ground", "hoãn", "a postponement")
        until = row.day("until", ahead=True)
        day = row.day("class_day")
        if until is not None and day is not None and until < day:
            row.refuse("until", "trước ngày quyết định hoãn", "it lies before the postponement")
        facts.add("ground_day", "postponement_ground_arose", ground=row.text("class_ground"))
        facts.add(
            "class_day", "postponed", **_decision_of(row),
            until=None if until is None else until.isoformat(),
        )  # fmt: skip
        return
    for key in ("until", "ground_day"):
        if not row.is_blank(key):
            row.refuse(
                key, "chỉ dùng khi Phân loại là Hoãn", "allowed only where Phân loại is Hoãn"
            )
    if class_ == "suspended":
        facts.add("class_day", "temporarily_suspended", **_decision_of(row))


def _require(row: RowReader, key: str, vi: str, en: str) -> None:
    if row.is_blank(key):
        row.refuse(key, f"bắt buộc khi {vi}", f"{en} needs it")


def _read_money(facts: _Facts) -> None:
    row = facts.row
    _pair(row, "coerced", "measure")
    facts.add("coerced", "coercion_decided", measure=row.choice("measure", MEASURES))
    _pair(row, "collected", "collected_amount")
    amount = row.amount("collected_amount")
    if amount == 0:
        row.refuse("collected_amount", "phải lớn hơn 0", "it must be above 0")
    facts.add("collected", "money_collected", amount_vnd=amount or None)
    if not row.is_blank("paid") and row.is_blank("collected"):
        row.refuse("collected", "có ngày chi trả thì phải có ngày thu", "money paid was collected")
    facts.add("paid", "proceeds_paid", amount_vnd=amount or None)


def _pair(row: RowReader, day: str, other: str) -> None:
    if row.is_blank(day) != row.is_blank(other):
        key = day if row.is_blank(day) else other
        row.refuse(
            key,
            "phải có cùng với ngày, hoặc để trống cả hai",
            "fill both this and its day, or none",
        )


def _read_end(facts: _Facts) -> None:
    row = facts.row
    status = row.choice("status", STATUSES)
    ground = row.text("end_ground")
    if status == "running" and not row.is_blank("ended"):
        row.refuse(
            "ended", "việc đang thi hành thì để trống", "a case that goes on has no day of its end"
        )
    elif status is not None and status != "running":
        if row.is_blank("ended"):
            row.refuse(
                "ended", "bắt buộc với tình trạng này", "this Tình trạng needs the day of its end"
            )
        if status == "terminated":
            _require(row, "end_ground", "đình chỉ", "a termination")
        if status == "revoked":
            ground = ground or _REVOKED
        has_ground = status in ("closed", "revoked", "terminated")
        facts.add("ended", _ENDINGS[status], ground=ground if has_ground else None)
    facts.add("asked", "result_confirmation_requested")
    facts.add("confirmed", "result_confirmed")
