"""List what can be read in several ways, and settle it: `thads law readings`, `law settle`."""

from __future__ import annotations

import json as json_text
from contextlib import suppress
from typing import Annotated, Any

from cyclopts import Parameter

from cases.dossier import read_office
from cases.errors import FormError, one_of
from cases.views import plain
from cli.actor import acting
from cli.clock import read_now
from cli.drafts import replace_files
from cli.edition import law_in_use
from cli.live import NotRunningError, reach_register
from cli.output import OK, print_heading, print_json, print_lines
from cli.reading import Json, Language, read_day
from i18n.dates import short
from i18n.places import cite_in_full
from i18n.texts import Lang, pick, say
from law.corpus import Corpus, Version
from law.errors import ReadingsFileError
from law.model import DUTY_HOLDERS, Clock
from law.readings import questions_of, read_settlements, settle_by_file
from law.settlements import Question, Settlement
from law.sources import Source
from settings import read_settings
from store.audit import Audit

OneOffice = Annotated[
    str | None, Parameter(name="--office", help="What holds for one office, such as nghe-an/kv1.")
]
ForOffice = Annotated[
    str, Parameter(name="--office", help="The office, such as nghe-an; those below it follow.")
]
By = Annotated[str, Parameter(name="--by", help="Who decided: a name or an office's post.")]
On = Annotated[str, Parameter(name="--on", help="The day of the decision, such as 2026-11-23.")]
Reason = Annotated[str, Parameter(name="--reason", help="Why it is read so; shown on receipts.")]
_HEAD = "# What the agency has settled of that which can be read in several ways.\n"


def readings(*, office: OneOffice = None, json: Json = False, lang: Language = "vi") -> int:
    """List what the texts leave open, every way to read it, the safer one and what is settled."""
    book = law_in_use().book
    asked = read_office(office) if office is not None else None
    found = questions_of(book)
    if json:
        shown = [_as_json(q, version, _settled(book, q, asked)) for q, version in found.values()]
        print_json({"office": asked, "questions": shown, "book": book.hash})
        return OK
    for question, version in found.values():
        print_heading(f"{pick(lang, question.title)} ({question.id})")
        print_lines(_lines(question, version, _settled(book, question, asked), lang))
    return OK


async def settle(
    question: str,
    reading: str,
    /,
    *,
    office: ForOffice,
    by: By,
    on: On,
    reason: Reason,
    lang: Language = "vi",
) -> int:
    """Settle a question for an office and those below it, in the file THADS_READINGS names."""
    settings = read_settings()
    path = settings.readings
    if path is None:
        raise ReadingsFileError(
            "THADS_READINGS is missing; it names the file in which decisions are kept, "
            "such as THADS_READINGS=var/readings.toml, the same for the worker",
            "Chưa có THADS_READINGS; đó là tệp ghi các quyết định, như "
            "THADS_READINGS=var/readings.toml, đặt như nhau cho cả worker",
        )
    book = law_in_use(settings.model_copy(update={"readings": None})).book
    found = questions_of(book)
    if question not in found:
        raise FormError("QUESTION", question, one_of(found))
    asked, version = found[question]
    ways = [way.id for way in asked.reading]
    if reading not in ways:
        raise FormError("READING", reading, one_of(ways))
    block = _block(
        question=question, reading=reading, office=read_office(office), by=by,
        on=read_day("--on", on), reason=reason,
    )  # fmt: skip
    before = path.read_text("utf-8").rstrip() + "\n" if path.exists() else _HEAD
    text = f"{before}\n{block}"
    source = Source(path.name, text.encode(), ReadingsFileError)
    settlements = read_settlements(source, book)
    path.parent.mkdir(parents=True, exist_ok=True)
    detail = {"question": question, "reading": reading, "office": read_office(office), "on": on}
    # Where no engine runs, the file is prepared for one; it says itself who decided.
    with suppress(NotRunningError):
        async with reach_register(settings) as (engine, _):
            await Audit(engine).note("reading_settled", acting(None), read_now(), detail=detail)
    replace_files({path: text})
    settled = settle_by_file(book, path)
    print_lines([say(lang, "law.settled", file=path)], style="bold")
    print_heading(f"{pick(lang, asked.title)} ({asked.id})")
    print_lines(_lines(asked, version, settlements[-1:], lang))
    print_lines([say(lang, "law.settled_next", book=settled.hash)])
    return OK


def _block(**fields: object) -> str:
    """Write one decision as TOML; a JSON string is a TOML string but for the delete character."""
    lines = ["[[settled]]"]
    for name, value in fields.items():
        shown = str(value) if name == "on" else json_text.dumps(value, ensure_ascii=False)
        lines.append(f"{name} = {shown}".replace("\x7f", "\\u007f"))
    return "\n".join(lines) + "\n"


def _settled(book: Corpus, question: Question, office: str | None) -> tuple[Settlement, ...]:
    if office is None:
        return tuple(one for one in book.settlements if one.question == question.id)
    one = book.settled_for(office).get(question.id)
    return () if one is None else (one,)


def _safer(question: Question, version: Version | None) -> str:
    """Name which way is acted on until the question is settled, as a code with words."""
    if question.acted is not None:
        return "declared"
    if version is None:
        return "by_holder"
    rule = version.rule
    if not isinstance(rule, Clock):
        return "widest"
    return "earlier" if rule.holder in DUTY_HOLDERS else "later"


def _lines(
    question: Question, version: Version | None, settled: tuple[Settlement, ...], lang: Lang
) -> list[str]:
    source = pick(lang, question.source)
    if version is not None:
        cite = version.cite
        place = cite_in_full(lang, cite.act, cite.article, cite.clause, cite.point)
        source = f"{place}: {source}"
    lines = [say(lang, "law.open", source=source.rstrip("."))]
    for way in question.reading:
        words, ground = pick(lang, way.words), pick(lang, way.ground)
        lines.append(say(lang, "law.way", id=way.id, words=words, ground=ground))
    why = pick(lang, question.why) if question.why else ""
    safer = f"law.safer_{_safer(question, version)}"
    lines.append(say(lang, safer, reading=question.acted, why=why))
    if not settled:
        return [*lines, say(lang, "law.unsettled")]
    return [*lines, *(_settled_line(one, lang) for one in settled)]


def _settled_line(one: Settlement, lang: Lang) -> str:
    return say(
        lang, "law.settled_by", reading=one.reading, office=one.office, by=one.by,
        on=short(one.on, lang), reason=one.reason,
    )  # fmt: skip


def _as_json(
    question: Question, version: Version | None, settled: tuple[Settlement, ...]
) -> dict[str, Any]:
    cite = version.cite if version else None
    return {
        "id": question.id,
        "title_vi": question.title.vi,
        "title_en": question.title.en,
        "source_vi": question.source.vi,
        "source_en": question.source.en,
        "act": cite.act if cite else None,
        "article": cite.article if cite else None,
        "clause": cite.clause if cite else None,
        "readings": [
            {
                "id": way.id, "vi": way.words.vi, "en": way.words.en,
                "ground_vi": way.ground.vi, "ground_en": way.ground.en,
            }
            for way in question.reading
        ],
        "safer": _safer(question, version),
        "acted": question.acted,
        "settled": [plain(one) for one in settled],
    }  # fmt: skip
