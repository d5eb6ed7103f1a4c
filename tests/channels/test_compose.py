"""Messages: short, in the person's language, with the article, without names."""

from __future__ import annotations

from datetime import datetime

from activities.delivery import PendingAlert
from channels.compose import Letter, as_mail, compose
from law.calendar import ZONE

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)


def alert(rung: int, **more: object) -> PendingAlert:
    plain = {
        "key": f"k{rung}", "dossier": "NA-1", "occurrence": "o", "channel": "notice",
        "office": "nghe-an/kv1", "officer": "cv.an",
        "role": "officer", "rung": rung, "severity": "serious", "due": "2026-11-25",
        "rule": "verification.first", "title_vi": "Xác minh lần đầu", "title_en": "First check",
        "act": "106/2025/QH15", "article": "37", "clause": "1", "holder": "officer",
        "raised_at": NOW,
    }  # fmt: skip
    return PendingAlert.model_validate(plain | more)


def letter(*alerts: PendingAlert, language: str = "vi") -> Letter:
    return compose("Chấp hành viên mẫu", "cv@example.invalid", language, alerts, "t1", NOW)


def test_a_message_says_what_which_case_due_when_why_and_what_to_do() -> None:
    text = letter(alert(-1)).text
    for words in ("NA-1", "Xác minh lần đầu", "25/11/2026", "khoản 1 Điều 37", "thads why NA-1"):
        assert words in text
    english = letter(alert(-1), language="en").text
    for words in ("NA-1", "First check", "25/11/2026", "Article 37", "thads why NA-1"):
        assert words in english


def test_the_subject_counts_and_names_nobody() -> None:
    two = letter(alert(1), alert(0, dossier="NA-2"), alert(-1, dossier="NA-2"))
    assert two.subject == "[THADS] 2 việc cần chú ý, 1 quá hạn"


def test_a_long_list_is_cut_and_says_so() -> None:
    text = letter(*(alert(1, dossier=f"NA-{n}", key=f"k{n}") for n in range(50))).text
    assert text.count("ĐÃ QUÁ HẠN") == 20
    assert "30 thời hạn nữa" in text


def test_overdue_due_ahead_and_ended_periods_are_told_apart() -> None:
    assert "ĐÃ QUÁ HẠN" in letter(alert(3)).text
    assert "ĐẾN HẠN ·" in letter(alert(0)).text
    assert "Sắp đến hạn" in letter(alert(-3)).text
    assert "ĐÃ HẾT THỜI HẠN" in letter(alert(0, holder="debtor")).text


def test_reminders_that_could_not_be_sent_are_named() -> None:
    assert "(-3, -1)" in letter(alert(0, missed=(-3, -1))).text


def test_a_repeated_message_has_the_same_identity() -> None:
    first = as_mail(letter(alert(0)), "thads@example.invalid", NOW)
    second = as_mail(letter(alert(0)), "thads@example.invalid", NOW)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body(("html",)) is not None


def test_html_shows_text_as_text() -> None:
    html = letter(alert(0, title_vi="<b>x</b>")).html
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;" in html
