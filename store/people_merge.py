"""Take a file's entries into the directory: what it names is as it says, the rest stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from pydantic import BaseModel

from store.directory import (
    AbsenceEntry,
    DelegationEntry,
    DirectoryEntries,
    PersonEntry,
    PostEntry,
)

_B = TypeVar("_B", bound=BaseModel)
_S = TypeVar("_S", AbsenceEntry, DelegationEntry)


def merge(before: DirectoryEntries, file: DirectoryEntries, day: date) -> DirectoryEntries:
    """Give the directory with a file taken into it on a day.

    Offices and people that the file does not name stay as they are; a post that it no longer
    names ends with the day before. Made-up people leave when the first real ones come.
    """
    people = _by_key(before.people, file.people)
    if any(not person.synthetic for person in file.people):
        replaced = {p.key for p in untouched(before, file) if p.synthetic}
        people = [
            person.model_copy(update={"left_on": day}) if person.key in replaced else person
            for person in people
        ]
    return DirectoryEntries(
        offices=tuple(_by_key(before.offices, file.offices)),
        people=tuple(people),
        posts=tuple(_posts(before, file, day)),
        absences=tuple(_spells(before.absences, file.absences)),
        delegations=tuple(_spells(before.delegations, file.delegations)),
    )


def untouched(before: DirectoryEntries, file: DirectoryEntries) -> list[PersonEntry]:
    """List the people who are still there and whom the file does not name."""
    named = {person.key for person in file.people}
    return [p for p in before.people if p.key not in named and p.left_on is None]


def with_post(
    entries: DirectoryEntries, wanted: PostEntry, day: date, *, beside: bool = False
) -> DirectoryEntries:
    """Give a person a post; unless it stands beside them, the person's other posts end."""
    kept = entries.posts if beside else _ended(entries.posts, wanted.person, (wanted,), day)
    if any(_same_post(post, wanted) and post.last is None for post in kept):
        return entries.model_copy(update={"posts": tuple(kept)})
    return entries.model_copy(update={"posts": (*kept, wanted)})


def end_posts(entries: DirectoryEntries, person: str, day: date) -> DirectoryEntries:
    """End every post of a person with the day before."""
    return entries.model_copy(update={"posts": tuple(_ended(entries.posts, person, (), day))})


def _posts(before: DirectoryEntries, file: DirectoryEntries, day: date) -> Iterator[PostEntry]:
    named = {person.key for person in file.people}
    began = {person.key for person in before.people}
    told, wanted = _matched(before.posts, file.posts)
    for place, post in enumerate(before.posts):
        if (same := told.get(place)) is not None:
            yield post.model_copy(update={"first": same.first or post.first, "last": same.last})
        elif post.person in named:
            yield from _ended((post,), post.person, (), day)
        else:
            yield post
    for post in wanted:
        # Someone known who takes a new post takes it now, unless the file names the day.
        fresh = post.person in began and post.first is None
        yield post.model_copy(update={"first": day}) if fresh else post


def _matched(
    posts: tuple[PostEntry, ...], file: tuple[PostEntry, ...]
) -> tuple[dict[int, PostEntry], list[PostEntry]]:
    """Find what the file says of each post that stands, by its place, and what is new."""
    told: dict[int, PostEntry] = {}
    wanted = list(file)
    for fits in (_is_same, _ends_alike, _goes_on):
        for place, post in enumerate(posts):
            found = next((w for w in wanted if _same_post(post, w) and fits(post, w)), None)
            if place not in told and found is not None:
                told[place] = found
                wanted.remove(found)
    return told, wanted


def _is_same(post: PostEntry, wanted: PostEntry) -> bool:
    return post.last == wanted.last and wanted.first in (None, post.first)


def _ends_alike(post: PostEntry, wanted: PostEntry) -> bool:
    return post.last == wanted.last


def _goes_on(post: PostEntry, _wanted: PostEntry) -> bool:
    return post.last is None


def _ended(
    posts: Iterable[PostEntry], person: str, but: tuple[PostEntry, ...], day: date
) -> Iterable[PostEntry]:
    yesterday = day - timedelta(days=1)
    return tuple(
        post.model_copy(update={"last": yesterday})
        if post.person == person
        and (post.last is None or post.last > yesterday)
        and not any(_same_post(post, other) for other in but)
        else post
        for post in posts
    )


def _same_post(one: PostEntry, other: PostEntry) -> bool:
    return (one.person, one.role, one.office) == (other.person, other.role, other.office)


def _by_key(before: Iterable[_B], file: Iterable[_B]) -> list[_B]:
    merged = {getattr(entry, "key"): entry for entry in before}  # noqa: B009 - of both kinds
    merged.update({getattr(entry, "key"): entry for entry in file})  # noqa: B009
    return list(merged.values())


def _spells(before: Iterable[_S], file: Iterable[_S]) -> Iterator[_S]:
    """Match leave and delegations by person, first day and to whom; others are new."""
    new = {_spell(entry): entry for entry in file}
    for entry in before:
        told = new.pop(_spell(entry), None)
        yield entry if told is None else told.model_copy(update={"id": entry.id})
    yield from new.values()


def _spell(entry: AbsenceEntry | DelegationEntry) -> tuple[object, ...]:
    given = (entry.delegate, entry.role) if isinstance(entry, DelegationEntry) else ()
    return (entry.person, entry.first, *given)
