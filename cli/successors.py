"""Check between whom cases may go: officers of one office, or of one above the other."""

from __future__ import annotations

from datetime import date

from cases.errors import FormError, Words
from store.directory import OfficeDirectory

_HOLDS_CASES = ("officer", "chief_officer", "head_of_agency")
"""The roles whose holders are enforcement officers (Law 106/2025/QH15, Arts. 22.1, 23)."""


def check_successor(directory: OfficeDirectory, leaving: str, taking: str, day: date) -> None:
    """Raise `FormError` where LEAVING's cases cannot go to TAKING, naming who may take them."""
    if leaving not in directory.people:
        known = directory.officers
        raise FormError("FROM", leaving, _one_of(known))
    able = [key for key in sorted(directory.people) if _may_take(directory, leaving, key, day)]
    if taking not in able:
        raise FormError("TO", taking, _one_of(able))


def _may_take(directory: OfficeDirectory, leaving: str, key: str, day: date) -> bool:
    return (
        key != leaving
        and _holds_cases(directory, key, day)
        and _in_line(directory.people[leaving].office, directory.people[key].office)
    )


def _holds_cases(directory: OfficeDirectory, key: str, day: date) -> bool:
    if directory.people[key].has_left(day):
        return False
    return any(post.role in _HOLDS_CASES for post in directory.posts_of(key, day))


def _in_line(one: str, other: str) -> bool:
    """Tell whether two offices are the same, or one stands above the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _one_of(keys: list[str]) -> Words:
    listed = ", ".join(keys) or "-"
    return Words(
        vi=f"cho phép Chấp hành viên đang làm việc cùng đơn vị, hoặc ở đơn vị trên, dưới: {listed}",
        en=f"allowed are officers at work in the same office or one above or below it: {listed}",
    )
