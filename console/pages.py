"""Write the pages as plain HTML: no script, one small style, readable at 320 pixels."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Literal, NamedTuple

from cases.assessment import read_due
from i18n.dates import short, spell
from i18n.places import cite_in_full
from i18n.texts import LANGS, Lang, name_of, say
from law.calendar import ZONE
from store.replies import AlertSubject, ReplyLine

Asked = Literal["ack", "snooze", "comment"]
ASKED: tuple[Asked, ...] = ("ack", "snooze", "comment")
Tone = Literal["calm", "near", "late", "done"]

STYLE = """
:root{color-scheme:light;--ink:#1c2733;--soft:#51606f;--line:#d5dce3;--blue:#0b4a8f}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#eef2f6;color:var(--ink);font:1rem/1.55 system-ui,"Segoe UI",Roboto,
"Noto Sans","DejaVu Sans",Arial,sans-serif}
header{background:var(--blue);color:#fff}
header div,main{max-width:42rem;margin:0 auto;padding:.8rem 1rem}
header div{display:flex;flex-wrap:wrap;gap:.3rem 1rem;justify-content:space-between;
align-items:baseline}
header strong{letter-spacing:.01em}
header a{color:#fff}
main{padding-bottom:3rem}
h1{font-size:1.35rem;line-height:1.3;margin:.5rem 0 .8rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0}
section,details,.note{background:#fff;border:1px solid var(--line);border-radius:.6rem;
padding:1rem;margin:0 0 1rem}
details{padding:0}
summary{cursor:pointer;padding:.85rem 1rem;font-weight:600}
details form{padding:0 1rem 1rem}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.35rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;border-radius:1rem;padding:.1rem .7rem;font-size:.9rem;
font-weight:600;margin:0}
.calm{background:#e3f1e6;color:#14532d}
.near{background:#fdf0d0;color:#6b4300}
.late{background:#fde2e0;color:#8a1c13}
.done{background:#e4e9ee;color:#37424d}
.note{border-left:.35rem solid #1a7f4b}
.note.wrong{border-left-color:#b42318}
label{display:block;font-weight:600;margin:.7rem 0 .25rem}
.hint{color:var(--soft);font-size:.9rem;margin:.2rem 0 0}
textarea,input{width:100%;font:inherit;color:inherit;background:#fff;padding:.5rem .6rem;
border:1px solid #7b8894;border-radius:.4rem}
textarea{min-height:5rem;resize:vertical}
[aria-invalid]{border-color:#b42318;border-width:2px}
button{font:inherit;font-weight:600;color:#fff;background:var(--blue);border:0;
border-radius:.4rem;padding:.6rem 1.2rem;margin-top:.9rem;cursor:pointer}
button:hover{background:#083a72}
a:focus-visible,summary:focus-visible,button:focus-visible,textarea:focus-visible,
input:focus-visible{outline:3px solid #f5a524;outline-offset:2px}
ul{list-style:none;margin:.6rem 0 0;padding:0}
li{border-top:1px solid var(--line);padding:.6rem 0}
li:first-child{border-top:0;padding-top:0}
footer{color:var(--soft);font-size:.9rem}
@media (max-width:26rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
button{width:100%}}
""".strip()

POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a browser may do with a page: take its own style, send its forms here, and no more."""


class Problem(NamedTuple):
    """What was wrong with what was sent: in which form and field, and what is allowed."""

    asked: Asked
    field: Literal["text", "until"]
    text: str


class Outcome(NamedTuple):
    """What became of what was sent: kept, or not; `typed` is what was not taken, by field."""

    kept: Asked | None = None
    problem: Problem | None = None
    typed: Mapping[str, str] = {}


NOTHING_SENT = Outcome()


class AnswerPage(NamedTuple):
    """What the page of a link says; `state` is that of the limit, `now_due` its date by now.

    `last_ack` and `latest_snooze` are the most that may be asked for; without `asks` there is
    no form.
    """

    lang: Lang
    token: str
    name: str
    subject: AlertSubject
    state: str
    asks: bool
    now_due: str | None
    now: datetime
    answers: Sequence[ReplyLine]
    ack_until: date
    last_ack: date
    latest_snooze: datetime
    became: Outcome = NOTHING_SENT


def answer_page(page: AnswerPage) -> str:
    """Write the page behind a link: which limit, how it stands, and the forms to answer it."""
    lang, subject = page.lang, page.subject
    title = subject.title_vi if lang == "vi" else subject.title_en
    tone, badge = _standing(page)
    cite = cite_in_full(lang, subject.act, subject.article, subject.clause)
    facts = (("case", subject.dossier), ("due", _due(subject.due, lang)), ("place", cite),
             ("you", page.name))  # fmt: skip
    body = [
        _notes(page),
        f'<section><p class="badge {tone}">{escape(badge)}</p><h1>{escape(title)}</h1><dl>',
        *(f"<dt>{_say(lang, name)}</dt><dd>{escape(value)}</dd>" for name, value in facts),
        "</dl></section>",
        _answers(page),
        *(_form(page, asked) for asked in ASKED if page.asks),
        f"<footer><p>{_say(lang, 'footer')}</p></footer>",
    ]
    return _document(lang, title, "".join(body))


def plain_page(lang: Lang, title: str, text: str) -> str:
    """Write a page that says one thing: what is wrong, and what to do."""
    said = f"<section><h1>{escape(title)}</h1><p>{escape(text)}</p></section>"
    return _document(lang, title, said)


def _document(lang: Lang, title: str, body: str) -> str:
    other = next(one for one in LANGS if one != lang)
    switch = (
        f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{_say(other, "language")}</a>'
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)} – THADS</title>'
        f"<style>{STYLE}</style></head><body>"
        f"<header><div><strong>{_say(lang, 'house')}</strong>{switch}</div></header>"
        f"<main>{body}</main></body></html>"
    )


def _standing(page: AnswerPage) -> tuple[Tone, str]:
    """Say how the limit stands: how many days are left or over, done, moved or paused."""
    lang = page.lang
    if page.asks:
        due = read_due(page.subject.due)
        day = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
        if not isinstance(day, date):
            return "calm", name_of(lang, "states", page.state)
        left = (day - page.now.astimezone(ZONE).date()).days
        if left < 0:
            return "late", _say(lang, "days_over", n=-left)
        if left == 0:
            return "near", _say(lang, "due_today")
        return "calm", _say(lang, "days_left", n=left)
    if page.now_due is not None and page.now_due != page.subject.due:
        return "done", _say(lang, "badge_moved")
    return "done", name_of(lang, "states", page.state) if page.state else _say(lang, "badge_gone")


def _notes(page: AnswerPage) -> str:
    lang = page.lang
    if page.became.kept is not None:
        return f'<div class="note" role="status">{_say(lang, f"kept_{page.became.kept}")}</div>'
    if page.became.problem is not None:
        said = f"<strong>{_say(lang, 'not_kept')}</strong> {escape(page.became.problem.text)}"
        return f'<div class="note wrong" role="alert" id="problem">{said}</div>'
    if page.asks:
        return ""
    if page.now_due is not None and page.now_due != page.subject.due:
        text = _say(lang, "moved", due=_due(page.now_due, lang))
    else:
        text = _say(lang, "nothing_to_do")
    return f'<div class="note" role="status">{text}</div>'


def _answers(page: AnswerPage) -> str:
    if not page.answers:
        return ""
    lang = page.lang
    lines = []
    for line in page.answers:
        until = _say(lang, "until", until=short(line.until, lang)) if line.standing else ""
        action = name_of(lang, "reply_actions", line.action)
        text = f"<br>{escape(line.text)}" if line.text else ""
        lines.append(
            f"<li><strong>{escape(action)}</strong> · {escape(line.person)} · "
            f"{escape(short(line.at, lang))} {until}{text}</li>"
        )
    return f"<section><h2>{_say(lang, 'answers')}</h2><ul>{''.join(lines)}</ul></section>"


def _form(page: AnswerPage, asked: Asked) -> str:
    lang = page.lang
    wrong = page.became.problem is not None and page.became.problem.asked == asked
    first = asked == "ack" and page.became.problem is None and page.became.kept is None
    fields = {
        "ack": _text(page, asked, "text", needed=True) + _day(page),
        "snooze": _moment(page) + _text(page, asked, "text", needed=False),
        "comment": _text(page, asked, "text", needed=True),
    }[asked]
    return (
        f"<details{' open' if wrong or first else ''}><summary>{_say(lang, f'form_{asked}')}"
        f'</summary><form method="post" action="?lang={lang}">'
        f'<input type="hidden" name="token" value="{escape(page.token)}">'
        f'<input type="hidden" name="action" value="{asked}">'
        f'<p class="hint">{_say(lang, f"about_{asked}")}</p>{fields}'
        f"<button>{_say(lang, f'send_{asked}')}</button></form></details>"
    )


def _text(page: AnswerPage, asked: Asked, name: str, *, needed: bool) -> str:
    label = _say(page.lang, f"label_{asked}")
    return (
        f'<label for="{asked}-{name}">{label}</label>'
        f'<textarea id="{asked}-{name}" name="{name}" maxlength="1000"'
        f"{' required' if needed else ''}{_marked(page, asked, 'text')}>"
        f"{escape(_typed(page, asked, name, ''))}</textarea>"
    )


def _day(page: AnswerPage) -> str:
    tomorrow = page.now.astimezone(ZONE).date().toordinal() + 1
    value = _typed(page, "ack", "until", page.ack_until.isoformat())
    return (
        f'<label for="ack-until">{_say(page.lang, "label_until")}</label>'
        f'<input id="ack-until" type="date" name="until" required value="{escape(value)}" '
        f'min="{date.fromordinal(tomorrow)}" max="{page.last_ack}"{_marked(page, "ack", "until")}>'
        f'<p class="hint">{_say(page.lang, "hint_until", last=short(page.last_ack, page.lang))}</p>'
    )


def _moment(page: AnswerPage) -> str:
    latest = page.latest_snooze.astimezone(ZONE)
    value = _typed(page, "snooze", "until", f"{latest:%Y-%m-%dT%H:%M}")
    hint = _say(page.lang, "hint_snooze", latest=short(latest, page.lang))
    return (
        f'<label for="snooze-until">{_say(page.lang, "label_at")}</label>'
        f'<input id="snooze-until" type="datetime-local" name="until" required '
        f'value="{escape(value)}" max="{latest:%Y-%m-%dT%H:%M}"{_marked(page, "snooze", "until")}>'
        f'<p class="hint">{hint}</p>'
    )


def _typed(page: AnswerPage, asked: Asked, name: str, otherwise: str) -> str:
    return (
        page.became.typed.get(name, otherwise)
        if page.became.typed.get("action") == asked
        else otherwise
    )


def _marked(page: AnswerPage, asked: Asked, field: Literal["text", "until"]) -> str:
    problem = page.became.problem
    wrong = problem is not None and (problem.asked, problem.field) == (asked, field)
    return ' aria-invalid="true" aria-describedby="problem"' if wrong else ""


def _due(due: str, lang: Lang) -> str:
    read = read_due(due)
    return spell(read, lang) if isinstance(read, date | datetime) else due


def _say(lang: Lang, key: str, **values: object) -> str:
    return escape(say(lang, f"reply_page.{key}", **values))
