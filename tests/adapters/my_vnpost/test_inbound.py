"""What the post pushes at us: who is let in, what is kept."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from adapters.card import Acts
from adapters.my_vnpost import signature
from adapters.my_vnpost.inbound import routes
from postgw.domain.ports import FeedEvent, FeedReject

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "mot-bi-mat-du-dai"
ADDRESS = "/hooks/my-vnpost/ha-tinh"
TOLD = {
    "ItemCode": "CB000000014VN", "OrderCode": "4K7M29TB6HC", "OrderStatusId": 100,
    "LastUpdateTime": "23/11/2026 08:30:00",
}  # fmt: skip
HMAC = {"hook_signature": "hmac-sha256-hex", "hook_key": "khoa"}


class Ear:
    """Hears what the house is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Sequence[FeedEvent], Sequence[FeedReject]]] = []

    async def hear(
        self, account: str, events: Sequence[FeedEvent], rejects: Sequence[FeedReject] = (), *, at: datetime
    ) -> None:
        assert at == AT
        self.heard.append((account, events, rejects))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def door(ear: Ear, settings_of: Any) -> AsyncIterator[Callable[..., Any]]:
    opened: list[TestClient[Any, Any]] = []

    async def open_one(**settings: Any) -> TestClient[Any, Any]:
        acts = Acts(
            orders=cast(Any, None), customers=cast(Any, None), words=ear, receipts=cast(Any, None),
            messages=cast(Any, None), clock=lambda: AT,
        )  # fmt: skip
        app = web.Application()
        app.add_routes(routes(acts, {"ha-tinh": settings_of(**settings)}))
        opened.append(TestClient(TestServer(app)))
        await opened[-1].start_server()
        return opened[-1]

    yield open_one
    for client in opened:
        await client.close()


def retail(told: Any = TOLD, *, key: str = "khoa", algorithm: str = "hmac-sha256-hex", signed: str = "") -> bytes:
    data = told if isinstance(told, str) else json.dumps(told)
    sent = "23/11/2026 08:30:05"
    sign = signature.made(algorithm, signed or data, key)
    return json.dumps({"Data": data, "SendDate": sent, "SignData": sign}).encode()


async def pushed(client: TestClient[Any, Any], body: bytes, address: str = ADDRESS, **headers: str) -> int:
    async with client.post(address, data=body, headers=headers) as answer:
        return answer.status


def test_without_an_account_in_use_there_is_no_address():
    assert routes(cast(Any, None), {}) == ()


async def test_a_stranger_is_never_let_in(door, ear):
    client = await door(hook_secret=SECRET)
    for address in (ADDRESS, f"{ADDRESS}/x", f"{ADDRESS}/{SECRET}x", f"/hooks/my-vnpost/other/{SECRET}"):
        assert await pushed(client, retail(), address) == 401
    assert await pushed(client, retail(), **{"X-Hook-Secret": "x"}) == 401
    assert not ear.heard


async def test_an_account_with_neither_secret_nor_key_lets_nobody_in(door, ear):
    client = await door()
    for address in (ADDRESS, f"{ADDRESS}/"):
        assert await pushed(client, retail(), address) in {401, 404}
    assert await pushed(client, retail(), **{"X-Hook-Secret": ""}) == 401
    assert not ear.heard


async def test_the_secret_may_stand_in_the_address_or_in_a_header(door, ear):
    client = await door(hook_secret=SECRET)
    assert await pushed(client, retail(), f"{ADDRESS}/{SECRET}") == 200
    assert await pushed(client, retail(), **{"X-Hook-Secret": SECRET}) == 200
    account, events, rejects = ear.heard[0]
    assert (account, [event.code for event in events], list(rejects)) == ("ha-tinh", ["delivered"], [])
    assert ear.heard[0] == ear.heard[1]


@pytest.mark.parametrize("algorithm", [name for name in signature._MADE])
async def test_where_a_key_is_set_the_signature_is_checked(door, ear, algorithm):
    client = await door(hook_signature=algorithm, hook_key="khoa")
    assert await pushed(client, retail(key="other", algorithm=algorithm)) == 401
    assert await pushed(client, json.dumps({"Data": json.dumps(TOLD), "SendDate": ""}).encode()) == 401
    assert not ear.heard
    assert await pushed(client, retail(algorithm=algorithm)) == 200
    assert len(ear.heard) == 1


