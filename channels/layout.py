"""Lay a message out: as plain text, and as HTML that mail programs show without fetching a thing.

Tables and inline styles, because mail programs drop the rest; every colour goes with words and
has a contrast of at least 4.5 to its ground.
"""

from __future__ import annotations

from html import escape

from pydantic import BaseModel, ConfigDict

from channels.words import Tone
from i18n.texts import Lang

_FONT = "font-family:'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif"
_INK, _SOFT, _LINE, _GROUND = "#1f2933", "#52606d", "#d9dfe5", "#f3f5f7"
_HEAD = "#173f5f"
_TONES: dict[Tone, tuple[str, str]] = {
    "late": ("#a11212", "#fdecec"),
    "today": ("#8a4600", "#fff1de"),
    "soon": ("#0b4f8a", "#e8f2fb"),
    "ended": ("#4a3b8f", "#efecfb"),
    "moved": ("#0f5c4d", "#e4f5f0"),
    "withdrawn": ("#4b5563", "#eceff2"),
}
"""Letters and ground of each mark."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Card(_Part):
    """One time limit: its mark and title, when and why and what to do, and where to answer."""

    tone: Tone
    mark: str
    title: str
    facts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    link: str | None = None
    link_words: str = ""
    command: str | None = None


class CaseCards(_Part):
    """What concerns one case."""

    heading: str
    cards: tuple[Card, ...]


class Sheet(_Part):
    """A whole message in its parts."""

    lang: Lang
    subject: str
    hello: str
    in_place: str | None
    figures: str
    cases: tuple[CaseCards, ...]
    more: str | None
    end: str


def plain(sheet: Sheet) -> str:
    """Lay the message out as text, one blank line between the cases."""
    parts = [sheet.hello, *([sheet.in_place] if sheet.in_place else []), sheet.figures]
    parts += [_plain_case(case) for case in sheet.cases]
    parts += [sheet.more] if sheet.more else []
    return "\n\n".join([*parts, sheet.end]) + "\n"


def _plain_case(case: CaseCards) -> str:
    lines = [case.heading]
    for card in case.cards:
        lines.append(f"  [{card.mark}] {card.title}")
        lines += [f"    {fact}" for fact in (*card.facts, *card.notes)]
        if card.link:
            lines.append(f"    {card.link_words}: {card.link}")
        if card.command:
            lines.append(f"    {card.command}")
    return "\n".join(lines)


def lay_out(sheet: Sheet) -> str:
    """Lay the message out as HTML."""
    rows = [_row(_text(sheet.hello))]
    if sheet.in_place:
        rows.append(_row(_box(sheet.in_place)))
    rows.append(_row(f'<b style="color:{_INK}">{escape(sheet.figures)}</b>'))
    rows += [_case(case) for case in sheet.cases]
    if sheet.more:
        rows.append(_row(_text(sheet.more)))
    return frame(sheet.lang, sheet.subject, "".join(rows), sheet.end)


def frame(lang: Lang, title: str, rows: str, end: str) -> str:
    """Put table rows of HTML into the frame that every message shares; `end` closes it."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="color-scheme" content="light"><title>{escape(title)}</title></head>\n'
        f'<body>\n{_table(f"background:{_GROUND}")}<tr><td align="center" style="padding:16px">\n'
        f"{_table(f'max-width:680px;background:#ffffff;border:1px solid {_LINE};text-align:left')}"
        f'<tr><td style="{_FONT};font-size:17px;line-height:24px;font-weight:bold;color:#ffffff;'
        f'background:{_HEAD};padding:14px 22px">{escape(title)}</td></tr>\n{rows}'
        f'<tr><td style="{_FONT};font-size:13px;line-height:19px;color:{_SOFT};'
        f'border-top:1px solid {_LINE};padding:12px 22px">{escape(end)}</td></tr>\n'
        "</table>\n</td></tr></table>\n</body></html>\n"
    )


def _table(style: str) -> str:
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="border-collapse:collapse;{style}">'
    )


def _row(inner: str) -> str:
    return (
        f'<tr><td style="{_FONT};font-size:15px;line-height:23px;color:{_INK};'
        f'padding:10px 22px 2px">{inner}</td></tr>\n'
    )


def _text(words: str) -> str:
    return escape(words)


def _box(words: str) -> str:
    letters, ground = _TONES["today"]
    return (
        f'<div style="background:{ground};color:{letters};border-left:4px solid {letters};'
        f'padding:8px 12px">{escape(words)}</div>'
    )


def _case(case: CaseCards) -> str:
    heading = (
        f'<tr><td style="{_FONT};padding:14px 22px 4px"><h2 style="margin:0;font-size:16px;'
        f'line-height:23px;color:{_HEAD};word-break:break-word">{escape(case.heading)}</h2>'
        "</td></tr>\n"
    )
    return heading + "".join(_card(card) for card in case.cards)


def _card(card: Card) -> str:
    letters, ground = _TONES[card.tone]
    facts = "<br>".join(escape(fact) for fact in card.facts)
    notes = "".join(
        f'<div style="color:{_SOFT};font-style:italic">{escape(note)}</div>' for note in card.notes
    )
    return (
        f'<tr><td style="padding:4px 22px 8px">{_table(f"border:1px solid {_LINE}")}<tr>'
        f'<td width="4" style="width:4px;background:{letters};font-size:0">&nbsp;</td>'
        f'<td style="{_FONT};font-size:15px;line-height:22px;color:{_INK};padding:10px 14px;'
        'word-break:break-word">'
        f'<span style="background:{ground};color:{letters};font-size:13px;line-height:20px;'
        f'font-weight:bold;padding:2px 8px">{escape(card.mark)}</span>'
        f'<div style="font-weight:bold;padding-top:6px">{escape(card.title)}</div>'
        f"<div>{facts}</div>{notes}{_answer(card)}</td></tr></table></td></tr>\n"
    )


def _answer(card: Card) -> str:
    parts = ""
    if card.link:
        parts += (
            f'<div style="padding-top:10px"><a href="{escape(card.link)}" style="display:'
            f"inline-block;background:{_HEAD};color:#ffffff;text-decoration:none;font-weight:bold;"
            f'padding:8px 16px;border-radius:4px">{escape(card.link_words)}</a></div>'
        )
    if card.command:
        parts += (
            f'<div style="color:{_SOFT};font-size:13px;padding-top:4px">'
            f"{escape(card.command)}</div>"
        )
    return parts
