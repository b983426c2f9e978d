"""What outsiders may call us with: any bytes, any JSON, any headers. It is heard or refused, and never a fault of ours.

Walks every address that the adapters serve, so that a wire of tomorrow is walked too. Each is asked as a stranger asks,
and as one who holds the secret: only that one's words are read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.registry import cards
from adapters.zalo_zns.mapping import sign_of

from ..fuzz import JSON, TEXTS, shaped, tried
from .conftest import OFFICE
from .served import Served

SECRET = "mot-bi-mat-du-dai"
ENVIRON = {"S": SECRET}
SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "ngsp"
adapter = "vnpost_ngsp"
customer_code = "HCC"
base_url = "http://127.0.0.1:9"
key_env = "S"
secret_env = "S"
cod_carries = "fee"
[[post.accounts]]
name = "mvp"
adapter = "my_vnpost"
customer_code = "HCC"
base_url = "http://127.0.0.1:9"
key_env = "S"
secret_env = "S"
[[post.accounts]]
name = "vtp"
adapter = "viettel_post"
base_url = "http://127.0.0.1:9"
key_env = "S"
secret_env = "S"
[[desk.systems]]
name = "tinh"
adapter = "opencps"
base_url = "http://127.0.0.1:9"
site = "55301"
key_env = "S"
secret_env = "S"
[messages]
channels = ["zalo_zns", "sms_http"]
[adapters.my_vnpost]
service_code = "HCC01"
hook_secret_env = "S"
[adapters.viettel_post]
service = "VCN"
webhook_secret_env = "S"
[adapters.opencps]
receipt_user = "buu-dien"
receipt_secret_env = "S"
[adapters.zalo_zns]
app_id = "dien-tap"
app_secret_env = "S"
refresh_token_env = "S"
oa_secret_env = "S"
send_url = "http://127.0.0.1:9/message/template"
token_url = "http://127.0.0.1:9/v4/oa/access_token"
token_file = "{folder}/zalo.json"
[adapters.sms_http]
url = "http://127.0.0.1:9/sms"
secret_env = "S"
hook_secret_env = "S"
body = {{ phone = "{{to}}", text = "{{text}}" }}
[adapters.sms_http.receipts]
receipt = "/sms_id"
state = "/status"
rows = "/rows"
arrived = ["5"]
failed = ["4"]
"""
ORDER = {
    "CustomerCode": "TS", "OrderNumber": "MC-1", "SenderAddress": "Số 1", "SenderName": "Một cửa", "SenderEmail": "",
    "SenderTel": "02390000001", "SenderDesc": "Giấy tờ", "Description": "", "ReceiverName": "Nguyễn Diễn Tập",
    "ReceiverAddress": "Thôn Đoài", "ReceiverTel": "0912000003", "ReceiverEmail": "", "CODAmount": 25000,
    "SenderProvince": 48, "SenderDistrict": 4810, "ReceiverProvince": "48", "ReceiverDistrict": None,
}  # fmt: skip
PARTY = {"Name": "Nguyễn Diễn Tập", "Phone": "0912000003", "ProvinceCode": 48, "Address": "Thôn Đoài"}
NOTICE = {
    "CustomerCode": "TS", "OrderNumber": "H27.10.20-261120-0001", "IsSendDocument": True, "DocumentSender": PARTY,
    "Procedure": {"Code": "1.001193", "Title": "Khai sinh", "Category": None, "Elements": "Tờ khai"},
    "IsReceiveResult": True, "ResultReceiver": PARTY, "State": 0, "maKhachHang": "TS", "soDonHang": "MC-1",
}  # fmt: skip
RETAIL = {
    "Id": 1, "ItemCode": "RR473124829VN", "OrderCode": "4K7M29TB6HC", "OrderStatusId": 91, "CauseCode": "1",
    "DeliveryTimes": 1, "IsReturn": False, "LastUpdateTime": "2026-11-23T08:00:00", "ToPOSCode": OFFICE,
}  # fmt: skip
PARTNER = {
    "itemCode": "RR473124829VN", "saleOrderCode": "4K7M29TB6HC", "status": 100, "statusName": "x",
    "updatedDate": "23/11/2026 08:00:00", "orderHdrID": "1",
}  # fmt: skip
VIETTEL = {
    "TOKEN": SECRET,
    "DATA": {
        "ORDER_NUMBER": "1", "ORDER_REFERENCE": "4K7M29TB6HC", "ORDER_STATUSDATE": "23/11/2026 08:00:00",
        "ORDER_STATUS": 501, "STATUS_NAME": "x", "IS_RETURNING": False, "NOTE": "", "REASON_CODE": "1",
    },
}  # fmt: skip
ZALO = {"event_name": "user_received_message", "timestamp": "1", "message": {"msg_id": "m", "delivery_time": "1"}}
RECEIPT = {"rows": [{"sms_id": "1", "status": "5"}]}
FORM = {
    "ma_bien_nhan": "D-1-2-3", "viaPostal": "2", "postalAddress": "Thôn Đoài", "postalCityCode": "42",
    "postalDistrictCode": "1", "postalWardCode": "18628", "postalTelNo": "0912000003",
}  # fmt: skip
SAMPLES: list[dict[str, Any]] = [ORDER, NOTICE, VIETTEL, ZALO, RECEIPT, FORM, {"data": [PARTNER], "sendDate": "1"}]
ANY_JSON = st.one_of(
    JSON, *map(shaped, SAMPLES),
    st.builds(
        lambda rows, text: {"Data": json.dumps(rows) if text else "{", "SendDate": "1", "SignData": "x"},
        shaped([RETAIL]), st.booleans(),
    ),
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=200),
    ANY_JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(list(FORM)) | TEXTS, TEXTS, max_size=8).map(
        lambda form: urlencode(form, errors="surrogatepass").encode()
    ),
)
MEDIA = st.sampled_from([
    "application/json", "application/x-www-form-urlencoded", "text/plain; charset=utf-16", "text/html; charset=nobody",
    "application/json; charset=utf-32", "multipart/form-data", "multipart/form-data; boundary=x", "x", "", ";",
    "a/b; charset=",
    "application/json; charset=\"\\\"", "application/x-www-form-urlencoded; charset=rot13", "text/plain; charset=idna",
])  # fmt: skip
VALUES = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255, blacklist_characters="\x7f"), max_size=30),
    st.sampled_from(["gzip", "deflate", "Basic", "Bearer", "Basic Og==", "Bearer kh-1.99.x", "Basic =", "-1", "1"]),
).map(lambda text: text.strip().encode("latin-1"))
HEADERS = st.dictionaries(
    st.sampled_from([
        "Authorization", "X-Hook-Secret", "X-ZEvent-Signature", "service-code", "X-Request-ID", "Accept-Language",
        "traceparent", "X-Forwarded-For", "If-None-Match", "Cookie",
    ]), VALUES, max_size=4,
)  # fmt: skip


