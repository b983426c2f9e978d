"""The envelopes of the wire: how each is written, and that client and double speak every one of them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from adapters.vnpost_ngsp.announcement import Announcement
from adapters.vnpost_ngsp.envelope import ACTS, ENVELOPES
from adapters.vnpost_ngsp.settings import NgspSettings
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.ports import PostedOrder

from .test_mapping import SEVENTEEN

NGSP = "/apiVNPostNGSP/p1.0"
BASIC = "Basic " + base64.b64encode(b"dien-tap:dien-tap").decode()
GRANT = b"grant_type=client_credentials"
SERVICES = {"order": "dv-gui", "cancel": "dv-huy"}
ACCOUNT: dict[str, Any] = {
    "customer_code": "HCC-DEMO", "key": "dien-tap", "secret": "dien-tap", "base_url": "https://bus.example/lgsp",
    "token_url": "https://bus.example/token", "without_feed": True,
}  # fmt: skip
#: Envelope → what an account needs besides, and how a token, an order and a cancellation are written.
WRITTEN: dict[str, dict[str, Any]] = {
    "direct": {
        "token": ("/token", "", BASIC, GRANT), "order": (f"{NGSP}/order/post", [], ""),
        "cancel": ("GET", f"{NGSP}/order/cancel", [("CustomerCode", "HCC-DEMO"), ("OrderNumber", "A1")], "", None),
    },
    "direct-query": {
        "token": ("/token", GRANT.decode(), BASIC, b""), "order": (f"{NGSP}/order/post", [], ""),
        "cancel": ("GET", f"{NGSP}/order/cancel", [("CustomerCode", "HCC-DEMO"), ("OrderNumber", "A1")], "", None),
    },
    "bearer": {
        "token": ("/token", "", "Bearer dien-tap", GRANT), "order": (f"{NGSP}/order/post", [], ""),
        "cancel": ("GET", f"{NGSP}/order/cancel", [("CustomerCode", "HCC-DEMO"), ("OrderNumber", "A1")], "", None),
    },
    "service-code": {
        "token": ("/token", "", BASIC, b""), "order": ("/lgsp", [], "vnpost_post_order"),
        "cancel": ("POST", "/lgsp", [], "vnpost_cancel_order", {"maKhachHang": "HCC-DEMO", "soDonHang": "A1"}),
    },
    "service-name": {
        "token": ("/token", "", BASIC, GRANT),
        "order": ("/lgsp", [("serviceType", "VNPost"), ("serviceName", "OrderPost")], ""),
        "cancel": ("POST", "/lgsp", [("serviceType", "VNPost"), ("serviceName", "OrderCancel")], "", {
            "customerCode": "HCC-DEMO", "orderNumber": "A1",
        }),
    },
    "service": {
        "given": {"services": SERVICES}, "token": ("/token", "", BASIC, GRANT),
        "order": ("/lgsp", [("service", "dv-gui")], ""),
        "cancel": ("GET", "/lgsp", [("service", "dv-huy"), ("CustomerCode", "HCC-DEMO"), ("OrderNumber", "A1")], "",
                   None),
    },
    "access-token": {"token": None, "order": (f"{NGSP}/order/post", [], ""), "cancel": None},
}  # fmt: skip


def at(outsider, client_of, name, **other):
    """Return a client that speaks an envelope to a stand-in."""
    way = ENVELOPES[name]
    given = {**WRITTEN[name].get("given", {}), "without_feed": not way.can("tracking", {}), **other}
    base = outsider.url + ("/lgsp" if way.one_url else "")
    return client_of(base, envelope=name, token_url=f"{outsider.url}/token", **given)


def test_every_envelope_is_written_down_here():
    assert WRITTEN.keys() == ENVELOPES.keys()


@pytest.mark.parametrize("name", ENVELOPES)
async def test_a_token_and_an_order_are_written_as_the_envelope_wants(outsider, client_of, order, name):
    path, query, service = WRITTEN[name]["order"]
    outsider.will_answer(path, (201, {"Status": 100}))
    await at(outsider, client_of, name).book(order)
    asked = outsider.calls(path)[-1]
    assert (asked.method, parse_qsl(asked.query), asked.headers.get("service-code", "")) == ("POST", query, service)
    if WRITTEN[name]["token"]:
        token_path, token_query, authorization, body = WRITTEN[name]["token"]
        token = outsider.calls(token_path)[0]
        assert (token.query, token.headers["Authorization"], token.body) == (token_query, authorization, body)
        assert asked.headers["Authorization"] == "Bearer t-1"
    else:
        assert (asked.headers["access_token"], "Authorization" in asked.headers) == ("dien-tap", False)
        assert not outsider.calls("/token")


@pytest.mark.parametrize("name", ENVELOPES)
async def test_the_seventeen_keys_are_the_same_in_every_envelope(outsider, client_of, order, name):
    path = WRITTEN[name]["order"][0]
    outsider.will_answer(path, (201, {"Status": 100}))
    await at(outsider, client_of, name).book(replace(order, item_no="PA000000014VN"))
    body = json.loads(outsider.calls(path)[-1].body)
    more = {"ItemCode": "PA000000014VN", "FlagConfig": 2} if name == "access-token" else {}
    assert list(body) == [*SEVENTEEN, *more]
    assert more.items() <= body.items()


@pytest.mark.parametrize("name", [name for name in ENVELOPES if WRITTEN[name]["cancel"]])
async def test_a_cancellation_is_written_as_the_envelope_wants(outsider, client_of, name):
    method, path, query, service, body = WRITTEN[name]["cancel"]
    outsider.will_answer(path, (201, {"Status": 110}))
    await at(outsider, client_of, name).cancel(PostedOrder(order_no="A1"))
    asked = outsider.calls(path)[-1]
    assert (asked.method, parse_qsl(asked.query), asked.headers.get("service-code", "")) == (method, query, service)
    assert (json.loads(asked.body) if asked.body else None) == body


@pytest.mark.parametrize("name", ENVELOPES)
async def test_a_status_that_is_no_yes_is_none_in_any_envelope(outsider, client_of, order, name):
    path = WRITTEN[name]["order"][0]
    for answer, verdict in (((201, {"Status": 102}), Refused), ((201, b""), Unreachable), ((503, b""), Unreachable)):
        outsider.will_answer(path, answer)
        with pytest.raises(verdict):
            await at(outsider, client_of, name).book(order)


@pytest.mark.parametrize(("name", "taken"), [(name, 200 in way.made) for name, way in ENVELOPES.items()])
async def test_200_is_a_yes_only_where_a_bus_stands_between(outsider, client_of, order, name, taken):
    path = WRITTEN[name]["order"][0]
    outsider.will_answer(path, (200, {"Status": 100}))
    client = at(outsider, client_of, name)
    if taken:
        assert not (await client.book(order)).known_already
    else:
        with pytest.raises(Unreachable):
            await client.book(order)


async def test_what_an_envelope_does_not_carry_is_refused_and_nobody_is_asked(outsider, client_of):
    client = at(outsider, client_of, "access-token")
    with pytest.raises(Refused) as no:
        await client.cancel(PostedOrder(order_no="A1"))
    assert no.value.code == "post.not_carried"
    with pytest.raises(Refused):
        await client.announce(Announcement(dossier_no="H", procedure_code="1", procedure_title="Khai sinh"))
    assert not outsider.asked


async def test_an_account_without_a_feed_hears_nothing_and_asks_nobody(outsider, client_of):
    page = await at(outsider, client_of, "service-code").feed("5a", 50)
    assert (page.events, page.cursor, page.more) == ((), "5a", False)
    assert not outsider.asked


async def test_a_feed_with_an_address_of_its_own_is_read_past_the_bus(outsider, client_of):
    outsider.will_answer("/tracking", (200, {"_size": 0}))
    given = {"without_feed": False, "tracking_url": f"{outsider.url}/tracking"}
    await at(outsider, client_of, "service-code", **given).feed("", 50)
    asked = outsider.calls("/tracking")[0]
    assert asked.query == "pagesize=50&lastId=" + "0" * 24
    assert "service-code" not in asked.headers


@pytest.mark.parametrize("name", [name for name, way in ENVELOPES.items() if not way.can("tracking", {})])
def test_a_feed_that_nobody_could_read_is_refused_when_the_settings_are_read(name):
    given = {"services": SERVICES} if name == "service" else {}
    with pytest.raises(Invalid) as no:
        NgspSettings(**{**ACCOUNT, **given, "envelope": name, "without_feed": False})
    assert (no.value.code, no.value.field) == ("ngsp.no_feed", "/tracking_url")


@pytest.mark.parametrize(("wrong", "field"), [
    ({"envelope": "service"}, "/services/order"), ({"services": {"price": "x"}}, "/services/price"),
    ({"envelope": "service-code", "token_url": ""}, "/token_url"), ({"key": ""}, "/key"),
    ({"envelope": "service-code", "base_url": ""}, "/order_url"),
    ({"envelope": "service-code", "base_url": "http://bus.example"}, "/order_url"),
    ({"envelope": "bearer", "secret": ""}, "/secret"),
], ids=str)  # fmt: skip
def test_a_setting_that_an_envelope_cannot_do_without_is_named(wrong, field):
    with pytest.raises(Invalid) as no:
        NgspSettings(**{**ACCOUNT, **wrong})
    assert no.value.field == field


@pytest.mark.parametrize("name", ["bearer", "access-token"])
def test_where_the_secret_alone_opens_the_bus_no_key_is_asked_for(name):
    assert NgspSettings(**{**ACCOUNT, "key": "", "envelope": name, "tracking_url": "https://bus.example/t"})


def test_what_the_settings_call_a_service_goes_before_the_envelopes_name():
    way = ENVELOPES["service-code"]
    assert way.service("order", {"order": "dv"}) == "dv"
    assert [act for act in ACTS if way.can(act, {})] == ["order", "cancel"]


# --- over a socket, with the double ---

BUSES: dict[str, dict[str, Any]] = {
    "service-code": {"base": "/lgsp"},
    "service-name": {"base": "/lgsp"},
    "service": {"base": "/lgsp", "services": SERVICES},
    "bearer": {"base": "", "without_feed": False},
    "access-token": {"base": "/lgsp-static"},
    "direct": {"base": "", "token_url": "", "without_feed": False},
    "direct-query": {"base": "", "token_url": "", "without_feed": False},
}


@pytest.mark.parametrize("name", ENVELOPES)
async def test_client_and_double_speak_every_envelope(open_office, client_of, order, name):
    office, url = await open_office()
    given = {"token_url": f"{url}/lgsp/token", "without_feed": True, **BUSES[name]}
    client = client_of(url + given.pop("base"), envelope=name, **given)
    assert [(await client.book(order)).known_already for _ in range(2)] == [False, True]
    assert office.parcels() == 1
    if client.settings.can("cancel"):
        await client.cancel(PostedOrder(order_no=order.order_no))
        assert office.parcels() == 0


async def test_a_stranger_is_not_let_in_at_the_bus(open_office, client_of, order):
    _, url = await open_office()
    for name, given in (("service-code", {"base": "/lgsp"}), ("access-token", {"base": "/lgsp-static"})):
        client = client_of(
            url + given["base"], envelope=name, token_url=f"{url}/lgsp/token", without_feed=True, secret="wrong"
        )
        with pytest.raises(Unreachable) as no:
            await client.book(order)
        assert no.value.code == "post.credentials"
