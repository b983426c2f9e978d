"""From the signatures to the result: filed, asked again once, completed, ready, fetched; and one that goes home, on
both databases.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from postgw.rules.procedures import load_procedures

from .conftest import CITIZEN, DESK, OFFICE, Day
from .test_parcel import PROCEDURE, appointed, dossier, handed_over

LISTED = next(each for each in load_procedures() if each.code == PROCEDURE).papers[0].name
KEY = f"{DESK}/MC-2026-0007"
NUMBER = "H27.15-261123-0007"
HERE = f"/api/v1/dossiers/{KEY}"
ASKED = {"papers": [{"name": LISTED, "kind": "certified"}], "reason": "Bản sao chưa được chứng thực."}


async def filed(day: Day, **rest: Any) -> dict[str, str]:
    """Let a dossier be sent in and filed; return who signs for the desk and for the post."""
    signers = {
        "desk": await appointed(day, "desk", DESK, "officer"),
        "post": await appointed(day, "office", OFFICE, "postman"),
    }
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(**rest), expect=201)
    await sent_in(day, signers)
    return signers


async def sent_in(day: Day, signers: dict[str, str]) -> dict[str, Any]:
    """Let papers of the dossier travel to the desk, and both hands sign; return the consignment."""
    wanted = {"dossier": KEY, "leg": "send"}
    made = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
    await handed_over(day, made["consignment_no"], "to_desk", giver=signers["post"], taker=signers["desk"])
    return dict(made)


async def filing(day: Day) -> dict[str, Any]:
    return dict(await day.ask("officer", "GET", f"{HERE}/filing", expect=200))


async def test_a_dossier_is_filed_asked_again_once_completed_and_its_result_fetched(day: Day) -> None:
    signers = await filed(day)
    first = await filing(day)
    assert (first["state"], first["in_force"]["ground"]) == ("stands", "manifest")

    # asked once, the same request is the same one, another is refused and names the first
    asked = await day.ask("officer", "POST", f"{HERE}/supplements", ASKED, expect=201)
    again = await day.ask("officer", "POST", f"{HERE}/supplements", ASKED, expect=201)
    assert again["supplement_no"] == asked["supplement_no"]
    other = {**ASKED, "reason": "Còn thiếu một trang."}
    refused = await day.ask("officer", "POST", f"{HERE}/supplements", other, expect=409)
    assert (refused["code"], asked["supplement_no"] in refused["detail"]) == ("supplement.second", True)

    # what is missing travels as the next issue, without the fee; the signatures complete it and move the filing
    day.clock[0] += timedelta(days=2)
    more = await sent_in(day, signers)
    assert (more["issue"], more["collect_dong"]) == (2, 0)
    moved = await filing(day)
    assert moved["in_force"]["ground"] == "supplement"
    assert moved["in_force"]["filed_at"] > first["in_force"]["filed_at"]
    assert moved["history"][0] == first["in_force"]
    await day.time_knocks()
    told = sorted((notice for notice in day.told() if notice.kind == "dossier.filed"), key=lambda notice: notice.at)
    assert [notice.data.get("corrects") for notice in told] == [None, told[0].notice_id]

    # the result is ready: it takes the coming of the post that is booked, once
    await day.ask("officer", "POST", f"{HERE}/number", {"dossier_no": NUMBER}, expect=200)
    on = (day.clock[0] + timedelta(hours=7)).date()
    coming = {"desk": DESK, "office": OFFICE, "on": f"{on}", "from_time": "15:00", "to_time": "16:00"}
    pickup = await day.ask("officer", "POST", "/api/v1/pickups", coming, expect=201)
    ready = {"papers": [{"name": "Quyết định", "kind": "original"}]}
    there = f"/api/v1/dossiers/{NUMBER}/result-ready"
    result = await day.ask("officer", "POST", there, ready, expect=201)
    assert (await day.ask("officer", "POST", there, ready, expect=201)) == result
    assert (result["way"], result["pickup_no"]) == ("post", pickup["pickup_no"])
    waiting = await day.ask("officer", "GET", "/api/v1/results?state=waiting", expect=200)
    assert [(row["key"], row["age_days"]) for row in waiting["data"]] == [(NUMBER, 0)]

    # the citizen is told before the post has it: afterwards the newer word would be said alone
    await day.time_knocks()

    # the post fetches it
    back = result["consignment_no"]
    await handed_over(day, back, "to_post", giver=signers["desk"], taker=signers["post"])
    assert (await day.ask("officer", "GET", "/api/v1/results?state=waiting", expect=200))["data"] == []
    fetched = await day.ask("officer", "GET", "/api/v1/results?state=fetched", expect=200)
    assert [row["consignment_no"] for row in fetched["data"]] == [back]
    await day.time_knocks()
    texts = " | ".join(day.texts())
    assert "cần bổ sung giấy tờ" in texts
    assert "thời hạn tính lại từ đầu" in texts
    assert "đã có kết quả, bưu điện sẽ mang đến" in texts
    assert [notice.kind for notice in day.told()].count("result.ready") == 1


async def test_a_rejected_dossier_goes_home_and_the_party_at_fault_pays(day: Day) -> None:
    await filed(day)
    why = {"code": "not_eligible", "reasons": "Thửa đất đang có tranh chấp.", "fault": "citizen"}

    sent_back = await day.ask("officer", "POST", f"{HERE}/rejection", why, expect=201)
    again = await day.ask("officer", "POST", f"{HERE}/rejection", why, expect=201)

    assert again == sent_back
    assert (sent_back["paid_by"], sent_back["limit_on"], sent_back["is_late"]) == ("citizen", "2026-11-26", False)
    home = await day.ask("officer", "GET", f"/api/v1/consignments/{sent_back['consignment_no']}", expect=200)
    assert (home["leg"], home["without_result"]) == ("return", True)
    assert (await filing(day))["state"] == "void"
    owed = (await day.ask("officer", "GET", f"/api/v1/paper-duties?dossier={KEY}", expect=200))["data"]
    assert [(duty["stage"], duty["carried_by"]) for duty in owed] == [("confirmed", home["consignment_no"])]
    for body, path in ((ASKED, "supplements"), ({"papers": [{"name": "X", "kind": "copy"}]}, "result-ready")):
        refused = await day.ask("officer", "POST", f"{HERE}/{path}", body, expect=409)
        assert refused["code"] == "filing.void"
    await day.time_knocks()
    assert any("không được giải quyết" in text for text in day.texts())
    assert {"dossier.rejected"} <= {notice.kind for notice in day.told()}


async def test_a_second_request_heard_of_from_the_desk_is_kept_escalated_and_counts_as_late(day: Day) -> None:
    await filed(day, dossier_no=NUMBER)
    await day.ask("officer", "POST", f"/api/v1/dossiers/{NUMBER}/supplements", ASKED, expect=201)

    heard = await day.ask(
        "officer", "POST", f"/api/v1/dossiers/{NUMBER}/supplements",
        {**ASKED, "reason": "Còn thiếu một trang.", "heard_from_desk": True}, expect=201,
    )  # fmt: skip

    assert (heard["ordinal"], heard["escalated"], heard["counts_late"]) == (2, True, True)
    late = await day.ask("administrator", "GET", "/api/v1/supplements?only=late", expect=200)
    assert [(row["key"], row["ordinal"]) for row in late["data"]] == [(NUMBER, 2)]
    await day.time_knocks()
    assert [notice.kind for notice in day.told()].count("supplement.escalated") == 1


async def test_a_wrong_signing_time_is_mended_by_both_sides_and_told_again(day: Day) -> None:
    signers = await filed(day)
    before = (await filing(day))["in_force"]
    day.pass_time(hours=1)
    now = day.clock[0].isoformat()
    mended = {
        "record_no": "DC-01", "filed_at": "2026-11-22T16:30:00+07:00", "reason": "Ghi nhầm ngày",
        "desk_signatory": signers["desk"], "desk_signed_at": now, "office_signatory": signers["post"],
        "office_signed_at": now,
    }  # fmt: skip
    for wrong in ({"office_signatory": signers["desk"]}, {"desk_signatory": "NK-X"}):
        await day.ask("officer", "POST", f"{HERE}/filing/corrections", {**mended, **wrong}, expect=403)

    shown = await day.ask("officer", "POST", f"{HERE}/filing/corrections", mended, expect=201)
    again = await day.ask("officer", "POST", f"{HERE}/filing/corrections", mended, expect=201)

    assert again == shown
    assert [row["ground"] for row in shown["history"]] == ["manifest", "correction"]
    assert shown["in_force"]["agency_starts_on"] == "2026-11-23"  # a Sunday afternoon begins on Monday
    assert (shown["in_force"]["corrects"], shown["history"][0]) == (before["notice_id"], before)
    assert [hand["side"] for hand in shown["in_force"]["hands"]] == ["desk", "office"]
    await day.time_knocks()
    told = {notice.notice_id: notice for notice in day.told() if notice.kind == "dossier.filed"}
    assert told[shown["in_force"]["notice_id"]].data["corrects"] == before["notice_id"]


async def test_what_is_filed_without_a_due_date_stands_in_a_list_until_the_desk_gives_one(day: Day) -> None:
    await filed(day)
    listed = await day.ask("officer", "GET", "/api/v1/filings/without-due", expect=200)
    assert [row["key"] for row in listed["data"]] == [KEY]
    promise = {"due_on": "2026-12-07", "slip_no": "GH-01"}

    await day.ask("officer", "POST", f"{HERE}/appointment", promise, expect=201)
    await day.ask("officer", "POST", f"{HERE}/appointment", promise, expect=201)

    assert (await day.ask("officer", "GET", "/api/v1/filings/without-due", expect=200))["data"] == []
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=200)  # the desk's system repeats itself
    assert (await day.ask("officer", "GET", HERE, expect=200))["due_on"] == "2026-12-07"
    later = await day.ask("officer", "POST", f"{HERE}/appointment", {**promise, "due_on": "2026-12-09"}, expect=409)
    assert later["code"] == "appointment.put_off"
    await day.time_knocks()
    assert [text for text in day.texts() if "hẹn trả kết quả: 07/12/2026" in text]


async def test_a_transfer_between_desks_moves_no_filing_time(day: Day) -> None:
    signers = await filed(day, dossier_no=NUMBER)
    before = await day.ask("officer", "GET", f"/api/v1/dossiers/{NUMBER}/filing", expect=200)
    async with day.house.database.writing() as tx:
        from postgw.storage import province
        from postgw.storage.province import Unit

        await province.put_units(tx, [Unit(code="KA", kind="desk", name="Một cửa Kỳ Anh", commune="Phường Thành Sen")])
    wanted = {"dossier": NUMBER, "leg": "transfer", "to_desk": "KA"}
    made = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)

    await handed_over(day, made["consignment_no"], "to_desk", giver=signers["post"], taker=signers["desk"])

    assert await day.ask("officer", "GET", f"/api/v1/dossiers/{NUMBER}/filing", expect=200) == before
    await day.time_knocks()
    moved = next(notice for notice in day.told() if notice.kind == "dossier.transferred")
    assert (moved.desk, moved.leg) == ("KA", "transfer")


async def test_what_another_company_brought_is_plain_intake_and_its_result_may_come_by_post(day: Day) -> None:
    brought = dossier(dossier_no=NUMBER, arrived_by="Viettel Post", arrived_no="VT123", service_form="return")
    kept = (await day.ask("officer", "POST", "/api/v1/dossiers", brought, expect=201))["dossier"]
    assert (kept["arrived_by"], kept["arrived_no"]) == ("Viettel Post", "VT123")
    await day.ask("officer", "POST", "/api/v1/dossiers", brought, expect=200)

    refused = await day.ask("officer", "POST", "/api/v1/consignments", {"dossier": NUMBER, "leg": "send"}, expect=422)
    result = await day.ask(
        "officer", "POST", f"/api/v1/dossiers/{NUMBER}/result-ready",
        {"papers": [{"name": "Quyết định", "kind": "original"}]}, expect=201,
    )  # fmt: skip

    assert refused["code"] in {"leg.other_carrier", "leg.not_chosen"}
    assert (result["way"], result["pickup_no"]) == ("post", "")
    assert CITIZEN["name"] not in str(result)
    to_book = await day.ask("officer", "GET", "/api/v1/pickup-tasks?state=to_book", expect=200)
    assert [(row["key"], row["kind"]) for row in to_book["data"]] == [(NUMBER, "result")]