def _addresses() -> list[tuple[str, str]]:
    """Return every method and address that some adapter serves."""
    with_inbound = {card.name: card for card in cards() if card.inbound}
    found = set()
    for card in with_inbound.values():
        for route in card.inbound(_NoActs(), _Everything()):  # type: ignore[misc, arg-type]
            found.add((route.method, route.path))
    return sorted(found)


class _NoActs:
    """Acts that nobody asks for anything: the table of addresses is all that is wanted."""

    def __getattr__(self, name: str) -> Any:
        return self


class _Setting:
    hook_secret = oa_secret = "x"

    def vocabulary(self) -> None:
        """Have no words."""


class _Everything(dict[str, Any]):
    """An account of every name."""

    def __init__(self) -> None:
        super().__init__(x=_Setting())


@pytest.fixture(scope="module")
def server(lasting_database_url, tmp_path_factory) -> Iterator[Served]:
    """Give a house that every outsider may call."""
    folder = tmp_path_factory.mktemp("callers")
    with Served(SETTINGS.format(url=lasting_database_url, folder=folder), ENVIRON) as server:
        yield server


def _secret(server: Served, path: str, body: bytes) -> dict[str, str]:
    """Return the headers by which one proves to be whom the address is for."""
    if path.startswith("/ngsp"):
        pair = base64.b64encode(server.key_pair.encode()).decode()
        if path == "/ngsp/token":
            return {"Authorization": f"Basic {pair}"}
        given = requests.post(f"{server.url}/ngsp/token", headers={"Authorization": f"Basic {pair}"}, timeout=60)
        return {"Authorization": f"Bearer {given.json()['access_token']}"}
    if "zalo" in path:
        return {"X-ZEvent-Signature": f"mac={sign_of('dien-tap', body, _stamp(body), SECRET)}"}
    if path.startswith("/o/"):
        return {"Authorization": "Basic " + base64.b64encode(f"buu-dien:{SECRET}".encode()).decode()}
    return {"Authorization": f"Bearer {SECRET}", "X-Hook-Secret": SECRET}


def _stamp(body: bytes) -> str:
    try:
        stamp = json.loads(body)["timestamp"]
        return str(stamp) if str(stamp).isascii() else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


