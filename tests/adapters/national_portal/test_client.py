"""The calls to the portal: what is asked, what each answer means."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from postgw.domain.errors import Refused, Unreachable

SITE, NUMBER = "000.00.00.H42", "000.00.16.H42-261120-0007"
LOGIN, CALLS = "/mapi/login", "/mapi/g"
LET_IN = (200, {"session": "s-1", "error_code": 0})
DONE = (200, {"error_code": 0})
DESTINATION = "VN:GOV:000.00.00.G22:dien-tap"


def found(record, **other):
    return 200, {"error_code": 0, "result": [{**record, **other}]}


@pytest.fixture
def portal(outsider, portal_at):
    outsider.will_answer(LOGIN, LET_IN)
    return portal_at(outsider.url)


def sent(outsider, service=""):
    """Return the bodies of the calls of a service, or of all."""
    bodies = [json.loads(asked.body) for asked in outsider.calls(CALLS)]
    return [body for body in bodies if service in ("", body["service"])]


async def test_the_login_bears_name_and_password(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record))
    await portal.standing(dossier)
    [asked] = outsider.calls(LOGIN)
    assert (asked.method, asked.query) == ("POST", "")
    assert json.loads(asked.body) == {"username": "dien-tap", "password": "dien-tap"}
    assert (asked.headers["dstcode"], asked.headers["Charset"]) == (DESTINATION, "utf-8")


@pytest.mark.act("standing", "request", "call")
async def test_a_dossier_is_looked_up_in_the_session(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record))
    await portal.standing(dossier)
    [asked] = outsider.calls(CALLS)
    assert (asked.method, asked.query) == ("POST", "")
    assert (asked.headers["dstcode"], asked.headers["Charset"]) == (DESTINATION, "utf-8")
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {"session": "s-1", "madonvi": SITE, "service": "TraCuuHoSo", "mahoso": NUMBER}


@pytest.mark.act("tell", "request", "call", "answer")
async def test_a_step_is_written_with_nine_keys_under_9(portal, outsider, record, dossier, collected):
    outsider.will_answer(CALLS, found(record), DONE)
    await portal.tell(collected, dossier)
    body = sent(outsider)[1]
    assert list(body) == ["session", "madonvi", "service", "data"]
    assert body["service"] == "CapNhatTienDoHoSoMC"
    assert body["data"] == [{
        "MaHoSo": NUMBER, "NguoiXuLy": "Bưu điện", "ChucDanh": "", "ThoiDiemXuLy": "20261123094200",
        "PhongBanXuLy": "", "NoiDungXuLy": "Bưu điện đã nhận kết quả giải quyết hồ sơ để chuyển phát đến địa chỉ đã"
        " đăng ký. Số hiệu bưu gửi: PA000000014VN.", "TrangThai": "9", "NgayBatDau": "", "NgayKetThucTheoQuyDinh": "",
    }]  # fmt: skip


async def test_a_delivery_that_closes_makes_10_and_keeps_what_is_the_agencys(
    portal, outsider, record, dossier, delivered
):
    outsider.will_answer(CALLS, found(record, SoBienNhan=17, GhiChu=None), DONE)
    await portal.tell(delivered, dossier)
    body = sent(outsider)[1]
    assert list(body) == ["session", "madonvi", "service", "isUpdating", "data"]
    assert (body["service"], body["isUpdating"]) == ("DongBoHoSoMC", "True")
    [row] = body["data"]
    kept = {name: value for name, value in record.items() if name != "NgayKetThucXuLy"}
    ours = {"TrangThaiHoSo": "10", "NgayTra": "20261123094200", "HinhThuc": "1", "SoBienNhan": "17"}
    assert row == {**kept, **ours}


async def test_the_moment_of_9_is_never_sent(portal, outsider, record, dossier, delivered, collected):
    outsider.will_answer(CALLS, found(record), DONE, found(record), DONE)
    await portal.tell(collected, dossier)
    await portal.tell(delivered, dossier)
    assert not [asked for asked in outsider.calls(CALLS) if b"NgayKetThucXuLy" in asked.body]


@pytest.mark.parametrize("code", [9, "09", 9.0])
async def test_a_code_is_read_as_number_or_as_text(portal, outsider, record, dossier, delivered, code):
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo=code), (200, {"error_code": "00"}))
    await portal.tell(delivered, dossier)
    assert len(sent(outsider, "DongBoHoSoMC")) == 1


@pytest.mark.parametrize("code", [10, "10"], ids=repr)
async def test_what_stands_at_10_is_left_alone(portal, outsider, record, dossier, delivered, collected, code):
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo=code))
    await portal.tell(delivered, dossier)
    await portal.tell(collected, dossier)
    assert {body["service"] for body in sent(outsider)} == {"TraCuuHoSo"}


@pytest.mark.act("tell", "refusal")
@pytest.mark.parametrize("code", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "11", "X"])
async def test_what_the_agency_has_not_finished_needs_a_person(portal, outsider, record, dossier, delivered, code):
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo=code))
    with pytest.raises(Refused, match="chưa phải đã xử lý xong") as verdict:
        await portal.tell(delivered, dossier)
    assert verdict.value.code == "portal.not_finished"
    assert {body["service"] for body in sent(outsider)} == {"TraCuuHoSo"}


@pytest.mark.parametrize("rows", [[], None, {}], ids=repr)
async def test_a_dossier_the_portal_does_not_know_needs_a_person(portal, outsider, dossier, delivered, rows):
    outsider.will_answer(CALLS, (200, {"error_code": 0, "result": rows or []}))
    with pytest.raises(Refused, match="chưa có hồ sơ"):
        await portal.tell(delivered, dossier)
    assert await portal.standing(dossier) is None


async def test_another_dossiers_record_is_not_taken_for_it(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record, MaHoSo="000.00.16.H42-261120-0008"))
    assert await portal.standing(dossier) is None


async def test_what_the_post_alone_states_is_a_step_unless_it_closes(portal, outsider, record, dossier, delivered):
    stated = replace(delivered, kind="consignment.delivered_by_post_statement", state="delivered_by_post_statement")
    outsider.will_answer(CALLS, found(record), DONE, found(record), DONE)
    await portal.tell(replace(stated, data={"closes": False}), dossier)
    await portal.tell(stated, dossier)
    assert [body["service"] for body in sent(outsider)][1::2] == ["CapNhatTienDoHoSoMC", "DongBoHoSoMC"]


@pytest.mark.parametrize("other", [
    {"leg": "send"}, {"leg": "transfer"}, {"leg": "withdrawal"}, {"kind": "consignment.due_soon"},
    {"kind": "consignment.choice"}, {"kind": "dossier.filed", "leg": ""}, {"dossier_no": ""},
    {"data": {"closes": True, "without_result": True}},
    {"kind": "consignment.cancelled", "state": "cancelled"}, {"kind": "consignment.mới", "state": "mới"},
], ids=str)  # fmt: skip
async def test_a_notice_that_has_nothing_to_say_to_the_portal_makes_no_call(portal, outsider, delivered, other):
    await portal.tell(replace(delivered, **other), None)
    assert not outsider.asked


async def test_a_step_that_the_history_shows_is_not_written_again(portal, outsider, record, dossier, collected):
    outsider.will_answer(CALLS, found(record), DONE)
    await portal.tell(collected, dossier)
    told = sent(outsider)[1]["data"]
    outsider.will_answer(CALLS, found(record, DanhSachTienDo=[{"ThoiDiemXuLy": None}, "x", *told]))
    await portal.tell(collected, dossier)
    assert len(sent(outsider, "CapNhatTienDoHoSoMC")) == 1


@pytest.mark.act("standing", "answer")
async def test_a_standing_is_the_portals_code(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo=4, NgayTra="20261123094200"))
    standing = await portal.standing(dossier)
    assert (standing.status, standing.closed_at) == ("4", None)


@pytest.mark.parametrize(("said", "closed_at"), [
    ("20261123094200", datetime(2026, 11, 23, 2, 42, tzinfo=UTC)),
    (20261123094200, datetime(2026, 11, 23, 2, 42, tzinfo=UTC)), ("", None), ("hôm qua", None),
], ids=repr)  # fmt: skip
async def test_a_dossier_at_10_was_closed_when_its_result_was_handed_out(
    portal, outsider, record, dossier, said, closed_at
):
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo="10", NgayTra=said))
    standing = await portal.standing(dossier)
    assert (standing.status, standing.closed_at) == ("10", closed_at)


async def test_a_dossier_without_a_number_is_not_looked_up(portal, outsider, dossier):
    assert await portal.standing(replace(dossier, dossier_no="", intake_ref="1")) is None
    assert not outsider.asked


OPEN = [
    (200, b""), (200, b"<html>"), (200, b"null"), (200, b"[]"), (200, {}), (200, {"error_code": None}),
    (200, {"error_code": {"x": 1}}), (200, {"error_code": "a b"}), (201, {"error_code": 0}), (202, b""), (204, b""),
    (302, b""), (408, b""), (425, b""), (429, b""), (500, b""), (503, b""),
]  # fmt: skip
NO = [(400, b""), (403, b""), (404, b""), (405, b""), (200, {"error_code": 7}), (200, {"error_code": "-3"}),
      (200, {"error_code": "E12"}), (200, {"error_code": 3})]  # fmt: skip


@pytest.mark.parametrize("name", ["collected", "delivered"])
@pytest.mark.parametrize("answer", OPEN, ids=str)
async def test_an_answer_that_is_no_plain_yes_or_no_leaves_it_open(portal, outsider, record, request, name, answer):
    outsider.will_answer(CALLS, found(record), answer)
    with pytest.raises(Unreachable):
        await portal.tell(request.getfixturevalue(name), None)
    assert len(sent(outsider)) == 2


@pytest.mark.act("standing", "refusal")
@pytest.mark.parametrize("name", ["collected", "delivered"])
@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_plain_no_needs_a_person(portal, outsider, record, request, name, answer):
    outsider.will_answer(CALLS, found(record), answer)
    with pytest.raises(Refused):
        await portal.tell(request.getfixturevalue(name), None)


@pytest.mark.parametrize("answer", [*OPEN, (200, {"error_code": 0, "result": "x"}), (200, {"result": [{}]}),
                                    (200, {"error_code": 0, "result": ["x"]})], ids=str)  # fmt: skip
async def test_a_look_up_that_cannot_be_read_leaves_it_open_and_writes_nothing(
    portal, outsider, dossier, delivered, answer
):
    outsider.will_answer(CALLS, answer)
    for asked in (portal.tell(delivered, dossier), portal.standing(dossier)):
        with pytest.raises(Unreachable):
            await asked
    assert {body["service"] for body in sent(outsider)} == {"TraCuuHoSo"}


async def test_a_look_up_of_older_versions_has_no_error_code(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, (200, {"result": [record]}))
    assert (await portal.standing(dossier)).status == "9"


async def test_a_line_dropped_during_an_update_leaves_it_open(portal, outsider, record, delivered, dropped_line):
    outsider.will_answer(CALLS, found(record), dropped_line)
    with pytest.raises(Unreachable):
        await portal.tell(delivered, None)


async def test_a_session_serves_many_calls_even_at_once(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record))
    await asyncio.gather(*(portal.standing(dossier) for _ in range(6)))
    assert len(outsider.calls(LOGIN)) == 1


@pytest.mark.parametrize("ran_out", [(200, {"error_code": -1}), (200, {"error_code": "77"}), (401, b"")], ids=str)
async def test_a_session_that_ran_out_is_renewed_once(portal, outsider, record, dossier, ran_out):
    outsider.will_answer(LOGIN, LET_IN, (200, {"session": "s-2", "error_code": "00"}))
    outsider.will_answer(CALLS, found(record), ran_out, found(record))
    await portal.standing(dossier)
    await portal.standing(dossier)
    assert [body["session"] for body in sent(outsider)] == ["s-1", "s-1", "s-2"]


async def test_many_calls_renew_a_session_together(portal, outsider, record, dossier):
    async def by_session(request):
        from aiohttp import web

        session = (await request.json())["session"]
        return web.json_response({"error_code": -1} if session == "s-1" else found(record)[1])

    outsider.will_answer(LOGIN, LET_IN, (200, {"session": "s-2", "error_code": 0}))
    outsider.will_answer(CALLS, found(record), by_session)
    await portal.standing(dossier)
    standings = await asyncio.gather(*(portal.standing(dossier) for _ in range(5)))
    assert len(outsider.calls(LOGIN)) == 2
    assert {standing.status for standing in standings} == {"9"}


async def test_only_the_codes_that_are_named_renew_a_session(outsider, portal_at, record, dossier):
    outsider.will_answer(LOGIN, LET_IN)
    portal = portal_at(outsider.url, session_codes=("-1",))
    outsider.will_answer(CALLS, found(record), (200, {"error_code": 7}), (200, {"error_code": "-1"}), found(record))
    await portal.standing(dossier)
    with pytest.raises(Refused):
        await portal.standing(dossier)
    assert len(outsider.calls(LOGIN)) == 1
    await portal.standing(dossier)
    assert len(outsider.calls(LOGIN)) == 2


async def test_a_second_no_in_a_new_session_waits_until_the_account_is_mended(portal, outsider, record, dossier):
    outsider.will_answer(CALLS, found(record), (401, b""))
    await portal.standing(dossier)
    with pytest.raises(Unreachable) as verdict:
        await portal.standing(dossier)
    assert verdict.value.code == "portal.credentials"
    assert len(outsider.calls(CALLS)) == 3


@pytest.mark.parametrize("answer", [(200, {"error_code": 2}), (200, {"error_code": "X"}), (401, b""), (403, b"")],
                         ids=str)  # fmt: skip
async def test_a_login_that_is_refused_waits_until_the_account_is_mended_and_nothing_is_asked(
    portal, outsider, dossier, answer
):
    outsider.will_answer(LOGIN, answer)
    with pytest.raises(Unreachable) as verdict:
        await portal.standing(dossier)
    assert verdict.value.code == "portal.credentials"
    assert not outsider.calls(CALLS)


@pytest.mark.parametrize("answer", [(200, b""), (200, {}), (200, {"error_code": 0}), (200, {"session": "s"}),
                                    (200, {"session": "a\nb", "error_code": 0}), (503, b"")], ids=str)  # fmt: skip
async def test_a_login_that_cannot_be_read_leaves_it_for_later(portal, outsider, dossier, answer):
    outsider.will_answer(LOGIN, answer)
    with pytest.raises(Unreachable):
        await portal.standing(dossier)


async def test_the_provincial_form_puts_the_call_into_the_path(outsider, portal_at, record, delivered):
    bus = "/api/SynsTTHCC"
    portal = portal_at(outsider.url, envelope="path", integration_endpoint=bus, auth_endpoint="", dstcode="")
    outsider.will_answer(f"{bus}/TraCuuHoSo", found(record))
    outsider.will_answer(f"{bus}/DongBoHoSoMC", DONE)
    outsider.will_answer(f"{bus}/CapNhatTienDoHoSoMC", DONE)
    await portal.tell(delivered, None)
    await portal.tell(replace(delivered, kind="consignment.held", state="held"), None)
    look_up, update, _, step = outsider.asked
    assert look_up.query == f"MaDinhDanhDV={SITE}&mahoso={NUMBER}"
    assert update.query == f"MaDinhDanhDV={SITE}&isUpdating=True"
    assert [row["TrangThaiHoSo"] for row in json.loads(update.body)] == ["10"]
    assert (step.query, json.loads(step.body)[0]["TrangThai"]) == (f"MaDinhDanhDV={SITE}", "9")
    assert "dstcode" not in update.headers


async def test_a_bus_may_want_the_session_in_a_header(outsider, portal_at, record, dossier):
    outsider.will_answer(LOGIN, LET_IN)
    outsider.will_answer("/bus/TraCuuHoSo", (401, b""), found(record))
    portal = portal_at(outsider.url, envelope="path", integration_endpoint="/bus", session_header="X-Session")
    with pytest.raises(Unreachable):
        await portal.standing(dossier)
    await portal.standing(dossier)
    assert {asked.headers["X-Session"] for asked in outsider.calls("/bus/TraCuuHoSo")} == {"s-1"}


async def test_a_province_writes_its_own_codes(outsider, portal_at, record, dossier, delivered):
    outsider.will_answer(LOGIN, LET_IN)
    portal = portal_at(outsider.url, codes={"9": "stopped", "10": "stopped", "90": "finished", "91": "returned"})
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo=90), DONE)
    await portal.tell(delivered, dossier)
    assert sent(outsider)[1]["data"][0]["TrangThaiHoSo"] == "91"


async def test_nothing_that_names_a_person_or_opens_a_door_is_logged_or_said(
    portal, outsider, record, dossier, delivered, caplog
):
    caplog.set_level(logging.DEBUG)
    outsider.will_answer(CALLS, found(record, TrangThaiHoSo="4"))
    with pytest.raises(Refused) as refused:
        await portal.tell(delivered, dossier)
    outsider.will_answer(CALLS, (200, {"error_code": "Nguyễn Văn Ánh", "message": "0912000003"}))
    with pytest.raises(Unreachable) as silent:
        await portal.tell(delivered, dossier)
    outsider.will_answer(CALLS, (200, {"error_code": 8, "message": "Nguyễn Văn Ánh 0912000003"}))
    with pytest.raises(Refused) as no:
        await portal.tell(delivered, dossier)
    said = caplog.text + "".join(f"{one.value}{one.value.values}" for one in (refused, silent, no))
    said += repr(portal.settings)
    assert not [word for word in ("Ánh", "0912000003", "s-1", "secret='", "key='") if word in said]
