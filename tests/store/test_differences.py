"""What differs between register and workflow is told; a name that is only sealed here is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from cases.dossier import Dossier, read_dossier
from store.sides import ShownDossier
from verifying import differences
from workflows.messages import CaseState

NOVEMBER = Path(__file__).parents[2] / "docs/examples/november.json"
NAME = "Người mẫu Còn Tên"


def begun_before() -> Dossier:
    plain = json.loads(NOVEMBER.read_text("utf-8"))
    return read_dossier(plain | {"parties": {"debtor": [{"name": NAME}]}})


def shown(file: dict[str, object], dossier: Dossier) -> ShownDossier:
    rows = [fact.model_dump(include={"number"}) for fact in dossier.facts]
    return ShownDossier(
        id=dossier.id, revision=0, stage="", stage_until=None, next_stage=None, status="open",
        officer=None, book="", calendar="", dossier=file, facts=tuple(rows),
    )  # fmt: skip


def said_of(file: dict[str, object], dossier: Dossier) -> list[str]:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    state = CaseState(dossier=dossier)
    return [one.said.en for one in differences(shown(file, dossier), state, now)]


def test_a_dossier_that_an_earlier_release_began_agrees_with_its_sealed_parties() -> None:
    dossier = begun_before()
    assert dossier.names_anyone
    assert said_of(dossier.masked().as_file(), dossier) == []


def test_a_party_too_few_is_told_without_a_name() -> None:
    dossier = begun_before()
    told = said_of(dossier.masked().as_file() | {"parties": {}}, dossier)
    assert len(told) == 1
    assert told[0].startswith("parties: ")
    assert NAME not in told[0]
