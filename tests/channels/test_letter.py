"""Mails: one identity however often sent, one thread for a case, and nothing that breaks out."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from channels.errors import RefusedForGoodError
from channels.letter import Attachment, Letter, as_mail
from tests.channels.test_compose import NOW, alert, letter

SENDER = "THADS <thads@example.invalid>"
PLAIN = Letter(to="cv@example.invalid", subject="s", text="t\n", html="<p>t</p>", token="t9")


def test_a_repeated_message_has_the_same_identity() -> None:
    first = as_mail(letter(alert(0)), SENDER, NOW)
    second = as_mail(letter(alert(0)), SENDER, NOW + timedelta(hours=1))
    assert first["Message-ID"] == second["Message-ID"] == "<t1@thads.invalid>"


def test_everything_about_one_case_is_one_thread() -> None:
    one = as_mail(letter(alert(0)), SENDER, NOW)
    later = as_mail(letter(alert(1), alert(-1)), SENDER, NOW + timedelta(days=9))
    other = as_mail(letter(alert(0, dossier="NA-2")), SENDER, NOW)
    assert one["References"] == one["In-Reply-To"] == later["References"]
    assert one["References"].startswith("<case.")
    assert one["References"] != other["References"]
    assert "NA-1" not in one["References"]


def test_several_cases_lie_in_the_days_thread_of_the_person() -> None:
    two = letter(alert(0), alert(0, dossier="NA-2"))
    again = letter(alert(1), alert(1, dossier="NA-3"))
    assert two.thread == again.thread
    assert two.thread is not None
    assert two.thread.startswith("day.")


def test_a_mail_is_read_back_as_it_was_written() -> None:
    written = letter(alert(1))
    raw = bytes(as_mail(written, SENDER, NOW))
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) < 999
    mail = message_from_bytes(raw, policy=policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == written.text
    assert html.get_content().replace("\r\n", "\n") == written.html
    assert mail["Subject"] == written.subject
    assert mail["Date"] == "Wed, 25 Nov 2026 07:30:00 +0700"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "vi"
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "PUBLISH"
    assert file.get_filename() == "han-thads.ics"


def test_any_file_can_go_with_a_letter() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = Attachment(name="báo cáo.xlsx", mime=kind, content=b"PK\x03\x04\x00\xff")
    raw = bytes(as_mail(PLAIN.model_copy(update={"attachments": (book,)}), SENDER, NOW))
    (file,) = message_from_bytes(raw, policy=policy.default).iter_attachments()
    assert file.get_filename() == "báo cáo.xlsx"
    assert (file.get_content_type(), file.get_content()) == (kind, book.content)


def test_a_letter_of_no_thread_answers_nothing() -> None:
    assert as_mail(PLAIN, SENDER, NOW)["References"] is None


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "@example.invalid",
        "a@",
        "a@x\r\nBcc: b@x",
        "a@x, b@x",
        "a b@x",
        "A <a@x>",
        "nguyễn@x.vn",
        "a@" + "x" * 64 + ".vn",
    ],
)
def test_an_address_that_is_none_is_refused_for_good(to: str) -> None:
    with pytest.raises(RefusedForGoodError, match="directory"):
        as_mail(PLAIN.model_copy(update={"to": to}), SENDER, NOW)


def test_a_domain_with_marks_is_written_as_servers_know_it() -> None:
    mail = as_mail(PLAIN.model_copy(update={"to": "a@thihànhán.vn"}), SENDER, NOW)
    user, _, domain = mail["To"].partition("@")
    assert (user, domain.encode().decode("idna")) == ("a", "thihànhán.vn")
    assert domain.isascii()


def test_a_subject_stays_one_line() -> None:
    broken = PLAIN.model_copy(update={"subject": "a\r\nBcc: b@example.invalid"})
    mail = as_mail(broken, SENDER, NOW)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "a Bcc: b@example.invalid"
