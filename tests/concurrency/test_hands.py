"""Two hands at one thing at one moment: one is first, the other is told, and nothing that one wrote is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
import pytest

from postgw.domain.address import Party
from postgw.domain.errors import Conflict, Unknown
from postgw.storage import consignments, dossiers
from postgw.web.schemas.dossiers import DossierIn

from ..furnishing import CITIZEN_TOLD, DESK, OFFICE
from .acts import PROOF
from .conftest import OFFICER, Town, batch, dossier, opened_town, signatories, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
KEY = "H27.15-261123-0007"


async def made(town: Town, leg: str = "return", **rest: Any) -> str:
    """Return the number of the consignment of the one dossier there is."""
    await town.well("officer", "/dossiers", dossier("MC-1", dossier_no=KEY, papers=[], **rest))
    return str((await town.well("officer", "/consignments", {"dossier": KEY, "leg": leg}))["consignment_no"])


async def waits_for_a_lock(town: Town) -> None:
    """Return when somebody waits for what another transaction holds."""
    async with asyncio.timeout(60):
        while not await town.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)


async def test_of_fifty_leads_who_settle_one_conflict_one_does(town: Town) -> None:
    number = await made(town)
    await town.well("postman", "/scans", batch(town, "d", [("s", number, "collected")]))
    for device in ("may-a", "may-b"):
        now = town.now()
        told = {"number": number, "proof": PROOF, "scan_id": device, "device": device, "device_at": now, "sent_at": now}
        await town.well("postman", "/deliveries", {**told, "office": OFFICE})
        town.pass_time(minutes=5)
    [conflict] = (await town.well("postman", "/conflicts", method="GET"))["data"]
    path = f"/conflicts/{conflict['conflict_no']}/settle"
    ways = ({"way": "first", "reason": "Đã gọi người nhận"}, {"way": "second", "reason": "Đã gọi bưu tá"})
    leads = ("postman", "administrator")

    answers = await together(*(town.ask(leads[n // 2 % 2], "POST", path, ways[n % 2], door=n) for n in range(50)))

    settled = [said["settled_as"] for status, said in answers if status == 200]
    assert len(set(settled)) == 1  # whoever asks again for what he said himself hears it again
    assert {said["code"] for status, said in answers if status != 200} == {"conflict.settled"}
    assert await town.value("SELECT count(*) FROM change WHERE kind = 'conflict'") == 1
    cancelling = await town.value("SELECT count(*) FROM scan WHERE code = 'cancel_scan'")
    assert cancelling == await town.value("SELECT count(*) FROM scan WHERE code = 'cancel_scan' AND actor <> ''")
    assert cancelling <= 1


async def test_of_fifty_officers_who_saw_the_same_dossier_one_writes(town: Town) -> None:
    await made(town)
    seen = await town.value("SELECT version FROM dossier")

    async def write(n: int) -> str:
        body = DossierIn.model_validate_json(orjson.dumps(dossier("MC-1", dossier_no=KEY, papers=[], applicant={
            **CITIZEN_TOLD, "address": f"Số {n}",
        })))  # fmt: skip
        try:
            intake = town.houses[n % 3].services.intake
            return (await intake.take(body.dossier(), seen=seen, actor=OFFICER, at=town.clock[0])).outcome
        except Conflict as told:
            return told.code

    assert Counter(await together(*(write(n) for n in range(50)))) == {"updated": 1, "dossier.changed_meanwhile": 49}
    assert await town.value("SELECT version FROM dossier") == seen + 1


@pytest.mark.parametrize("act", ["void-label", "cancel", "close", "sign"])
async def test_of_fifty_officers_who_act_on_what_they_saw_one_does(town: Town, act: str) -> None:
    """They all saw the same (If-Match): the first one changes it, the others are told that it is not what they saw."""
    number = await made(town)
    at, body = f"/api/v1/consignments/{number}", {"reason": "damaged" if act == "void-label" else "not_needed"}
    if act in {"close", "sign"}:
        signs = await signatories(town)
        listed = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [number]}
        at = f"/api/v1/manifests/{(await town.well('officer', '/manifests', listed))['manifest_no']}"
        body = {"side": "giver", "signatory_no": signs[DESK]} if act == "sign" else {}
        await town.well("postman", f"{at.removeprefix('/api/v1')}/tick", {"number": number})
        if act == "sign":
            await town.well("officer", f"{at.removeprefix('/api/v1')}/close")
    headers = {"Authorization": f"Bearer {town.tokens['officer']}"}
    async with town.doors[0].get(at, headers=headers) as seen:
        headers["If-Match"] = seen.headers["ETag"]

    async def do(n: int) -> int:
        async with town.doors[n % 3].post(f"{at}/{act}", json=body or None, headers=headers) as answer:
            return answer.status

    assert Counter(await together(*(do(n) for n in range(50)))) == {200: 1, 412: 49}


async def test_of_two_officers_who_decide_one_change_the_second_is_told_that_it_is_decided(town: Town) -> None:
    """Who says yes and who says no cannot both have been right."""
    number = await made(town)
    await town.well("officer", f"/consignments/{number}/book")
    moved = dossier("MC-1", dossier_no=KEY, papers=[], applicant={**CITIZEN_TOLD, "address": "Số mới"})
    _, said = await town.ask("officer", "POST", "/dossiers", moved)
    change, intakes = said["change_request_no"], [house.services.intake for house in town.houses]

    async with town.houses[2].database.writing() as tx:  # both have read the request and wait for the dossier
        await dossiers.find(tx, KEY, lock=True)
        both = [
            asyncio.create_task(intakes[n].decide(change, accept=accept, actor=OFFICER, at=town.clock[0]))
            for n, accept in enumerate((True, False))
        ]
        async with asyncio.timeout(60):
            while await town.value("SELECT count(*) FROM pg_locks WHERE NOT granted") < 2:
                await asyncio.sleep(0)
    ended = await asyncio.gather(*both, return_exceptions=True)

    assert [type(each) for each in ended].count(Unknown) == 1, ended
    state = await town.value("SELECT state FROM change_request")
    address = (await town.well("officer", f"/dossiers/{KEY}", method="GET"))["applicant"]["address"]
    assert (state, address) in {("accepted", "Số mới"), ("declined", CITIZEN_TOLD["address"])}


async def test_an_address_that_is_changed_while_a_label_is_voided_is_not_lost(town: Town) -> None:
    number = await made(town)
    there = Party(**{**CITIZEN_TOLD, "address": "Thôn Đông"})

    async with town.houses[1].database.writing() as tx:
        found = await consignments.find(tx, number, lock=True)
        assert found is not None
        body = {"reason": "damaged"}
        void = asyncio.create_task(town.ask("officer", "POST", f"/consignments/{number}/void-label", body))
        await waits_for_a_lock(town)
        await consignments.change(tx, replaced(found, there))
    status, _ = await void

    shown = await town.well("officer", f"/consignments/{number}", method="GET")
    assert (status, shown["consignee"]["address"], shown["version"]) == (200, "Thôn Đông", 3)


async def test_an_address_that_is_changed_while_a_dossier_is_corrected_is_not_lost(town: Town) -> None:
    """The desk pays the fee elsewhere and the citizen moves: both stand."""
    number = await made(town, service_form="return")
    there = Party(**{**CITIZEN_TOLD, "address": "Thôn Đông"})

    async with town.houses[1].database.writing() as tx:
        found = await consignments.find(tx, number, lock=True)
        assert found is not None
        body = {"way": "portal", "reference": "G22-1", "amount_dong": 8000}
        paid = asyncio.create_task(town.ask("officer", "POST", f"/dossiers/{KEY}/paid-elsewhere", body))
        await waits_for_a_lock(town)
        await consignments.change(tx, replaced(found, there))
    status, _ = await paid

    shown = await town.well("officer", f"/consignments/{number}", method="GET")
    assert (status, shown["consignee"]["address"], shown["version"]) == (201, "Thôn Đông", 3)


async def test_nothing_is_put_on_a_list_that_is_closed_meanwhile(town: Town) -> None:
    """An officer's pile goes to the list of the next trip while a colleague closes that list."""
    first, second = await made(town), await _another(town)
    coming = {"desk": DESK, "office": OFFICE, "on": "2026-11-23", "from_time": "15:00", "to_time": "16:00"}
    await town.well("officer", "/pickups", coming)
    act = town.houses[1].services.handover.for_next_trip
    listed = await act([first], desk=DESK, actor=OFFICER, at=town.clock[0])
    assert listed is not None

    async with town.houses[2].database.writing() as tx:
        await tx.run("UPDATE manifest SET state = 'closed' WHERE manifest_no = $1", listed.manifest_no)
        late = asyncio.create_task(act([second], desk=DESK, actor=OFFICER, at=town.clock[0]))
        async with asyncio.timeout(60):
            while not late.done() and not await town.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0)
    other = await late

    assert other is not None
    assert other.manifest_no != listed.manifest_no
    assert await town.value("SELECT count(*) FROM manifest_line") == 2


