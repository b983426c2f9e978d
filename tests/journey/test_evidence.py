"""One dossier lived through, sealed, checked, handed out as evidence, and checked again by a stranger's program."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.invitation import Invitation
from postgw.storage import cases, invitations
from postgw.web.schemas.evidence import EvidenceOut

from .conftest import CITIZEN, DESK, OFFICE, Day
from .test_lateness import zoned
from .test_parcel import DOSSIER_NO, appointed, delivered, dossier, handed_over, scanned

DOCUMENT = Path(__file__).parents[2] / "docs" / "evidence.md"
PACK = f"/api/v1/dossiers/{DOSSIER_NO}/evidence?purpose=complaint"
SHEET = f"/api/v1/dossiers/{DOSSIER_NO}/evidence.pdf?purpose=complaint"


@pytest.fixture
async def lived(day: Day) -> Day:
    """Give a day on which a result went home with proof, and everybody was told."""
    desk_signs = await appointed(day, "desk", DESK, "officer")
    post_signs = await appointed(day, "office", OFFICE, "postman")
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(dossier_no=DOSSIER_NO), expect=201)
    wanted = {"dossier": DOSSIER_NO, "leg": "return"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    await handed_over(day, number, "to_post", giver=desk_signs, taker=post_signs)
    await scanned(day, number, "departed", "arrived", "out_for_delivery")
    await delivered(day, number)
    await day.time_knocks()
    return day


async def pack(day: Day) -> dict[str, Any]:
    return dict(await day.ask("administrator", "GET", PACK, expect=200))


def checked(tmp_path: Path, made: dict[str, Any]) -> tuple[int, str]:
    """Run the program of the document on a pack; return its exit status and what it says."""
    program = re.search(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert program is not None
    (tmp_path / "check.py").write_text(program[1], encoding="utf-8")
    (tmp_path / "pack.json").write_text(json.dumps(made), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(tmp_path / "check.py"), str(tmp_path / "pack.json")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


async def test_a_strangers_program_finds_the_pack_whole(lived: Day, tmp_path: Path) -> None:
    made = await pack(lived)

    assert checked(tmp_path, made) == (0, f"holds: {made['content_sha256']}\n")


async def test_a_strangers_program_finds_each_part_that_was_changed(lived: Day, tmp_path: Path) -> None:
    made = await pack(lived)
    chain = made["content"]["consignments"][0]["chain"]
    chain[1]["scan"]["office"] = "XX"
    chain[-1]["personal"]["proof"]["receiver_name"] = "Ai khác"

    status, said = checked(tmp_path, made)

    assert status == 1
    assert "the content is not" in said
    assert "link 2 does not hold" in said
    assert f"personal part of link {len(chain)} was changed" in said


async def test_the_pack_tells_who_gave_and_who_received_what_was_proved_and_who_was_told(lived: Day) -> None:
    content = (await pack(lived))["content"]

    (row,) = content["handovers"]
    assert (row["giver"]["person"], row["taker"]["person"]) == ("Người ký TS", "Người ký 480000")
    assert row["giver"]["signed_at"] < row["taker"]["signed_at"] == row["signed_at"]
    (proof,) = content["proofs"]
    assert (proof["receiver_name"], proof["id_tail"]) == (CITIZEN["name"], "123")
    assert {notice["channel"] for notice in content["notices"] if notice["heard_at"]} == {"desk", "citizen"}
    assert content["consignments"][0]["not_linked"] == 0
    assert content["money"]["fee_dong"] == 8000


async def test_the_pack_of_a_week_later_is_the_same_but_for_its_issue(lived: Day) -> None:
    lived.pass_time(days=1)
    await lived.time_knocks()
    first = await pack(lived)
    lived.pass_time(days=7)
    await lived.time_knocks()

    later = await pack(lived)

    assert first["issue"]["seal"] == later["issue"]["seal"] != None  # noqa: E711 - a comparison of three
    assert {**later, "issue": {**later["issue"], "issued_at": first["issue"]["issued_at"]}} == first
    assert later["issue"]["issued_at"] != first["issue"]["issued_at"]


async def test_the_sheet_shows_hands_proof_and_digest_in_vietnamese(lived: Day) -> None:
    made = await pack(lived)
    with pypdfium2.PdfDocument(io.BytesIO(await lived.ask("administrator", "GET", SHEET, expect=200))) as pdf:
        text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf)

    for words in ("HỒ SƠ CHỨNG CỨ", DOSSIER_NO, "Người ký 480000", CITIZEN["name"], "căn cước ••• 123", "8.000 đồng",
                  "DIỄN TẬP", made["content_sha256"]):  # fmt: skip
        assert words in text


async def test_the_house_holds_until_a_row_is_changed(lived: Day) -> None:
    lived.pass_time(days=1)
    await lived.time_knocks()
    verify = lived.house.services.evidence.verify
    before = await verify(actor=GATEWAY)
    async with lived.house.database.writing() as tx:
        await tx.run("UPDATE scan SET office = 'XX' WHERE code = 'arrived'")

    after = await verify(actor=GATEWAY)

    assert (before.holds, before.not_linked, before.not_sealed, before.seals) == (True, 0, 0, 1)
    assert (after.holds, [broken.fault for broken in after.broken]) == (False, ["changed"])


async def test_scans_removed_with_their_links_are_missed_by_the_seal(lived: Day) -> None:
    lived.pass_time(days=1)
    await lived.time_knocks()
    async with lived.house.database.writing() as tx:
        for table, column in (("scan", "id"), ("chain", "scan_id")):
            await tx.run(f"DELETE FROM {table} WHERE {column} = (SELECT max({column}) FROM {table})")

    report = await lived.house.services.evidence.verify(actor=GATEWAY)

    assert [broken.fault for broken in report.broken] == ["seal"]


async def test_an_auditor_finds_the_digest_that_was_kept_and_misses_one_that_never_was(lived: Day) -> None:
    lived.pass_time(days=1)
    await lived.time_knocks()
    verify = lived.house.services.evidence.verify
    seal = (await verify(actor=GATEWAY)).last_seal
    assert seal is not None

    found, missed = await verify(kept_digest=seal.digest, actor=GATEWAY), await verify(kept_digest="00", actor=GATEWAY)

    assert (found.kept_digest, found.holds) == ("found", True)
    assert (missed.kept_digest, missed.holds) == ("unknown", False)


async def test_what_was_just_scanned_is_said_to_be_not_linked_and_then_not_sealed(lived: Day) -> None:
    number = (await pack(lived))["content"]["consignments"][0]["consignment_no"]
    scan = {"scan_id": "late", "number": number, "code": "departed", "device_at": lived.clock[0].isoformat()}
    batch = {"device": "d9", "sent_at": lived.clock[0].isoformat(), "scans": [scan]}
    await lived.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
    evidence = lived.house.services.evidence

    fresh = await evidence.verify(actor=GATEWAY)
    await evidence.link_due(at=lived.clock[0])
    linked = await evidence.verify(actor=GATEWAY)

    assert (fresh.holds, fresh.not_linked) == (True, 1)
    assert (linked.not_linked, linked.not_sealed) == (0, fresh.not_sealed + 1)


async def test_after_five_years_the_names_go_and_the_evidence_still_holds(lived: Day, tmp_path: Path) -> None:
    lived.clock[0] += timedelta(days=5 * 366)
    await lived.time_knocks()

    made = await pack(lived)

    assert CITIZEN["name"] not in json.dumps(made["content"]["consignments"], ensure_ascii=False)
    assert checked(tmp_path, made)[0] == 0
    assert (await lived.house.services.evidence.verify(actor=GATEWAY)).holds
    assert (await lived.ask("administrator", "GET", SHEET, expect=200)).startswith(b"%PDF")


async def test_who_lacks_the_scope_or_belongs_elsewhere_gets_no_evidence(lived: Day) -> None:
    for name, scopes, unit in (("reader", ("enquiry",), ""), ("stranger", ("evidence",), OFFICE)):
        lived.tokens[name], _ = await lived.house.services.accounts.issue(
            name=name, scopes=scopes, unit=unit, actor=GATEWAY, at=lived.clock[0]
        )

    await lived.ask("reader", "GET", PACK, expect=403)
    await lived.ask("stranger", "GET", PACK, expect=404)


async def test_a_dossier_without_a_number_has_its_evidence_under_its_desk_and_reference(day: Day) -> None:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    key = f"{DESK}/MC-2026-0007"

    made = await day.ask("administrator", "GET", f"/api/v1/dossiers/{key}/evidence?purpose=complaint", expect=200)
    sheet = await day.ask("administrator", "GET", f"/api/v1/dossiers/{key}/evidence.pdf?purpose=complaint", expect=200)

    assert (made["content"]["dossier"]["key"], made["content"]["consignments"]) == (key, [])
    assert sheet.startswith(b"%PDF")


async def test_invitations_stand_in_the_pack(lived: Day) -> None:
    number = (await pack(lived))["content"]["consignments"][0]["consignment_no"]
    async with lived.house.database.writing() as tx:
        made = Invitation(ordinal=1, invited_on=lived.clock[0].date(), way="paper", by="postman")
        await invitations.add(tx, number, made, office=OFFICE, at=lived.clock[0])

    content = (await pack(lived))["content"]

    assert [(row["consignment_no"], row["ordinal"], row["way"]) for row in content["invitations"]] == [
        (number, 1, "paper")
    ]


async def test_a_receipt_stands_in_the_pack_and_on_the_sheet(lived: Day) -> None:
    number = (await pack(lived))["content"]["consignments"][0]["consignment_no"]
    series = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    await lived.ask("administrator", "POST", "/api/v1/receipt-series", series, expect=201)
    fee = {"fee_id": "f-1", "number": number, "ledger": "fee", "amount_dong": 8000, "unit": OFFICE}
    taken = await lived.ask("administrator", "POST", "/api/v1/fees", fee, expect=201)

    (row,) = (await pack(lived))["content"]["money"]["receipts"]

    assert (row["receipt_no"], row["amount_dong"], row["ledger"]) == (taken["receipt_no"], 8000, "fee")
    assert (await lived.ask("administrator", "GET", SHEET, expect=200)).startswith(b"%PDF")


async def test_the_pack_has_the_shape_that_its_description_states(lived: Day) -> None:
    EvidenceOut.model_validate(await pack(lived))


async def test_filing_the_posts_own_day_and_a_case_stand_in_the_pack_with_what_they_rest_on(day: Day) -> None:
    await zoned(day)
    desk, post = await appointed(day, "desk", DESK, "officer"), await appointed(day, "office", OFFICE, "postman")
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(dossier_no=DOSSIER_NO), expect=201)
    sent = await day.ask("officer", "POST", "/api/v1/consignments", {"dossier": DOSSIER_NO, "leg": "send"}, expect=201)
    number = sent["consignment_no"]
    await scanned(day, number, "collected")
    signed = await handed_over(day, number, "to_desk", giver=post, taker=desk)
    async with day.house.database.writing() as tx:
        case_no = await cases.open_once(
            tx, "t", kind="late", consignment_no=number, due_on=date(2026, 11, 30), facts={}, at=day.clock[0]
        )

    content = (await pack(day))["content"]
    dates = {row["date"]: row for row in content["dates"]}

    assert dates["filed_at"]["from"] == f"manifest {signed['manifest_no']}"
    assert (dates["agency_starts_on"]["at"], dates["carried_by"]["at"]) == ("2026-11-23", "2026-11-24")
    assert "J+1" in dates["carried_by"]["reckoning"][0]
    assert [(row["case_no"], row["kind"], row["due_on"]) for row in content["cases"]] == [
        (case_no, "late", "2026-11-30")
    ]
    assert (await day.ask("administrator", "GET", SHEET, expect=200)).startswith(b"%PDF")
