"""Say one alert in words: its mark, what, which case, due when and why, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal, Protocol, TypeAlias

from i18n.dates import short, spell
from i18n.places import cite_briefly, spell_term
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE, Calendar
from law.errors import CalendarNotKnownError
from law.model import DUTY_HOLDERS, Holder

Tone: TypeAlias = Literal["late", "today", "soon", "ended", "moved", "withdrawn"]

_HEADS = ("head", "agency")
_BELOW_THE_HEAD = ("officer", "chief_officer")


class AlertWords(Protocol):
    """What a message says of one alert."""

    @property
    def key(self) -> str: ...
    @property
    def dossier(self) -> str: ...
    @property
    def occurrence(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def person(self) -> str | None: ...
    @property
    def office(self) -> str: ...
    @property
    def officer(self) -> str | None: ...
    @property
    def role(self) -> str: ...
    @property
    def rung(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def due(self) -> str: ...
    @property
    def was_due(self) -> str | None: ...
    @property
    def title_vi(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def clause(self) -> str | None: ...
    @property
    def holder(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def missed(self) -> tuple[int, ...]: ...
    @property
    def unreached(self) -> tuple[str, ...]: ...


def read_due(due: str) -> date | datetime:
    """Read the day, or for a term in hours the moment, at which something is due."""
    if "T" not in due:
        return date.fromisoformat(due)
    moment = datetime.fromisoformat(due)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


@dataclass(frozen=True)
class Entry:
    """One alert as it is said in a language at a moment; days are counted by the calendar."""

    alert: AlertWords
    lang: Lang
    now: datetime
    calendar: Calendar = field(repr=False)

    @property
    def title(self) -> str:
        """Give the title of the time limit."""
        return self.alert.title_en if self.lang == "en" else self.alert.title_vi

    @cached_property
    def tone(self) -> Tone:
        """Tell what has become of the date, by the day that it is and not by the rung."""
        if self.alert.kind == "moved":
            return "moved"
        if self.alert.kind == "withdrawn":
            return "withdrawn"
        if self.alert.holder not in DUTY_HOLDERS:
            return "ended"
        due = read_due(self.alert.due)
        if isinstance(due, datetime) and due < self.now:
            return "late"
        if self._due_day <= self._today:
            return "late" if self._due_day < self._today else "today"
        return "soon" if self._working_days(self._today, self._due_day) != 0 else "today"

    @cached_property
    def mark(self) -> str:
        """Say what has become of the date."""
        mark = self._plain_mark
        return self._say("marks.reminder", mark=mark) if self.alert.kind == "reminder" else mark

    @property
    def _plain_mark(self) -> str:
        if self.tone == "moved":
            was, due = self.alert.was_due, read_due(self.alert.due)
            before = short(read_due(was) if was else None, self.lang)
            return self._say("marks.moved", was=before, due=short(due, self.lang))
        days = None
        if self.tone == "late":
            days = self._working_days(self._due_day, self._today)
        elif self.tone == "soon":
            days = self._working_days(self._today, self._due_day)
        if not days:
            return self._say(f"marks.{self.tone}")
        key = "late_by" if self.tone == "late" else "soon_in"
        return self._say(f"marks.{key}", days=self._spell(days))

    @property
    def due(self) -> str:
        """Say when it is due, or was before it fell away."""
        key = "was_due" if self.tone == "withdrawn" else "due"
        return say(self.lang, f"message.{key}", due=spell(read_due(self.alert.due), self.lang))

    @property
    def basis(self) -> str:
        """Name the article."""
        alert = self.alert
        cite = cite_briefly(self.lang, alert.act, alert.article, alert.clause)
        return say(self.lang, "message.basis", cite=cite)

    @property
    def to_do(self) -> str:
        """Say what is to be done, seen from the role that is told."""
        holder = name_of(self.lang, "holders", self.alert.holder)
        what = self._say(f"to_do.{self._step}", holder=holder, dossier=self.alert.dossier)
        return say(self.lang, "message.to_do", what=what)

    @property
    def _step(self) -> str:
        if self.tone in ("moved", "withdrawn"):
            return self.tone
        role, holder = self.alert.role, self.alert.holder
        if holder == Holder.NOBODY:
            return "waited"
        if self.tone == "ended":
            return "ended"
        own = (role == "officer" and holder in ("officer", "agency")) or (
            role == "head_of_agency" and holder in _HEADS
        )
        own = own or (role == "managing_authority" and holder == Holder.SUPERIOR)
        if own:
            return "own"
        if role == "officer" and holder == Holder.OTHER_BODY:
            return "remind"
        return "put_to" if role in _BELOW_THE_HEAD and holder in _HEADS else "urge"

    @property
    def command(self) -> str | None:
        """Give the command that shows how the date was counted; none for a date that is none."""
        if self.tone == "withdrawn":
            return None
        return f"thads why {self.alert.dossier} {self.alert.rule}"

    @property
    def missed(self) -> str | None:
        """Name the rungs that could not be sent, as days before or after the due date."""
        if not self.alert.missed:
            return None
        rungs = ", ".join(self._rung(rung) for rung in self.alert.missed)
        return say(self.lang, "message.missed", rungs=rungs)

    def _rung(self, rung: int) -> str:
        if rung == 0:
            return self._say("rungs.on")
        return self._say(f"rungs.{'before' if rung < 0 else 'after'}", days=self._spell(abs(rung)))

    def unreached(self, name_of_person: Callable[[str], str]) -> str | None:
        """Name who could not be told of this."""
        if not self.alert.unreached:
            return None
        names = ", ".join(map(name_of_person, self.alert.unreached))
        return say(self.lang, "message.unreached", names=names)

    @property
    def brief(self) -> str:
        """Say it in one line for chat and SMS."""
        key = "brief_changed" if self.tone in ("moved", "withdrawn") else "brief"
        return say(
            self.lang,
            f"message.{key}",
            mark=self.mark,
            title=self.title,
            dossier=self.alert.dossier,
            due=short(read_due(self.alert.due), self.lang),
        )

    @property
    def _today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def _due_day(self) -> date:
        due = read_due(self.alert.due)
        return due.astimezone(ZONE).date() if isinstance(due, datetime) else due

    def _working_days(self, first: date, last: date) -> int | None:
        """Count the working days after `first` up to `last`; none where a year is not known."""
        try:
            return self.calendar.working_days_between(first, last)
        except CalendarNotKnownError:
            return None

    def _spell(self, days: int) -> str:
        return spell_term(self.lang, days, "working_days")

    def _say(self, key: str, **values: object) -> str:
        return say(self.lang, f"message_{key}", **values)
