"""The fault harness finds what was lost or doubled, and draws its schedule from its seed alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.assessment import Assessment
from cases.dossier import Dossier
from law.calendar import ZONE
from simulation.caseload import Caseload, Sizes
from simulation.checks import judge
from simulation.disk import Disk
from simulation.evidence import Evidence, Kept, Taken, entry_of
from simulation.ledger import Ledger, read_ledger
from simulation.points import CLOCK, DEATHS, DIE
from simulation.post import Temper, read_temper, write_temper
from simulation.schedule import KINDS, draw, least
from simulation.worker import die_once, offset
from workflows.messages import as_fact

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=ZONE)
ONE = "F-000"
SIZES = Sizes(waves=1, moving=1, complaints=0, denunciations=0, petitions=0, probes=0)


@pytest.fixture(name="caseload")
def _caseload(tmp_path: Path) -> Caseload:
    made = Caseload(tmp_path, [NOW - timedelta(minutes=10)], SIZES)
    made.write()
    return made


@pytest.fixture(name="evidence")
def _evidence(caseload: Caseload) -> Evidence:
    """Give the evidence of a run in which nothing went wrong."""
    lines: list[dict[str, Any]] = []
    kept: dict[str, Kept] = {}
    alerts: list[dict[str, Any]] = []
    for name, account in caseload.accounts.items():
        dossier = account.dossier
        if name == ONE:
            for step in account.left[:2]:
                number = len(dossier.facts) + 1
                fact = caseload.new_fact(account, step, NOW)
                dossier = dossier.with_facts((*dossier.facts, as_fact(fact, number)))
                about = {"dossier": name, "command": fact.command_id}
                lines += [{"what": "asked", **about}]
                lines += [{"what": "acknowledged", "number": number, **about}] * 2
        fresh = caseload.assess(dossier, NOW)
        alerts += [_alert(name, account.dossier.office, due) for due in fresh.alerts]
        kept[name] = _kept(dossier, len(account.dossier.facts), fresh)
    wanted = {row["key"] for row in alerts}
    alerts += [_wave(key) for key in sorted(caseload.expected() - wanted)]
    told = [(row, f"token{number}") for number, row in enumerate(alerts)]
    return Evidence(
        at=NOW,
        lines=tuple(lines),
        kept=kept,
        alerts=tuple(alerts),
        deliveries=tuple(
            {
                "token": token,
                "person": "cv0",
                "keys": [row["key"]],
                "state": "sent",
                "reason": None,
                "reference": f"<{token}@thads.invalid>",
                "at": NOW,
            }
            for row, token in told
        ),
        mails=tuple(_mail(row, token) for row, token in told),
        expected=frozenset(caseload.expected()),
    )


def _alert(dossier: str, office: str, due: Any) -> dict[str, Any]:
    return {
        **due.model_dump(mode="json"), "raised_at": due.raised_at, "dossier": dossier,
        "office": office, "kind": "rung", "state": "sent", "sent_at": NOW,
    }  # fmt: skip


def _wave(key: str) -> dict[str, Any]:
    dossier, occurrence, _, due, _ = key.split("|")
    return {
        "key": key, "dossier": dossier, "occurrence": occurrence, "due": due, "kind": "rung",
        "state": "sent", "sent_at": NOW, "raised_at": NOW,
    }  # fmt: skip


def _mail(row: dict[str, Any], token: str) -> Taken:
    return Taken(token=token, to="cv0@example.invalid", entries=frozenset({entry_of(row)}))


def _kept(dossier: Dossier, began_with: int, fresh: Assessment) -> Kept:
    limits = [*fresh.limits, *fresh.upcoming]
    return Kept(
        id=dossier.id,
        began_with=began_with,
        dossier=dossier,
        row={
            "stage": fresh.stage, "status": fresh.status, "officer": fresh.officer,
            "next_wake": fresh.next_wake, "facts_count": len(dossier.facts),
        },
        facts=tuple(
            {"number": f.number, "event": f.event, "on": f.on, "command_id": f.command_id or None}
            for f in dossier.facts
        ),
        limits=tuple(
            {
                "occurrence": row.occurrence, "state": row.state, "receipt_hash": row.receipt.hash,
                "due": None if row.due is None else row.due.isoformat(),
            }
            for row in limits
        ),
        fresh=fresh,
        dates=frozenset((r.occurrence, r.due.isoformat()) for r in limits if r.due is not None),
    )  # fmt: skip


def failed(evidence: Evidence) -> set[str]:
    return {verdict.name for verdict in judge(evidence) if verdict.faults}


def with_one(evidence: Evidence, **changes: Any) -> Evidence:
    kept = {**evidence.kept, ONE: evidence.kept[ONE].model_copy(update=changes)}
    return evidence.model_copy(update={"kept": kept})


def with_facts(evidence: Evidence, facts: Any) -> Evidence:
    return with_one(evidence, dossier=evidence.kept[ONE].dossier.with_facts(tuple(facts)))


def replaced(rows: tuple[Any, ...], place: int, **changes: Any) -> tuple[Any, ...]:
    return (*rows[:place], {**rows[place], **changes}, *rows[place + 1 :])


def test_a_run_in_which_nothing_went_wrong_passes(evidence: Evidence) -> None:
    assert failed(evidence) == set()
    looked = {verdict.name: verdict.looked_at for verdict in judge(evidence)}
    assert looked.pop("what dossiers told each other stands there") == 0
    assert all(looked.values())


def test_a_check_that_had_nothing_to_look_at_does_not_pass(evidence: Evidence) -> None:
    nothing = evidence.model_copy(update={"mails": ()})
    (told,) = (v for v in judge(nothing) if v.name == "nobody was told twice by different messages")
    assert not told.passed


def test_a_lost_fact_is_found(evidence: Evidence) -> None:
    facts = evidence.kept[ONE].dossier.facts
    assert (
        "every acknowledged fact is in its workflow once, with its number"
        in failed(with_facts(evidence, facts[:-1]))
    )  # fmt: skip


def test_a_fact_that_stands_under_another_number_than_was_answered_is_found(
    evidence: Evidence,
) -> None:
    *others, last, one_more = evidence.kept[ONE].dossier.facts
    swapped = (
        one_more.model_copy(update={"number": last.number}),
        last.model_copy(update={"number": one_more.number}),
    )
    assert (
        "every acknowledged fact is in its workflow once, with its number"
        in failed(with_facts(evidence, (*others, *swapped)))
    )  # fmt: skip


def test_two_answers_with_two_numbers_are_found(evidence: Evidence) -> None:
    last = dict(evidence.lines[-1])
    more = (*evidence.lines, last | {"number": last["number"] + 1})
    assert (
        "every acknowledged fact is in its workflow once, with its number"
        in failed(evidence.model_copy(update={"lines": more}))
    )  # fmt: skip


@pytest.mark.parametrize("what", ["given up", "not settled"])
def test_a_report_that_is_never_answered_and_a_system_without_rest_are_found(
    evidence: Evidence, what: str
) -> None:
    more = (*evidence.lines, {"what": what, "dossier": ONE, "command": "F-000:9"})
    name = "whoever kept asking was answered, and the system came to rest"
    assert failed(evidence.model_copy(update={"lines": more})) == {name}


def test_a_doubled_fact_is_found(evidence: Evidence) -> None:
    facts = evidence.kept[ONE].dossier.facts
    twice = facts[-1].model_copy(update={"number": len(facts) + 1})
    assert "no fact is doubled or made up" in failed(with_facts(evidence, (*facts, twice)))


def test_a_fact_that_nobody_reported_is_found(evidence: Evidence) -> None:
    facts = evidence.kept[ONE].dossier.facts
    unknown = facts[-1].model_copy(update={"number": len(facts) + 1, "command_id": "nobody's"})
    assert "no fact is doubled or made up" in failed(with_facts(evidence, (*facts, unknown)))


def test_a_refused_report_that_was_kept_is_found(evidence: Evidence) -> None:
    lines = tuple(
        {**line, "what": "refused"} if line["what"] == "acknowledged" else line
        for line in evidence.lines
    )
    assert "no refused report was kept" in failed(evidence.model_copy(update={"lines": lines}))


def test_what_a_sibling_was_told_and_does_not_have_is_found(evidence: Evidence) -> None:
    told = with_one(evidence, told=(("M-00000", 3),))
    assert "what dossiers told each other stands there" in failed(told)


@pytest.mark.parametrize(
    "changes",
    [{"stage": "closed"}, {"facts_count": 9}, {"next_wake": NOW}, {"officer": "somebody"}],
    ids=str,
)
def test_a_card_in_the_register_that_is_not_its_workflows_is_found(
    evidence: Evidence, changes: dict[str, Any]
) -> None:
    row = {**(evidence.kept[ONE].row or {}), **changes}
    name = "the register is what its workflows' dossiers come to"
    assert name in failed(with_one(evidence, row=row))


def test_a_limit_or_a_fact_that_the_register_lost_or_shows_otherwise_is_found(
    evidence: Evidence,
) -> None:
    name = "the register is what its workflows' dossiers come to"
    one = evidence.kept[ONE]
    assert name in failed(with_one(evidence, limits=one.limits[:-1]))
    assert name in failed(with_one(evidence, limits=replaced(one.limits, 0, due="2026-01-02")))
    assert name in failed(with_one(evidence, facts=one.facts[:-1]))
    assert name in failed(with_one(evidence, row=None))


def test_a_dossier_that_overslept_is_found(evidence: Evidence) -> None:
    row = {**(evidence.kept[ONE].row or {}), "next_wake": NOW - timedelta(minutes=5)}
    assert "every dossier answers, and wakes when it must" in failed(with_one(evidence, row=row))
    mute = with_one(evidence, answers=False)
    assert "every dossier answers, and wakes when it must" in failed(mute)
    failing = evidence.model_copy(update={"failing": (ONE,)})
    assert "every dossier answers, and wakes when it must" in failed(failing)


def test_an_alert_that_was_not_raised_is_found(evidence: Evidence) -> None:
    for place in range(len(evidence.alerts)):
        left = evidence.alerts[:place] + evidence.alerts[place + 1 :]
        fewer = evidence.model_copy(update={"alerts": left})
        assert "every alert that is asked for is on record, once" in failed(fewer)


def test_an_alert_of_a_date_that_no_state_had_is_found(evidence: Evidence) -> None:
    other = evidence.model_copy(update={"alerts": replaced(evidence.alerts, 0, due="2026-01-02")})
    assert "no alert was made up" in failed(other)


def test_a_message_that_says_again_what_another_said_is_found(evidence: Evidence) -> None:
    again = {**evidence.deliveries[0], "token": "another"}
    mail = evidence.mails[0].model_copy(update={"token": "another"})
    doubled = evidence.model_copy(
        update={"deliveries": (*evidence.deliveries, again), "mails": (*evidence.mails, mail)}
    )
    assert failed(doubled) == {"nobody was told twice by different messages"}


def test_a_repeat_with_the_same_message_id_is_one_message(evidence: Evidence) -> None:
    repeated = evidence.model_copy(update={"mails": (*evidence.mails, evidence.mails[0])})
    assert failed(repeated) == set()


def test_a_repeat_that_says_more_is_found(evidence: Evidence) -> None:
    first, last = evidence.mails[0], evidence.mails[-1]
    assert first.entries != last.entries
    more = first.model_copy(update={"entries": first.entries | last.entries})
    assert "nobody was told of what is not on record" in failed(
        evidence.model_copy(update={"mails": (*evidence.mails, more)})
    )


def test_a_message_off_the_record_is_found(evidence: Evidence) -> None:
    off = evidence.model_copy(update={"deliveries": evidence.deliveries[1:]})
    assert "nobody was told of what is not on record" in failed(off)


def test_a_message_to_somebody_else_is_found(evidence: Evidence) -> None:
    astray = evidence.mails[0].model_copy(update={"to": "other@example.invalid"})
    went = evidence.model_copy(update={"mails": (astray, *evidence.mails[1:])})
    assert "nobody was told of what is not on record" in failed(went)


def test_a_due_alert_that_still_waits_is_found_unless_it_is_a_dead_letter(
    evidence: Evidence,
) -> None:
    name = "every due alert was told, or is a dead letter with its reason"
    waits = evidence.model_copy(
        update={
            "alerts": replaced(evidence.alerts, 0, state="raised", sent_at=None),
            "deliveries": evidence.deliveries[1:],
            "mails": evidence.mails[1:],
        }
    )
    assert name in failed(waits)
    dead = {**evidence.deliveries[0], "state": "dead", "reason": "550 no such mailbox"}
    given_up = waits.model_copy(update={"deliveries": (*waits.deliveries, dead)})
    assert name not in failed(given_up)
    silent = waits.model_copy(update={"deliveries": (*waits.deliveries, dead | {"reason": None})})
    assert name in failed(silent), "a dead letter has its reason"


def test_an_alert_that_is_said_to_be_sent_and_that_nobody_got_is_found(evidence: Evidence) -> None:
    name = "every due alert was told, or is a dead letter with its reason"
    lost = evidence.model_copy(update={"mails": evidence.mails[1:]})
    assert name in failed(lost)
    mute = evidence.mails[0].model_copy(update={"entries": evidence.mails[-1].entries})
    other = evidence.model_copy(update={"mails": (mute, *evidence.mails[1:])})
    assert name in failed(other), "its mail speaks of another date"


def test_a_withdrawn_alert_that_only_may_have_been_told_needs_no_mail(evidence: Evidence) -> None:
    name = "every due alert was told, or is a dead letter with its reason"
    lost = evidence.model_copy(
        update={
            "mails": evidence.mails[1:],
            "alerts": replaced(
                evidence.alerts, 0, state="withdrawn", withdrawn_at=NOW + timedelta(hours=1)
            ),
        }
    )
    assert name in failed(lost), "its message was proven before it was withdrawn"
    unproven = replaced(evidence.deliveries, 0, reference=None)
    assert name not in failed(lost.model_copy(update={"deliveries": unproven}))
    proven_later = replaced(evidence.deliveries, 0, at=NOW + timedelta(hours=2))
    assert name not in failed(lost.model_copy(update={"deliveries": proven_later}))


def test_a_message_that_stays_begun_though_nothing_is_left_of_it_is_found(
    evidence: Evidence,
) -> None:
    noted = replaced(evidence.deliveries, 0, state="begun", reference=None)
    assert "no message is still under way" in failed(
        evidence.model_copy(update={"deliveries": noted})
    )


def test_a_message_that_was_taken_and_is_not_noted_is_found(evidence: Evidence) -> None:
    noted = replaced(evidence.deliveries, 0, state="begun")
    begun = evidence.model_copy(
        update={"deliveries": noted, "alerts": replaced(evidence.alerts, 0, state="raised")}
    )
    assert {"who was told is on record as told", "no message is still under way"} <= failed(begun)


@pytest.mark.parametrize("faults", [11, 44, 200])
def test_every_kind_of_fault_occurs_as_often_as_any_other(faults: int) -> None:
    times = Counter(fault.kind for fault in draw(faults, 7))
    assert set(times) == set(KINDS)
    assert min(times.values()) >= least(faults) > 0
    assert max(times.values()) - min(times.values()) <= 1


def test_two_hundred_faults_hold_each_kind_fifteen_times() -> None:
    assert least(200) >= 15


def test_the_same_seed_draws_the_same_schedule_and_another_draws_another() -> None:
    assert draw(60, 3) == draw(60, 3)
    assert draw(60, 3) != draw(60, 4)
    assert any(fault.together for fault in draw(60, 3))


def test_a_ledger_is_read_back_line_by_line_and_never_begun_twice(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.note("asked", command="một", number=1)
    (line,) = read_ledger(path)
    assert (line["what"], line["command"], line["number"]) == ("asked", "một", 1)
    with pytest.raises(FileExistsError):
        Ledger(path)
    ledger.close()


def test_a_line_of_the_ledger_outlives_the_death_of_its_process(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    script = (
        "import os, signal, sys; from pathlib import Path; from simulation.ledger import Ledger\n"
        "Ledger(Path(sys.argv[1])).note('asked'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", script, str(path)], cwd=root, check=False)
    assert ended.returncode == -9
    assert [line["what"] for line in read_ledger(path)] == ["asked"]


def test_an_order_to_die_is_one_death(tmp_path: Path) -> None:
    deaths: list[str] = []
    (tmp_path / DIE).touch()
    for _ in range(2):
        die_once(tmp_path, {"dossier": "F-000"}, lambda: deaths.append("died"))
    assert deaths == ["died"]
    assert json.loads((tmp_path / DEATHS).read_text("utf-8"))["dossier"] == "F-000"


def test_clocks_are_moved_by_what_the_file_says(tmp_path: Path) -> None:
    assert offset(tmp_path) == timedelta()
    (tmp_path / CLOCK).write_text("-120.0", "utf-8")
    assert offset(tmp_path) == timedelta(minutes=-2)


def test_the_mail_server_is_calm_until_it_is_told_otherwise(tmp_path: Path) -> None:
    assert read_temper(tmp_path).mood == "calm"
    write_temper(tmp_path, Temper(mood="slow", seconds=3))
    assert read_temper(tmp_path) == Temper(mood="slow", seconds=3)


def test_a_full_disk_takes_nothing_more_until_it_is_cleared(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "disk")
    if disk.way != "tmpfs":
        pytest.skip("this account may not mount")
    try:
        disk.fill(0)
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "more").write_bytes(b"x" * 100_000)
        disk.clear(None)
        (disk.folder / "more").write_bytes(b"x" * 100_000)
    finally:
        disk.close()
