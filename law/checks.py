"""Refuse a statute book that reads and yet cannot be meant, by file, line and remedy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from law.errors import DataFileError, StatuteFileError
from law.model import ActFile, AnyRule, Clock, Gap, Guard, TopicFile, Waiting, Window
from law.places import FieldPath
from law.sources import Source
from law.terms import Term, Unit

_ONE_DAY = timedelta(days=1)
_YEARS = range(1900, 9000)
_LONGEST = 100 * 366
"""No statute counts longer than a hundred years; a longer term is a slip and would overflow."""

_DAYS = {
    Unit.HOURS: 1 / 24,
    Unit.WEEKS: 7,
    Unit.MONTHS: 31,
    Unit.CALENDAR_MONTHS: 31,
    Unit.YEARS: 366,
}


@dataclass(frozen=True)
class Placed:
    """A rule with the days on which it holds, and where its text stands."""

    rule: AnyRule
    act: ActFile
    topic: str
    first: date
    last: date | None
    source: Source
    path: FieldPath

    def refuse(self, field: str, en: str, vi: str) -> DataFileError:
        """Make the refusal that stands at one of the rule's fields."""
        return self.source.refuse(
            (*self.path, field),
            f"rule {self.rule.id!r}: {en}",
            f"quy định {self.rule.id!r}: {vi}",
        )

    def place(self, lang: str) -> str:
        """Say where the rule's id stands."""
        word = "dòng" if lang == "vi" else "line"
        return f"{self.source.name}, {word} {self.source.line(*self.path, 'id')}"


def day_of(path: Path, name: str) -> date:
    """Read the first day in force that a topic file is named by."""
    try:
        day = date.fromisoformat(path.stem)
    except ValueError:
        day = date.min
    if path.suffix != ".toml" or path.stem != day.isoformat() or day.year not in _YEARS:
        raise StatuteFileError(
            "a topic file is named by its first day in force, such as 2026-07-01.toml; "
            "rename it or take it out of the folder",
            "tệp của một chủ đề phải mang tên ngày bắt đầu có hiệu lực, như 2026-07-01.toml; "
            "hãy đổi tên hoặc đưa tệp ra khỏi thư mục",
            file=name,
        )
    return day


def check_not_astray(path: Path, name: str) -> None:
    """Refuse a topic file that lies beside `act.toml`, where it would never be read."""
    try:
        date.fromisoformat(path.stem)
    except ValueError:
        return
    raise StatuteFileError(
        "a topic file lies beside act.toml, where nobody reads it; put it into its topic's folder",
        "tệp của một chủ đề nằm cạnh act.toml nên không được đọc; hãy chuyển vào thư mục chủ đề",
        file=name,
    )


def check_act(act: ActFile, source: Source) -> None:
    """Refuse an act whose days cannot be meant."""
    for field, day in (("in_force", act.in_force), ("ended", act.ended)):
        if day is not None and day.year not in _YEARS:
            raise source.refuse(
                (field,),
                f"field {field!r} is {day}; write a day between {_YEARS[0]} and {_YEARS[-1]}",
                f"trường {field!r} là {day}; hãy ghi một ngày từ năm {_YEARS[0]} đến {_YEARS[-1]}",
            )
    if act.ended is not None and act.ended < act.in_force:
        raise source.refuse(
            ("ended",),
            f"'ended' is {act.ended}, before the act is in force ({act.in_force}); "
            "write the last day on which it was in force",
            f"'ended' là {act.ended}, trước ngày văn bản có hiệu lực ({act.in_force}); "
            "hãy ghi ngày cuối cùng văn bản còn hiệu lực",
        )


def check_topic(file: TopicFile, act: ActFile, first: date, source: Source) -> None:
    """Refuse a topic file that holds nothing, or from a day on which its act does not hold."""
    if first < act.in_force:
        raise source.refuse(
            (),
            f"starts on {first}, before the act is in force ({act.in_force}); rename the file",
            f"bắt đầu từ {first}, trước ngày văn bản có hiệu lực ({act.in_force}); hãy đổi tên tệp",
        )
    if act.ended is not None and first > act.ended:
        raise source.refuse(
            (),
            f"starts on {first}, after the act has ended ({act.ended}); rename the file",
            f"bắt đầu từ {first}, sau ngày văn bản hết hiệu lực ({act.ended}); hãy đổi tên tệp",
        )
    if not file.rules():
        raise source.refuse(
            (),
            "holds no rule; a topic that has none is a declared [[gap]]",
            "không có quy định nào; chủ đề chưa có quy định phải được khai bằng [[gap]]",
        )


