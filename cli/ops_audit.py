"""Show who did what, prove that nothing in it was changed, and take it out: `thads ops audit`."""

from __future__ import annotations

import json as json_text
import re
from collections.abc import AsyncIterator
from datetime import datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.errors import FormError, Words, one_of
from cli.clock import read_now
from cli.drafts import drafted
from cli.exports import Export, note_exports_in
from cli.live import reach_register
from cli.output import OK, WRONG, print_json, print_lines, print_table
from cli.reading import Json, Language, read_when
from i18n.dates import short
from i18n.texts import name_of, pick, say
from law.calendar import ZONE
from settings import read_settings
from store.audit import ACTIONS, Asked, Audit, AuditLine
from store.chain import find_breaks

_A_PAGE = 5000
_A_HASH = re.compile(r"[0-9a-f]{64}")
_HASH = Words(
    vi="cho phép mã băm 64 ký tự do thads ops audit head in ra",
    en="allowed is the hash of 64 characters that thads ops audit head prints",
)
_FILE = Words(
    vi="cho phép một tệp .jsonl trong thư mục có sẵn và ghi được",
    en="allowed is a .jsonl file in a folder that exists and can be written",
)


def add_to(ops: App) -> None:
    """Add `audit` with its commands."""
    group = App(name="audit", help="Who did what and when, and whether that record is whole.")
    group.command(list_rows, name="list")
    group.command(verify)
    group.command(head)
    group.command(export)
    ops.command(group)


async def list_rows(
    *,
    dossier: Annotated[str | None, Parameter(help="Of one dossier alone.")] = None,
    actor: Annotated[str | None, Parameter(help="What one person or process did.")] = None,
    action: Annotated[str | None, Parameter(help="One action alone: exported.")] = None,
    since: Annotated[str | None, Parameter(help="From this day or moment on: 2026-11-23.")] = None,
    most: Annotated[
        int, Parameter(help="How many rows at the most.", validator=Number(gte=1))
    ] = 40,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List who did what, the latest first; `--json` gives every row with its hash."""
    if action is not None and action not in ACTIONS:
        raise FormError("--action", action, one_of(ACTIONS))
    asked = Asked(dossier, actor, action, None if since is None else _since(since))
    async with reach_register(read_settings()) as (engine, _):
        found = await Audit(engine).lines(asked, most=None if json else most)
    if json:
        print_json([line.model_dump(mode="json") for line in found])
    elif not found:
        print_lines([say(lang, "audit.none")])
    else:
        names = ("row", "when", "actor", "action", "case", "detail")
        rows = [
            (
                str(line.id), short(line.at.astimezone(ZONE), lang), line.actor,
                name_of(lang, "audit_actions", line.action), line.dossier or "–",
                _briefly(line.detail),
            )
            for line in found
        ]  # fmt: skip
        print_table([say(lang, f"audit.{name}") for name in names], rows)
    return OK


def _since(text: str) -> datetime:
    when = read_when("--since", text)
    return when if isinstance(when, datetime) else datetime.combine(when, time.min, ZONE)


def _briefly(detail: dict[str, Any]) -> str:
    """Give what a row holds in one line; marks and hashes are for machines."""
    return ", ".join(
        f"{name}: {value}"
        for name, value in detail.items()
        if name not in ("mark", "command") and not isinstance(value, dict) and value is not None
    )


async def verify(
    *,
    head: Annotated[
        str | None, Parameter(help="The hash of a row that was kept outside the system.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Follow the chain from its first row and name each break; ends with 1 where there is one.

    A chain cannot tell by itself that its end was cut off, or that it was written anew from some
    row on. That is seen with `--head`, by a hash that `thads ops audit head` printed earlier.
    """
    if head is not None and not _is_hash(head):
        raise FormError("--head", head, _HASH)
    async with reach_register(read_settings()) as (engine, _):
        found = [one async for one in find_breaks(engine, head)]
        last = await Audit(engine).head()
        rows = await Audit(engine).count()
    if json:
        print_json({
            "rows": rows,
            "head": None if last is None else {"id": last.id, "hash": last.hash},
            "breaks": [
                {"row": one.id, "fault": one.fault, "vi": one.words.vi, "en": one.words.en}
                for one in found
            ],
        })  # fmt: skip
    elif found:
        print_lines([say(lang, "audit.broken", n=len(found))], style="bold")
        print_lines(f"  {pick(lang, one.words)}" for one in found)
    else:
        whole = say(lang, "audit.whole", n=rows, id=last.id) if last else say(lang, "audit.empty")
        print_lines([whole])
    return WRONG if found else OK


def _is_hash(text: str) -> bool:
    return _A_HASH.fullmatch(text) is not None


async def head(*, json: Json = False, lang: Language = "vi") -> int:
    """Print the number and the hash of the last row, to be kept on paper or sent elsewhere."""
    async with reach_register(read_settings()) as (engine, _):
        last = await Audit(engine).head()
    if json:
        print_json(None if last is None else last.model_dump(mode="json"))
    elif last is None:
        print_lines([say(lang, "audit.empty")])
    else:
        print_lines([
            say(lang, "audit.head", id=last.id), say(lang, "audit.head_hash", hash=last.hash),
            say(lang, "audit.head_advice"),
        ])  # fmt: skip
    return OK


async def export(
    file: Annotated[Path, Parameter(help="The .jsonl file to write, replaced whole.")],
    /,
    *,
    lang: Language = "vi",
) -> int:
    """Write every row with its hashes, one JSON document on each line; that is itself noted.

    The note of this export stands after what the file holds.
    """
    if file.suffix.lower() != ".jsonl" or not file.parent.is_dir():
        raise FormError("FILE", str(file), _FILE)
    many, digest = 0, sha256()
    try:
        async with reach_register(read_settings()) as (engine, _):
            with drafted(file) as draft:
                async for line in _every_row(Audit(engine)):
                    raw = f"{_as_line(line)}\n".encode()
                    digest.update(raw)
                    draft.write(raw)
                    many += 1
                noted = Export("audit", "jsonl", many, digest.hexdigest())
                await note_exports_in(engine, [noted], read_now())
    except OSError as error:
        raise FormError("FILE", str(file), _FILE) from error
    told = {"n": many, "file": file, "hash": digest.hexdigest()}
    print_lines([say(lang, "audit.exported", **told)])
    return OK


async def _every_row(audit: Audit) -> AsyncIterator[AuditLine]:
    after = 0
    while page := await audit.lines(after=after, most=_A_PAGE):
        for line in page:
            yield line
        after = page[-1].id


def _as_line(line: AuditLine) -> str:
    """Write a row so that its hash can be computed again: `detail` in the database's order."""
    return json_text.dumps(line.model_dump(mode="json"), ensure_ascii=False)
