"""Lay out the lives of the sample's cases: how many of each kind, and their days before today.

Every day is a working day counted back from the day of the import, so that at any time some
cases are fresh, some near a due date, some overdue, and some stuck for each reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

from law.calendar import Calendar

Days: TypeAlias = dict[str, date]
Words: TypeAlias = dict[str, str]
Life: TypeAlias = Callable[["Maker"], tuple[Days, Words]]

CHANGE = date(2026, 7, 1)
"""Law 106/2025/QH15 came into force."""
_MEASURES = ("Khấu trừ tiền trong tài khoản", "Trừ vào thu nhập", "Kê biên", "Buộc chuyển giao")
_CHANNELS = ("Trực tiếp", "Trực tiếp", "Bưu chính", "Bưu chính", "Niêm yết")
_NO_MEANS = ("điểm a khoản 1 Điều 44a", "điểm a khoản 1 Điều 38")
_ILLNESS = ("điểm a khoản 1 Điều 48 (ốm nặng)", "điểm a khoản 1 Điều 46 (ốm nặng)")
_SUSPENSION = ("khoản 1 Điều 49", "khoản 1 Điều 47")
_TERMINATION = ("khoản 1 Điều 50", "khoản 1 Điều 48")
_VOLUNTARY = 10


def cite(grounds: tuple[str, str], day: date) -> str:
    """Give the ground as the law of that day numbers it: the old act's, then the new one's."""
    return grounds[day >= CHANGE]


class Maker:
    """Makes the days of one case, with the run's own randomness, calendar and today."""

    def __init__(self, rng: random.Random, calendar: Calendar, today: date) -> None:
        """Keep them."""
        self.rng = rng
        self._calendar = calendar
        self.today = today

    def ago(self, least: int, most: int) -> date:
        """Give a working day that many calendar days before today, or the one before it."""
        return self.worked(self.today - timedelta(days=self.rng.randint(least, most)))

    def worked(self, day: date) -> date:
        """Give the day itself when worked, else the working day before it."""
        while not self._calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def after(self, day: date, least: int, most: int) -> date:
        """Give a later working day, counted in working days; never one after today."""
        later = self._calendar.working_days_after(day, self.rng.randint(least, most))
        return min(later, self.worked(self.today))

    def before(self, day: date, least: int, most: int) -> date:
        """Give an earlier working day, counted in working days."""
        return self._calendar.working_days_before(day, self.rng.randint(least, most))

    def begin(self, decided: date) -> Days:
        """Give the days up to the case file: judgment, request, decision, officer, procuracy."""
        days = {"decided": decided, "received": self.before(decided, 1, 4)}
        days["requested"] = self.before(decided, 1, 4)
        days["assigned"] = self.after(decided, 0, 1)
        days["opened"] = self.after(days["assigned"], 0, 2)
        days["sent"] = self.after(decided, 0, 3)
        return days

    def notify(self, notified: date) -> tuple[Days, Words]:
        """Give a case whose decision was validly notified on a day, and all before it."""
        days = self.begin(self.before(notified, 1, 3))
        days["notified"] = notified
        return days, {"channel": self.rng.choice(_CHANNELS)}

    def verify(self, verified: date) -> tuple[Days, Words]:
        """Give a case whose means were first verified on a day, within its term."""
        days, words = self.notify(self.worked(verified - timedelta(days=_VOLUNTARY + 5)))
        days["verified"] = verified
        return days, words

    def coerce(self, coerced: date) -> tuple[Days, Words]:
        """Give a case in which coercion was decided on a day."""
        days, words = self.verify(self.before(coerced, 4, 14))
        days["coerced"] = coerced
        return days, words | {"measure": self.rng.choice(_MEASURES)}

    def collect(self, collected: date) -> tuple[Days, Words]:
        """Give a case in which money was collected on a day."""
        days, words = self.coerce(self.before(collected, 5, 15))
        return days | {"collected": collected}, words

    def lack(self, decided: date, situation: str = "") -> tuple[Days, Words]:
        """Give a case whose lack of means was decided on a day."""
        verified = self.before(decided, 1, 4)
        days, words = self.verify(verified)
        days |= {"class_day": decided, "verified_first": verified}
        words |= {"class": "Chưa có điều kiện", "class_ground": cite(_NO_MEANS, decided)}
        return days, words | {"situation": situation}

    def pause(self, day: date, class_: str, grounds: tuple[str, str]) -> tuple[Days, Words]:
        """Give a case that was postponed or suspended on a day."""
        days, words = self.verify(self.before(day, 4, 12))
        return days | {"class_day": day}, words | {
            "class": class_,
            "class_ground": cite(grounds, day),
        }

    def end(
        self, ended: date, status: str, grounds: tuple[str, str] = ("", "")
    ) -> tuple[Days, Words]:
        """Give a case that ended on a day, after the debtor performed."""
        days, words = self.verify(self.before(ended, 5, 40))
        return days | {"ended": ended}, words | {
            "status": status,
            "end_ground": cite(grounds, ended),
        }


