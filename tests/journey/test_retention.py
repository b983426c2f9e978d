"""Five years later: whatever named the person is gone from every table, and everything else still answers."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.folding import fold
from postgw.domain.retention import ERASED
from postgw.storage import outbox, retention
from postgw.storage.database import Session
from postgw.storage.outbox import NewErrand

from .conftest import DESK, OFFICE, Day
from .test_parcel import DOSSIER_NO, appointed, dossier, handed_over, scanned

PERSON = {
    "name": "Trịnh Thị Mộng Điệp", "phone": "0987612345", "email": "mongdiep@example.vn",
    "address": "Ngõ Hoa Lài số 417", "commune": "Phường Thành Sen", "province": "Tỉnh Hà Tĩnh", "commune_code": "18073",
}  # fmt: skip
OTHER = {**PERSON, "name": "Phùng Quang Hữu Lộc", "phone": "0976543210", "address": "Xóm Cồn Mây nhà 88"}
NEW_HOME = {**PERSON, "address": "Kiệt Trúc Xinh 25"}
#: What a search of the whole database must not find any more, plain or folded.
SECRETS = (
    PERSON["name"], PERSON["phone"], PERSON["email"], PERSON["address"], OTHER["name"], OTHER["phone"],
    OTHER["address"], NEW_HOME["address"],
)  # fmt: skip
PICTURE = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
).decode()


async def tables(session: Session) -> list[str]:
    """Return every table that is in the database, whoever made it."""
    if session.sqlite:
        rows = await session.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    else:
        rows = await session.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    return sorted(row["name"] for row in rows if not row["name"].startswith("tortoise"))


async def found(session: Session) -> set[tuple[str, str, str]]:
    """Return table, column and secret wherever a secret stands, in text or in bytes."""
    seen = set()
    for table in await tables(session):
        for row in await session.rows(f"SELECT * FROM {table}"):
            for column, value in row.items():
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                held = {secret for secret in SECRETS if secret in text or fold(secret) in fold(text)}
                seen |= {(table, column, secret) for secret in held}
    return seen


@pytest.fixture
async def lived(day: Day) -> Day:
    """Give a day that left a person in every table that may hold one."""
    desk, post = await appointed(day, "desk", DESK, "officer"), await appointed(day, "office", OFFICE, "postman")
    for series, ledger in (("PHT26", "fee"), ("CHT26", "postage")):
        begun = {"series": series, "ledger": ledger, "unit": OFFICE}
        await day.ask("administrator", "POST", "/api/v1/receipt-series", begun, expect=201)
    told = dossier(dossier_no=DOSSIER_NO, applicant=PERSON, return_to=OTHER, note=f"Gọi {PERSON['phone']} trước")
    await day.ask("officer", "POST", "/api/v1/dossiers", told, expect=201)
    number = await registered(day)
    await day.ask("officer", "GET", f"/api/v1/labels/{number}", expect=200)
    await day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
    await day.ask("officer", "POST", "/api/v1/dossiers", {**told, "applicant": NEW_HOME}, expect=202)
    await day.time_knocks()
    await handed_over(day, number, "to_post", giver=desk, taker=post)
    await money(day, number)
    await scanned(day, number, "departed", "arrived")
    new = {"party": NEW_HOME, "fault": "citizen", "cost_dong": 5000}
    await day.ask("officer", "POST", f"/api/v1/consignments/{number}/address", new, expect=200)
    await at_the_door(day, number)
    await statements(day, number)
    await written_down(day, number)
    asked = {"body": "Thanh tra tỉnh", "document_no": "1/TTr", "document_on": "2026-11-20",
             "asked_by": "Chánh Thanh tra", "ground": f"Đơn của {OTHER['name']}"}  # fmt: skip
    await day.ask("administrator", "POST", f"/api/v1/dossiers/{DOSSIER_NO}/disclosure-requests", asked, expect=201)
    await day.time_knocks()
    return day


async def registered(day: Day) -> str:
    wanted = {"dossier": DOSSIER_NO, "leg": "return"}
    return str((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])


async def money(day: Day, number: str) -> None:
    postage = {"fee_id": "p", "number": number, "ledger": "postage", "amount_dong": 15_000, "zone": "inter_district",
               "grams": 300, "price_dong": 30_000, "reduction": "poor_household",
               "evidence": f"Sổ hộ nghèo của {OTHER['name']}"}  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/fees", postage, expect=201)
    fee = {"fee_id": "f", "number": number, "ledger": "fee", "amount_dong": 8000}
    taken = await day.ask("postman", "POST", "/api/v1/fees", fee, expect=201)
    reason = {"reason": f"Viết nhầm tên {OTHER['name']}"}
    await day.ask("postman", "POST", f"/api/v1/receipts/{taken['receipt_no']}/cancel", reason, expect=200)


async def at_the_door(day: Day, number: str) -> None:
    now = day.clock[0].isoformat()
    stray = {"scan_id": "stray", "number": "RR473124829VN", "code": "arrived", "device_at": now,
             "note": f"Của {OTHER['name']}"}  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d3", "sent_at": now, "scans": [stray]}, expect=200)
    refusal = {"refuser_name": OTHER["name"], "id_kind": "citizen_id", "id_tail": "4567", "signature_png": PICTURE}
    attempt = {"scan_id": "a1", "device": "d3", "device_at": now, "sent_at": now, "reason": "refused", "office": OFFICE,
               "note": f"{OTHER['name']} không nhận", "evidence": refusal}  # fmt: skip
    await day.ask("postman", "POST", f"/api/v1/consignments/{number}/attempts", attempt, expect=201)
    proof = {"receiver_name": OTHER["name"], "id_kind": "citizen_id", "id_tail": "123", "remarks": PERSON["phone"],
             "signature_png": PICTURE}  # fmt: skip
    body = {"number": number, "proof": proof, "scan_id": "d1", "device": "d1", "device_at": now, "sent_at": now}
    await day.ask("postman", "POST", "/api/v1/deliveries", body, expect=201)
    async with day.house.database.writing() as tx:
        await tx.run("UPDATE manifest_line SET note = $1", f"Phong bì ghi {PERSON['name']}")
        await outbox.put(tx, [NewErrand(channel="hook", target="h", key="h", subject=number)], at=day.clock[0])
        await tx.run("UPDATE outbox SET state = 'parked', last_error = $1", f"No route to {PERSON['phone']}")
        await tx.run("UPDATE post_order SET message = $1", f"Nhận của {PERSON['name']}")
        await tx.run(
            "INSERT INTO feed_reject (account, record_id, reason, raw_row, received_at) VALUES ('a', '1', 'x', $1, $2)",
            f'{{"ReceiverFullname": "{OTHER["name"]}"}}', day.clock[0],
        )  # fmt: skip


async def written_down(day: Day, number: str) -> None:
    """Leave a name wherever somebody may write one, however the texts came there."""
    now, name, party = day.clock[0], OTHER["name"], json.dumps(OTHER, ensure_ascii=False)
    told = f'{{"reason": "{name}", "note": "{name}", "witness": "{name}", "contents": "{name}", "consignee": {party}}}'
    async with day.house.database.writing() as tx:
        row = await tx.row("SELECT id, dossier_id FROM consignment WHERE consignment_no = $1", number)
        assert row is not None
        consignment, dossier = {"consignment_id": row["id"]}, {"dossier_id": row["dossier_id"]}
        case = await put(tx, "case_file", case_no="KN-1", kind="complaint", desk=DESK, due_on=now.date(),
                         content=told, opened_at=now, opened_by="a", **consignment)  # fmt: skip
        await put(tx, "case_step", case_id=case, seq=1, kind="opened", content=told, taken_at=now, taken_by="a")
        await put(tx, "case_words", case_id=case, seq=1, content=told)
        await put(tx, "packing", ordinal=1, seal_no="S1", sealed_by="post", content=told, packed_at=now,
                  recorded_by="a", **consignment)  # fmt: skip
        await put(tx, "paper_duty", kind="owed", desk=DESK, name="Giấy", paper_kind="original", opened_by="dossier",
                  opened_at=now, decision_reason=name, outcome_note=name, **dossier)  # fmt: skip
        await put(tx, "note_signature", side="consignor", digest="d", name=name, way="screen", signed_at=now,
                  signature_png=name.encode(), recorded_by="a", **consignment)  # fmt: skip
        word = await put(tx, "register_authorisation", reference=name, worker="Bưu tá", seen_by="b", media="m",
                         document=name.encode(), recorded_at=now, recorded_by="a", **consignment)  # fmt: skip
        await put(tx, "register_signing", authorisation_id=word, register_name="Sổ", entry=name, worker="Bưu tá",
                  signed_at=now, recorded_by="a")  # fmt: skip
        await put(tx, "rating", desk=DESK, score=5, comment=name, given_at=now, **consignment)
        await put(tx, "supplement", supplement_no="BS-1", ordinal=1, desk=DESK, content=told, digest="d", asked_at=now,
                  entered_at=now, entered_by="a", **dossier)  # fmt: skip
        await put(tx, "rejection", rejection_no="TC-1", filing_seq=1, desk=DESK, code="c", fault="citizen",
                  reasons=name, consignment_no=number, rejected_at=now, rejected_by="a", **dossier)  # fmt: skip
        for order_no, state, ours in (("1", "taken", row["id"]), ("2", "undecided", None)):
            await put(tx, "desk_order", customer_no="c", customer_code="c", order_no=order_no, stem="1", state=state,
                      content=told, ordered_at=now, consignment_id=ours)  # fmt: skip
        await put(tx, "announcement", customer_no="c", customer_code="c", dossier_no="1", content=told, told_at=now)


async def put(tx: Session, table: str, **values: Any) -> int:
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    row = await tx.row(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) RETURNING id", *values.values())
    assert row is not None
    return int(row["id"])


async def statements(day: Day, number: str) -> None:
    row = f"23/11/2026;FT1;{PERSON['name']} chuyen {PERSON['phone']};8000"
    text = f"Ngày;Mã giao dịch;Nội dung;Ghi có\n{row}\n"
    file = {"source": "bank", "account": "3500", "content": base64.b64encode(text.encode()).decode()}
    await day.ask("administrator", "POST", "/api/v1/reconciliations/files", file, expect=201)
    text = f"Ngày;Mã bưu gửi;Số tiền\n23/11/2026;{OTHER['name']};8000\n"
    file = {"source": "post", "account": "ha-tinh", "content": base64.b64encode(text.encode()).decode()}
    await day.ask("administrator", "POST", "/api/v1/reconciliations/files", file, expect=201)
    settled = {"subject": "line:1", "reason": f"Trả lại {PERSON['name']}"}
    await day.ask("administrator", "POST", "/api/v1/reconciliations/settlements", settled, expect=201)


async def erase(day: Day) -> int:
    done = 0
    while now := await day.house.services.retention.erase_due(at=day.clock[0]):
        done += now
    return done


async def test_the_search_finds_the_person_before_so_that_finding_nobody_means_something(lived: Day) -> None:
    places = {table for table, _, _ in await found(lived.house.database.reading)}

    assert places >= {
        "dossier", "consignment", "label", "change_request", "redirection", "refusal", "proof", "scan", "receipt",
        "stray", "feed_reject", "manifest_line", "outbox", "post_order", "statement_line", "settlement",
        "disclosure_request", "case_file", "case_step", "case_words", "packing", "paper_duty", "note_signature",
        "consignment_note", "register_authorisation", "register_signing", "rating", "supplement", "rejection",
        "desk_order", "announcement",
    }  # fmt: skip


async def test_after_the_term_nothing_in_any_table_names_the_person(lived: Day) -> None:
    lived.clock[0] += timedelta(days=5 * 366)

    assert await erase(lived) > 0

    assert await found(lived.house.database.reading) == set()
    assert await erase(lived) == 0


async def test_the_evidence_holds_the_look_up_answers_and_the_figures_stay(lived: Day) -> None:
    async def figures() -> list[Any]:
        day, whole = "on=2026-11-23&unit=" + OFFICE, "since=2026-11-01&until=2026-11-30"
        return [
            await lived.ask("administrator", "GET", f"/api/v1/money/day?{day}", expect=200),
            [{**(await lived.ask("administrator", "GET", f"/api/v1/reconciliations/totals?source={source}&{whole}",
                                 expect=200)), "missing_by_age": {}} for source in ("post", "bank")],
            await lived.ask("", "GET", f"/api/v1/track/{DOSSIER_NO}", expect=200),
        ]  # fmt: skip

    before, sealed = await figures(), await lived.house.services.evidence.verify(actor=GATEWAY)
    salted = await lived.house.database.reading.row("SELECT count(*) AS n FROM chain WHERE length(personal) > 32")
    lived.clock[0] += timedelta(days=5 * 366)
    await erase(lived)

    report = await lived.house.services.evidence.verify(actor=GATEWAY)
    shown = await lived.ask("officer", "GET", f"/api/v1/dossiers/{DOSSIER_NO}", expect=200)

    assert await figures() == before
    assert (report.holds, report.linked) == (True, sealed.linked)
    assert salted is not None
    assert report.erased == salted["n"] > 0
    assert (shown["applicant"]["name"], shown["applicant"]["commune"]) == (ERASED, PERSON["commune"])


async def test_a_scan_changed_after_the_names_went_is_still_found_out(lived: Day) -> None:
    lived.clock[0] += timedelta(days=5 * 366)
    await lived.time_knocks()
    async with lived.house.database.writing() as tx:
        await tx.run("UPDATE scan SET office = 'XX' WHERE code = 'arrived'")

    report = await lived.house.services.evidence.verify(actor=GATEWAY)

    assert {broken.fault for broken in report.broken} == {"changed"}


async def test_what_names_a_person_stands_through_the_whole_last_day(lived: Day) -> None:
    lived.clock[0] = datetime(2031, 11, 23, 16, 59, 59, tzinfo=UTC)  # a second before midnight in Vietnam
    early, still = await erase(lived), await found(lived.house.database.reading)

    lived.clock[0] += timedelta(seconds=1)
    standing = await lived.ask("administrator", "GET", "/api/v1/retention", expect=200)
    late = await erase(lived)
    after = await lived.ask("administrator", "GET", "/api/v1/retention", expect=200)

    assert (early, len({secret for _, _, secret in still})) == (0, len(SECRETS))
    assert (standing["due"], standing["erased"], standing["whole_from"]) == (1, 0, "2026-11-24")
    assert (late > 0, after["due"], after["erased"], after["years"], after["paper_years"]) == (True, 0, 1, 5, 1)


async def test_a_step_that_breaks_off_leaves_everything_for_the_next(lived: Day) -> None:
    before = await found(lived.house.database.reading)
    lived.clock[0] += timedelta(days=5 * 366)
    async with lived.house.database.writing() as tx:
        [due] = await retention.due(tx, before=lived.clock[0], limit=9)

    async def breaking_off() -> None:
        async with lived.house.database.writing() as tx:
            await retention.erase(tx, [due], at=lived.clock[0])
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power"):
        await breaking_off()

    assert await found(lived.house.database.reading) == before
    await erase(lived)
    assert await found(lived.house.database.reading) == set()


async def test_a_dossier_that_still_travels_keeps_its_names_however_old(lived: Day) -> None:
    await registered_again(lived)
    lived.clock[0] += timedelta(days=7 * 366)
    await erase(lived)

    shown = await lived.ask("officer", "GET", f"/api/v1/dossiers/{DOSSIER_NO}", expect=200)

    assert shown["applicant"]["name"] == PERSON["name"]


async def registered_again(day: Day) -> None:
    wanted = {"dossier": DOSSIER_NO, "leg": "withdrawal"}
    await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)


async def test_every_table_says_how_it_is_cleaned(day: Day) -> None:
    there = set(await tables(day.house.database.reading))

    assert there - set(retention.KEEPING) == set(), "say in storage/retention.py how these tables are cleaned"
    assert set(retention.KEEPING) - there == set(), "these tables are no longer there"
    assert all(keeping.why or keeping.tied_by or keeping.aged_by for keeping in retention.KEEPING.values())


async def test_the_pack_says_until_when_it_is_kept(lived: Day) -> None:
    made = await lived.ask(
        "administrator", "GET", f"/api/v1/dossiers/{DOSSIER_NO}/evidence?purpose=inspection", expect=200
    )
    dates = {row["date"]: row["at"] for row in made["content"]["dates"]}

    assert (dates["paper_until"], dates["electronic_until"]) == ("2027-11-23", "2031-11-23")
    assert json.dumps(made["content"]["dates"]).count("TT17/2017") == 2
