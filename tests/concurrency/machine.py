"""A machine that lives: desks, postmen and time do what they may at any moment, in any order, over the real API.

Its model is small and repeats none of the product's rules. It knows what must hold whatever happens:

* what was refused (4xx) has changed nothing; what was asked twice is answered alike and changes nothing more;
* custody as it is stored is what its scans say when they are folded anew, in any order; every item has one holder;
* the change feed, replayed, ends where a look at the items ends, and its numbers only rise;
* what citizens paid by the receipts is what the ledger says they paid, and no receipt number is left out;
* of a dossier and leg one item lives.

And it knows a few sentences of the trade: what both have signed for is with the one who took it; what was delivered
with a proof has come to its end; a cancelled item has not left.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from postgw.bootstrap import House
from postgw.domain.custody import custody_of
from postgw.recurring import acts as jobs_of
from postgw.rules.book import rule_book
from postgw.storage import consignments, scan_rows

from ..furnishing import CITIZEN_TOLD, DESK, MORNING, OFFICE
from .acts import PROOF
from .conftest import Town, batch, dossier

#: What is kept of requests although nothing was done: answers under their keys, and who looked.
_NOT_COUNTED = {"replay", "access_log", "token"}
#: What stays of one life for the next: who is there, and what the nation decrees.
_STAYS = {"unit", "procedure", "post_place", "token", "house", "signatory", "tortoise_migrations", "job"}
#: Refusals that keep a word all the same, as the door says: a delivery out of turn is a scan for the lead to look at.
_KEEPS = {"delivery.out_of_turn", "consignment.out_of_turn"}
_SAID_BY_DEVICES = (
    "collected", "departed", "arrived", "out_for_delivery", "attempted", "held", "returning", "returned",
    "found_here", "lost",
)  # fmt: skip
_REASONS = {"attempted": "absent", "returning": "moved"}
_REHEARSED = ("send_orders", "read_feeds", "match_strays", "link_scans", "find_conflicts", "send_notices")


@dataclass(frozen=True)
class Item:
    """An item as the model knows it."""

    number: str
    leg: str
    key: str


@dataclass(frozen=True)
class Told:
    """A scan that was told, to be told again or corrected."""

    item: Item
    device: str
    scan_id: str
    code: str
    age: int


class Life(RuleBasedStateMachine):
    """One life of a town, from empty tables on."""

    town: ClassVar[Town]
    runner: ClassVar[asyncio.Runner]
    signs: ClassVar[dict[str, str]]
    steps: ClassVar[int] = 0
    calls: ClassVar[int] = 0

    keys = Bundle("keys")
    items = Bundle("items")
    lists = Bundle("lists")
    told = Bundle("told")
    receipts = Bundle("receipts")

    def __init__(self) -> None:
        super().__init__()
        self.serial = 0
        self.read = 0  #: how far the change feed was read
        self.last_word: dict[str, str] = {}  #: of each item, by the feed

    # --- asking ------------------------------------------------------------------------------------------------------

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something in the town's own loop."""
        return self.runner.run(work)

    def next(self) -> int:
        """Return a number that this life has not used."""
        self.serial += 1
        return self.serial

    def ask(self, who: str, path: str, body: Any = None, *, twice: bool = True) -> tuple[int, Any]:
        """Do an act under a key; then ask for it again under the key, and without one. Return the first answer."""
        answer: tuple[int, Any] = self.run(self._asked(who, path, body, twice=twice))
        return answer

    async def _asked(self, who: str, path: str, body: Any, *, twice: bool) -> tuple[int, Any]:
        Life.calls += 1
        key, door = f"lan-{self.next()}", self.serial
        before = await digest(self.town)
        first = await self.town.ask(who, "POST", path, body, door=door, key=key)
        after = await digest(self.town)
        if first[0] >= 400 and first[1]["code"] not in _KEEPS:
            assert after == before, ("what was refused has changed something", path, first, differing(before, after))
        again = await self.town.ask(who, "POST", path, body, door=door + 1, key=key)
        assert again == first, ("the same key was answered otherwise", path, first, again)
        if twice and first[0] < 300:
            await self.town.ask(who, "POST", path, body, door=door + 2)
        now = await digest(self.town)
        assert now == after, ("what was asked twice has changed something", path, body, differing(after, now))
        assert self.town.broken == []
        return first

    def shown(self, item: Item) -> dict[str, Any]:
        """Return an item as the door shows it."""
        found: dict[str, Any] = self.run(self.town.well("officer", f"/consignments/{item.number}", method="GET"))
        return found

    # --- what is done ------------------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        """Empty the tables and set the clock back."""
        self.town.clock[0] = MORNING
        self.run(emptied(self.town))

    @rule(target=keys)
    def a_dossier_comes_in(self) -> str:
        n = self.next()
        key = f"H27.15-261123-{1000 + n}"
        status, _ = self.ask("officer", "/dossiers", dossier(f"MC-{n}", dossier_no=key, papers=[]))
        assert status == 201
        return key

    @rule(key=keys, street=st.integers(1, 3))
    def a_dossier_is_sent_again(self, key: str, street: int) -> None:
        n = int(key[-4:]) - 1000
        moved = {**CITIZEN_TOLD, "address": f"Đường {street}"}
        status, _ = self.ask("officer", "/dossiers", dossier(f"MC-{n}", dossier_no=key, papers=[], applicant=moved))
        assert status in {200, 202}, status

    @rule(item=items)
    def a_label_is_voided_by_who_saw_an_older_one(self, item: Item) -> None:
        self.run(self._stale(item))

    async def _stale(self, item: Item) -> None:
        before = await digest(self.town)
        headers = {"Authorization": f"Bearer {self.town.tokens['officer']}", "If-Match": '"old"'}
        path = f"/api/v1/consignments/{item.number}/void-label"
        async with self.town.doors[0].post(path, json={"reason": "damaged"}, headers=headers) as answer:
            assert answer.status == 412
        assert await digest(self.town) == before

    @rule(target=items, key=keys, leg=st.sampled_from(["send", "return"]), book=st.booleans())
    def an_item_is_registered(self, key: str, leg: str, book: bool) -> Any:
        before = self.run(self.town.value("SELECT count(*) FROM consignment WHERE live"))
        status, said = self.ask("officer", "/consignments", {"dossier": key, "leg": leg, "book": book})
        if status != 201:
            assert (status, said["code"]) == (409, "consignment.live")
            return multiple()
        assert self.run(self.town.value("SELECT count(*) FROM consignment WHERE live")) == before + 1
        return Item(said["consignment_no"], leg, key)

    @rule(item=items)
    def an_item_is_booked(self, item: Item) -> None:
        self.ask("officer", f"/consignments/{item.number}/book")

    @rule(item=items)
    def an_item_is_labelled(self, item: Item) -> None:
        status, _ = self.run(self.town.ask("officer", "GET", f"/labels/{item.number}"))
        assert status == 200

    @rule(item=items)
    def an_item_is_cancelled(self, item: Item) -> None:
        before = self.shown(item)["custody"]
        status, _ = self.ask("officer", f"/consignments/{item.number}/cancel", {"reason": "not_needed"})
        if status < 300 and before["state"] not in {"registered", "booked", "cancelled"}:
            order = self.run(self.town.ask("officer", "GET", f"/consignments/{item.number}/order"))
            assert order[1]["state"] in {"cancelling", "cancelled"}, "what has left was cancelled"

    @rule(item=items)
    def an_item_is_recalled(self, item: Item) -> None:
        body = {"reason": "wrong_content", "fault": "agency", "cost_dong": 0}
        status, _ = self.ask("officer", f"/consignments/{item.number}/recall", body)
        if status < 300:
            assert self.shown(item)["custody"]["state"] == "recalled"

    @rule(item=items, street=st.integers(1, 3))
    def an_item_goes_elsewhere(self, item: Item, street: int) -> None:
        body = {"party": {**CITIZEN_TOLD, "address": f"Thôn {street}"}, "fault": "citizen", "cost_dong": 0}
        status, said = self.ask("officer", f"/consignments/{item.number}/address", body)
        if status < 300:
            assert said["consignee"]["address"] == f"Thôn {street}"

    @rule(target=told, item=items, code=st.sampled_from(_SAID_BY_DEVICES), device=st.sampled_from("ab"),
          age=st.integers(0, 40))  # fmt: skip
    def an_item_is_scanned(self, item: Item, code: str, device: str, age: int) -> Told:
        scan = Told(item, f"may-{device}", f"s-{self.next()}", code, age)
        assert self._tell(scan) == "accepted"
        return scan

    @rule(scan=told)
    def a_scan_comes_once_more(self, scan: Told) -> None:
        assert self._tell(scan) == "known"

    @rule(scan=told)
    def a_scan_is_corrected(self, scan: Told) -> None:
        correction = Told(scan.item, scan.device, f"k-{scan.scan_id}", "correction", 0)
        assert self._tell(correction, reason="wrong_act", cancels=scan.scan_id) in {"accepted", "known"}

    def _tell(self, scan: Told, **rest: Any) -> str:
        rest = {**({"reason": _REASONS[scan.code]} if scan.code in _REASONS else {}), **rest}
        body = batch(self.town, scan.device, [(scan.scan_id, scan.item.number, scan.code)], **rest)
        body["scans"][0]["device_at"] = (self.town.clock[0] - timedelta(minutes=scan.age)).isoformat()
        status, said = self.ask("postman", "/scans", body)
        assert status == 200
        [answer] = said["answers"]
        assert answer["verdict"] != "refused", answer
        return str(answer["verdict"])

    @rule(item=items, device=st.sampled_from("ab"))
    def an_item_is_delivered(self, item: Item, device: str) -> None:
        now = self.town.now()
        body = {
            "number": item.number, "proof": PROOF, "scan_id": f"p-{self.next()}", "device": f"may-{device}",
            "device_at": now, "sent_at": now, "office": OFFICE,
        }  # fmt: skip
        status, said = self.ask("postman", "/deliveries", body)
        if status == 201:
            assert said["custody"]["state"] == "delivered"
            holder = "recipient" if item.leg == "return" else "desk"
            assert self.shown(item)["custody"]["holder"] == holder, said["custody"]

    @rule(item=items)
    def a_delivery_fails(self, item: Item) -> None:
        now = self.town.now()
        body = {"scan_id": f"a-{self.next()}", "device": "may-a", "device_at": now, "sent_at": now, "reason": "absent",
                "office": OFFICE}  # fmt: skip
        attempts = self.shown(item)["custody"]["attempts"]
        self.ask("postman", f"/consignments/{item.number}/attempts", body)
        assert self.shown(item)["custody"]["attempts"] in {attempts, attempts + 1}

    @rule(target=lists, item=items)
    def a_list_is_opened(self, item: Item) -> Any:
        direction = "to_post" if self.shown(item)["custody"]["holder"] != "post" else "to_desk"
        body = {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": [item.number]}
        status, said = self.ask("officer", "/manifests", body)
        return said["manifest_no"] if status == 201 else multiple()

    @rule(listed=lists, item=items)
    def an_item_is_put_on_a_list(self, listed: str, item: Item) -> None:
        self.ask("officer", f"/manifests/{listed}/lines", {"numbers": [item.number]})

    @rule(listed=lists)
    def a_list_is_counted_and_closed(self, listed: str) -> None:
        self.ask("postman", f"/manifests/{listed}/tick", {"number": listed})
        self.ask("officer", f"/manifests/{listed}/close")

    @rule(listed=lists)
    def a_list_is_signed(self, listed: str) -> None:
        shown = self.run(self.town.well("officer", f"/manifests/{listed}", method="GET"))
        sides = {"to_post": (DESK, OFFICE), "to_desk": (OFFICE, DESK)}[shown["direction"]]
        for side, unit in zip(("giver", "taker"), sides, strict=True):
            who = "officer" if unit == DESK else "postman"
            body = {"side": side, "signatory_no": self.signs[unit]}
            status, said = self.ask(who, f"/manifests/{listed}/sign", body)
            if status >= 300:
                return
        if shown["state"] != "signed" and said["state"] == "signed":
            self._passed(said)

    def _passed(self, signed: dict[str, Any]) -> None:
        """What both have signed for is with the one who took it, unless a later word told otherwise."""
        for line in signed["lines"]:
            if line["outcome"] in {"ticked", "extra"}:
                custody = self.shown(Item(line["consignment_no"], "", ""))["custody"]
                if signed["direction"] == "to_post" and custody["state"] == "collected":
                    assert custody["holder"] == "post", custody

    @rule(target=receipts, item=items, ledger=st.sampled_from(["fee"]))
    def money_is_taken(self, item: Item, ledger: str) -> Any:
        body = {"fee_id": f"f-{self.next()}", "number": item.number, "ledger": ledger, "amount_dong": 8000}
        status, said = self.ask("postman", "/fees", body)
        return said["receipt_no"] if status == 201 else multiple()

    @rule(receipt=receipts)
    def a_receipt_is_cancelled(self, receipt: str) -> None:
        self.ask("administrator", f"/receipts/{receipt}/cancel", {"reason": "Ghi nhầm số tiền"})

    @rule(minutes=st.sampled_from([1, 30, 600]), job=st.sampled_from(_REHEARSED))
    def time_passes(self, minutes: int, job: str) -> None:
        self.town.pass_time(minutes=minutes)
        house = self.town.houses[self.next() % len(self.town.houses)]
        self.run(self._knocked(house, job))

    async def _knocked(self, house: House, job: str) -> None:
        await jobs_of(house.services)[job](self.town.clock[0])

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        if self.serial == 0:
            return
        Life.steps += 1
        self.town.pass_time(seconds=1)
        self.run(self._custody_is_what_the_scans_say())
        self.run(self._the_feed_says_what_a_look_says())
        self.run(self._money_is_where_it_was_paid())
        assert self.run(self.town.value(
            "SELECT count(*) FROM (SELECT 1 FROM consignment WHERE live GROUP BY dossier_id, leg HAVING count(*) > 1) q"
        )) == 0  # fmt: skip

    async def _custody_is_what_the_scans_say(self) -> None:
        session = self.town.houses[0].database.reading
        numbers = [row["consignment_no"] for row in await self.town.rows("SELECT consignment_no FROM consignment")]
        kept, told = await consignments.several(session, numbers), await scan_rows.histories(session, numbers)
        for number, one in kept.items():
            journey = list(told[number])
            random.Random(number).shuffle(journey)
            folded = custody_of(one.leg, journey, rule_book().scan_table_of(one.rules_version))
            assert (one.custody.state, one.custody.holder) == (folded.state, folded.holder), number
            assert one.custody == folded or one.custody.ended != folded.ended, number
            assert one.custody.holder in {"sender", "desk", "post", "recipient", "nobody"}, one.custody

    async def _the_feed_says_what_a_look_says(self) -> None:
        while page := (await self.town.well("administrator", f"/events?after={self.read}", method="GET"))["data"]:
            for event in page:
                assert event["event_no"] > self.read
                self.read = event["event_no"]
                kind = event["notice"]["type"].removeprefix("vn.postgw.").removesuffix(".v1")
                if kind.startswith("consignment."):
                    self.last_word[event["notice"]["data"]["consignment_no"]] = kind.removeprefix("consignment.")
        for row in await self.town.rows("SELECT consignment_no, state, rules_version FROM consignment"):
            if rule_book().scan_table_of(row["rules_version"]).states[row["state"]].told:
                assert self.last_word.get(row["consignment_no"]) == row["state"], row

    async def _money_is_where_it_was_paid(self) -> None:
        paid = "SELECT COALESCE(sum(amount_dong), 0) FROM receipt WHERE cancelled_at IS NULL AND ledger = 'fee'"
        booked = (
            "SELECT COALESCE(sum(CASE WHEN giver = 'citizen' THEN amount_dong WHEN taker = 'citizen' THEN -amount_dong"
            " ELSE 0 END), 0) FROM ledger_entry WHERE ledger = 'fee'"
        )
        assert await self.town.value(paid) == await self.town.value(booked)
        serials = "SELECT count(*) AS n, (SELECT last_serial FROM receipt_series) AS last FROM receipt"
        [row] = await self.town.rows(serials)
        assert row["n"] == row["last"], "a receipt number was left out"


async def _tables(town: Town) -> list[str]:
    rows = await town.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row["name"] for row in rows]


async def emptied(town: Town) -> None:
    """Empty every table of a life."""
    over = ", ".join(f'"{name}"' for name in await _tables(town) if name not in _STAYS)
    async with town.houses[0].database.writing() as tx:
        await tx.run(f"TRUNCATE {over} RESTART IDENTITY CASCADE")
        await tx.run("INSERT INTO receipt_series (series, ledger, unit, begun_at, begun_by)"
                     " VALUES ('PHT26', 'fee', $1, $2, 'test')", OFFICE, MORNING)  # fmt: skip


_COUNTED: dict[str, str] = {}


async def digest(town: Town) -> dict[str, tuple[int, int]]:
    """Return of each table how many rows it has, and a sum of what stands in them."""
    if town.url not in _COUNTED:
        counted = [name for name in await _tables(town) if name not in _NOT_COUNTED | {"tortoise_migrations"}]
        _COUNTED[town.url] = " UNION ALL ".join(
            f"SELECT '{name}' AS name, count(*) AS n, COALESCE(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS"
            f' content FROM "{name}" t'
            for name in counted
        )
    return {row["name"]: (row["n"], row["content"]) for row in await town.rows(_COUNTED[town.url])}


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the tables that differ."""
    return [name for name in before if before[name] != after[name]]
