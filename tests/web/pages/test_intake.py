"""Taking a dossier in at the counter: what is known is filled in, what is wrong stands at its field, twice is once."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.ports import OfferedDossier
from postgw.rules.procedures import load_procedures
from postgw.storage import offers

NEW = "H27.10.20-261120-9001"  # beyond what the rehearsal desk knows
KNOWN_THERE = "H27.10.20-261120-0042"
OLD_GENERATION = "000.00.16.H27-240105-9007"
SERVED = next(each for each in load_procedures() if "both" in each.forms and len(each.papers) > 1)
EXCLUDED = next(each for each in load_procedures() if not each.forms)
TYPED = {
    "dossier_no": NEW, "seen": "0", "receiving_desk": "TS", "procedure_code": SERVED.code, "service_form": "return",
    "applicant_name": "Nguyễn Thị Diễn Tập", "applicant_phone": "0540000123", "applicant_address": "Thôn Đoài",
    "applicant_commune": "xã Kỳ Lạc", "applicant_province": "tỉnh Hà Tĩnh", "receiver": "same",
    "chosen_at": "2026-11-23T02:00:00+00:00", "consent": "1", "fee_dong": "25.000", "papers": "1",
    "papers_0_on": "1", "papers_0_name": "Giấy khai sinh", "papers_0_kind": "certified", "papers_0_quantity": "2",
    "papers_0_return": "1",
}  # fmt: skip


def fields(page: str) -> dict[str, str]:
    """Return the fields of the form with what stands in them, as a browser would send them."""
    form = page[page.index('id="dossier"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if named.get("type") not in {"radio", "checkbox"} or " checked" in tag:
            found[named["name"]] = html.unescape(named.get("value", ""))
    for name, body in re.findall(r'<select\b[^>]*\bname="(\w+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
async def officer(browser: Any) -> Any:
    """Give the browser of an officer who signed in."""
    await browser.sign_in("enquiry", "intake", "labels", unit="TS")
    return browser


async def kept(gate: Any, key: str = NEW) -> dict[str, Any]:
    answer = await gate.get(f"/api/v1/dossiers/{key}")
    return dict(await answer.json()) if answer.status == 200 else {}


async def test_the_page_opens_in_the_code_field(officer) -> None:
    _, page = await officer.open("/desk/intake")

    assert re.search(r'<input[^>]*id="code"[^>]*autofocus', page)


async def test_what_the_desks_own_system_knows_is_filled_in_and_the_look_is_written_down(gate, officer, said) -> None:
    _, page = await officer.open(f"/desk/intake?code={KNOWN_THERE.lower()}")
    filled = fields(page)

    assert "Điền sẵn từ mot-cua" in said(page)
    assert filled["dossier_no"] == KNOWN_THERE
    assert all(filled[f"applicant_{name}"] for name in ("name", "phone", "commune", "province"))
    row = await gate.house.database.reading.row("SELECT subject FROM access_log")
    assert row["subject"] == KNOWN_THERE


async def test_a_system_that_does_not_answer_holds_nobody_up(gate, officer, said) -> None:
    gate.house.rehearsal_desk.unreachable = 1
    _, page = await officer.open(f"/desk/intake?code={KNOWN_THERE}")
    assert "mot-cua không trả lời" in said(page)
    assert fields(page)["applicant_name"] == ""


async def test_what_was_offered_and_not_taken_yet_is_filled_in(gate, officer, said) -> None:
    offered = Dossier(
        dossier_no=NEW, receiving_desk="TS", procedure_code=SERVED.code, service_form="return",
        applicant=Party(name="Trần Văn Diễn Tập", phone="0540000777", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"),
    )  # fmt: skip
    async with gate.house.database.writing() as tx:
        await offers.keep(tx, "so-tay", [OfferedDossier(record_id="1", dossier=offered)], at=gate.clock[0])

    _, page = await officer.open(f"/desk/intake?code={NEW}")

    assert "Điền sẵn từ so-tay" in said(page)
    assert fields(page)["applicant_phone"] == "0540000777"


@pytest.mark.parametrize("code", [NEW, OLD_GENERATION, "G22.99-251225-929175"])
async def test_a_code_that_nobody_knows_opens_an_empty_form_under_it(officer, code: str) -> None:
    _, page = await officer.open(f"/desk/intake?code={code}")
    filled = fields(page)

    assert (filled["dossier_no"], filled["applicant_name"], filled["seen"]) == (code, "", "0")


async def test_what_is_no_dossier_code_is_said_beside_the_field(officer, said) -> None:
    status, page = await officer.open("/desk/intake?code=1.010708.000.00.00.H27")

    assert (status, "Đây là mã thủ tục hành chính" in said(page)) == (422, True)
    assert 'id="dossier"' not in page


async def test_a_dossier_is_found_by_its_consignment_its_item_and_its_own_reference(gate, officer) -> None:
    made = await gate.consignment()
    reference = (await kept(gate, made["dossier_no"]))["intake_ref"]
    for typed in (made["consignment_no"], made["dossier_no"].replace(".", "").replace("-", ""), reference):
        _, page = await officer.open(f"/desk/intake?code={typed}")
        assert fields(page)["dossier_no"] == made["dossier_no"]


async def test_what_another_desk_took_in_is_named_and_not_shown(gate, officer, said) -> None:
    await gate.sent(dossier_no=NEW, receiving_desk="KA")

    status, page = await officer.open(f"/desk/intake?code={NEW}")

    assert (status, f"Hồ sơ {NEW} do Một cửa Kỳ Anh tiếp nhận." in said(page)) == (409, True)
    assert "Diễn Tập" not in page
    refused = await officer.send("/desk/intake", **{**TYPED, "seen": "1"})
    assert refused.status == 422
    assert (await kept(gate))["receiving_desk"] == "KA"


async def test_a_dossier_is_taken_once_however_often_the_form_is_sent(gate, officer, said) -> None:
    first = await officer.send("/desk/intake", **TYPED)
    again = await officer.send("/desk/intake", **TYPED)
    _, page = await officer.open(first.headers["Location"])

    assert (first.status, again.status) == (303, 303)
    assert "o=same" in again.headers["Location"]
    assert f"Đã ghi hồ sơ {NEW}" in said(page)
    assert re.search(r'<input[^>]*id="code"[^>]*value=""[^>]*autofocus', page)
    dossier = await kept(gate)
    assert dossier["version"] == 1
    assert dossier["papers"] == [{
        "name": "Giấy khai sinh", "kind": "certified", "quantity": 2, "must_return": True, "must_withdraw": False,
    }]  # fmt: skip
    assert dossier["consent_at"].startswith("2026-11-23T02:00:00")
    assert dossier["applicant"]["commune_code"] == "18838"


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_still_there(gate, officer) -> None:
    answer = await officer.send("/desk/intake", **{**TYPED, "applicant_phone": "12"})
    page = await answer.text()

    assert answer.status == 422
    assert re.search(r'id="applicant_phone"[^>]*aria-invalid="true"[^>]*aria-describedby="applicant_phone-why"', page)
    assert 'id="applicant_phone-why">' in page
    filled = fields(page)
    asked = [name for name in TYPED if not name.startswith("papers") and name != "applicant_phone"]
    assert {name: filled[name] for name in asked} == {name: TYPED[name] for name in asked}
    row = next(n for n in range(int(filled["papers"])) if filled[f"papers_{n}_name"] == "Giấy khai sinh")
    assert [filled.get(f"papers_{row}_{part}") for part in ("on", "kind", "quantity", "return", "withdraw")] == [
        "1", "certified", "2", "1", None,
    ]  # fmt: skip
    assert await kept(gate) == {}


async def test_a_wrong_paper_is_shown_in_its_own_row(officer) -> None:
    rows = {"papers_of": SERVED.code, "papers": "4", "papers_3_on": "1", "papers_3_name": "", "papers_3_quantity": "1"}
    page = await (await officer.send("/desk/intake", **{**TYPED, **rows})).text()
    many = await (await officer.send("/desk/intake", **{**TYPED, **rows, "papers_3_quantity": "nhiều"})).text()

    assert ('id="papers_3_name-why"' in page, 'id="papers_3_quantity-why"' in many) == (True, True)


async def test_another_procedure_brings_its_own_list_and_takes_the_old_one_away(officer) -> None:
    other = next(each for each in load_procedures() if each.papers and each.code != SERVED.code)
    page = await (await officer.send("/desk/intake", **{**TYPED, "act": "procedure"})).text()
    page = await (await officer.send("/desk/intake", **{
        **fields(page), "procedure_code": other.code, "act": "procedure",
    })).text()  # fmt: skip

    names = [text for name, text in fields(page).items() if name.startswith("papers_") and name.endswith("_name")]
    assert [name for name in names if name] == [*(line.name for line in other.papers), "Giấy khai sinh"]


async def test_a_procedure_that_does_not_travel_is_told_at_once(officer, said) -> None:
    page = await (
        await officer.send("/desk/intake", **{**TYPED, "procedure_code": EXCLUDED.code, "act": "procedure"})
    ).text()

    assert "Không nhận qua bưu điện (Quyết định 45/2016/QĐ-TTg Điều 1)." in said(page)
    assert EXCLUDED.excluded_reason in said(page)
    assert page.count('name="service_form"') == len(re.findall(r'name="service_form"[^>]*disabled', page))


async def test_words_without_accents_find_a_procedure_and_its_papers_are_listed(officer, said) -> None:
    several = await officer.send("/desk/intake", **{**TYPED, "procedure_code": "ban sao", "act": "procedure"})
    page = await several.text()
    assert (several.status, "Tìm thấy" in said(page)) == (422, True)
    picked = re.findall(r'name="procedure_pick" value="([\d.]+)"', page)[0]

    page = await (await officer.send("/desk/intake", **{
        **TYPED, "procedure_code": "ban sao", "procedure_pick": picked, "act": "procedure",
    })).text()  # fmt: skip

    procedure = next(each for each in load_procedures() if each.code == picked)
    assert fields(page)["procedure_code"] == picked
    for n, line in enumerate(procedure.papers):
        assert fields(page)[f"papers_{n}_name"] == line.name
        assert (f"papers_{n}_on" in fields(page)) is line.required


async def test_a_divided_commune_is_offered_as_choices_and_never_guessed(gate, officer, said) -> None:
    old = {**TYPED, "applicant_commune": "xã Kỳ Lợi"}
    page = await (await officer.send("/desk/intake", **{**old, "act": "find_applicant_commune"})).text()

    assert fields(page)["applicant_commune_code"] == ""
    assert "Xã Kỳ Lợi, nay có thể là phường Sông Trí" in said(page)
    assert page.count('name="applicant_pick"') == 3
    await officer.send("/desk/intake", **{**old, "applicant_pick": "18832"})
    applicant = (await kept(gate))["applicant"]
    assert (applicant["commune"], applicant["commune_code"]) == ("xã Kỳ Lợi", "18832")


async def test_a_merged_commune_is_mapped_and_its_old_name_kept(gate, officer, said) -> None:
    old = {**TYPED, "applicant_commune": "xã Kỳ Tây"}
    page = await (await officer.send("/desk/intake", **{**old, "act": "find_applicant_commune"})).text()
    await officer.send("/desk/intake", **old)

    assert "Xã Kỳ Tây, nay là xã Kỳ Văn" in said(page)
    applicant = (await kept(gate))["applicant"]
    assert (applicant["commune"], applicant["commune_code"]) == ("xã Kỳ Tây", "18787")


async def test_another_commune_typed_over_a_chosen_one_takes_its_code_away(gate, officer) -> None:
    await officer.send("/desk/intake", **{
        **TYPED, "applicant_commune": "xã Không Đâu", "applicant_commune_code": "18787", "applicant_coded": "xã Kỳ Văn",
    })  # fmt: skip

    assert (await kept(gate))["applicant"]["commune_code"] == ""


async def test_the_script_is_given_communes_and_procedures(officer) -> None:
    found = (await (await officer.ask("GET", "/desk/intake/places?q=ky%20tay")).json())["rows"]
    assert [(row["value"], row["text"], row["title"]) for row in found] == [
        ("18787", "xã Kỳ Tây", "Xã Kỳ Tây, nay là xã Kỳ Văn")
    ]
    found = (await (await officer.ask("GET", f"/desk/intake/procedures?q={SERVED.code}")).json())["rows"]
    assert [row["value"] for row in found] == [SERVED.code]


async def test_why_no_price_can_be_told_is_said(officer, said) -> None:
    asked = {"service_form": "return", "receiving_desk": "TS", "applicant_commune_code": "18787"}
    page = await (await officer.send("/desk/intake/quote", **asked)).text()

    assert "chưa có trong bảng khu vực bưu chính" in said(page)
    page = await (await officer.send("/desk/intake/quote", **{**asked, "applicant_commune_code": ""})).text()
    assert "Chưa chọn xã nên chưa tính được cước và hạn." in said(page)


async def test_the_price_says_zone_band_reduction_limit_and_who_pays(gate, officer, said) -> None:
    zones = [{"commune_code": code, "area": "Huyện Kỳ Anh"} for code in ("18787", "18628")]
    on = legal_day(gate.clock[0]).isoformat()
    made = await gate.post("/api/v1/zones", {"valid_from": on, "reason": "thử", "zones": zones})
    assert made.status in {200, 201}, await made.text()

    page = await (await officer.send(
        "/desk/intake/quote", service_form="both", receiving_desk="TS", applicant_commune_code="18787", grams="180",
        reduction="war_invalid",
    )).text()  # fmt: skip

    words = said(page)
    assert "nội quận, huyện (cũ) · đến" in words
    assert "người dân trả cho bưu điện" in words
    assert "Giảm 50%" in words
    assert "Xem giấy tờ chứng minh rồi mới giảm." in words
    assert "trong một huyện cũ, J+" in words


async def test_a_second_officer_is_told_who_was_first_and_what_differs_and_overwrites_nothing(
    gate, officer, said
) -> None:
    await officer.send("/desk/intake", **TYPED)
    answer = await officer.send("/desk/intake", **{**TYPED, "applicant_phone": "0540000999"})
    page = await answer.text()

    assert answer.status == 409
    assert "vừa ghi hồ sơ này lúc 09:00" in said(page)
    assert "Điện thoại người nộp 0540000123 0540000999" in said(page)
    assert (await kept(gate))["applicant"]["phone"] == "0540000123"
    meant = await officer.send("/desk/intake", **{**fields(page), "act": "take"})
    assert (meant.status, "o=updated" in meant.headers["Location"]) == (303, True)
    assert (await kept(gate))["applicant"]["phone"] == "0540000999"


async def test_a_commune_that_was_chosen_by_a_person_stays_chosen_when_the_dossier_is_opened_again(
    gate, officer
) -> None:
    await officer.send("/desk/intake", **{**TYPED, "applicant_commune": "xã Kỳ Lợi", "applicant_pick": "18832"})
    _, page = await officer.open(f"/desk/intake?code={NEW}")
    again = await officer.send("/desk/intake", **{**fields(page), "act": "take"})

    assert "o=same" in again.headers["Location"]
    assert (await kept(gate))["applicant"]["commune_code"] == "18832"


async def test_what_the_post_was_asked_to_carry_waits_for_a_decision(gate, officer, said) -> None:
    await officer.send("/desk/intake", **TYPED)
    made = await (await gate.post("/api/v1/consignments", {"dossier": NEW, "leg": "return"})).json()
    await gate.scan(made["consignment_no"], "collected")

    answer = await officer.send("/desk/intake", **{**TYPED, "seen": "1", "applicant_phone": "0540000999"})
    _, page = await officer.open(answer.headers["Location"])

    assert "dữ liệu mới chờ duyệt" in said(page)
    assert (await kept(gate))["applicant"]["phone"] == "0540000123"


async def test_the_slip_of_the_appointment_is_kept_and_can_be_printed(gate, officer, said) -> None:
    slip = {"due_on": "2026-12-05", "slip_no": "PH-0007"}
    answer = await officer.send("/desk/intake", **TYPED, **slip)
    _, page = await officer.open(answer.headers["Location"])

    assert f"Đã ghi hồ sơ {NEW} , phiếu hẹn PH-0007" in said(page)
    paper = await officer.ask("GET", f"/desk/intake/slip.pdf?key={NEW}")
    assert (await paper.read())[:5] == b"%PDF-"


async def test_the_next_act_makes_the_consignment_once(gate, officer) -> None:
    await officer.send("/desk/intake", **{**TYPED, "service_form": "both"})
    for leg in ("send", "send", "return"):
        answer = await officer.send("/desk/intake/onward", key=NEW, leg=leg, paper="Trích lục", o="created")
        assert answer.status == 303
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM consignment")
    assert row["n"] == 2


async def test_a_next_act_that_is_refused_says_why_beside_the_dossier(officer, said) -> None:
    await officer.send("/desk/intake", **TYPED)
    answer = await officer.send("/desk/intake/onward", key=NEW, leg="return", paper="", o="created")

    assert (answer.status, "Chưa có tên giấy tờ." in said(await answer.text())) == (422, True)


async def test_a_dossier_without_a_code_is_known_by_the_desks_reference(gate, officer) -> None:
    sent = {**TYPED, "dossier_no": "", "service_form": "send"}
    refused = await officer.send("/desk/intake", **sent)
    taken = await officer.send("/desk/intake", **sent, intake_ref="MC-77")

    assert (refused.status, 'id="intake_ref-why"' in await refused.text()) == (422, True)
    assert taken.headers["Location"].startswith("/desk/intake?done=TS%2FMC-77")


async def test_who_may_only_look_is_led_to_what_may_be_seen(gate, browser) -> None:
    await gate.sent(dossier_no=NEW)
    await browser.sign_in("enquiry", "intake.read")
    answer = await browser.ask("GET", f"/desk/intake?code={NEW}")

    assert answer.headers["Location"] == f"/desk/consignments?dossier_no={NEW}"
    assert (await browser.send("/desk/intake", **TYPED)).status == 403
