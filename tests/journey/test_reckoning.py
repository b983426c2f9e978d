"""Every stored result follows from what was said; what was changed behind the house's back is named by its kind."""

from __future__ import annotations

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.reckoning import CONTRADICTIONS, Contradiction
from postgw.services.reckoning import Reckoning

from .conftest import DESK, OFFICE, Day
from .test_filing import ASKED, HERE, filed, sent_in
from .test_parcel import dossier

pytestmark = pytest.mark.slow

#: What somebody does to the database by hand, and which contradictions show it.
_BY_HAND = {
    "UPDATE consignment SET state = 'lost' WHERE leg = 'send'": {"custody"},
    "UPDATE ledger_entry SET amount_dong = amount_dong + 1 WHERE act = 'collect:480000:m1'": {"receipt"},
    "UPDATE receipt SET cancelled_at = NULL WHERE act = 'collect:480000:m2'": {"cancelled_receipt"},
    "DELETE FROM ledger_entry WHERE act LIKE 'remit:%'": {"remittance"},
    "UPDATE remittance SET received_dong = received_dong + 5": {"count"},
    "UPDATE ledger_entry SET act = 'cancel:PHT26-000009' WHERE act LIKE 'cancel:%'": {"entry"},
    "UPDATE receipt_series SET last_serial = last_serial + 1": {"series"},
    "DELETE FROM told": {"untold"},
    "UPDATE post_order SET state = 'unknown'": {"half_asked"},
}
#: The same of what two hands signed, and of the moment at which a dossier is filed by it.
_SIGNED_BY_HAND = {
    "DELETE FROM signature WHERE side = 'giver' AND manifest_id = (SELECT min(id) FROM manifest)": "handover",
    "UPDATE manifest_line SET outcome = 'expected' WHERE manifest_id = (SELECT max(id) FROM manifest)": "handover",
    "UPDATE filing SET filed_at = (SELECT min(created_at) FROM dossier) WHERE seq = 1": "filing",
    "DELETE FROM filing WHERE seq = 2": "filing",
}


async def reckoned(day: Day) -> Reckoning:
    return await day.house.services.reckoning.reckon(actor=GATEWAY)


async def _fee(day: Day, fee_id: str, number: str, dong: int) -> str:
    fee = {"fee_id": fee_id, "number": number, "ledger": "fee", "amount_dong": dong}
    return str((await day.ask("postman", "POST", "/api/v1/fees", fee, expect=201))["receipt_no"])


async def _lived(day: Day) -> None:
    """Live a day with a journey, a receipt handed on and counted, and another that was cancelled."""
    begun = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    await day.ask("administrator", "POST", "/api/v1/receipt-series", begun, expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send", "book": True}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    await day.time_knocks()
    day.pass_time(hours=30)
    await day.time_knocks()
    wrong = await _fee(day, "m2", number, 3000)
    await day.ask("administrator", "POST", f"/api/v1/receipts/{wrong}/cancel", {"reason": "Thu nhầm"}, expect=200)
    await _fee(day, "m1", number, 8000)
    sent = await day.ask("postman", "POST", "/api/v1/remittances", {"desk": DESK}, expect=201)
    person = {"unit_kind": "desk", "unit": DESK, "name": "Người nhận phí", "account": "officer", "subject": "fees",
              "valid_from": "2026-01-01"}  # fmt: skip
    signatory = (await day.ask("administrator", "POST", "/api/v1/signatories", person, expect=201))["signatory_no"]
    counted = {"received_dong": 7000, "signatory_no": signatory}
    at = f"/api/v1/remittances/{sent['remittance_no']}/confirm"
    await day.ask("officer", "POST", at, counted, expect=200)
    await day.time_knocks()


async def test_a_day_follows_from_what_was_said_and_each_change_by_hand_is_named(day: Day) -> None:
    await _lived(day)
    whole = await reckoned(day)
    assert (whole.agrees, whole.consignments, whole.contradictions) == (True, 1, [])

    shown: set[str] = set()
    for statement, kinds in _BY_HAND.items():
        async with day.house.database.writing() as tx:
            await tx.run(statement)
        found = set((await reckoned(day)).by_kind)
        assert found - shown >= kinds, statement
        shown |= found
    assert shown | set(_SIGNED_BY_HAND.values()) == set(CONTRADICTIONS)


async def test_what_was_signed_and_filed_holds_and_each_change_of_it_by_hand_is_named(day: Day) -> None:
    signers = await filed(day)
    day.pass_time(hours=5)
    await day.ask("officer", "POST", f"{HERE}/supplements", ASKED, expect=201)
    await sent_in(day, signers)
    await day.time_knocks()
    assert (await reckoned(day)).contradictions == []

    named: set[Contradiction] = set()
    for statement, kind in _SIGNED_BY_HAND.items():
        async with day.house.database.writing() as tx:
            await tx.run(statement)
        found = set((await reckoned(day)).contradictions)
        assert [one.kind for one in found - named] == [kind], statement
        named |= found
