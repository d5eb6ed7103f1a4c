"""Lay indicators out: a table of counts, shares in whole numbers, and lists of what was late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from i18n.dates import short, short_day
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from reports.indicators import Count, Indicators, LateRow, Share
from reports.sheets import Cell, Sheet

LATE = ("case", "about", "title", "due", "days", "verdict", "holder")
_COUNTED = (
    "carried", "received", "accepted", "not_accepted", "resolved_in_time", "resolved_late",
    "terminated", "open_in_time", "open_late",
)  # fmt: skip
_TURNED_AWAY = ("refused", "transferred", "guided", "filed")
_WIDTHS = {
    "case": 24, "kind": 18, "office": 16, "officer": 14, "about": 40, "level": 12, "title": 50,
    "place": 30, "due": 12, "days": 10, "verdict": 24, "holder": 18, "rule": 34,
}  # fmt: skip
_NOTHING = "—"
_WHOLE = 1000


def headline(counted: Indicators, office: str | None, lang: Lang) -> str:
    """Say which days and which offices are counted."""
    of = say(lang, "indicators.everywhere") if office is None else office
    return say(
        lang, "indicators.head", office=of,
        first=short_day(counted.period.first, lang), last=short_day(counted.period.last, lang),
    )  # fmt: skip


def spell_share(share: Share, lang: Lang) -> str:
    """Write a share such as 12/13 (92,3 %), rounded down; nothing of nothing is a dash."""
    permille = share.permille
    if permille is None:
        return _NOTHING
    whole, tenth = divmod(permille, 10)
    point, mark = (",", " %") if lang == "vi" else (".", "%")
    said = f"{whole}" if permille == _WHOLE else f"{whole}{point}{tenth}"
    return f"{share.part}/{share.whole} ({said}{mark})"


def share_line(name: str, share: Share, lang: Lang) -> str:
    """Say a share in a sentence: all of it, a part with a list to follow, or nothing to do."""
    permille = share.permille
    end = "none" if permille is None else "all" if permille == _WHOLE else "some"
    return say(
        lang, f"indicators.{name}_{end}",
        share=spell_share(share, lang), n=share.whole - share.part, whole=share.whole,
    )  # fmt: skip


def over_level(counted: Indicators, lang: Lang) -> list[str]:
    """Say how many complaints came over the head of whoever had to resolve them first."""
    return [say(lang, "indicators.over_level", n=counted.of_kind("complaint").over_level)]


def count_rows(counted: Indicators, lang: Lang) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    """Give a row for each kind, object and level, and one for each kind as a whole."""
    names = ("which", *(f"{name}_briefly" for name in _COUNTED), "share")
    rows = [
        (named, *(str(getattr(count, name)) for name in _COUNTED), spell_share(count.in_time, lang))
        for named, count in _every(counted, lang)
    ]
    return [say(lang, f"indicators.{name}") for name in names], rows


def _every(counted: Indicators, lang: Lang) -> Iterator[tuple[str, Count]]:
    """Give each kind as a whole, then its parts where it has several."""
    last = ""
    for (kind, about, level), count in counted.rows.items():
        if kind != last:
            yield name_of(lang, "dossiers", kind), counted.of_kind(kind)
        last = kind
        if level != "only":
            of = f"{_about(about, lang)}, " if about else ""
            yield f"  {of}{name_of(lang, 'letter_levels', level)}", count


def _about(about: str, lang: Lang) -> str:
    return name_of(lang, "values", f"object.{about}") if about else _NOTHING


def late_cells(row: LateRow, lang: Lang) -> Sequence[str]:
    """Give the cells of one late dossier, for a screen."""
    limit = row.limit
    place = cite_briefly(lang, limit.act, limit.article, limit.clause)
    return [
        row.dossier.id,
        _whole_about(row, lang),
        f"{limit.title_vi if lang == 'vi' else limit.title_en} ({place})",
        short(limit.due, lang) if limit.due else _NOTHING,
        str(row.days),
        name_of(lang, "late_verdicts", row.verdict),
        _holder(row, lang),
    ]


def _whole_about(row: LateRow, lang: Lang) -> str:
    kind = name_of(lang, "dossiers", row.dossier.kind)
    if row.level == "only":
        return kind
    return f"{kind}, {name_of(lang, 'letter_levels', row.level)}"


def _holder(row: LateRow, lang: Lang) -> str:
    if row.limit.holder == "officer" and row.dossier.officer:
        return row.dossier.officer
    return name_of(lang, "holders_briefly", row.limit.holder)


def sheets(counted: Indicators, lang: Lang) -> list[Sheet]:
    """Give the workbook: the counts, the letters that are late, the judgments that are."""
    names = ("kind", "about", "level", *_COUNTED, *_TURNED_AWAY, "over_level_briefly", "share")
    rows: list[tuple[Cell, ...]] = [
        (
            name_of(lang, "dossiers", kind),
            _about(about, lang),
            name_of(lang, "letter_levels", level),
            *(getattr(count, name) for name in (*_COUNTED, *_TURNED_AWAY)),
            count.over_level,
            spell_share(count.in_time, lang),
        )
        for (kind, about, level), count in counted.rows.items()
    ]
    columns = [(say(lang, f"indicators.{name}"), 18) for name in names]
    return [
        Sheet(say(lang, "indicators.sheet_counts"), columns, rows),
        _sheet("sheet_late", counted.late, lang),
        _sheet("sheet_behind", counted.behind, lang),
    ]


def _sheet(name: str, late: Sequence[LateRow], lang: Lang) -> Sheet:
    columns = [(say(lang, f"indicators.{column}"), width) for column, width in _WIDTHS.items()]
    return Sheet(
        say(lang, f"indicators.{name}"), columns, [tuple(_cells(row, lang)) for row in late]
    )


def _cells(row: LateRow, lang: Lang) -> Iterator[Cell]:
    limit = row.limit
    yield row.dossier.id
    yield name_of(lang, "dossiers", row.dossier.kind)
    yield row.dossier.office
    yield row.dossier.officer
    yield _about(row.about, lang)
    yield name_of(lang, "letter_levels", row.level)
    yield limit.title_vi if lang == "vi" else limit.title_en
    yield cite_briefly(lang, limit.act, limit.article, limit.clause)
    yield limit.due_day
    yield row.days
    yield name_of(lang, "late_verdicts", row.verdict)
    yield name_of(lang, "holders_briefly", limit.holder)
    yield limit.rule


def as_json(counted: Indicators, office: str | None) -> dict[str, Any]:
    """Give everything as JSON types; a share has its part, its whole and thousandths."""
    return {
        "from": counted.period.first.isoformat(),
        "to": counted.period.last.isoformat(),
        "at": counted.period.moment.isoformat(),
        "office": office,
        "rows": [
            {"kind": kind, "about": about or None, "level": level, **_counted(count)}
            for (kind, about, level), count in counted.rows.items()
        ],
        "total": _counted(counted.total),
        "late": [_late(row) for row in counted.late],
        "judgments": _share(counted.followed),
        "behind": [_late(row) for row in counted.behind],
    }


def _counted(count: Count) -> dict[str, Any]:
    derived = {"not_accepted": count.not_accepted, "closed": count.closed, "open": count.open}
    return count._asdict() | derived | {"in_time": _share(count.in_time)}


def _share(share: Share) -> dict[str, int | None]:
    return {"part": share.part, "whole": share.whole, "permille": share.permille}


def _late(row: LateRow) -> dict[str, Any]:
    limit = row.limit.model_dump(
        mode="json", include={"rule", "title_vi", "title_en", "act", "article", "clause", "holder",
                              "due", "met_on"},
    )  # fmt: skip
    return {
        "dossier": row.dossier.id, "kind": row.dossier.kind, "office": row.dossier.office,
        "officer": row.dossier.officer, "about": row.about or None, "level": row.level,
        "verdict": row.verdict, "days_late": row.days, **limit,
    }  # fmt: skip
