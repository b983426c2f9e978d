"""Reconciling: files of the post and the bank are taken in, both sides are laid side by side, and a hand settles rest.

Nothing of ours is changed by what they say: a remittance is confirmed by whoever is appointed to count it, and a line
of the bank only stands in the third column. What does not balance stays in sight until an officer writes down why.

Source: Decision 45/2016/QĐ-TTg art. 7.5, 11 and 15.2; Decree 120/2016/NĐ-CP art. 3; Circular 74/2022/TT-BTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.prepayment import WAYS, Prepayment
from postgw.domain.reconciliation import (
    CLAIM_BUCKETS,
    LINE_BUCKETS,
    SOURCES,
    Claim,
    PlacedClaim,
    PlacedLine,
    Reconciled,
    Statement,
    Totals,
    WrongRows,
    reconcile,
    totals,
)
from postgw.domain.sheet_ports import Statements
from postgw.storage import consignments, dossiers, prepayments, reconciliations
from postgw.storage.database import Database
from postgw.storage.reconciliations import KeptFile, KeptLine, Settlement

#: The longest period at once; whoever wants a year asks four times.
_DAYS_MOST = 92
_LEDGERS: Mapping[str, tuple[str, ...]] = {
    "nothing": (), "fee": ("fee",), "none": ("fee",), "postage": ("postage",), "both": ("fee", "postage"),
}  # fmt: skip
HEADINGS = (
    "Bên", "Nhóm", "Số", "Ngày", "Đơn vị", "Bộ phận", "Phải thu", "Đã thu", "Đã nhận", "Số ngày", "Biên lai, nội dung",
    "Đã xử lý",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file after it was taken in; `known` when the very same was there before."""

    file: KeptFile
    known: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file before it is taken in, and the one that was taken before if it is the very same."""

    statement: Statement
    known: KeptFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A line or a claim in its bucket, with what is kept of it and what an officer said."""

    subject: str
    placed: PlacedClaim | PlacedLine
    kept: KeptLine | None = None
    settlement: Settlement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A period of a unit: both sides in full, and the sums."""

    source: str
    unit: str
    since: date
    until: date
    totals: Totals
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciling:
    """The act of laying what we collected beside what others say they received."""

    database: Database
    sheets: Statements
    carries_of: Callable[[str, str], str]  #: an account (none: that of the desk named) → what its COD carries

    async def take(self, content: bytes, *, source: str, account: str, actor: Actor, at: datetime) -> Taken:
        """Take a file in, whole or not at all; the same file again changes nothing, and a line is kept once.

        Raises WrongRows with every row that cannot be read.
        """
        actor.must("money")
        account = checked_text(account, what="tên tài khoản", field="/account", most=40)
        digest = hashlib.sha256(content).hexdigest()
        if known := await reconciliations.file_of(
            self.database.reading, source=_checked_source(source), account=account, digest=digest
        ):
            return Taken(file=known, known=True)
        statement = await self.sheets.read_statement(content, source=source)
        if statement.wrong:
            raise WrongRows(statement.wrong)
        file = KeptFile(
            file_no="", source=source, account=account, unit=actor.unit, digest=digest,
            lines_count=len(statement.rows), new_count=0,
            amount_dong=sum(row.amount_dong for row in statement.rows), taken_at=at, taken_by=actor.name,
        )  # fmt: skip
        async with self.database.writing() as tx:
            await tx.queue_for("statements")
            if known := await reconciliations.file_of(tx, source=source, account=account, digest=digest):
                return Taken(file=known, known=True)
            kept = await reconciliations.keep_file(tx, file, statement.rows)
        return Taken(file=kept, known=False, notes=statement.notes)

    async def look(self, content: bytes, *, source: str, account: str, actor: Actor) -> Looked:
        """Return what a file would bring, and whether the very same was taken before; nothing is kept."""
        actor.must("money")
        account = checked_text(account, what="tên tài khoản", field="/account", most=40)
        known = await reconciliations.file_of(
            self.database.reading, source=_checked_source(source), account=account,
            digest=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        return Looked(statement=await self.sheets.read_statement(content, source=source), known=known)

    async def files(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[KeptFile]:
        """Return the files that were taken in, newest first."""
        actor.must("money")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await reconciliations.files(self.database.reading, unit=actor.unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(file for _, file in rows[:limit]), next_cursor=more)

    async def balance(
        self, source: str, *, since: date, until: date, unit: str = "", actor: Actor, at: datetime
    ) -> Balance:
        """Return a period, both sides in full: each line and each claim in exactly one bucket, with the sums."""
        actor.must("money")
        unit = unit or actor.unit
        if not actor.may_see(unit):
            raise Forbidden("Tài khoản của {unit} không xem đối soát của đơn vị khác.", unit=actor.unit,
                            code="unit.foreign")  # fmt: skip
        _must_be_a_period(since, until)
        claims, lines = await self._gathered(_checked_source(source), since, until)
        whole = reconcile(claims.values(), (kept.line for kept in lines.values()))
        mine = _of(whole, since, until, unit, lines)
        return Balance(
            source=source, unit=unit, since=since, until=until, totals=totals(mine, today=legal_day(at)),
            sides=await self._sides(mine, lines),
        )  # fmt: skip

    async def _gathered(self, source: str, since: date, until: date) -> tuple[dict[str, Claim], dict[str, KeptLine]]:
        """Return the claims and lines of some days, and whatever is tied to them by a name."""
        session = self.database.reading
        found = await reconciliations.claims_between(session, source, since=since, until=until, carries=self._carries)
        claims = {claim.key: claim for claim in found}
        told = await reconciliations.lines_between(session, source, since=since, until=until)
        lines = {kept.line.line_no: kept for kept in told}
        asked_lines: set[str] = set()
        asked_claims: set[str] = set()
        while True:
            ours = {name for claim in claims.values() for name in claim.names} - asked_lines
            theirs = {name for kept in lines.values() for name in kept.line.names} - asked_claims
            if not ours and not theirs:
                return claims, lines
            more = await reconciliations.lines_named(session, source, ours)
            lines |= {kept.line.line_no: kept for kept in more}
            named = await reconciliations.claims_named(session, source, theirs, carries=self._carries)
            claims |= {claim.key: claim for claim in named}
            asked_lines |= ours
            asked_claims |= theirs

    def _carries(self, account: str, desk: str) -> tuple[str, ...]:
        return _LEDGERS[self.carries_of(account, desk)]

    async def _sides(self, mine: Reconciled, lines: Mapping[str, KeptLine]) -> tuple[Side, ...]:
        placed: list[tuple[str, PlacedClaim | PlacedLine]] = [(f"claim:{each.claim.key}", each) for each in mine.claims]
        placed += [(f"line:{each.line.line_no}", each) for each in mine.lines]
        said = await reconciliations.settlements(self.database.reading, [subject for subject, _ in placed])
        return tuple(
            Side(
                subject=subject, placed=each, settlement=said.get(subject),
                kept=lines[each.line.line_no] if isinstance(each, PlacedLine) else None,
            )
            for subject, each in placed
        )  # fmt: skip

    async def settle(self, subject: str, *, reason: str, actor: Actor, at: datetime) -> Settlement:
        """Settle a line or a claim by hand, with the reason; the same again changes nothing."""
        actor.must("lead")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        await self._must_be_theirs_to_settle(subject, actor)
        async with self.database.writing() as tx:
            await tx.queue_for(f"settle:{subject}")
            if known := (await reconciliations.settlements(tx, [subject])).get(subject):
                return _same_settlement(known, reason)
            await reconciliations.settle(tx, subject, kind="settled", reason=reason, actor=actor.name, at=at)
            return (await reconciliations.settlements(tx, [subject]))[subject]

    async def unsettle(self, subject: str, *, reason: str, actor: Actor, at: datetime) -> None:
        """Take a settlement back; both stay written. Raises Conflict unless another hand than the first does it."""
        actor.must("lead")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        await self._must_be_theirs_to_settle(subject, actor)
        async with self.database.writing() as tx:
            await tx.queue_for(f"settle:{subject}")
            known = (await reconciliations.settlements(tx, [subject])).get(subject)
            if known is None:
                return
            if known.settled_by == actor.name:
                raise Conflict("Người đã xử lý không tự bỏ xử lý của mình. Nhờ cán bộ khác.", code="settlement.own")
            await reconciliations.settle(tx, subject, kind="undone", reason=reason, actor=actor.name, at=at)

    async def _must_be_theirs_to_settle(self, subject: str, actor: Actor) -> None:
        """Raise Unknown unless this is a line or a claim that the actor is shown."""
        kind, _, number = subject.partition(":")
        units = await self._units_of(kind, number)
        if units is None or not actor.may_see(*units):
            raise Unknown("Không có dòng đối soát {subject}.", subject=subject[:60], code="reconciliation.unknown")

    async def _units_of(self, kind: str, number: str) -> set[str] | None:
        """Return the units to which a line or a claim belongs; nothing when there is none."""
        session = self.database.reading
        if kind == "line":
            kept = await reconciliations.line(session, number)
            return None if kept is None else {kept.unit} | await self._units_named(kept.line.names)
        if kind != "claim" or not number:
            return None
        names = {number.replace("-", "")}
        return await self._units_named(names) or None

    async def _units_named(self, names: Collection[str]) -> set[str]:
        found = [
            claim for source in SOURCES
            for claim in await reconciliations.claims_named(
                self.database.reading, source, names, carries=self._carries
            )
            if claim.names & set(names)
        ]  # fmt: skip
        return {unit for claim in found for unit in (claim.unit, claim.desk) if unit}

    async def csv(self, balance: Balance, *, at: datetime) -> bytes:
        """Return a period as a table for a spreadsheet, nothing of it a formula."""
        return await self.sheets.csv([HEADINGS, *self.table(balance, with_text=True, at=at)])

    def table(self, balance: Balance, *, with_text: bool, at: datetime) -> list[Sequence[str]]:
        """Return a period row by row; a bank's own text, which may name a person, only where it is asked for."""
        rows = [(side, _row(side, legal_day(at))) for side in balance.sides]
        return [row if with_text or side.kept is None else (*row[:10], "", row[11]) for side, row in rows]

    async def prepay(self, key: str, payment: Prepayment, *, actor: Actor, at: datetime) -> Prepayment:
        """Record that the fee of a dossier was paid elsewhere, with its proof; the same again changes nothing.

        Raises Conflict when other proof is recorded, or the post was already asked to collect the fee.
        """
        actor.must("money")
        payment = _checked_prepayment(payment)
        async with self.database.writing() as tx:
            kept = await dossiers.find(tx, key, lock=True)
            if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Unknown("Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100],
                              code="dossier.unknown")  # fmt: skip
            await tx.queue_for(f"money:{kept.dossier_id}")
            if known := await prepayments.find(tx, kept.dossier_id):
                return _same_prepayment(known, payment)
            for carried in await consignments.of_dossier(tx, kept.dossier_id, lock=True):
                if carried.collect_dong and not carried.custody.ended:
                    await prepayments.stop_collecting(tx, carried, at=at)
            return await prepayments.add(tx, kept.dossier_id, payment, actor=actor.name, at=at)

    async def prepaid(self, key: str, *, actor: Actor) -> Prepayment | None:
        """Return how the fee of a dossier was paid elsewhere, if it was."""
        actor.must("money")
        kept = await dossiers.find(self.database.reading, key)
        if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            raise Unknown("Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100],
                          code="dossier.unknown")  # fmt: skip
        return await prepayments.find(self.database.reading, kept.dossier_id)


