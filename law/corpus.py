"""Read the statute book: acts, topics, rules, and which of them holds on a day."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from law.checks import (
    Placed,
    check_act,
    check_events,
    check_not_astray,
    check_overlap,
    check_references,
    check_rule,
    check_succession,
    check_topic,
    day_of,
    place_rules,
)
from law.errors import RuleNotInForceError, StatuteFileError
from law.model import ActFile, AnyRule, Cite, Clock, TopicFile, Transition, Window
from law.settlements import QUESTIONS, Settled, Settlement, settled_for
from law.signatures import (
    FILE,
    Signature,
    SignatureFile,
    by_wording,
    find_standing,
    unknown_wording,
)
from law.sources import Source, list_folder, read_source

FOLDER = Path(__file__).parent / "statutes"
FIRST_DAY = date(2009, 7, 1)
"""From this day on every topic resolves: Law 26/2008/QH12 came into force."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A rule in one wording: the act and topic it stands in, and its first and last day.

    `id` is the rule's identity, the same in every act; `cite` the citation with the act's number;
    `standing` are those of its `signatures` that were made on it as it is now, the latest first.
    A wording is itself and no other, so that what follows from it can be kept by it.
    """

    rule: AnyRule
    act: ActFile
    topic: str
    first: date
    last: date | None
    signatures: tuple[Signature, ...] = ()
    id: str = field(init=False, repr=False, compare=False)
    cite: Cite = field(init=False, repr=False, compare=False)
    standing: tuple[Signature, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name and cite once: every occurrence, receipt and row asks for them."""
        object.__setattr__(self, "id", self.rule.id)
        cite = Cite(act=self.act.number, **self.rule.cite.model_dump())
        object.__setattr__(self, "cite", cite)
        standing = find_standing(self.signatures, self.rule, self.act.number, self.first)
        object.__setattr__(self, "standing", standing)

    @property
    def signature(self) -> Signature | None:
        """Give the latest signature that counts; nothing when there is none, or all lapsed."""
        return self.standing[0] if self.standing else None

    @property
    def lapsed(self) -> tuple[Signature, ...]:
        """Give the signatures of a wording that was changed since and not signed again."""
        return () if self.standing else self.signatures

    def holds_on(self, day: date) -> bool:
        """Tell whether this wording is in force on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


class Change(NamedTuple):
    """The day on which an act was replaced, what the new act says of that, and its number."""

    day: date
    transition: Transition | None
    by: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the act `by` leaves to the acts it replaces for cases that ended before `change`."""

    by: str
    replaced: tuple[str, ...]
    change: date
    rules: tuple[str, ...]

    def keeps(self, version: Version) -> bool:
        """Tell whether a wording of a replaced act goes on for such cases."""
        return version.act.number in self.replaced and version.id.startswith(self.rules)

    def leaves(self, version: Version) -> bool:
        """Tell whether a wording of the new act does not hold for such cases."""
        return version.act.number == self.by and version.id.startswith(self.rules)


