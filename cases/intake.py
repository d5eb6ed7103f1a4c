"""Examine a letter: what each content is, who is competent, what is proposed, which dossier.

A person decides. Time-bars are not judged here: the dossier works them out from its facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from cases.competence import (
    Competence,
    FirstComplaint,
    Known,
    competence,
    is_over_level,
    is_own,
)
from cases.drafts import Draft, Told, draft_of
from cases.errors import Words
from cases.grounds import FIRST_OF, IN_ORDER, Ground, the_intake
from cases.letter_files import Fault
from cases.letters import Content, Letter, LetterKind

__all__ = ["Draft", "Examined", "examine", "faults_in", "letter_number"]

_IN_FORCE = date(2026, 7, 1)
_OLD_CIRCULAR = "13/2021/TT-BTP"
_MANY, _MANY_MORE = 5, 11
_FEW_REPRESENTATIVES, _MOST_REPRESENTATIVES = 2, 5
_FINAL = ("complaint_settled", "complaint_under_review")
_HEARING = ("complaint_resolved", "complaint_refused")
_SECOND = ("second_complaint_received", "second_complaint_examined")

_NO_CASE = Words(
    vi="sổ không có việc thi hành án này; hãy sửa số, hoặc bỏ trường 'about' nếu chưa rõ",
    en="the register has no such case; correct it, or leave 'about' out where it is not known",
)
_NO_FIRST = Words(
    vi="không có hồ sơ khiếu nại lần đầu này; đơn được vào sổ nhưng chưa mở hồ sơ: "
    "hãy sửa, hoặc nêu instance là first nếu là khiếu nại lần đầu",
    en="there is no dossier of that first complaint; the letter stands in the book and nothing is "
    "opened: correct it, or say instance first where it is a first complaint",
)


class Examined(BaseModel):
    """What an examination finds in one content: what is proposed, on which grounds, with notes.

    `part` counts the contents from 1; `competent` is an office's key, None outside the offices
    known; `draft` is None where there is nothing to open.
    """

    model_config = ConfigDict(frozen=True)

    part: int
    kind: LetterKind
    proposal: Ground
    grounds: tuple[Ground, ...]
    notes: tuple[str, ...]
    competent: str | None
    over_level: bool
    earlier: tuple[str, ...] = ()
    draft: Draft | None = None


def letter_number(office: str, year: int, place: int) -> str:
    """Spell a letter's number: nghe-an.kv1-2026-0007."""
    return f"{office.replace('/', '.')}-{year}-{place:04}"


def faults_in(letter: Letter, known: Known) -> tuple[Fault, ...]:
    """List what a letter names and nobody knows: a case, a first complaint."""
    return tuple(_unknown(letter, known))


def _unknown(letter: Letter, known: Known) -> Iterator[Fault]:
    for part, content in enumerate(letter.contents, start=1):
        if content.about is not None and known.cases.get(content.about) is None:
            yield Fault(field=f"contents[{part}].about", words=_NO_CASE)
        if content.first is not None and known.firsts.get(content.first) is None:
            yield Fault(field=f"contents[{part}].first", words=_NO_FIRST)


def examine(letter: Letter, number: str, known: Known, now: datetime) -> tuple[Examined, ...]:
    """Examine every content of a letter that `faults_in` found nothing in."""
    return tuple(
        _examine(letter, part, number, known, now) for part in range(1, len(letter.contents) + 1)
    )


def _examine(letter: Letter, part: int, number: str, known: Known, now: datetime) -> Examined:
    content = letter.contents[part - 1]
    first = known.firsts.get(content.first or "")
    found = competence(content, known)
    over = is_over_level(content.type, letter.sent_to, found, first)
    names = list(_grounds(letter, part, found, first, known))
    table = the_intake()
    grounds = [g for name in (*names, IN_ORDER) if (g := table.find(name, content.type))]
    proposal = min(grounds, key=lambda ground: FIRST_OF.index(ground.decision))
    opens = content.instance == "first" or (first is not None and first.stage in _HEARING)
    told = Told(over_level=over, challenges=first is not None and first.refused)
    draft = draft_of(letter, part, number, known, found, told, now) if opens else None
    return Examined(
        part=part,
        kind=content.type,
        proposal=proposal,
        grounds=tuple(ground for ground in grounds if ground.id != IN_ORDER),
        notes=tuple(_notes(letter, part, known, proposal, over_level=over)),
        competent=found.office,
        over_level=over,
        earlier=tuple(one.letter for one in known.earlier.get(part, ())),
        draft=draft,
    )


