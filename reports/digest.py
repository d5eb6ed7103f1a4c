"""Write the digest of a morning: numbers first, at most twenty lines of cases, no names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from cases.assessment import read_due
from i18n.dates import short, short_day, spell_day
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.model import Severity
from reports.figures import NEAR_END, Figures, Week

MOST_LINES = 20
DUE_LINES = 8
"""Lines kept for what falls due where more is overdue than there is room for."""
TILES = ("overdue", "due", "stuck", "unacknowledged", "complaints")
GRAVEST_FIRST = tuple(severity.value for severity in reversed(Severity))


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CaseLine(_Given):
    """A duty that is named: its case, whose it is, when due, by how many working days over."""

    dossier: str
    kind: str
    office: str
    officer: str | None
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    severity: str
    due: str
    due_day: date
    days_over: int = 0


class Digest(_Given):
    """What one person is told of a morning.

    `offices`: key and name of those it is about; `parts`: name and figures of those right below;
    `before`: the figures of last week, and `before_day` their day; `overdue` and `due` hold the
    rows to name and attach, of which there are `figures.overdue_duties` and `due_rows` in all.
    """

    offices: tuple[tuple[str, str], ...]
    week: Week
    figures: Figures
    parts: tuple[tuple[str, Figures], ...] = ()
    before: Figures | None = None
    before_day: date | None = None
    overdue: tuple[CaseLine, ...] = ()
    due: tuple[CaseLine, ...] = ()
    due_rows: int = 0
    weekly: bool = False

    @property
    def is_whole(self) -> bool:
        """Tell whether the rows that can be attached are all there are."""
        return self.figures.overdue_duties <= len(self.overdue) and self.due_rows <= len(self.due)


class Tile(_Given):
    """A number with its name and its change against last week; `bad` where it should be none."""

    name: str
    number: int
    change: str | None
    bad: bool


def subject_of(digest: Digest, lang: Lang) -> str:
    """Give the subject: day, numbers and office, and nobody's name."""
    return say(
        lang, "digest.subject_weekly" if digest.weekly else "digest.subject",
        day=short_day(digest.week.day, lang), office=_office(digest),
        overdue=digest.figures.overdue_duties, due=digest.figures.due_week,
    )  # fmt: skip


def title_of(digest: Digest, lang: Lang) -> str:
    """Give the heading: which morning it is about."""
    key = "digest.title_weekly" if digest.weekly else "digest.title"
    return say(lang, key, day=spell_day(digest.week.day, lang))


def _office(digest: Digest) -> str:
    return ", ".join(" ".join(name.split()) for _, name in digest.offices)


def number_of(figures: Figures, name: str) -> int:
    """Give the number of a tile."""
    match name:
        case "overdue":
            return figures.overdue_duties
        case "due":
            return figures.due_week
        case "stuck":
            return figures.stuck_cases
        case "unacknowledged":
            return figures.unacknowledged
    return figures.complaints


def tiles(digest: Digest, lang: Lang) -> list[Tile]:
    """Give the numbers that come first."""
    made = []
    for name in TILES:
        number = number_of(digest.figures, name)
        change = None
        if digest.before is not None:
            change = _change(number - number_of(digest.before, name), lang)
        bad = number > 0 and name != "due"
        made.append(Tile(name=say(lang, f"digest.{name}"), number=number, change=change, bad=bad))
    return made


def _change(by: int, lang: Lang) -> str:
    if by == 0:
        return say(lang, "digest.no_change")
    return say(lang, "digest.more" if by > 0 else "digest.less", n=abs(by))


def severities(digest: Digest, lang: Lang) -> list[tuple[str, int]]:
    """Give how much is overdue of each severity, the gravest first."""
    held = digest.figures.overdue
    return [
        (name_of(lang, "severities_briefly", name), held[name])
        for name in GRAVEST_FIRST
        if held.get(name)
    ]


def reasons(digest: Digest, lang: Lang) -> list[tuple[str, int]]:
    """Give how many cases are stuck for each reason, the commonest first."""
    held = sorted(digest.figures.stuck.items(), key=lambda item: (-item[1], item[0]))
    return [(name_of(lang, "stuck", name), many) for name, many in held if many]


def notes(digest: Digest, lang: Lang) -> list[str]:
    """Say what the numbers mean and what they are compared with."""
    ends = spell_day(digest.week.ends, lang)
    said = [say(lang, "digest.week", ends=ends, n=digest.figures.due_today)]
    if digest.figures.complaints:
        said.append(say(lang, "digest.near", n=NEAR_END))
    if digest.figures.letters:
        said.append(say(lang, "digest.letters", n=digest.figures.letters))
    if digest.before is None or digest.before_day is None:
        said.append(say(lang, "digest.nothing_before"))
    else:
        said.append(say(lang, "digest.compared", day=short_day(digest.before_day, lang)))
    return said