def _checked_source(source: str) -> str:
    if source not in SOURCES:
        raise Invalid("Nguồn phải là post hoặc bank.", code="statement.source", field="/source")
    return source


def _must_be_a_period(since: date, until: date) -> None:
    if not timedelta() <= until - since < timedelta(days=_DAYS_MOST):
        raise Invalid(
            "Kỳ đối soát từ 1 đến {most} ngày, ngày cuối không trước ngày đầu.", most=_DAYS_MOST,
            code="reconciliation.period", field="/until",
        )  # fmt: skip


def _of(whole: Reconciled, since: date, until: date, unit: str, lines: Mapping[str, KeptLine]) -> Reconciled:
    """Return what of both sides falls into a period and is a unit's; what lines tie together stays together."""
    groups = {
        each.group for each in whole.claims
        if since <= each.period_on <= until and (not unit or unit in {each.claim.unit, each.claim.desk})
    }  # fmt: skip
    claims = tuple(each for each in whole.claims if each.group in groups)
    keys = {each.claim.key for each in claims if each.bucket in {"matched", "differs"}}
    units = {each.claim.key: {each.claim.unit, each.claim.desk} for each in whole.claims}

    def is_mine(placed: PlacedLine) -> bool:
        if placed.bucket in {"matched", "differs", "duplicate"}:
            return bool(keys.intersection(placed.claims))
        of_line = {lines[placed.line.line_no].unit}.union(*(units.get(key, set()) for key in placed.claims))
        own = not unit or unit in of_line
        return own and since <= placed.line.on <= until

    return Reconciled(claims=claims, lines=tuple(placed for placed in whole.lines if is_mine(placed)))


