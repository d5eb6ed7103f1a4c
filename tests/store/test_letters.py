"""The book of letters: numbers without gaps, one letter for one file, nothing changed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest

from cases.intake import letter_number
from store.digests import DigestRows
from store.engine import Engine
from store.identities import DENOUNCER_IDENTITY, Asking, Identities, NotAllowedError
from store.letter_rows import NewLetter, NewStep, RightLine
from store.letters import LetterBook
from store.sealing import Seal, SealError

NOW = datetime.fromisoformat("2026-11-24T09:00:00+07:00")
KEY = b"k" * 32


@pytest.fixture(name="book")
def _book(engine: Engine) -> LetterBook:
    return LetterBook(engine, Seal([KEY]))


@pytest.fixture(name="identities")
def _identities(engine: Engine, book: LetterBook) -> Identities:
    return Identities(engine, book)


def new(office: str = "nghe-an", **more: object) -> NewLetter:
    plain = {"office": office, "year": 2026, "booked_at": NOW, "actor": "vt.mau"}
    return NewLetter.model_validate(plain | more)


async def booked(book: LetterBook, text: str, office: str = "nghe-an", **more: object) -> str:
    number, _ = await book.book(new(office, **more), text.encode(), b"sender", letter_number)
    return number


async def test_numbers_count_up_by_office_and_year(book: LetterBook) -> None:
    numbers = [
        await booked(book, "a"),
        await booked(book, "b"),
        await booked(book, "c", "nghe-an/kv1"),
        await booked(book, "d", year=2027),
    ]
    assert numbers == [
        "nghe-an-2026-0001", "nghe-an-2026-0002", "nghe-an.kv1-2026-0001", "nghe-an-2027-0001",
    ]  # fmt: skip


async def test_letters_that_come_at_once_get_a_number_each(book: LetterBook) -> None:
    numbers = await asyncio.gather(*(booked(book, f"letter {n}") for n in range(9)))
    assert sorted(numbers) == [f"nghe-an-2026-{place:04}" for place in range(1, 10)]


async def test_the_same_file_is_the_same_letter_also_at_once_and_under_a_newer_key(
    book: LetterBook, engine: Engine
) -> None:
    assert len(set(await asyncio.gather(*(booked(book, "same") for _ in range(5))))) == 1
    newer = LetterBook(engine, Seal([b"n" * 32, KEY]))
    number, fresh = await newer.book(new(), b"same", None, letter_number)
    assert (number, fresh) == ("nghe-an-2026-0001", False)
    assert await book.count() == 1


async def test_a_letter_opens_with_its_key_and_nowhere_else(
    book: LetterBook, engine: Engine, database: str
) -> None:
    first, second = await booked(book, "first"), await booked(book, "second")
    assert await book.open_sealed(first, "file") == b"first"
    with pytest.raises(SealError):
        await LetterBook(engine, Seal([b"x" * 32])).open_sealed(first, "file")
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("alter table record.sealed disable trigger user")
        await connection.execute(
            "update record.sealed s set ciphertext = o.ciphertext, nonce = o.nonce,"
            " wrapped_key = o.wrapped_key from record.sealed o where s.letter = %s"
            " and o.letter = %s and s.what = 'file' and o.what = 'file'",
            (second, first),
        )
    with pytest.raises(SealError, match="belongs elsewhere"):
        await book.open_sealed(second, "file")


@pytest.mark.parametrize(
    "table", ["letters", "sealed", "letter_steps", "letter_readings", "rights"]
)
@pytest.mark.parametrize("statement", ["delete from", "update", "truncate"])
async def test_nothing_in_the_book_is_changed_or_deleted(
    book: LetterBook, database: str, table: str, statement: str
) -> None:
    await booked(book, "first")
    more = {"update": " set letter = letter", "delete from": "", "truncate": " cascade"}[statement]
    if statement == "update" and table in ("letters", "rights"):
        more = " set actor = actor"
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
            await connection.execute(f"{statement} record.{table}{more}".encode())


async def test_a_step_is_noted_once_and_tells_how_far_a_letter_is(book: LetterBook) -> None:
    number = await booked(book, "a", kinds=("complaint", "petition"), secret=False)

    async def status() -> str:
        found = await book.find(number)
        assert found is not None
        return found.status

    def step(part: int, name: str, **more: object) -> NewStep:
        plain = {"part": part, "step": name, "actor": "a", "at": NOW, "command_id": f"{part}{name}"}
        return NewStep.model_validate(plain | more)

    assert await status() == "booked"
    await book.note(number, [step(1, "refused", detail={"faults": []})])
    assert await status() == "unread"
    opens = {"detail": {"of": "complaint/x"}}
    assert await book.note(number, [step(1, "proposed", **opens), step(2, "proposed", **opens)])
    assert await status() == "booked"
    await book.note(number, [step(1, "opened", dossier="complaint/x")])
    assert await status() == "booked"
    await book.note(number, [step(2, "opened", dossier="petition/x")])
    assert await status() == "open"
    assert await book.letters_of("petition/x") == [number]
    assert await book.note(number, [step(1, "decided", decision="accept")]) == 1
    assert await book.note(number, [step(1, "decided", decision="accept")]) == 0
    assert await status() == "open"
    await book.note(number, [step(2, "decided", decision="guide")])
    assert await status() == "decided"


async def test_lists_are_by_office_and_those_below_newest_first(book: LetterBook) -> None:
    await booked(book, "a", "nghe-an")
    await booked(book, "b", "nghe-an/kv1", booked_at=NOW + timedelta(hours=1))
    await booked(book, "c", "nghe-an2", booked_at=NOW + timedelta(hours=2))
    found = [one.number for one in await book.listed(office="nghe-an")]
    assert found == ["nghe-an.kv1-2026-0001", "nghe-an-2026-0001"]
    assert await book.count("nghe-an") == 2
    assert len(await book.listed(most=1, skip=1)) == 1


async def test_a_letter_that_was_replaced_says_by_which(book: LetterBook) -> None:
    first = await booked(book, "a")
    second = await booked(book, "b", replaces=first)
    found = await book.find(first)
    assert found is not None
    assert (found.status, found.replaced_by) == ("replaced", second)


def right(person: str, office: str, *, given: bool) -> RightLine:
    return RightLine(
        person=person, right=DENOUNCER_IDENTITY, office=office, given=given, by_person="tt.mau",
        reason="", at=NOW,
    )  # fmt: skip


async def test_a_right_holds_for_an_office_and_below_until_it_is_taken_back(
    identities: Identities,
) -> None:
    await identities.set_right(right("tp.mau", "nghe-an", given=True), "tt.mau")
    assert await identities.may_see("tp.mau", "nghe-an/kv1")
    assert not await identities.may_see("tp.mau", "ha-tinh")
    assert not await identities.may_see("tp.mau", "nghe-an2")
    assert not await identities.may_see("cv.mau", "nghe-an")
    await identities.set_right(right("tp.mau", "nghe-an/kv1", given=False), "tt.mau")
    assert not await identities.may_see("tp.mau", "nghe-an/kv1")
    assert await identities.may_see("tp.mau", "nghe-an")
    await identities.set_right(right("tp.mau", "nghe-an", given=False), "tt.mau")
    assert not await identities.may_see("tp.mau", "nghe-an")


async def test_every_asking_for_an_identity_is_kept_and_without_the_right_nothing_is_shown(
    book: LetterBook, identities: Identities
) -> None:
    number = await booked(book, "a")
    letter = await book.find(number)
    assert letter is not None
    asked = Asking(person="tp.mau", actor="tp.mau", reason="xác minh", at=NOW)
    with pytest.raises(NotAllowedError) as refused:
        await identities.show(letter, asked)
    assert "thads letter grant tp.mau --office nghe-an" in refused.value.say("vi")
    await identities.set_right(right("tp.mau", "nghe-an", given=True), "tt.mau")
    assert await identities.show(letter, asked) == b"sender"
    assert await identities.show(letter, asked, whole=True) == b"a"
    kept = await identities.viewings(number)
    assert [(one.person, one.allowed) for one in kept] == [
        ("tp.mau", False), ("tp.mau", True), ("tp.mau", True),
    ]  # fmt: skip


async def test_a_letter_without_a_dossier_is_counted_for_its_office_until_something_is_done(
    book: LetterBook, engine: Engine
) -> None:
    async def waiting() -> int:
        day = NOW.date()
        found = await DigestRows(engine).figures(NOW, day, day, day)
        return int(found.get("nghe-an", {}).get("letters", 0))

    async def take(number: str, step: str, **more: object) -> None:
        plain = {"part": 1, "step": step, "actor": "a", "at": NOW, "command_id": number + step}
        await book.note(number, [NewStep.model_validate(plain | more)])

    unread, opened, decided = [await booked(book, text) for text in ("a", "b", "c")]
    assert await waiting() == 3
    await take(unread, "refused", detail={"faults": []})
    assert await waiting() == 3
    await take(opened, "opened", dossier="complaint/x")
    await take(decided, "decided", decision="file")
    assert await waiting() == 1
    await book.book(new().model_copy(update={"replaces": unread}), b"d", None, letter_number)
    assert await waiting() == 1, "the better file waits in its place"
