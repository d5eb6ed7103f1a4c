"""Bind a lawyer's signature to the wording that was read; any change of the wording undoes it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from law.errors import DataFileError
from law.model import AnyRule, Id
from law.sources import Source

FILE = "signatures.toml"
"""Each act has one, beside its `act.toml`, once a wording of it is signed."""

Said = Annotated[str, Field(pattern=r"\S")]
_NOT_STATED = {"covers"}
"""Which rows of our own tables a rule encodes is no part of what the law says."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signature(_Entry):
    """Who compared one wording of a rule with the Official Gazette, and when.

    `first` is the wording's first day in force, `digest` that of everything it stated when
    it was read, `reference` what it was compared with, such as the Gazette's number.
    """

    rule: Id
    first: date
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    by: Said
    on: date
    reference: Said | None = None


class SignatureFile(_Entry):
    """The signatures of an act, in the order in which they were given."""

    signature: tuple[Signature, ...] = ()


def digest_of(rule: AnyRule, act: str, first: date) -> str:
    """Hash everything that a wording states: act, first day in force, and each key of the rule.

    The file, the place in it and the order of keys do not matter. A key left out is the same
    as its default, so that a key which a later release adds undoes no signature.
    """
    stated = rule.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_STATED)
    # The kind is a default of its class, and much depends on it.
    stated |= {"kind": rule.kind, "act": act, "first": first.isoformat()}
    canon = json.dumps(stated, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canon.encode()).hexdigest()[:32]


def find_standing(
    given: tuple[Signature, ...], rule: AnyRule, act: str, first: date
) -> tuple[Signature, ...]:
    """Give the signatures that were made on the wording as it is now, the latest first."""
    if not given:
        # Most wordings have none, and a digest costs more than the rest of reading a rule.
        return ()
    digest = digest_of(rule, act, first)
    standing = [signature for signature in given if signature.digest == digest]
    return tuple(sorted(standing, key=lambda signature: signature.on, reverse=True))


def by_wording(file: SignatureFile) -> dict[tuple[str, date], tuple[Signature, ...]]:
    """Group signatures by the rule and the first day in force that they name."""
    found: dict[tuple[str, date], list[Signature]] = defaultdict(list)
    for signature in file.signature:
        found[signature.rule, signature.first].append(signature)
    return {wording: tuple(signatures) for wording, signatures in found.items()}


def unknown_wording(
    source: Source, place: int, signature: Signature, known: list[date]
) -> DataFileError:
    """Say that a file holds, at a `place`, a signature of a wording that its act does not have."""
    rule, first = signature.rule, signature.first
    days = ", ".join(day.isoformat() for day in known)
    said = f"its wordings in this act begin on {days}" if known else "this act has no such rule"
    said_vi = (
        f"nội dung của quy định này trong văn bản có hiệu lực từ: {days}"
        if known
        else "văn bản này không có quy định đó"
    )
    return source.refuse(
        ("signature", place, "first"),
        f"field 'first' of the signature of {rule!r} is {first}; {said}; "
        "correct the block, or take it out",
        f"chữ ký cho {rule!r} ghi first = {first}; {said_vi}; hãy sửa hoặc bỏ khối này",
    )


def write_block(signature: Signature) -> str:
    """Write a signature as it stands in the file."""
    lines = ["[[signature]]"]
    for name in Signature.model_fields:
        value = getattr(signature, name)
        if value is not None:
            # A basic string of TOML escapes as JSON does; days stand bare.
            said = value if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
            lines.append(f"{name} = {said}")
    return "\n".join(lines) + "\n"
