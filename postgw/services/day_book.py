"""The day book: what a unit took, must hand on, handed on and had counted on one day, and whether that is even.

It only reads. Money is taken by `money`, handed on and counted by `remitting`; here a day is laid out so that somebody
can close it: two ledgers apart, who took what under which receipt, by when the fees must go on, what is under way.

Source: Decision 45/2016/QĐ-TTg art. 6.6, 7.5, 11 and 15.2; Circular 74/2022/TT-BTC (handed on within 24 hours).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from postgw.domain import ledger
from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Forbidden, Invalid, Unknown
from postgw.domain.legal_day import VIETNAM
from postgw.domain.page import Page
from postgw.domain.receipt import Receipt, Remittance
from postgw.domain.recognise import recognise
from postgw.domain.return_request import KeptRequest
from postgw.domain.till import Balance, Taker
from postgw.storage import (
    consignments,
    day_book,
    dossiers,
    ledger_entries,
    prepayments,
    reach,
    receipts,
    return_requests,
)
from postgw.storage.database import Database
from postgw.storage.receipts import Due

#: Remittances of a day, with those that still wait: a desk has a handful.
_REMITTANCES_MOST = 100
#: Receipts that are handed on together; whoever holds more does it in two goes.
HANDED_ON_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMoney:
    """One day of one unit."""

    on: date
    unit: str
    balance: Balance
    takers: tuple[Taker, ...]
    cancelled_dong: int  #: of fees
    remitted_dong: int
    postage_dong: int  #: taken on the day, less what was cancelled
    due: tuple[Due, ...]
    remittances: tuple[Remittance, ...]

    @property
    def fees_dong(self) -> int:
        """Return the fees taken on the day, with what was cancelled since."""
        return sum(each.amount_dong for each in self.takers if each.ledger == "fee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is still to be taken for an item, as far as it is known."""

    consignment: Consignment
    fee_dong: int  #: of the dossier; 0: nobody has said
    fee_taken_dong: int
    postage_taken_dong: int
    agreed: KeptRequest | None = None  #: a citizen's request that a desk confirmed, of the way home
    paid_elsewhere: str = ""  #: the proof of a fee that was paid elsewhere
    others: tuple[Consignment, ...] = ()  #: of the same dossier

    @property
    def fee_left_dong(self) -> int:
        """Return the fee that is still to be taken."""
        return 0 if self.paid_elsewhere else max(0, self.fee_dong - self.fee_taken_dong)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBook:
    """The acts of reading a day's money."""

    database: Database

    async def day(self, on: date, *, unit: str, actor: Actor) -> DayMoney:
        """Return one day of one unit. Raises Forbidden when it is another's."""
        _must_be_theirs(unit, actor)
        session, (since, before) = self.database.reading, _bounds(on)
        entries = await ledger_entries.sums(session, unit=unit, since=since, before=before)
        given = {(e.ledger, e.giver, e.taker): e.amount_dong for e in entries}
        remitted = given.get(("fee", "cash", "under_way"), 0)
        fees_out = sum(e.amount_dong for e in entries if (e.ledger, e.giver) == ("fee", "cash"))
        postage = sum(_sign(e) * e.amount_dong for e in entries if e.ledger == "postage" and _touches_cash(e))
        return DayMoney(
            on=on, unit=unit, balance=await self._balance(unit, before),
            takers=await day_book.takers(session, unit=unit, since=since, before=before),
            cancelled_dong=fees_out - remitted, remitted_dong=remitted, postage_dong=postage,
            due=await receipts.due(session, unit=unit),
            remittances=await day_book.remittances(
                session, unit=unit, since=since, before=before, limit=_REMITTANCES_MOST
            ),
        )  # fmt: skip

    async def _balance(self, unit: str, before: datetime) -> Balance:
        session = self.database.reading
        held = ledger.balances(await ledger_entries.sums(session, unit=unit, since=None, before=before))
        return Balance(
            cash_dong=held.get(("fee", "cash"), 0), under_way_dong=held.get(("fee", "under_way"), 0),
            difference_dong=held.get(("fee", "difference"), 0),
            held_dong=await day_book.held_dong(session, unit=unit, before=before),
            uncounted_dong=await day_book.uncounted_dong(session, unit=unit, before=before),
        )  # fmt: skip

    async def receipts(
        self, on: date, *, unit: str, ledger: str = "", cursor: str = "", limit: int = 50, actor: Actor
    ) -> Page[Receipt]:
        """Return the receipts that a unit wrote on a day, newest first."""
        _must_be_theirs(unit, actor)
        since, before = _bounds(on)
        after = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else 0
        rows = await day_book.taken(
            self.database.reading, unit=unit, since=since, before=before, ledger=ledger, after=after, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(receipt for _, receipt in rows[:limit]), next_cursor=more)

    async def waiting(self, *, unit: str, desk: str, actor: Actor) -> tuple[Receipt, ...]:
        """Return the receipts whose fees a unit must still hand on to a desk, the most urgent first."""
        if not actor.may_see(unit, desk):
            raise _foreign(actor)
        actor.must("money")
        return await day_book.waiting(self.database.reading, unit=unit, desk=desk, limit=HANDED_ON_MOST)

    async def receipt(self, number: str, *, actor: Actor) -> Receipt:
        """Return one receipt. Raises Unknown when the actor is shown none."""
        actor.must("money")
        found = await receipts.find(self.database.reading, number)
        if found is None or not actor.may_see(found.unit, found.desk):
            raise Unknown("Không có biên lai {number}.", number=number[:40], code="receipt.unknown")
        return found

    async def remittance(self, number: str, *, actor: Actor) -> tuple[Remittance, tuple[Receipt, ...]]:
        """Return one handing on with its receipts. Raises Unknown when the actor is shown none."""
        actor.must("money")
        found = await receipts.remittance(self.database.reading, number)
        if found is None or not actor.may_see(found.unit, found.desk):
            raise Unknown("Không có lần nộp phí {number}.", number=number[:40], code="remittance.unknown")
        told = await receipts.several(self.database.reading, found.receipt_nos)
        return found, told

    async def owed(self, number: str, *, actor: Actor) -> Owed:
        """Return what is to be taken for an item, or for a dossier's newest item.

        Raises Unknown when the actor is shown none, Invalid when a dossier has no item yet.
        """
        actor.must("money")
        session, read = self.database.reading, recognise(number)
        if read.kind == "dossier":
            kept = await dossiers.find(session, read.number)
            if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Unknown("Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=number[:100],
                              code="dossier.unknown", field="/number")  # fmt: skip
            carried = await consignments.of_dossier(session, kept.dossier_id)
            if not carried:
                raise Invalid("Hồ sơ này chưa có bưu gửi. Ghi bưu gửi rồi mới thu tiền.", code="fee.no_item",
                              field="/number")  # fmt: skip
            return await self._owed(carried[-1], carried)
        found = await reach.seen(session, read.number or number, actor, field="/number")
        return await self._owed(found, await consignments.of_dossier(session, found.dossier_id))

    async def _owed(self, found: Consignment, carried: tuple[Consignment, ...]) -> Owed:
        session = self.database.reading
        kept = await dossiers.by_id(session, found.dossier_id)
        paid = await prepayments.find(session, found.dossier_id)
        told = await receipts.of_consignment(session, found.consignment_no)
        asked = await return_requests.agreed(session, [found.dossier_id]) if found.leg == "return" else {}
        return Owed(
            consignment=found, fee_dong=kept.dossier.fee_dong,
            fee_taken_dong=await receipts.taken(session, ledger="fee", payer="citizen", dossier_id=found.dossier_id),
            postage_taken_dong=sum(each.amount_dong for each in told if each.ledger == "postage"),
            paid_elsewhere=paid.reference if paid else "", others=carried, agreed=asked.get(found.dossier_id),
        )  # fmt: skip


def _must_be_theirs(unit: str, actor: Actor) -> None:
    actor.must("money")
    if not actor.may_see(unit):
        raise _foreign(actor)


def _foreign(actor: Actor) -> Forbidden:
    return Forbidden("Tài khoản của {unit} không xem sổ của đơn vị khác.", unit=actor.unit, code="unit.foreign")


def _bounds(on: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(on, time(), VIETNAM).astimezone(UTC)
    return begins, begins + timedelta(days=1)


def _touches_cash(entry: ledger.Entry) -> bool:
    return "cash" in (entry.giver, entry.taker)


def _sign(entry: ledger.Entry) -> int:
    return 1 if entry.taker == "cash" else -1
