"""List what is kept no longer, and have it go when told to: `thads ops retention`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.errors import FormError, Words
from cases.retention import LETTER, RetentionRule, read_retention
from cli.actor import acting
from cli.clock import read_now
from cli.eraser import lend_eraser
from cli.live import check_known, find_directory, reach_register
from cli.output import OK, WRONG, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.watch import Office
from i18n.dates import short
from i18n.texts import Lang, name_of, pick, say
from law.errors import SpokenError
from settings import Settings, read_settings
from store.retention import Applied, DueFile, RetentionRows

_BY = Words(
    vi="nêu người quyết định bằng mã trong danh bạ, như tt.nghe-an",
    en="say who decided, by key in the directory: tt.nghe-an",
)
_REASON = Words(
    vi="nêu căn cứ, như số quyết định tiêu hủy; không thể lấy lại những gì đã xóa",
    en="say why, such as the number of the decision; what is gone does not come back",
)
_NOT_AHEAD = Words(
    vi="chỉ xóa những gì đã hết thời hạn đến hôm nay; bỏ --as-of, hoặc bỏ --write để xem trước",
    en="only what is due by today is erased; leave --as-of out, or --write to look ahead",
)


def add_to(ops: App) -> None:
    """Add `retention`."""
    ops.command(retention)


async def retention(
    *,
    as_of: Annotated[
        str | None, Parameter(name="--as-of", help="As of this day; default: today.")
    ] = None,
    office: Office = None,
    write: Annotated[
        bool, Parameter(negative="", help="Erase what is due; else it is only listed.")
    ] = False,
    by: Annotated[str | None, Parameter(name="--by", help="Who decided, by key.")] = None,
    reason: Annotated[str | None, Parameter(help="Why: the decision's number.")] = None,
    most: Annotated[
        int, Parameter(help="How many go in one run at the most.", validator=Number(gte=1))
    ] = 500,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List closed dossiers and filed letters that are kept no longer, by rule with its source.

    Nothing goes until `--write --by PERSON --reason TEXT`; a run that was cut short is asked
    again. Dossiers with an open sibling or a running time limit stay. Ends with 1 where
    something due could not be erased.
    """
    settings, now = read_settings(), read_now()
    day = now.date() if as_of is None else read_day("--as-of", as_of)
    check_known(settings, office, None)
    asked = _asked(settings, by, reason, day, now) if write else None
    rules = read_retention(settings.retention)
    cuts = rules.cuts(day)
    failed: list[tuple[DueFile, SpokenError]] = []
    gone: list[DueFile] = []
    async with reach_register(settings) as (engine, _):
        rows = RetentionRows(engine)
        found = await rows.due(cuts, now, office)
        unruled = await rows.count_unruled(cuts, office)
        due = [one for one in found if not one.held]
        if asked is not None:
            async with lend_eraser(settings, engine) as eraser:
                for one in due[:most]:
                    try:
                        if await rows.apply(one, eraser, asked):
                            gone.append(one)
                    except SpokenError as error:
                        failed.append((one, error))
    held = [one for one in found if one.held]
    if json:
        print_json({
            "as_of": day.isoformat(), "written": write,
            "due": [_as_json(one) for one in due], "held": [_as_json(one) for one in held],
            "without_years": unruled, "gone": [one.id for one in gone],
            "failed": [{"id": one.id, "vi": e.say("vi"), "en": e.say("en")} for one, e in failed],
        })  # fmt: skip
        return WRONG if failed else OK
    print_lines(_lines(due, held, unruled, day, lang))
    if due:
        names = ("id", "kind", "office", "closed_as", "closed_on", "due_from", "rule", "then")
        columns = [say(lang, f"retention.{name}") for name in names]
        print_table(columns, [_row(one, lang) for one in due[:most]])
        print_heading(say(lang, "retention.sources"))
        print_lines(_sources(due, lang))
    if asked is None:
        print_lines([say(lang, "retention.dry")] if due else [])
        return OK
    print_lines([say(lang, "retention.gone", n=len(gone), left=len(due) - len(gone))])
    print_lines(f"  {one.id}: {error.say(lang)}" for one, error in failed)
    return WRONG if failed else OK


def _asked(
    settings: Settings, by: str | None, reason: str | None, day: date, now: datetime
) -> Applied:
    if day > now.date():
        raise FormError("--as-of", day.isoformat(), _NOT_AHEAD)
    if by is None or not by.strip():
        raise FormError("--by", by, _BY)
    if reason is None or not reason.strip():
        raise FormError("--reason", reason, _REASON)
    if by not in find_directory(settings).people:
        raise FormError("--by", by, _BY)
    return Applied(by=by, actor=acting(None), reason=reason.strip(), at=now)


def _lines(
    due: Sequence[DueFile], held: Sequence[DueFile], unruled: int, day: date, lang: Lang
) -> Iterable[str]:
    letters = sum(1 for one in due if one.kind == LETTER)
    on = short(day, lang)
    yield say(lang, "retention.due", cases=len(due) - letters, letters=letters, on=on)
    if held:
        yield say(lang, "retention.held", n=len(held))
    if unruled:
        yield say(lang, "retention.unruled", n=unruled)


def _row(one: DueFile, lang: Lang) -> Sequence[str]:
    way = say(lang, "retention.filed") if one.kind == LETTER else ""
    return [
        one.id,
        name_of(lang, "dossiers", one.kind)
        if one.kind != LETTER
        else say(lang, "retention.letter"),
        one.office,
        way or name_of(lang, "stages", one.closed_as),
        short(one.closed_on, lang),
        short(one.due_from, lang),
        one.cut.rule.id,
        say(lang, f"retention.{one.cut.rule.then}"),
    ]


def _sources(due: Sequence[DueFile], lang: Lang) -> Iterable[str]:
    rules: dict[str, RetentionRule] = {one.cut.rule.id: one.cut.rule for one in due}
    for rule in rules.values():
        trust = say(lang, f"retention.{rule.confidence}")
        years = say(lang, "retention.years", n=rule.years)
        yield f"  {rule.id}: {years}. {pick(lang, rule.source)} ({trust})"


def _as_json(one: DueFile) -> dict[str, Any]:
    rule = one.cut.rule
    return one.model_dump(mode="json", exclude={"cut"}) | {
        "rule": rule.id, "years": rule.years, "then": rule.then, "confidence": rule.confidence,
        "source_vi": rule.source.vi, "source_en": rule.source.en,
    }  # fmt: skip
