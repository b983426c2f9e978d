"""The page behind the link of a message, and the public list: what they say, and of whom they say nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from postgw.domain.secret_link import link_of
from postgw.storage import province

PERSONAL = ("Nguyễn", "0912000003", "Thôn Đoài", "H27", "khai sinh")
TOMORROW = {"way": "deliver", "on": "2026-11-24", "window": "afternoon"}


async def link_to(gate, number: str, purpose: str = "choose") -> str:
    """Return the address that the message about an item bears."""
    async with gate.house.database.writing() as tx:
        return "/c/" + link_of(await province.link_secret(tx), purpose, number)


@pytest.fixture
async def missed(gate) -> str:
    """Give the number of a result that nobody opened the door for."""
    number = str((await gate.consignment())["consignment_no"])
    await gate.scan(number, "arrived", office="480000")
    await gate.scan(number, "attempted", reason="absent", office="480000")
    return number


async def test_it_says_where_until_when_and_who_pays_before_the_choice(gate, browser, said, missed) -> None:
    status, page = await browser.open(await link_to(gate, missed))

    text = said(page)
    order = [text.index(words) for words in (
        "chưa phát được lần này", "Bưu điện Hà Tĩnh", "Giữ ít nhất đến hết thứ Năm 26/11", "Phát lại: không mất tiền.",
        "Phát lại tại nhà",
    )]  # fmt: skip
    assert (status, order) == (200, sorted(order))
    assert [each for each in PERSONAL if each in page] == []


async def test_a_choice_is_kept_and_shown_with_the_hour_until_which_it_may_change(gate, browser, said, missed) -> None:
    link = await link_to(gate, missed)
    answers = [await browser.send(link, headers={}, **TOMORROW) for _ in range(2)]

    _, page = await browser.open(link)

    assert [(answer.status, answer.headers["Location"]) for answer in answers] == [(303, link)] * 2
    assert "Bạn đã chọn: bưu tá phát lại buổi chiều thứ Ba 24/11. Đổi được đến 17:00." in said(page)
    offer = await (await gate.get(f"/api/v1/consignments/{missed}/choice")).json()
    assert [(each["ordinal"], each["by"]) for each in offer["made"]] == [(1, "citizen.link")]


async def test_a_centre_is_chosen_by_its_own_card(gate, browser, said, missed) -> None:
    link = await link_to(gate, missed)
    await browser.send(link, headers={}, way="at:TS", on="2026-11-24", window="morning")

    assert "Bạn đã chọn: nhận tại Một cửa Thạch Sơn." in said((await browser.open(link))[1])


async def test_a_mistake_is_answered_in_place_with_what_was_typed(gate, browser, said, missed) -> None:
    answer = await browser.send(
        await link_to(gate, missed), headers={}, way="deliver", on="2026-11-29", window="morning"
    )

    page = await answer.text()
    assert answer.status == 422
    assert "Chọn một ngày làm việc trong danh sách." in said(page)
    assert 'value="deliver" required checked' in page


async def test_after_the_cut_off_the_form_is_gone_and_says_so(gate, browser, said, missed) -> None:
    link = await link_to(gate, missed)
    await browser.send(link, headers={}, **TOMORROW)
    gate.clock[0] = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    _, page = await browser.open(link)

    assert "Đã quá giờ đổi." in said(page)
    assert "<form" not in page


@pytest.mark.parametrize("of", ["stranger", "purpose", "sign", "words"])
async def test_a_link_that_is_not_ours_gets_one_kind_sentence_and_no_data(gate, browser, said, missed, of: str) -> None:
    good = await link_to(gate, missed)
    wrong = {
        "stranger": good.replace(missed, "4K7M29TB6HC"), "purpose": await link_to(gate, missed, "rate"),
        "sign": good[:-1] + ("A" if good[-1] != "A" else "B"), "words": "/c/xin-chao",
    }[of]  # fmt: skip

    for answer in (await browser.ask("GET", wrong), await browser.send(wrong, headers={}, **TOMORROW)):
        page = await answer.text()
        assert (answer.status, "Đường dẫn này không còn dùng được." in said(page)) == (404, True)
        assert [each for each in (*PERSONAL, "Bưu điện Hà Tĩnh", "chưa phát") if each in page] == []


async def test_no_link_is_read_in_a_house_that_never_made_one(browser) -> None:
    assert (await browser.open("/c/c.4K7M29TB6HC.AAAAAAAAAAAAAAAA"))[0] == 404


async def test_when_it_is_over_the_link_says_how_it_ended_and_asks_nothing(gate, browser, said, missed) -> None:
    link = await link_to(gate, missed)
    await gate.scan(missed, "returned", office="480000")

    status, page = await browser.open(link)

    assert status == 200
    assert "Kết quả hồ sơ đã quay về nơi gửi." in said(page)
    assert "<form" not in page


async def test_the_page_is_english_by_the_switch(gate, browser, said, missed) -> None:
    _, page = await browser.open(await link_to(gate, missed) + "?l=en")

    assert "Another delivery: free of charge." in said(page)


async def test_the_public_list_shows_number_office_and_days(gate, browser, said, missed) -> None:
    _, empty = await browser.open("/undeliverable")
    await gate.scan(missed, "unclaimed", office="480000")
    await gate.post(f"/api/v1/consignments/{missed}/undeliverable", {"ground": "sender_silent"})
    _, page = await browser.open("/undeliverable")

    assert "Lúc này không có bưu gửi nào." in said(empty)
    assert "Bưu điện Hà Tĩnh Niêm yết từ 23/11/2026 Đến hết 23/02/2027" in said(page)
    assert [each for each in PERSONAL if each in page] == []
