"""Every administrative act leaves a line behind: who, what stood there before, what stands there now; no secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from postgw.storage import outbox
from postgw.storage.outbox import NewErrand
from postgw.web.routes import API

TOMORROW = "2026-11-24"
DATED = {"valid_from": TOMORROW, "reason": "Công văn 12"}


async def _made(gate: Any, path: str, body: dict[str, Any], key: str) -> str:
    answer = await gate.post(f"/api/v1{path}", body)
    assert answer.status == 201, await answer.text()
    return str((await answer.json())[key])


async def _parked(gate: Any) -> int:
    async with gate.house.database.writing() as tx:
        new = NewErrand(channel="hook", target="hook-1", key="k-1", subject="4K7M29TB6HC", payload="{}")
        await outbox.put(tx, [new], at=gate.clock[0])
        row = await tx.row("SELECT id FROM outbox WHERE key = 'k-1'")
        await outbox.park(tx, row["id"], error="410")
    return int(row["id"])


TOKEN = {"name": "Máy quét", "scopes": ["scans"]}
HOOK = {"url": "https://mot-cua.example.vn/nhan?khoa=bi-mat-cua-ho", "kinds": ["consignment.delivered"]}
CUSTOMER = {"name": "Một cửa điện tử", "codes": ["HCC"], "desks": [{"desk": "TS"}]}
STORM = {"kind": "storm", "title": "Bão số 5", "first_on": TOMORROW, "last_on": TOMORROW, "reason": "Đường ngập"}
AGREEMENT = {"desk": "TS", "covers": "Giấy chứng nhận", **DATED}

#: Address template → what is sent there, or what makes the thing first and then names it.
ACTS: dict[tuple[str, str], Any] = {
    ("POST", "/pickup-windows"): {
        "desk": "TS", "office": "480000", "windows": [{"weekday": 1, "from_time": "08:00", "to_time": "09:00"}], **DATED
    },
    ("POST", "/signatories"): {"unit_kind": "desk", "unit": "TS", "name": "Trần Văn Ký", "valid_from": TOMORROW},
    ("POST", "/bulk-agreements"): AGREEMENT,
    ("POST", "/bulk-agreements/{agreement_no}/end"): (
        "/bulk-agreements", AGREEMENT, "agreement_no", {"on": TOMORROW, "reason": "Hết hạn"}
    ),
    ("POST", "/receipt-series"): {"series": "BLT26", "ledger": "fee", "unit": "480000"},
    ("POST", "/remittance-terms"): {"procedure_code": "1.001193", "hours": 24, **DATED},
    ("POST", "/cases/interest-rates"): {"basis_points": 900, **DATED},
    ("POST", "/degraded-days"): STORM,
    ("DELETE", "/degraded-days/{no}"): ("/degraded-days", STORM, "entry_no", "?reason=Khai+nham"),
    ("POST", "/webhooks"): HOOK,
    ("DELETE", "/webhooks/{hook_no}"): ("/webhooks", HOOK, "hook_no", ""),
    ("POST", "/outbox/{errand_no}/replay"): _parked,
    ("POST", "/procedures"): {
        "code": "2.000635", "name": "Bản sao Trích lục", "sector": "Hộ tịch", "level": "commune", "agency": "UBND xã",
        "forms": ["send"], "excluded_reason": "Kết quả nhận tại chỗ", "valid_from": "2027-01-01", "reason": "QĐ 1",
        "lists": [{"origin": "portal", "source": "Cổng tỉnh", "papers": [{"name": "Tờ khai", "kind": "original"}]}],
    },
    ("POST", "/prices"): {
        "prices": [{"service": "send", "zone": "in_district", "price_dong": 20000}], **DATED
    },
    ("POST", "/zones"): {"zones": [{"commune_code": "18628", "area": "Huyện Kỳ Anh"}], **DATED},
    ("POST", "/regions"): {"province_code": "42", "region": 2, **DATED},
    ("POST", "/service-points"): {"code": "TS", "kind": "desk", "name": "Một cửa Thạch Sơn mới"},
    ("POST", "/tokens"): TOKEN,
    ("DELETE", "/tokens/{token_no}"): ("/tokens", TOKEN, "token_no", ""),
    ("POST", "/customers"): CUSTOMER,
    ("DELETE", "/customers/{customer_no}"): ("/customers", CUSTOMER, "customer_no", ""),
    ("POST", "/number-ranges"): {"indicator": "RX", "first": 10, "last": 90, "account": "hatinh"},
}  # fmt: skip
#: Acts that an administrator may do and that change nothing of the house's own, each with its reason.
CHANGING_NOTHING: dict[tuple[str, str], str] = {}
WALKED = sorted(
    (route.method, route.path.removeprefix("/api/v1"))
    for route in API
    if route.scope in {"admin", "webhooks"} and route.method in {"POST", "PUT", "PATCH", "DELETE"}
)


async def _changes(gate: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await gate.get("/api/v1/changes?limit=200")).json())["data"]
    return found


async def _act(gate: Any, method: str, path: str) -> Any:
    how = ACTS[(method, path)]
    head, _, _ = path.partition("{")
    if callable(how):
        return await gate.post(f"/api/v1{path.replace('{errand_no}', str(await how(gate)))}")
    if isinstance(how, dict):
        return await gate.post(f"/api/v1{path}", how)
    made_at, body, key, rest = how
    made = await _made(gate, made_at, body, key)
    tail = path.partition("}")[2]
    if method == "DELETE":
        return await gate.ask("DELETE", f"/api/v1{head}{made}{tail}{rest}")
    return await gate.post(f"/api/v1{head}{made}{tail}", rest)


@pytest.mark.parametrize(("method", "path"), [each for each in WALKED if each not in CHANGING_NOTHING], ids=str)
async def test_an_administrative_act_leaves_a_line_in_the_log(gate, method, path) -> None:
    before = len(await _changes(gate))
    answer = await _act(gate, method, path)
    assert answer.status < 300, await answer.text()
    found = await _changes(gate)

    made_first = isinstance(ACTS[(method, path)], tuple)
    assert len(found) == before + 1 + made_first
    assert (found[0]["changed_by"], bool(found[0]["after"])) == ("all", True)
    assert found[0]["changed_at"].startswith("2026-11-23T")


async def test_no_secret_stands_in_the_log(gate) -> None:
    token = (await (await gate.post("/api/v1/tokens", TOKEN)).json())["token"]
    secret = (await (await gate.post("/api/v1/webhooks", HOOK)).json())["secret"]
    customer = await (await gate.post("/api/v1/customers", CUSTOMER)).json()
    told = json.dumps(await _changes(gate))

    for hidden in (token, secret, customer["key"], customer["secret"], "bi-mat-cua-ho"):
        assert hidden not in told
    assert "mot-cua.example.vn" in told


async def test_what_is_said_twice_is_written_down_once(gate) -> None:
    for _ in range(2):
        for path in ("/zones", "/regions", "/prices", "/service-points", "/receipt-series", "/pickup-windows"):
            assert (await gate.post(f"/api/v1{path}", ACTS[("POST", path)])).status == 201
    kinds = [change["kind"] for change in await _changes(gate)]

    for kind in ("zone", "region", "price_list", "unit", "receipt_series", "pickup_windows"):
        assert kinds.count(kind) == 1


async def test_a_change_tells_what_stood_there_before(gate) -> None:
    await gate.post("/api/v1/service-points", ACTS[("POST", "/service-points")])
    newest = (await (await gate.get("/api/v1/changes?kind=unit&subject=TS")).json())["data"][0]

    assert newest["before"]["name"] == "Một cửa Thạch Sơn"
    assert newest["after"]["name"] == "Một cửa Thạch Sơn mới"
    assert "kind" not in newest["after"]


async def test_changes_are_found_by_kind_and_by_who_and_not_shown_to_everybody(gate) -> None:
    await gate.post("/api/v1/tokens", TOKEN)
    await gate.post("/api/v1/regions", ACTS[("POST", "/regions")])

    async def kinds(query: str) -> set[str]:
        return {change["kind"] for change in (await (await gate.get(f"/api/v1/changes?{query}")).json())["data"]}

    assert await kinds("kind=region") == {"region"}
    assert await kinds("by=nobody") == set()
    assert "region" in await kinds("by=all")
    stranger = await gate.token_for("enquiry")
    assert (await gate.get("/api/v1/changes", token=stranger)).status == 403
