"""The way home of old papers that were collected at delivery: one consignment to the desk, made in that transaction.

The postal worker holds the papers already, so the consignment begins as collected. Where the dossier has a live
withdrawal, it carries these too.

Stands on: registering, paper_duties, scans. Used by: delivery.
Source: Circular 17/2017/TT-BTTTT art. 5.2.đ-g.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from postgw.domain.consignment import BEFORE_COLLECTION, Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.legal_day import legal_day
from postgw.domain.paper_duty import PaperDuty
from postgw.domain.ports import Notice
from postgw.domain.post_account import PostAccount
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook

from . import outbox, paper_duties, registering, scans
from .database import Session


async def beside(session: Session, name: str) -> tuple[str, ...]:
    """Return the live withdrawal of the dossier of an item, which is locked together with it: in one order."""
    rows = await session.rows(
        "SELECT w.consignment_no FROM consignment c JOIN consignment w ON w.dossier_id = c.dossier_id"
        " WHERE (c.consignment_no = $1 OR c.item_no = $1) AND w.leg = 'withdrawal' AND w.live",
        name,
    )
    return tuple(row["consignment_no"] for row in rows)


async def send_home(
    tx: Session, book: RuleBook, delivered: Consignment, duties: Sequence[PaperDuty], scan: Scan, *,
    account: PostAccount | None,
    pick: Callable[[int], int],
) -> str:  # fmt: skip
    """Send collected papers on their way and tell the desk of lost ones; return the withdrawal's number, if any.

    `scan` is the delivery at which it happened. The hands that delivered hold the papers, so `account` is theirs.
    """
    await _tell_lost(tx, delivered, [duty for duty in duties if duty.outcome == "lost"], at=scan.received_at)
    collected = [duty.duty_no for duty in duties if duty.outcome == "collected"]
    if not collected:
        return ""
    draft = Consignment(
        consignment_no="", dossier_id=delivered.dossier_id, dossier_no=delivered.dossier_no, leg="withdrawal",
        desk=delivered.desk, to_desk=delivered.desk, consignor=delivered.consignee, consignee=delivered.consignor,
        rules_version=book.scan_table(legal_day(scan.received_at)).version, custody=starting_custody("withdrawal"),
    )  # fmt: skip
    made = await registering.register(
        tx, draft, account=account, pick=pick, table_of=book.scan_table_of, actor=scan.actor, at=scan.received_at
    )
    number = made if isinstance(made, str) else made.consignment_no
    await paper_duties.carry(tx, collected, number)
    locked = (await scans.lock(tx, [number]))[number]
    if locked.custody.state in BEFORE_COLLECTION:
        await scans.keep(tx, [(locked, _collected(number, scan))], table_of=book.scan_table_of, at=scan.received_at)
    return number


def _collected(number: str, scan: Scan) -> Scan:
    return Scan(
        source="gateway", source_id=f"withdrawn:{number}", witness=Witness.SCANNED, code="collected",
        occurred_at=scan.occurred_at, received_at=scan.received_at, device_at=scan.device_at, office=scan.office,
        actor=scan.actor,
    )  # fmt: skip


async def _tell_lost(tx: Session, delivered: Consignment, lost: Sequence[PaperDuty], *, at: datetime) -> None:
    """Tell the desk which papers could not be collected; what the citizen stated stands in the duty."""
    await outbox.announce(tx, [
        Notice(
            notice_id=f"{delivered.consignment_no}.papers.lost.{duty.duty_no}", kind="papers.lost", at=at,
            desk=delivered.desk, consignment_no=delivered.consignment_no, dossier_no=delivered.dossier_no,
            item_no=delivered.item_no, leg=delivered.leg, state=delivered.custody.state,
            data={"duty_no": duty.duty_no, "paper": duty.name},
        )
        for duty in lost
    ], at=at)  # fmt: skip
