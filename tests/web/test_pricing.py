"""Prices, post areas, regions and quotes through the door."""

from __future__ import annotations

from typing import Any

import pytest

from postgw.web.schemas.pricing import (
    CommuneList,
    PricesList,
    PricesOut,
    QuoteOut,
    RegionList,
    RegionOut,
    ZonePage,
    ZonesSet,
)

PRICES, ZONES, REGIONS, QUOTE = "/api/v1/prices", "/api/v1/zones", "/api/v1/regions", "/api/v1/tariff/quote"
TODAY, TOMORROW, YESTERDAY = "2026-11-23", "2026-11-24", "2026-11-22"
KY_LAC, KY_ANH, HA_NOI = "18628", "18754", "00004"
FLAT = {"service": "return", "zone": "in_district", "price_dong": 20000}


async def sent(gate: Any, path: str, body: Any, model: Any) -> dict[str, Any]:
    answer = await gate.post(path, body)
    assert answer.status == 201, await answer.text()
    shown: dict[str, Any] = await answer.json()
    model.model_validate(shown)
    return shown


async def problem(gate: Any, path: str, body: Any) -> tuple[int, str, str]:
    answer = await gate.post(path, body)
    told = await answer.json()
    return answer.status, told["code"], told["errors"][0]["pointer"]


async def quoted(gate: Any, query: str) -> dict[str, Any]:
    answer = await gate.get(f"{QUOTE}?{query}", token="")
    assert answer.status == 200, await answer.text()
    shown: dict[str, Any] = await answer.json()
    QuoteOut.model_validate(shown)
    return shown


def prices(*rows: dict[str, Any], valid_from: str = TODAY) -> dict[str, Any]:
    return {"valid_from": valid_from, "prices": list(rows), "reason": "Công văn giá"}


def area(*rows: tuple[str, str], valid_from: str = TODAY) -> dict[str, Any]:
    zones = [{"commune_code": code, "area": name} for code, name in rows]
    return {"valid_from": valid_from, "zones": zones, "reason": "Theo huyện cũ"}


def region(code: str, number: int, valid_from: str = TODAY) -> dict[str, Any]:
    return {"province_code": code, "region": number, "valid_from": valid_from, "reason": "Công văn"}


async def test_the_posts_own_price_is_asked_from_its_day_on(gate):
    await sent(gate, PRICES, prices(FLAT, valid_from=TOMORROW), PricesOut)
    query = "service=return&zone=in_district&grams=80"
    before = await quoted(gate, query)
    gate.clock[0] = gate.clock[0].replace(day=24)
    after = await quoted(gate, query)

    assert [(each["price_dong"], each["price_list"]) for each in (before, after)] == [(26000, None), (20000, TOMORROW)]


async def test_a_price_that_is_told_wins_over_the_list(gate):
    await sent(gate, PRICES, prices(FLAT), PricesOut)
    shown = await quoted(gate, "service=return&zone=in_district&grams=80&price_dong=15000")

    assert (shown["price_dong"], shown["price_list"]) == (15000, None)


async def test_of_both_ways_each_costs_its_own_price_or_the_ceiling(gate):
    await sent(gate, PRICES, prices(FLAT), PricesOut)

    assert (await quoted(gate, "service=both&zone=in_district&grams=80"))["price_dong"] == 46000


async def test_a_price_above_the_ceiling_is_refused_and_nothing_kept(gate):
    wrong = prices(FLAT, {**FLAT, "service": "send", "price_dong": 26001})

    assert await problem(gate, PRICES, wrong) == (422, "tariff.above_ceiling", "/prices/1/price_dong")
    assert (await (await gate.get(PRICES, token="")).json())["data"] == []


async def test_a_list_in_use_never_changes_and_the_same_again_is_the_same(gate):
    first = await sent(gate, PRICES, prices(FLAT), PricesOut)

    assert await sent(gate, PRICES, prices(FLAT), PricesOut) == first
    assert await problem(gate, PRICES, prices({**FLAT, "price_dong": 1})) == (409, "price.taken", "/valid_from")
    assert await problem(gate, PRICES, prices(FLAT, valid_from=YESTERDAY)) == (422, "dated.past", "/valid_from")


async def test_an_empty_list_leads_back_to_the_ceilings(gate):
    await sent(gate, PRICES, prices(FLAT), PricesOut)
    await sent(gate, PRICES, prices(valid_from=TOMORROW), PricesOut)
    gate.clock[0] = gate.clock[0].replace(day=24)

    assert (await quoted(gate, "service=return&zone=in_district&grams=80"))["price_dong"] == 26000
    shown = await (await gate.get(PRICES, token="")).json()
    PricesList.model_validate(shown)
    assert [each["valid_from"] for each in shown["data"]] == [TOMORROW, TODAY]


async def test_post_areas_are_set_with_author_and_reason_and_listed(gate):
    shown = await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh"), (KY_ANH, "Kỳ Anh")), ZonesSet)
    page = await (await gate.get(f"{ZONES}?limit=1")).json()
    ZonePage.model_validate(page)
    rest = await (await gate.get(f"{ZONES}?limit=1&cursor={page['next_cursor']}")).json()

    assert {(row["author"], row["reason"]) for row in shown["data"]} == {("all", "Theo huyện cũ")}
    assert [row["commune_code"] for row in (*page["data"], *rest["data"])] == [KY_LAC, KY_ANH]
    assert page["data"][0]["province"] == "42"


