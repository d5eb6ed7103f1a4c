"""Write the message of a gathering: what, which case, due when and why, what to do. No names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from i18n.places import cite_briefly
from i18n.texts import Lang

_DOMAIN = "thads.invalid"
_MOST_LINES = 20
_PARTIES = ("debtor", "creditor", "nobody")


class AlertWords(Protocol):
    """What a message says of one alert."""

    @property
    def dossier(self) -> str: ...
    @property
    def rung(self) -> int: ...
    @property
    def due(self) -> str: ...
    @property
    def title_vi(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def clause(self) -> str | None: ...
    @property
    def holder(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def missed(self) -> tuple[int, ...]: ...


class Attachment(BaseModel):
    """A file that goes with a mail."""

    model_config = ConfigDict(frozen=True)

    name: str
    mime: str
    content: bytes


class Letter(BaseModel):
    """A message ready to go: to whom, what about, in which words."""

    model_config = ConfigDict(frozen=True)

    to: str
    subject: str
    text: str
    html: str
    token: str
    attachments: tuple[Attachment, ...] = ()


_WORDS = {
    "vi": {
        "hello": "Kính gửi {name},",
        "subject": "[THADS] {n} việc cần chú ý, {late} quá hạn",
        "lead": "Có {n} thời hạn của {cases} việc cần anh/chị xử lý (tính đến {now}):",
        "more": "… và {n} thời hạn nữa; xem bằng lệnh: thads alerts",
        "late": "ĐÃ QUÁ HẠN",
        "today": "ĐẾN HẠN",
        "ended": "ĐÃ HẾT THỜI HẠN",
        "soon": "Sắp đến hạn",
        "line": "{mark} · việc {dossier} · {title} · hạn {due} · căn cứ {cite}",
        "missed": "Nhắc muộn: các lần nhắc trước ({missed}) chưa gửi được.",
        "do": "Việc cần làm: báo sự kiện đã thực hiện, hoặc xem cách tính hạn bằng lệnh: {command}",
        "end": "Thư tự động của hệ thống theo dõi thời hạn THADS. Không trả lời thư này.",
    },
    "en": {
        "hello": "Dear {name},",
        "subject": "[THADS] {n} cases need attention, {late} overdue",
        "lead": "{n} time limits of {cases} cases need you (as of {now}):",
        "more": "… and {n} more; see them with: thads alerts",
        "late": "OVERDUE",
        "today": "DUE",
        "ended": "HAS RUN OUT",
        "soon": "Due soon",
        "line": "{mark} · case {dossier} · {title} · due {due} · basis {cite}",
        "missed": "Late reminder: earlier ones ({missed}) could not be sent.",
        "do": "To do: report what was done, or see how the date was counted: {command}",
        "end": "Sent by the THADS deadline engine. Do not reply.",
    },
}


def compose(
    name: str, address: str, language: str, alerts: Sequence[AlertWords], token: str, now: datetime
) -> Letter:
    """Write one letter for a person's alerts; subject and body name cases, never parties."""
    lang: Lang = "en" if language == "en" else "vi"
    words = _WORDS[lang]
    cases = len({alert.dossier for alert in alerts})
    late = len({alert.dossier for alert in alerts if _mark(alert) == "late"})
    lines = [_line(alert, words, lang) for alert in alerts[:_MOST_LINES]]
    if len(alerts) > _MOST_LINES:
        lines.append([words["more"].format(n=len(alerts) - _MOST_LINES)])
    head = [
        words["hello"].format(name=name),
        words["lead"].format(n=len(alerts), cases=cases, now=f"{now:%H:%M %d/%m/%Y}"),
    ]
    text = "\n\n".join([*head, *("\n".join(line) for line in lines), words["end"]])
    rows = "".join(
        f"<li><p><b>{escape(line[0])}</b><br>{'<br>'.join(map(escape, line[1:]))}</p></li>"
        for line in lines
    )
    html = (
        f"<html><body>{''.join(f'<p>{escape(part)}</p>' for part in head)}"
        f"<ol>{rows}</ol><p>{escape(words['end'])}</p></body></html>"
    )
    return Letter(
        to=address,
        subject=words["subject"].format(n=cases, late=late),
        text=text + "\n",
        html=html,
        token=token,
    )


def _line(alert: AlertWords, words: dict[str, str], lang: Lang) -> list[str]:
    mark = words[_mark(alert)]
    title = alert.title_en if lang == "en" else alert.title_vi
    lines = [
        words["line"].format(
            mark=mark,
            dossier=alert.dossier,
            title=title,
            due=_day(alert.due),
            cite=cite_briefly(lang, alert.act, alert.article, alert.clause),
        ),
        words["do"].format(command=f"thads why {alert.dossier} {alert.rule}"),
    ]
    if alert.missed:
        missed = ", ".join(f"{rung:+d}" for rung in alert.missed)
        lines.append(words["missed"].format(missed=missed))
    return lines


def _mark(alert: AlertWords) -> str:
    if alert.holder in _PARTIES:
        return "ended"
    return "late" if alert.rung > 0 else "today" if alert.rung == 0 else "soon"


def _day(due: str) -> str:
    if "T" in due:
        return f"{datetime.fromisoformat(due):%H:%M %d/%m/%Y}"
    return f"{date.fromisoformat(due):%d/%m/%Y}"


def as_mail(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """Make the mail: HTML beside text, and a Message-ID that a repeated sending shares."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.token}@{_DOMAIN}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    for file in letter.attachments:
        kind, _, subkind = file.mime.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subkind, filename=file.name)
    return mail
