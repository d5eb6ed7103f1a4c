"""A signature counts for the wording that was read, and for no other."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.predicates import names_known
from law.calendar import Words
from law.corpus import Corpus, Version, load_corpus
from law.errors import StatuteFileError
from law.model import Limit, Place
from law.signatures import Signature, SignatureFile, digest_of, write_block
from law.terms import Term, Unit

ACT = (
    'number = "1/2000"\nin_force = 2000-01-01\nsource = "a copy"\n'
    'name = { vi = "Luật", en = "Law" }\nshort = { vi = "Luật", en = "Law" }\n'
)
RULE = """
[[limit]]
id = "verification.first"
cite = { article = "44", clause = "1" }
title = { vi = "Xác minh", en = "Verification" }
text = "Trong thời hạn 10 ngày"
starts_on = ["voluntary_period_expired"]
when = { origin = ["on_request"], extent = ["full"] }
term = { length = 10, unit = "days" }
met_by = ["means_verified"]
holder = "officer"
"""
FIRST = date(2000, 1, 1)
SIGNED = date(2026, 11, 20)

Write = Callable[..., Path]


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Write:
    """Write a book of one act with one rule, and the signatures of the act if there are any."""

    def write(rule: str = RULE, signatures: str | None = None, day: str = "2000-01-01") -> Path:
        topic = tmp_path / "old" / "verification"
        topic.mkdir(parents=True, exist_ok=True)
        (tmp_path / "old" / "act.toml").write_text(ACT, "utf-8")
        (topic / f"{day}.toml").write_text(rule, "utf-8")
        if signatures is not None:
            (tmp_path / "old" / "signatures.toml").write_text(signatures, "utf-8")
        return tmp_path

    return write


def _only(folder: Path) -> Version:
    (version,) = load_corpus(names_known(), folder).versions
    return version


def _sign(version: Version, by: str = "Người mẫu 0001", on: date = SIGNED) -> Signature:
    digest = digest_of(version.rule, version.act.number, version.first)
    return Signature(rule=version.id, first=version.first, digest=digest, by=by, on=on)


def test_nobody_has_signed_a_rule_of_the_shipped_book(book: Corpus) -> None:
    assert [v.id for v in book.versions if v.signatures] == []


def test_a_signature_of_the_wording_as_it_stands_counts(write: Write) -> None:
    signature = _sign(_only(write()))
    version = _only(write(signatures=write_block(signature)))
    assert (version.signature, version.lapsed) == (signature, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("length = 10", "length = 11"),
        ('unit = "days"', 'unit = "working_days"'),
        ("10 ngày", "11 ngày"),
        ('clause = "1"', 'clause = "2"'),
        ("Xác minh", "Xác minh lại"),
        ('"on_request"', '"ex_officio"'),
        ('holder = "officer"', 'holder = "officer"\npauses = true'),
        ('holder = "officer"', 'holder = "officer"\nseverity = "grave"'),
        ('holder = "officer"', 'holder = "officer"\nconfidence = "inferred"'),
        ('holder = "officer"', 'holder = "officer"\nnote = { vi = "Ghi chú", en = "Note" }'),
        ('holder = "officer"', 'holder = "officer"\nuntil = 2020-12-31'),
        ("[[limit]]", "[[before]]"),
    ],
)
def test_a_change_of_anything_that_the_wording_states_undoes_its_signature(
    write: Write, old: str, new: str
) -> None:
    signature = _sign(_only(write()))
    version = _only(write(RULE.replace(old, new), write_block(signature)))
    assert version.signature is None
    assert version.lapsed == (signature,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'origin = ["on_request"], extent = ["full"]',
            'extent = ["full"], origin = ["on_request"]',
        ),
        ('holder = "officer"', 'holder = "officer"\npauses = false\nseverity = "routine"'),
        ('holder = "officer"', 'holder = "officer"\ncovers = ["a_row_of_the_tables"]'),
        ("[[limit]]", "# read again\n\n[[limit]]"),
    ],
)
def test_a_change_of_order_of_what_goes_without_saying_or_of_our_tables_undoes_nothing(
    write: Write, old: str, new: str
) -> None:
    signature = _sign(_only(write()))
    changed = RULE.replace(old, new)
    assert changed != RULE
    assert _only(write(changed, write_block(signature))).signature == signature


def test_a_wording_signed_again_after_a_change_counts_as_signed(write: Write) -> None:
    before = _sign(_only(write()))
    changed = RULE.replace("10 ngày", "11 ngày")
    after = _sign(_only(write(changed)))
    version = _only(write(changed, write_block(before) + write_block(after)))
    assert (version.signature, version.lapsed) == (after, ())


def test_the_latest_of_two_signatures_is_shown_whatever_their_order(write: Write) -> None:
    unsigned = _only(write())
    early = _sign(unsigned, "Người mẫu 0001", date(2026, 1, 5))
    late = _sign(unsigned, "Người mẫu 0002", date(2026, 3, 5))
    for blocks in ((early, late), (late, early)):
        version = _only(write(signatures="\n".join(write_block(one) for one in blocks)))
        assert version.standing == (late, early)
        assert version.signature == late


def test_a_signature_gives_the_book_another_hash(write: Write) -> None:
    folder = write()
    before = load_corpus(folder=folder).hash
    write(signatures=write_block(_sign(_only(folder))))
    assert load_corpus(folder=folder).hash != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("verification.first", "verification.last", "this act has no such rule"),
        (
            "first = 2000-01-01",
            "first = 2001-01-01",
            "its wordings in this act begin on 2000-01-01",
        ),
        ('by = "Người mẫu 0001"', 'by = "  "', "field 'signature.0.by'"),
        ("on = 2026-11-20", 'on = "soon"', "field 'signature.0.on'"),
        ('digest = "', 'digest = "x', "field 'signature.0.digest'"),
        ("rule =", "rules =", "field 'signature.0.rule"),
        ("[[signature]]", "[[signature", "does not read as TOML"),
    ],
)
def test_loading_refuses_a_signature_of_nothing_and_one_that_is_not_readable(
    write: Write, old: str, new: str, said: str
) -> None:
    block = write_block(_sign(_only(write())))
    assert old in block
    with pytest.raises(StatuteFileError, match=r"^old/signatures\.toml, line \d+: ") as raised:
        load_corpus(folder=write(signatures=block.replace(old, new)))
    assert said in str(raised.value)
    assert "old/signatures.toml" in raised.value.say("vi")


def test_a_signature_inside_a_topic_file_is_an_unknown_key(write: Write) -> None:
    rule = RULE + 'signed = { by = "Người mẫu 0001", on = 2026-11-20 }\n'
    with pytest.raises(StatuteFileError, match=r"field 'limit\.0\.signed'"):
        load_corpus(folder=write(rule))


def test_a_rule_carried_over_into_a_later_file_is_signed_anew(write: Write) -> None:
    signature = _sign(_only(write()))
    write(signatures=write_block(signature))
    earlier, later = load_corpus(folder=write(day="2010-01-01")).by_id["verification.first"]
    assert (earlier.signature, later.signature) == (signature, None)
    assert later.lapsed == ()


# Properties.

_WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip)
_LIMITS = st.builds(
    Limit,
    id=st.just("a.rule"),
    cite=st.builds(Place, article=st.sampled_from(["1", "2"])),
    title=st.builds(Words, vi=st.just("a"), en=st.just("b")),
    text=st.sampled_from(["one", "two"]),
    starts_on=st.sampled_from([("a",), ("b",), ("a", "b")]),
    when=st.sampled_from([{}, {"x": (True,)}, {"x": ("true",)}]),
    once=st.booleans(),
    holder=st.just("officer"),
    term=st.builds(Term, length=st.integers(1, 2), unit=st.sampled_from(list(Unit)[:2])),
)


@given(one=_LIMITS, other=_LIMITS)
def test_two_rules_have_the_same_digest_only_when_they_state_the_same(
    one: Limit, other: Limit
) -> None:
    assert (digest_of(one, "1/2000", FIRST) == digest_of(other, "1/2000", FIRST)) == (one == other)


def test_the_kind_the_act_and_the_first_day_are_part_of_what_is_signed(write: Write) -> None:
    rule = _only(write()).rule
    digests = [
        digest_of(rule, "1/2000", FIRST),
        digest_of(rule, "2/2000", FIRST),
        digest_of(rule, "1/2000", date(2000, 1, 2)),
    ]
    for kind in ("before", "recurring", "limitation"):
        other = _only(write(RULE.replace("[[limit]]", f"[[{kind}]]"))).rule
        assert other.kind == kind
        digests.append(digest_of(other, "1/2000", FIRST))
    assert len(set(digests)) == len(digests)


@given(by=_WORDS, reference=st.none() | _WORDS, on=st.dates())
def test_a_block_that_is_written_reads_as_the_signature_that_it_was(
    by: str, reference: str | None, on: date
) -> None:
    signature = Signature(
        rule="a.rule", first=FIRST, digest="0" * 32, by=by, on=on, reference=reference
    )
    read = SignatureFile.model_validate(tomllib.loads(write_block(signature)))
    assert read.signature == (signature,)
