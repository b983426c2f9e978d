"""Batches: the list of what stands ready to be booked, and a pile that is booked in one go.

The list is priced and says of every row that cannot be booked why not. A pile is kept under the key of its form before
anything is done, so that whoever presses twice, or presses again after a crash, goes on with the same pile: each row is
booked by its own act, and what could not be booked stays with its reason while the rest is done.

Stands on: tariff and zones as `pricing` sets them. Used by: web.
Source: Decision 45/2016/QĐ-TTg art. 8.4, 9.1, 12.3; Circular 22/2017/TT-BTTTT (ceilings).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.bookable import Batch, BatchLine, Bookable, Obstacle
from postgw.domain.errors import Invalid, TooMuch, Unknown
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.domain.post_account import PostAccount
from postgw.domain.price_list import PriceList
from postgw.domain.procedure import Procedure
from postgw.domain.tariff import Carriage, Tariff
from postgw.domain.tariff_zone import zone_across, zone_within
from postgw.domain.time_limit import Zone
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import batches, bookable, calendar, people, prices, province, records
from postgw.storage.bookable import Waiting
from postgw.storage.database import Database

LEGS = ("return", "send")
#: As many rows as one list shows and one pile books. Design choice: the most that a desk hands over at one coming.
ROWS_MOST = 200
#: So long back a result is looked for whose consignment was called off.
_LOOKED_BACK = timedelta(days=90)
#: A pile on which nobody has worked for so long was left by whoever began it.
_LEFT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a page of rows is priced and judged by, read once for all of them."""

    tariff: Tariff
    prices: PriceList | None
    zones: Mapping[str, tuple[tuple[date, Zone], ...]]
    regions: Mapping[str, int]
    reductions: Mapping[int, str]
    handed_in: Mapping[int, frozenset[str]]
    procedures: Mapping[str, Procedure]
    desks: Mapping[str, str]  #: communes of the desks
    placed: Mapping[str, frozenset[str]]  #: by scheme: communes that the post's table knows
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """The acts around a pile that is booked in one go."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]
    account_named: Callable[[str], PostAccount | None]
    places_of: Mapping[str, str]  #: by account, whose codes of communes its orders bear

    async def waiting(self, leg: str, *, actor: Actor, at: datetime, key: str = "") -> tuple[Bookable, ...]:
        """Return what stands ready to be booked on a leg, late first; at most ROWS_MOST and one more."""
        actor.must("booking")
        if leg not in LEGS:
            raise Invalid("Chọn chiều gửi: return hoặc send.", code="leg", field="leg")
        session, limit = self.database.reading, ROWS_MOST + 1
        found = await bookable.registered(session, leg=leg, desk=actor.unit, limit=limit)
        if leg == "return":
            found += await bookable.called_off(session, desk=actor.unit, since=at - _LOOKED_BACK, limit=limit)
        else:
            found += await bookable.to_fetch(session, desk=actor.unit, limit=limit)
        found = [each for each in found if not key or each.dossier.key == key]
        facts = await self._facts(found, leg, at)
        rows = [self._row(each, leg, facts) for each in found]
        return tuple(sorted(rows, key=_by_due_day)[:limit])

    async def _facts(self, found: Sequence[Waiting], leg: str, at: datetime) -> _Facts:
        session, on = self.database.reading, legal_day(at)
        ids = [each.dossier_id for each in found]
        desks = {unit.code: unit.commune_code for unit in await province.units(session, kind="desk")}
        communes = sorted({_citizen(each, leg).commune_code for each in found} | set(desks.values()))
        own = await prices.list_on(session, on)
        codes = sorted({each.dossier.procedure_code for each in found})
        texts = await bookable.procedure_texts(session, codes, on=on)
        return _Facts(
            tariff=self.book.tariff_on(on), prices=own.prices if own else None,
            zones=await calendar.zones(session, communes), regions=await prices.regions_on(session, on),
            reductions=await bookable.reductions(session, ids), handed_in=await bookable.handed_in(session, ids),
            procedures={code: records.procedure(text) for code, text in texts.items()}, desks=desks, on=on,
            placed={
                scheme: await bookable.placed(session, communes, scheme=scheme, on=on)
                for scheme in sorted(set(self.places_of.values()) - {""})
            },
        )  # fmt: skip

    def _row(self, one: Waiting, leg: str, facts: _Facts) -> Bookable:
        dossier, made, citizen = one.dossier, one.consignment, _citizen(one, leg)
        procedure = facts.procedures.get(dossier.procedure_code)
        desk = made.desk if made else dossier.returning_desk if leg == "return" else dossier.receiving_desk
        account = (self.account_named(made.account) if made else None) or self.account_of(desk)
        gone_in = facts.handed_in.get(one.dossier_id, frozenset())
        row = Bookable(
            key=dossier.key, dossier_no=dossier.dossier_no, consignment_no=made.consignment_no if made else "",
            leg=leg, desk=desk, procedure=procedure.name if procedure else dossier.procedure_code, due_on=one.due_on,
            ready_at=one.ready_at, citizen=citizen, refused=one.refused,
            withdraw=tuple(
                paper.name
                for paper in dossier.papers
                if leg == "return" and paper.must_withdraw and fold(paper.name) not in gone_in
            ),
            originals=sum(each.quantity for each in dossier.papers if leg == "return" and each.must_return),
            collect_dong=made.collect_dong if made else 0, public_service=account.public_post if account else True,
            obstacle=self._obstacle(one, leg, citizen, procedure, account, facts),
        )  # fmt: skip
        return _priced(row, facts, one.dossier_id)

    def _obstacle(
        self, one: Waiting, leg: str, citizen: Party, procedure: Procedure | None, account: PostAccount | None,
        facts: _Facts,
    ) -> Obstacle | None:  # fmt: skip
        if one.changes:
            return Obstacle(kind="change", sentence="Có đề nghị sửa hồ sơ chưa duyệt.")
        if procedure and leg not in procedure.forms:
            return Obstacle(kind="excluded", sentence="Thủ tục không nhận, trả qua bưu chính (QĐ45 Đ.1).")
        if leg == "return" and not one.dossier.dossier_no:
            return Obstacle(kind="number", sentence="Hồ sơ chưa có mã nên chưa gửi được.")
        if account is None:
            return Obstacle(kind="account", sentence="Chưa có tài khoản bưu điện nào phục vụ bộ phận này.")
        if not citizen.commune_code:
            return Obstacle(kind="commune", sentence="Chưa rõ xã nên chưa tính được cước.")
        scheme = self.places_of.get(account.name, "")
        if scheme and citizen.commune_code not in facts.placed[scheme]:
            return Obstacle(kind="place", sentence="Bảng mã bưu điện chưa có xã này.")
        return None

    async def begin(
        self, batch_key: str, keys: Sequence[str], *, leg: str, counter_no: str, prints: Sequence[str], actor: Actor,
        at: datetime,
    ) -> tuple[Batch, bool]:  # fmt: skip
        """Keep a pile under the key of its form; return it, and whether its rows are now this caller's to book.

        Raises Invalid when nothing was chosen.
        """
        actor.must("booking")
        if not keys:
            raise Invalid("Chọn ít nhất một dòng để ghi.", code="batch.none", field="/pick")
        if len(keys) > ROWS_MOST:
            raise TooMuch("Mỗi lần ghi nhiều nhất {most} bưu gửi.", most=ROWS_MOST, code="batch.many")
        if not 8 <= len(batch_key) <= 40 or leg not in LEGS:
            raise Invalid("Mở lại trang Ghi và in rồi chọn lại.", code="batch.key", field="/key")
        draft = Batch(
            batch_no="", batch_key=batch_key, desk=actor.unit, leg=leg, counter_no=counter_no, prints=tuple(prints),
            tried_at=at, made_at=at, made_by=actor.name,
        )  # fmt: skip
        async with self.database.writing() as tx:
            ours = await batches.begin(tx, draft, keys, actor=actor.name, at=at) or await batches.try_again(
                tx, batch_key, before=at - _LEFT_AFTER, at=at
            )
            kept = await batches.find(tx, batch_key)
        assert kept is not None
        return _shown(kept, actor, batch_key), ours

    async def live(self, batch: Batch) -> Mapping[str, str]:
        """Return, by dossier, the live consignments of a pile's rows that are still to be booked."""
        keys = [line.dossier_key for line in batch.lines if not line.outcome]
        return await bookable.live(self.database.reading, keys, batch.leg) if keys else {}

    async def note(self, batch: Batch, line: BatchLine) -> None:
        """Keep what became of one row."""
        async with self.database.writing() as tx:
            await batches.note(tx, batch.batch_key, line)

    async def finish(self, batch: Batch, *, manifest_no: str, obstacle: str, job_no: str, at: datetime) -> None:
        """Keep which manifest and which print job a pile came to."""
        async with self.database.writing() as tx:
            await batches.finish(tx, batch.batch_key, manifest_no=manifest_no, obstacle=obstacle, job_no=job_no, at=at)

    async def batch(self, batch_no: str, *, actor: Actor) -> Batch:
        """Return a pile with what the post has said since."""
        actor.must("booking")
        found = await batches.get(self.database.reading, batch_no)
        return _shown(found, actor, batch_no)

    async def latest(self, *, actor: Actor, limit: int = 5) -> tuple[Batch, ...]:
        """Return the newest piles of a desk."""
        actor.must("booking")
        return await batches.latest(self.database.reading, desk=actor.unit, limit=limit)

    async def who(self, login: str) -> str:
        """Return the name of an official by the account, else the account itself."""
        account = await people.find_by_login(self.database.reading, login)
        return account.name if account else login


