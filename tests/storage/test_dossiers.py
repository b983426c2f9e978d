from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.dossier_number import lookup_key
from postgw.domain.paper import Paper
from postgw.storage import dossiers

CODE = "H27.12.34-261123-00001"


def _dossier(**other):
    whole = Dossier(
        dossier_no=CODE, intake_ref="R1", receiving_desk="TS", resolving_agency="STP", returning_desk="CX",
        procedure_code="1.001193", service_form="both", applicant=Party(name="NGUYỄN VĂN ĐỨC", phone="0912000003"),
        return_to=Party(name="Trần Thị Ánh"), papers=(Paper(name="Tờ khai", kind="original", must_return=True),),
        due_on=date(2026, 12, 1), fee_dong=8000, consent_at=datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=UTC),
        note="ghi chú",
    )  # fmt: skip
    return replace(whole, **other)


async def _add(house, dossier):
    async with house.database.writing() as tx:
        return await dossiers.add(tx, dossier, rules_version="2025-07-01", actor="test", at=house.at)


async def test_a_dossier_comes_back_as_it_was_kept(house):
    await _add(house, _dossier())

    by_number = await dossiers.find(house.database.reading, CODE)
    by_reference = await dossiers.find(house.database.reading, "TS/R1")

    assert by_number is not None
    assert by_number == by_reference
    assert by_number.dossier == _dossier()
    assert (by_number.version, by_number.created_at) == (1, house.at)


@pytest.mark.parametrize("other", [{"intake_ref": "R2"}, {"dossier_no": ""}], ids=["number", "reference"])
async def test_a_number_or_reference_that_is_taken_is_refused(house, other):
    await _add(house, _dossier())

    assert await _add(house, _dossier(**other)) is None


async def test_two_desks_may_have_the_same_reference(house):
    await _add(house, _dossier(dossier_no=""))

    assert await _add(house, _dossier(dossier_no="", receiving_desk="CX")) is not None


async def test_of_one_dossier_sent_many_times_at_once_one_is_kept(house, gather):
    kept = await gather(*(_add(house, _dossier()) for _ in range(20)))

    assert sum(one is not None for one in kept) == 1


async def test_a_dossier_is_repeated_by_its_number_or_by_its_reference(house):
    await _add(house, _dossier())
    read = house.database.reading

    repeats = [_dossier(intake_ref="R9"), _dossier(dossier_no=""), _dossier(dossier_no="", intake_ref="R9")]
    found = [await dossiers.same_as(read, repeat, lock=False) for repeat in repeats]

    assert [kept is not None for kept in found] == [True, True, False]


async def test_other_data_is_the_next_version(house):
    kept = await _add(house, _dossier(dossier_no=""))
    new = _dossier(return_to=Party(name="Lê Văn Ước"))

    async with house.database.writing() as tx:
        rewritten = await dossiers.rewrite(tx, kept, new, at=house.at)

    assert (rewritten.version, rewritten.dossier, rewritten.dossier_id) == (2, new, kept.dossier_id)
    assert await dossiers.find(house.database.reading, CODE) == rewritten
    assert await house.count("dossier", "folded = 'nguyen van duc le van uoc'") == 1


async def test_a_number_is_found_as_people_type_it(house):
    kept = await _add(house, _dossier())

    assert await dossiers.keys_like(house.database.reading, lookup_key(CODE)) == (kept.dossier_id,)


async def test_a_page_of_dossiers_is_of_either_desk(house):
    first = await _add(house, _dossier())
    second = await _add(house, _dossier(dossier_no="", intake_ref="R2", returning_desk="TS"))
    read = house.database.reading

    async def ids(desk, before=0):
        return [kept.dossier_id for kept in await dossiers.listed(read, desk=desk, before=before, limit=10)]

    assert await ids("") == await ids("TS") == [second.dossier_id, first.dossier_id]
    assert (await ids("CX"), await ids("XX"), await ids("", before=second.dossier_id)) == (
        [first.dossier_id], [], [first.dossier_id],
    )  # fmt: skip
    assert await dossiers.by_id(read, first.dossier_id) == first


async def _ask(house, kept, dossier):
    async with house.database.writing() as tx:
        return await dossiers.ask_change(tx, kept, dossier, actor="intake", at=house.at)


async def test_a_change_asked_for_twice_waits_once_until_it_is_decided(house):
    kept = await _add(house, _dossier())
    changed = _dossier(note="khác")

    numbers = [await _ask(house, kept, changed) for _ in range(2)]
    waiting = await dossiers.change_requests(house.database.reading, desk="CX")
    async with house.database.writing() as tx:
        await dossiers.decided(tx, numbers[0], state="taken", actor="test", at=house.at)

    assert numbers[0] == numbers[1]
    assert [(request.key, request.dossier, request.asked_by) for request in waiting] == [(CODE, changed, "intake")]
    assert await dossiers.change_requests(house.database.reading, desk="") == ()


async def test_a_change_may_be_asked_for_again_after_a_decision(house):
    kept = await _add(house, _dossier())
    first = await _ask(house, kept, _dossier(note="khác"))
    async with house.database.writing() as tx:
        await dossiers.decided(tx, first, state="refused", actor="test", at=house.at)

    assert await _ask(house, kept, _dossier(note="khác")) != first


async def test_a_change_request_is_found_by_its_number(house):
    kept = await _add(house, _dossier(dossier_no=""))
    number = await _ask(house, kept, _dossier(dossier_no="", note="khác"))

    found = [await dossiers.change_request(house.database.reading, name) for name in (number, "999", "x")]

    assert [request and request.key for request in found] == ["TS/R1", None, None]
