"""Tell the kinds of dossier apart: by name, and by the beginning of an id."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "enforcement_case", "complaint", "denunciation", "petition", "administrative_judgment",
    "reception",
]  # fmt: skip
"""What a dossier is: việc thi hành án, khiếu nại, tố cáo, kiến nghị và phản ánh, theo dõi thi
hành án hành chính, sổ tiếp công dân."""

PREFIXES: dict[Kind, str] = {
    "enforcement_case": "",
    "complaint": "complaint/",
    "denunciation": "denunciation/",
    "petition": "petition/",
    "administrative_judgment": "admin/",
    "reception": "reception/",
}
"""What an id begins with, so that one id names one dossier of one kind and no other."""

LETTERS: tuple[Kind, ...] = ("complaint", "denunciation", "petition")
"""What a citizen's letter can be, or a part of it."""


def kind_of(dossier: str) -> Kind:
    """Give the kind of a dossier by its id, such as complaint/KN-12."""
    for kind, prefix in PREFIXES.items():
        if prefix and dossier.startswith(prefix):
            return kind
    return "enforcement_case"


def bare(dossier: str) -> str:
    """Give an id without what it begins with."""
    return dossier.removeprefix(PREFIXES[kind_of(dossier)])


def file_name(dossier: str) -> str:
    """Give an id as it can stand in a file's name."""
    return dossier.replace("/", "-")