@dataclass(frozen=True)
class Corpus:
    """The whole book, indexed by rule and by the event that starts, bars or judges."""

    acts: tuple[ActFile, ...]
    versions: tuple[Version, ...]
    hash: str
    by_id: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    by_start: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    by_bar: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    """By the number of a replaced act: the change that replaced it."""
    kept: tuple[Kept, ...] = ()
    ending: frozenset[str] = frozenset()
    """The events that make any clock pointless."""
    eras: tuple[date, ...] = ()
    """The days on which anything in the book changes; between two of them the law stands still."""
    settlements: tuple[Settlement, ...] = ()
    """What agencies have settled of that which can be read in several ways."""
    _settled: dict[str, Settled] = field(default_factory=dict)
    _started: dict[tuple[str, int], tuple[Version, ...]] = field(default_factory=dict)
    _judging: dict[tuple[str, int], tuple[Version, ...]] = field(default_factory=dict)

    def rules_on(self, day: date) -> tuple[Version, ...]:
        """List every wording in force on `day`, in the order of their ids."""
        return tuple(sorted((v for v in self.versions if v.holds_on(day)), key=lambda v: v.id))

    def rule(self, rule_id: str, day: date) -> Version:
        """Give the wording of a rule on `day`; raise `RuleNotInForceError` with the known dates."""
        for version in self.by_id.get(rule_id, ()):
            if version.holds_on(day):
                return version
        spans = ", ".join(
            f"{v.act.number}: {v.first} to {v.last or 'now'}" for v in self.by_id.get(rule_id, ())
        )
        raise RuleNotInForceError(rule_id, day, f"known wordings: {spans or 'none'}")

    def started_by(self, event: str, day: date, ended: date | None = None) -> tuple[Version, ...]:
        """List the clocks that `event` starts under the law of `day`.

        `ended` is the day on which the case ended that the dossier is, or is about: what a
        replacing act leaves to the replaced one for such cases is taken from that.
        """
        found = self._found(self._started, self.by_start, event, day)
        for kept in self.kept if ended is not None else ():
            if ended is not None and ended < kept.change <= day:
                left = self._found(self._started, self.by_start, event, kept.change - _ONE_DAY)
                old = tuple(v for v in left if kept.keeps(v))
                stays = {v.id for v in old}
                found = tuple(v for v in found if not kept.leaves(v) and v.id not in stays) + old
        return found

    def judging(self, event: str, day: date) -> tuple[Version, ...]:
        """List the windows and guards that judge `event` under the law of `day`."""
        return self._found(self._judging, self.by_bar, event, day)

    def _found(
        self,
        known: dict[tuple[str, int], tuple[Version, ...]],
        index: dict[str, tuple[Version, ...]],
        event: str,
        day: date,
    ) -> tuple[Version, ...]:
        """Look an event up, once for each time in which the law stands still."""
        key = (event, bisect_right(self.eras, day))
        found = known.get(key)
        if found is None:
            found = known[key] = tuple(
                v for v in index.get(event, ()) if v.holds_on(day) or self._reaches(v, day)
            )
        return found

    def _reaches(self, version: Version, day: date) -> bool:
        """Tell whether a wording reaches back to a day on which no other of its rule held."""
        rule = version.rule
        return (
            isinstance(rule, Clock)
            and rule.reaches_back
            and day < version.first
            and not any(v.first < version.first for v in self.by_id[version.id])
        )

    def settled_for(self, office: str) -> Settled:
        """Give what is settled for an office, by question."""
        found = self._settled.get(office)
        if found is None:
            found = self._settled[office] = settled_for(self.settlements, office)
        return found

    def act(self, number: str) -> ActFile:
        """Give an act by its number."""
        return next(act for act in self.acts if act.number == number)

    def change_after(self, version: Version) -> Change | None:
        """Give the change by which `version`'s act was replaced."""
        return self.changes.get(version.act.number)


def load_corpus(
    vocabulary: Iterable[str] | None = None,
    folder: Path = FOLDER,
    judge: Callable[[Placed], None] | None = None,
) -> Corpus:
    """Read every act in `folder`; with a `vocabulary`, check that each event named is known.

    `judge` is asked of every rule; it refuses what its conditions name and no case has.

    Raises `StatuteFileError` naming file and line: for what does not read, an unknown event,
    two wordings of one rule on the same day, a replaced act that does not end the day before
    its successor, a rule that could never hold, or a signature of a wording that is not there.
    """
    acts: list[tuple[ActFile, Source]] = []
    rules: list[Placed] = []
    signed: dict[tuple[str, str, date], tuple[Signature, ...]] = {}
    digest = hashlib.sha256(QUESTIONS.read_bytes())
    for path in list_folder(folder, folder.name, StatuteFileError):
        if path.is_dir():
            source = read_source(path / "act.toml", f"{path.name}/act.toml")
            act = source.validate(ActFile)
            check_act(act, source)
            acts.append((act, source))
            # The names are part of it: a topic file is in force from the day of its name.
            digest.update(source.name.encode() + b"\n" + source.data)
            own = tuple(_read_topics(act, path, digest.update))
            signed |= _read_signatures(path, own, digest.update)
            rules += own
    if not acts:
        raise StatuteFileError(
            "holds no act such as law-106-2025/act.toml; name the folder of a whole book",
            "không có văn bản nào, như law-106-2025/act.toml; hãy nêu thư mục của cả bộ quy định",
            file=folder.name,
        )
    check_succession(acts)
    check_overlap(rules)
    if vocabulary is not None:
        check_events(rules, frozenset(vocabulary))
    check_references(rules)
    if judge is not None:
        for placed in rules:
            judge(placed)
    versions = [
        Version(
            p.rule, p.act, p.topic, p.first, p.last,
            signed.get((p.act.number, p.rule.id, p.first), ()),
        )
        for p in rules
    ]  # fmt: skip
    return _indexed([act for act, _ in acts], versions, digest.hexdigest()[:16])


