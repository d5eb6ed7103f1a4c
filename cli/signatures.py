"""Show which wordings a lawyer has signed, which signatures lapsed, and what is left to sign."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Annotated, Literal

from cyclopts import Parameter

from cases.errors import FormError, one_of
from cli.book import Draft, place_of, read_book, spell_force, version_as_json
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.dates import short
from i18n.places import act_name
from i18n.texts import Lang, name_of, say
from law.corpus import Corpus, Version
from law.model import Gap

State = Literal["signed", "lapsed", "unsigned", "no_text"]
"""no_text: a gap whose text is not at hand, so that there is nothing to compare yet."""

_COUNTED: tuple[State, ...] = ("signed", "lapsed", "unsigned", "no_text")
ActNumber = Annotated[
    str | None, Parameter(name="--act", help="One act alone, such as 106/2025/QH15.")
]
Unsigned = Annotated[
    bool, Parameter(name="--unsigned", negative="", help="List each wording left to sign.")
]


def state_of(version: Version) -> State:
    """Tell whether a wording is signed as it is now."""
    if version.signature:
        return "signed"
    if version.signatures:
        return "lapsed"
    return "no_text" if is_without_text(version) else "unsigned"


def is_without_text(version: Version) -> bool:
    """Tell whether the wording's text is not at hand."""
    return isinstance(version.rule, Gap) and version.rule.why == "text_not_at_hand"


def count_states(book: Corpus) -> Counter[State]:
    """Count the wordings of the book by whether they are signed."""
    return Counter(state_of(version) for version in book.versions)


def lapsed_lines(book: Corpus, lang: Lang) -> list[str]:
    """Say of each lapsed signature whose it is, of which wording, and what to do."""
    return [
        say(
            lang, "signing.problem", act=version.act.number, rule=version.id,
            first=version.first.isoformat(), by=given.by, on=short(given.on, lang),
        )
        for version in book.versions
        for given in version.lapsed
    ]  # fmt: skip


def signatures(
    *,
    unsigned: Unsigned = False,
    act: ActNumber = None,
    statutes: Draft = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Count for each act the wordings that a lawyer has signed, and list them or those left."""
    book = read_book(statutes)
    numbers = [known.number for known in book.acts]
    if act is not None and act not in numbers:
        raise FormError("--act", act, one_of(numbers))
    shown = [act] if act is not None else numbers
    asked = ("lapsed", "unsigned") if unsigned else ("signed", "lapsed")
    versions = sorted(
        (v for v in book.versions if v.act.number in shown and state_of(v) in asked),
        key=lambda v: (numbers.index(v.act.number), v.id, v.first),
    )
    counts = {number: _count(book, number) for number in shown}
    if json:
        print_json(
            {
                "acts": [
                    {
                        "number": number,
                        "wordings": counts[number].total(),
                        **{state: counts[number][state] for state in _COUNTED},
                    }
                    for number in shown
                ],
                "wordings": [{**version_as_json(v), "state": state_of(v)} for v in versions],
                "book": book.hash,
            }
        )
        return OK
    names = ("act", "wordings", *_COUNTED)
    print_table(
        [say(lang, f"columns.{name}") for name in names],
        [
            (
                f"{act_name(lang, number)} ({number})",
                str(counts[number].total()),
                *(str(counts[number][state]) for state in _COUNTED),
            )
            for number in shown
        ],
    )
    _print_versions(versions, lang)
    if unsigned and not versions:
        print_lines([say(lang, "signing.none_unsigned")])
    return OK


def _count(book: Corpus, number: str) -> Counter[State]:
    return Counter(state_of(v) for v in book.versions if v.act.number == number)


def _print_versions(versions: list[Version], lang: Lang) -> None:
    names = ("rule", "place", "in_force", "confidence", "state")
    for number, group in groupby(versions, key=lambda v: v.act.number):
        print_heading(act_name(lang, number))
        print_table(
            [say(lang, f"columns.{name}") for name in names],
            [
                (
                    version.id,
                    place_of(version, lang),
                    spell_force(version.first, version.last, lang),
                    name_of(lang, "confidence", version.rule.confidence.value),
                    _spell_state(version, lang),
                )
                for version in group
            ],
        )


def _spell_state(version: Version, lang: Lang) -> str:
    key = f"signing.state_{state_of(version)}"
    given = version.standing or version.lapsed
    said = [say(lang, key, by=one.by, on=short(one.on, lang)) for one in given]
    return "; ".join(said) or say(lang, key)
