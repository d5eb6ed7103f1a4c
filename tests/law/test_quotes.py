"""Hold quotes against texts: small ones with one fault each, and the shipped ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from law.act_texts import ActText, load_texts, read_text
from law.corpus import Corpus, load_corpus
from law.errors import StatuteFileError
from law.model import Place
from law.quotes import Compared, agree, compare

ACT = "1/2020"
HEAD = """+++
act = "1/2020"
kind = "{kind}"
name = "Luật mẫu"
about_vi = "Bản mẫu."
about_en = "A sample."
+++

# Chương I. QUY ĐỊNH CHUNG

"""
BODY = """## Điều 1. Xác minh

1. Trong thời hạn 09 ngày kể từ ngày hết thời hạn tự nguyện,
Chấp hành viên xác minh; nếu khẩn cấp thì xác minh ngay.

2. Việc xác minh lại được thực hiện:

a) ít nhất 06 tháng một lần;

[b)] trong 15 ngày làm việc kể từ ngày có thông tin mới.

## Điều [2]. Thông báo

Thông báo trong thời hạn 03 ngày làm việc kể từ ngày ra văn bản.
"""
OCR = BODY.replace("kể từ ngày hết thời hạn", "kế từ ngảy hêt thời hạn")

_RULE = """
[[limit]]
id = "verification.first"
cite = {cite}
title = {{ vi = "Xác minh", en = "Verification" }}
text = "{text}"
confidence = "{confidence}"
starts_on = ["voluntary_period_expired"]
term = {{ length = {length}, unit = "{unit}" }}
met_by = ["means_verified"]
holder = "officer"
{rest}
"""
QUOTE = "Trong thời hạn 09 ngày kể từ ngày hết thời hạn tự nguyện, Chấp hành viên xác minh"


def _text(body: str = BODY, kind: str = "copy", first: str = "2020-01-01") -> ActText:
    return read_text(HEAD.format(kind=kind) + body, first, "sample.txt")


Make = Callable[..., Compared]


@pytest.fixture(name="compared")
def _compared(tmp_path: Path) -> Make:
    def make(  # one rule against one text
        text: str = QUOTE,
        cite: str = '{ article = "1", clause = "1" }',
        *,
        confidence: str = "verbatim",
        term: tuple[int, str] = (9, "days"),
        rest: str = "",
        against: ActText | None = None,
        first: str = "2020-01-01",
    ) -> Compared:
        act = tmp_path / "act"
        topic = act / "verification"
        topic.mkdir(parents=True)
        (act / "act.toml").write_text(
            f'number = "{ACT}"\nin_force = 2000-01-01\nsource = "a copy"\n'
            'name = { vi = "Luật", en = "Law" }\nshort = { vi = "Luật", en = "Law" }\n',
            "utf-8",
        )
        (topic / f"{first}.toml").write_text(
            _RULE.format(
                text=text, cite=cite, confidence=confidence, length=term[0], unit=term[1], rest=rest
            ),
            "utf-8",
        )
        return compare(load_corpus(folder=tmp_path), {ACT: (against or _text(),)})

    return make


def _codes(compared: Compared) -> list[str]:
    return [finding.code for finding in compared.findings]


def _hows(compared: Compared) -> list[str]:
    return [comparison.how for comparison in compared.comparisons]


def test_an_article_is_found_with_its_clauses_and_points() -> None:
    articles = _text().articles
    assert list(articles) == ["1", "2"]
    assert articles["2"].title == "Thông báo"
    within = articles["1"].within(Place(article="1", clause="2", point="b"))
    assert within == (
        "2. Việc xác minh lại được thực hiện:\n"
        "[b)] trong 15 ngày làm việc kể từ ngày có thông tin mới."
    )
    assert not articles["1"].has(Place(article="1", clause="1", point="a"))
    assert not articles["1"].has(Place(article="1", clause="3"))


def test_a_codified_article_holds_from_its_last_amendment_on() -> None:
    line = (
        "(Điều 1 Luật số 1/2020, có hiệu lực thi hành kể từ ngày 01/07/2009, có nội dung được "
        "sửa đổi bởi Luật số 2/2014 có hiệu lực thi hành kể từ ngày 01/07/2015)"
    )
    text = _text(f"## Điều 1. Xác minh\n\n{line}\n\n1. Nội dung.\n", first="2022-03-01")
    assert text.articles["1"].since == date(2015, 7, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BODY, "no head"),
        (HEAD.format(kind="copy") + "Lời nói đầu", "no article"),
        (HEAD.format(kind="guess") + BODY, "the head does not read"),
        (HEAD.format(kind="copy") + BODY + BODY, "Article 1 stands twice"),
    ],
)
def test_a_text_that_does_not_read_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(StatuteFileError, match=sentence):
        read_text(text, "2020-01-01", "sample.txt")


@pytest.mark.parametrize(
    "quote",
    [
        QUOTE,
        "Trong thời hạn 09 ngày … nếu khẩn cấp thì xác minh ngay",
        "Trong thời hạn 09 ngày ... xác minh ngay.",
        QUOTE.replace("ể", "e\u0302\u0309"),  # the same letter, written as three characters
        "Trong  thời hạn\n09 ngày",
    ],
)
def test_line_breaks_forms_of_letters_and_ellipses_make_no_difference(quote: str) -> None:
    assert agree(quote, BODY, ocr=False) == "exact"


@pytest.mark.parametrize(
    "quote",
    [
        QUOTE.replace("09 ngày", "10 ngày"),
        QUOTE.replace("09 ngày", "9 ngày"),
        QUOTE.replace("09 ngày", "09 ngày làm việc"),
        "9 ngày kể từ ngày hết thời hạn",  # is the end of "09 ngày"
        "5 ngày làm việc kể từ ngày có thông tin mới",  # is the end of "15 ngày"
        "xác minh ngay … Trong thời hạn 09 ngày",  # the other way round
        "Trong thời hạn 09 ngày … Trong thời hạn 09 ngày",  # stands there once
        "…",
    ],
)
@pytest.mark.parametrize("body", [BODY, OCR])
def test_another_digit_another_word_or_another_order_is_found_even_in_a_machine_read_text(
    quote: str, body: str
) -> None:
    assert agree(quote, body, ocr=True) is None


def test_reading_errors_in_diacritics_are_passed_over_in_a_machine_read_text_alone() -> None:
    assert agree(QUOTE, OCR, ocr=True) == "ocr"
    assert agree(QUOTE, OCR, ocr=False) is None


def test_a_quote_word_for_word_agrees(compared: Make) -> None:
    found = compared()
    assert (_codes(found), _hows(found)) == ([], ["exact"])


@pytest.mark.parametrize(
    ("text", "cite", "code", "stands_in"),
    [
        (QUOTE, '{ article = "2" }', "elsewhere", "1"),
        (QUOTE, '{ article = "1", clause = "2" }', "other_place", None),
        ("ít nhất 06 tháng", '{ article = "1", clause = "2", point = "b" }', "other_place", None),
        (QUOTE, '{ article = "1", clause = "7" }', "no_place", None),
        (QUOTE, '{ article = "3" }', "no_article", None),
        (QUOTE.replace("tự nguyện", "nộp tiền"), '{ article = "1" }', "nowhere", None),
        ("", '{ article = "1" }', "no_quote", None),
    ],
)
def test_a_quote_that_stands_elsewhere_or_nowhere_is_a_finding(
    compared: Make, text: str, cite: str, code: str, stands_in: str | None
) -> None:
    [finding] = [f for f in compared(text, cite).findings if f.code != "other_number"]
    assert (finding.code, finding.article) == (code, stands_in)


def test_a_term_that_its_own_quote_contradicts_is_a_finding(compared: Make) -> None:
    assert _codes(compared(term=(9, "working_days"))) == ["other_number"]


def test_a_quote_without_a_number_does_not_contradict_its_term(compared: Make) -> None:
    assert _codes(compared("kể từ ngày hết thời hạn tự nguyện", term=(5, "years"))) == []


def test_a_quote_from_a_machine_read_text_is_not_marked_as_word_for_word(compared: Make) -> None:
    assert _codes(compared(against=_text(OCR, "ocr"))) == ["too_sure"]


def test_a_quote_that_agrees_but_for_reading_errors_is_counted_apart(compared: Make) -> None:
    found = compared(against=_text(OCR, "ocr"), confidence="ocr")
    assert (_codes(found), _hows(found)) == ([], ["ocr"])


_CORRECTED = (
    'corrected = {{ reads = "{reads}", meant = "09 ngày", why = {{ vi = "L", en = "L" }} }}'
)


@pytest.mark.parametrize(
    ("printed", "reads", "codes"),
    [
        ("O9 ngày", "O9 ngày", []),
        ("09 ngày", "O9 ngày", ["correction_needless"]),
        ("O9 ngày", "08 ngày", ["correction_wrong"]),
        ("O9 ngày", "09 ngày", ["correction_wrong"]),
    ],
)
def test_a_declared_correction_is_needed_and_says_what_the_text_reads(
    compared: Make, printed: str, reads: str, codes: list[str]
) -> None:
    text = _text(BODY.replace("09 ngày", printed), "ocr")
    found = compared(confidence="ocr", rest=_CORRECTED.format(reads=reads), against=text)
    assert (_codes(found), _hows(found)) == (codes, [] if codes else ["corrected"])


def test_a_wording_of_days_before_the_text_at_hand_is_not_compared(compared: Make) -> None:
    [comparison] = compared("Một nội dung cũ", first="2019-12-31").comparisons
    assert (comparison.how, comparison.why_not) == ("not_compared", "other_days")


def test_an_act_without_a_text_is_not_compared(compared: Make) -> None:
    found = compare(_corpus_of(compared()), {})
    assert [(c.how, c.why_not) for c in found.comparisons] == [("not_compared", "no_text")]


def _corpus_of(compared: Compared) -> Corpus:
    version = compared.comparisons[0].version
    return Corpus(acts=(version.act,), versions=(version,), hash="")


# The shipped book and the shipped texts.


@pytest.fixture(name="shipped", scope="module")
def _shipped() -> Compared:
    return compare(load_corpus(), load_texts())


def test_every_shipped_quote_stands_in_the_article_clause_and_point_that_it_cites(
    shipped: Compared,
) -> None:
    assert shipped.findings == ()


def test_every_shipped_wording_with_a_quote_is_accounted_for_once(shipped: Compared) -> None:
    quoted = [version.id for version in load_corpus().versions if version.rule.text]
    assert sorted(c.version.id for c in shipped.comparisons) == sorted(quoted)


def test_what_is_not_compared_has_no_text_or_an_earlier_wording(shipped: Compared) -> None:
    """Clause 6 of Art. 38 of Decree 62/2015 was added on 1 January 2025; clause 3 is quoted."""
    assert {
        (c.version.act.number, c.why_not) for c in shipped.comparisons if c.how == "not_compared"
    } == {
        ("02/2011/QH13", "no_text"),
        ("11/2016/TTLT-BTP-TANDTC-VKSNDTC", "no_text"),
        ("13/2021/TT-BTP", "no_text"),
        ("155/2026/NĐ-CP", "no_text"),
        ("151/2026/NĐ-CP", "no_text"),
        ("154/2026/NĐ-CP", "no_text"),
        ("25/2018/QH14", "no_text"),
        ("31/2019/NĐ-CP", "no_text"),
        ("42/2013/QH13", "no_text"),
        ("62/2015/NĐ-CP", "other_days"),
        ("93/2015/QH13", "no_text"),
        ("71/2016/NĐ-CP", "no_text"),
    }


def test_the_corrections_of_reading_errors_are_few_and_known(shipped: Compared) -> None:
    corrected = [c.version for c in shipped.comparisons if c.how == "corrected"]
    assert [(v.id, v.cite.article, v.cite.clause) for v in corrected] == [
        ("papers.pickup", "70", "2")
    ]


def test_only_quotes_from_the_machine_read_decree_are_passed_with_reading_errors(
    shipped: Compared,
) -> None:
    acts = {c.version.act.number for c in shipped.comparisons if c.how == "ocr"}
    assert acts == {"152/2026/NĐ-CP"}


@pytest.mark.parametrize(
    ("act", "number", "clause", "words"),
    [
        ("106/2025/QH15", "36", "1", "10 ngày"),
        ("106/2025/QH15", "116", "4", "trước ngày Luật này có hiệu lực"),
        ("152/2026/NĐ-CP", "86", None, "Tạm ứng chỉ phí cưỡng chế"),
        ("152/2026/NĐ-CP", "114", "1", "từ ngày 01 tháng 7 năm 2026"),
        ("26/2008/QH12", "44a", "1", "chưa có điều kiện thi hành án"),
        ("62/2015/NĐ-CP", "13", "2", "15 ngày trước và sau tết Nguyên đán"),
    ],
)
def test_an_article_of_a_shipped_text_is_found_by_its_number(
    act: str, number: str, clause: str | None, words: str
) -> None:
    article = load_texts()[act][-1].articles[number]
    assert words in f"{article.title}\n{article.within(Place(article=number, clause=clause))}"


@pytest.mark.parametrize("act", ["106/2025/QH15", "152/2026/NĐ-CP"])
def test_the_shipped_texts_in_force_hold_every_article_from_the_first_to_the_last(act: str) -> None:
    articles = load_texts()[act][-1].articles
    assert list(articles) == [str(number) for number in range(1, 117)]
