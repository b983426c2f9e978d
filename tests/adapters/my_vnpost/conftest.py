"""MyVNPost: an account, an order, the client and the double, each for as long as a test lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.my_vnpost.client import MyVnPost
from adapters.my_vnpost.settings import MyVnPostSettings
from adapters.rehearsal.my_vnpost import MyVnPostOptions, RehearsalMyVnPost
from postgw.domain.address import Party
from postgw.domain.ports import PostOrder, PostPlace

ACCOUNT: dict[str, Any] = {
    "customer_code": "DIEN-TAP", "key": "dien-tap", "secret": "dien-tap", "base_url": "https://post.example/api",
    "service_code": "HCC01",
}  # fmt: skip


@pytest.fixture
def account() -> dict[str, Any]:
    return dict(ACCOUNT)


@pytest.fixture
def settings_of() -> Callable[..., MyVnPostSettings]:
    return lambda **other: MyVnPostSettings(**{**ACCOUNT, **other})


@pytest.fixture
async def my_post() -> AsyncIterator[Callable[..., MyVnPost]]:
    """Build clients; they close with the test."""
    built: list[MyVnPost] = []

    def build(url: str, **settings: Any) -> MyVnPost:
        monotonic = settings.pop("monotonic", None)
        known = {**ACCOUNT, "base_url": url, "total_seconds": 5.0, "calls_per_second": 0.0, **settings}
        built.append(MyVnPost(MyVnPostSettings(**known), **({"monotonic": monotonic} if monotonic else {})))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def open_my_vnpost(clock: Any) -> AsyncIterator[Callable[..., Any]]:
    """Open doubles over real sockets, whose items lie still; they close with the test."""
    opened: list[RehearsalMyVnPost] = []

    async def open_one(**options: Any) -> tuple[RehearsalMyVnPost, str]:
        it = RehearsalMyVnPost(MyVnPostOptions(**{"still": True, **options}), clock=clock)
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


@pytest.fixture
def my_order() -> PostOrder:
    return PostOrder(
        order_no="4K7M29TB6HC",
        consignor=Party(name="Bộ phận Một cửa", phone="02393000001", address="Số 1 phố Huế", province="tỉnh Hà Tĩnh"),
        consignee=Party(
            name="Nguyễn Văn Ánh", phone="0912000003", address="Thôn Đoài", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"
        ),
        consignor_place=PostPlace(province=48, commune="48001"),
        consignee_place=PostPlace(province=48, commune="48117"),
        contents="Giấy khai sinh (bản chính)",
        collect_dong=25000,
        asked_at=datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
    )
