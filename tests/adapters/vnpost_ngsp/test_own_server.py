"""The client of the wire against our own end of it: each was written from what strangers speak, and they agree."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.card import Acts
from adapters.vnpost_ngsp.client import NgspPostOffice
from adapters.vnpost_ngsp.inbound import PREFIX, routes
from adapters.vnpost_ngsp.settings import NgspSettings
from postgw.bootstrap import House, opened_house
from postgw.domain.actor import GATEWAY
from postgw.domain.address import Party
from postgw.domain.desk_order import DeskCard
from postgw.domain.errors import Refused
from postgw.domain.ports import PostedOrder, PostOrder, PostPlace
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.province import Unit

from ...rehearsal import rehearsing

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SETTINGS = rehearsing("{url}")


def order(order_no: str) -> PostOrder:
    desk = Party(name="Một cửa Thành Sen", phone="0540000001", address="Số 1")
    citizen = Party(name="Nguyễn Văn Ánh", phone="0912000003", address="Tổ 3")
    return PostOrder(
        order_no=order_no, consignor=desk, consignee=citizen, consignor_place=PostPlace(province=48),
        consignee_place=PostPlace(province=48), contents="Giấy khai sinh", collect_dong=8000,
    )  # fmt: skip


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    async with opened_house(parse(SETTINGS.format(url=sqlite_url)), clock=lambda: AT) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, [Unit(code="TS", kind="desk", name="Một cửa Thành Sen")])
        yield house


def through_the_bus(base: str) -> dict[str, Any]:
    """Return an account that reaches us as it would through a bus: one address, a header names the service."""
    return {
        "envelope": "service-code",
        "base_url": f"{base}/bus",
        "order_url": "",
        "cancel_url": "",
        "document_url": "",
    }


@pytest.fixture(params=[lambda _: {}, through_the_bus], ids=["direct", "bus"])
async def post(house: House, request: Any) -> AsyncIterator[NgspPostOffice]:
    _, key, secret = await house.services.customers.begin_customer(
        name="Thử", codes=["HCC"], desks=[DeskCard(desk="TS", names=())], key="", secret="", actor=GATEWAY, at=AT
    )
    app = web.Application()
    services = house.services
    acts = Acts(
        orders=services.ordering, customers=services.customers, words=services.feeds,
        receipts=services.receipt_codes, messages=services.messaging, clock=lambda: AT,
    )  # fmt: skip
    app.add_routes(routes(acts, {}))
    async with TestServer(app) as server:
        base = str(server.make_url(PREFIX))
        addresses: dict[str, Any] = {
            "token_url": f"{base}/token", "order_url": f"{base}/apiVNPostNGSP/p1.0/order/post",
            "cancel_url": f"{base}/apiVNPostNGSP/p1.0/order/cancel",
            "tracking_url": f"{base}/apiVNPostNGSP/p1.0/order/tracking",
            "document_url": f"{base}/apiVNPostNGSP/p1.0/document/post",
        }  # fmt: skip
        known = NgspSettings(customer_code="HCC", key=key, secret=secret, **{**addresses, **request.param(base)})
        client = NgspPostOffice(known)
        yield client
        await client.close()


async def test_an_order_is_taken_known_the_second_time_and_called_off(post: NgspPostOffice) -> None:
    first, second = await post.book(order("H27.1-261123-0001")), await post.book(order("H27.1-261123-0001"))
    await post.cancel(PostedOrder(order_no="H27.1-261123-0001"))

    assert (first.known_already, second.known_already) == (False, True)
    with pytest.raises(Refused):
        await post.cancel(PostedOrder(order_no="H27.1-261123-0009"))
    with pytest.raises(Refused):
        await post.book(order("H27.1-261123-0001"))


async def test_the_feed_tells_of_the_cancellation_and_then_has_nothing_more(post: NgspPostOffice) -> None:
    await post.book(order("H27.1-261123-0002"))
    await post.cancel(PostedOrder(order_no="H27.1-261123-0002"))
    page = await post.feed("", limit=10)

    assert [(event.order_no, event.code) for event in page.events] == [("H27.1-261123-0002", "cancelled")]
    assert not (await post.feed(page.cursor, limit=10)).events
