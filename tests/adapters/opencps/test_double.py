"""Client and double speak to each other, on good days and on bad ones."""

from __future__ import annotations

import json
from dataclasses import replace

import aiohttp
import pytest

from adapters.rehearsal.doubles import DOUBLES
from adapters.rehearsal.faults import Faults
from adapters.rehearsal.settings import options_from
from postgw.domain.errors import Unreachable
from postgw.domain.ports import FeedReject, OfferedDossier

from .conftest import WIRE, told

DOSSIER = {name: value for name, value in WIRE.items() if name not in ("dossierId", "modifiedDate", "viaPostal")}


@pytest.fixture
async def pair(open_double, desk_of, clock, outsiders_never_rest):
    """Give a double and a client of it, with a small page."""

    async def open_pair(**options):
        settings = options.pop("settings", {})
        double, url = await open_double(clock, **options)
        return double, desk_of(url, page_size=10, **settings)

    return open_pair


async def read_all(desk, cursor=""):
    """Read until there is no more; return the records, the rejects and the cursor."""
    offered: dict[str, OfferedDossier] = {}
    rejects: dict[str, FeedReject] = {}
    more = True
    while more:
        page = await desk.offered(cursor, 200)
        offered |= {one.record_id: one for one in page.offered}
        rejects |= {one.record_id: one for one in page.rejects}
        cursor, more = page.cursor, page.more
    return offered, rejects, cursor


def fill(double, clock, count, **fields):
    numbers = []
    for n in range(count):
        clock.hours_pass(0.25)
        numbers.append(double.put(**{**DOSSIER, "viaPostal": 2, "dossierNo": f"H27.15-261123-{n:04d}", **fields}))
    return numbers


@pytest.mark.parametrize("options", [{}, {"unsorted": True}, {"old_release": True}], ids=str)
async def test_all_dossiers_of_the_post_are_read_once_and_no_others(pair, clock, options):
    double, desk = await pair(**options)
    wanted = fill(double, clock, 37)
    fill(double, clock, 5, viaPostal=1)
    offered, rejects, cursor = await read_all(desk)
    assert {one.dossier.intake_ref for one in offered.values()} == {str(number) for number in wanted}
    assert not rejects
    clock.hours_pass(1)
    again, _, after = await read_all(desk, cursor)
    assert (set(again) <= set(offered), after) == (True, cursor)


@pytest.mark.parametrize("is_unsorted", [False, True])
async def test_what_changes_afterwards_is_read_and_the_rest_is_not_opened_again(pair, clock, is_unsorted):
    double, desk = await pair(unsorted=is_unsorted)
    numbers = fill(double, clock, 30)
    _, _, cursor = await read_all(desk)
    clock.hours_pass(1)
    double.put(dossierId=numbers[3], dossierStatus="releasing")
    offered, _, _ = await read_all(desk, cursor)
    ready = [one for one in offered.values() if one.legs]
    assert [(one.dossier.intake_ref, one.legs) for one in ready] == [(str(numbers[3]), {"return"})]
    assert len(offered) <= 2


async def test_a_dossier_that_changes_between_two_pages_is_not_lost(pair, clock):
    double, desk = await pair()
    numbers = fill(double, clock, 30)
    page = await desk.offered("", 200)
    clock.hours_pass(1)
    double.put(dossierId=numbers[0], postalTelNo="0540999999")
    for number in numbers[20:24]:
        double.put(dossierId=number, viaPostal=3)
    _, _, cursor = await read_all(desk, page.cursor)
    offered, _, _ = await read_all(desk, cursor)
    phones = {one.dossier.intake_ref: one.dossier.return_to.phone for one in offered.values()}
    assert phones[str(numbers[0])] == "0540999999"


async def test_after_a_day_everything_is_read_again(pair, clock):
    moment = [0.0]
    double, desk = await pair(settings={"monotonic": lambda: moment[0], "sweep_hours": 24.0})
    fill(double, clock, 12)
    _, _, cursor = await read_all(desk)
    late = double.put(**{**DOSSIER, "viaPostal": 2, "modifiedDate": "01/11/2026 08:00:00"})  # the index was slow
    assert str(late) not in {one.dossier.intake_ref for one in (await read_all(desk, cursor))[0].values()}
    moment[0] = 24 * 3600.0
    assert str(late) in {one.dossier.intake_ref for one in (await read_all(desk, cursor))[0].values()}


async def test_a_collection_is_found_in_the_other_list(pair, clock):
    double, desk = await pair()
    fill(double, clock, 3)
    [number] = fill(double, clock, 1, viaPostal=1, vnpostalStatus=1, dossierNo="")
    offered, _, _ = await read_all(desk)
    [one] = [one for one in offered.values() if one.legs]
    assert (one.dossier.intake_ref, one.dossier.service_form, one.legs) == (str(number), "send", {"send"})


BAD_PAGES = Faults(duplicate_events=0.4, reordered_events=1.0, bad_rows=0.3, only="list")


