"""A letter's file is read whole, or every fault is named without a word of what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cases.glimpse import glimpse, glimpse_sender
from cases.letter_files import read_letter
from tests.cases.letter_files import COMPLAINT, DENUNCIATION, NOW, PETITION, SENDER, letter, plain

NAME = SENDER["name"]


def faults(data: object) -> dict[str, str]:
    read, found = read_letter(data, NOW)
    assert (read is None) == bool(found)
    return {fault.field: fault.say("vi") + " / " + fault.say("en") for fault in found}


def test_a_letter_says_what_it_is_and_whether_its_sender_is_secret() -> None:
    mixed = letter(COMPLAINT, DENUNCIATION, PETITION)
    assert mixed.kinds == ("complaint", "denunciation", "petition")
    assert mixed.secret
    assert not letter(COMPLAINT, PETITION).secret
    assert letter({**COMPLAINT, "instance": "second", "first": "nghe-an-2026-0001"}).contents[
        0
    ].first == ("complaint/nghe-an-2026-0001")


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"sender": None}, "sender.name", "giấu tên"),
        ({"sender": {**SENDER, "name": " "}}, "sender.name", "anonymous"),
        ({"received_on": "20/11/2026"}, "received_on", "không đọc được ngày; cho phép một ngày"),
        ({"received_on": "2026-11-31"}, "received_on", "2026-11-23"),
        ({"received_on": "2026-11-25"}, "received_on", "tương lai"),
        ({"channel": "pigeon"}, "channel", "direct, post, letter_box"),
        ({"contents": []}, "contents", "1 đến 20"),
        ({"signatories": -1}, "signatories", "không dùng được"),
        ({"sender": {**SENDER, "Trần Thị Mẫu Hoa": 1}}, "sender", "name, address, id_number"),
        ({"sender": {**SENDER, "signed": "Trần Thị Mẫu Hoa"}}, "sender.signed", "true hoặc false"),
    ],
)
def test_a_fault_names_its_field_and_what_is_allowed(
    more: dict[str, Any], field: str, words: str
) -> None:
    found = faults(plain(**more))
    assert list(found) == [field]
    assert words in found[field]
    assert NAME not in found[field]


@pytest.mark.parametrize(
    ("content", "field", "words"),
    [
        ({**DENUNCIATION, "title": "Tố cáo của tran thi mau hoa"}, "title", "Điều 108"),
        ({**DENUNCIATION, "title": "Đơn của người có số 0401 9900 0123"}, "title", "Art. 108"),
        ({**DENUNCIATION, "object": "coercion"}, "object", "chỉ khiếu nại"),
        ({**PETITION, "instance": "second"}, "instance", "only a complaint"),
        ({**COMPLAINT, "object": None}, "object", "before_measures"),
        ({**COMPLAINT, "instance": "second"}, "first", "khiếu nại lần đầu"),
        ({**COMPLAINT, "notified_on": "2026-11-21"}, "notified_on", "sau ngày nhận đơn"),
        ({**COMPLAINT, "about": "NA 1!"}, "about", "A-Z a-z 0-9"),
        ({**COMPLAINT, "title": None}, "title", "không dùng được"),
        ({"type": "complaint"}, "title", "còn thiếu"),
        (
            {**COMPLAINT, "excluded": {"first": "2026-11-09", "last": "2026-11-08"}},
            "excluded", "ends before",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_a_content_says_in_which(
    content: dict[str, Any], field: str, words: str
) -> None:
    found = faults(plain(PETITION, content))
    assert f"contents[2].{field}" in found
    assert words in found[f"contents[2].{field}"]
    assert NAME not in "".join(found.values())


@pytest.mark.parametrize("data", [None, [], "thư", 7])
def test_what_is_no_object_is_no_letter(data: object) -> None:
    assert list(faults(data)) == ["letter"]


def test_of_a_file_that_cannot_be_used_the_closed_words_are_kept_and_no_other() -> None:
    data = plain(DENUNCIATION, {"type": NAME}, received_on=NAME, channel=NAME)
    seen = glimpse(data, NOW.date())
    assert (seen.office, seen.sent_to, seen.kinds) == ("nghe-an", "agency", ("denunciation",))
    assert (seen.received_on, seen.channel) == (None, None)
    assert NAME not in json.dumps(seen.model_dump(mode="json"), ensure_ascii=False)
    told = glimpse_sender(data)
    assert told is not None
    assert told[1].told_in(NAME)
    assert glimpse_sender("text") is None
