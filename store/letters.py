"""Keep the book of letters: book, seal, note each step, find duplicates, open what is sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy import ColumnElement, Select, func, insert, or_, select, text, true

from law.model import DUTY_HOLDERS
from store.audit import Entry, note_in
from store.engine import Engine, compiled
from store.letter_rows import Asking, BookedLetter, LetterStep, NewLetter, NewStep
from store.letter_tables import letter_readings, letter_steps, letters, sealed
from store.sealing import Seal, Sealed

NumberOf = Callable[[str, int, int], str]
"""Spells a letter's number from its office, year and place."""

_DUTY = [holder.value for holder in DUTY_HOLDERS if holder.value != "superior"]
_LOCK = 7_418_201_108
"""The advisory lock under which a number is taken; any that nobody else uses will do."""

_OF_DOSSIER = text("""
select distinct l.number from record.letters l
where l.number in (select letter from record.letter_steps where dossier = :dossier)
   or l.number = (select dossier ->> 'letter' from projection.dossiers where id = :dossier)
""")

_FIRST = text("""
select d.stage, d.dossier -> 'facts' as facts, exists (
    select from projection.limits l where l.dossier = d.id and l.breaches_at <= :now
      and l.met_on is null and l.ended_on is null and l.paused_by is null
      and l.holder = any(:duty)) as overdue
from projection.dossiers d where d.id = :dossier and d.kind = 'complaint'
""")

_OFFICES = text("select id, office from projection.dossiers where id = any(:ids)")


def place_of(number: str, what: str) -> str:
    """Name where a sealed text belongs; it opens nowhere else."""
    return f"letter {number} {what}"