ACCOUNTS = {"{account}": ("mvp", "vtp"), "{channel}": ("zalo_zns", "sms_http"), "{secret}": (SECRET,)}


def _filled(path: str, pick: int, other: str) -> str:
    for part, names in ACCOUNTS.items():
        name = names[pick % len(names)] if pick < 6 else other
        path = path.replace(part, quote(name, safe="", errors="surrogatepass") or "-")
    return path


#: Whom the address is for, whatever else is drawn; the pick is of the account.
_RIGHT: dict[str, Any] = {
    "body": b"{}", "media": "application/json", "headers": {}, "known": True, "other": "", "query": {},
    "service": "vnpost_post_order",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("address", _addresses(), ids=" ".join)
def test_whatever_an_outsider_says_is_heard_or_refused(server: Served, address: tuple[str, str]) -> None:
    method, template = address

    @tried(20)
    @given(
        body=BODIES, media=MEDIA, headers=HEADERS, known=st.booleans(), pick=st.integers(0, 7), other=TEXTS,
        query=st.dictionaries(
            st.sampled_from(["CustomerCode", "OrderNumber", "pagesize", "lastId", "ma_bien_nhan", "sms_id", "status"]),
            TEXTS, max_size=3,
        ),
        service=st.sampled_from(["vnpost_post_order", "vnpost_cancel_order", "vnpost_document", "x"]),
    )  # fmt: skip
    @example(**_RIGHT, pick=0)
    @example(**_RIGHT, pick=1)
    def said(body: bytes, media: str, headers: dict[str, bytes], known: bool, pick: int, other: str,
             query: dict[str, str], service: str) -> None:  # fmt: skip
        proof = _secret(server, template, body) if known else {}
        sent = {**headers, **({"Content-Type": media} if media else {}), "service-code": service, **proof}
        address = _filled(template, pick, other) + "?" + urlencode(query, errors="surrogatepass")

        answer = requests.request(method, server.url + address, data=body, headers=sent, timeout=60)  # type: ignore[arg-type]

        assert answer.status_code in {200, 201, 204, 400, 401, 404, 413, 415, 429}, (answer.status_code, answer.text)
        seen.add(answer.status_code)

    seen: set[int] = set()
    said()
    assert seen - {401, 404, 413, 415, 429}, f"nobody was let in at {template}: {seen}"


#: What once was a fault of ours: address, its headers, its body.
ONCE_A_FAULT: dict[str, tuple[str, dict[str, str], bytes]] = {
    "a character set that nobody knows": ("/ngsp/token", {"Content-Type": "a/b; charset=nobody"}, b"x"),
    "a token asked for in no text": ("/ngsp/token", {}, b"\xff\xfe"),
    "a notice whose procedure is a list": (
        "/ngsp/apiVNPostNGSP/p1.0/document/post", {}, json.dumps({**NOTICE, "Procedure": ["x"]}).encode()),
    "a notice whose receiver is a number": (
        "/ngsp/apiVNPostNGSP/p1.0/document/post", {}, json.dumps({**NOTICE, "ResultReceiver": 7}).encode()),
    "an order with half a character": (
        "/ngsp/apiVNPostNGSP/p1.0/order/post", {}, json.dumps({**ORDER, "OrderNumber": "MC-\ud83d"}).encode()),
    "an event of half a moment": ("/hooks/zalo/zalo_zns", {}, json.dumps({**ZALO, "timestamp": "\ud83d"}).encode()),
    "a receipt of half a number": (
        "/hooks/sms/sms_http", {}, json.dumps({"rows": [{"sms_id": "\ud83d\0", "status": "5"}]}).encode()),
}  # fmt: skip


def test_a_cancellation_of_a_number_that_no_database_takes_is_answered(server: Served) -> None:
    proof = _secret(server, "/ngsp/order", b"")
    for query in ("CustomerCode=TS&OrderNumber=a%00b", "OrderNumber=a%00b&CustomerCode=%00"):
        address = f"{server.url}/ngsp/apiVNPostNGSP/p1.0/order/cancel?{query}"
        answer = requests.get(address, headers=proof, timeout=60)
        assert (answer.status_code, answer.json()["Status"]) == (201, 111), answer.text


@pytest.mark.parametrize("what", ONCE_A_FAULT)
def test_what_once_was_a_fault_is_none(server: Served, what: str) -> None:
    path, headers, body = ONCE_A_FAULT[what]
    proof = _secret(server, path, body)

    answer = requests.post(server.url + path, data=body, headers={**proof, **headers}, timeout=60)

    assert answer.status_code < 500, answer.text
