"""Prove that the audit is whole: every row as it was written, and after the one before it.

A chain tells what was changed, taken out or put in between. It cannot tell alone that its last
rows were cut off, nor that everything was written anew from some row on: that takes the number
and the hash of a head that was kept outside (on paper, in a letter), and is asked for by it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from sqlalchemy import text

from cases.errors import Words
from store.engine import Engine

Fault = Literal["changed", "missing", "not_following", "no_head"]

_A_PAGE = 5000
_PAGE = text("""
select id, at, actor, action, dossier, detail::text as detail, previous, hash
from record.audit where id > :after order by id limit :most
""")
_SAID = {
    "changed": Words(
        vi="dòng {id} của nhật ký đã bị sửa sau khi ghi",
        en="row {id} of the audit was changed after it was written",
    ),
    "missing": Words(
        vi="nhật ký mất các dòng từ {first} đến {last}",
        en="rows {first} to {last} of the audit are missing",
    ),
    "not_following": Words(
        vi="dòng {id} của nhật ký không nối tiếp dòng trước nó: dòng trước đã bị sửa, bị thay "
        "hoặc bị lấy đi",
        en="row {id} of the audit does not follow the row before it: that one was changed, "
        "replaced or taken out",
    ),
    "no_head": Words(
        vi="nhật ký không có dòng mang mã băm {hash}: phần cuối đã bị cắt hoặc nhật ký đã bị "
        "viết lại",
        en="the audit has no row with the hash {hash}: its end was cut off, or it was written anew",
    ),
}


class Break(NamedTuple):
    """Where the chain does not hold: the row that shows it, and what is wrong."""

    id: int
    fault: Fault
    first: int | None = None
    hash: str | None = None

    @property
    def words(self) -> Words:
        """Say it in both languages."""
        values = {"id": self.id, "first": self.first, "last": self.id - 1, "hash": self.hash}
        said = _SAID[self.fault]
        return Words(vi=said.vi.format(**values), en=said.en.format(**values))

    def __str__(self) -> str:
        """Say it in English."""
        return self.words.en


def hash_of(row: Mapping[str, Any]) -> str:
    """Give the hash that a row must have; `detail` is the text that the database gives of it."""
    at: datetime = row["at"]
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    plain = (row["previous"], row["id"], moment, row["actor"], row["action"], row["dossier"])
    listed = json.dumps(plain, ensure_ascii=False).removesuffix("]")
    return sha256(f"{listed}, {row['detail']}]".encode()).hexdigest()


async def find_breaks(
    engine: Engine, head: str | None = None, page: int = _A_PAGE
) -> AsyncIterator[Break]:
    """Walk the chain from its first row and tell each break.

    `head`: the hash of a row that was kept outside; without it a cut at the end goes unseen.
    """
    walked = _Walk(head)
    while rows := await engine.fetch(_PAGE.bindparams(after=walked.id, most=page)):
        for row in rows:
            for found in walked.step(row):
                yield found
    if head is not None and not walked.met:
        yield Break(walked.id, "no_head", hash=head)


class _Walk:
    """How far the chain was followed, and by what the next row must hang on it."""

    def __init__(self, head: str | None) -> None:
        self.id = 0
        self.met = False
        self._head = head
        self._last = ""
        self._broken = False

    def step(self, row: Mapping[str, Any]) -> list[Break]:
        """Take the next row, and give what is wrong with it or just before it."""
        found: list[Break] = []
        number, follows = int(row["id"]), row["previous"] == self._last
        if not follows and number > self.id + 1:
            found.append(Break(number, "missing", first=self.id + 1))
        if hash_of(row) != row["hash"]:
            found.append(Break(number, "changed"))
        elif not follows and not found and not self._broken:
            # After a row that was changed nothing more is learned from the next one's link.
            found.append(Break(number, "not_following"))
        self.id, self._last, self._broken = number, row["hash"], bool(found)
        self.met = self.met or row["hash"] == self._head
        return found
