"""Write the digest as HTML that mail programs show: tables, styles in place, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from i18n.texts import Lang, say
from reports.digest import (
    CaseLine,
    Digest,
    Tile,
    attached_line,
    due_of,
    holder_of,
    limit_of,
    notes,
    number_of,
    reasons,
    rest_lines,
    severities,
    shown,
    subject_of,
    tiles,
    title_of,
)

_INK, _SOFT, _LINE, _PALE = "#1f2933", "#5b6773", "#d9dfe5", "#f4f6f8"
_RED, _BLUE, _GREEN = "#b42318", "#0b4a7a", "#1b6e3c"
_FONT = "font-family:Arial,Helvetica,sans-serif"
_CELL = f"padding:7px 8px;border-bottom:1px solid {_LINE};vertical-align:top;text-align:left"
_NUMBER = f"{_CELL};text-align:right"
_TABLE = (
    'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="border-collapse:collapse;width:100%"'
)
_DATA = (
    'width="100%" cellpadding="0" cellspacing="0" border="0" '
    f'style="border-collapse:collapse;width:100%;font-size:13px;line-height:1.4;color:{_INK}"'
)


def write_html(digest: Digest, name: str, lang: Lang) -> str:
    """Write the digest as one page."""
    body = "".join(_parts(digest, name, lang))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(subject_of(digest, lang))}</title></head>"
        f'<body style="margin:0;padding:0;background:{_PALE};{_FONT};color:{_INK}">'
        f'<table {_TABLE}><tr><td align="center" style="padding:16px 8px">'
        f'<table role="presentation" width="720" cellpadding="0" cellspacing="0" border="0" '
        f'style="border-collapse:collapse;width:100%;max-width:720px;background:#ffffff;'
        f'border:1px solid {_LINE}">{body}</table></td></tr></table></body></html>'
    )


def _parts(digest: Digest, name: str, lang: Lang) -> Iterator[str]:
    offices = escape(", ".join(office for _, office in digest.offices))
    yield (
        f'<tr><td style="background:{_BLUE};padding:16px 20px;color:#ffffff">'
        f'<div style="font-size:19px;font-weight:bold">{escape(title_of(digest, lang))}</div>'
        f'<div style="font-size:14px;padding-top:3px">{offices}</div></td></tr>'
    )
    yield _row(f'<div style="font-size:14px">{escape(say(lang, "digest.hello", name=name))}</div>')
    if digest.figures.is_quiet:
        quiet = escape(say(lang, "digest.quiet"))
        yield _row(f'<div style="font-size:15px;font-weight:bold;color:{_GREEN}">{quiet}</div>')
    yield _row(_tiles(tiles(digest, lang)))
    said = "<br>".join(escape(note) for note in notes(digest, lang))
    yield _row(f'<div style="font-size:12px;line-height:1.5;color:{_SOFT}">{said}</div>')
    yield from _counts(digest, lang)
    if digest.parts:
        yield _row(_heading(say(lang, "digest.by_office")) + _offices(digest, lang))
    over, ahead = shown(digest)
    rest_over, rest_ahead = rest_lines(digest, lang)
    if over:
        yield _row(
            _heading(say(lang, "digest.overdue_cases"))
            + _cases(digest, over, rest_over, lang, late=True)
        )
    if ahead:
        yield _row(
            _heading(say(lang, "digest.due_cases"))
            + _cases(digest, ahead, rest_ahead, lang, late=False)
        )
    attached = attached_line(digest, lang)
    if attached:
        yield _row(f'<div style="font-size:13px">{escape(attached)}</div>')
    end = escape(say(lang, "digest.end"))
    yield (
        f'<tr><td style="padding:12px 20px;border-top:1px solid {_LINE};background:{_PALE};'
        f'font-size:12px;color:{_SOFT}">{end}</td></tr>'
    )


def _row(content: str) -> str:
    return f'<tr><td style="padding:12px 20px 4px 20px">{content}</td></tr>'


def _heading(text: str) -> str:
    style = f"font-size:15px;font-weight:bold;padding:4px 0 6px 0;color:{_BLUE}"
    return f'<div style="{style}">{escape(text)}</div>'


def _tiles(made: Sequence[Tile]) -> str:
    width = 100 // len(made)
    cells = "".join(
        f'<td width="{width}%" style="width:{width}%;padding:10px 8px;vertical-align:top;'
        f'border:1px solid {_LINE};border-top:4px solid {_colour(tile)};background:#ffffff">'
        f'<div style="font-size:28px;font-weight:bold;line-height:1.1;color:{_colour(tile)}">'
        f"{tile.number}</div>"
        f'<div style="font-size:12px;line-height:1.35;padding-top:4px">{escape(tile.name)}</div>'
        f"{_change(tile)}</td>"
        for tile in made
    )
    return f"<table {_TABLE}><tr>{cells}</tr></table>"


def _colour(tile: Tile) -> str:
    return _RED if tile.bad else _BLUE if tile.number else _GREEN


def _change(tile: Tile) -> str:
    if tile.change is None:
        return ""
    style = f"font-size:11px;line-height:1.35;padding-top:4px;color:{_SOFT}"
    return f'<div style="{style}">{escape(tile.change)}</div>'


def _counts(digest: Digest, lang: Lang) -> Iterator[str]:
    held = [
        _heading(say(lang, f"digest.{key}")) + _count_table(found)
        for key, found in (
            ("severities", severities(digest, lang)),
            ("reasons", reasons(digest, lang)),
        )
        if found
    ]
    if not held:
        return
    width = 100 // len(held)
    cells = "".join(
        f'<td width="{width}%" style="width:{width}%;vertical-align:top;'
        f'padding-right:{16 if place == 0 and len(held) > 1 else 0}px">{part}</td>'
        for place, part in enumerate(held)
    )
    yield _row(f"<table {_TABLE}><tr>{cells}</tr></table>")


def _count_table(found: Sequence[tuple[str, int]]) -> str:
    rows = "".join(
        f'<tr><td style="{_NUMBER};width:36px"><b>{many}</b></td>'
        f'<td style="{_CELL}">{escape(what)}</td></tr>'
        for what, many in found
    )
    return f"<table {_DATA}>{rows}</table>"


def _offices(digest: Digest, lang: Lang) -> str:
    names = ("overdue", "due", "stuck", "unacknowledged")
    heads = "".join(_head(say(lang, f"digest.{name}"), right=True) for name in names)
    rows = "".join(
        f'<tr><td style="{_CELL}">{escape(part)}</td>'
        + "".join(f'<td style="{_NUMBER}">{number_of(figures, name)}</td>' for name in names)
        + "</tr>"
        for part, figures in digest.parts
    )
    first = _head(say(lang, "digest.office"), width=40)
    return f"<table {_DATA}><tr>{first}{heads}</tr>{rows}</table>"


def _head(text: str, *, right: bool = False, width: int = 0) -> str:
    style = _NUMBER if right else f"{_CELL};width:{width}%" if width else _CELL
    return (
        f'<th scope="col" style="{style};background:{_PALE};font-size:12px;color:{_SOFT};'
        f'font-weight:bold">{escape(text)}</th>'
    )


def _cases(
    digest: Digest, lines: Sequence[CaseLine], rest: str | None, lang: Lang, *, late: bool
) -> str:
    names = ("case_and_limit", "due_day", *(("days_over",) if late else ()), "holder")
    heads = "".join(_head(say(lang, f"digest.{name}"), right=name == "days_over") for name in names)
    rows = "".join(_case(digest, line, lang, late=late) for line in lines)
    table = f"<table {_DATA}><tr>{heads}</tr>{rows}</table>"
    if rest is None:
        return table
    return f'{table}<div style="font-size:13px;padding-top:6px">{escape(rest)}</div>'


def _case(digest: Digest, line: CaseLine, lang: Lang, *, late: bool) -> str:
    title, place = limit_of(line, lang)
    over = f'<td style="{_NUMBER};color:{_RED}">{line.days_over}</td>' if late else ""
    return (
        f'<tr><td style="{_CELL};word-break:break-word"><b>{escape(line.dossier)}</b><br>'
        f"{escape(title)} "
        f'<span style="font-size:12px;color:{_SOFT}">({escape(place)})</span></td>'
        f'<td style="{_CELL};white-space:nowrap">{escape(due_of(line, lang))}</td>{over}'
        f'<td style="{_CELL}">{escape(holder_of(digest, line, lang))}</td></tr>'
    )
