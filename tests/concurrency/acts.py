"""The acts that touch shared rows, each on two items of one state: what a desk, an office, the post and time do.

Each act takes its items in the order in which it is handed them, so that its twin, handed them the other way round,
wants the same rows in the opposite order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from postgw.bootstrap import House
from postgw.domain import item_number
from postgw.domain.errors import PostgwError
from postgw.domain.ports import FeedEvent
from postgw.recurring import acts as jobs_of

from ..furnishing import CITIZEN_TOLD, DESK, OFFICE
from .conftest import OFFICER, POSTMAN, Town, batch, dossier
from .copies import Copy


@dataclass(frozen=True)
class Hands:
    """Who does an act: at which door, to which items, under which word of its own."""

    town: Town
    door: int
    items: tuple[Copy, ...]
    word: str
    manifest_no: str = ""
    signatories: dict[str, str] | None = None

    def numbers(self, leg: str = "return") -> list[str]:
        """Return the numbers of the items on a leg, in their order."""
        return [item.numbers[leg] for item in self.items]

    async def ask(self, who: str, path: str, body: Any = None) -> None:
        """Ask at the own door, for better or worse: a refusal is an answer."""
        await self.town.ask(who, "POST", path, body, door=self.door)

    async def job(self, name: str) -> None:
        """Let time knock once."""
        await jobs_of(self.house.services)[name](self.town.clock[0])

    @property
    def house(self) -> House:
        """Return the house behind the own door."""
        return self.town.houses[self.door % len(self.town.houses)]


Act = Callable[[Hands], Awaitable[None]]
PROOF = {"receiver_name": "Người Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
COMPLAINT = {
    "about": "late", "statement": "Hẹn ngày 20/11, nay chưa nhận được.", "claim": "Hoàn cước",
    "complainant_name": "Nguyễn Thị Diễn Tập", "complainant_phone": "0912000003",
}  # fmt: skip
DAMAGE = {
    "office": OFFICE, "wrapping": "torn", "cause": "transport",
    "lines": [{"name": "Giấy khai sinh", "condition": "whole"}], "old_seal_no": "NP-1", "new_seal_no": "NP-2",
    "worker_name": "Trần Diễn Tập", "witness_name": "Lê Diễn Tập",
}  # fmt: skip
_LOST = {"statement": "Đã tìm ở kho và ba bưu cục trên tuyến, không thấy."}


def _job(name: str) -> Act:
    return lambda hands: hands.job(name)


def _scanned(*codes: str, leg: str = "return") -> Act:
    async def act(hands: Hands) -> None:
        told = [(f"{hands.word}-{code}-{n}", n, code) for code in codes for n in hands.numbers(leg)]
        body = batch(hands.town, f"d-{hands.word}", told, **({"reason": "absent"} if "attempted" in codes else {}))
        await hands.ask("postman", "/scans", body)

    return act


async def _crosswise(hands: Hands) -> None:
    """Scan both ways of each item in one batch."""
    told = [(f"{hands.word}-{n}", n, "arrived") for leg in ("withdrawal", "return") for n in hands.numbers(leg)]
    await hands.ask("postman", "/scans", batch(hands.town, f"d-{hands.word}", told))


def _each(who: str, path: str, body: Callable[[Hands, Copy], Any] = lambda hands, item: None) -> Act:
    async def act(hands: Hands) -> None:
        for item in hands.items:
            number = item.numbers["return"]
            await hands.ask(who, path.format(number=number, key=item.key), body(hands, item))

    return act


def _moment(hands: Hands) -> dict[str, str]:
    return {"device": f"d-{hands.word}", "device_at": hands.town.now(), "sent_at": hands.town.now()}


def _delivery(hands: Hands, item: Copy) -> dict[str, Any]:
    return {
        "number": item.numbers["return"], "proof": PROOF, "scan_id": f"p-{hands.word}-{item.reference}",
        "withdrawn": [{"name": "Thẻ cũ", "outcome": "collected"}], "office": OFFICE, **_moment(hands),
    }  # fmt: skip


def _attempt(hands: Hands, item: Copy) -> dict[str, Any]:
    return {"scan_id": f"a-{hands.word}-{item.reference}", "reason": "absent", "office": OFFICE, **_moment(hands)}


def _address(hands: Hands, item: Copy) -> dict[str, Any]:
    return {"party": {**CITIZEN_TOLD, "address": f"Thôn {hands.word}"}, "fault": "citizen", "cost_dong": 13000}


def _rewritten(hands: Hands, item: Copy) -> dict[str, Any]:
    return dossier(item.reference, applicant={**CITIZEN_TOLD, "address": f"Xóm {hands.word}"})


def _fee(hands: Hands, item: Copy) -> dict[str, Any]:
    return {
        "fee_id": f"{hands.word}-{item.reference}", "number": item.numbers["return"], "ledger": "fee",
        "amount_dong": 8000,
    }  # fmt: skip


async def _listed(hands: Hands) -> None:
    await hands.ask("officer", "/manifests", {
        "desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": hands.numbers(),
    })  # fmt: skip


async def _next_trip(hands: Hands) -> None:
    act = hands.house.services.handover.for_next_trip
    with suppress(PostgwError):  # a refusal is an answer
        await act(hands.numbers(), desk=DESK, actor=OFFICER, at=hands.town.clock[0])


async def _added(hands: Hands) -> None:
    """Add to whatever list of the desk is open."""
    open_ones = await hands.town.rows("SELECT manifest_no FROM manifest WHERE state = 'open' ORDER BY id DESC LIMIT 1")
    for row in open_ones:
        await hands.ask("officer", f"/manifests/{row['manifest_no']}/lines", {"numbers": hands.numbers()})


async def _bagged(hands: Hands) -> None:
    await hands.ask("officer", "/bags", {"desk": DESK, "numbers": hands.numbers()})


async def _bound(hands: Hands) -> None:
    for number in hands.numbers():
        item_no = item_number.from_serial("RV", hands.town.chance.randrange(10**8))
        await hands.ask("postman", f"/consignments/{number}/bind", {"item_no": item_no})


async def _heard(hands: Hands) -> None:
    """Let the post say where the items are, in one call of its own."""
    at = hands.town.clock[0]
    events = [
        FeedEvent(record_id=f"{hands.word}-{number}", order_no=number, code="arrived", occurred_at=at, office=OFFICE)
        for number in hands.numbers()
    ]
    await hands.house.services.feeds.hear("ha-tinh", events, at=at)


async def _snapshot(hands: Hands) -> None:
    at = hands.town.clock[0]
    await hands.house.services.snapshots.for_shift(actor=POSTMAN, name="Bưu tá Diễn Tập", since=at, at=at)


async def _remitted(hands: Hands) -> None:
    await hands.ask("postman", "/remittances", {"desk": DESK})


async def _receipts_cancelled(hands: Hands) -> None:
    for number in hands.numbers():
        for row in await hands.town.rows("SELECT receipt_no FROM receipt WHERE consignment_no = $1", number):
            await hands.ask("postman", f"/receipts/{row['receipt_no']}/cancel", {"reason": "Ghi nhầm số tiền"})


async def _settled(hands: Hands) -> None:
    for number in hands.numbers():
        for row in await hands.town.rows("SELECT conflict_no FROM conflict WHERE consignment_no = $1", number):
            body = {"way": "first", "reason": "Đã gọi người nhận"}
            await hands.ask("postman", f"/conflicts/{row['conflict_no']}/settle", body)


def _of_case(path: str, who: str, body: dict[str, Any]) -> Act:
    async def act(hands: Hands) -> None:
        for number in hands.numbers():
            rows = await hands.town.rows(
                "SELECT f.case_no FROM case_file f JOIN consignment c ON c.id = f.consignment_id"
                " WHERE c.consignment_no = $1 ORDER BY f.id DESC LIMIT 2",
                number,
            )
            for row in rows:
                await hands.ask(who, f"/cases/{row['case_no']}/{path}", body)

    return act


async def _signed(hands: Hands) -> None:
    assert hands.signatories is not None
    body = {"side": "taker", "signatory_no": hands.signatories[OFFICE]}
    await hands.ask("postman", f"/manifests/{hands.manifest_no}/sign", body)


async def _ticked(hands: Hands) -> None:
    for number in hands.numbers():
        await hands.ask("postman", f"/manifests/{hands.manifest_no}/tick", {"number": number})


#: What time does by itself, whatever there is.
_TIME = {
    name: _job(name)
    for name in (
        "send_orders", "send_notices", "find_conflicts", "watch_clocks", "watch_cases", "link_scans", "close_manifests",
        "match_strays",
    )
}  # fmt: skip
AT_THE_DESK: dict[str, Act] = {
    "scan": _scanned("collected", "departed"),
    "book": _each("officer", "/consignments/{number}/book"),
    "cancel": _each("officer", "/consignments/{number}/cancel", lambda *_: {"reason": "not_needed"}),
    "recall": _each("officer", "/consignments/{number}/recall",
                    lambda *_: {"reason": "wrong_content", "fault": "agency", "cost_dong": 0}),
    "address": _each("officer", "/consignments/{number}/address", _address),
    "void label": _each("officer", "/consignments/{number}/void-label", lambda *_: {"reason": "damaged"}),
    "rewrite": _each("officer", "/dossiers", _rewritten),
    "choose form": _each("officer", "/dossiers/{key}/service-form", lambda *_: {"service_form": "return"}),
    "prepay": _each("officer", "/dossiers/{key}/paid-elsewhere",
                    lambda hands, item: {"way": "portal", "reference": item.reference[:30], "amount_dong": 8000}),
    "list": _listed, "next trip": _next_trip, "add": _added, "bag": _bagged, "bind": _bound,
    "fee": _each("postman", "/fees", _fee), "remit": _remitted, "cancel receipt": _receipts_cancelled,
    "hear": _heard,
}  # fmt: skip
AT_THE_DOOR: dict[str, Act] = {
    "scan both legs": _scanned("attempted"), "scan home": _scanned("collected", leg="withdrawal"),
    "scan crosswise": _crosswise,
    "deliver": _each("postman", "/deliveries", _delivery),
    "attempt": _each("postman", "/consignments/{number}/attempts", _attempt),
    "invite": _each("postman", "/consignments/{number}/invitations", lambda *_: {"way": "paper"}),
    "return": _each("postman", "/consignments/{number}/return", lambda *_: {"reason": "moved"}),
    "recall": AT_THE_DESK["recall"], "address": AT_THE_DESK["address"], "rewrite": AT_THE_DESK["rewrite"],
    "hear": _heard, "bind": _bound,
    "complain": _each("officer", "/cases", lambda hands, item: {
        **COMPLAINT, "number": item.numbers["return"], "case_id": f"{hands.word}-{item.reference}"}),
    "damage": _each("postman", "/cases/damage-records", lambda hands, item: {
        **DAMAGE, "number": item.numbers["return"], "record_id": f"{hands.word}-{item.reference}"[:60]}),
    "lose": _each("postman", "/cases/losses", lambda hands, item: {**_LOST, "number": item.numbers["return"]}),
    "find": _of_case("found", "postman", {"office": OFFICE, "note": "Ở kho trung chuyển"}),
    "answer": _of_case("answer", "postman", {"outcome": "accepted", "text": "Đã kiểm tra, sẽ giao ngay."}),
    "settle": _settled, "snapshot": _snapshot, "fee": AT_THE_DESK["fee"],
}  # fmt: skip
AT_THE_SIGNING: dict[str, Act] = {
    "sign": _signed, "tick": _ticked, "add": _added, "next trip": _next_trip, "cancel": AT_THE_DESK["cancel"],
    "address": AT_THE_DESK["address"], "rewrite": AT_THE_DESK["rewrite"], "scan": AT_THE_DESK["scan"],
    "bag": _bagged, "hear": _heard, "choose form": AT_THE_DESK["choose form"],
}  # fmt: skip
OVER: dict[str, Act] = {
    "erase": _job("erase_personal"), "scan": _scanned("arrived"), "rewrite": AT_THE_DESK["rewrite"],
    "complain": AT_THE_DOOR["complain"], "damage": AT_THE_DOOR["damage"], "link": _job("link_scans"),
    "cancel receipt": _receipts_cancelled, "hear": _heard, "bag": _bagged,
}  # fmt: skip
DESK_AND_TIME = AT_THE_DESK | {name: _TIME[name] for name in ("send_orders", "link_scans", "send_notices")}
DOOR_AND_TIME = AT_THE_DOOR | {
    name: _TIME[name] for name in ("find_conflicts", "watch_clocks", "watch_cases", "link_scans", "match_strays")
}
LONG = timedelta(days=365 * 12)