def _grounds(
    letter: Letter, part: int, found: Competence, first: FirstComplaint | None, known: Known
) -> Iterator[str]:
    content = letter.contents[part - 1]
    own = is_own(found, known)
    yield from _filed(letter, part, found, known, own=own)
    if "crime_signs" in content.noted:
        yield "crime_signs"
    if not own:
        yield "not_competent" if found.office is None else "another_office"
    if content.instance == "second" and first is not None:
        yield from _second(first)
    yield from _refused(letter, content)
    yield from _incomplete(letter)


def _filed(
    letter: Letter, part: int, found: Competence, known: Known, *, own: bool
) -> Iterator[str]:
    content, sender = letter.contents[part - 1], letter.sender
    if "handled_before" in content.noted or any(e.decided for e in known.earlier.get(part, ())):
        yield "same_content"
    pretended = "false_name" in content.noted and content.type == "complaint"
    if not sender.address or not sender.signed or pretended:
        yield "anonymous"
    if letter.language != "vi" and not letter.translated:
        yield "foreign_language"
    if not letter.legible:
        yield "illegible"
    if not own and found.level in letter.also_sent_to:
        yield "sent_to_many"
    for noted in ("false_name", "hostile", "insulting", "unclear"):
        if noted in content.noted:
            yield noted


def _second(first: FirstComplaint) -> Iterator[str]:
    """Say what a second complaint meets, by how the first stands."""
    if first.stage == "complaint_resolved":
        return
    if first.refused:
        yield "refusal_challenged"
    elif first.stage in _FINAL:
        yield "already_final"
    elif first.stage == "complaint_terminated":
        yield "terminated_before"
    elif first.stage in _SECOND:
        yield "same_content"
    else:
        yield "lower_level_late" if first.overdue else "first_not_resolved"


def _refused(letter: Letter, content: Content) -> Iterator[str]:
    noted = set(content.noted)
    if "no_direct_effect" in noted:
        yield "no_direct_effect"
    if not letter.sender.capacity and letter.representative is None:
        yield "no_capacity"
    if letter.representative is not None and not letter.representative.proof:
        yield "no_proof"
    if "already_final" in noted:
        yield "already_final"
    if "internal" in noted:
        yield "internal"
    for bar in ("handled_as_denunciation", "terminated_before"):
        if bar in noted:
            yield bar
    if "no_conditions" in noted:
        yield "no_conditions"


def _incomplete(letter: Letter) -> Iterator[str]:
    appointed = letter.representatives
    if letter.signatories >= _MANY:
        if appointed is None or not appointed.number or not appointed.appointment_signed:
            yield "no_representatives"
        elif letter.signatories < _MANY_MORE and appointed.number > _FEW_REPRESENTATIVES:
            yield "too_many_representatives_few"
        elif appointed.number > _MOST_REPRESENTATIVES:
            yield "too_many_representatives"
    if not letter.sender.id_number:
        yield "no_id_number"


def _notes(
    letter: Letter, part: int, known: Known, proposal: Ground, *, over_level: bool
) -> Iterator[str]:
    content = letter.contents[part - 1]
    if over_level:
        yield "over_level"
    if known.level == "room" and content.type != "petition":
        yield "pass_to_head"
    if content.type == "complaint":
        told = content.instance == "second" or content.notified_on or content.known_on
        yield "time_bar" if told else "time_bar_unknown"
        if content.excluded is not None:
            yield "excluded_claimed"
    if any(not earlier.decided for earlier in known.earlier.get(part, ())):
        yield "duplicate_open"
    if len(set(letter.kinds)) > 1:
        yield "split"
    if content.about and known.cases.get(content.about) not in (None, known.agency, known.office):
        yield "other_agency"
    if proposal.cite.act == _OLD_CIRCULAR and letter.received_on >= _IN_FORCE:
        yield "old_circular"
    if letter.received_on < _IN_FORCE:
        yield "before_the_law"
