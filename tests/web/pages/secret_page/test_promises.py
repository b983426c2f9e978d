"""What the page promises: a day and its ground, the limit of the law, how long the link serves; what staff read."""

from __future__ import annotations

import re
from datetime import date

from postgw.domain.actor import GATEWAY

from ..conftest import words_of
from .conftest import DESK, OFFICE, Made, moved_to


async def test_a_chosen_day_is_what_the_page_promises(made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.gate.scan(citizen.number, "attempted", office=OFFICE, reason="absent")
    wish = {"way": "deliver", "on": "2026-11-25", "window": "morning"}
    assert (await citizen.gate.post(f"/api/v1/consignments/{citizen.number}/choice", wish)).status == 201

    assert "hẹn phát lại trước 12:00 thứ Tư 25/11." in await citizen.answer()
    moved_to(citizen.gate, 25, 12, 1)
    assert "Giờ hẹn đã qua mà chưa có tin mới. Gọi Bưu điện Hà Tĩnh để hỏi." in await citizen.reads()
    assert await citizen.promises() == ["choice", "passed"]


async def test_over_the_limit_the_page_promises_no_day_and_says_so(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")
    await citizen.reads()
    moved_to(gate, 24, 17, 1)
    evening = await citizen.reads()
    moved_to(gate, 26, 9)
    late = await citizen.reads()

    assert "Giờ dự kiến đã qua mà chưa có tin mới. Luật cho đến hết hôm nay." in evening
    assert "Hạn theo luật là hết thứ Ba 24/11, nay đã qua." in late
    assert "Đang trễ 2 ngày làm việc." in late
    assert "dự kiến" not in late.lower()
    assert await citizen.promises() == ["limit", "passed", "overdue"]


async def test_where_no_zone_is_known_nothing_is_promised_and_the_reason_is_told(gate, made: Made) -> None:
    citizen = await made("return", "collected", applicant={**_person(), "commune_code": ""})

    page = await citizen.reads()

    assert "Chưa tính được ngày đến vì địa chỉ chưa có trong bảng khu vực của bưu điện." in page
    assert await citizen.promises() == ["unknown"]


async def test_the_legal_limit_is_one_tap_away_with_how_it_is_reckoned(gate, made: Made) -> None:
    moved_to(gate, 27, 9)  # a Friday
    citizen = await made("return", "collected")

    _, page = await citizen.browser.open(await citizen.path())
    law = words_of(re.search(r"<details>(.*?)</details>", page, re.S)[1])  # type: ignore[index]

    assert law == (
        "Luật cho bao lâu? Hết thứ Hai 30/11. Bưu điện nhận kết quả hôm nay; đi trong một huyện cũ được 1 ngày làm"
        " việc kể từ ngày nhận (Thông tư 17/2017, Điều 7). Không tính 2 ngày cuối tuần. Trễ mà lỗi của bưu điện thì"
        " bạn được hoàn cước (Nghị định 47/2011, Điều 25)."
    )


async def test_before_the_post_has_it_the_law_is_told_by_its_days(made: Made) -> None:
    page = await (await made("return")).reads()

    assert "Chưa tính được ngày đến vì bưu điện chưa nhận. Từ lúc bưu điện nhận, luật cho 1 ngày làm việc." in page


async def test_a_due_day_of_the_agency_that_went_by_is_told_without_blame(gate, made: Made) -> None:
    citizen = await made("", service_form="return", due_on="2026-11-25")
    before = await citizen.answer()
    moved_to(gate, 26, 9)

    assert before == "Cơ quan đang giải quyết, hẹn trả kết quả thứ Tư 25/11."
    assert await citizen.answer() == "Hẹn trả kết quả hôm qua đã qua, cơ quan chưa báo xong."


async def test_a_day_that_was_put_off_is_told_with_the_apology_and_the_day_before(gate, made: Made) -> None:
    citizen = await made("", service_form="return", due_on="2026-11-25")
    lateness, now = gate.house.services.lateness, gate.clock[0]
    draft = await lateness.draft(citizen.key, actor=GATEWAY, at=now)
    await lateness.issue(
        draft.apology.apology_no, reason="Chờ xác minh nơi ở của bà Nguyễn Thị B.", new_due_on=date(2026, 11, 30),
        actor=GATEWAY, at=now,
    )  # fmt: skip

    page = await citizen.reads()

    assert "Cơ quan xin lỗi vì trả kết quả chậm, hẹn lại thứ Hai 30/11. Ngày hẹn cũ là thứ Tư 25/11." in page
    assert "Cơ quan xin lỗi vì trả kết quả chậm 09:00 hôm nay · hẹn lại thứ Hai 30/11 · cơ quan báo" in page
    assert "Nguyễn Thị B" not in page


async def test_another_carriers_parcel_has_no_limit_no_promise_and_no_postman(made: Made, gate) -> None:
    citizen = await made("return", "collected", "departed")
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE consignment SET public_service = FALSE WHERE consignment_no = $1", citizen.number)

    page = await citizen.reads()

    assert "Chưa tính được ngày đến: hạn theo hợp đồng với bên chuyển phát." in page
    assert "Luật bưu chính công ích không đặt hạn" in page
    assert "Người phát xem và chỉ ghi mấy số cuối." in page
    assert "bưu tá" not in page.lower()


async def test_a_link_serves_to_the_end_of_its_day_and_says_until_when(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    path = await citizen.path(days=3)
    _, page = await citizen.browser.open(path)
    moved_to(gate, 27, 9)
    status, dead = await citizen.browser.open(path)

    assert "dùng được đến hết 26/11/2026. Đừng gửi đường dẫn cho người lạ." in words_of(page)
    assert (status, "Đường dẫn này không còn mở được." in words_of(dead)) == (404, True)
    assert "H27" not in dead


async def test_looking_twice_keeps_one_promise_and_a_change_the_next(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    for _ in range(2):
        await citizen.reads()
    moved_to(gate, 23, 10)
    await gate.scan(citizen.number, "departed", office=OFFICE)
    await citizen.reads()

    rows = await citizen.rows()

    assert [(row["ordinal"], row["state"], row["office"], row["ground"]) for row in rows] == [
        (1, "collected", OFFICE, "limit"), (2, "in_transit", OFFICE, "limit"),
    ]  # fmt: skip
    assert str(rows[0]["lawful_until"]) == "2026-11-24"


async def test_staff_read_what_was_promised_and_when(gate, browser, made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.reads()
    moved_to(gate, 23, 10)
    await gate.scan(citizen.number, "held", office=OFFICE)
    await citizen.reads()
    await browser.sign_in("enquiry", unit=DESK)

    _, page = await browser.open(f"/desk/dossiers/{citizen.key}")

    told = words_of(page)[words_of(page).index("Trang người dân đã hẹn") :]
    assert told.index("giữ đến hết thứ Năm 26/11") < told.index("trước 17:00 thứ Ba 24/11")
    assert "Đã phát" not in told[: told.index("trước 17:00")]
    assert "Bưu điện đã nhận · theo hạn toàn trình · Bưu điện Hà Tĩnh" in told


async def test_the_evidence_of_a_dossier_holds_what_was_promised(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.reads()

    pack = await gate.get(f"/api/v1/dossiers/{citizen.key}/evidence?purpose=complaint")

    assert pack.status == 200, await pack.text()
    [promise] = (await pack.json(content_type=None))["content"]["promises"]
    assert (promise["ground"], promise["lawful_until"], promise["due_at"][:16]) == (
        "limit", "2026-11-24", "2026-11-24T10:00",
    )  # fmt: skip


def _person() -> dict[str, str]:
    return {
        "name": "Nguyễn Thị Diễn Tập", "phone": "0912000003", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
        "province": "tỉnh Hà Tĩnh",
    }  # fmt: skip