async def test_an_area_in_use_never_changes_and_none_of_a_refused_table_is_kept(gate):
    await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh")), ZonesSet)
    await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh")), ZonesSet)
    wrong = area((KY_ANH, "Kỳ Anh"), (KY_LAC, "Thạch Hà"))

    assert await problem(gate, ZONES, wrong) == (409, "zone.taken", "/zones/1/commune_code")
    assert [row["commune_code"] for row in (await (await gate.get(ZONES)).json())["data"]] == [KY_LAC]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (area(("99999", "Kỳ Anh")), "/zones/0/commune_code"),
        (area((KY_LAC, "Kỳ Anh"), (KY_LAC, "Kỳ Anh")), "/zones/1/commune_code"),
        (area((KY_LAC, " ")), "/zones/0/area"),
    ],
)
async def test_a_table_of_areas_that_cannot_be_is_refused(gate, body, field):
    status, _, pointer = await problem(gate, ZONES, body)

    assert (status, pointer) == (422, field)


async def test_a_new_area_holds_from_its_day_on(gate):
    await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh")), ZonesSet)
    await sent(gate, ZONES, area((KY_LAC, "Hương Khê"), valid_from=TOMORROW), ZonesSet)

    areas = [(await (await gate.get(f"{ZONES}?on={on}")).json())["data"][0]["area"] for on in (TODAY, TOMORROW)]
    assert areas == ["Kỳ Anh", "Hương Khê"]
    assert await problem(gate, ZONES, area((KY_LAC, "Vũ Quang"), valid_from=YESTERDAY)) == (
        422, "dated.past", "/valid_from",
    )  # fmt: skip


async def test_communes_of_the_desks_province_without_an_area_are_seen(gate):
    before = await (await gate.get(f"{ZONES}/missing")).json()
    CommuneList.model_validate(before)
    await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh")), ZonesSet)
    after = await (await gate.get(f"{ZONES}/missing")).json()

    assert len(before["data"]) == 69
    assert {row["code"] for row in before["data"]} - {row["code"] for row in after["data"]} == {KY_LAC}


@pytest.mark.parametrize(
    ("there", "zone"), [(KY_LAC, "in_district"), (KY_ANH, "inter_district"), (HA_NOI, "neighbour_region")]
)
async def test_two_communes_tell_the_zone(gate, there, zone):
    await sent(gate, ZONES, area((KY_LAC, "Kỳ Anh"), (KY_ANH, "Thị xã Kỳ Anh")), ZonesSet)
    for code, number in (("42", 2), ("01", 1)):
        await sent(gate, REGIONS, region(code, number), RegionOut)

    shown = await quoted(gate, f"service=send&grams=200&from_commune={KY_LAC}&to_commune={there}")
    assert shown["zone"] == zone


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"from_commune={KY_LAC}&to_commune={KY_ANH}", "zone.unknown"),
        (f"from_commune={KY_LAC}&to_commune={HA_NOI}", "tariff.region_unknown"),
        (f"zone=in_district&from_commune={KY_LAC}&to_commune={KY_ANH}", "tariff.zone"),
        (f"from_commune={KY_LAC}&to_commune=99999", "place.unknown"),
        ("", "tariff.zone"),
    ],
)  # fmt: skip
async def test_what_no_table_tells_is_said_and_never_guessed(gate, query, code):
    answer = await gate.get(f"{QUOTE}?service=send&grams=80&{query}", token="")

    assert (answer.status, (await answer.json())["code"]) == (422, code)


async def test_the_region_of_a_province_is_set_once_for_a_day(gate):
    first = await sent(gate, REGIONS, region("42", 2), RegionOut)

    assert await sent(gate, REGIONS, region("42", 2), RegionOut) == first
    assert await problem(gate, REGIONS, region("42", 3)) == (409, "region.taken", "/valid_from")
    assert await problem(gate, REGIONS, region("42", 3, YESTERDAY)) == (422, "dated.past", "/valid_from")
    assert (await problem(gate, REGIONS, region("99", 3)))[0] == 422
    shown = await (await gate.get(REGIONS)).json()
    RegionList.model_validate(shown)
    assert shown["data"] == [first]


async def test_a_region_holds_from_its_day_on(gate):
    for code, number, begins in (("42", 2, TODAY), ("01", 1, TODAY), ("42", 1, TOMORROW)):
        await sent(gate, REGIONS, region(code, number, begins), RegionOut)
    query = f"service=send&grams=80&from_commune={KY_LAC}&to_commune={HA_NOI}"
    today = (await quoted(gate, query))["zone"]
    gate.clock[0] = gate.clock[0].replace(day=24)

    assert [today, (await quoted(gate, query))["zone"]] == ["neighbour_region", "same_region"]


async def test_only_an_administrator_sets_prices_areas_and_regions(gate):
    token = await gate.token_for("enquiry", "money")
    for path, body in ((PRICES, prices(FLAT)), (ZONES, area((KY_LAC, "Kỳ Anh"))), (REGIONS, region("42", 2))):
        assert (await gate.post(path, body, token=token)).status == 403
        assert (await gate.get(path, token=token)).status == 200


async def test_postage_is_taken_by_the_posts_own_list_and_the_receipt_says_which(gate):
    await sent(gate, PRICES, prices(FLAT), PricesOut)
    await gate.post("/api/v1/receipt-series", {"series": "CUOC26", "ledger": "postage", "unit": "480000"})
    number = (await gate.consignment())["consignment_no"]
    asked = {"fee_id": "f1", "number": number, "ledger": "postage", "unit": "480000", "grams": 80}
    asked["zone"] = "in_district"

    too_much = await gate.post("/api/v1/fees", {**asked, "amount_dong": 20001})
    taken = await gate.post("/api/v1/fees", {**asked, "amount_dong": 20000})
    assert (too_much.status, taken.status) == (409, 201), await taken.text()
    grounds = (await taken.json())["grounds"]
    assert (grounds["price_dong"], grounds["price_list"], grounds["tariff"]) == (20000, TODAY, "2018-01-01")
