"""A quarter from its items to the issued report, its lists, the rating and what is unsettled, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.report import FIGURES
from postgw.domain.secret_link import link_of
from postgw.domain.time_limit import Zone
from postgw.storage import calendar, cases, province, records

from .conftest import CITIZEN, DESK, OFFICE, Day
from .test_parcel import PROCEDURE

QUARTER = "2026-Q4"
AFTER = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}


async def zoned(day: Day) -> None:
    async with day.house.database.writing() as tx:
        zones = [Zone(commune_code="18073", area="Thành phố Hà Tĩnh", province="42")]
        await calendar.put_zones(tx, zones, valid_from=legal_day(day.clock[0]).replace(month=1), author="t", reason="t")


async def posted(day: Day, serial: int, form: str = "return", leg: str = "return") -> str:
    dossier = {
        "dossier_no": f"H27.15-261123-{serial:04}", "receiving_desk": DESK, "procedure_code": PROCEDURE,
        "service_form": form, "applicant": CITIZEN,
    }  # fmt: skip
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    wanted = {"dossier": dossier["dossier_no"], "leg": leg}
    return str((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])


async def scan(day: Day, number: str, code: str) -> None:
    now = day.clock[0].isoformat()
    told = {"scan_id": f"{number}{code}", "number": number, "code": code, "device_at": now, "office": OFFICE}
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": now, "scans": [told]}, expect=200)


async def delivered(day: Day, number: str) -> None:
    now = day.clock[0].isoformat()
    told = {"number": number, "scan_id": f"{number}d", "device": "d", "device_at": now, "sent_at": now,
            "office": OFFICE, "proof": PROOF}  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/deliveries", told, expect=201)


async def every(day: Day, path: str) -> list[Any]:
    """Return a whole list, page by page."""
    found, cursor = [], ""
    while True:
        page = await day.ask("administrator", "GET", f"{path}{'&' if '?' in path else '?'}limit=2&cursor={cursor}",
                             expect=200)  # fmt: skip
        found += page["data"]
        if not (cursor := page["next_cursor"]):
            return found


async def postage(day: Day, number: str, dong: int, fee_id: str) -> str:
    told = {"fee_id": fee_id, "number": number, "ledger": "postage", "amount_dong": dong, "zone": "inter_district",
            "grams": 300, "price_dong": dong}  # fmt: skip
    return str((await day.ask("postman", "POST", "/api/v1/fees", told, expect=201))["receipt_no"])


async def a_quarter(day: Day) -> dict[str, str]:
    """Let a few things happen in the quarter; return the items by what became of them."""
    await zoned(day)
    series = {"series": "CHT26", "ledger": "postage", "unit": OFFICE}
    await day.ask("administrator", "POST", "/api/v1/receipt-series", series, expect=201)
    names = ("in_time", "too_late", "lost", "damaged", "sent", "never_taken")
    numbers = {name: await posted(day, n, *(("both", "send") if name == "sent" else ())) for n, name in
               enumerate(names, 1)}  # fmt: skip
    for name in names[:-1]:
        await scan(day, numbers[name], "collected")
    await scan(day, numbers["lost"], "lost")
    await scan(day, numbers["damaged"], "damaged")
    await postage(day, numbers["in_time"], 20_000, "p1")
    wrong = await postage(day, numbers["too_late"], 10_000, "p2")
    await day.ask("postman", "POST", f"/api/v1/receipts/{wrong}/cancel", {"reason": "Ghi nhầm"}, expect=200)
    await delivered(day, numbers["in_time"])
    await _a_complaint(day, numbers)
    day.pass_time(days=7)
    await delivered(day, numbers["too_late"])
    return numbers


async def _a_complaint(day: Day, numbers: dict[str, str]) -> None:
    at = day.clock[0]
    async with day.house.database.writing() as tx:
        for n, (kind, name) in enumerate((("complaint", "too_late"), ("complaint", "sent"), ("loss", "lost"))):
            await cases.open_once(
                tx, f"t:{n}", kind=kind, consignment_no=numbers[name], due_on=legal_day(at), facts={}, at=at
            )
        await tx.run(
            "INSERT INTO case_step (case_id, seq, kind, content, taken_at, taken_by)"
            " SELECT id, 1, 'answered', $1, $2, 'test' FROM case_file WHERE once = 't:0'",
            records.to_json({"outcome": "upheld"}), at,
        )  # fmt: skip
        await tx.run(
            "INSERT INTO compensation (case_id, direction, unit, payee, way, refund_dong, rest_dong, interest_dong,"
            " paid_at, paid_by) SELECT f.id, d.way, f.office, 'sender', 'cash', 30000, 89000, 1000, $1, 'test'"
            " FROM case_file f, (SELECT 'out' AS way UNION ALL SELECT 'back') d WHERE f.once = 't:2'",
            at + timedelta(hours=1),
        )  # fmt: skip
        for ordinal, late in ((1, False), (2, True)):
            await tx.run(
                "INSERT INTO supplement (supplement_no, dossier_id, ordinal, desk, counts_late, content, digest,"
                " asked_at, entered_at, entered_by) SELECT 'BS-' || CAST($1 AS text), dossier_id, $2, desk, $3, '{}',"
                " '', $4, $4, 'test' FROM consignment WHERE consignment_no = $5",
                str(ordinal), ordinal, late, at, numbers["sent"],
            )  # fmt: skip


async def test_every_figure_of_a_report_has_the_list_it_adds_up_from(day: Day) -> None:
    numbers = await a_quarter(day)
    path = f"/api/v1/reports/{QUARTER}"
    report = await day.ask("administrator", "GET", path, expect=200)
    lists = {code: await every(day, f"{path}/lists/{code}") for code in FIGURES}

    assert report["issued"] is None
    assert report["figures"] == {
        code: sum(fact["dong"] for fact in facts) if FIGURES[code].in_dong else len(facts)
        for code, facts in lists.items()
    }  # fmt: skip
    assert {code: n for code, n in report["figures"].items() if n} == {
        "accepted": 5, "form_return": 4, "form_both": 1, "leg_return": 4, "leg_send": 1, "postage_dong": 20_000,
        "complaints": 2, "complaints_answered": 1, "complaints_open": 1, "complaints_in_time": 1, "complaints_late": 1,
        "lost": 1, "damaged": 1, "compensations": 1, "compensation_dong": 120_000, "met": 1, "late": 1, "overdue": 2,
        "ended": 1, "safe": 3, "unsafe": 2, "supplements_late": 1,
    }  # fmt: skip
    assert report["rates"] == {"on_time": 250, "safety": 600, "complaints_in_time": 500}
    assert [fact["ref"] for fact in lists["late"]] == [numbers["too_late"]]
    assert report["outcomes"] == {"upheld": 1}


async def test_an_issued_report_stays_as_it_was_and_a_correction_stands_beside_it(day: Day) -> None:
    numbers = await a_quarter(day)
    path = f"/api/v1/reports/{QUARTER}"
    await day.ask("administrator", "POST", f"{path}/issue", {}, expect=409)
    day.clock[0] = AFTER
    first = await day.ask("administrator", "POST", f"{path}/issue", {}, expect=200)
    again = await day.ask("administrator", "POST", f"{path}/issue", {}, expect=200)
    await delivered(day, numbers["damaged"])
    same = await day.ask("administrator", "GET", path, expect=200)
    kept = await every(day, f"{path}/lists/overdue")
    draft = await day.ask("administrator", "GET", f"{path}?draft=true", expect=200)
    await day.ask("administrator", "POST", f"{path}/issue", {}, expect=409)
    second = await day.ask("administrator", "POST", f"{path}/issue", {"reason": "Phát xong sau kỳ"}, expect=200)
    old = await day.ask("administrator", "GET", f"{path}?version=1", expect=200)

    assert (again, same, old) == (first, first, first)
    assert len(kept) == first["figures"]["overdue"] == 2
    assert (draft["figures"]["overdue"], draft["issued"]) == (1, None)
    assert (second["issued"]["version"], second["figures"]["overdue"]) == (2, 1)
    [due] = [each for each in await every(day, "/api/v1/reports") if each["period"] == QUARTER]
    assert (due["state"], due["before_on"], due["days_late"]) == ("issued", "2027-01-10", 0)
    assert [each["reason"] for each in due["versions"]] == ["", "Phát xong sau kỳ"]


async def test_a_unit_sees_its_own_report_and_a_late_one_says_how_late(day: Day) -> None:
    await a_quarter(day)
    mine = await day.ask("officer", "GET", f"/api/v1/reports/{QUARTER}", expect=200)
    await day.ask("officer", "GET", f"/api/v1/reports/{QUARTER}?unit={OFFICE}", expect=404)
    posts = await day.ask("postman", "GET", f"/api/v1/reports/{QUARTER}", expect=200)
    day.clock[0] = AFTER.replace(day=12)
    due = (await day.ask("administrator", "GET", "/api/v1/reports", expect=200))["data"]

    assert (mine["unit"], mine["figures"]["accepted"], posts["unit"]) == (DESK, 5, OFFICE)
    assert [(each["period"], each["state"], each["days_late"]) for each in due] == [
        (QUARTER, "late", 3), ("2026", "late", 3),
    ]  # fmt: skip


async def test_the_quality_that_everybody_sees_is_that_of_the_last_full_quarter(day: Day) -> None:
    await a_quarter(day)
    day.clock[0] = AFTER
    counted = await day.ask("", "GET", "/api/v1/quality", expect=200)
    await day.ask("administrator", "POST", f"/api/v1/reports/{QUARTER}/issue", {}, expect=200)
    final = await day.ask("", "GET", f"/api/v1/quality?quarter={QUARTER}", expect=200)
    await day.ask("", "GET", "/api/v1/quality?quarter=2027-Q1", expect=422)

    assert (counted["quarter"], counted["is_final"], final["is_final"]) == (QUARTER, False, True)
    assert (final["on_time_tenths"], final["safety_tenths"], final["complaints_in_time_tenths"]) == (250, 600, 500)
    assert [(each["span"], each["judged"], each["tenths"]) for each in final["on_time"]] == [("same_district", 4, 250)]


async def token_of(day: Day, number: str) -> str:
    async with day.house.database.writing() as tx:
        return link_of(await province.link_secret(tx), "rate", number)


async def test_a_delivery_is_rated_once_and_few_answers_stay_hidden(day: Day) -> None:
    numbers = [await posted(day, n) for n in range(1, 7)]
    for number in numbers:
        await scan(day, number, "collected")
        await delivered(day, number)
    acts, at = day.house.services.satisfaction, day.clock[0]
    for n, number in enumerate(numbers[:4]):
        await acts.answer(await token_of(day, number), score=5, comment=f"Ý kiến {n}", at=at)
    few = await day.ask("administrator", "GET", "/api/v1/satisfaction", expect=200)
    silent = await day.ask("administrator", "GET", "/api/v1/satisfaction/comments", expect=200)
    last = await token_of(day, numbers[4])
    once = await acts.answer(last, score=2, comment="", at=at)
    twice = await acts.answer(last, score=5, comment="đổi ý", at=at)
    told = await day.ask("administrator", "GET", "/api/v1/satisfaction", expect=200)
    remarks = await day.ask("administrator", "GET", "/api/v1/satisfaction/comments", expect=200)
    late = await acts.question(await token_of(day, numbers[5]), at=at + timedelta(days=31))

    assert (few["total"], few["too_few"], silent["data"]) == (None, True, [])
    assert once == twice
    assert told["total"] == {"answers": 5, "average_tenths": 44, "satisfied_tenths": 800}
    assert told["groups"]["office"] == [{"key": OFFICE, **told["total"]}]
    assert remarks["data"] == [f"Ý kiến {n}" for n in range(4)]
    assert late.state == "over"
    report = await day.ask("administrator", "GET", f"/api/v1/reports/{QUARTER}", expect=200)
    assert report["satisfaction"] == {name: value for name, value in told.items() if name != "period"}


async def test_what_desk_and_post_do_not_tell_the_same_stands_in_a_list(day: Day) -> None:
    numbers = {name: await posted(day, n) for n, name in enumerate(("told", "untold", "closed"), 1)}
    for number in numbers.values():
        await scan(day, number, "collected")
    await delivered(day, numbers["told"])
    await day.time_knocks()
    await delivered(day, numbers["untold"])
    moment = {"at": "2026-11-23T08:00:00+07:00"}
    closed = await day.ask("officer", "POST", "/api/v1/dossiers/H27.15-261123-0003/closed", moment, expect=200)
    same = await day.ask("officer", "POST", "/api/v1/dossiers/H27.15-261123-0003/closed", moment, expect=200)
    other = {"at": "2026-11-23T07:59:00+07:00"}
    await day.ask("officer", "POST", "/api/v1/dossiers/H27.15-261123-0003/closed", other, expect=409)
    lists = {kind: await every(day, f"/api/v1/dossiers/unsettled?kind={kind}") for kind in
             ("delivered_open", "closed_undelivered")}  # fmt: skip

    assert same == closed
    assert [(each["consignment_no"], each["errand"]) for each in lists["delivered_open"]] == [
        (numbers["untold"], "waiting")
    ]
    assert [(each["dossier"], each["consignment_no"]) for each in lists["closed_undelivered"]] == [
        ("H27.15-261123-0003", numbers["closed"])
    ]
    await day.time_knocks()
    await delivered(day, numbers["closed"])
    await day.time_knocks()
    assert [await every(day, f"/api/v1/dossiers/unsettled?kind={kind}") for kind in lists] == [[], []]


async def test_the_wall_adds_up_and_its_figures_open_their_lists(day: Day) -> None:
    numbers = await a_quarter(day)
    series = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    await day.ask("administrator", "POST", "/api/v1/receipt-series", series, expect=201)
    fee = {"fee_id": "f1", "number": numbers["damaged"], "ledger": "fee", "amount_dong": 8000}
    await day.ask("postman", "POST", "/api/v1/fees", fee, expect=201)
    shown = await day.ask("administrator", "GET", "/api/v1/wall", expect=200)
    lists = {name: await every(day, f"/api/v1/wall/{name}") for name in ("waiting", "transit", "late", "money")}
    here = await every(day, f"/api/v1/wall/late?unit={OFFICE}")
    await day.ask("administrator", "GET", "/api/v1/wall/weather", expect=404)

    totals = {name: each["count"] for name, each in shown["totals"].items()}
    assert totals == {"waiting": 1, "transit": 2, "late": 2, "money": 1}
    assert totals == {name: len(each) for name, each in lists.items()}
    assert totals == {name: sum(row[name]["count"] for row in shown["desks"]) for name in totals}
    assert shown["totals"]["money"]["dong"] == 8000
    assert {each["consignment_no"] for each in here} == {numbers["damaged"], numbers["sent"]}
    assert [row["unit"] for row in shown["offices"]] == [OFFICE]
    day.pass_time(seconds=30)
    assert await day.ask("administrator", "GET", "/api/v1/wall", expect=200) == shown
