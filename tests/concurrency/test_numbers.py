"""Every number that is the next of something, with fifty takers at once: none twice, none left out where one counts.

Receipts and what else is numbered in the order of a day have no gap; item numbers may (one that somebody bound by hand
is passed over). Each taker comes through a house of several, as another process would.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from postgw.domain import item_number
from postgw.services.stock_taking import Round
from postgw.storage import labels

from ..furnishing import DESK, OFFICE
from .acts import COMPLAINT, DAMAGE, PROOF
from .conftest import ADMIN, POSTMAN, Town, batch, dossier, together
from .copies import Copy, copies

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
TAKERS = 50


@pytest.fixture
async def items(town: Town) -> list[Copy]:
    """Give fifty results that the post has taken over."""
    await town.well("officer", "/dossiers", dossier("MC-NO", dossier_no="H27.15-261123-0007"))
    made = await town.well("officer", "/consignments", {"dossier": f"{DESK}/MC-NO", "leg": "return"})
    await town.well("postman", "/scans", batch(town, "d", [("s", made["consignment_no"], "collected")]))
    return await copies(town.url, "MC-NO", TAKERS)


def public_key() -> str:
    """Return the public key of a new device."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def must_follow(numbers: Sequence[str]) -> None:
    """See that numbers are those from one up, each once."""
    assert [n for n, times in Counter(numbers).items() if times > 1] == []
    serials = sorted(int(re.findall(r"\d+", number)[-1]) for number in numbers)
    assert serials == list(range(1, len(numbers) + 1))


async def taken(town: Town, act: Callable[[int], Awaitable[tuple[int, Any]]], name: str) -> list[str]:
    """Let fifty take at once, each at its door; nobody fails. Return the numbers."""
    answers = await together(*(act(n) for n in range(TAKERS)))
    assert {status for status, _ in answers} <= {200, 201}, Counter(str(answer)[:200] for answer in answers)
    return [said.get("file", said)[name] for _, said in answers]  # of a statement the answer holds the file


async def test_receipts_of_a_unit_have_no_gap_though_some_takings_are_undone(town: Town, items: list[Copy]) -> None:
    """A receipt whose taking fails after its number was drawn gives the number back."""
    await town.well("administrator", "/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})

    def fee(n: int) -> dict[str, Any]:
        return {"fee_id": f"f{n}", "number": items[n].numbers["return"], "ledger": "fee", "amount_dong": 8000}

    wrong = [town.ask("postman", "POST", "/fees", {**fee(n), "amount_dong": 9000}, door=n) for n in range(10)]
    right = taken(town, lambda n: town.ask("postman", "POST", "/fees", fee(n), door=n), "receipt_no")
    [numbers, refused] = await together(right, together(*wrong))

    must_follow(numbers)
    assert {status for status, _ in refused} <= {409, 422}


async def test_fifty_remittances_at_once_hand_each_receipt_on_once(town: Town, items: list[Copy]) -> None:
    await town.well("administrator", "/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    receipts = [
        (await town.well("postman", "/fees", {
            "fee_id": f"f{n}", "number": item.numbers["return"], "ledger": "fee", "amount_dong": 8000,
        }))["receipt_no"]
        for n, item in enumerate(items)
    ]  # fmt: skip

    numbers = await taken(
        town,
        lambda n: town.ask("postman", "POST", "/remittances", {"desk": DESK, "receipt_nos": [receipts[n]]}, door=n),
        "remittance_no",
    )

    must_follow(numbers)
    assert await town.value("SELECT count(*) FROM receipt WHERE remittance_id IS NULL") == 0


async def test_item_numbers_of_a_lent_range_are_given_once_and_the_next_range_is_begun(town: Town) -> None:
    for first, last in ((1, 20), (1001, 1100)):
        lend = town.houses[0].services.labelling.lend
        await lend("RV", first, last, "ha-tinh", actor=ADMIN, at=town.clock[0])

    async def take(n: int) -> str:
        async with town.houses[n % 3].database.writing() as tx:
            return await labels.take(tx, "ha-tinh")

    numbers = await together(*(take(n) for n in range(TAKERS)))

    wanted = [*range(1, 21), *range(1001, 1001 + TAKERS - 20)]
    assert sorted(numbers) == sorted(item_number.from_serial("RV", serial) for serial in wanted)


def _case(town: Town, n: int, number: str) -> dict[str, Any]:
    return {**COMPLAINT, "number": number, "case_id": f"don-{n}"}


def _damage(town: Town, n: int, number: str) -> dict[str, Any]:
    return {**DAMAGE, "number": number, "record_id": f"bb-{n}"}


def _wanting(town: Town, n: int, number: str) -> dict[str, Any]:
    return {"papers": [{"name": "Giấy khai sinh", "kind": "copy"}], "reason": "Còn thiếu", "heard_from_desk": True}


def _disclosed(town: Town, n: int, number: str) -> dict[str, Any]:
    return {"body": "Toà án", "document_no": f"{n}/CV", "document_on": "2026-11-20", "asked_by": "Lê Diễn Tập",
            "ground": "Yêu cầu của toà án"}  # fmt: skip


def _agreed(town: Town, n: int, number: str) -> dict[str, Any]:
    return {"desk": DESK, "covers": f"Loại {n}", "valid_from": "2026-11-23", "reason": "Thoả thuận"}


def _statement(town: Town, n: int, number: str) -> dict[str, Any]:
    text = f"Ngày;Nội dung;Ghi có\n23/11/2026;NOP PHI {n};{8000 + n}\n"
    return {"source": "bank", "account": "3500", "content": base64.b64encode(text.encode()).decode()}


_Body = Callable[[Town, int, str], dict[str, Any]]
_NUMBERED: list[tuple[str, str, str, _Body]] = [
    ("officer", "/cases", "case_no", _case),
    ("postman", "/cases/damage-records", "record_no", _damage),
    ("officer", "/dossiers/{key}/supplements", "supplement_no", _wanting),
    ("administrator", "/dossiers/{key}/disclosure-requests", "request_no", _disclosed),
    ("administrator", "/bulk-agreements", "agreement_no", _agreed),
    ("administrator", "/reconciliations/files", "file_no", _statement),
]


async def test_what_is_numbered_in_the_order_of_a_day_has_no_gap(town: Town, items: list[Copy]) -> None:
    for who, path, name, body in _NUMBERED:

        def ask(n: int, who: str = who, path: str = path, body: _Body = body) -> Awaitable[tuple[int, Any]]:
            told = body(town, n, items[n].numbers["return"])
            return town.ask(who, "POST", path.format(key=items[n].key), told, door=n)

        must_follow(await taken(town, ask, name))


async def test_fifty_apologies_drafted_at_once_have_fifty_numbers(town: Town) -> None:
    late = dossier("MC-X", dossier_no="H27.15-261123-0009", service_form="return", due_on="2026-12-10")
    await town.well("officer", "/dossiers", late)
    fresh = await copies(town.url, "MC-X", TAKERS)

    def ask(n: int) -> Awaitable[tuple[int, Any]]:
        return town.ask("officer", "POST", "/apologies", {"dossier": fresh[n].key}, door=n)

    must_follow(await taken(town, ask, "apology_no"))


async def test_fifty_lists_opened_at_once_have_fifty_numbers(town: Town) -> None:
    await town.well("officer", "/dossiers", dossier("MC-L", dossier_no="H27.15-261123-0008"))
    await town.well("officer", "/consignments", {"dossier": f"{DESK}/MC-L", "leg": "return"})
    fresh = await copies(town.url, "MC-L", TAKERS)

    def body(n: int) -> dict[str, Any]:
        return {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [fresh[n].numbers["return"]]}

    must_follow(await taken(town, lambda n: town.ask("officer", "POST", "/manifests", body(n), door=n), "manifest_no"))


async def test_one_item_is_put_on_one_of_fifty_lists(town: Town) -> None:
    """Fifty officers put the same item on a list of their own: one has it, the others are told which."""
    await town.well("officer", "/dossiers", dossier("MC-L", dossier_no="H27.15-261123-0008"))
    made = await town.well("officer", "/consignments", {"dossier": f"{DESK}/MC-L", "leg": "return"})
    body = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [made["consignment_no"]]}

    answers = await together(*(town.ask("officer", "POST", "/manifests", body, door=n) for n in range(TAKERS)))

    [first] = [said for status, said in answers if status == 201]
    assert Counter(status for status, _ in answers) == {201: 1, 409: TAKERS - 1}
    assert {said["link"] for status, said in answers if status == 409} == {f"/api/v1/manifests/{first['manifest_no']}"}
    assert await town.value("SELECT count(*) FROM manifest_line") == 1