async def test_of_fifty_devices_that_claim_one_item_number_one_has_it(town: Town) -> None:
    numbers = [await _another(town, n) for n in range(50)]
    body = {"item_no": "RV473124829VN", "office": OFFICE}

    answers = await together(
        *(town.ask("postman", "POST", f"/consignments/{number}/bind", body, door=n) for n, number in enumerate(numbers))
    )

    assert Counter(status for status, _ in answers) == {200: 1, 409: 49}
    assert await town.value("SELECT count(*) FROM binding") == 1
    assert await town.value("SELECT count(*) FROM consignment WHERE item_no IS NOT NULL") == 1


async def test_of_fifty_devices_that_bring_the_same_scan_one_is_first(town: Town) -> None:
    number = await made(town)
    bodies = batch(town, "d", [("s", number, "collected"), ("t", number, "departed")])

    answers = await together(*(town.ask("postman", "POST", "/scans", bodies, door=n) for n in range(50)))

    verdicts = Counter(answer["verdict"] for _, said in answers for answer in said["answers"])
    assert verdicts == {"accepted": 2, "known": 98}
    assert await town.value("SELECT count(*) FROM scan WHERE witness = 3 OR source = 'device:d'") == 2


async def _another(town: Town, n: int = 900) -> str:
    key = f"H27.15-261123-{2000 + n}"
    await town.well("officer", "/dossiers", dossier(f"MC-A{n}", dossier_no=key))
    return str((await town.well("officer", "/consignments", {"dossier": key, "leg": "return"}))["consignment_no"])


def replaced(found: Any, there: Party) -> Any:
    """Return a consignment that goes elsewhere, as its next version."""
    return replace(found, consignee=there, version=found.version + 1)


async def test_whom_postgresql_undoes_for_others_is_told_to_ask_again(postgres_url: str) -> None:
    """A hand at the database locks crosswise with a door: the door says 503, and the same asked again is done."""
    async with opened_town(postgres_url, 2) as town:
        first, second = await _another(town, 1), await _another(town, 2)
        body = batch(town, "d", [("s", first, "collected"), ("t", second, "collected")])
        async with town.houses[1].database.writing() as tx:
            await tx.run("SET LOCAL deadlock_timeout = '1min'")
            await consignments.find(tx, second, lock=True)
            asked = asyncio.create_task(town.ask("postman", "POST", "/scans", body))
            await waits_for_a_lock(town)
            await consignments.find(tx, first, lock=True)
        status, said = await asked
        town.broken.clear()
        again, _ = await town.ask("postman", "POST", "/scans", body)

        assert (status, said["retryable"], again) == (503, True, 200)
        assert await town.value("SELECT count(*) FROM scan") == 2
