"""Judge the evidence of a run: nothing lost, nothing doubled. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from cases.assessment import Assessment
from simulation.evidence import Evidence, Kept, Row, entry_of, tokens

_LATE = timedelta(minutes=2)
"""How long after its moment a wake may come in a system under load."""


class Verdict(NamedTuple):
    """What a check looked at, how many of it, and each fault that it found."""

    name: str
    looked_at: int
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Tell whether there was something to look at and no fault."""
        return self.looked_at > 0 and not self.faults


_Check = Callable[[Evidence], Iterator[str]]


def judge(evidence: Evidence) -> tuple[Verdict, ...]:
    """Make every check."""
    return tuple(
        Verdict(name, count(evidence), tuple(check(evidence))) for name, count, check in _CHECKS
    )


def acknowledged(evidence: Evidence) -> dict[tuple[str, str], set[int]]:
    """Give the numbers that each acknowledged command was answered with."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for line in evidence.lines:
        if line["what"] == "acknowledged":
            found[line["dossier"], line["command"]].add(line["number"])
    return found


def _lost_facts(evidence: Evidence) -> Iterator[str]:
    for (dossier, command), numbers in acknowledged(evidence).items():
        found = [f.number for f in evidence.kept[dossier].dossier.facts if f.command_id == command]
        if len(found) != 1 or set(found) != numbers:
            yield f"{command}: acknowledged as {sorted(numbers)}, the workflow has {found}"


def _doubled_facts(evidence: Evidence) -> Iterator[str]:
    asked = {line["command"] for line in evidence.lines if line["what"] == "asked"}
    for kept in evidence.kept.values():
        facts = kept.dossier.facts
        if [fact.number for fact in facts] != list(range(1, len(facts) + 1)):
            yield f"{kept.id}: its facts are numbered {[fact.number for fact in facts]}"
        later = facts[kept.began_with :]
        for command, times in Counter(fact.command_id for fact in later).items():
            if times > 1:
                yield f"{command}: {times} times in {kept.id}"
        for fact in later:
            if fact.command_id not in asked and fact.actor not in evidence.kept:
                yield f"{kept.id}: nobody reported its fact {fact.number}, {fact.event}"


def _refused_but_kept(evidence: Evidence) -> Iterator[str]:
    said: dict[str, set[str]] = defaultdict(set)
    for line in evidence.lines:
        if line["what"] in ("refused", "acknowledged", "unanswered"):
            said[line["command"]].add(line["what"])
    for kept in evidence.kept.values():
        for fact in kept.dossier.facts:
            if said.get(fact.command_id) == {"refused"}:
                yield f"{fact.command_id}: refused, and kept as {fact.number}"


def _untold_siblings(evidence: Evidence) -> Iterator[str]:
    for kept in evidence.kept.values():
        for target, number in kept.told:
            facts = evidence.kept[target].dossier.facts if target in evidence.kept else ()
            if number is None or not any(f.number == number and f.actor == kept.id for f in facts):
                yield f"{kept.id} told {target} its fact {number}, which is not there"


def _register_apart(evidence: Evidence) -> Iterator[str]:
    for kept in evidence.kept.values():
        if kept.row is None or kept.fresh is None:
            yield f"{kept.id} is not in the register"
            continue
        for what, has, should in _compare(kept, kept.row, kept.fresh):
            if has != should:
                yield f"{kept.id}: {what} is {has}, should be {should}"[:400]


def _compare(kept: Kept, row: Row, fresh: Assessment) -> Iterator[tuple[str, object, object]]:
    yield "stage", row["stage"], fresh.stage
    yield "status", row["status"], fresh.status
    yield "officer", row["officer"], fresh.officer
    yield "next wake", row["next_wake"], fresh.next_wake
    yield "number of facts", row["facts_count"], len(kept.dossier.facts)
    facts = {(f["number"], f["event"], f["on"], f["command_id"] or "") for f in kept.facts}
    own = {(f.number, f.event, f.on, f.command_id) for f in kept.dossier.facts}
    yield "facts of one side alone", facts ^ own, set()
    limits = {(r["occurrence"], r["due"], r["state"], r["receipt_hash"]) for r in kept.limits}
    assessed = {
        (r.occurrence, None if r.due is None else r.due.isoformat(), r.state, r.receipt.hash)
        for r in (*fresh.limits, *fresh.upcoming)
    }
    yield "limits of one side alone", limits ^ assessed, set()


def _unarmed(evidence: Evidence) -> Iterator[str]:
    for kept in evidence.kept.values():
        wake = kept.row["next_wake"] if kept.row is not None else None
        if wake is not None and wake < evidence.at - _LATE:
            yield f"{kept.id} was to wake at {wake} and did not"
        if not kept.answers:
            yield f"{kept.id}: its workflow does not answer"
    for dossier in evidence.failing:
        yield f"{dossier}: its workflow task keeps failing"


def _missing_alerts(evidence: Evidence) -> Iterator[str]:
    times = Counter(row["key"] for row in evidence.alerts)
    wanted = {alert.key for k in evidence.kept.values() if k.fresh for alert in k.fresh.alerts}
    for key in sorted(wanted | evidence.expected):
        if times[key] != 1:
            yield f"{key}: {times[key]} times on record"


def _invented_alerts(evidence: Evidence) -> Iterator[str]:
    for row in evidence.alerts:
        kept = evidence.kept.get(row["dossier"])
        if kept is None or (row["occurrence"], row["due"]) not in kept.dates:
            yield f"{row['key']} ({row['kind']}, {row['state']}): no state had that date"


def _told_twice(evidence: Evidence) -> Iterator[str]:
    keys = {row["token"]: row["keys"] for row in evidence.deliveries}
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    for token, copies in tokens(evidence.mails).items():
        for key in keys.get(token, ()):
            heard[copies[0].to, key].append(token)
    for (person, key), by in heard.items():
        if len(by) > 1:
            yield f"{person} heard of {key} by {len(by)} messages: {', '.join(by)}"


def _told_of_nothing(evidence: Evidence) -> Iterator[str]:
    keys = {row["token"]: row["keys"] for row in evidence.deliveries}
    entries = {row["key"]: entry_of(row) for row in evidence.alerts}
    people = {row["token"]: row["person"] for row in evidence.deliveries}
    for token, copies in tokens(evidence.mails).items():
        if token not in keys:
            yield f"message {token} is not on record"
            continue
        recorded = {entries[key] for key in keys[token] if key in entries}
        first = copies[0]
        for mail in copies:
            if not mail.entries <= recorded:
                yield f"message {token} speaks of dates that it has no alert for"
            if not mail.entries <= first.entries:
                yield f"message {token} says more when it is repeated"
            if mail.to.partition("@")[0] != people[token]:
                yield f"message {token} for {people[token]} went to {mail.to}"


def _untold_alerts(evidence: Evidence) -> Iterator[str]:
    taken = tokens(evidence.mails)
    sent: dict[str, list[Row]] = defaultdict(list)
    dead: dict[str, list[Row]] = defaultdict(list)
    for row in evidence.deliveries:
        for key in row["keys"]:
            if row["state"] == "sent":
                sent[key].append(row)
            elif row["state"] == "dead" and row["reason"]:
                dead[key].append(row)
    for row in evidence.alerts:
        key = row["key"]
        if row["state"] == "raised" and row["raised_at"] <= evidence.at and not dead[key]:
            yield f"{key} waits since {row['raised_at']}"
        if row["sent_at"] is None or _may_be_told(row, sent[key]):
            continue
        mails = [mail for one in sent[key] for mail in taken.get(one["token"], ())]
        # Of an occurrence that moved, a mail shows the last date alone.
        if not any(entry_of(row)[0] == uid for mail in mails for uid, _ in mail.entries):
            yield f"{key} is said to be sent, and no mail that was taken speaks of it"


def _may_be_told(alert: Row, messages: list[Row]) -> bool:
    """Tell whether an alert was withdrawn before its message's answer came, if any came."""
    return alert["state"] == "withdrawn" and any(
        one["reference"] is None or alert["withdrawn_at"] <= one["at"] for one in messages
    )