async def test_fifty_phones_that_begin_their_shifts_at_once_are_fifty_devices(town: Town) -> None:
    async def begin(n: int) -> tuple[str, str]:
        begun = await town.houses[n % 3].services.devices.begin_shift(
            device_key=public_key(), device_name=f"Máy {n}", worker_key=public_key(), actor=POSTMAN, at=town.clock[0]
        )
        return begun.shift.device_no, begun.shift.shift_no

    begun = await together(*(begin(n) for n in range(TAKERS)))

    must_follow([device_no for device_no, _ in begun])
    must_follow([shift_no for _, shift_no in begun])


async def test_fifty_contradictions_found_at_once_are_numbered_once_each(town: Town, items: list[Copy]) -> None:
    """Each item is delivered by two devices at one moment; the look for conflicts goes on in every house."""

    def told(n: int, device: str) -> dict[str, Any]:
        now, number = town.now(), items[n].numbers["return"]
        withdrawn = [{"name": "Thẻ cũ", "outcome": "lost", "note": "Mất ngày 01/11, đã báo công an"}]
        return {"number": number, "proof": PROOF, "scan_id": f"{device}-{n}", "device": device, "device_at": now,
                "sent_at": now, "office": OFFICE, "withdrawn": withdrawn}  # fmt: skip

    await together(*(town.ask("postman", "POST", "/deliveries", told(n, "may-a"), door=n) for n in range(TAKERS)))
    town.pass_time(minutes=5)
    seconds = (town.ask("postman", "POST", "/deliveries", told(n, "may-b"), door=n) for n in range(TAKERS))
    looks = (house.services.conflicts.look_on(at=town.clock[0]) for house in town.houses)
    await together(*seconds, *looks)
    while await town.houses[0].services.conflicts.look_on(at=town.clock[0]):
        pass

    rows = await town.rows("SELECT conflict_no, kind FROM conflict")
    must_follow([row["conflict_no"] for row in rows])
    assert Counter(row["kind"] for row in rows) == {"delivered_twice": TAKERS}


async def test_fifty_counts_of_one_store_are_numbered_once_each(town: Town) -> None:
    async def count(n: int) -> str:
        told = Round(source_id=f"kk-{n}", found=(), expected=(), taken_at=town.clock[0])
        return (
            await town.houses[n % 3].services.stock_taking.take(told, actor=POSTMAN, at=town.clock[0])
        ).stock_take_no

    must_follow(await together(*(count(n) for n in range(TAKERS))))
