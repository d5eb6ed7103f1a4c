"""Write what happens in which stage: the main line, what each stage starts, topics as diagrams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from cases.stages import ANY_OPEN, FIRST_STAGE, RESUMPTIONS, STATUS, TRANSITIONS, mermaid
from cases.vocabulary import vocabulary
from docs.generate import markdown as md
from docs.generate.pages import arrange, spell_length
from docs.generate.places import link
from i18n.texts import Lang, event_name, name_of, pick, say
from law.corpus import Corpus, Version
from law.model import Clock, Window

DAY = date(2026, 11, 23)
"""The day whose law is shown; fixed, so that the page changes with the book alone."""

_INTRO = """\
Trang này cho biết sự kiện nào dẫn việc thi hành án đến giai đoạn nào, và mỗi sự kiện làm phát
sinh những thời hạn, điều kiện nào theo quy định có hiệu lực ngày {vi}. Sự kiện không có trong
bảng của giai đoạn hiện tại vẫn được ghi nhận, nhưng không chuyển giai đoạn. “{any}” là các giai
đoạn đang mở kể từ khi ra quyết định thi hành án; kết thúc, đình chỉ, ủy thác và gửi lại yêu cầu
cũng có thể đến sớm hơn hoặc trong lúc hoãn, tạm đình chỉ. Quyết định tiếp tục đưa việc về giai
đoạn trước khi hoãn, tạm đình chỉ."""
_INTRO_EN = """\
*Which event leads a case to which stage, and which limits and conditions each event brings about
under the law of {en}. An event without a row for the present stage is recorded and moves
nothing. “{any}” stands for the open stages since the enforcement decision; closure, termination,
entrustment and return may also come earlier or during a pause. Resumption leads back to the
stage before the pause. Printed from the table in [`cases/stages.py`](../../cases/stages.py).*"""


def write_stages(book: Corpus) -> str:
    """Write the page of the stages."""
    found = arrange(book.rules_on(DAY))
    started = _by_event(found)
    moving = [*(t.event for t in TRANSITIONS), *(event for event, _, _ in RESUMPTIONS)]
    return md.join(
        [
            "# Các giai đoạn của việc thi hành án",
            "*The stages of a case*",
            _INTRO.format(vi=f"{DAY:%d/%m/%Y}", any=say("vi", "diagram.any_open_stage")),
            _INTRO_EN.format(en=f"{DAY:%-d %B %Y}", any=say("en", "diagram.any_open_stage")),
            "## Sơ đồ các giai đoạn",
            *_diagrams(),
            "## Từng giai đoạn",
            *_each_stage(started),
            "## Sự kiện không chuyển giai đoạn",
            _events((event for event in vocabulary().events if event not in moving), started),
            "## Sơ đồ theo chủ đề",
            *_topics(found),
        ]
    )


def _diagrams() -> Iterator[str]:
    """Draw the life of each kind of dossier, Vietnamese first."""
    for kind in FIRST_STAGE:
        yield f"### {name_of('vi', 'dossiers', kind)}"
        yield md.mermaid(mermaid(_names("vi"), kind))
        yield md.details(name_of("en", "dossiers", kind), md.mermaid(mermaid(_names("en"), kind)))


def _names(lang: Lang) -> dict[str, str]:
    """Give the words of the diagram; a colon or a semicolon would end a label of Mermaid."""
    names = {stage: name_of(lang, "stages", stage) for stage in STATUS}
    for transition in TRANSITIONS:
        names[f"event.{transition.event}"] = event_name(lang, transition.event)
        for field, value in transition.when:
            code = f"{field}.{value}"
            known = "diagram" if value.startswith("not ") else "values"
            names[code] = name_of(lang, known, code)
    names |= {f"event.{event}": event_name(lang, event) for event, _, _ in RESUMPTIONS}
    names |= {ANY_OPEN: say(lang, "diagram.any_open_stage")}
    return {code: name.replace(":", ",").replace(";", ",") for code, name in names.items()}


def _by_event(versions: Iterable[Version]) -> dict[str, list[Version]]:
    """Index wordings by what starts them, or by what they judge."""
    found: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        for event in _starts(version):
            found[event].append(version)
    return found


def _starts(version: Version) -> tuple[str, ...]:
    rule = version.rule
    if isinstance(rule, Clock):
        return rule.starts_on
    return rule.bars if isinstance(rule, Window) else rule.judges


def _each_stage(started: dict[str, list[Version]]) -> Iterator[str]:
    for stage, status in STATUS.items():
        events = dict.fromkeys(t.event for t in TRANSITIONS if t.target == stage)
        words = (name_of("vi", "stages", stage), name_of("vi", "status", status))
        yield f"### {words[0]}"
        english = f"{name_of('en', 'stages', stage)}, {name_of('en', 'status', status)}"
        yield f"`{stage}` · {words[1]} · *{english}*"
        yield _events(events, started)
        if status == "paused":
            yield _events([e for e, paused, _ in RESUMPTIONS if paused == stage], started)


def _events(events: Iterable[str], started: dict[str, list[Version]]) -> str:
    heads = (say("vi", "page.event"), say("vi", "page.starts"), say("en", "page.event"))
    return md.table(
        heads,
        [
            (
                event_name("vi", event),
                "; ".join(_rule(version) for version in started.get(event, ())) or "–",
                event_name("en", event),
            )
            for event in events
        ],
    )


def _rule(version: Version) -> str:
    return f"{link(version, pick('vi', version.rule.title))} ({spell_length(version, 'vi')})"


def _topics(versions: list[Version]) -> Iterator[str]:
    by_topic: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        by_topic[version.topic].append(version)
    for topic in sorted(by_topic, key=lambda topic: name_of("vi", "topics", topic)):
        yield f"### {name_of('vi', 'topics', topic)}"
        yield f"*{name_of('en', 'topics', topic)}*"
        yield md.mermaid(flowchart(by_topic[topic]))


def flowchart(versions: list[Version]) -> str:
    """Draw a topic: events, the rules they start or that judge them, and what meets these."""
    events: dict[str, str] = {}
    arrows: list[str] = []
    boxes: list[str] = []

    def node(event: str) -> str:
        return events.setdefault(event, f"e{len(events)}")

    for number, version in enumerate(versions):
        rule, box = version.rule, f"r{number}"
        title = f"{pick('vi', rule.title)} ({spell_length(version, 'vi')})"
        boxes.append(f"    {box}[{md.label(title)}]")
        if isinstance(rule, Clock):
            arrows += [f"    {node(event)} --> {box}" for event in rule.starts_on]
            met = say("vi", "page.meets")
            arrows += [f"    {box} -->|{met}| {node(event)}" for event in rule.met_by]
            raised: str | None = getattr(rule, "raises", None)
            if raised:
                arrows.append(f"    {box} -->|{say('vi', 'diagram.raises')}| {node(raised)}")
        else:
            judged = say("vi", "diagram.judges")
            arrows += [f"    {node(event)} -.->|{judged}| {box}" for event in _starts(version)]
    ovals = [f"    {name}([{md.label(event_name('vi', e))}])" for e, name in events.items()]
    return "\n".join(["flowchart LR", *ovals, *boxes, *arrows])
