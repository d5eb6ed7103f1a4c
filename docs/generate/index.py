"""Write the entry to the pages: how to read a rule, the acts, the topics, what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from docs.generate import markdown as md
from docs.generate.places import folder_of, page_of, spell_force
from i18n.texts import name_of, say
from law.corpus import Corpus, Version
from law.model import ActFile, Gap

_INTRO = """\
Mọi quy định mà phần mềm dùng để tính thời hạn đều ở đây, từng nội dung một: câu chữ được trích,
mốc tính, điều kiện, cách đếm, ai phải làm, khi nào hết, và một ví dụ đã tính. Luật sư chỉ đọc
các trang này là đủ để ký từng quy định. Các trang được sinh từ
[`law/statutes/`](../../law/statutes); trang nào không còn khớp thì bước kiểm tra của phần mềm
báo lỗi."""
_INTRO_EN = """\
*Every rule by which the software finds a date, wording by wording: the quoted text, what starts
it, on which conditions, how it is counted, who must act, when it ends, and an example that is
worked out. A lawyer who reads these pages alone can sign rule by rule. They are generated from
the statute files; a build with a page that no longer fits fails. Each section has its English
below the Vietnamese.*"""

_HOW = """\
- **Câu trích** là nguyên văn trong sổ quy định; **độ tin cậy** cho biết câu trích được đọc từ
  đâu. Chưa quy định nào được coi là đã đối chiếu Công báo khi chưa có **chữ ký**.
- **Bắt đầu từ** nêu các sự kiện làm phát sinh thời hạn; có nhiều sự kiện thì mỗi sự kiện mở một
  thời hạn riêng, trừ khi ghi khác ở **Số lần**.
- Các điều kiện ở **Chỉ áp dụng khi** phải có đủ; các trường hợp ở **Trừ trường hợp** phải có đủ
  thì mới là ngoại lệ; ở **Không áp dụng khi** chỉ cần một. Sự kiện không báo một thông tin thì
  lấy giá trị ghi trong ngoặc; không có giá trị như vậy thì điều kiện coi như không thỏa mãn.
- **Hoàn thành khi có** nêu các sự kiện hoàn thành; chỉ cần một, và một lần làm chỉ hoàn thành
  thời hạn mở sớm nhất, trừ khi ghi khác ở **Một lần làm** hoặc **Tính riêng cho từng**. Việc làm
  cùng ngày với mốc tính thì được tính.
- Thời hạn của cơ quan thì **quá hạn**; thời hạn của đương sự thì **hết**, không phải là vi phạm.
- **Mức độ** quyết định ai được nhắc và nhắc khi nào; luật không quy định mức độ.
- Nội dung được chọn theo ngày của mốc tính: bước đã làm theo văn bản cũ thì giữ nguyên, bước
  tiếp theo làm theo văn bản mới.
- Ngày trong **ví dụ** được tính bằng chính cách đếm và lịch nghỉ mà phần mềm dùng; chọn ngày đầu
  tiên có gặp ngày nghỉ, để thấy rõ cách đếm."""
_HOW_EN = """\
- The **quotation** is the text of the book; the **confidence** tells where it was read. No rule
  counts as compared with the Official Gazette before it bears a **signature**.
- **Starts from** names the events; each event starts a clock of its own unless **How often**
  says otherwise.
- The conditions of **Only where** must all hold; those of **Except where** must all hold to make
  the exception; of **Does not apply when** one is enough. A fact that does not report something
  has the value in brackets; where there is none, the condition does not hold.
- Of **Fulfilled by** one is enough, and one act fulfils the clock that started first, unless
  **Done once** or **Separate for each** says otherwise. What is done on the day of the trigger
  counts.
- A duty of the agency becomes **overdue**; a period of a party **runs out** and is no breach.
- The **severity** decides who is told and when; no act gives it.
- The wording is that of the day of the trigger: steps taken stand under the old act, the next
  ones follow the new one.
- The days of an **example** are counted by the very counting and calendar of the software; the
  first day that meets a day off is chosen, so that the counting shows."""
_LINKS = """\
- [Các giai đoạn của việc thi hành án](stages.md): sơ đồ, và mỗi sự kiện làm phát sinh gì. *The
  stages.*
- [Những chỗ luật để trống](gaps.md). *What the law leaves open.*
- [Câu chữ chưa có nguồn](wording.md). *Phrases without a source.*
- [Thuật ngữ](../glossary.md). *Words.* [Rà soát một thay đổi](../../REVIEW.md). *Reviewing a
  change.*
- Bằng lệnh: `thads law show --rule verification.first`, `thads law coverage`. *By command.*"""


def write_index(book: Corpus) -> str:
    """Write the page that leads to all others."""
    totals = {
        "versions": len(book.versions),
        "rules": len(book.by_id),
        "gaps": sum(isinstance(version.rule, Gap) for version in book.versions),
        "signed": sum(version.signature is not None for version in book.versions),
    }
    return md.join(
        [
            "# Sổ quy định, từng quy định một",
            "*The statute book, rule by rule*",
            _INTRO,
            _INTRO_EN,
            say("vi", "page.totals", **totals),
            f"*{say('en', 'page.totals', **totals)}*",
            _LINKS,
            "## Văn bản",
            _acts(book),
            "## Chủ đề",
            _topics(book),
            "## Cách đọc một quy định",
            _HOW,
            md.details("How to read a rule", _HOW_EN),
        ]
    )


def _acts(book: Corpus) -> str:
    names = ("act", "in_force", "wordings_count", "signed_count", "source")
    return md.table(
        [say("vi", f"page.{name}") for name in names],
        [
            (
                f"{act.name.vi} ({act.number})<br>*{act.name.en}*",
                spell_force(act, "vi"),
                str(len(_of(book, act))),
                _signed(_of(book, act)),
                act.source,
            )
            for act in book.acts
        ],
    )


def _of(book: Corpus, act: ActFile) -> list[Version]:
    return [version for version in book.versions if version.act is act]


def _signed(versions: Iterable[Version]) -> str:
    return str(sum(version.signature is not None for version in versions))


def _topics(book: Corpus) -> str:
    """List each topic with its page in each act, the act in force first."""
    topics: dict[str, dict[str, list[Version]]] = defaultdict(lambda: defaultdict(list))
    for version in book.versions:
        topics[version.topic][version.act.number].append(version)
    acts = sorted(book.acts, key=lambda act: (act.in_force, folder_of(act)), reverse=True)
    rows = []
    for topic in sorted(topics, key=lambda topic: name_of("vi", "topics", topic)):
        cells = []
        for act in acts:
            found = topics[topic].get(act.number, [])
            cells.append(f"[{len(found)}]({page_of(found[0])})" if found else "–")
        title = f"{name_of('vi', 'topics', topic)}<br>*{name_of('en', 'topics', topic)}*"
        signed = _signed(v for found in topics[topic].values() for v in found)
        rows.append((title, *cells, signed))
    heads = (say("vi", "page.topic"), *(act.short.vi for act in acts))
    return md.table((*heads, say("vi", "page.signed_count")), rows)
