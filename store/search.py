"""Make names findable however they are typed: without marks, and with d for đ."""

from __future__ import annotations

import unicodedata

from cases.dossier import Dossier

_D = str.maketrans("đĐ", "dD")


def normalise(text: str) -> str:
    """Strip the marks and the case of a text: "Nguyễn Văn Đ" is "nguyen van d"."""
    parted = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).lower()


def words_of(dossier: Dossier) -> str:
    """Give what a dossier is found by: its id, its parties, its judgment and its numbers."""
    said = [dossier.id, *(party.name for party in dossier.parties)]
    said += [text for text in (dossier.judgment, dossier.decision_number) if text]
    said += [str(fact.fields["number"]) for fact in dossier.facts if "number" in fact.fields]
    return normalise("\n".join(dict.fromkeys(said)))