async def test_repeats_disorder_and_bad_rows_lose_no_dossier(pair, clock):
    double, desk = await pair(faults=BAD_PAGES)
    wanted = fill(double, clock, 40)
    offered, rejects, cursor = await read_all(desk)
    more, others, _ = await read_all(desk, cursor)
    met = {one.dossier.intake_ref for one in (offered | more).values()}
    assert met == {str(number) for number in wanted}
    assert rejects | others


async def test_on_days_of_every_fault_all_is_read_and_told_in_the_end(pair, clock, dossier):
    bad = Faults(server_error=0.1, html=0.1, empty=0.1, lost_answer=0.1)
    double, desk = await pair(faults=bad)
    wanted = fill(double, clock, 25)
    met, cursor, quiet = set(), "", 0
    while quiet < 3:
        try:
            page = await desk.offered(cursor, 200)
        except Unreachable:
            continue
        met |= {one.dossier.intake_ref for one in page.offered}
        cursor, quiet = page.cursor, quiet + (not page.more)
    assert met == {str(number) for number in wanted}
    await patiently(desk, told("consignment.collected"), ours(dossier, double, wanted[0]))
    assert double.dossiers[wanted[0]]["viaPostal"] == 3


def ours(dossier, double, number):
    return replace(dossier, intake_ref=str(number), dossier_no=double.dossiers[number]["dossierNo"])


async def patiently(desk, notice, dossier):
    """Tell until it is heard, as the outbox does."""
    for _ in range(200):
        try:
            return await desk.tell(notice, dossier)
        except Unreachable:
            continue
    raise AssertionError


async def test_the_whole_way_of_a_dossier_stands_in_opencps_in_the_end(pair, clock, dossier):
    double, desk = await pair()
    number = fill(double, clock, 1, vnpostalStatus=1)[0]
    mine, before = ours(dossier, double, number), dict(double.dossiers[number])
    clock.hours_pass(1)
    steps = [
        (told("consignment.booked", "send"), 2, 2), (told("consignment.collected", "send"), 2, 2),
        (told("consignment.delivered", "send"), 3, 2), (told("dossier.filed", "send"), 3, 2),
        (told("consignment.collected", item_no="PA000000028VN"), 3, 3),
        (told("consignment.booked", "send"), 3, 3), (told("consignment.delivered", closes=False), 3, 3),
        (told("consignment.delivered", item_no="PA000000028VN", closes=True), 3, 4),
        (told("consignment.collected", item_no="PA000000028VN"), 3, 4),
    ]  # fmt: skip
    for notice, collection, way_back in steps:
        for _ in range(2):
            await desk.tell(notice, mine)
            stands = double.dossiers[number]
            assert (stands["vnpostalStatus"], stands["viaPostal"]) == (collection, way_back)
    kept = double.dossiers[number]
    assert (kept["postalCodeSend"], kept["postalCodeReceived"]) == ("PA000000014VN", "PA000000028VN")
    assert {name for name in before if before[name] != kept.get(name)} == {
        "viaPostal", "vnpostalStatus", "modifiedDate",
    }  # fmt: skip
    assert double.savings == 4


async def test_a_release_that_does_not_know_collections_is_not_believed(pair, clock, dossier):
    double, desk = await pair(old_release=True)
    number = fill(double, clock, 1, vnpostalStatus=1)[0]
    await desk.tell(told("consignment.booked", "send"), ours(dossier, double, number))
    assert double.savings == 0
    await desk.tell(told("consignment.collected"), ours(dossier, double, number))
    assert double.dossiers[number]["viaPostal"] == 3


async def test_a_province_s_action_is_done_once(pair, clock, dossier):
    double, desk = await pair(settings={"actions": {"handed_over": "8100"}})
    number = fill(double, clock, 1)[0]
    for _ in range(2):
        await desk.tell(told("consignment.collected"), ours(dossier, double, number))
    assert (double.acted, double.savings) == ([(number, "8100")], 0)


@pytest.mark.parametrize("wrong", [{"secret": "khác"}, {"site": "1"}], ids=str)
async def test_who_is_not_let_in_waits_until_the_account_is_mended(pair, wrong):
    _, desk = await pair(settings=wrong)
    with pytest.raises(Unreachable) as no:
        await desk.offered("", 200)
    assert no.value.code == "opencps.credentials"


async def test_the_back_door_puts_in_and_shows(open_double):
    _, url = await open_double()
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/rehearsal/dossiers", data=json.dumps(DOSSIER)) as answer:
            assert answer.status == 201
        async with session.get(f"{url}/rehearsal/dossiers") as answer:
            assert (await answer.json())["dossiers"][0]["serviceCode"] == "1.001193"


def test_it_can_stand_alone():
    options = options_from({"site": "7", "port": 0, "server_error": 0.5}, DOUBLES["opencps"].options)
    assert (options.site, options.faults.server_error) == ("7", 0.5)
    assert DOUBLES["opencps"].build(options)


async def test_a_list_of_nothing_new_is_over_in_one_call(pair, clock):
    double, desk = await pair(unsorted=True)
    fill(double, clock, 33, dossierStatus="done")
    page = await desk.offered("", 200)
    assert (page.offered, page.more) == ((), False)
