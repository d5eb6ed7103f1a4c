"""Signed links: read back whole, refused when changed, cut or old; the secret is ours alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from console.links import (
    LASTING,
    ExpiredLinkError,
    ForgedLinkError,
    Links,
    SecretError,
    Subject,
    read_secret,
)
from law.calendar import ZONE

NOW = datetime(2026, 10, 9, 8, 0, tzinfo=ZONE)
SECRET = "s" * 32
KEY = "NA-1|case_file.opening#4|1|2026-10-08|chief_officer"


def links(at: datetime = NOW, secret: str = SECRET) -> Links:
    return Links(secret, "http://127.0.0.1:8080", lambda: at)


@given(st.text(), st.text())
def test_what_was_signed_is_read_back_whole(alert: str, person: str) -> None:
    assert links().read(links().sign(alert, person)) == Subject(alert, person)


def test_a_link_begins_with_the_root_and_is_safe_in_an_address() -> None:
    link = links().make(KEY, "cv.an")
    assert link is not None
    root, _, token = link.partition("/a/")
    assert root == "http://127.0.0.1:8080"
    assert token.isascii()
    assert not set(token) & set("/?#%& ")


def test_a_link_lasts_thirty_days_and_not_longer() -> None:
    token = links().sign(KEY, "cv.an")
    assert links(NOW + LASTING).read(token).person == "cv.an"
    with pytest.raises(ExpiredLinkError, match="30 days"):
        links(NOW + LASTING + timedelta(seconds=1)).read(token)
    with pytest.raises(ExpiredLinkError):
        links(NOW - timedelta(seconds=1)).read(token)


@given(st.integers(min_value=0), st.sampled_from("aA0-_."))
def test_a_link_changed_in_any_place_is_refused(place: int, sign: str) -> None:
    token = links().sign(KEY, "cv.an")
    place %= len(token)
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        # The last sign of a base64 text may hold bits that say nothing.
        try:
            assert links().read(changed) == Subject(KEY, "cv.an")
            assert place == len(token) - 1
        except (ForgedLinkError, ExpiredLinkError):
            pass


@pytest.mark.parametrize("token", ["", "x", "..", "a.b.c", "Ž.b", "a" * 5000])
def test_what_is_no_link_is_refused(token: str) -> None:
    with pytest.raises(ForgedLinkError) as refused:
        links().read(token)
    assert "liên kết" in refused.value.say("vi")


def test_a_link_signed_with_another_secret_or_for_something_else_is_refused() -> None:
    with pytest.raises(ForgedLinkError):
        links().read(links(secret="t" * 32).sign(KEY, "cv.an"))
    other = URLSafeTimedSerializer(SECRET, salt="something else").dumps([KEY, "cv.an"])
    with pytest.raises(ForgedLinkError):
        links().read(str(other))


def test_a_secret_is_made_once_for_us_alone(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: read_secret(None, var), range(8)))
    assert len(made) == 1
    (secret,) = made
    assert len(secret) >= 32
    (kept,) = var.iterdir()
    assert kept.name == "link.secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read_secret(None, var) == secret


def test_a_secret_that_is_too_short_is_refused_without_being_repeated(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="THADS_LINK_SECRET has 6 signs") as refused:
        read_secret("sesame", tmp_path)
    assert "sesame" not in refused.value.say("vi") + refused.value.say("en")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "link.secret").write_text("\n")
    with pytest.raises(SecretError, match=r"link\.secret"):
        read_secret(None, tmp_path)


def test_where_no_secret_can_be_kept_it_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(SecretError, match="set THADS_LINK_SECRET"):
        read_secret(None, tmp_path / "var")
