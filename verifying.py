"""Compare what the register shows with what the workflows and the archive remember.

Each verifier gives every difference it finds, page by page, with what to do about it. Another
part of the engine adds its own to `VERIFIERS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client

from activities.ports import Answer
from archiving import Archive
from cases.dossier import Dossier
from cases.errors import Words
from law.errors import SpokenError
from rebuilding import TemporalSource
from store.chain import find_breaks
from store.engine import Engine
from store.reading import Reading
from store.sealing import SealError
from store.sides import ShownDossier, Sides
from store.verification import find_tampered
from workflows.messages import CaseState

PAGE = 100
_SETTLE_SECONDS = 1.0
"""How long a dossier that differs is left alone before it is looked at again: it may be at work."""


class Difference(NamedTuple):
    """Something that is not as it should be: where, what it is, and what to do about it."""

    part: str
    subject: str
    said: Words
    remedy: Words


@dataclass(frozen=True)
class Sight:
    """What a verifier may look at."""

    engine: Engine
    client: Client
    archive: Archive
    now: datetime


Verifier = Callable[[Sight], AsyncIterator[Difference]]

_AGAIN = Words(
    vi="cho tính lại: thads check --mend; nếu vẫn còn: thads ops rebuild --write",
    en="have it assessed again: thads check --mend; if it stays: thads ops rebuild --write",
)
_REBUILD = Words(vi="chạy: thads ops rebuild --write", en="run: thads ops rebuild --write")
_LOOK = Words(
    vi="xem nhật ký worker và tiến trình của hồ sơ trong Temporal",
    en="look at the worker's log and at the dossier's workflow in Temporal",
)
_RESTORE = Words(
    vi="tìm xem ai đã xóa; khôi phục Temporal hoặc thư mục lưu trữ từ bản sao lưu",
    en="find who deleted it; restore Temporal or the archive's folder from a backup",
)
_KEY = Words(vi="ghi thêm khóa đó rồi kiểm tra lại", en="add that key and verify again")
_WHO = Words(vi="tìm xem ai đã đổi hoặc xóa tệp", en="find who changed or removed the file")


async def verify_dossiers(sight: Sight) -> AsyncIterator[Difference]:
    """Compare every dossier of the register with its workflow, or with the archive."""
    sides, after = Sides(sight.engine), ""
    while page := await sides.page(after, PAGE):
        doubtful = [one.subject for one in await _compare(sight, sides, page)]
        if doubtful:
            await asyncio.sleep(_SETTLE_SECONDS)
            for difference in await _compare(sight, sides, list(dict.fromkeys(doubtful))):
                yield difference
        after = page[-1]


async def verify_presence(sight: Sight) -> AsyncIterator[Difference]:
    """Look for each dossier of Temporal and of the archive in the register."""
    sides, source, token, after = Sides(sight.engine), TemporalSource(sight.client), "", ""
    while True:
        page, token = await source.page(token, None)
        lacking = set(page) - await sides.known(page)
        if lacking:
            # One that was opened a moment ago is written within the next.
            await asyncio.sleep(_SETTLE_SECONDS)
            for dossier in sorted(lacking - await sides.known(sorted(lacking))):
                yield _lacking(dossier, "Temporal")
        if not token:
            break
    while kept := await sight.archive.unprojected(after, PAGE):
        for dossier in kept:
            yield _lacking(dossier, "archive")
        after = kept[-1]


async def verify_receipts(sight: Sight) -> AsyncIterator[Difference]:
    """Check the chain of every dossier's receipts, and the dates beside them."""
    sides, reading, after = Sides(sight.engine), Reading(sight.engine), ""
    while page := await sides.page(after, PAGE):
        for dossier in page:
            found = find_tampered(await reading.limits(dossier, sight.now))
            if found is not None:
                said = Words(
                    vi=f"thời hạn {found.occurrence} không khớp với phần giải thích của nó",
                    en=f"the limit {found.occurrence} does not agree with its receipt",
                )
                yield Difference("receipts", dossier, said, _AGAIN)
        after = page[-1]


async def verify_archives(sight: Sight) -> AsyncIterator[Difference]:
    """Check that every archive is there, has its recorded hash, opens, and is whole."""
    after = ("", "")
    while rows := await sight.archive.page(after, PAGE):
        for row in rows:
            if not row.file:
                continue
            try:
                story = await sight.archive.read(row)
            except SpokenError as error:
                said = Words(vi=error.say("vi"), en=error.say("en"))
                remedy = _KEY if isinstance(error, SealError) else _WHO
                yield Difference("archive", row.dossier, said, remedy)
                continue
            if len(story.events) != row.events or row.has_state != (story.state is not None):
                said = Words(
                    vi=f"{row.file} có {len(story.events)} bước, sổ ghi {row.events}",
                    en=f"{row.file} holds {len(story.events)} events, the record says {row.events}",
                )
                yield Difference("archive", row.dossier, said, _RESTORE)
        after = (rows[-1].dossier, rows[-1].run)


async def verify_audit(sight: Sight) -> AsyncIterator[Difference]:
    """Follow the chain of the audit, and name every row that does not hang on the one before."""
    async for found in find_breaks(sight.engine):
        yield Difference("audit", str(found.id), found.words, _RESTORE)