def _shown(batch: Batch | None, actor: Actor, name: str) -> Batch:
    if batch is None or (actor.unit and batch.desk != actor.unit):
        raise Unknown("Không có lượt ghi {number}.", number=name[:40], code="batch.unknown")
    return batch


def _citizen(one: Waiting, leg: str) -> Party:
    """Return the receiver of a result, the sender of a dossier."""
    if one.consignment:
        return one.consignment.consignee if leg == "return" else one.consignment.consignor
    return (one.dossier.return_to or one.dossier.applicant) if leg == "return" else one.dossier.applicant


def _by_due_day(row: Bookable) -> tuple[bool, bool, date, str]:
    return row.obstacle is not None, row.due_on is None, row.due_on or date.max, row.key


def _priced(row: Bookable, facts: _Facts, dossier_id: int) -> Bookable:
    """Return a row with what its carriage costs, where the tables tell in which zone it lies."""
    zone = _zone(facts.desks.get(row.desk, ""), row.citizen.commune_code, facts)
    if not zone or not row.public_service:
        return row
    way = Carriage(service=row.leg, zone=zone, grams=facts.tariff.bands[0])
    price = facts.prices.total((way,), facts.tariff) if facts.prices else None
    code = facts.reductions.get(dossier_id, "")
    known = facts.tariff.reductions.get(code)
    postage = facts.tariff.postage((way,), price=price, reduction=code if known else "")
    return replace(row, zone=zone, grams=way.grams, postage=postage, reduction=known.title if known else "")


def _zone(one: str, other: str, facts: _Facts) -> str:
    """Return the tariff's zone between two communes; empty where a table does not tell."""
    try:
        near, far = places.commune(one), places.commune(other)
        if near.province_code != far.province_code:
            return zone_across(near.province_code, far.province_code, facts.regions, names={})
    except (Unknown, Invalid):  # no table tells: the row then shows no price
        return ""
    zones = [
        next((zone for begun, zone in facts.zones.get(code, ()) if begun <= facts.on), None) for code in (one, other)
    ]
    return zone_within(zones[0], zones[1]) if zones[0] and zones[1] else ""
