"""The calls: what is asked, what each answer means."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from adapters.opencps import codes
from postgw.domain.address import Party
from postgw.domain.errors import Refused, Unreachable

from .conftest import BASE, PERSONAL, WIRE, told

ONE, ACTIONS = f"{BASE}/4501", f"{BASE}/4501/actions"
ROW = {name: value for name, value in WIRE.items() if not name.startswith("postal") and name != "password"}
EMPTY = (200, {"total": 0})
NO = [(400, b""), (404, b""), (405, b""), (409, b"")]
STRANGER = [(203, b'{"code": 203}'), (401, b"")]
OPEN = [(500, b""), (503, b""), (408, b""), (425, b""), (429, b""), (302, b""), (201, b"{}"), (202, b"")]
BROKEN = [(200, b""), (200, b"<html>"), (200, b"null"), (200, b"[]"), (200, b"\xff\xfe")]


@pytest.fixture
def desk(outsider, desk_of):
    outsider.will_answer(BASE, (200, {"total": 1, "data": [ROW]}), EMPTY)
    outsider.will_answer(ONE, (200, WIRE))
    return desk_of(outsider.url)


def sent(outsider, path, method="PUT"):
    bodies = [asked.body.decode() for asked in outsider.calls(path) if asked.method == method]
    return [dict(parse_qsl(body, keep_blank_values=True)) for body in bodies]


# --- what is offered --------------------------------------------------------------------------------------------------


@pytest.mark.act("offered", "request", "call")
async def test_a_list_is_asked_for_with_its_filter_newest_change_first(desk, outsider):
    await desk.offered("", 200)
    first, second = outsider.calls(BASE)[0], outsider.calls(BASE)[-1]
    assert (first.method, first.body) == ("GET", b"")
    assert first.query == "viapostal=2&start=0&end=50&sort=modified&order=true"
    assert base64.b64decode(first.headers["Authorization"].removeprefix("Basic ")) == b"postgw@example.vn:s3cret"
    assert (first.headers["groupId"], first.headers["Accept"]) == ("55301", "application/json")
    assert second.query.startswith("viapostal=2&")


@pytest.mark.act("offered", "answer")
async def test_each_dossier_of_a_list_is_opened_and_the_next_list_follows(desk, outsider):
    page = await desk.offered("", 200)
    assert [one.dossier.dossier_no for one in page.offered] == ["H27.15-261123-0007"]
    assert (page.more, len(outsider.calls(ONE))) == (True, 1)
    rest = await desk.offered(page.cursor, 200)
    assert outsider.calls(BASE)[-1].query.startswith("vnpostalStatus=1&")
    assert (rest.offered, rest.more) == ((), False)


async def test_a_list_with_nothing_in_it_leaves_the_cursor_where_it_was(outsider, desk_of):
    outsider.will_answer(BASE, (200, {"total": 0, "data": []}))
    desk = desk_of(outsider.url)
    first = await desk.offered("", 200)
    again = await desk.offered(first.cursor, 200)
    assert (first.more, again.more, again.cursor) == (False, False, first.cursor)


@pytest.mark.act("offered", "refusal")
@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_no_to_a_list_needs_a_person(outsider, desk_of, answer):
    outsider.will_answer(BASE, answer)
    with pytest.raises(Refused):
        await desk_of(outsider.url).offered("", 200)


@pytest.mark.parametrize("answer", [*OPEN, *BROKEN, (200, {"data": {}}), (200, {"data": "x"})], ids=str)
async def test_a_list_that_cannot_be_read_moves_nothing(outsider, desk_of, answer):
    outsider.will_answer(BASE, answer)
    with pytest.raises(Unreachable):
        await desk_of(outsider.url).offered("", 200)


async def test_a_row_without_a_number_is_put_aside_and_loses_no_other(desk, outsider):
    outsider.will_answer(BASE, (200, {"total": 3, "data": [{"dossierId": None}, ROW, "x"]}), EMPTY)
    page = await desk.offered("", 200)
    assert (len(page.offered), len(page.rejects)) == (1, 2)


async def test_a_dossier_that_is_over_is_not_even_opened(desk, outsider):
    outsider.will_answer(BASE, (200, {"total": 1, "data": [{**ROW, "dossierStatus": "done"}]}), EMPTY)
    assert (await desk.offered("", 200)).offered == ()
    assert not outsider.calls(ONE)


@pytest.mark.parametrize("answer", [(404, b""), (204, b"")], ids=str)
async def test_a_dossier_that_is_gone_meanwhile_is_passed_over(desk, outsider, answer):
    outsider.will_answer(ONE, answer)
    page = await desk.offered("", 200)
    assert (page.offered, page.rejects) == ((), ())


async def test_a_dossier_that_may_not_be_opened_is_put_aside(desk, outsider):
    outsider.will_answer(ONE, (403, b""))
    page = await desk.offered("", 200)
    assert (page.offered, [reject.record_id[:5] for reject in page.rejects]) == ((), ["4501:"])


async def test_a_dossier_that_always_answers_with_trouble_does_not_hold_the_others_up_for_ever(desk, outsider):
    outsider.will_answer(BASE, (200, {"total": 1, "data": [ROW]}))
    outsider.will_answer(ONE, (500, b""))
    for _ in range(2):
        with pytest.raises(Unreachable):
            await desk.offered("", 200)
    page = await desk.offered("", 200)
    assert (page.offered, len(page.rejects)) == ((), 1)
    outsider.will_answer(ONE, (200, WIRE))
    assert len((await desk.offered("", 200)).offered) == 1


async def test_a_line_cut_while_a_dossier_is_opened_is_no_reason_to_put_it_aside(desk, outsider, dropped_line):
    outsider.will_answer(BASE, (200, {"total": 1, "data": [ROW]}))
    outsider.will_answer(ONE, dropped_line)
    for _ in range(4):
        with pytest.raises(Unreachable):
            await desk.offered("", 200)


@pytest.mark.parametrize("answer", STRANGER, ids=str)
async def test_who_is_not_let_in_waits_until_the_account_is_mended(outsider, desk_of, dossier, answer):
    outsider.will_answer(BASE, answer)
    outsider.will_answer(ONE, answer)
    desk = desk_of(outsider.url)
    asked = (
        lambda: desk.offered("", 200), lambda: desk.tell(told("consignment.collected"), dossier),
        lambda: desk.standing(dossier), lambda: desk.dossier_by_number(WIRE["dossierNo"], desk="TS"),
    )  # fmt: skip
    for ask in asked:
        with pytest.raises(Unreachable) as verdict:
            await ask()
        assert verdict.value.code == "opencps.credentials"


async def test_a_stranger_is_told_so_at_one_dossier_as_well(desk, outsider):
    outsider.will_answer(ONE, (203, b"{}"))
    with pytest.raises(Unreachable) as no:
        await desk.offered("", 200)
    assert no.value.code == "opencps.credentials"


# --- telling ----------------------------------------------------------------------------------------------------------


@pytest.mark.act("tell", "request", "call", "answer")
async def test_a_collected_result_is_with_the_post_and_everything_else_goes_back_as_it_was(desk, outsider, dossier):
    outsider.will_answer(ONE, (200, WIRE), (200, {**WIRE, "viaPostal": "3"}))
    await desk.tell(told("consignment.collected"), dossier)
    asked = outsider.calls(ONE)[-1]
    assert (asked.method, asked.headers["Content-Type"]) == ("PUT", "application/x-www-form-urlencoded; charset=UTF-8")
    [form] = sent(outsider, ONE)
    kept = {name: str(WIRE[name]) for name in codes.saved_fields() if name in WIRE}
    assert {"applicantIdNo", "dossierTemplateNo", "vnpostalStatus", "postalCityCode"} <= set(kept)
    new = {"viaPostal": "3", "postalCodeReceived": "PA000000014VN", "lastReceiveDate": "23/11/2026 09:00:00"}
    assert form == {**kept, **new}
    assert form["postalAddress"] == "Số 5 ngõ 2"
    assert not {"password", "dossierNo", "dossierStatus"} & set(form)


async def test_a_province_may_have_it_as_json(outsider, desk_of, dossier):
    outsider.will_answer(ONE, (200, WIRE), (200, {**WIRE, "viaPostal": "3"}))
    await desk_of(outsider.url, body="json").tell(told("consignment.collected"), dossier)
    asked = outsider.calls(ONE)[-1]
    assert asked.headers["Content-Type"].startswith("application/json")
    assert '"viaPostal": "3"' in asked.body.decode()


@pytest.mark.parametrize(("notice", "present", "field", "value"), [
    (told("consignment.delivered", closes=True), {"viaPostal": "3"}, "viaPostal", "4"),
    (told("consignment.delivered", closes=True), {"viaPostal": "2"}, "viaPostal", "4"),
    (told("consignment.booked", "send"), {"vnpostalStatus": 1}, "vnpostalStatus", "2"),
    (told("consignment.delivered", "send"), {"vnpostalStatus": 2}, "vnpostalStatus", "3"),
    (told("dossier.filed", "send"), {"vnpostalStatus": "1"}, "vnpostalStatus", "3"),
    (told("consignment.cancelled", "send"), {"vnpostalStatus": 1}, "vnpostalStatus", "4"),
])  # fmt: skip
async def test_a_step_writes_its_number(desk, outsider, dossier, notice, present, field, value):
    outsider.will_answer(ONE, (200, {**WIRE, **present}), (200, {**WIRE, field: value}))
    await desk.tell(notice, dossier)
    assert [form[field] for form in sent(outsider, ONE)] == [value]


@pytest.mark.parametrize(("notice", "present"), [
    (told("consignment.collected"), {"viaPostal": "4"}),
    (told("consignment.collected"), {"viaPostal": "3", "postalCodeReceived": "PA000000014VN"}),
    (told("consignment.collected"), {"viaPostal": "0"}),
    (told("consignment.booked", "send"), {"vnpostalStatus": 3}), (told("consignment.booked", "send"), {}),
    (told("consignment.booked", "send"), {"vnpostalStatus": None}),
    (told("consignment.cancelled", "send"), {"vnpostalStatus": 3}),
    (told("dossier.filed", "send"), {"vnpostalStatus": 4}), (told("dossier.post_chosen", ""), {"viaPostal": "3"}),
    (told("dossier.post_chosen", ""), {"viaPostal": "2"}),
    (told("consignment.delivered", closes=False), {"viaPostal": "3"}),
], ids=str)  # fmt: skip
async def test_nothing_is_said_twice_and_nothing_moves_backwards(desk, outsider, dossier, notice, present):
    outsider.will_answer(ONE, (200, {**WIRE, **present}))
    await desk.tell(notice, dossier)
    assert not sent(outsider, ONE)


async def test_a_number_that_comes_later_is_told_without_moving_anything(desk, outsider, dossier):
    outsider.will_answer(ONE, (200, {**WIRE, "viaPostal": "3"}))
    await desk.tell(told("consignment.collected"), dossier)
    [form] = sent(outsider, ONE)
    assert (form["viaPostal"], form["postalCodeReceived"]) == ("3", "PA000000014VN")


async def test_a_choice_at_the_post_counter_is_written_with_its_address(desk, outsider, dossier):
    blank = {name: value for name, value in WIRE.items() if not name.startswith("postal")}
    outsider.will_answer(ONE, (200, {**blank, "viaPostal": "1"}), (200, {**WIRE, "viaPostal": "2"}))
    await desk.tell(told("dossier.post_chosen", "", item_no=""), dossier)
    [form] = sent(outsider, ONE)
    assert (form["viaPostal"], form["postalAddress"], form["postalTelNo"]) == ("2", "Số 5 ngõ 2", "0540111222")
    assert form["postalWardName"] == "Phường Trần Phú"


async def test_another_address_chosen_later_is_written_over_the_first(desk, outsider, dossier):
    moved = replace(dossier, return_to=Party(name="A", phone="0540111222", address="Số 9", province="Tỉnh Hà Tĩnh"))
    await desk.tell(told("dossier.post_chosen", "", item_no=""), moved)
    [form] = sent(outsider, ONE)
    assert (form["postalAddress"], form["postalWardName"], form["postalCityCode"]) == ("Số 9", "", "48")


async def test_an_address_in_another_province_leaves_no_code_of_the_old_one(outsider, desk_of, dossier):
    outsider.will_answer(ONE, (200, {**WIRE, "postalDistrictCode": "4810", "postalDistrictName": "Huyện cũ"}))
    moved = replace(dossier, return_to=Party(name="A", phone="0540111222", address="Số 9", province="Tỉnh Nghệ An"))
    for settings in ({}, {"city_codes": {"Tỉnh Nghệ An": "46"}}):
        await desk_of(outsider.url, **settings).tell(told("dossier.post_chosen", "", item_no=""), moved)
    forms = sent(outsider, ONE)
    assert [form["postalCityCode"] for form in forms] == ["", "46"]
    assert {(form["postalDistrictCode"], form["postalDistrictName"], form["postalWardName"]) for form in forms} == {
        ("", "", "")
    }


async def test_what_came_as_a_number_or_a_record_goes_back_as_text(desk, outsider, dossier):
    odd = {**WIRE, "sampleCount": 2.0, "originality": True, "vnpostalProfile": {"postalAddress": "Xóm Mới"}}
    outsider.will_answer(ONE, (200, odd), (200, {**odd, "viaPostal": "3"}))
    await desk.tell(told("consignment.collected"), dossier)
    [form] = sent(outsider, ONE)
    assert (form["sampleCount"], form["originality"]) == ("2", "true")
    assert form["vnpostalProfile"] == '{"postalAddress": "Xóm Mới"}'


async def test_an_address_that_opencps_lost_is_put_back(desk, outsider, dossier):
    lost = {**WIRE, "postalAddress": "", "postalTelNo": None}
    outsider.will_answer(ONE, (200, lost), (200, {**lost, "viaPostal": "3"}))
    await desk.tell(told("consignment.collected"), dossier)
    [form] = sent(outsider, ONE)
    assert (form["postalAddress"], form["postalTelNo"]) == ("Số 5 ngõ 2", "0540111222")


async def test_a_saving_that_does_not_keep_the_number_needs_a_person(desk, outsider, dossier):
    with pytest.raises(Refused) as no:
        await desk.tell(told("consignment.collected"), dossier)
    assert no.value.code == "opencps.not_kept"


@pytest.mark.parametrize("answer", [*OPEN, *BROKEN], ids=str)
async def test_an_unclear_answer_to_a_saving_leaves_it_open(desk, outsider, dossier, answer):
    outsider.will_answer(ONE, (200, WIRE), answer)
    with pytest.raises(Unreachable):
        await desk.tell(told("consignment.collected"), dossier)
    assert len(sent(outsider, ONE)) == 1


@pytest.mark.act("tell", "refusal")
@pytest.mark.parametrize("answer", [*NO, (403, b"")], ids=str)
async def test_a_plain_no_to_a_saving_needs_a_person(desk, outsider, dossier, answer):
    outsider.will_answer(ONE, (200, WIRE), answer)
    with pytest.raises(Refused):
        await desk.tell(told("consignment.collected"), dossier)


async def test_a_line_cut_during_a_saving_leaves_it_open(desk, outsider, dossier, dropped_line):
    outsider.will_answer(ONE, (200, WIRE), dropped_line)
    with pytest.raises(Unreachable):
        await desk.tell(told("consignment.collected"), dossier)


async def test_where_an_action_does_a_step_it_is_done_and_nothing_is_saved(outsider, desk_of, dossier):
    outsider.will_answer(ONE, (200, {**WIRE, "vnpostalStatus": 2}))
    outsider.will_answer(ACTIONS, (200, {"dossierActionId": 1}))
    desk = desk_of(outsider.url, actions={"filed": "1234"}, action_user="Bưu điện")
    await desk.tell(told("dossier.filed", "send"), dossier)
    assert sent(outsider, ACTIONS, "POST") == [{"actionCode": "1234", "actionUser": "Bưu điện"}]
    assert not sent(outsider, ONE)


async def test_an_action_that_was_the_last_one_done_is_not_done_again(outsider, desk_of, dossier):
    outsider.will_answer(ONE, (200, {**WIRE, "vnpostalStatus": 2, "lastActionCode": "1234"}))
    await desk_of(outsider.url, actions={"filed": "1234"}).tell(told("dossier.filed", "send"), dossier)
    assert not outsider.calls(ACTIONS)


@pytest.mark.parametrize("answer", [*OPEN, *BROKEN], ids=str)
async def test_an_unclear_answer_to_an_action_leaves_it_open(outsider, desk_of, dossier, answer):
    outsider.will_answer(ONE, (200, {**WIRE, "vnpostalStatus": 2}))
    outsider.will_answer(ACTIONS, answer)
    with pytest.raises(Unreachable):
        await desk_of(outsider.url, actions={"filed": "1234"}).tell(told("dossier.filed", "send"), dossier)


@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_plain_no_to_an_action_needs_a_person(outsider, desk_of, dossier, answer):
    outsider.will_answer(ONE, (200, {**WIRE, "vnpostalStatus": 2}))
    outsider.will_answer(ACTIONS, answer)
    with pytest.raises(Refused):
        await desk_of(outsider.url, actions={"filed": "1234"}).tell(told("dossier.filed", "send"), dossier)


@pytest.mark.parametrize("kind", ["consignment.in_transit", "case.opened", "supplement.asked", "fee.received"])
async def test_what_means_nothing_to_opencps_is_not_even_looked_up(desk, outsider, dossier, kind):
    await desk.tell(told(kind), dossier)
    await desk.tell(told("consignment.collected"), None)
    assert not outsider.asked


async def test_a_dossier_without_opencps_s_number_is_looked_up_by_its_own(desk, outsider, dossier):
    near = {**ROW, "dossierId": 4502, "dossierNo": "H27.15-261123-00071"}
    outsider.will_answer(BASE, (200, {"total": 2, "data": [near, ROW]}))
    outsider.will_answer(ONE, (200, WIRE), (200, {**WIRE, "viaPostal": "3"}))
    await desk.tell(told("consignment.collected"), replace(dossier, intake_ref="TS-HS-1"))
    assert outsider.calls(BASE)[0].query == "dossierNo=H27.15-261123-0007&start=0&end=20"
    assert len(sent(outsider, ONE)) == 1


async def test_a_dossier_that_opencps_never_had_is_not_told_of(desk, outsider, dossier):
    outsider.will_answer(BASE, EMPTY)
    await desk.tell(told("consignment.collected"), replace(dossier, intake_ref=""))
    outsider.will_answer(ONE, (404, b""))
    await desk.tell(told("consignment.collected"), dossier)
    assert not sent(outsider, ONE)


async def test_a_reference_that_only_looks_like_opencps_s_number_changes_no_stranger_s_dossier(desk, outsider, dossier):
    outsider.will_answer(BASE, EMPTY)
    outsider.will_answer(ONE, (200, {**WIRE, "dossierNo": "H27.15-261123-0999"}))
    await desk.tell(told("consignment.collected"), dossier)
    assert not sent(outsider, ONE)


# --- standing ---------------------------------------------------------------------------------------------------------


@pytest.mark.act("standing", "request", "call")
async def test_a_standing_is_one_look_at_the_dossier_under_opencps_s_number(desk, outsider, dossier):
    await desk.standing(dossier)
    [asked] = outsider.calls(ONE)
    assert (asked.method, asked.query, asked.body) == ("GET", "", b"")
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"postgw@example.vn:s3cret"
    assert asked.headers["groupId"] == "55301"


@pytest.mark.act("standing", "answer")
async def test_a_dossier_stands_as_opencps_says(desk, outsider, dossier):
    outsider.will_answer(ONE, (200, {**WIRE, "dossierStatus": "done", "finishDate": "30/11/2026 09:30:00"}))
    standing = await desk.standing(dossier)
    assert (standing.status, standing.closed_at) == ("done", datetime(2026, 11, 30, 2, 30, tzinfo=UTC))
    asked = outsider.calls(ONE)[0]
    assert (asked.method, asked.query, asked.headers["groupId"]) == ("GET", "", "55301")


async def test_a_dossier_unknown_there_has_no_standing(desk, outsider, dossier):
    outsider.will_answer(ONE, (404, b""))
    outsider.will_answer(BASE, EMPTY)
    assert await desk.standing(dossier) is None


@pytest.mark.parametrize("answer", [*OPEN, *BROKEN], ids=str)
async def test_a_standing_that_cannot_be_read_is_asked_again(desk, outsider, dossier, answer):
    outsider.will_answer(ONE, answer)
    with pytest.raises(Unreachable):
        await desk.standing(dossier)


@pytest.mark.act("standing", "refusal")
@pytest.mark.parametrize("answer", [(400, b""), (403, b"")], ids=str)
async def test_a_no_to_a_standing_needs_a_person(desk, outsider, dossier, answer):
    outsider.will_answer(ONE, answer)
    with pytest.raises(Refused):
        await desk.standing(dossier)


# --- one dossier by its number ----------------------------------------------------------------------------------------

BY_NUMBER = (200, {"total": 1, "data": [{"dossierId": 4501, "dossierNo": WIRE["dossierNo"]}]})


@pytest.mark.act("dossier_by_number", "request", "call")
async def test_one_dossier_is_looked_for_by_its_number_and_then_opened(desk, outsider):
    outsider.will_answer(BASE, BY_NUMBER)
    await desk.dossier_by_number(WIRE["dossierNo"], desk="TS")
    [asked] = outsider.calls(BASE)
    assert (asked.method, asked.query.split("&")[0]) == ("GET", f"dossierNo={WIRE['dossierNo']}")
    assert len(outsider.calls(ONE)) == 1


@pytest.mark.act("dossier_by_number", "answer")
async def test_a_dossier_by_its_number_is_shown_whether_or_not_the_post_was_chosen(desk, outsider):
    outsider.will_answer(BASE, BY_NUMBER, BY_NUMBER)
    outsider.will_answer(ONE, (200, WIRE), (200, {**WIRE, "viaPostal": "0"}))
    chosen, unchosen = [await desk.dossier_by_number(WIRE["dossierNo"], desk="TS") for _ in range(2)]
    assert (chosen.service_form, chosen.receiving_desk, chosen.applicant.name) == (
        "return",
        "TS",
        WIRE["applicantName"],
    )
    assert (unchosen.service_form, unchosen.return_to) == ("", chosen.return_to)


async def test_a_number_that_is_only_like_it_is_unknown(desk, outsider):
    outsider.will_answer(BASE, (200, {"total": 1, "data": [{"dossierId": 4501, "dossierNo": "H27.15-261123-00071"}]}))
    assert await desk.dossier_by_number(WIRE["dossierNo"], desk="TS") is None


@pytest.mark.act("dossier_by_number", "refusal")
@pytest.mark.parametrize("answer", [(400, b"")], ids=str)
async def test_a_no_to_a_look_at_one_dossier_needs_a_person(desk, outsider, answer):
    outsider.will_answer(BASE, answer)
    with pytest.raises(Refused):
        await desk.dossier_by_number(WIRE["dossierNo"], desk="TS")


# --- nothing personal -------------------------------------------------------------------------------------------------


async def test_no_verdict_and_no_line_of_the_log_names_a_person_or_opens_a_door(desk, outsider, dossier, caplog):
    caplog.set_level(logging.DEBUG)
    said = []
    for answer in ((400, {"message": "Nguyễn Thị Diễn Tập 0540123456"}), (500, {"message": "k12x"}), (200, WIRE)):
        outsider.will_answer(ONE, (200, WIRE), answer)
        try:
            await desk.tell(told("consignment.collected"), dossier)
        except (Refused, Unreachable) as verdict:
            said.append(f"{verdict!r}{verdict.values}")
    everything = " ".join([*said, caplog.text, repr(desk.settings)])
    assert len(said) == 3
    assert not [word for word in PERSONAL if word in everything]