async def test_what_is_signed_is_a_setting(door):
    client = await door(**HMAC, hook_signed="data+date")
    assert await pushed(client, retail()) == 401
    assert await pushed(client, retail(signed=json.dumps(TOLD) + "23/11/2026 08:30:05")) == 200


async def test_where_both_are_set_both_are_asked(door):
    client = await door(**HMAC, hook_secret=SECRET)
    assert await pushed(client, retail()) == 401
    assert await pushed(client, retail(key="x"), f"{ADDRESS}/{SECRET}") == 401
    assert await pushed(client, retail(), f"{ADDRESS}/{SECRET}") == 200


@pytest.mark.parametrize("told", [
    "không phải JSON", "[", {"OrderStatusId": 100}, {**TOLD, "LastUpdateTime": "?"}, "5", [None],
], ids=str)  # fmt: skip
async def test_an_order_that_cannot_be_read_is_kept_once_and_answered_200(door, ear, told):
    client = await door(hook_secret=SECRET)
    for _ in range(2):
        assert await pushed(client, retail(told), f"{ADDRESS}/{SECRET}") == 200
    (_, events, rejects), (_, _, again) = ear.heard
    assert (list(events), len(rejects)) == ([], 1)
    assert len(rejects[0].record_id) == 64
    assert rejects[0].record_id == again[0].record_id


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"Data": 5}', b"\xff", b'{"data": "x"}'], ids=str)
async def test_what_is_no_push_at_all_is_kept_and_answered_400(door, ear, body):
    client = await door(hook_secret=SECRET)
    assert await pushed(client, body, f"{ADDRESS}/{SECRET}") == 400
    assert len(ear.heard[0][2]) == 1


@pytest.mark.parametrize("body", [b"", b"x", b"[]"], ids=str)
async def test_of_a_stranger_nothing_is_kept_where_only_a_signature_is_asked(door, ear, body):
    assert await pushed(await door(**HMAC), body) == 401
    assert not ear.heard


async def test_a_push_too_long_is_not_read(door):
    client = await door(hook_secret=SECRET)
    assert await pushed(client, b"x" * (512 * 1024 + 1), f"{ADDRESS}/{SECRET}") == 413


# --- the push of the partner API ---


def keys() -> tuple[rsa.RSAPrivateKey, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    raw = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(raw).decode()


def partner(private: rsa.RSAPrivateKey | None, *rows: Any) -> bytes:
    sent = "23/11/2026 08:30:05"
    text = f"MYVNP{sent}{rows[0]['itemCode']}{rows[0]['status']}".encode()
    sign = base64.b64encode(private.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode() if private else ""
    return json.dumps({"data": list(rows), "sendDate": sent, "signature": sign}).encode()


async def test_the_partner_push_needs_the_secret_even_when_it_is_signed(door, ear):
    private, public = keys()
    row = {
        "itemCode": "CB000000014VN", "saleOrderCode": "4K7M29TB6HC", "status": 14,
        "updatedDate": "23/11/2026 08:30:05",
    }  # fmt: skip
    rsa_settings = {"hook_signature": "rsa-sha256", "hook_key": public}
    assert await pushed(await door(**rsa_settings), partner(private, row)) == 401
    client = await door(**rsa_settings, hook_secret=SECRET)
    assert await pushed(client, partner(None, row), f"{ADDRESS}/{SECRET}") == 401
    assert await pushed(client, partner(keys()[0], row), f"{ADDRESS}/{SECRET}") == 401
    assert not ear.heard
    assert (
        await pushed(
            client,
            partner(private, row, {**row, "status": 77}, "x", {**row, "updatedDate": None}),
            f"{ADDRESS}/{SECRET}",
        )
        == 200
    )
    _, events, rejects = ear.heard[0]
    assert [(event.order_no, event.code, event.occurred_at) for event in events] == [
        ("4K7M29TB6HC", "delivered", datetime(2026, 11, 23, 1, 30, 5, tzinfo=UTC)),
        ("4K7M29TB6HC", "unknown", datetime(2026, 11, 23, 1, 30, 5, tzinfo=UTC)),
    ]
    assert len(rejects) == 2


async def test_the_double_pushes_what_we_read(door, ear, open_my_vnpost, my_post, my_order):
    double, url = await open_my_vnpost(hook_key="khoa")
    await my_post(url).book(my_order)
    client = await door(**HMAC)
    assert await double.send(str(client.make_url(ADDRESS)), double.push(my_order.order_no, 91, DeliveryTimes=1)) == 200
    assert [(event.code, event.raw_code) for event in ear.heard[0][1]] == [("attempted", "91")]
