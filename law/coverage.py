"""Compare the statute book with the tables of every limit that the acts hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from law.corpus import Corpus
from law.errors import StatuteFileError
from law.sources import Source, list_folder, read_source

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
    tables = [
        read_source(path, f"reference/{path.name}")
        for path in list_folder(folder, "reference", StatuteFileError)
        if path.suffix == ".toml" and path.name != "left_out.toml"
    ]
    known: dict[str, ReferenceRow] = {}
    for table in tables:
        for place, row in enumerate(table.validate(ReferenceFile).row):
            if row.id in known:
                raise table.refuse(
                    ("row", place, "id"),
                    f"row {row.id!r} is stated twice; keep one of the two",
                    f"dòng {row.id!r} được nêu hai lần; hãy giữ một",
                )
            known[row.id] = row
    reasons = read_source(folder / "left_out.toml", "reference/left_out.toml")
    left_out = reasons.validate(LeftOutFile).row
    covered = {row for version in corpus.versions for row in version.rule.covers}
    _check_names(set(known), left_out, covered, reasons)
    acts = dict.fromkeys(row.act for row in known.values())
    why = {entry.id: entry.reason for entry in left_out}
    return tuple(_cover_act(act, list(known.values()), why, covered) for act in acts)


def _check_names(
    known: set[str], left_out: tuple[LeftOut, ...], covered: set[str], source: Source
) -> None:
    for name in sorted(covered - known):
        raise StatuteFileError(
            f"row {name!r} is named in 'covers' of a rule and stands in no table of law/reference",
            f"dòng {name!r} được nêu trong 'covers' của một quy định nhưng không có trong bảng nào "
            "của law/reference",
        )
    for place, entry in enumerate(left_out):
        duplicate = _DUPLICATE.fullmatch(entry.reason)
        for name in (entry.id, *([duplicate["id"]] if duplicate else [])):
            if name not in known:
                raise source.refuse(
                    ("row", place, "id"),
                    f"row {name!r} is named and stands in no table of law/reference",
                    f"dòng {name!r} được nêu nhưng không có trong bảng nào của law/reference",
                )
        if entry.id in covered:
            raise source.refuse(
                ("row", place, "id"),
                f"row {entry.id!r} is both encoded and left out; keep one of the two",
                f"dòng {entry.id!r} vừa được mã hóa vừa bị bỏ ra; hãy giữ một",
            )


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
