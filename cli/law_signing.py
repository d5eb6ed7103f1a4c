"""Record that a lawyer has compared a wording with the Official Gazette: `thads law sign`."""

from __future__ import annotations

import fcntl
import os
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import ValidationError

from cases.errors import FormError, FutureError, Words
from cases.predicates import names_known
from cases.views import plain
from cli.book import Draft, find_wording, spell_force, version_as_json
from cli.clock import read_today
from cli.drafts import replace_files
from cli.output import OK, print_heading, print_json, print_lines
from cli.reading import Json, Language, read_day
from cli.signatures import is_without_text
from i18n.dates import short
from i18n.texts import Lang, say
from i18n.wordings import condition_lines, rule_lines
from law.corpus import FOLDER, Corpus, Version, load_corpus
from law.errors import LawError, StatuteFileError
from law.model import ActFile
from law.signatures import FILE, Signature, SignatureFile, digest_of, write_block
from law.sources import read_model

_MOST_NEAR = 5
RuleId = Annotated[str, Parameter(help="A rule such as voluntary_period.")]
By = Annotated[str, Parameter(name="--by", help="The lawyer who compared the text.")]
SignedOn = Annotated[str, Parameter(name="--on", help="The day on which it was compared.")]
Wording = Annotated[
    str | None,
    Parameter(name="--wording", help="A day on which the wording is in force; else that of --on."),
]
Reference = Annotated[
    str | None,
    Parameter(name="--reference", help="What it was compared with: the Gazette's issue."),
]


def sign(
    rule: RuleId,
    /,
    *,
    by: By,
    on: SignedOn,
    wording: Wording = None,
    reference: Reference = None,
    statutes: Draft = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Sign a wording as compared with the Official Gazette; a change of it undoes the signature."""
    signed_on = _read_signing_day(on)
    held_on = signed_on if wording is None else read_day("--wording", wording)
    name = _read_words("--by", by)
    compared = None if reference is None else _read_words("--reference", reference)
    folder = FOLDER if statutes is None else statutes
    try:
        with _alone(folder):
            version = _find(rule, held_on, folder)
            path = _folder_of(version, folder) / FILE
            known = next((s for s in version.standing if _is_same(s.by, name)), None)
            signature = known or Signature(
                rule=version.id, first=version.first,
                digest=digest_of(version.rule, version.act.number, version.first),
                by=name, on=signed_on, reference=compared,
            )  # fmt: skip
            if known is None:
                _append(path, write_block(signature))
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(
            f"nothing was signed: the statutes cannot be read or written: {error}; "
            "check the folder and the right to write there",
            f"Chưa ký được: không đọc hoặc không ghi được thư mục quy định: {error}; "
            "hãy kiểm tra thư mục và quyền ghi",
        ) from error
    if known is None:
        version = replace(version, signatures=(*version.signatures, signature))
    if json:
        print_json(
            {
                "written": known is None,
                "file": f"{path.parent.name}/{FILE}",
                "signature": plain(signature),
                "wording": version_as_json(version),
            }
        )
    else:
        _print_signed(version, signature, path, lang, written=known is None)
    return OK


def _print_signed(
    version: Version, signature: Signature, path: Path, lang: Lang, *, written: bool
) -> None:
    print_heading(spell_force(version.first, version.last, lang))
    print_lines([*rule_lines(version, lang), *condition_lines(version.rule, lang)])
    said = say(
        lang, "signing.written" if written else "signing.known",
        by=signature.by, on=short(signature.on, lang), digest=signature.digest,
        file=f"{path.parent.name}/{FILE}",
    )  # fmt: skip
    print_lines(["", said])


def _read_signing_day(on: str) -> date:
    day, today = read_day("--on", on), read_today()
    if day > today:
        allowed = Words(
            vi=f"cho phép một ngày không sau hôm nay, {today.isoformat()}",
            en=f"allowed is a day not after today, {today.isoformat()}",
        )
        raise FutureError("--on", on, allowed)
    return day


def _read_words(option: str, text: str) -> str:
    """Read a name as people write it: composed, with single spaces, of printable characters."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words or not words.isprintable():
        allowed = Words(
            vi="cho phép một dòng chữ, không để trống", en="allowed is a line of text, not empty"
        )
        raise FormError(option, text, allowed)
    return words


def _find(rule: str, day: date, folder: Path) -> Version:
    book = load_corpus(names_known(), folder)
    if rule not in book.by_id:
        raise FormError("RULE", rule, _nearest(rule, book))
    version = find_wording(book.by_id[rule], rule, day)
    if is_without_text(version):
        raise LawError(
            f"the text of {rule} on {day.isoformat()} is not at hand, so there is nothing to "
            "compare and to sign; encode its text first",
            f"Chưa có văn bản của {rule} vào ngày {day:%d/%m/%Y} nên không có gì để đối chiếu và "
            "ký; hãy bổ sung văn bản trước",
        )
    return version


def _nearest(rule: str, book: Corpus) -> Words:
    """Name the rules spelled most like what was typed; all of them would fill a page."""
    near = ", ".join(get_close_matches(rule, book.by_id, n=_MOST_NEAR, cutoff=0.4))
    return Words(
        vi=f"{f'gần giống: {near}; ' if near else ''}thads law show liệt kê các mã quy định",
        en=f"{f'nearest: {near}; ' if near else ''}thads law show lists the rules",
    )


def _folder_of(version: Version, statutes: Path) -> Path:
    paths = sorted(statutes.glob("*/act.toml"))
    return next(
        path.parent
        for path in paths
        if read_model(ActFile, path, f"{path.parent.name}/act.toml").number == version.act.number
    )


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one signing at a time read and write the folder: two at once would lose one."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _append(path: Path, block: str) -> None:
    """Add a block to a file, which stays one that reads."""
    text = path.read_bytes().decode() if path.exists() else ""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    whole = f"{text}{gap}{block}"
    try:
        SignatureFile.model_validate(tomllib.loads(whole))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise StatuteFileError(
            f"{path.parent.name}/{path.name} takes no further block: {error}; "
            "write each signature in it as a block [[signature]]"
        ) from error
    replace_files({path: whole})
