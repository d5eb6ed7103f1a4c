"""Letters by command on real servers: booked in any case, opened once, told to nobody."""

from __future__ import annotations

import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

import cli.letter
import cli.letter_desk
import cli.letter_identity
from cases.errors import FormError
from cases.intake import letter_number
from cli import letter
from cli.letter_desk import new_fact, reach_desk, receive
from cli.live import NotRunningError
from cli.secrecy import refuse_identity
from settings import Settings, read_settings
from tests.cases.letter_files import COMPLAINT, DENUNCIATION, NOW, PETITION, SENDER, plain
from tests.conftest import free_port
from tests.workflows.conftest import Stage, eventually
from workflows.client import dossier_of, report

Told = Callable[..., Awaitable[tuple[int, str, str]]]
NAME, NUMBER = SENDER["name"], SENDER["id_number"]
_starts = itertools.count(1000, 20)
WHO = ("vt.mau", NOW)


@pytest.fixture(name="number")
def _number(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Give a test numbers of its own: one Temporal holds the dossiers of every test."""
    start = next(_starts)

    def spell(office: str, year: int, place: int) -> str:
        return letter_number(office, year, start + place)

    monkeypatch.setattr(cli.letter_desk, "letter_number", spell)
    return lambda place=1, office="nghe-an": spell(office, 2026, place)


@pytest.fixture(name="desk")
def _desk(
    stage: Stage, number: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Told:  # fmt: skip
    """Run `thads letter receive` and its like on 24 November 2026, 09:00, by tp.nv."""
    monkeypatch.setenv("THADS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("THADS_DATABASE_URL", stage.database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(stage.client.service_client.config.target_host))
    monkeypatch.setenv("THADS_ACTOR", "tp.nv")
    monkeypatch.setenv("COLUMNS", "240")
    for module in (cli.letter, cli.letter_identity):
        monkeypatch.setattr(module, "read_now", lambda: NOW)

    async def call(command: Any, *given: Any, **more: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = await command(*given, **more)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Callable[..., str]:
    def write(*contents: dict[str, Any], raw: bytes | None = None, **more: Any) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        text = json.dumps(plain(*contents, **more), ensure_ascii=False).encode()
        path.write_bytes(text if raw is None else raw)
        return str(path)

    return write


def parsed(out: str) -> Any:
    """Read the document among the lines that the worker of this process writes."""
    start = min(at for at in (out.find("{\n"), out.find("[\n")) if at >= 0)
    return json.JSONDecoder().raw_decode(out[start:])[0]


async def dump(database: str) -> str:
    """Write every row of the register as text."""
    said: list[str] = []
    async with await psycopg.AsyncConnection.connect(database) as connection:
        found = await connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('projection', 'record') and table_type = 'BASE TABLE'"
        )
        for schema, table in await found.fetchall():
            rows = await connection.execute(f"select t::text from {schema}.{table} t".encode())
            said += [f"{table}: {row[0]}" for row in await rows.fetchall()]
    return "\n".join(said)


async def test_a_complaint_gets_its_number_its_proposal_and_its_dossier(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        code, out, err = await desk(letter.receive_file, file())
        assert (code, err) == (0, "")
        assert f"Đơn đã vào sổ, số {number(1)} (nghe-an)." in out
        assert f"Khiếu nại → complaint/{number(1)}" in out
        assert "Đề xuất thụ lý" in out
        assert "Điều 104 Luật THADS 2025" in out
        dossier = await dossier_of(stage.client, f"complaint/{number(1)}")
    assert [fact.event for fact in dossier.facts] == ["contested_act_known", "complaint_received"]
    assert {fact.actor for fact in dossier.facts} == {"tp.nv"}
    code, out, _ = await desk(letter.list_letters)
    assert code == 0
    assert NAME in out
    assert "Chờ quyết định" in out


async def test_the_same_command_again_doubles_nothing(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    path = file(COMPLAINT, PETITION)
    async with stage.worker():
        first = parsed((await desk(letter.receive_file, path, json=True))[1])
        second = parsed((await desk(letter.receive_file, path, json=True))[1])
        assert (first["new"], second["new"]) == (True, False)
        assert second["number"] == first["number"]
        assert second["dossiers"] == [
            f"complaint/{number(1)}-1", f"petition/{number(1)}-2",
        ]  # fmt: skip
        assert len(second["steps"]) == 4
        dossier = await dossier_of(stage.client, second["dossiers"][0])
        assert len(dossier.facts) == 2


async def test_a_command_that_dies_before_temporal_leaves_the_letter_and_is_repeated(
    desk: Told,
    number: Callable[..., str],
    file: Callable[..., str],
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, address = file(), read_settings().temporal_address
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    with pytest.raises(NotRunningError):
        await desk(letter.receive_file, path)
    code, out, _ = await desk(letter.list_letters)
    assert (code, "Đã vào sổ, chưa mở đủ hồ sơ" in out) == (0, True)
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(address))
    async with stage.worker():
        code, out, _ = await desk(letter.receive_file, path)
        assert code == 0
        assert f"đã có trong sổ từ trước, số {number(1)}" in out
        await dossier_of(stage.client, f"complaint/{number(1)}")
    assert "Chờ quyết định" in (await desk(letter.list_letters))[1]


@pytest.mark.parametrize(
    ("given", "said", "english"),
    [
        ({"sender": {}}, "không có họ, tên người gửi", "the sender has no name"),
        ({"received_on": "hôm qua"}, "received_on: không đọc được ngày", "a date such as"),
        ({"raw": b'{"sender": {"name": "Tr'}, "không phải JSON hợp lệ", "not JSON at line 1"),
        ({"raw": b"\xff\x00"}, "không phải văn bản UTF-8", "it is not UTF-8"),
        ({"raw": b'{"office": 1, "office": 2}'}, "tên trùng nhau", "stands twice"),
        ({"raw": b'{"office": "\\ud800"}'}, "không dùng được", "not usable"),
        ({"raw": b'{"office": NaN}'}, "không dùng được", "not usable"),
        ({"office": "khong-co"}, "office: cho phép một trong: cuc", "allowed is one of: cuc"),
        (
            {"contents": [{**DENUNCIATION, "title": f"Đơn của {NAME}"}]},
            "contents[1].title: tiêu đề tố cáo nêu", "the title of a denunciation tells",
        ),
        (
            {"contents": [{**COMPLAINT, "instance": "second", "first": "complaint/KN-0"}]},
            "contents[1].first: không có hồ sơ khiếu nại lần đầu", "no dossier of that first",
        ),
        (
            {"contents": [{**COMPLAINT, "about": "NA-0"}]},
            "contents[1].about: sổ không có việc", "the register has no such case",
        ),
    ],
)  # fmt: skip
async def test_a_letter_that_cannot_be_worked_with_stands_in_the_book_all_the_same(
    desk: Told, file: Callable[..., str], given: dict[str, Any], said: str, english: str
) -> None:
    path = file(**given)
    code, out, err = await desk(letter.receive_file, path)
    assert code == 2
    assert "Đơn đã vào sổ" in out
    assert said in err
    code, out, err = await desk(letter.receive_file, path, lang="en")
    assert (code, "in the book before" in out) == (2, True)
    assert english in err
    assert NAME not in out + err
    _, out, _ = await desk(letter.list_letters, json=True)
    (row,) = parsed(out)
    assert (row["status"], row["dossiers"]) == ("unread", [])


async def test_a_file_that_is_put_right_takes_the_place_of_the_first(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    assert (await desk(letter.receive_file, file(received_on="?")))[0] == 2
    async with stage.worker():
        code, out, _ = await desk(
            letter.receive_file, file(), replaces=number(1)
        )  # fmt: skip
    assert (code, number(2) in out) == (0, True)
    assert f"Đã thay bằng đơn số {number(2)}" in (
        await desk(letter.show, number(1))
    )[1]  # fmt: skip
    with pytest.raises(FormError, match="only a letter without dossiers"):
        await desk(letter.receive_file, file(PETITION), replaces=number(2))


async def test_a_case_of_another_agency_is_said_and_the_letter_is_to_be_transferred(
    desk: Told, file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        case = await stage.open("request_received 2026-11-02", office="ha-tinh/kv1")

        async def in_register() -> bool:
            return await stage.reading.card(case, NOW) is not None

        await eventually(in_register)
        code, out, _ = await desk(letter.receive_file, file({**COMPLAINT, "about": case}))
    assert code == 0
    assert "Đề xuất chuyển đơn" in out
    assert "thuộc cơ quan khác" in out


async def test_a_decision_stands_in_the_book_and_its_dossier_hears_of_it_once(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        await desk(letter.receive_file, file())
        asked = (number(1), "accept")
        code, out, _ = await desk(letter.decide, *asked, document="5/TB")
        assert code == 0
        assert "thụ lý" in out
        assert "Giải quyết khiếu nại lần đầu về cưỡng chế" in out
        code, out, _ = await desk(letter.decide, *asked, document="5/TB")
        assert (code, "đã được ghi từ trước" in out) == (0, True)
        dossier = await dossier_of(stage.client, f"complaint/{number(1)}")
    (fact,) = [fact for fact in dossier.facts if fact.event == "complaint_accepted"]
    assert (fact.fields, fact.actor) == ({"number": "5/TB"}, "tp.nv")
    assert "Đã quyết định" in (await desk(letter.list_letters))[1]


@pytest.mark.parametrize(
    ("decision", "ground", "event", "fields"),
    [
        ("file", "insulting", "complaint_filed", {"ground": "insulting"}),
        ("refuse", "internal", "complaint_refused", {"ground": "internal", "bar": "internal"}),
        ("guide", "not_competent", "complaint_guided", {"ground": "not_competent"}),
        ("transfer", None, "complaint_transferred", {"to": "THADS tỉnh mẫu"}),
        ("ask", "no_id_number", "complaint_supplement_requested", {}),
    ],
)
async def test_every_decision_is_told_with_its_ground(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage, *,
    decision: Any, ground: str | None, event: str, fields: dict[str, str],
) -> None:  # fmt: skip
    async with stage.worker():
        await desk(letter.receive_file, file())
        with pytest.raises(FormError, match="--ground"):
            await desk(letter.decide, number(1), decision, ground="vì không thích")
        to = fields.get("to")
        assert (await desk(letter.decide, number(1), decision, ground=ground, to=to))[0] == 0
        dossier = await dossier_of(stage.client, f"complaint/{number(1)}")
    told = dossier.facts[-1]
    assert (told.event, told.fields) == (event, fields)


async def test_a_letter_that_says_the_same_again_is_known_by_sender_and_content(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    same = {**COMPLAINT, "title": "Khác tiêu đề", "text": "đề nghị HUỶ quyết định kê biên"}
    again = {**same, "text": "Đề nghị  huỷ quyết định kê biên."}
    async with stage.worker():
        await desk(letter.receive_file, file(same))
        _, out, _ = await desk(letter.receive_file, file(again, received_on="2026-11-23"))
        assert f"cùng nội dung với đơn số {number(1)}" in out
        assert "đơn đang xử lý: giải quyết chung" in out
        assert "Đề xuất thụ lý" in out
        await desk(letter.decide, number(1), "transfer")
        _, out, _ = await desk(letter.receive_file, file(again, received_on="2026-11-24"))
        assert "Đề xuất lưu đơn" in out
        other = {**SENDER, "name": "Người mẫu khác", "id_number": "040199000999"}
        _, out, _ = await desk(letter.receive_file, file(again, sender=other))
    assert "Đề xuất thụ lý" in out
    assert "Cùng người gửi" not in out


async def test_of_several_contents_the_decision_names_one(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        await desk(letter.receive_file, file(PETITION, COMPLAINT))
        for part in (None, 3):
            with pytest.raises(FormError, match="--part, 1 to 2"):
                await desk(letter.decide, number(1), "accept", part=part)
        code, out, _ = await desk(letter.decide, number(1), "accept", part=1)
    assert code == 0
    assert "trả lời" in out
    with pytest.raises(FormError, match="no letter of that number"):
        await desk(letter.decide, number(9), "file")


async def test_who_denounces_is_shown_to_the_right_alone_and_every_asking_is_kept(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    one, identity = number(1), cli.letter_identity
    async with stage.worker():
        await desk(letter.receive_file, file(DENUNCIATION))
    code, out, err = await desk(identity.identity, one, reason="xác minh")
    assert (code, out) == (4, "")
    assert "tp.nv không được xem" in err
    for giver in ("cv.an", "tp.nv"):
        with pytest.raises(FormError, match="only the head"):
            await desk(identity.grant, "tp.nv", office="nghe-an", by=giver)
    assert (await desk(identity.grant, "tp.nv", office="nghe-an", by="tt.nghe-an"))[0] == 0
    code, out, err = await desk(identity.identity, one, reason="xác minh")
    assert (code, err) == (0, "")
    assert NAME in out
    assert NUMBER in out
    with pytest.raises(FormError, match="--reason"):
        await desk(identity.identity, one, reason=" ")
    assert (await desk(identity.revoke, "tp.nv", office="nghe-an", by="ql.cuc"))[0] == 0
    assert (await desk(identity.identity, one, reason="xác minh"))[0] == 4
    _, out, _ = await desk(letter.show, one)
    assert NAME not in out
    assert out.count("tp.nv đã xem") == 1
    assert out.count("bị từ chối") == 2
    _, out, _ = await desk(identity.rights)
    assert "không" in out


async def test_a_fact_or_a_decision_that_names_who_denounces_is_refused(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        await desk(letter.receive_file, file(DENUNCIATION, COMPLAINT))
    settings: Settings = read_settings()
    told = {"note": "đã mời bà Thị Mẫu Hoa"}
    for dossier in (f"denunciation/{number(1)}-1", f"complaint/{number(1)}-2"):
        with pytest.raises(FormError, match="tells who denounces") as refused:
            await refuse_identity(settings, dossier, told, WHO)
        assert "Hoa" not in str(refused.value) + refused.value.say("vi")
        await refuse_identity(settings, dossier, {"note": "đã mời người tố cáo", "n": 5}, WHO)
    await refuse_identity(settings, "NA-2026-1", told, WHO)
    with pytest.raises(FormError, match="--note"):
        await desk(letter.decide, number(1), "refuse", part=1, note=f"gửi {NUMBER}")
    _, out, _ = await desk(letter.show, number(1))
    assert out.count("nội dung bị từ chối") == 3
    assert "Nội dung 1, ngày" not in out


async def test_of_a_file_that_nobody_could_read_no_free_text_is_taken(
    desk: Told, number: Callable[..., str], file: Callable[..., str]
) -> None:
    await desk(letter.receive_file, file(raw=b"\xff"), office="nghe-an")
    with pytest.raises(FormError, match="no free text"):
        await desk(letter.decide, number(1), "file", note="của bà Hoa")
    await desk(letter.receive_file, file(DENUNCIATION, sender="Trần Thị Mẫu Hoa"))
    with pytest.raises(FormError, match="tells who denounces"):
        await desk(letter.decide, number(2), "file", note="của bà Thị Mẫu Hoa")
    assert (await desk(letter.decide, number(1), "file", document="1/LĐ"))[0] == 0


async def test_nothing_of_a_denouncer_is_readable_in_the_register_or_in_temporal(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    # Not the sender of the other tests, whose dossiers this worker may meet in the same Temporal.
    name, place, own = "Vũ Thị Kín Mẫu", "Số 77, ngõ 5, phường Kín, Nghệ An", "040188000777"
    sender = {"name": name, "address": place, "id_number": own, "signed": True}
    named = {**DENUNCIATION, "title": f"Đơn của {name}"}
    texts = {**DENUNCIATION, "text": f"Tôi là {name}, {own}, ở {place}"}

    def hers(*contents: dict[str, Any], **more: Any) -> str:
        return file(*contents, sender=sender, **more)

    async with stage.worker():
        for path in (
            hers(texts),
            hers(texts, COMPLAINT, PETITION, forwarded_by=f"Tòa soạn, về đơn của {name}"),
            hers(named),
            hers(texts, received_on="?"),
            hers(texts, channel=name, sent_to=name, office=name),
            hers(texts, **{name: name}),
            hers({**texts, name: 1}, {"type": name}),
            file(raw=json.dumps(plain(texts, sender=sender), ensure_ascii=False).encode()[:-1]),
        ):
            await desk(letter.receive_file, path)
        with pytest.raises(FormError):
            await desk(letter.decide, number(1), "file", note=f"đơn của {name}")
        await desk(letter.decide, number(1), "accept", document="12/QĐ")

        async def assessed() -> bool:
            return await stage.reading.card(f"complaint/{number(2)}-2", NOW) is not None

        await eventually(assessed)
        said = await dump(stage.database)
        histories = [
            (await stage.client.get_workflow_handle(found.id).fetch_history()).to_json()
            async for found in stage.client.list_workflows("")
            if number(1) in found.id or number(2) in found.id
        ]
    assert f"complaint/{number(2)}-2" in said, "the dump holds what was opened"
    assert len(histories) == 4
    everything = said + "".join(histories)
    words = (name, name.casefold(), place, own, "Thị Kín")
    for word in words:
        assert word not in everything
        assert json.dumps(word)[1:-1] not in everything
        assert word.encode().hex() not in said, "not sealed but merely written as bytes"
    async with reach_desk(read_settings(), "tp.nv", NOW) as at:
        raw = await at.book.open_sealed(number(1), "file")
    assert raw is not None
    assert name in raw.decode(), "and it is still there, for whoever may open it"


async def test_a_second_complaint_is_told_to_the_dossier_of_the_first(
    desk: Told, number: Callable[..., str], file: Callable[..., str], stage: Stage
) -> None:
    async with stage.worker():
        await desk(letter.receive_file, file({**COMPLAINT, "notified_on": None}))
        first = f"complaint/{number(1)}"
        await stage.tell(first, "complaint_accepted 2026-11-20")
        again = {
            **COMPLAINT, "notified_on": None, "instance": "second", "first": first,
            "text": "Không đồng ý với quyết định lần đầu.",
        }  # fmt: skip
        early = file(again, office="cuc", sent_to="managing_authority")
        code, out, _ = await desk(letter.receive_file, early)
        assert (code, "không mở hồ sơ" in out) == (0, True)
        assert "Đề xuất hướng dẫn" in out
        await stage.tell(first, "complaint_resolved 2026-11-21")
        late = file(again, office="cuc", sent_to="managing_authority", received_at="08:00")
        async with reach_desk(read_settings(), "tp.nv", NOW) as at:
            # Dies after the dossier of the first has heard of it, before the book notes so.
            booked = await receive(at, Path(late).read_bytes())
            (found,) = booked.found
            assert found.draft is not None
            assert found.draft.report is not None
            fact = new_fact(found.draft.report, f"letter/{booked.number}/1", at)
            await report(stage.client, first, [fact])
        for _ in range(2):
            code, out, _ = await desk(letter.receive_file, late)
            assert (code, first in out) == (0, True)
            assert "Chờ quyết định" in (await desk(letter.show, booked.number))[1]
        dossier = await dossier_of(stage.client, first)
    received = [f.fields["instance"] for f in dossier.facts if f.event == "complaint_received"]
    assert received == ["first", "second"]