class LetterBook:
    """The book of letters of one register."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        """Write and read through the engine's connections; seal and open with the seal."""
        self._engine = engine
        self._seal = seal

    async def book(
        self,
        new: NewLetter,
        raw: bytes,
        sender: bytes | None,
        number_of: Callable[[str, int, int], str],
    ) -> tuple[str, bool]:
        """Book a letter with its file sealed, in one transaction; a file that is known is one.

        Gives the number, and whether it is new. `number_of` spells a number from office, year
        and place.
        """
        async with self._engine.connected() as connection, connection.transaction():
            told = connection.cursor(row_factory=dict_row)
            await told.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            await told.execute(*compiled(_by_file(self._seal.marks(raw))))
            if (known := await told.fetchone()) is not None:
                return str(known["number"]), False
            await told.execute(
                "select coalesce(max(place), 0) + 1 as place from record.letters"
                " where office = %s and year = %s",
                (new.office, new.year),
            )
            row = await told.fetchone()
            place = int(row["place"]) if row else 1
            number = number_of(new.office, new.year, place)
            values = new.model_dump() | {
                "number": number,
                "place": place,
                "file_mark": self._seal.mark(raw),
                "kinds": list(new.kinds),
                "marks": list(new.marks),
            }
            await told.execute(*compiled(insert(letters).values(**values)))
            for what, content in (("file", raw), ("sender", sender)):
                if content is None:
                    continue
                closed = self._seal.close(content, place_of(number, what))
                row_of = {"letter": number, "what": what, **closed._asdict()}
                await told.execute(*compiled(insert(sealed).values(**row_of)))
        return number, True

    async def note(self, number: str, steps: Sequence[NewStep]) -> int:
        """Note steps; one that stands already is not noted again. Gives how many are new."""
        many = 0
        async with self._engine.connected() as connection, connection.transaction():
            for step in steps:
                row = await connection.execute(
                    'insert into record.letter_steps (letter, part, step, decision, ground, "on",'
                    " dossier, detail, actor, at, command_id) values (%s, %s, %s, %s, %s, %s, %s,"
                    " %s::jsonb, %s, %s, %s) on conflict (command_id) do nothing",
                    (
                        number, step.part, step.step, step.decision, step.ground, step.on,
                        step.dossier, _json(step.detail), step.actor, step.at, step.command_id,
                    ),
                )  # fmt: skip
                many += row.rowcount
        return many

    async def find(self, number: str) -> BookedLetter | None:
        """Give a letter of the book with its steps; None where there is none."""
        found = await self._read(select(letters).where(letters.c.number == number))
        return found[0] if found else None

    async def listed(
        self, *, office: str | None = None, most: int | None = None, skip: int = 0
    ) -> list[BookedLetter]:
        """List letters, the newest first; of an office and those below it where one is named."""
        query = select(letters).where(_of_office(office))
        query = query.order_by(letters.c.booked_at.desc(), letters.c.number.desc())
        return await self._read(query.limit(most).offset(skip))

    async def count(self, office: str | None = None) -> int:
        """Count what `listed` lists."""
        query = select(func.count().label("many")).select_from(letters)
        rows = await self._engine.fetch(query.where(_of_office(office)))
        return int(rows[0]["many"])

    async def _read(self, query: Select[Any]) -> list[BookedLetter]:
        rows = await self._engine.fetch(query)
        numbers = [row["number"] for row in rows]
        steps: dict[str, list[LetterStep]] = {}
        taken = select(letter_steps).where(letter_steps.c.letter.in_(numbers))
        for row in await self._engine.fetch(taken.order_by(letter_steps.c.id)):
            steps.setdefault(row["letter"], []).append(LetterStep.model_validate(row))
        instead = select(letters.c.number, letters.c.replaces).where(
            letters.c.replaces.in_(numbers)
        )
        replaced = {row["replaces"]: row["number"] for row in await self._engine.fetch(instead)}
        return [
            BookedLetter.model_validate(
                row
                | {
                    "steps": tuple(steps.get(row["number"], ())),
                    "replaced_by": replaced.get(row["number"]),
                }
            )
            for row in rows
        ]

    async def same_content(self, marks: Sequence[str], but: str) -> list[BookedLetter]:
        """List earlier letters with one of these marks: the same sender and content."""
        query = (
            select(letters)
            .where(letters.c.marks.overlap(list(marks)), letters.c.number != but)
            .order_by(letters.c.booked_at)
        )
        return await self._read(query)

    async def open_sealed(self, number: str, what: str) -> bytes | None:
        """Open what a letter has sealed, for this process alone; None where it has none any more.

        Raises `SealError`. Who may be shown it is not asked here: see `store.identities`.
        """
        query = select(sealed).where(sealed.c.letter == number, sealed.c.what == what)
        rows = await self._engine.fetch(query)
        if not rows or not rows[0]["ciphertext"]:
            return None
        row: Mapping[str, Any] = rows[0]
        closed = Sealed(row["key_id"], row["wrapped_key"], row["nonce"], row["ciphertext"])
        return self._seal.open(closed, place_of(number, what))

    async def note_reading(self, number: str, asked: Asking, *, allowed: bool) -> None:
        """Keep who asked for an identity, and whether it was shown."""
        values = asked.model_dump() | {"letter": number, "allowed": allowed}
        kept = insert(letter_readings).values(**values)
        noted = Entry(
            action="identity_shown" if allowed else "identity_refused", actor=asked.actor,
            at=asked.at, detail={"letter": number, "person": asked.person},
        )  # fmt: skip
        async with self._engine.connected() as connection, connection.transaction():
            await connection.execute(*compiled(kept))
            await note_in(connection, [noted])

    async def letters_of(self, dossier: str) -> list[str]:
        """Name the letters that a dossier was opened by, or names."""
        rows = await self._engine.fetch(_OF_DOSSIER.bindparams(dossier=dossier))
        return sorted(row["number"] for row in rows)

    async def first_complaint(self, dossier: str, now: datetime) -> dict[str, Any] | None:
        """Give the stage of a complaint's dossier, its facts, and whether a duty in it is late."""
        rows = await self._engine.fetch(_FIRST.bindparams(dossier=dossier, now=now, duty=_DUTY))
        return rows[0] if rows else None

    async def offices_of(self, cases: Sequence[str]) -> dict[str, str]:
        """Give the office of each case that the register knows."""
        rows = await self._engine.fetch(_OFFICES.bindparams(ids=list(cases)))
        return {row["id"]: row["office"] for row in rows}


def _of_office(office: str | None) -> ColumnElement[bool]:
    if office is None:
        return true()
    below = letters.c.office.startswith(f"{office}/", autoescape=True)
    return or_(letters.c.office == office, below)


def _by_file(marks: Sequence[str]) -> Select[Any]:
    return select(letters.c.number).where(letters.c.file_mark.in_(marks))


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False)
