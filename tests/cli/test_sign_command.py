"""A lawyer signs a wording with one command; lists and receipts show it, or that nobody has."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.answers import answer_of
from activities.ports import AgendaLine
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import read_dossier
from cases.predicates import names_known
from cases.receipt import first_broken_link
from cli.view_case import agenda_trust
from i18n.receipts import explain
from i18n.trust import Trusted, trust_summary
from law.calendar import ZONE, load_calendar
from law.corpus import FOLDER, load_corpus

Thads = Callable[..., tuple[int, str, str]]

ROOT = FOLDER.parent.parent
NOBODY = "chưa được luật sư đối chiếu Công báo và ký xác nhận"
SIGN = (
    "law", "sign", "voluntary_period", "--by", "Người mẫu 0001", "--on", "2020-01-02",
    "--wording", "2026-07-01",
)  # fmt: skip


@pytest.fixture(name="draft")
def _draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "statutes"))


def _blocks(draft: Path, act: str = "law-106-2025") -> list[dict[str, Any]]:
    read = tomllib.loads((draft / act / "signatures.toml").read_text("utf-8"))
    return list(read["signature"])


def _files(draft: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in draft.rglob("*") if path.is_file()}


def test_a_signature_is_written_beside_the_act_and_shows_what_is_signed(
    thads: Thads, draft: Path
) -> None:
    before = _files(draft)
    code, out, err = thads(*SIGN, "--reference", "số mẫu 1", "--statutes", str(draft))
    assert (code, err) == (0, "")
    for said in (
        "voluntary_period: Thời hạn tự nguyện thi hành án",
        "khoản 1 Điều 36 Luật THADS 2025 (106/2025/QH15): 10 ngày",
        "“Thời hạn tự nguyện thi hành án là 10 ngày",
        "Người mẫu 0001 đã đối chiếu Công báo và ký xác nhận ngày 02/01/2020.",
        "Đối chiếu với: số mẫu 1.",
        "Bắt đầu từ: “Quyết định được thông báo hợp lệ”",
        "Khi hoãn, tạm đình chỉ: dừng tính",
        "law-106-2025/signatures.toml",
    ):
        assert said in out
    (block,) = _blocks(draft)
    digest = block.pop("digest")
    assert digest in out
    assert block == {
        "rule": "voluntary_period", "first": date(2026, 7, 1), "by": "Người mẫu 0001",
        "on": date(2020, 1, 2), "reference": "số mẫu 1",
    }  # fmt: skip
    after = _files(draft)
    assert set(after) - set(before) == {draft / "law-106-2025" / "signatures.toml"}
    assert {path: after[path] for path in before} == before


def test_without_a_wording_the_one_in_force_on_the_day_of_signing_is_signed(
    thads: Thads, draft: Path
) -> None:
    code, out, _ = thads(
        "law", "sign", "voluntary_period", "--by", "Người mẫu 0001", "--on", "2020-01-02",
        "--statutes", str(draft), "--json",
    )  # fmt: skip
    answer = json.loads(out)
    assert code == 0
    assert (answer["written"], answer["file"]) == (True, "law-26-2008/signatures.toml")
    assert answer["signature"]["first"] == answer["wording"]["first"] == "2015-07-01"
    assert answer["wording"]["signatures"] == [
        {"by": "Người mẫu 0001", "on": "2020-01-02", "reference": None, "counts": True}
    ]


def test_the_same_person_signs_a_wording_once_and_another_person_as_well(
    thads: Thads, draft: Path
) -> None:
    assert thads(*SIGN, "--statutes", str(draft))[0] == 0
    first = _files(draft)
    code, out, _ = thads(
        *SIGN[:4], "  người mẫu   0001 ", *SIGN[5:], "--statutes", str(draft), "--lang", "en"
    )
    assert code == 0
    assert "Người mẫu 0001 signed this wording on 2 Jan 2020 already; nothing was written." in out
    assert _files(draft) == first
    assert thads(*SIGN[:4], "Người mẫu 0002", *SIGN[5:], "--statutes", str(draft))[0] == 0
    assert [block["by"] for block in _blocks(draft)] == ["Người mẫu 0001", "Người mẫu 0002"]


def test_what_stands_in_the_file_already_is_kept_to_the_letter(thads: Thads, draft: Path) -> None:
    file = draft / "law-106-2025" / "signatures.toml"
    file.write_bytes(b"# Signed in the order of reading.\r\n")
    file.chmod(0o664)
    assert thads(*SIGN, "--statutes", str(draft))[0] == 0
    assert file.read_bytes().startswith(b"# Signed in the order of reading.\r\n\n[[signature]]\n")
    assert len(_blocks(draft)) == 1
    assert file.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("voluntary", *SIGN[3:]), "RULE is 'voluntary'; nearest: voluntary_period"),
        ((*SIGN[2:6], "2999-01-01"), "--on is '2999-01-01'; allowed is a day not after today"),
        ((*SIGN[2:6], "02.01.2020"), "--on is '02.01.2020'; allowed is a day such as"),
        ((*SIGN[2:4], "  ", *SIGN[5:]), "--by is ' '; allowed is a line of text, not empty"),
        ((*SIGN[2:4], "a\x07b", *SIGN[5:]), "--by is 'a\\x07b'; allowed is a line of text"),
        ((*SIGN[2:], "--reference", ""), "--reference is ''; allowed is a line of text"),
        (
            (*SIGN[2:7], "--wording", "2001-01-01"),
            (
                "rule 'voluntary_period' was not in force on 2001-01-01; known wordings: "
                "26/2008/QH12 from 1 Jul 2009 to 30 Jun 2015; "
                "26/2008/QH12 from 1 Jul 2015 to 30 Jun 2026; "
                "106/2025/QH15 from 1 Jul 2026"
            ),
        ),
        ((*SIGN[2:7], "--wording", "soon"), "--wording is 'soon'; allowed is a day such as"),
        (
            (*SIGN[2:7], "--wording", "2010-01-01"),
            "the text of voluntary_period on 2010-01-01 is not at hand, so there is nothing to",
        ),
        (("voluntary_period", "--on", "2020-01-02"), 'Command "law sign" parameter --by requires'),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    thads: Thads, draft: Path, tokens: tuple[str, ...], said: str
) -> None:
    before = _files(draft)
    code, out, err = thads("law", "sign", *tokens, "--statutes", str(draft), "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert _files(draft) == before
    assert thads("law", "sign", *tokens, "--statutes", str(draft))[2] != err


def test_a_folder_that_cannot_be_written_or_is_none_is_refused_and_left_as_it_is(
    thads: Thads, draft: Path, tmp_path: Path
) -> None:
    # A draft that leads nowhere stands for a full or a locked disk, also for root.
    (draft / "law-106-2025" / ".signatures.toml.new").symlink_to(tmp_path / "nowhere" / "at_all")
    before = _files(draft)
    code, out, err = thads(*SIGN, "--statutes", str(draft), "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith("nothing was signed: the statutes cannot be read or written: ")
    assert _files(draft) == before
    assert thads(*SIGN, "--statutes", str(tmp_path / "nowhere"))[0] == 2
    (tmp_path / "empty").mkdir()
    for command in (SIGN, ("law", "signatures")):
        code, _, err = thads(*command, "--statutes", str(tmp_path / "empty"), "--lang", "en")
        assert (code, err[:35]) == (2, "empty: holds no act such as law-106-2025"[:35])


def test_a_file_that_takes_no_further_block_is_refused_and_left_as_it_is(
    thads: Thads, draft: Path
) -> None:
    (draft / "law-106-2025" / "signatures.toml").write_text("signature = []\n", "utf-8")
    before = _files(draft)
    code, _, err = thads(*SIGN, "--statutes", str(draft), "--lang", "en")
    assert code == 2
    assert err.startswith("law-106-2025/signatures.toml takes no further block: ")
    assert _files(draft) == before


def test_those_who_sign_at_the_same_moment_are_all_recorded(draft: Path) -> None:
    names = [f"Người mẫu {number:04}" for number in range(1, 5)]
    signing = [
        subprocess.Popen(
            [
                sys.executable, "starter.py", *SIGN[:4], name, *SIGN[5:],
                "--statutes", str(draft), "--json",
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        for name in names
    ]  # fmt: skip
    assert [one.wait(60) for one in signing] == [0, 0, 0, 0]
    assert sorted(block["by"] for block in _blocks(draft)) == names


def _change(draft: Path) -> None:
    file = draft / "law-106-2025" / "voluntary" / "2026-07-01.toml"
    text = file.read_text("utf-8")
    changed = text.replace('en = "Voluntary period', 'en = "The voluntary period')
    assert changed != text
    file.write_text(changed, "utf-8")


def test_the_check_names_a_signature_whose_wording_was_changed_and_the_book_still_loads(
    thads: Thads, draft: Path
) -> None:
    thads(*SIGN, "--statutes", str(draft))
    check = ("law", "check", "--statutes", str(draft), "--today", "2026-11-23", "--lang", "en")
    code, out, _ = thads(*check)
    assert code == 0
    assert "Signed by a lawyer: 1 of " in out
    _change(draft)
    code, _, err = thads(*check)
    assert code == 1
    assert err == (
        "106/2025/QH15: the signature of Người mẫu 0001 of 2 Jan 2020 on voluntary_period "
        "(wording from 2026-07-01) no longer counts, because the wording was changed since; read "
        "it again and sign it again: thads law sign voluntary_period --wording 2026-07-01 "
        "--by … --on …\n"
    )
    _, out, _ = thads(*check, "--json")
    assert (json.loads(out)["signed"], json.loads(out)["lapsed"]) == (0, 1)
    _, out, _ = thads("law", "show", "--rule", "voluntary_period", "--statutes", str(draft))
    assert NOBODY in out
    assert "Người mẫu 0001 đã ký ngày 02/01/2020, nhưng nội dung đã thay đổi sau đó" in out
    assert thads(*SIGN, "--statutes", str(draft))[0] == 0
    assert thads(*check)[0] == 0
    assert len(_blocks(draft)) == 2


def test_the_signatures_are_counted_by_act_and_what_is_left_is_listed(
    thads: Thads, draft: Path
) -> None:
    thads(*SIGN, "--statutes", str(draft))
    ask = ("law", "signatures", "--statutes", str(draft), "--json")
    _, out, _ = thads(*ask)
    counts = {act["number"]: act for act in json.loads(out)["acts"]}
    assert counts["106/2025/QH15"]["signed"] == 1
    for act in counts.values():
        states = ("signed", "lapsed", "unsigned", "no_text")
        assert act["wordings"] == sum(act[state] for state in states)
    assert [(w["id"], w["state"]) for w in json.loads(out)["wordings"]] == [
        ("voluntary_period", "signed")
    ]
    _, out, _ = thads(*ask, "--unsigned", "--act", "106/2025/QH15")
    left = json.loads(out)
    assert len(left["wordings"]) == left["acts"][0]["unsigned"] > 0
    assert {w["act"] for w in left["wordings"]} == {"106/2025/QH15"}
    assert "voluntary_period" not in {w["id"] for w in left["wordings"]}
    _change(draft)
    _, out, _ = thads(*ask, "--unsigned", "--act", "106/2025/QH15")
    assert {w["id"]: w["state"] for w in json.loads(out)["wordings"]}[
        "voluntary_period"
    ] == "lapsed"


def test_the_signatures_are_told_in_words(thads: Thads, draft: Path) -> None:
    thads(*SIGN, "--statutes", str(draft))
    _, out, _ = thads("law", "signatures", "--statutes", str(draft))
    assert "Người mẫu 0001 ký ngày 02/01/2020" in out
    code, out, _ = thads("law", "signatures", "--unsigned", "--lang", "en")
    assert code == 0
    assert "verification.first" in out
    assert "unsigned" in out
    code, _, err = thads("law", "signatures", "--act", "1/2030/QH17")
    assert code == 2
    assert "106/2025/QH15" in err


def test_every_rule_that_is_shown_says_how_it_was_read_and_that_nobody_signed_it(
    thads: Thads,
) -> None:
    _, out, _ = thads("law", "show", "--on", "2026-11-23", "--json")
    rules = json.loads(out)["rules"]
    assert [rule["signatures"] for rule in rules] == [[]] * len(rules)
    _, out, _ = thads("law", "show", "--on", "2026-11-23")
    assert out.count(NOBODY) == len(rules)


def _assess(draft: Path) -> Assessment:
    data = json.loads((ROOT / "docs" / "examples" / "november.json").read_text("utf-8"))
    as_of = datetime(2026, 11, 23, 12, tzinfo=ZONE)
    dossier = read_dossier(data, as_of=as_of)
    return assess(dossier, load_corpus(names_known(), draft), load_calendar(), as_of)


def test_receipts_state_who_signed_their_text_and_signing_moves_no_date(
    thads: Thads, draft: Path
) -> None:
    unsigned = _assess(draft)
    thads(*SIGN, "--statutes", str(draft))
    signed = _assess(draft)
    assert signed.book != unsigned.book
    assert [(r.occurrence, r.due, r.state) for r in signed.limits] == [
        (r.occurrence, r.due, r.state) for r in unsigned.limits
    ]
    for row in signed.limits:
        receipt, is_signed = row.receipt, row.id == "voluntary_period"
        assert receipt.confidence == row.confidence
        assert receipt.signed_by == ("Người mẫu 0001" if is_signed else None)
        assert receipt.signed_on == (date(2020, 1, 2) if is_signed else None)
        said = "\n".join(explain(receipt, row, "vi"))
        assert (NOBODY in said) is not is_signed
    assert first_broken_link(r.receipt for r in (*signed.limits, *signed.upcoming)) is None
    forged = signed.limits[0].receipt.model_copy(update={"signed_by": "Người mẫu 0009"})
    assert first_broken_link([forged]) == forged


def test_an_assessment_says_once_how_far_its_texts_may_be_trusted(thads: Thads) -> None:
    _, out, _ = thads("assess", str(ROOT / "docs/examples/november.json"), "--as-of", "2026-11-23")
    assert out.count("Chưa quy định nào được luật sư đối chiếu Công báo và ký xác nhận.") == 1


def test_an_agenda_says_so_too_unless_its_answer_is_older_than_that(
    thads: Thads, draft: Path
) -> None:
    thads(*SIGN, "--statutes", str(draft))
    agenda = answer_of(_assess(draft)).agenda
    assert {line.id for line in agenda if line.signed} == {"voluntary_period"}
    (said,) = agenda_trust(agenda, "vi")
    assert "Chưa được luật sư đối chiếu Công báo và ký xác nhận: " in said
    assert "voluntary_period" not in said
    recorded = [line.model_dump(exclude={"confidence", "signed"}) for line in agenda]
    assert agenda_trust([AgendaLine.model_validate(line) for line in recorded], "vi") == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            [Trusted("a", "ocr", signed=False), Trusted("a", "ocr", signed=False)],
            ("Trust in the texts: read by machine from a scan (rules: 1). None has been compared "
            "with the Official Gazette and signed by a lawyer yet."),
        ),
        (
            [Trusted("a", "ocr", signed=False), Trusted("b", "verbatim", signed=True),
             Trusted("c", "ocr", signed=True)],
            ("Trust in the texts: read by machine from a scan (rules: 2); word for word from one "
            "unofficial copy (rules: 1). Not yet compared with the Official Gazette and signed by "
            "a lawyer: a."),
        ),
        (
            [Trusted("b", "verbatim", signed=True)],
            ("Trust in the texts: word for word from one unofficial copy (rules: 1). All have been "
            "compared with the Official Gazette and signed by a lawyer."),
        ),
    ],
)  # fmt: skip
def test_a_summary_of_trust_names_the_rules_that_nobody_signed(
    rules: list[Trusted], said: str
) -> None:
    assert trust_summary(rules, "en") == said
