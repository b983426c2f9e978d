"""What desks' systems offered, kept once, decided on once; and the codes on receipts, of which only hashes are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.dossier import Dossier
from postgw.domain.ports import OfferedDossier
from postgw.storage import offers, wires

from .conftest import AT, PERSON

SYSTEM = "opencps-tinh"
CODE = "D-k12x-4501-77"


def offered(record: str = "4501:a", reference: str = "4501", **other) -> OfferedDossier:
    legs, code = frozenset(other.pop("legs", ())), other.pop("code", "")
    dossier = Dossier(
        **{"intake_ref": reference, "receiving_desk": "TS", "procedure_code": "1.001193", "service_form": "both",
           "applicant": PERSON, **other}
    )  # fmt: skip
    return OfferedDossier(record_id=record, dossier=dossier, legs=legs, receipt_code=code)


@pytest.fixture
def shelf(house):
    """Do one act of the shelf in a transaction of its own."""

    async def do(act, *words, **more):
        async with house.database.writing() as tx:
            return await act(tx, *words, **more)

    return do


async def keep(shelf, *some, system=SYSTEM, at=AT):
    return await shelf(offers.keep, system, some, at=at)


async def waiting(house):
    return await offers.waiting(house.database.reading, limit=100)


async def test_an_offer_comes_back_as_it_was_made(house, shelf):
    made = offered(legs=("send", "return"), dossier_no="H27.15-261123-0007")
    assert await keep(shelf, made) == 1
    [offer] = await waiting(house)
    assert (offer.system, offer.record_id, offer.dossier, offer.legs) == (SYSTEM, "4501:a", made.dossier, made.legs)
    assert (offer.state, offer.reason, offer.offered_at) == ("waiting", "", AT)


async def test_the_same_record_is_kept_once_and_only_new_ones_are_counted(house, shelf):
    assert await keep(shelf, offered(), offered(), offered("4502:a", "4502")) == 2
    assert await keep(shelf, offered(), offered("4503:a", "4503"), at=AT + timedelta(hours=1)) == 1
    assert await keep(shelf) == 0
    assert await keep(shelf, offered(), system="another") == 1
    assert [one.record_id for one in await waiting(house)] == ["4501:a", "4502:a", "4503:a", "4501:a"]


async def test_many_at_once_keep_one(house, shelf, gather):
    counted = await gather(*(keep(shelf, offered()) for _ in range(8)))
    assert sorted(counted) == [0] * 7 + [1]
    assert await house.count("offer") == 1


async def test_what_is_decided_waits_no_more_and_stands_with_its_reason(house, shelf):
    await keep(shelf, offered(), offered("4502:a", "4502"))
    first, second = await waiting(house)
    kept = await house.dossier("4501")
    await shelf(offers.decided, first.offer_id, state="taken", dossier_id=kept.dossier_id, at=AT)
    await shelf(offers.decided, second.offer_id, state="refused", reason="Thiếu số điện thoại. " * 50, at=AT)
    assert await waiting(house) == ()
    [refused] = await offers.listed(house.database.reading, state="refused", desk="", before=0, limit=10)
    assert (refused.offer_id, len(refused.reason)) == (second.offer_id, 500)
    backlogs = await wires.backlogs(house.database.reading, unread_since=AT)
    assert (backlogs[f"desk:{SYSTEM}"].waiting, backlogs[f"desk:{SYSTEM}"].refused) == (0, 1)


async def test_only_a_refused_offer_waits_again(house, shelf):
    await keep(shelf, offered(), offered("4502:a", "4502"))
    first, second = await waiting(house)
    kept = await house.dossier("4501")
    await shelf(offers.decided, first.offer_id, state="taken", dossier_id=kept.dossier_id, at=AT)
    await shelf(offers.decided, second.offer_id, state="refused", reason="x", at=AT)
    for offer in (first, second):
        await shelf(offers.again, offer.offer_id)
    assert [(one.offer_id, one.reason) for one in await waiting(house)] == [(second.offer_id, "")]


async def test_lists_go_from_page_to_page_and_show_a_desk_its_own(house, shelf):
    await keep(shelf, *(offered(f"{n}:a", str(n), receiving_desk="TS" if n % 2 else "KA") for n in range(1, 8)))
    session = house.database.reading
    first = await offers.listed(session, state="waiting", desk="TS", before=0, limit=2)
    rest = await offers.listed(session, state="waiting", desk="TS", before=first[-1].offer_id, limit=9)
    assert [one.dossier.intake_ref for one in (*first, *rest)] == ["7", "5", "3", "1"]
    assert len(await offers.listed(session, state="waiting", desk="", before=0, limit=100)) == 7


@pytest.mark.parametrize(("later", "is_newer"), [
    (offered("4501:b"), True), (offered("4502:a", "4502"), False), (offered("45012:a", "45012"), False),
    (offered("4501:c", receiving_desk="KA"), False),
])  # fmt: skip
async def test_a_later_state_of_the_same_dossier_is_known(house, shelf, later, is_newer):
    await keep(shelf, offered())
    [first] = await waiting(house)
    await keep(shelf, later)
    assert await offers.has_newer(house.database.reading, first) is is_newer


async def test_without_a_reference_the_number_says_which_dossier_it_is(house, shelf):
    numbered = offered("a", "", dossier_no="H27.15-261123-0007")
    await keep(shelf, numbered)
    [first] = await waiting(house)
    assert not await offers.has_newer(house.database.reading, first)
    await keep(shelf, replace(numbered, record_id="b"))
    assert await offers.has_newer(house.database.reading, first)


async def test_a_refused_state_goes_out_of_sight_when_a_later_one_is_decided(house, shelf):
    await keep(shelf, offered(), offered("45012:a", "45012"), offered("4501:k", receiving_desk="KA"))
    for one in await waiting(house):
        await shelf(offers.decided, one.offer_id, state="refused", reason="x", at=AT)
    await keep(shelf, offered("4501:b"))
    [later] = await waiting(house)
    await shelf(offers.decided, later.offer_id, state="refused", reason="y", at=AT)
    seen = await offers.listed(house.database.reading, state="refused", desk="", before=0, limit=10)
    assert [one.record_id for one in seen] == ["4501:b", "4501:k", "45012:a"]


async def test_what_became_of_offers_is_told_once_with_the_consignments(house, shelf):
    await keep(shelf, offered(), offered("4502:a", "4502"), offered("4503:a", "4503"))
    first, second, _ = await waiting(house)
    kept = await house.dossier("4501", dossier_no="H27.15-261123-0007")
    await house.create(house.consignment(kept.dossier_id))
    await shelf(offers.decided, first.offer_id, state="taken", dossier_id=kept.dossier_id, at=AT)
    await shelf(offers.decided, second.offer_id, state="refused", reason="Sai mã thủ tục.", at=AT)
    due = await offers.unanswered(house.database.reading, SYSTEM, limit=10)
    assert [(answer.record_id, answer.dossier_no, answer.consignment_nos, answer.refusal) for _, answer in due] == [
        ("4501:a", "H27.15-261123-0007", ("4K7M29TB6HC",), ""), ("4502:a", "", (), "Sai mã thủ tục."),
    ]  # fmt: skip
    await shelf(offers.answered, [number for number, _ in due], at=AT)
    assert await offers.unanswered(house.database.reading, SYSTEM, limit=10) == []
    await shelf(offers.again, second.offer_id)
    await shelf(offers.decided, second.offer_id, state="refused", reason="Vẫn sai.", at=AT)
    assert len(await offers.unanswered(house.database.reading, SYSTEM, limit=10)) == 1


async def taken(house, shelf, made, dossier_id):
    await keep(shelf, made)
    offer = (await waiting(house))[-1]
    await shelf(offers.decided, offer.offer_id, state="taken", dossier_id=dossier_id, at=AT)


async def test_a_receipt_s_code_opens_its_dossier_from_when_it_was_taken_and_only_in_its_system(house, shelf):
    kept = await house.dossier("4501")
    session = house.database.reading
    await keep(shelf, offered(code=CODE))
    assert await offers.opened_by(session, SYSTEM, CODE) is None
    [offer] = await waiting(house)
    for _ in range(2):
        await shelf(offers.decided, offer.offer_id, state="taken", dossier_id=kept.dossier_id, at=AT)
    assert await offers.opened_by(session, SYSTEM, CODE) == kept.dossier_id
    assert await offers.opened_by(session, "another", CODE) is None
    for wrong in ("D-k12y-4501-77", "D-k12x-4502-77", "D-k12x-4501-78", CODE.lower(), "", CODE + " "):
        assert await offers.opened_by(session, SYSTEM, wrong) is None


async def test_the_code_itself_is_kept_nowhere(house, shelf):
    kept = await house.dossier("4501")
    await taken(house, shelf, offered(code=CODE), kept.dossier_id)
    for table in ("offer", "receipt_code"):
        assert "k12x" not in str(await house.database.reading.rows(f"SELECT * FROM {table}"))


async def test_a_new_receipt_makes_the_old_one_void_and_no_other(house, shelf):
    mine, other = await house.dossier("4501"), await house.dossier("4502")
    await taken(house, shelf, offered(code=CODE), mine.dossier_id)
    await taken(house, shelf, offered("4502:a", "4502", code="D-q-4502-1"), other.dossier_id)
    await taken(house, shelf, offered("4501:b", code="D-n3w-4501-77"), mine.dossier_id)
    await taken(house, shelf, offered("4501:c"), mine.dossier_id)
    session = house.database.reading
    opened = [await offers.opened_by(session, SYSTEM, code) for code in (CODE, "D-n3w-4501-77", "D-q-4502-1")]
    assert opened == [None, mine.dossier_id, other.dossier_id]


async def test_the_newest_offer_of_a_number_is_found_until_it_is_taken(house, shelf):
    number = "H27.15-261123-0007"
    await keep(shelf, offered(dossier_no=number), offered("4501:b", dossier_no=number, fee_dong=7))
    await keep(shelf, offered("9:a", "9", dossier_no=number + "1"))

    async def found(desk=""):
        return await offers.of_number(house.database.reading, number, desk=desk)

    assert ((await found()).record_id, (await found("TS")).record_id, await found("KA")) == ("4501:b", "4501:b", None)
    for offer in await waiting(house):
        await shelf(offers.decided, offer.offer_id, state="taken", at=AT)
    assert await found() is None
