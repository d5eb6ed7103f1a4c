"""Log lines say what went wrong, and never repeat what was typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from pydantic import BaseModel

from observe import configure_logs

PLANTED = "Trồng Thử Tên"


class _Form(BaseModel):
    number: int
    names: dict[str, int]


@pytest.fixture(name="stream")
def _stream() -> Iterator[io.StringIO]:
    before, level = logging.getLogger().handlers, logging.getLogger().level
    kept = structlog.get_config()
    yield io.StringIO()
    logging.getLogger().handlers = before
    logging.getLogger().setLevel(level)
    structlog.configure(**kept)


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("by", ["structlog", "library"])
def test_a_traceback_shows_no_value(stream: io.StringIO, form: str, by: str) -> None:
    configure_logs(form=form, stream=stream)
    say = logging.getLogger("temporalio") if by == "library" else structlog.get_logger("worker")
    secret = f"{PLANTED}\nof two lines, input_type=none"
    try:
        _Form.model_validate({"number": secret, "names": {"a": secret}})
    except ValueError:
        say.exception("not read")
    said = stream.getvalue()
    assert "not read" in said
    assert "_Form" in said, "where it went wrong is told"
    assert said.count("(hidden)") == 2
    assert PLANTED not in said


def test_a_line_of_json_stays_one_line(stream: io.StringIO) -> None:
    configure_logs(form="json", stream=stream)
    structlog.get_logger("worker").warning("not minded", reason="input_value=x")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["reason"] == "input_value=x", "no value without its type follows"
