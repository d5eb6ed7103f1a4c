"""Record the stories of this version: python -m tests.replay.record VERSION.

Each story is played against real servers and its history kept as JSON; a later release must
replay it. What is recorded is synthetic.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from activities.ports import BULK_QUEUE, URGENT_QUEUE
from cases.dossier import Dossier
from cases.kinds import kind_of
from cases.predicates import names_known
from embedded.binaries import find_temporal
from embedded.supervisor import Supervisor
from law.calendar import load_calendar
from law.corpus import load_corpus
from store.engine import open_engine
from store.errors import RegisterAwayError
from store.migrate import upgrade
from store.register import Register
from tests.replay.routine import ACTIVITIES, WORKFLOWS, play_routine
from tests.replay.states import FINGERPRINT, RECORDINGS, STATES, state_after
from tests.seals import SEAL
from tests.workflows.conftest import FAST, Stage, beside, eventually, make_dossier
from workflows.client import look
from workflows.dossier_life import DossierLife
from workflows.dossiers import EnforcementCase
from workflows.messages import CaseState, workflow_id
from workflows.registration import ensure_search_attributes
from workflows.versions import deployment_config, fingerprint, make_current

ROOT = Path(__file__).parents[2]

LIFE = (
    "enforcement_decision_issued 2026-07-10",
    "officer_assigned 2026-07-10",
    "case_file_opened 2026-07-13",
    "decision_sent_to_procuracy 2026-07-14",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-07-30 outcome=without_means",
    "no_means_decided 2026-08-03",
    "new_information_received 2026-08-20",
    "means_verified 2026-08-25 outcome=with_means",
    "enforcement_continued 2026-08-26",
    "coercion_decided 2026-09-14 measure=seizure",
    "coercion_planned 2026-09-15 at=2026-09-24T08:00",
    "coercion_cost_notified 2026-09-15",
    "seizure_notified 2026-09-15",
    "coercion_carried_out 2026-09-24 at=08:00",
    "money_collected 2026-10-20 amount_vnd=5000000",
    "proceeds_paid 2026-10-26",
    "obligation_performed 2026-10-26",
    "closed 2026-10-28",
)


OTHERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "complaint": (
        "complaint/REC-KN",
        "complaint_received 2026-08-03 object=coercion",
        (
            "complaint_accepted 2026-08-06", "complaint_halt_ordered 2026-08-07",
            "complaint_resolved 2026-08-28 result=kept",
        ),
    ),
    "denunciation": (
        "denunciation/REC-TC",
        "denunciation_received 2026-08-03",
        ("denunciation_accepted 2026-08-10", "denunciation_concluded 2026-08-28"),
    ),
    "petition": (
        "petition/REC-PA", "petition_received 2026-08-03", ("petition_answered 2026-08-06",),
    ),
    "judgment": (
        "admin/REC-HC",
        "administrative_judgment_received 2026-08-03 ruling=decision_annulled",
        ("voluntary_performance_notified 2026-08-06",),
    ),
    "reception": (
        "reception/REC-2026",
        "reception_book_opened 2026-08-03",
        ("reception_entry 2026-08-05 entry=1 what=petition",),
    ),
}  # fmt: skip
"""A story of each other kind: its id, its first fact, and what follows."""

ROUTINE = ("archiving", "check", "delivery", "digests", "handover", "rebuild")
"""The stories that keep no dossier."""


class SometimesAway:
    """A register that can be switched off."""

    def __init__(self, register: Register) -> None:
        """Begin switched on."""
        self.register = register
        self.away = False

    async def project(self, *args: Any, **more: Any) -> None:
        """Write, or be away."""
        if self.away:
            raise RegisterAwayError("the database does not answer")
        await self.register.project(*args, **more)


async def play(stage: Stage, register: SometimesAway) -> dict[str, str]:
    """Play every story; give the case of each."""
    cases: dict[str, str] = {}
    cases["life"] = await stage.open("request_received 2026-07-06", id="REC-LIFE")
    for text in LIFE:
        await stage.tell(cases["life"], text)
    await stage.handle(cases["life"]).result()

    today = datetime.now().astimezone().date()  # noqa: TID251 - stories need a present
    cases["waking"] = await stage.open(f"request_received {today}", id="REC-WAKING")
    await eventually(lambda: _assessed(stage, cases["waking"]))
    for _ in range(14):
        await stage.environment.fast_forward(stage.handle(cases["waking"]), timedelta(days=1))

    cases["away"] = await stage.open("request_received 2026-07-06", id="REC-AWAY")
    await eventually(lambda: _assessed(stage, cases["away"]))
    register.away = True
    await stage.tell(cases["away"], "enforcement_decision_issued 2026-07-10")
    await stage.tell(cases["away"], "officer_assigned 2026-07-13")
    register.away = False
    await eventually(lambda: _assessed(stage, cases["away"]), 30)

    cases["corrected"] = await stage.open("request_received 2026-07-06", id="REC-CORRECTED")
    await stage.tell(cases["corrected"], "enforcement_decision_issued 2026-07-13")
    await stage.tell(
        cases["corrected"], "enforcement_decision_issued 2026-07-10", corrects=2, reason="nhầm ngày"
    )

    dossier = make_dossier("request_received 2026-07-06", id="REC-CONTINUED")
    cases["continued"] = dossier.id
    await stage.client.start_workflow(
        EnforcementCase.run, CaseState(dossier=dossier, most_events=14),
        id=workflow_id(dossier.id), task_queue="thads",
    )  # fmt: skip
    for text in LIFE[:4]:
        await stage.tell(dossier.id, text)
    cases |= await _play_other_kinds(stage)
    return cases


async def _play_other_kinds(stage: Stage) -> dict[str, str]:
    """Play a story of each other kind; the complaint tells a case, corrects and takes back."""
    told = await stage.open("request_received 2026-07-06", id="REC-TOLD")
    played = {"told": told}
    for story, (dossier, first, following) in OTHERS.items():
        kind = kind_of(dossier)
        about = {"about": told} if story == "complaint" else {}
        await stage.open(first, id=dossier, kind=kind, office="nghe-an", officer=None, **about)
        played[story] = dossier
        for text in following:
            await stage.tell(dossier, text)
            await eventually(partial(_all_told, stage, dossier))
    halt = 3
    await stage.tell(
        played["complaint"], "complaint_halt_ordered 2026-08-08", corrects=halt, reason="nhầm ngày"
    )
    await eventually(partial(_all_told, stage, played["complaint"]))
    return played


async def _all_told(stage: Stage, dossier: str) -> bool:
    card, _, answer = await look(stage.client, dossier)
    known = {(told.tiding.key, told.tiding.on) for told in card.told}
    return answer is not None and known == {(t.key, t.on) for t in answer.tidings}


async def _assessed(stage: Stage, case: str) -> bool:
    card, _, _ = await look(stage.client, case)
    return card.assessed


async def record(version: str) -> None:
    """Play the stories against servers of their own and write what they left."""
    with tempfile.TemporaryDirectory(prefix="thads-record-") as folder:
        supervisor = Supervisor(Path(folder) / "var")
        state = await supervisor.start(temporal=False)
        address = state.database_url or ""
        await asyncio.to_thread(upgrade, address)
        environment = await WorkflowEnvironment.start_time_skipping_v2(
            dev_server_existing_path=str(find_temporal()),
            dev_server_log_level="error",
            dev_server_extra_args=[x for d in FAST for x in ("--dynamic-config-value", d)],
            ts_config=TimeSkippingConfig(enabled=False),
            data_converter=pydantic_data_converter,
        )
        await ensure_search_attributes(environment.client)
        engine = open_engine(address, statement_seconds=5)
        stage = Stage(
            environment, environment.client, engine, load_corpus(names_known()), load_calendar()
        )
        register = SometimesAway(Register(engine, SEAL))
        worker = stage.worker(
            register, max_cached_workflows=100, deployment_config=deployment_config(),
            more_workflows=WORKFLOWS,
        )  # fmt: skip
        urgent = beside(environment.client, URGENT_QUEUE, *ACTIVITIES)
        async with worker, urgent, beside(environment.client, BULK_QUEUE, *ACTIVITIES):
            await make_current(environment.client)
            played = {
                story: stage.handle(case) for story, case in (await play(stage, register)).items()
            }
            played |= await play_routine(environment.client)
            target = RECORDINGS / version
            target.mkdir(parents=True, exist_ok=True)
            for story, handle in played.items():
                history = await handle.fetch_history()
                told = history.to_json().replace(f"{ROOT}/", "")  # traces name where they ran
                text = json.dumps(json.loads(told), separators=(",", ":"))
                (target / f"{story}.json").write_text(text + "\n", "utf-8")
            ended = {story: await _ended(stage, target / f"{story}.json", played[story])
                     for story in played if story not in ROUTINE}  # fmt: skip
        await engine.dispose()
        await environment.shutdown()
        await supervisor.stop()
    text = json.dumps(ended, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (target / STATES).write_text(text + "\n", "utf-8")
    (target / FINGERPRINT).write_text(json.dumps(fingerprint(), indent=2) + "\n", "utf-8")


async def _ended(stage: Stage, path: Path, handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    """Give the state that a recording ends in; the dossier that was played must say the same."""
    state = await state_after(path)
    alive = await handle.query(DossierLife.dossier)
    if alive != Dossier.model_validate(state["dossier"]):
        raise SystemExit(f"{path.name} does not replay to what was played")
    return state


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1]))
