from __future__ import annotations

from collections.abc import Callable

import pytest

from cli import reception
from cli.app import build, run
from cli.live import NotRunningError
from tests.conftest import free_port

Kept = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="kept")
def _kept(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Kept:
    """Run `thads reception` with a register and no Temporal that answers."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((reception.add_to,)), ("reception", *tokens))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        (("day", "2020-01-02", "--office", "nghe-an"), "--by"),
        (("day", "2026-13-02", "--office", "nghe-an"), "2026-13-02"),
        (("day", "2020-01-02", "--office", "nghe-an", "--new-day", "2020-01-03"), "--postponed"),
        (("day", "2020-01-02", "--office", "nghe-an", "--posted", "hôm qua"), "--posted"),
        (("day", "2020-01-02", "--office", "hue", "--by", "head"), "nghe-an"),
        (("entry", "khác", "--office", "nghe-an"), "khác"),
        (("entry", "petition", "--office", "nghe-an", "--people", "0"), "--people"),
        (("entry", "petition", "--office", "hue"), "nghe-an"),
        (("result", "bỏ", "--office", "nghe-an", "--entry", "1"), "bỏ"),
        (("list", "--office", "hue"), "nghe-an"),
        (("export", "book.pdf", "--office", "nghe-an"), ".xlsx"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(
    kept: Kept, tokens: tuple[str, ...], told: str
) -> None:
    code, out, err = kept(*tokens)
    assert (code, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_without_an_engine_nothing_is_entered(kept: Kept) -> None:
    with pytest.raises(NotRunningError):
        kept("entry", "petition", "--office", "nghe-an")