def _read_topics(act: ActFile, folder: Path, digest: Callable[[bytes], None]) -> Iterator[Placed]:
    for topic in list_folder(folder, folder.name, StatuteFileError):
        name = f"{folder.name}/{topic.name}"
        if not topic.is_dir():
            check_not_astray(topic, name)
            continue
        files = list_folder(topic, name, StatuteFileError)
        days = [day_of(path, f"{name}/{path.name}") for path in files]
        for path, first, following in zip(files, days, [*days[1:], None], strict=True):
            source = read_source(path, f"{name}/{path.name}")
            digest(source.name.encode() + b"\n" + source.data)
            last = act.ended if following is None else following - _ONE_DAY
            file = source.validate(TopicFile)
            check_topic(file, act, first, source)
            for way, rule in place_rules(file):
                ends = min(day for day in (last, rule.until, date.max) if day)
                until = None if ends == date.max else ends
                placed = Placed(rule, act, topic.name, first, until, source, way)
                check_rule(placed)
                yield placed


def _read_signatures(
    folder: Path, rules: Sequence[Placed], digest: Callable[[bytes], None]
) -> dict[tuple[str, str, date], tuple[Signature, ...]]:
    """Read who signed what of an act; refuse a signature of a wording that is not there."""
    if not (folder / FILE).exists():
        return {}
    source = read_source(folder / FILE, f"{folder.name}/{FILE}")
    # A signature moves no date, but receipts state it: with another hash of the book, every
    # dossier is assessed again and its receipts are written anew.
    digest(source.name.encode() + b"\n" + source.data)
    file = source.validate(SignatureFile)
    known = {(placed.rule.id, placed.first): placed.act.number for placed in rules}
    for place, given in enumerate(file.signature):
        if (given.rule, given.first) not in known:
            days = [placed.first for placed in rules if placed.rule.id == given.rule]
            raise unknown_wording(source, place, given, days)
    return {(known[wording], *wording): given for wording, given in by_wording(file).items()}


def _indexed(acts: list[ActFile], versions: list[Version], digest: str) -> Corpus:
    by_id: dict[str, list[Version]] = defaultdict(list)
    by_start: dict[str, list[Version]] = defaultdict(list)
    by_bar: dict[str, list[Version]] = defaultdict(list)
    for version in sorted(versions, key=lambda v: (v.id, v.first)):
        by_id[version.id].append(version)
        rule = version.rule
        if isinstance(rule, Clock):
            for event in rule.starts_on:
                by_start[event].append(version)
        else:
            for event in rule.bars if isinstance(rule, Window) else rule.judges:
                by_bar[event].append(version)
    clocks = [v.rule for v in versions if isinstance(v.rule, Clock)]
    edges = {v.first for v in versions} | {v.last + _ONE_DAY for v in versions if v.last}
    return Corpus(
        kept=tuple(
            Kept(
                act.number,
                (*act.replaces, *act.transition.ended_cases_keep_acts),
                act.in_force,
                act.transition.ended_cases_keep,
            )
            for act in acts
            if act.transition is not None and act.transition.ended_cases_keep
        ),
        ending=frozenset(e for clock in clocks for e in (*clock.unless, *clock.alternative_to)),
        eras=tuple(sorted(edges)),
        acts=tuple(acts),
        versions=tuple(versions),
        hash=digest,
        by_id={key: tuple(found) for key, found in by_id.items()},
        by_start={key: tuple(found) for key, found in by_start.items()},
        by_bar={key: tuple(found) for key, found in by_bar.items()},
        changes={
            number: Change(act.in_force, act.transition, act.number)
            for act in reversed(acts)
            for number in act.replaces
        },
    )


def uncovered_days(corpus: Corpus, until: date) -> list[tuple[str, date, date]]:
    """List the topics and spans between 2009-07-01 and `until` that no rule or gap covers.

    A topic that `begins` with an act has no law in the book before that.
    """
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for version in corpus.versions:
        spans[version.topic].append((version.first, version.last or date.max))
    holes: list[tuple[str, date, date]] = []
    for topic, covered in sorted(spans.items()):
        covered += [
            (act.in_force, act.ended or date.max) for act in corpus.acts if topic in act.not_encoded
        ]
        covered += [
            (FIRST_DAY, act.in_force - _ONE_DAY) for act in corpus.acts if topic in act.begins
        ]
        day = FIRST_DAY
        for first, last in sorted(covered):
            if first > day:
                holes.append((topic, day, first - _ONE_DAY))
            day = max(day, last if last == date.max else last + _ONE_DAY)
        if day <= until:
            holes.append((topic, day, until))
    return holes


@lru_cache(maxsize=1)
def the_book(vocabulary: frozenset[str]) -> Corpus:
    """Load the shipped book once for a process."""
    return load_corpus(vocabulary)