def shown(digest: Digest) -> tuple[Sequence[CaseLine], Sequence[CaseLine]]:
    """Choose the cases to name: what is overdue first, with room for what falls due."""
    overdue = digest.overdue[: MOST_LINES - min(len(digest.due), DUE_LINES)]
    return overdue, digest.due[: MOST_LINES - len(overdue)]


def rest_lines(digest: Digest, lang: Lang) -> tuple[str | None, str | None]:
    """Say how many are not named, of what is overdue and of what falls due."""
    overdue, due = shown(digest)
    over, ahead = digest.figures.overdue_duties - len(overdue), digest.due_rows - len(due)
    return (
        say(lang, "digest.rest_overdue", n=over, command=command_of(digest)) if over > 0 else None,
        say(lang, "digest.rest_due", n=ahead) if ahead > 0 else None,
    )


def command_of(digest: Digest) -> str:
    """Give the command that lists everything overdue."""
    return f"thads breaches --verdict open --office {digest.offices[0][0]}"


def attached_line(digest: Digest, lang: Lang) -> str | None:
    """Say what is attached, where anything is."""
    if not digest.overdue and not digest.due:
        return None
    file = file_of(digest, lang)
    if digest.is_whole:
        return say(lang, "digest.attached", file=file)
    most = max(len(digest.overdue), len(digest.due))
    return say(lang, "digest.attached_part", file=file, n=most, command=command_of(digest))


def file_of(digest: Digest, lang: Lang) -> str:
    """Give the name of the attached workbook."""
    return say(lang, "digest.file", day=digest.week.day.isoformat())


def limit_of(line: CaseLine, lang: Lang) -> tuple[str, str]:
    """Give a duty's title and its place in the law."""
    title = line.title_vi if lang == "vi" else line.title_en
    return title, cite_briefly(lang, line.act, line.article, line.clause)


def due_of(line: CaseLine, lang: Lang) -> str:
    """Give the due day, or for a term in hours the moment."""
    due = read_due(line.due)
    return short(due, lang) if isinstance(due, date) else line.due


def holder_of(digest: Digest, line: CaseLine, lang: Lang) -> str:
    """Say who must act: the officer by key, anyone else by role, and where there are several."""
    if line.holder == "officer":
        who = line.officer or say(lang, "digest.nobody")
    else:
        who = name_of(lang, "holders_briefly", line.holder)
    several = digest.parts or len(digest.offices) > 1
    return f"{who} ({line.office})" if several else who


def write_text(digest: Digest, name: str, lang: Lang) -> str:
    """Write the digest as plain text."""
    return "\n".join([*_text(digest, name, lang), "", say(lang, "digest.end"), ""])


def _text(digest: Digest, name: str, lang: Lang) -> Iterator[str]:
    yield say(lang, "digest.hello", name=name)
    yield ""
    yield title_of(digest, lang)
    yield _office(digest)
    yield ""
    if digest.figures.is_quiet:
        yield say(lang, "digest.quiet")
    for tile in tiles(digest, lang):
        yield f"{tile.number:>6}  {tile.name}" + (f" ({tile.change})" if tile.change else "")
    yield from notes(digest, lang)
    for key, held in (("severities", severities(digest, lang)), ("reasons", reasons(digest, lang))):
        if held:
            yield ""
            yield f"{say(lang, f'digest.{key}')}: " + "; ".join(f"{n} {what}" for what, n in held)
    if digest.parts:
        yield ""
        yield say(lang, "digest.by_office")
        for part, figures in digest.parts:
            counted = (
                f"{number_of(figures, name)} {say(lang, f'digest.{name}').lower()}"
                for name in ("overdue", "due", "stuck")
            )
            yield f"  {part}: " + ", ".join(counted)
    yield from _cases(digest, lang)
    attached = attached_line(digest, lang)
    if attached:
        yield ""
        yield attached


def _cases(digest: Digest, lang: Lang) -> Iterator[str]:
    rests = rest_lines(digest, lang)
    for key, lines, rest in zip(("overdue_cases", "due_cases"), shown(digest), rests, strict=True):
        if not lines:
            continue
        yield ""
        yield say(lang, f"digest.{key}")
        for line in lines:
            title, place = limit_of(line, lang)
            yield "- " + say(
                lang, "digest.line" if key == "overdue_cases" else "digest.line_due",
                dossier=line.dossier, title=title, place=place, due=due_of(line, lang),
                when=say(lang, "digest.over", n=line.days_over),
                holder=holder_of(digest, line, lang),
            )  # fmt: skip
        if rest:
            yield rest