def _unfinished(evidence: Evidence) -> Iterator[str]:
    for row in evidence.deliveries:
        if row["state"] == "begun":
            yield f"message {row['token']} for {row['person']} was begun and never ended"


def _told_unknown(evidence: Evidence) -> Iterator[str]:
    taken = tokens(evidence.mails)
    for row in evidence.deliveries:
        if row["token"] in taken and row["state"] != "sent":
            yield f"message {row['token']} for {row['person']} was taken and is {row['state']}"


def _unanswered(evidence: Evidence) -> Iterator[str]:
    for line in evidence.lines:
        if line["what"] == "given up":
            yield f"{line['command']} was asked for to the end and never answered"
        if line["what"] == "not settled":
            yield "the system did not come to rest"


def _sayings(evidence: Evidence) -> int:
    return sum(len(kept.told) for kept in evidence.kept.values())


_CHECKS: tuple[tuple[str, Callable[[Evidence], int], _Check], ...] = (
    ("every acknowledged fact is in its workflow once, with its number",
     lambda e: len(acknowledged(e)), _lost_facts),
    ("whoever kept asking was answered, and the system came to rest",
     lambda e: len(e.lines), _unanswered),
    ("no fact is doubled or made up",
     lambda e: sum(len(k.dossier.facts) for k in e.kept.values()), _doubled_facts),
    ("no refused report was kept", lambda e: len(e.lines), _refused_but_kept),
    ("what dossiers told each other stands there", _sayings, _untold_siblings),
    ("the register is what its workflows' dossiers come to", lambda e: len(e.kept),
     _register_apart),
    ("every dossier answers, and wakes when it must", lambda e: len(e.kept), _unarmed),
    ("every alert that is asked for is on record, once",
     lambda e: len(e.alerts), _missing_alerts),
    ("no alert was made up", lambda e: len(e.alerts), _invented_alerts),
    ("nobody was told twice by different messages", lambda e: len(tokens(e.mails)), _told_twice),
    ("nobody was told of what is not on record", lambda e: len(tokens(e.mails)),
     _told_of_nothing),
    ("every due alert was told, or is a dead letter with its reason", lambda e: len(e.alerts),
     _untold_alerts),
    ("who was told is on record as told", lambda e: len(tokens(e.mails)), _told_unknown),
    ("no message is still under way", lambda e: len(e.deliveries), _unfinished),
)  # fmt: skip
