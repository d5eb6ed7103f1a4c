"""Say who may be shown a sealed identity, and keep who was, when and why."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from law.errors import SpokenError
from store.audit import Entry, note_in
from store.engine import Engine, compiled
from store.letter_rows import Asking, BookedLetter, RightLine, Viewing
from store.letter_tables import letter_readings, rights
from store.letters import LetterBook
from store.sealing import SealError

__all__ = ["DENOUNCER_IDENTITY", "Asking", "Identities", "NotAllowedError"]

DENOUNCER_IDENTITY = "denouncer_identity"


class NotAllowedError(SpokenError):
    """Whoever asks does not have the right to be shown this."""


class Identities:
    """The sealed identities of a book of letters, and who may open them."""

    def __init__(self, engine: Engine, book: LetterBook) -> None:
        """Read and write through the engine's connections; open through the book."""
        self._engine = engine
        self._book = book

    async def show(self, letter: BookedLetter, asked: Asking, *, whole: bool = False) -> bytes:
        """Open who wrote a letter, or the `whole` of it, for a person with the right.

        The reading is kept first, and so is an attempt without the right. Raises
        `NotAllowedError` and `SealError`.
        """
        person, office = asked.person, letter.office
        allowed = await self.may_see(person, office)
        await self._book.note_reading(letter.number, asked, allowed=allowed)
        if not allowed:
            give = f"thads letter grant {person} --office {office}"
            raise NotAllowedError(
                f"{person} may not see who wrote letter {letter.number}: the right "
                f"{DENOUNCER_IDENTITY} for {office} is missing; this attempt is on record. "
                f"A head of agency gives it: {give}",
                f"{person} không được xem người gửi đơn {letter.number}: chưa có quyền "
                f"{DENOUNCER_IDENTITY} tại {office}; lần yêu cầu này đã được ghi lại. "
                f"Thủ trưởng cấp quyền bằng: {give}",
            )
        shown = None if whole else await self._book.open_sealed(letter.number, "sender")
        if shown is None:
            shown = await self._book.open_sealed(letter.number, "file")
        if shown is None:
            raise SealError(
                f"what letter {letter.number} held was destroyed after its time; the book keeps "
                f"the entry alone",
                f"Nội dung đơn {letter.number} đã được hủy khi hết thời hạn lưu; sổ chỉ còn dòng "
                "ghi nhận đơn",
            )
        return shown

    async def may_see(self, person: str, office: str) -> bool:
        """Tell whether a person has the right for an office: their last word on it, or above."""
        held = {line.office: line.given for line in await self.rights_of(person)}
        while office:
            if office in held:
                return held[office]
            office = office.rpartition("/")[0]
        return False

    async def rights_of(self, person: str | None = None) -> list[RightLine]:
        """List the rights as they stand now, of one person or of all."""
        query = (
            select(rights)
            .ext(distinct_on(rights.c.person, rights.c.right, rights.c.office))
            .order_by(rights.c.person, rights.c.right, rights.c.office, rights.c.id.desc())
        )
        if person is not None:
            query = query.where(rights.c.person == person)
        return [RightLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def set_right(self, line: RightLine, actor: str) -> None:
        """Give or take back a right."""
        kept = insert(rights).values(**line.model_dump(), actor=actor)
        noted = Entry(
            action="right_given" if line.given else "right_revoked", actor=actor, at=line.at,
            detail=line.model_dump(include={"person", "right", "office", "by_person"}),
        )  # fmt: skip
        async with self._engine.connected() as connection, connection.transaction():
            await connection.execute(*compiled(kept))
            await note_in(connection, [noted])

    async def viewings(self, letter: str) -> list[Viewing]:
        """List who asked to see who wrote a letter, the first first."""
        query = select(letter_readings).where(letter_readings.c.letter == letter)
        rows = await self._engine.fetch(query.order_by(letter_readings.c.id))
        return [Viewing.model_validate(row) for row in rows]