def _fresh(make: Maker) -> tuple[Days, Words]:
    return make.begin(make.ago(0, 3)), {}


def _voluntary(make: Maker) -> tuple[Days, Words]:
    return make.notify(make.ago(0, 9))


def _due_soon(make: Maker) -> tuple[Days, Words]:
    return make.notify(make.ago(15, 18))


def _with_means(make: Maker) -> tuple[Days, Words]:
    return make.verify(make.ago(2, 26))


def _coercion(make: Maker) -> tuple[Days, Words]:
    return make.coerce(make.ago(2, 40))


def _money(make: Maker) -> tuple[Days, Words]:
    return make.collect(make.ago(0, 8))


def _paid(make: Maker) -> tuple[Days, Words]:
    days, words = make.collect(make.ago(10, 30))
    return days | {"paid": make.after(days["collected"], 2, 5)}, words


def _awaiting_no_means(make: Maker) -> tuple[Days, Words]:
    days, words = make.verify(make.ago(0, 4))
    return days, words | {"class": "Chưa có điều kiện"}


def _no_means(make: Maker) -> tuple[Days, Words]:
    if make.rng.random() < 0.5:  # noqa: PLR2004 - half of them are young, half reverified
        days, words = make.lack(make.ago(10, 165))
        return days | {"verified": days["verified_first"]}, words
    days, words = make.lack(make.ago(200, 340))
    return days | {"verified": make.after(days["class_day"], 90, 110)}, words


def _no_means_in_prison(make: Maker) -> tuple[Days, Words]:
    days, words = make.lack(make.ago(60, 340), "Đang chấp hành án phạt tù từ 02 năm")
    return days | {"verified": days["verified_first"]}, words


def _no_means_unknown_address(make: Maker) -> tuple[Days, Words]:
    days, words = make.lack(make.ago(60, 340), "Không rõ địa chỉ")
    return days | {"verified": days["verified_first"]}, words


def _crossing(make: Maker) -> tuple[Days, Words]:
    """Give a case whose voluntary period ran when the law changed; it goes on without means."""
    notified = make.worked(CHANGE - timedelta(days=make.rng.randint(1, 9)))
    days, words = make.notify(min(notified, make.ago(40, 60)))
    verified = make.after(days["notified"], 9, 12)
    decided = make.after(verified, 1, 4)
    days |= {"verified_first": verified, "class_day": decided, "verified": verified}
    if make.today - decided > timedelta(days=150):
        days["verified"] = make.ago(20, 120)
    words |= {"class": "Chưa có điều kiện", "class_ground": cite(_NO_MEANS, decided)}
    return days, words


def _separate(make: Maker) -> tuple[Days, Words]:
    days, words = make.lack(make.ago(900, 1100))
    moved = make.ago(20, 120)
    days |= {"verified": make.before(moved, 3, 20), "ended": moved}
    return days, words | {"status": "Theo dõi riêng"}


def _postponed(make: Maker) -> tuple[Days, Words]:
    days, words = make.pause(make.ago(5, 50), "Hoãn", _ILLNESS)
    days["ground_day"] = make.before(days["class_day"], 1, 4)
    return days | {"until": make.today + timedelta(days=make.rng.randint(10, 60))}, words


