"""Refuse a rule whose conditions name what no dossier has: it would be silent for ever."""

from __future__ import annotations

from cases.naming import names_amiss
from law.checks import Placed


def check_conditions(placed: Placed) -> None:
    """Raise `StatuteFileError` for a state, event, field or value that the vocabulary lacks."""
    for key, named, allowed in names_amiss(placed.rule):
        field, _, name = key.partition(".")
        listed = ", ".join(sorted(map(str, allowed))) or "-"
        if name:
            raise placed.refuse(
                field,
                f"{field} asks for {name} = {named!r}, which it never is; allowed is one of: "
                f"{listed}",
                f"{field} đòi {name} = {named!r} là giá trị không bao giờ có; cho phép một "
                f"trong: {listed}",
            )
        raise placed.refuse(
            field,
            f"{field} names {named!r}, which means nothing there; allowed is one of: {listed}",
            f"{field} nêu {named!r} không có nghĩa ở đó; cho phép một trong: {listed}",
        )
