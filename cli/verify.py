"""Check that no date of a case was changed after the engine wrote it."""

from __future__ import annotations

from cases.dossier import read_id
from cli.clock import read_now
from cli.live import reach_register
from cli.output import OK, WRONG, print_json, print_lines
from cli.reading import Json, Language
from i18n.places import cite_briefly
from i18n.texts import say
from settings import read_settings
from store.verification import find_tampered
from workflows.client import UnknownCaseError


async def verify(case: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Check the chain of a case's receipts and the dates beside them; 1 if one was changed."""
    now = read_now()
    async with reach_register(read_settings()) as (_, reading):
        if await reading.card(read_id(case), now) is None:
            raise UnknownCaseError(case)
        lines = await reading.limits(case, now)
    found = find_tampered(lines)
    if json:
        print_json({"limits": len(lines), "changed": found.occurrence if found else None})
    elif found is None:
        print_lines([say(lang, "verify.whole", n=len(lines))])
    else:
        title = found.title_vi if lang == "vi" else found.title_en
        place = cite_briefly(lang, found.act, found.article, found.clause, found.point)
        print_lines([say(lang, "verify.changed", title=title, place=place, limit=found.occurrence)])
    return OK if found is None else WRONG