def _row(side: Side, today: date) -> Sequence[str]:
    placed, settled = side.placed, side.settlement.reason if side.settlement else ""
    if isinstance(placed, PlacedClaim):
        claim = placed.claim
        return (
            "Của ta", CLAIM_BUCKETS[placed.bucket], claim.key, f"{claim.on:%d/%m/%Y}", claim.unit, claim.desk,
            str(claim.due_dong), str(claim.collected_dong), str(placed.received_dong), str((today - claim.on).days),
            " ".join(claim.receipt_nos), settled,
        )  # fmt: skip
    assert side.kept is not None
    line, kept = placed.line, side.kept
    return (
        "Bên kia", LINE_BUCKETS[placed.bucket], kept.number or kept.reference, f"{line.on:%d/%m/%Y}", kept.unit,
        kept.account, "", "", str(line.amount_dong), str((today - line.on).days), kept.text, settled,
    )  # fmt: skip


def _same_settlement(known: Settlement, reason: str) -> Settlement:
    if known.reason != reason:
        raise Conflict("Dòng này đã được xử lý với lý do khác. Bỏ xử lý cũ trước.", code="settlement.known")
    return known


def _checked_prepayment(payment: Prepayment) -> Prepayment:
    if payment.way not in WAYS:
        raise Invalid("Cách nộp phải là agency, bank, portal hoặc other.", code="prepayment.way", field="/way")
    reference = checked_text(payment.reference, what="số chứng từ nộp tiền", field="/reference", most=100)
    return Prepayment(way=payment.way, reference=reference, amount_dong=payment.amount_dong)


def _same_prepayment(known: Prepayment, payment: Prepayment) -> Prepayment:
    if (known.way, known.reference, known.amount_dong) != (payment.way, payment.reference, payment.amount_dong):
        raise Conflict("Hồ sơ này đã ghi chứng từ nộp phí khác.", code="prepayment.known", field="/reference")
    return known
