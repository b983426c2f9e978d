"""A citizen chooses how to be told and shuts links that strangers may have; the desk does it for who calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from postgw.storage import dossiers, secret_pages

PERSONAL = ("Nguyễn", "0912000003", "Thôn Đoài", "khai sinh")


@dataclass
class Citizen:
    """The holder of a link."""

    gate: Any
    key: str

    async def link(self) -> str:
        """Return the address of their page."""
        async with self.gate.house.database.writing() as tx:
            kept = await dossiers.find(tx, self.key)
            assert kept
            return await secret_pages.link_of(tx, kept, days=30, at=self.gate.clock[0])

    async def gets(self) -> list[str]:
        """Let what is due go out; return the matters of all that was sent."""
        services, at = self.gate.house.services, self.gate.clock[0]
        while await services.notices.send_due(at=at) + await services.messaging.send_due(at=at):
            pass
        return [message.kind for message in self.gate.house.rehearsal_messenger.sent]


@pytest.fixture
async def number(gate) -> str:
    return str((await gate.consignment())["consignment_no"])


@pytest.fixture
async def citizen(gate, number) -> Citizen:
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    return Citizen(gate, shown["dossier_no"])


async def test_the_page_says_how_one_is_told_what_still_comes_and_when_nothing_does(browser, said, citizen) -> None:
    status, page = await browser.open(await citizen.link() + "/messages")
    text = said(page)

    assert status == 200
    assert "Cách nhắn hiện nay: Tin nhắn diễn tập." in text
    assert "vẫn gửi đến số ••• ••• 003" in text.replace("\xa0", " ")
    assert "Từ 21:00 đến 07:00 không nhắn." in text
    assert "không ai đọc tin trả lời" in text
    assert [each for each in PERSONAL if each in page] == []


async def test_who_stops_the_messages_gets_none_and_undoes_it_on_the_same_page(
    gate, browser, said, citizen, number
) -> None:
    link = await citizen.link() + "/messages"
    stopped = [await browser.send(link, headers={}, way="none") for _ in range(2)]
    await gate.scan(number, "collected")
    assert await citizen.gets() == []
    assert [(each.status, each.headers["Location"]) for each in stopped] == [(303, f"{link}?kept=1")] * 2
    assert "Bạn đang không nhận tin nhắn về hồ sơ này." in said((await browser.open(link))[1])

    await browser.send(link, headers={}, way="rehearsal")
    await gate.scan(number, "held", office="480000")
    assert await citizen.gets() == ["return.consignment.held"]


@pytest.mark.parametrize("way", ["", "email", "sms_http", "x"])
async def test_a_channel_that_is_not_theirs_is_refused_with_one_sentence(browser, said, citizen, way) -> None:
    link = await citizen.link() + "/messages"
    answer = await browser.send(link, headers={}, way=way)

    assert answer.status == 422
    assert "Chọn một cách nhắn trong các cách ở trên." in said(await answer.text())
    assert "Cách nhắn hiện nay: Tin nhắn diễn tập." in said((await browser.open(link))[1])


async def test_shut_links_open_nothing_and_the_new_one_goes_to_the_telephone_alone(
    gate, browser, said, citizen
) -> None:
    link = await citizen.link()
    _, before = await browser.open(link + "/lock")
    answers = [await browser.send(link + "/lock", headers={}) for _ in range(2)]
    _, after = await browser.open("/locked")

    assert "Đường dẫn mới gửi đến số ••• ••• 003." in said(before).replace("\xa0", " ")
    assert [(each.status, each.headers["Location"]) for each in answers] == [(303, "/locked")] * 2
    assert "/m/" not in after + answers[0].headers["Location"]
    assert [(await browser.open(link + tail))[0] for tail in ("", "/messages", "/lock")] == [404] * 3
    assert await citizen.gets() == ["page.link"]  # once, although the form came twice
    assert (await browser.open(await citizen.link()))[0] == 200


@pytest.mark.parametrize("tail", ["/messages", "/lock"])
async def test_a_link_that_is_none_of_ours_opens_and_shuts_nothing(gate, browser, citizen, tail) -> None:
    link = await citizen.link()
    wrong = link[:-1] + ("A" if link[-1] != "A" else "Q")
    forged = link[:20] + ("A" if link[20] != "A" else "B") + link[21:]

    for each in (wrong[:-2] + "XX", forged, "/m/x"):
        assert (await browser.open(each + tail))[0] == 404
        assert (await browser.send(each + tail, headers={}, way="none")).status == 404
    assert (await browser.open(link))[0] == 200


async def test_without_a_telephone_links_are_not_shut_by_their_holder(gate, browser, said) -> None:
    kept = await gate.sent()
    citizen = Citizen(gate, kept["key"])
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE dossier SET content = replace(content, '0912000003', '')")
    link = await citizen.link()
    _, page = await browser.open(link + "/lock")
    answer = await browser.send(link + "/lock", headers={})

    assert "Gọi bộ phận Một cửa để khoá." in said(page)
    assert "<form" not in page
    assert answer.status == 409
    assert (await browser.open(link))[0] == 200


async def test_the_desk_sees_each_message_by_matter_channel_and_fate_without_text_or_address(
    gate, browser, said, citizen, number
) -> None:
    await gate.scan(number, "collected")
    await citizen.gets()
    await browser.sign_in()
    _, dossier = await browser.open(f"/desk/dossiers/{citizen.key}")
    _, page = await browser.open(f"/desk/dossiers/{citizen.key}/messages")
    text = said(page)

    for shown in (said(dossier), text):
        assert "Bưu điện đã nhận" in shown
        assert "Tin nhắn diễn tập" in shown
        assert "Đã gửi, kênh chưa báo lại" in shown
    assert "0912000003" not in page
    assert "/m/" not in page
    assert f"/desk/dossiers/{citizen.key}/messages" in dossier


async def test_the_desk_keeps_the_wish_of_who_calls_and_the_change_is_written_down(
    gate, browser, said, citizen, number
) -> None:
    await browser.sign_in()
    path = f"/desk/dossiers/{citizen.key}/messages"
    answer = await browser.send(path, act="wish", way="none")
    await gate.scan(number, "collected")
    await citizen.gets()
    _, page = await browser.open(answer.headers["Location"])
    _, changes = await browser.open("/desk/admin/changes")

    assert answer.headers["Location"] == f"{path}?done=wish"
    text = said(page)
    assert "Đã ghi cách nhắn." in text
    assert "Người dân không muốn nhận tin" in text
    assert "Không gửi" in text
    assert "Cách nhắn cho người dân" in said(changes)


async def test_the_desk_sends_the_link_again_once_a_minute_and_shuts_all_links(gate, browser, said, citizen) -> None:
    link = await citizen.link()
    await browser.sign_in()
    path = f"/desk/dossiers/{citizen.key}/messages"
    for _ in range(2):
        assert (await browser.send(path, act="link")).status == 303
    assert await citizen.gets() == ["page.link"]
    assert (await browser.open(link))[0] == 200

    await browser.send(path, act="shut")
    assert (await browser.open(link))[0] == 404
    assert "Đường dẫn của người dân" in said((await browser.open("/desk/admin/changes"))[1])


async def test_who_may_only_look_sees_the_messages_and_may_do_nothing(gate, browser, said, citizen) -> None:
    await browser.sign_in("enquiry", unit="TS")
    path = f"/desk/dossiers/{citizen.key}/messages"
    status, page = await browser.open(path)

    assert status == 200
    assert "Không thuộc việc của tài khoản này." in said(page)
    assert re.findall(r'name="act"', page) == []
    assert (await browser.send(path, act="shut")).status == 403


async def test_a_message_that_no_channel_took_is_sent_again_by_the_desk(gate, browser, said, citizen, number) -> None:
    messenger = gate.house.rehearsal_messenger
    messenger.refuse = 1
    await gate.scan(number, "collected")
    assert await citizen.gets() == []
    await browser.sign_in()
    path = f"/desk/dossiers/{citizen.key}/messages"
    _, page = await browser.open(path)
    [errand] = re.findall(r'name="errand" value="(\d+)"', page)
    assert "Không kênh nào gửi được" in said(page)

    assert (await browser.send(path, act="again", errand=errand)).status == 303
    assert await citizen.gets() == ["return.consignment.collected"]
    assert (await browser.send(path, act="again", errand=errand)).status == 404


async def test_a_post_office_that_has_the_item_neither_sees_nor_changes_the_messages(
    gate, browser, citizen, number
) -> None:
    await gate.scan(number, "arrived", office="480000")
    await browser.sign_in(unit="480000")
    assert (await browser.open(f"/desk/dossiers/{citizen.key}"))[0] == 200
    path = f"/desk/dossiers/{citizen.key}/messages"

    assert (await browser.open(path))[0] == 404
    assert (await browser.send(path, act="shut")).status == 404
