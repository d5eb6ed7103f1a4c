"""Serve the page behind a link in a message: look at it by GET, answer by POST."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activities.delivery import DirectorySource, Person
from cases.errors import FormError, Words
from cases.replies import Reply, the_terms
from console.links import ExpiredLinkError, LinkError, Links, Subject
from console.pages import (
    ASKED,
    NOTHING_SENT,
    POLICY,
    AnswerPage,
    Asked,
    Outcome,
    Problem,
    answer_page,
    plain_page,
)
from i18n.texts import LANGS, Lang, capital, pick, say
from law.calendar import ZONE
from store.answering import Answering
from store.errors import StoreError
from store.replies import AlertSubject, AnsweredLimit

_MOST_BYTES = 16 * 1024
_HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}
_GONE, _FORBIDDEN, _CONFLICT, _UNREADABLE, _AWAY = 410, 403, 409, 422, 503


class Answers:
    """The pages of links: what judges and keeps answers, who people are, and the clock."""

    def __init__(
        self,
        answering: Answering,
        links: Links,
        directory: DirectorySource,
        clock: Callable[[], datetime],
    ) -> None:
        """Take what a page needs."""
        self._answering = answering
        self._links = links
        self._directory = directory
        self._clock = clock

    async def look(self, request: Request) -> Response:
        """Show what a link is about; nothing is written, for scanners of mail open links too."""
        about, person = await self._open(request)
        kept = request.query_params.get("kept")
        done = next((one for one in ASKED if one == kept), None)
        return await self._show(request, about, person, Outcome(kept=done))

    async def answer(self, request: Request) -> Response:
        """Keep an answer and show the page anew; the same form sent twice is one answer."""
        sent = await _read_form(request)
        about, person = await self._open(request)
        if sent.get("token") != request.path_params["token"]:
            raise HTTPException(_FORBIDDEN, "forged")
        action = next((one for one in ASKED if one == sent.get("action")), None)
        if action is None:
            raise HTTPException(_UNREADABLE, "unreadable")
        now = self._clock()
        subject, limit = await self._find(about, now)
        if limit is None or not limit.asks or limit.due != subject.due:
            return await self._show(request, about, person, status=_CONFLICT)
        try:
            reply = Reply(
                person=person.key, action=action, text=sent.get("text", ""),
                until=_read_until(action, sent.get("until", "")), actor=person.key, via="link",
            )  # fmt: skip
            await self._answering.answer(limit, reply, now)
        except FormError as error:
            allowed = capital(pick(_lang(request, person), error.allowed))
            problem = Problem(action, "until" if error.field == "until" else "text", allowed)
            became = Outcome(problem=problem, typed=sent)
            return await self._show(request, about, person, became, status=_UNREADABLE)
        lang = _lang(request, person)
        return RedirectResponse(f"?lang={lang}&kept={action}", status_code=303)

    async def _open(self, request: Request) -> tuple[Subject, Person]:
        try:
            about = self._links.read(request.path_params["token"])
        except ExpiredLinkError as error:
            raise HTTPException(_GONE, "expired") from error
        except LinkError as error:
            raise HTTPException(_FORBIDDEN, "forged") from error
        person = (await self._directory.read()).person(about.person)
        if person is None:
            raise HTTPException(_FORBIDDEN, "departed")
        return about, person

    async def _find(
        self, about: Subject, now: datetime
    ) -> tuple[AlertSubject, AnsweredLimit | None]:
        rows = self._answering.rows
        subject = await rows.subject(about.alert)
        if subject is None:
            raise HTTPException(_GONE, "gone")
        found = await rows.limits(subject.dossier, now)
        same = [limit for limit in found if limit.occurrence == subject.occurrence]
        return subject, same[0] if same else None

    async def _show(
        self,
        request: Request,
        about: Subject,
        person: Person,
        became: Outcome = NOTHING_SENT,
        *,
        status: int = 200,
    ) -> Response:
        now = self._clock()
        subject, limit = await self._find(about, now)
        asks = limit is not None and limit.asks and limit.due == subject.due
        terms = the_terms()
        today = now.astimezone(ZONE).date()
        latest = await self._answering.latest_snooze(limit, now) if limit and asks else now
        lines = await self._answering.rows.lines(subject.dossier, now)
        same = [x for x in lines if (x.occurrence, x.due) == (subject.occurrence, subject.due)]
        page = AnswerPage(
            lang=_lang(request, person),
            token=request.path_params["token"],
            name=person.name,
            subject=subject,
            state=limit.state if limit else "",
            asks=asks,
            now_due=limit.due if limit else None,
            now=now,
            answers=same,
            ack_until=self._answering.calendar.working_days_after(
                today, terms.acknowledgement.working_days
            ),
            last_ack=today + timedelta(days=terms.acknowledgement.longest_days),
            latest_snooze=latest,
            became=became,
        )
        return HTMLResponse(answer_page(page), status)


def build(
    answering: Answering,
    links: Links,
    directory: DirectorySource,
    clock: Callable[[], datetime],
    more: Sequence[Route] = (),
) -> Starlette:
    """Make the app, with `more` routes beside its own; `clock` knows its zone."""
    answers = Answers(answering, links, directory, clock)
    return Starlette(
        routes=[
            Route("/a/{token}", answers.look, methods=["GET"]),
            Route("/a/{token}", answers.answer, methods=["POST"]),
            *more,
        ],
        middleware=[Middleware(_Headers)],
        exception_handlers={HTTPException: _refuse, StoreError: _register_away},
    )


class _Headers:
    """Give every answer the headers that keep a page to itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        await self._app(scope, receive, with_headers)


async def _read_form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(_UNREADABLE, "unreadable")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise HTTPException(_UNREADABLE, "unreadable")
    try:
        read = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise HTTPException(_UNREADABLE, "unreadable") from error
    return {name: values[0] for name, values in read.items()}


def _read_until(action: Asked, value: str) -> date | datetime | None:
    if action == "comment":
        return None
    try:
        if action == "ack":
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise FormError("until", value, _A_DAY if action == "ack" else _A_MOMENT) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


_A_DAY = Words(vi="hãy chọn một ngày, như 2026-11-23", en="give a day, such as 2026-11-23")
_A_MOMENT = Words(
    vi="hãy chọn ngày và giờ, như 2026-11-23T14:00",
    en="give a day and a time, such as 2026-11-23T14:00",
)


def _lang(request: Request, person: Person | None = None) -> Lang:
    asked = request.query_params.get("lang") or (person.language if person else "vi")
    return next((lang for lang in LANGS if lang == asked), "vi")


async def _refuse(request: Request, error: Exception) -> Response:
    """Say what is wrong with a link or a form, and what to do; also for a page that is not."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    reason = error.detail if isinstance(error, HTTPException) else ""
    known = ("expired", "forged", "departed", "gone", "unreadable")
    why = reason if reason in known else "nowhere"
    lang = _lang(request)
    title, text = (say(lang, f"reply_page.{why}_{part}") for part in ("title", "text"))
    headers = error.headers if isinstance(error, HTTPException) else None
    return HTMLResponse(plain_page(lang, title, text), status, headers)


async def _register_away(request: Request, _error: Exception) -> Response:
    lang = _lang(request)
    title, text = (say(lang, f"reply_page.away_{part}") for part in ("title", "text"))
    return HTMLResponse(plain_page(lang, title, text), _AWAY, {"retry-after": "60"})
