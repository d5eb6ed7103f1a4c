"""Show how far the acts are encoded, row by row of their tables of limits."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cases.errors import FormError, one_of
from cli.edition import law_in_use
from cli.output import OK, WRONG, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.places import act_name
from i18n.texts import Lang, say
from law.coverage import ActCoverage, cover

ActNumber = Annotated[
    str | None, Parameter(name="--act", help="One act alone, such as 106/2025/QH15.")
]


def coverage(*, act: ActNumber = None, json: Json = False, lang: Language = "vi") -> int:
    """Count the encoded limits of each act, and list those that are missing; 1 if any is."""
    found = cover(law_in_use().book)
    if act is not None:
        known = [entry.act for entry in found]
        found = tuple(entry for entry in found if entry.act == act)
        if not found:
            raise FormError("--act", act, one_of(known))
    if json:
        print_json([entry.model_dump(mode="json") for entry in found])
    else:
        _print(found, lang)
    return WRONG if any(entry.missing for entry in found) else OK


def _print(found: tuple[ActCoverage, ...], lang: Lang) -> None:
    names = ("act", "rows", "encoded", "left_out", "missing")
    print_table(
        [say(lang, f"coverage.{name}") for name in names],
        [
            [
                act_name(lang, entry.act),
                str(entry.rows),
                str(entry.encoded),
                ", ".join(f"{reason} {many}" for reason, many in entry.left_out.items()) or "0",
                str(len(entry.missing)),
            ]
            for entry in found
        ],
    )
    for entry in found:
        if entry.missing:
            print_heading(say(lang, "coverage.missing_of", act=act_name(lang, entry.act)))
            print_lines(f"  {row}" for row in entry.missing)
