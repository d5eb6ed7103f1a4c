"""One message a person: who is told what, in which order, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from activities.delivery import Person, Span, StandsIn, Unfinished
from activities.gathering import gather
from law.calendar import Calendar
from tests.activities.test_hours import alert, at

NOW = at("2026-11-26T07:30")


class People:
    """Two people of one office, and one above them."""

    def addressee(
        self,
        office: str,
        role: str,
        officer: str | None,
        _now: datetime,
        unreached: Sequence[str] = (),
    ) -> Person:
        key = officer if role == "officer" and officer else role
        if key in unreached:
            stands = StandsIn(why="unreached", role=role, person=key)
            return Person(key="above", name="", role="head", office=office, stands_in=stands)
        return Person(key=key, name="", role=role, office=office)

    def person(self, key: str) -> Person | None:
        if key == "cv.gone":
            return None
        return Person(key=key, name="", role="officer", office="nghe-an/kv1")

    def hours(self, _office: str) -> tuple[Span, ...]:
        return ((time(7, 30), time(17, 0)),)


def test_the_present_rung_is_told_and_the_earlier_ones_are_named_in_it(calendar: Calendar) -> None:
    climbed = [alert(key=f"k{rung}", rung=rung, missed=(-3,) if rung == -1 else ())
               for rung in (-1, 0, 1)]  # fmt: skip
    (message,) = gather(climbed, (), People(), calendar, NOW).messages
    assert [a.rung for a in message.alerts] == [1]
    assert message.alerts[0].missed == (-1, 0)
    assert message.keys == ("k-1", "k0", "k1")


def test_two_dates_of_one_rule_are_two_lines(calendar: Calendar) -> None:
    two = [alert(key="a"), alert(key="b", occurrence="o#2")]
    (message,) = gather(two, (), People(), calendar, NOW).messages
    assert len(message.alerts) == 2


def test_the_gravest_and_longest_overdue_comes_first(calendar: Calendar) -> None:
    mixed = [
        alert(key="a", occurrence="a", severity="routine", rung=3),
        alert(key="b", occurrence="b", severity="grave", rung=0),
        alert(key="c", occurrence="c", severity="serious", rung=1),
        alert(key="d", occurrence="d", severity="serious", rung=3),
    ]
    (message,) = gather(mixed, (), People(), calendar, NOW).messages
    assert [a.key for a in message.alerts] == ["b", "d", "c", "a"]


def test_whoever_could_not_be_reached_is_stood_in_for(calendar: Calendar) -> None:
    lost = alert(unreached=("cv.an",))
    (message,) = gather([lost], (), People(), calendar, NOW).messages
    assert message.person.key == "above"
    assert message.person.stands_in is not None
    assert message.person.stands_in.why == "unreached"


def test_an_alert_for_one_person_goes_to_that_person_and_not_to_the_role(
    calendar: Calendar,
) -> None:
    (message,) = gather(
        [alert(kind="moved", person="cv.binh")], (), People(), calendar, NOW
    ).messages
    assert message.person.key == "cv.binh"


def test_what_waits_for_office_hours_is_counted_as_held(calendar: Calendar) -> None:
    night = at("2026-11-26T20:00")
    kept = gather([alert(), alert(key="g", severity="grave")], (), People(), calendar, night)
    assert [message.keys for message in kept.messages] == [("g",)]
    assert kept.held == 1
    everything = gather([alert()], (), People(), calendar, night, regardless=True)
    assert (len(everything.messages), everything.held) == (1, 0)


def test_a_message_that_was_begun_is_made_again_as_it_was(calendar: Calendar) -> None:
    waiting = [alert(key="old"), alert(key="new", occurrence="p")]
    begun = [Unfinished(token="t-old", person="cv.an", keys=("old",))]
    first, second = gather(waiting, begun, People(), calendar, NOW).messages
    assert (first.token, first.keys) == ("t-old", ("old",))
    assert second.keys == ("new",)
    assert second.token != "t-old"


def test_what_was_begun_for_somebody_the_directory_lost_is_told_to_whoever_stands_there_now(
    calendar: Calendar,
) -> None:
    begun = [Unfinished(token="t-old", person="cv.gone", keys=("old",))]
    (message,) = gather([alert(key="old")], begun, People(), calendar, NOW).messages
    assert (message.person.key, message.keys) == ("cv.an", ("old",))
    assert not message.begun


def test_the_same_alerts_in_any_order_make_the_same_token(calendar: Calendar) -> None:
    a, b = alert(key="a"), alert(key="b", occurrence="p")
    one = gather([a, b], (), People(), calendar, NOW).messages
    other = gather([b, a], (), People(), calendar, NOW).messages
    assert one == other


def test_what_waits_for_another_attempt_goes_along_with_what_is_new(calendar: Calendar) -> None:
    failed = alert(key="k0", rung=0, attempts=3, not_before=at("2026-11-26T07:50"))
    assert gather([failed], (), People(), calendar, NOW).messages == []
    (message,) = gather([failed, alert(key="k1", rung=1)], (), People(), calendar, NOW).messages
    assert message.keys == ("k0", "k1")
    assert [(a.rung, a.missed) for a in message.alerts] == [(1, (0,))]
    later = at("2026-11-26T07:50")
    assert len(gather([failed], (), People(), calendar, later).messages) == 1
