"""Compare the statute book with the tables of every limit that the acts hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from law.corpus import Corpus, read_model
from law.errors import StatuteFileError

FOLDER = Path(__file__).parent / "reference"
_REASON = r"counting_rule|amount|definition|other_body_only|organisational|text_not_at_hand"
_DUPLICATE = re.compile(r"duplicate_of:(?P<id>[a-z0-9_]+)")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReferenceRow(_Entry):
    """A limit that the act holds: where it stands, its amount and unit as the act has them."""

    id: str
    act: str
    place: str
    amount: str
    unit: str


class LeftOut(_Entry):
    """A row that is no rule of a dossier, with its reason from the closed list."""

    id: str
    reason: Annotated[str, Field(pattern=rf"^({_REASON}|duplicate_of:[a-z0-9_]+)$")]


class ReferenceFile(_Entry):
    """A reference table."""

    row: tuple[ReferenceRow, ...]


class LeftOutFile(_Entry):
    """The rows left out."""

    row: tuple[LeftOut, ...]


class ActCoverage(_Entry):
    """How far one act is encoded: `left_out` by reason, `missing` by row."""

    act: str
    rows: int
    encoded: int
    left_out: dict[str, int]
    missing: tuple[str, ...]


def cover(corpus: Corpus, folder: Path = FOLDER) -> tuple[ActCoverage, ...]:
    """Say for each act how many rows are encoded, left out by reason, or missing.

    Raises `StatuteFileError` for a row that is stated twice, both encoded and left out, or
    named by a rule or a reason and not there.
    """
    rows = [
        row
        for path in sorted(folder.glob("*.toml"))
        if path.name != "left_out.toml"
        for row in read_model(ReferenceFile, path, f"reference/{path.name}").row
    ]
    known = {row.id for row in rows}
    if len(known) != len(rows):
        raise StatuteFileError("law/reference: a row is stated twice; keep one of the two")
    left_out = {
        entry.id: entry.reason
        for entry in read_model(LeftOutFile, folder / "left_out.toml", "left_out.toml").row
    }
    covered = {row for version in corpus.versions for row in version.rule.covers}
    _check_names(known, left_out, covered)
    acts = dict.fromkeys(row.act for row in rows)
    return tuple(_cover_act(act, rows, left_out, covered) for act in acts)


def _check_names(known: set[str], left_out: dict[str, str], covered: set[str]) -> None:
    named = covered | set(left_out)
    named |= {m["id"] for reason in left_out.values() if (m := _DUPLICATE.fullmatch(reason))}
    for name in sorted(named - known):
        raise StatuteFileError(f"row {name!r} is named and stands in no table of law/reference")
    for name in sorted(covered & set(left_out)):
        raise StatuteFileError(f"row {name!r} is both encoded and left out; keep one of the two")


def _cover_act(
    act: str, rows: list[ReferenceRow], left_out: dict[str, str], covered: set[str]
) -> ActCoverage:
    own = [row.id for row in rows if row.act == act]
    reasons: dict[str, int] = {}
    for row in own:
        if row in left_out:
            reason = left_out[row].partition(":")[0]
            reasons[reason] = reasons.get(reason, 0) + 1
    return ActCoverage(
        act=act,
        rows=len(own),
        encoded=sum(row in covered for row in own),
        left_out=reasons,
        missing=tuple(row for row in own if row not in covered and row not in left_out),
    )
