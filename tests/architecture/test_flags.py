"""What a rule may ask a case's state for is what the engine's code sets, read from that code."""

from __future__ import annotations

import re
from pathlib import Path

import cases
from cases.stages import PAUSES
from cases.timeline import FLAGS


def test_every_flag_that_the_walk_sets_can_be_asked_for_and_no_other() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path(str(cases.__file__)).parent.glob("*.py")
    )
    named = set(re.findall(r'flags\.(?:add|discard)\("(\w+)"\)', code))
    assert named == FLAGS - {"any", *PAUSES.values()}