def place_rules(file: TopicFile) -> Iterator[tuple[FieldPath, AnyRule]]:
    """Give each rule with the way to its block, such as ("limit", 3)."""
    seen: Counter[str] = Counter()
    for rule in file.rules():
        yield (rule.kind, seen[rule.kind]), rule
        seen[rule.kind] += 1


def check_rule(placed: Placed) -> None:
    """Refuse a rule that never holds, that nothing ends, or that says nothing or two things."""
    rule = placed.rule
    if placed.last is not None and placed.last < placed.first:
        raise placed.refuse(
            "until",
            f"ends on {placed.last}, before its file starts ({placed.first}); correct 'until'",
            f"hết hiệu lực ngày {placed.last}, trước ngày tệp bắt đầu ({placed.first}); "
            "hãy sửa 'until'",
        )
    term: Term | None = getattr(rule, "term", None)
    if term is not None and term.length * _DAYS.get(term.unit, 1) > _LONGEST:
        raise placed.refuse(
            "term",
            f"a term of {term.length} {term.unit} is longer than a hundred years; correct 'term'",
            f"thời hạn {term.length} {term.unit} dài hơn một trăm năm; hãy sửa 'term'",
        )
    if isinstance(rule, Window):
        _check_one_of(
            placed,
            hours=rule.hours is not None,
            days_off=rule.days_off,
            around_tet=rule.around_tet is not None,
            during=rule.during is not None,
        )
    elif isinstance(rule, Waiting):
        _check_one_of(
            placed,
            term=rule.term is not None and rule.ends_by_field is None,
            ends_by_field=rule.ends_by_field is not None,
            at_once=rule.at_once,
        )


def _check_one_of(placed: Placed, **stated: bool) -> None:
    given = [name for name, is_given in stated.items() if is_given]
    if len(given) == 1:
        return
    names = ", ".join(stated)
    raise placed.refuse(
        given[-1] if given else "id",
        f"states {' and '.join(given) or 'none'} of {names}; state exactly one",
        f"nêu {' và '.join(given) or 'không trường nào'} trong {names}; hãy nêu đúng một trường",
    )


def check_succession(acts: Sequence[tuple[ActFile, Source]]) -> None:
    """Refuse two acts of one number, and a replaced act that does not end the day before."""
    numbers: dict[str, tuple[ActFile, Source]] = {}
    for act, source in acts:
        if act.number in numbers:
            other = numbers[act.number][1]
            at = other.line("number")
            raise source.refuse(
                ("number",),
                f"act {act.number} stands in {other.name}, line {at} too; keep one of the two",
                f"văn bản {act.number} có cả trong {other.name}, dòng {at}; hãy giữ một nơi",
            )
        numbers[act.number] = act, source
    replaced = {number for act, _ in acts for number in act.replaces}
    for act, source in acts:
        for place, number in enumerate(act.replaces):
            if number not in numbers:
                known = ", ".join(f"{a.number} ({s.name})" for a, s in acts)
                raise source.refuse(
                    ("replaces", place),
                    f"replaces {number!r}, which is no act of the book; known are: {known}",
                    f"thay thế {number!r}, là văn bản không có trong bộ quy định; các văn bản "
                    f"có: {known}",
                )
            _check_ended(*numbers[number], act, source)
        if act.ended is not None and act.number not in replaced:
            following = ", ".join(s.name for a, s in acts if a.in_force == act.ended + _ONE_DAY)
            raise source.refuse(
                ("ended",),
                f"act {act.number} has ended and no act says in 'replaces' that it follows; "
                f"add it there ({following or '-'})",
                f"văn bản {act.number} đã hết hiệu lực nhưng không văn bản nào nêu nó trong "
                f"'replaces'; hãy thêm vào đó ({following or '-'})",
            )


