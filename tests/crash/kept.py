"""What is in the database, laid beside what was acknowledged.

Used by: test_many_kills, test_graceful_end.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from postgw.storage.database import Database

from ..furnishing import OFFICE
from .load import FEE_DONG, Act, Load, scan_keys


async def must_be_kept_once(database: Database, load: Load) -> None:
    """See that exactly what was acknowledged is there: every act was asked for until it was, so nothing else is."""
    told: dict[str, list[Act]] = defaultdict(list)
    for act in load.acts:
        told[act.kind].append(act)
    session = database.reading

    async def column(sql: str) -> Counter[str]:
        return Counter(row["key"] for row in await session.rows(sql))

    dossiers = Counter(act.body["intake_ref"] for act in told["dossier"])
    assert await column("SELECT intake_ref AS key FROM dossier") == dossiers
    assert await column("SELECT consignment_no AS key FROM consignment") == Counter(load.numbers)
    verdicts = [verdict for act in told["scans"] for verdict in scan_keys(act).values()]
    assert set(verdicts) <= {"accepted", "known"}, Counter(verdicts)
    scanned = Counter(key for act in told["scans"] for key in scan_keys(act))
    scanned += Counter(f"device:{act.body['device']}#{act.body['scan_id']}" for act in told["delivery"])
    devices = "SELECT source || '#' || source_id AS key FROM scan WHERE source LIKE 'device:%'"
    assert await column(devices) == scanned
    proofs = Counter(act.body["scan_id"] for act in told["delivery"])
    assert await column("SELECT source_id AS key FROM proof") == proofs
    fees = Counter(f"collect:{OFFICE}:{act.body['fee_id']}" for act in told["fee"] if act.went_well)
    assert await column("SELECT act AS key FROM receipt") == fees
    assert await column("SELECT receipt_no AS key FROM receipt") == Counter(
        act.answer["receipt_no"] for act in told["fee"] if act.went_well
    )
    sent = Counter(
        f"{act.answer['remittance_no']} {act.answer['amount_dong']}" for act in told["remittance"] if act.went_well
    )
    sums = await column("SELECT remittance_no || ' ' || amount_dong AS key FROM remittance")
    assert set(sent) <= set(sums)  # one whose answer was lost is followed by the next one
    assert set(sums.values()) <= {1}
    cash = await column(
        "SELECT giver || ' ' || CAST(sum(amount_dong) AS bigint) AS key FROM ledger_entry WHERE giver = 'citizen'"
        " GROUP BY giver"
    )
    assert cash == (Counter([f"citizen {FEE_DONG * len(fees)}"]) if fees else Counter())