def _suspended(make: Maker) -> tuple[Days, Words]:
    return make.pause(make.ago(5, 80), "Tạm đình chỉ", _SUSPENSION)


def _closed(make: Maker) -> tuple[Days, Words]:
    return make.end(make.ago(1, 260), "Xong")


def _terminated(make: Maker) -> tuple[Days, Words]:
    return make.end(make.ago(1, 150), "Đình chỉ", _TERMINATION)


def _entrusted_away(make: Maker) -> tuple[Days, Words]:
    return make.end(make.ago(1, 100), "Ủy thác")


def _returned(make: Maker) -> tuple[Days, Words]:
    days, words = make.lack(make.ago(1080, 1200))
    ended = make.ago(160, 240)
    days |= {"verified": make.before(ended, 5, 60), "ended": ended}
    return days, words | {"status": "Gửi lại yêu cầu"}


def _late_verification(make: Maker) -> tuple[Days, Words]:
    return make.notify(make.ago(24, 36))


def _late_payment(make: Maker) -> tuple[Days, Words]:
    return make.collect(make.ago(12, 30))


def _late_sending(make: Maker) -> tuple[Days, Words]:
    days, words = make.notify(make.ago(5, 9))
    del days["sent"]
    return days, words


def _late_no_means(make: Maker) -> tuple[Days, Words]:
    days, words = make.verify(make.ago(11, 18))
    return days, words | {"class": "Chưa có điều kiện"}


def _late_new_information(make: Maker) -> tuple[Days, Words]:
    days, words = _no_means_in_prison(make)
    return days | {"informed": make.ago(13, 40)}, words


def _missed(make: Maker) -> tuple[Days, Words]:
    days, words = make.lack(make.ago(215, 330))
    return days | {"verified": days["verified_first"]}, words


def _postponement_over(make: Maker) -> tuple[Days, Words]:
    days, words = make.pause(make.ago(60, 110), "Hoãn", _ILLNESS)
    return days | {"until": make.ago(4, 45)}, words


def _no_officer(make: Maker) -> tuple[Days, Words]:
    days = make.begin(make.ago(3, 7))
    for name in ("assigned", "opened"):
        del days[name]
    days["notified"] = make.after(days["decided"], 1, 3)
    return days, {"channel": make.rng.choice(_CHANNELS), "officer": "-"}


def _silent_with_means(make: Maker) -> tuple[Days, Words]:
    return make.verify(make.ago(35, 120))


def _silent_coercion(make: Maker) -> tuple[Days, Words]:
    return make.coerce(make.ago(50, 260))


LIVES: tuple[tuple[Life, int, str], ...] = (
    (_fresh, 22, ""), (_voluntary, 26, ""), (_due_soon, 16, ""), (_with_means, 26, ""),
    (_coercion, 12, "request"), (_money, 12, ""), (_paid, 8, ""), (_awaiting_no_means, 5, ""),
    (_no_means, 12, ""), (_no_means_in_prison, 10, "officio"), (_no_means_unknown_address, 4, ""),
    (_crossing, 12, ""), (_separate, 8, "officio"), (_postponed, 7, ""), (_suspended, 6, ""),
    (_closed, 24, ""), (_terminated, 6, ""), (_entrusted_away, 3, ""), (_returned, 3, "request"),
    (_late_verification, 14, ""), (_late_payment, 8, ""), (_late_sending, 7, ""),
    (_late_no_means, 5, ""), (_late_new_information, 4, "officio"), (_missed, 11, ""),
    (_postponement_over, 6, ""), (_no_officer, 8, ""), (_silent_with_means, 10, ""),
    (_silent_coercion, 5, "request"),
)  # fmt: skip
"""Each life, how many cases have it, and the origin it needs: request, officio, or either."""


def lives() -> Iterator[tuple[Life, str]]:
    """Give each case's life and the origin it needs."""
    for life, count, origin in LIVES:
        for _ in range(count):
            yield life, origin
