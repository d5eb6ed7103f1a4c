"""Tell who is away, who acts for whom, and who leaves: `thads people leave, delegate, depart`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

from cyclopts import App, Parameter

from cases.errors import FormError, Words
from cli.actor import Actor
from cli.clock import read_today
from cli.directory_edit import edit_directory, find_person, replaced
from cli.output import print_lines
from cli.reading import Json, Language, read_day
from i18n.texts import say
from store.directory import (
    AbsenceEntry,
    DelegationEntry,
    DirectoryEntries,
    PersonEntry,
    Role,
)
from store.people_merge import end_posts

First = Annotated[str | None, Parameter(name="--from", help="The first day; default: today.")]
Last = Annotated[str | None, Parameter(name="--to", help="The last day, included.")]
Why = Annotated[str, Parameter(help="Why.")]
End = Annotated[
    str | None,
    Parameter(name="--end", help="End it: the first day on which it no longer holds."),
]
_S = TypeVar("_S", AbsenceEntry, DelegationEntry)


def add_to(group: App) -> None:
    """Add `leave`, `delegate` and `depart`."""
    group.command(leave)
    group.command(delegate)
    group.command(depart)


async def leave(
    person: str,
    /,
    *,
    first: First = None,
    last: Last = None,
    deputy: Annotated[str | None, Parameter(help="Who stands in.")] = None,
    reason: Why = "",
    end: End = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Record a leave with a deputy, or end one early with --end."""
    days = _read_days(first, last, end)

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        find_person(before, person)
        own = [a for a in before.absences if a.person == person]
        if isinstance(days, date):
            ended = _ended(own, days)
            return before.model_copy(update={"absences": _with(before.absences, ended)})
        if deputy is not None:
            _check_there(find_person(before, deputy, "--deputy"), days[0], "--deputy")
        for other in own:
            _check_apart(other, days)
        new = AbsenceEntry(person=person, first=days[0], last=days[1], deputy=deputy, reason=reason)
        return before.model_copy(update={"absences": (*before.absences, new)})

    return await edit_directory(edit, "thads people leave", actor, json=json, lang=lang)


async def delegate(
    person: str,
    to: str | None = None,
    /,
    *,
    role: Annotated[Role | None, Parameter(help="One role alone; left out, all of them.")] = None,
    first: First = None,
    last: Last = None,
    reason: Why = "",
    end: End = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Let TO be told in place of PERSON between two days, or end that early with --end."""
    days = _read_days(first, last, end)

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        find_person(before, person)
        own = [d for d in before.delegations if d.person == person and to in (None, d.delegate)]
        if isinstance(days, date):
            ended = _ended(own, days)
            return before.model_copy(update={"delegations": _with(before.delegations, ended)})
        if to is None:
            raise FormError("TO", None, Words(
                vi="hãy nêu người nhận ủy quyền", en="name who acts for them"
            ))  # fmt: skip
        _check_there(find_person(before, to, "TO"), days[0], "TO")
        for other in own:
            if role is None or other.role in (None, role):
                _check_apart(other, days)
        new = DelegationEntry(
            person=person, delegate=to, role=role, first=days[0], last=days[1], reason=reason
        )
        return before.model_copy(update={"delegations": (*before.delegations, new)})

    return await edit_directory(edit, "thads people delegate", actor, json=json, lang=lang)


async def depart(
    person: str,
    /,
    *,
    on: Annotated[
        str | None,
        Parameter(name="--on", help="The first day on which they are gone; default: today."),
    ] = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Record that a person leaves for good; they stay on record, their roles end."""
    day = read_today() if on is None else read_day("--on", on)

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        gone = find_person(before, person).model_copy(update={"left_on": day})
        after = before.model_copy(update={"people": replaced(before.people, gone)})
        return end_posts(after, person, day)

    code = await edit_directory(edit, "thads people depart", actor, json=json, lang=lang)
    if not json:
        print_lines([say(lang, "people.handover", person=person)])
    return code


def _read_days(first: str | None, last: str | None, end: str | None) -> date | tuple[date, date]:
    """Read either the day of an early end, or the first and the last day."""
    if end is not None:
        if first is not None or last is not None:
            raise FormError("--end", end, Words(
                vi="không dùng cùng với --from, --to", en="it does not go with --from, --to"
            ))  # fmt: skip
        return read_day("--end", end)
    if last is None:
        raise FormError("--to", None, Words(
            vi="hãy nêu ngày cuối, như 2026-12-04; hoặc --end để chấm dứt sớm",
            en="give the last day, such as 2026-12-04; or --end to end it early",
        ))  # fmt: skip
    begins = read_today() if first is None else read_day("--from", first)
    return begins, read_day("--to", last)


def _ended(own: list[_S], day: date) -> _S:
    """End what holds on a day, else what comes next."""
    going = sorted(
        (entry for entry in own if entry.ended_on is None and entry.last >= day),
        key=lambda entry: (entry.first, entry.last),
    )
    if not going:
        raise FormError("--end", day.isoformat(), Words(
            vi="không có gì còn hiệu lực từ ngày đó", en="nothing is in force from that day on"
        ))  # fmt: skip
    return going[0].model_copy(update={"ended_on": max(day, going[0].first)})


def _with(entries: tuple[_S, ...], changed: _S) -> tuple[_S, ...]:
    return tuple(changed if entry.id == changed.id else entry for entry in entries)


def _check_there(person: PersonEntry, day: date, field: str) -> None:
    if person.has_left(day):
        raise FormError(field, person.key, Words(
            vi=f"người này đã thôi việc từ {person.left_on:%d/%m/%Y}; hãy chọn người khác",
            en=f"they left on {person.left_on}; choose somebody else",
        ))  # fmt: skip


def _check_apart(other: AbsenceEntry | DelegationEntry, days: tuple[date, date]) -> None:
    if other.ended_on is None and other.first <= days[1] and days[0] <= other.last:
        shown = f"{other.first:%d/%m/%Y}-{other.last:%d/%m/%Y}"
        raise FormError("--from", days[0].isoformat(), Words(
            vi=f"trùng với khoảng đã ghi {shown}; hãy chấm dứt khoảng đó bằng --end trước",
            en=f"it overlaps what stands, {shown}; end that with --end first",
        ))  # fmt: skip