def _check_ended(old: ActFile, source: Source, new: ActFile, by: Source) -> None:
    wanted = new.in_force - _ONE_DAY
    if old.ended == wanted:
        return
    at = by.line("replaces")
    raise source.refuse(
        ("ended",),
        f"act {old.number} is replaced by {new.number} on {new.in_force} ({by.name}, line {at}); "
        f"its 'ended' must be {wanted}, not {old.ended or 'left out'}",
        f"văn bản {old.number} được thay thế bởi {new.number} từ {new.in_force} ({by.name}, "
        f"dòng {at}); 'ended' phải là {wanted}, không phải {old.ended or 'để trống'}",
    )


def check_overlap(rules: Iterable[Placed]) -> None:
    """Refuse two wordings of one rule on one day, naming the place of both."""
    by_id: dict[str, list[Placed]] = defaultdict(list)
    for placed in rules:
        by_id[placed.rule.id].append(placed)
    for wordings in by_id.values():
        wordings.sort(key=lambda w: w.first)
        for earlier, later in pairwise(wordings):
            if earlier.last is None or earlier.last >= later.first:
                raise later.refuse(
                    "id",
                    f"{earlier.act.number} (from {earlier.first} to {earlier.last or 'now'}; "
                    f"{earlier.place('en')}) overlaps {later.act.number} (from {later.first}); "
                    "end the earlier wording with 'until', or give one of the two another id",
                    f"{earlier.act.number} (từ {earlier.first} đến {earlier.last or 'nay'}; "
                    f"{earlier.place('vi')}) chồng lên {later.act.number} (từ {later.first}); "
                    "hãy kết thúc nội dung trước bằng 'until', hoặc đổi id của một trong hai",
                )


def check_events(rules: Iterable[Placed], known: frozenset[str]) -> None:
    """Refuse an event or a predicate that nobody knows, where it is named."""
    for placed in rules:
        for name, events in _events_named(placed.rule):
            for event in events:
                if event not in known:
                    raise placed.refuse(
                        name,
                        f"{name} names the event {event!r}, which nobody knows; allowed are the "
                        "names in cases/events.toml and cases/events/",
                        f"{name} nêu sự kiện {event!r} không có trong danh mục; cho phép các tên "
                        "trong cases/events.toml và cases/events/",
                    )


def check_references(rules: Sequence[Placed]) -> None:
    """Refuse a rule that points to a rule which the book does not have."""
    known = {placed.rule.id for placed in rules}
    for placed in rules:
        ways = placed.rule.reading if isinstance(placed.rule, Gap) else ()
        for unknown in {rule_id for way in ways for rule_id in way.from_end_of} - known:
            raise placed.refuse(
                "reading",
                f"from_end_of names the rule {unknown!r}, which the book does not have; correct it",
                f"from_end_of nêu quy định {unknown!r} không có trong bộ quy định; hãy sửa lại",
            )
        for field in ("successor", "during", "after_waiting"):
            named: str | None = getattr(placed.rule, field, None)
            if named is not None and named not in known:
                raise placed.refuse(
                    field,
                    f"{field} names the rule {named!r}, which the book does not have; correct it",
                    f"{field} nêu quy định {named!r} không có trong bộ quy định; hãy sửa lại",
                )


def _events_named(rule: AnyRule) -> Iterable[tuple[str, tuple[str, ...]]]:
    if isinstance(rule, Clock):
        yield "starts_on", rule.starts_on
        yield "and_on", rule.and_on
        yield "met_by", rule.met_by
        yield "unless", rule.unless
        yield "only_with", rule.only_with
        yield "alternative_to", rule.alternative_to
        yield "excludes", rule.excludes
        yield "counts_from", tuple(filter(None, (rule.counts_from,)))
        yield "delivered_by", tuple(filter(None, (rule.delivered_by,)))
        yield "when_on", tuple(rule.when_on)
        yield "raises", tuple(filter(None, (getattr(rule, "raises", None),)))
        yield "met_early_since", tuple(filter(None, (rule.met_early_since,)))
    elif isinstance(rule, Window):
        yield "bars", rule.bars
        yield "unless", rule.unless
    elif isinstance(rule, Guard):
        yield "judges", rule.judges
        yield "requires", rule.requires
        yield "unless", rule.unless
