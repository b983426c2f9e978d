"""What a dossier's page reads, each kind in one question, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.invitation import Invitation
from postgw.domain.manifest import Manifest
from postgw.domain.packing import Packing
from postgw.domain.ports import MessageReceipt, Notice
from postgw.domain.receipt import Receipt
from postgw.domain.redirection import Redirection
from postgw.domain.refusal import Refusal
from postgw.storage import (
    dossiers,
    invitations,
    labels,
    manifests,
    messages,
    orders,
    outbox,
    overviews,
    packings,
    receipts,
    records,
)
from postgw.storage.labels import NewLabel
from postgw.storage.outbox import NewErrand

from .conftest import AT, PERSON, House

NO, OTHER = "4K7M29TB6HC", "BBBBBBBBBBX"


@pytest.fixture
async def dossier_id(house: House) -> int:
    """Give a dossier with two consignments, one of which has everything."""
    kept = await house.dossier()
    for number, leg in ((NO, "return"), (OTHER, "send")):
        await house.create(house.consignment(kept.dossier_id, number, leg=leg))
    return kept.dossier_id


async def test_a_consignment_without_anything_is_read_as_such(house, dossier_id):
    session = house.database.reading
    born = await overviews.born(session, dossier_id)
    ids = [each.id for each in born.values()]

    assert {number: each.created_by for number, each in born.items()} == {NO: "test", OTHER: "test"}
    by_row = (overviews.labels, overviews.invitations, overviews.redirections, overviews.packings, overviews.cases)
    by_number = (overviews.orders, overviews.messages, overviews.manifests, overviews.notices)
    assert [dict(await read(session, ids)) for read in by_row] == [{}] * 5
    assert [dict(await read(session, [NO, OTHER])) for read in by_number] == [{}] * 4
    assert (await overviews.failures(session, ids), await overviews.receipts(session, dossier_id)) == (frozenset(), ())


async def test_each_kind_comes_back_under_its_own_consignment(house, dossier_id):
    session = house.database.reading
    born = await overviews.born(session, dossier_id)
    row = born[NO].id
    turned = Redirection(kind="recall", reason="x", old=PERSON, fault="post", cost_dong=9, asked_by="a", at=AT)
    notice = Notice(
        notice_id="n-1", kind="consignment.collected", at=AT, desk="TS", consignment_no=NO, dossier_no="", leg="return"
    )
    async with house.database.writing() as tx:
        await labels.draw(tx, [NewLabel(consignment_id=row, version=1, digest="d", content="{}")], actor="a", at=AT)
        await labels.void(tx, NO, reason="damaged", at=AT)
        await invitations.add(
            tx, NO, Invitation(ordinal=1, invited_on=AT.date(), way="phone", by="a"), office="", at=AT
        )
        await invitations.keep_redirection(tx, NO, turned)
        await invitations.keep_refusal(tx, NO, "refused", Refusal(worker_name="B", statement="C"), actor="a", at=AT)
        await packings.add(tx, NO, Packing(seal_no="118204", packed_by="A", packed_at=AT, recorded_by="a"))
        await orders.ask(tx, NO, "dien-tap", actor="a", at=AT)
        await messages.sent(tx, "n-1", "sms", MessageReceipt(), consignment_no=NO, at=AT)
        await manifests.add(
            tx,
            Manifest(manifest_no="BB-1", desk="TS", office="KA", direction="to_post"),
            pickup_no="",
            actor="a",
            at=AT,
        )
        await manifests.add_lines(tx, "BB-1", [NO])
        errand = NewErrand(channel="desk", target="mot-cua", key="k", subject=NO, payload=records.to_json(notice))
        await outbox.put(tx, [errand], at=AT)
    ids, numbers = [each.id for each in born.values()], [NO, OTHER]

    assert [(each.version, each.void_reason) for each in (await overviews.labels(session, ids))[row]] == [
        (1, "damaged")
    ]
    assert (await overviews.invitations(session, ids))[row][0].invited_on == AT.date()
    assert (await overviews.redirections(session, ids))[row][0].cost_dong == 9
    assert (await overviews.packings(session, ids))[row][0].packed_at == AT
    assert await overviews.failures(session, ids) == frozenset({row})
    assert (await overviews.orders(session, numbers))[NO].state == "waiting"
    assert (await overviews.messages(session, numbers))[NO][0].sent_at == AT
    assert (await overviews.manifests(session, numbers))[NO][0].signed_at is None
    assert (await overviews.notices(session, numbers))[NO][0].kind == "consignment.collected"
    assert OTHER not in await overviews.manifests(session, numbers)


async def test_receipts_say_whether_their_money_was_handed_on(house, dossier_id):
    plain = Receipt(
        receipt_no="PHT26-000001", ledger="fee", consignment_no=NO, unit="480000", desk="TS", payer="citizen",
        amount_dong=8000, collected_at=AT, collected_by="a", remit_by=AT + timedelta(hours=24),
    )  # fmt: skip
    async with house.database.writing() as tx:
        await receipts.add(tx, plain, act="one", dossier_id=dossier_id)
        await receipts.add(tx, replace(plain, receipt_no="CHT26-000001", ledger="postage", remit_by=None), act="two",
                           dossier_id=dossier_id)  # fmt: skip
    fee, postage = await overviews.receipts(house.database.reading, dossier_id)

    assert (fee.remit_by, fee.remittance_no, fee.remitted_at) == (AT + timedelta(hours=24), "", None)
    assert (postage.ledger, postage.remit_by) == ("postage", None)


async def test_only_the_open_changes_of_one_dossier_are_read(house, dossier_id):
    kept = await dossiers.by_id(house.database.reading, dossier_id)
    async with house.database.writing() as tx:
        first = await dossiers.ask_change(tx, kept, replace(kept.dossier, note="một"), actor="a", at=AT)
        second = await dossiers.ask_change(tx, kept, replace(kept.dossier, note="hai"), actor="a", at=AT)
        await dossiers.decided(tx, first, state="declined", actor="a", at=AT)

    found = await dossiers.changes_of(house.database.reading, dossier_id)
    assert [change.change_request_no for change in found] == [second]
