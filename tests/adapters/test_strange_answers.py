"""Whatever an outsider answers, whole or broken, an adapter has a value or a verdict: never another fault.

Of each adapter every act is asked; the outsider at the wire answers with some right answers, twisted here and there,
with any JSON, any bytes and any status.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import Card
from adapters.foreign_json import read_json
from adapters.registry import cards
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.errors import PostgwError
from postgw.domain.ports import (
    DossierPage,
    FeedPage,
    Message,
    Notice,
    OfferAnswer,
    PostedOrder,
    PostOrder,
    PostPlace,
)

from ..fuzz import JSON, shaped, tried

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PERSON = Party(name="Nguyễn Thị Diễn Tập", phone="0912000003", address="Thôn Đoài", commune="xã Kỳ Lạc",
               province="tỉnh Hà Tĩnh", email="dien-tap@example.vn")  # fmt: skip
PLACE = PostPlace(province=48, district=4810, commune="48117")
ORDER = PostOrder(order_no="4K7M29TB6HC", consignor=PERSON, consignee=PERSON, consignor_place=PLACE,
                  consignee_place=PLACE, contents="Giấy khai sinh", asked_before=True, asked_at=AT)  # fmt: skip
POSTED = PostedOrder(order_no="4K7M29TB6HC", item_no="RR473124829VN", post_ref="1")
DOSSIER = Dossier(
    dossier_no="H27.15-261123-0007", intake_ref="4501", receiving_desk="TS", procedure_code="1.001193",
    service_form="both", applicant=PERSON, return_to=PERSON,
)  # fmt: skip
NOTICE = Notice(
    notice_id="n1", kind="consignment.delivered", at=AT, desk="TS", consignment_no="4K7M29TB6HC",
    dossier_no="H27.15-261123-0007", item_no="RR473124829VN", leg="return", state="delivered",
)  # fmt: skip
MESSAGE = Message(
    message_id="m1", to="0912000003", text="Hồ sơ đã đến.", kind="send.consignment.collected", values={"number": "1"}
)
#: What each act of a port is asked with.
ASKED: Mapping[str, tuple[Any, ...]] = {
    "book": (ORDER,), "cancel": (POSTED,), "feed": ("", 100), "tell": (NOTICE, DOSSIER), "offered": ("", 100),
    "answer": ([OfferAnswer(record_id="4501:0", dossier_no="H27.15-261123-0007", consignment_nos=("4K7M29TB6HC",))],),
    "standing": (DOSSIER,), "dossier_by_number": ("H27.15-261123-0007",), "send": (MESSAGE,), "price": (MESSAGE,),
}  # fmt: skip
NAMED: Mapping[str, Mapping[str, Any]] = {
    "dossier_by_number": {"desk": "TS"},
    "begin": {"state": "s", "nonce": "n", "challenge": "c", "back": "https://mot-cua.example/back"},
    "identity": {"code": "c", "verifier": "v", "nonce": "n", "back": "https://mot-cua.example/back", "at": AT},
}
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA"


@dataclass(frozen=True)
class Case:
    """An adapter, how it is set up, and what a right outsider might answer."""

    settings: Mapping[str, Any]
    answers: tuple[Any, ...]


RECORD = {
    "itemCode": "RR473124829VN", "saleOrderCode": "4K7M29TB6HC", "status": 100, "statusName": "x", "orderHdrID": "1",
    "updatedDate": "23/11/2026 08:00:00", "originalID": "1", "originalItemCode": "x",
    "statusHistory": [{"createdDate": "23/11/2026", "createdHour": "08:00:00", "statusCode": 100, "statusName": "x"}],
}  # fmt: skip
OPENCPS = {
    "dossierId": 4501, "counter": 77, "password": "k12x", "dossierNo": "H27.15-261123-0007", "govAgencyCode": "H27.15",
    "serviceCode": "1.001193", "applicantName": "Nguyễn Thị Diễn Tập", "address": "Tổ dân phố 3", "viaPostal": "2",
    "contactTelNo": "0912000003", "dueDate": "30/11/2026 17:00:00", "dossierStatus": "processing", "vnpostalStatus": 1,
    "modifiedDate": "23/11/2026 08:00:00", "vnpostalProfile": '{"postalAddress": "Số 5"}', "finishDate": "",
}  # fmt: skip
PORTAL = {
    "MaHoSo": "H27.15-261123-0007", "TrangThaiHoSo": "9", "NgayTra": "20261123094200", "NoiNopHoSo": "1",
    "QuaTrinh": [{"MaHoSo": "1", "ThoiDiemXuLy": "20261123094200", "TrangThai": "9", "NoiDungXuLy": "x"}],
}  # fmt: skip
CASES: Mapping[str, Case] = {
    "vnpost_ngsp": Case(
        {"customer_code": "HCC", "key": "k", "secret": "s", "base_url": "{url}"},
        (
            {"access_token": "t", "token_type": "Bearer", "expires_in": 3600},
            {"Status": 100, "Message": "x", "ItemCode": "RR473124829VN"},
            {"_size": 1, "_returned": 1, "_embedded": {"rh:doc": [{
                "_id": {"$oid": "5f0000000000000000000001"}, "CustomerCode": "HCC", "OrderNumber": "4K7M29TB6HC",
                "EventTime": {"$numberLong": "1763863200000"}, "POSID": "480000", "ItemCode": "RR473124829VN",
                "StatusCode": 100, "StatusMessage": "x", "Notes": None,
            }]}},
        ),
    ),
    "my_vnpost": Case(
        {"customer_code": "HCC", "key": "k", "secret": "s", "base_url": "{url}", "service_code": "1",
         "calls_per_second": 0.0},
        (
            {"success": True, "token": "t"}, {"results": [RECORD]}, [RECORD], {"data": {"statusHistory": []}},
            {"success": False, "errorMessage": "x", "status": 400}, [{"Type": "1", "CaseId": "2", "caseStatus": "3"}],
        ),
    ),
    "viettel_post": Case(
        {"key": "k", "secret": "s", "webhook_secret": "w" * 20, "service": "VCN", "base_url": "{url}"},
        (
            {"status": 200, "error": False, "message": "OK", "data": {"token": "t", "expired": 1, "ORDER_NUMBER": "1"}},
            {"status": 204, "error": True, "message": "Price does not apply", "data": None},
        ),
    ),
    "opencps": Case(
        {"base_url": "{url}", "site": "1", "key": "k", "secret": "s", "desks_of": {"H27.15": "TS"}},
        (OPENCPS, {"total": 1, "data": [OPENCPS]}, {"data": [{"dossierId": 4501, "modifiedDate": "1"}]}, "ok"),
    ),
    "national_portal": Case(
        {"base_url": "{url}", "site": "1", "key": "k", "secret": "s", "auth_endpoint": "/login",
         "integration_endpoint": "/g", "dstcode": "VN:1", "per_second": 0.0},
        (
            {"session": "t", "token": "t", "error_code": 0, "result": "1"}, {"error_code": 0, "result": [PORTAL]},
            {"error_code": "1", "message": "x"}, {"result": json.dumps([PORTAL])},
        ),
    ),
    "zalo_zns": Case(
        {"app_id": "1", "app_secret": "s", "refresh_token": "r", "send_url": "{url}/send", "token_url": "{url}/token",
         "token_file": "{folder}/zalo.json", "templates": {"send.consignment.collected": {"id": "1"}}},
        (
            {"access_token": "t", "refresh_token": "r2", "expires_in": "90000"},
            {"error": 0, "message": "Success", "data": {"msg_id": "m", "sent_time": "1", "quota": {"dailyQuota": "1"}}},
            {"error": -124, "message": "x"}, {"error_code": -14014, "error_description": "x"},
        ),
    ),
    "sms_http": Case(
        {"url": "{url}/sms", "secret": "s", "body": {"to": "{{to}}", "text": "{{text}}"},
         "answer": {"result": "/0/code", "yes": ["100"], "receipt": "/0/id"}},
        ([{"code": 100, "id": "1"}], {"code": "100"}),
    ),
    "oidc": Case(
        {"issuer": "{url}", "client_id": "c", "secret": "s"},
        (
            {"issuer": "{url}", "authorization_endpoint": "{url}/a", "token_endpoint": "{url}/t",
             "jwks_uri": "{url}/k"},
            {"id_token": JWT, "access_token": "t"},
            {"keys": [{"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB", "use": "sig", "alg": "RS256"}]},
        ),
    ),
}  # fmt: skip
#: These call nobody, or (mail) not by HTTP; a subscriber's answer is read for its status alone.
WITHOUT_ANSWERS = {"rehearsal", "spreadsheet", "email", "webhooks"}
Answers = list[tuple[int, str, bytes]]


@dataclass
class Outsider:
    """Answers one after the other, and the last one for ever."""

    answers: Answers = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        status, wait, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        body = body.replace(b"{url}", self.url.encode())
        return web.Response(status=status, body=body, headers={"Retry-After": wait, "Date": wait} if wait else {})


def _filled(value: Any, **blanks: str) -> Any:
    if isinstance(value, str):
        for name, text in blanks.items():
            value = value.replace("{" + name + "}", text)
        return value.replace("{{", "{").replace("}}", "}")
    if isinstance(value, Mapping):
        return {name: _filled(one, **blanks) for name, one in value.items()}
    return value


def _bodies(case: Case) -> st.SearchStrategy[bytes]:
    right = [st.just(answer) for answer in case.answers]
    twisted = st.one_of(*right, *right, *map(shaped, case.answers), JSON)
    return twisted.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60)


def _must_be_keepable(value: Any) -> None:
    """See that what was read of a feed or a list can be kept in any database."""
    if isinstance(value, FeedPage | DossierPage):
        told = [*(value.events if isinstance(value, FeedPage) else value.offered), *value.rejects]
        for text in _texts(told):
            assert "\0" not in text, text
            text.encode()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    if isinstance(value, list | tuple | frozenset):
        return [text for one in value for text in _texts(one)]
    names = getattr(type(value), "__dataclass_fields__", {})
    return [text for name in names for text in _texts(getattr(value, name))]


def test_every_adapter_that_reads_answers_is_asked() -> None:
    assert {card.name for card in cards()} - WITHOUT_ANSWERS == set(CASES)


ACTS = [
    (card, act) for card in cards() if card.name in CASES for act in sorted(card.abilities)
]  # fmt: skip


@pytest.mark.parametrize(("card", "act"), ACTS, ids=[f"{card.name}-{act}" for card, act in ACTS])
def test_any_answer_is_a_value_or_a_verdict(card: Card, act: str, tmp_path: Path) -> None:
    case, outsider = CASES[card.name], Outsider()
    statuses = st.sampled_from([200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503])
    waits = st.sampled_from(["", "", "", "5", "²", "9" * 50, "9" * 5000, "Wed, 21 Oct 2199 07:28:00 GMT", "-1", "x"])

    async def served() -> TestServer:
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", outsider.answer)
        server = TestServer(app)
        await server.start_server()
        outsider.url = str(server.make_url("")).rstrip("/")
        return server

    async def ask() -> Any:
        blanks = {"url": outsider.url, "folder": str(tmp_path)}
        environ = {"X": "x"}
        client = card.build(card.read({}, environ, **_filled(case.settings, **blanks)))
        asked: Callable[..., Awaitable[Any]] = getattr(client, act)
        try:
            return await asked(*ASKED.get(act, ()), **NAMED.get(act, {}))
        finally:
            await client.close()

    with asyncio.Runner() as runner:
        server = runner.run(served())

        @tried(12)
        @given(st.lists(st.tuples(statuses, waits, _bodies(case)), min_size=1, max_size=5))
        def answered(answers: Answers) -> None:
            outsider.answers = list(answers)
            (tmp_path / "zalo.json").unlink(missing_ok=True)
            verdict = None
            try:
                _must_be_keepable(runner.run(ask()))
            except PostgwError as no:
                verdict = no
            assert verdict is None or str(verdict).endswith("."), verdict

        answered()
        runner.run(server.close())


def test_json_is_read_so_that_any_database_can_keep_it() -> None:
    @tried(100)
    @given(JSON | st.binary(max_size=30))
    def read(value: Any) -> None:
        try:
            told = read_json(value if isinstance(value, bytes) else json.dumps(value).encode())
        except ValueError:
            return
        for text in _texts(told):
            assert "\0" not in text
            text.encode()

    read()


def test_half_a_character_or_a_nul_in_a_feed_row_holds_up_nothing_behind_it() -> None:
    assert read_json(rb'{"a": ["x\ud83d", "\u0000y"]}') == {"a": ["x\ufffd", "y"]}
    assert read_json(b'"\xed\xa0\xbd"') == "\ufffd\ufffd\ufffd"
    with pytest.raises(ValueError, match="deep"):
        read_json(b"[" * 100_000)