VERIFIERS: dict[str, Verifier] = {
    "dossiers": verify_dossiers,
    "presence": verify_presence,
    "receipts": verify_receipts,
    "archive": verify_archives,
    "audit": verify_audit,
}
"""What `thads ops verify` does, by name; each is a generator of differences."""


async def _compare(sight: Sight, sides: Sides, page: Sequence[str]) -> list[Difference]:
    """Compare a page of dossiers; nothing of it is kept afterwards."""
    source = TemporalSource(sight.client)
    states = dict(zip(page, await source.states(page), strict=True))
    shown = await sides.read(page)
    found: list[Difference] = []
    for dossier in page:
        state = states[dossier]
        if state is None:
            state = await _archived(sight, dossier)
        if isinstance(state, CaseState):
            if dossier in shown:
                found += differences(shown[dossier], state, sight.now)
        elif state is False:
            said = Words(vi="tiến trình không trả lời", en="its workflow does not answer")
            found.append(Difference("dossiers", dossier, said, _LOOK))
        else:
            said = Words(
                vi="chỉ có trong kho dữ liệu; Temporal và lưu trữ đều không có",
                en="the register alone has it; neither Temporal nor the archive does",
            )
            found.append(Difference("dossiers", dossier, said, _RESTORE))
    return found


async def _archived(sight: Sight, dossier: str) -> CaseState | None:
    try:
        return await sight.archive.left_by(dossier)
    except SpokenError:
        # What is wrong with the archive is said where archives are verified.
        return None


def differences(shown: ShownDossier, state: CaseState, now: datetime) -> Iterator[Difference]:
    """Say in what the register differs from the state of a dossier's workflow."""
    for name, here, there, remedy in (
        *_facts(shown, state.dossier),
        *_derived(shown, state, now),
    ):
        said = Words(
            vi=f"{name.vi}: kho dữ liệu ghi {here}, tiến trình ghi {there}",
            en=f"{name.en}: the register says {here}, the workflow {there}",
        )
        yield Difference("dossiers", shown.id, said, remedy)


_Found = Iterator[tuple[Words, object, object, Words]]


def _facts(shown: ShownDossier, dossier: Dossier) -> _Found:
    """Compare what was reported: the dossier's file and the rows of its facts."""
    # A workflow that an earlier release began names parties until it is next told something.
    file = (dossier.masked() if dossier.names_anyone else dossier).as_file()
    here, there = shown.dossier.get("facts", []), file.get("facts", [])
    if len(here) != len(there):
        yield Words(vi="số sự kiện", en="facts"), len(here), len(there), _AGAIN
    for number, (one, other) in enumerate(zip(here, there, strict=False), start=1):
        if one != other:
            yield Words(vi=f"sự kiện {number}", en=f"fact {number}"), one, other, _REBUILD
    for name in sorted((shown.dossier.keys() | file.keys()) - {"facts"}):
        if shown.dossier.get(name) != file.get(name):
            yield Words(vi=name, en=name), shown.dossier.get(name), file.get(name), _REBUILD
    if len(shown.facts) != len(dossier.facts):
        words = Words(vi="số dòng sự kiện", en="rows of facts")
        yield words, len(shown.facts), len(dossier.facts), _REBUILD
    for row, fact in zip(shown.facts, dossier.facts, strict=False):
        for name, value in row.items():
            # What a file leaves out is empty in the row.
            told = getattr(fact, name) or None
            if value != told:
                words = Words(
                    vi=f"dòng của sự kiện {fact.number}, {name}",
                    en=f"the row of fact {fact.number}, {name}",
                )
                yield words, value, told, _REBUILD


def _derived(shown: ShownDossier, state: CaseState, now: datetime) -> _Found:
    """Compare what was derived; a stage that changes by itself is taken as of now."""
    if shown.revision != state.revision:
        yield Words(vi="lần tính", en="revision"), shown.revision, state.revision, _AGAIN
    answer = state.answer
    if answer is None or (shown.book, shown.calendar) != (answer.book, answer.calendar):
        # Assessed by another law than the workflow last was: it is renewed by itself.
        return
    pairs = (
        (Words(vi="giai đoạn", en="stage"), shown.stage_at(now), _stage_at(answer, now)),
        (Words(vi="trạng thái", en="status"), shown.status, answer.status),
        (Words(vi="Chấp hành viên", en="officer"), shown.officer, answer.officer),
    )
    for name, here, there in pairs:
        if here != there:
            yield name, here, there, _AGAIN
    yield from _dues(shown, answer)


def _dues(shown: ShownDossier, answer: Answer) -> _Found:
    for line in answer.agenda:
        there = (line.due.isoformat() if line.due else None, line.receipt)
        here = shown.due.get(line.occurrence)
        if here != there:
            words = Words(vi=f"hạn {line.occurrence}", en=f"due date of {line.occurrence}")
            yield words, here[0] if here else None, there[0], _AGAIN


def _stage_at(answer: Answer, moment: datetime) -> str:
    passed = answer.stage_until is not None and answer.stage_until <= moment
    return answer.next_stage if passed and answer.next_stage else answer.stage


def _lacking(dossier: str, where: str) -> Difference:
    said = Words(
        vi=f"{'Temporal' if where == 'Temporal' else 'lưu trữ'} có, kho dữ liệu không có",
        en=f"{where} has it, the register does not",
    )
    return Difference("presence", dossier, said, _REBUILD)
