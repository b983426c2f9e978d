"""Intake: a dossier comes in, once however often it is sent, and a consignment is registered for it.

An equal dossier is the same dossier. With other data it replaces the old until the post is asked; afterwards the new
data wait for an officer as a change request, because somebody may be carrying the envelope already.

Next on the path: labelling, booking.
Source: Decision 45/2016/QĐ-TTg art. 1.2 (excluded procedures), art. 5 (the citizen's choice).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.dossier import LEGS_OF_FORM, Dossier, checked_dossier, digest
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.post_account import PostAccount
from postgw.domain.seen import Look, any_version
from postgw.rules.book import RuleBook
from postgw.storage import (
    consignments,
    dossier_checks,
    dossiers,
    labels,
    orders,
    outbox,
    prepayments,
    registering,
    supplements,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossier_notices import told_of
from postgw.storage.dossiers import ChangeRequest, KeptDossier
from postgw.storage.province import Unit

#: Who asked for a change that a citizen chose with a receipt.
_BY_RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a dossier that was handed in."""

    outcome: str  #: created, same, updated, change_requested
    dossier: KeptDossier
    change_request_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The act of taking dossiers in."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk
    account_named: Callable[[str], PostAccount | None]
    pick: Callable[[int], int] = secrets.randbelow

    async def take(
        self, dossier: Dossier, *, by_receipt: bool = False, seen: int | None = None,
        look: Look[KeptDossier | None] | None = None, actor: Actor, at: datetime,
    ) -> Taken:  # fmt: skip
        """Take a dossier in; its desk is told of a choice `by_receipt`. Raises Invalid at the first wrong part.

        With `seen`, the version that somebody had on the screen (0: none was kept yet), it raises Conflict when another
        hand has written meanwhile. With `look`, what stands is shown to it first, and nothing is made anew.
        """
        actor.must("intake")
        dossier = await self._checked(dossier, at)
        _must_belong(actor, dossier)
        if look is None:
            async with self.database.writing_once() as tx:
                kept = await dossiers.add(tx, dossier, rules_version=self._version(at), actor=actor.name, at=at)
            if kept:
                return Taken(outcome="created", dossier=kept)
        async with self.database.writing() as tx:
            kept = await dossiers.same_as(tx, dossier, lock=True)
            if look is not None:
                look(kept)
            if kept is None:
                raise Conflict("Hồ sơ này vừa được một máy khác ghi. Gửi lại để xem kết quả.", code="dossier.race")
            _must_belong(actor, kept.dossier)
            _must_be_as_seen(kept, dossier, seen)
            asker = replace(actor, name=_BY_RECEIPT) if by_receipt else actor
            taken = await self._repeated(tx, kept, dossier, actor=asker, at=at)
            if by_receipt and taken.outcome == "updated":
                await _tell_choice(tx, taken.dossier, at)
            return taken

    async def check(self, dossier: Dossier, *, actor: Actor, at: datetime) -> None:
        """Raise what would keep a dossier from being taken in; nothing is kept."""
        actor.must("intake")
        _must_belong(actor, await self._checked(dossier, at))

    async def _checked(self, dossier: Dossier, at: datetime) -> Dossier:
        return await dossier_checks.checked(self.database.reading, dossier, at=at)

    def _version(self, at: datetime) -> str:
        return self.book.scan_table(legal_day(at)).version

    async def _repeated(self, tx: Session, kept: KeptDossier, dossier: Dossier, *, actor: Actor, at: datetime) -> Taken:
        dossier = _with_known_keys(kept.dossier, dossier)
        if digest(dossier) == kept.digest:
            return Taken(outcome="same", dossier=kept)
        only_numbered = replace(kept.dossier, dossier_no=dossier.dossier_no) == dossier
        if only_numbered or not await _is_asked_for(tx, kept):
            return Taken(outcome="updated", dossier=await self._rewrite(tx, kept, dossier, at=at))
        number = await dossiers.ask_change(tx, kept, dossier, actor=actor.name, at=at)
        return Taken(outcome="change_requested", dossier=kept, change_request_no=number)

    async def _rewrite(self, tx: Session, kept: KeptDossier, dossier: Dossier, *, at: datetime) -> KeptDossier:
        carried = await consignments.of_dossier(tx, kept.dossier_id, lock=True)
        renewed = await dossiers.rewrite(tx, kept, dossier, at=at)
        for consignment in carried:
            if not consignment.custody.ended and consignment.custody.state in {"registered", "booked"}:
                await self._redirect(tx, consignment, dossier, at=at)
        return renewed

    async def _redirect(self, tx: Session, consignment: Consignment, dossier: Dossier, *, at: datetime) -> None:
        consignor, consignee = await self._parties(tx, dossier, consignment.leg, consignment.to_desk)
        account = self.account_named(consignment.account)
        collect = await self._collect(tx, consignment.dossier_id, dossier, consignment.leg, account)
        if await supplements.of_consignment(tx, consignment.consignment_no):
            collect = 0
        if (consignor, consignee, collect) == (consignment.consignor, consignment.consignee, consignment.collect_dong):
            return
        changed = replace(
            consignment, consignor=consignor, consignee=consignee, collect_dong=collect, version=consignment.version + 1
        )
        await consignments.change(tx, changed)
        await labels.void(tx, consignment.consignment_no, reason="address_changed", at=at)

    async def assign_number(
        self, key: str, dossier_no: str, *, seen: Look[KeptDossier] = any_version, actor: Actor, at: datetime
    ) -> KeptDossier:
        """Give a dossier that was sent in its number, once; the same number again is the same answer."""
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await _found(tx, key, actor, lock=True)
            seen(kept)
            if kept.dossier.dossier_no and kept.dossier.dossier_no != dossier_no.strip():
                raise Conflict(
                    "Hồ sơ này đã mang mã {number}; mã chỉ ghi một lần.", number=kept.dossier.dossier_no,
                    code="dossier_no.assigned", field="/dossier_no",
                )  # fmt: skip
            numbered = checked_dossier(replace(kept.dossier, dossier_no=dossier_no), at=at)
            if numbered == kept.dossier:
                return kept
            if await dossiers.find(tx, numbered.dossier_no):
                raise Conflict("Mã {number} đã thuộc hồ sơ khác.", number=numbered.dossier_no, code="dossier_no.taken")
            return await dossiers.rewrite(tx, kept, numbered, at=at)

    async def register(
        self,
        key: str,
        *,
        leg: str,
        to_desk: str = "",
        account: str = "",
        first: bool = False,
        actor: Actor,
        at: datetime,
    ) -> Consignment:
        """Register a consignment for one leg of a dossier, to travel with the account named or the desk's own.

        Raises Conflict, with a link to it, while the dossier has a live consignment on this leg, or, where only the
        `first` is wanted, when it had one ever.
        """
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await _found(tx, key, actor, lock=True)
            if first and (had := await consignments.of_leg(tx, kept.dossier_id, leg)):
                raise _already_live(kept, had)
            draft, travels = await self._drafted(tx, kept, leg, to_desk, account, at)
            made = await registering.register(
                tx, draft, account=travels, pick=self.pick, table_of=self.book.scan_table_of,
                actor=actor.name, at=at,
            )  # fmt: skip
            if isinstance(made, str):
                raise _already_live(kept, made)
        return made

    async def _drafted(
        self, tx: Session, kept: KeptDossier, leg: str, to_desk: str, account: str, at: datetime
    ) -> tuple[Consignment, PostAccount | None]:
        dossier = kept.dossier
        is_supplement = leg == "send" and await supplements.waiting_for(tx, kept.dossier_id) is not None
        if not is_supplement:
            _must_be_chosen(dossier, leg, to_desk)
        consignor, consignee = await self._parties(tx, dossier, leg, to_desk)
        desk = dossier.receiving_desk if leg in {"send", "transfer"} else dossier.returning_desk
        travels = self._account(desk, account)
        ends = {"send": dossier.receiving_desk, "withdrawal": dossier.returning_desk, "transfer": to_desk}
        draft = Consignment(
            consignment_no="",
            dossier_id=kept.dossier_id,
            dossier_no=dossier.dossier_no,
            leg=leg,
            desk=desk,
            to_desk=ends.get(leg, ""),
            consignor=consignor,
            consignee=consignee,
            collect_dong=0 if is_supplement else await self._collect(tx, kept.dossier_id, dossier, leg, travels),
            rules_version=self._version(at),
            custody=starting_custody(leg),
        )
        return draft, travels

    def _account(self, desk: str, name: str) -> PostAccount | None:
        if not name:
            return self.account_of(desk)
        account = self.account_named(name)
        if account is None or not account.serves(desk):
            raise Invalid(
                "Không có tài khoản bưu chính “{name}” phục vụ {desk}. Chọn tài khoản khác hoặc để trống.",
                name=name, desk=desk, code="account.unknown", field="/account",
            )  # fmt: skip
        return account

    async def _parties(self, session: Session, dossier: Dossier, leg: str, to_desk: str) -> tuple[Party, Party]:
        desks = await dossier_checks.desks(session, dossier)
        receiving, returning = _as_party(desks["/receiving_desk"]), _as_party(desks["/returning_desk"])
        citizen = dossier.return_to or dossier.applicant
        if leg == "send":
            return dossier.applicant, receiving
        if leg == "return":
            return returning, citizen
        if leg == "withdrawal":
            return citizen, returning
        return receiving, _as_party(await dossier_checks.desk(session, to_desk, "/to_desk"))

    async def _collect(
        self, tx: Session, dossier_id: int, dossier: Dossier, leg: str, account: PostAccount | None
    ) -> int:
        """Return the fee the carrier collects on this leg: with the dossier if one is sent in, else with the result."""
        pays_on = "return" if dossier.service_form == "return" else "send"
        carries_fee = account is not None and account.collects_fee
        if leg != pays_on or not carries_fee or await prepayments.find(tx, dossier_id):
            return 0
        return dossier.fee_dong

    async def change_requests(self, *, actor: Actor) -> tuple[ChangeRequest, ...]:
        """Return the changes that wait for an officer."""
        actor.must("intake")
        return await dossiers.change_requests(self.database.reading, desk=actor.unit)

    async def decide(self, change_request_no: str, *, accept: bool, actor: Actor, at: datetime) -> KeptDossier:
        """Take a change over, or turn it down; of a choice by receipt the desk is told.

        Raises Conflict when the post has the item already.
        """
        actor.must("intake")
        async with self.database.writing() as tx:
            change = await _waiting(tx, change_request_no)
            kept = await _found(tx, change.key, actor, lock=True)
            change = await _waiting(tx, change_request_no)  # another officer may have decided while we waited
            state = "accepted" if accept else "declined"
            await dossiers.decided(tx, change_request_no, state=state, actor=actor.name, at=at)
            if not accept:
                return kept
            for consignment in await consignments.of_dossier(tx, kept.dossier_id, lock=True):
                if not consignment.custody.ended:
                    consignment.must_not_have_left()
            renewed = await self._rewrite(tx, kept, change.dossier, at=at)
            if change.asked_by == _BY_RECEIPT:
                await _tell_choice(tx, renewed, at)
            return renewed


async def _tell_choice(tx: Session, kept: KeptDossier, at: datetime) -> None:
    """Owe the desk a word of what the citizen chose with a receipt; of each version of the dossier one."""
    told = await told_of(tx, kept, "dossier.post_chosen", {}, at, tail=f"v{kept.version}")
    await outbox.announce(tx, [told], at=at)


def _must_belong(actor: Actor, dossier: Dossier) -> None:
    if not actor.may_see(dossier.receiving_desk, dossier.returning_desk):
        raise Invalid(
            "Tài khoản của {unit} không gửi hồ sơ thay cho {desk}.", unit=actor.unit, desk=dossier.receiving_desk,
            code="desk.foreign", field="/receiving_desk",
        )  # fmt: skip


def _must_be_as_seen(kept: KeptDossier, dossier: Dossier, seen: int | None) -> None:
    """Raise Conflict when what was on the screen is not what is kept now; the very same data are no quarrel."""
    if seen in (None, kept.version) or digest(_with_known_keys(kept.dossier, dossier)) == kept.digest:
        return
    raise Conflict(
        "Hồ sơ {key} vừa được ghi ở máy khác. Xem chỗ khác nhau rồi ghi tiếp.", key=kept.dossier.key,
        code="dossier.changed_meanwhile", field="/dossier_no", link=f"/api/v1/dossiers/{kept.dossier.key}",
    )  # fmt: skip


def _must_be_chosen(dossier: Dossier, leg: str, to_desk: str) -> None:
    if leg not in {"send", "return", "transfer", "withdrawal"}:
        raise Invalid("Chiều gửi phải là send, return, transfer hoặc withdrawal.", code="leg", field="/leg")
    if leg in {"send", "return"} and leg not in LEGS_OF_FORM[dossier.service_form]:
        raise Invalid("Người nộp không chọn chiều này qua bưu chính.", code="leg.not_chosen", field="/leg")
    if leg == "send" and dossier.arrived_by:
        raise Invalid(
            "Hồ sơ đã đến bằng doanh nghiệp bưu chính khác nên không ra bưu gửi chiều gửi.", code="leg.other_carrier",
            field="/leg",
        )  # fmt: skip
    if leg != "send" and not dossier.dossier_no:
        raise Invalid("Hồ sơ chưa có mã nên chưa gửi chiều này được.", code="dossier_no.missing", field="/dossier")
    if leg == "transfer" and (not to_desk or to_desk == dossier.receiving_desk):
        raise Invalid("Ghi rõ nơi nhận của chuyến chuyển hồ sơ.", code="to_desk.missing", field="/to_desk")


def _already_live(kept: KeptDossier, number: str) -> Conflict:
    return Conflict(
        "Hồ sơ {key} đã có bưu gửi {number} trên chiều này.", key=kept.dossier.key, number=number,
        code="consignment.live", link=f"/api/v1/consignments/{number}",
    )  # fmt: skip


def _with_known_keys(known: Dossier, dossier: Dossier) -> Dossier:
    """Return the new data under both names the dossier goes by, a repeat may name only one of them; with the due date.

    A repeat of what was sent before the agency promised a day takes no promise back.
    """
    return replace(
        dossier, dossier_no=dossier.dossier_no or known.dossier_no, intake_ref=dossier.intake_ref or known.intake_ref,
        due_on=dossier.due_on or known.due_on,
    )  # fmt: skip


def _as_party(unit: Unit) -> Party:
    return Party(
        name=unit.name, phone=unit.phone, address=unit.address, commune=unit.commune, province=unit.province,
        commune_code=unit.commune_code,
    )  # fmt: skip


async def _found(session: Session, key: str, actor: Actor, *, lock: bool = False) -> KeptDossier:
    kept = await dossiers.find(session, key, lock=lock)
    if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
        raise Unknown("Chưa có hồ sơ mang mã {key}.", key=key, code="dossier.unknown", field="/dossier")
    return kept


async def _waiting(tx: Session, change_request_no: str) -> ChangeRequest:
    change = await dossiers.change_request(tx, change_request_no)
    if change is None or change.state != "open":
        raise Unknown("Không có đề nghị sửa {number} đang chờ.", number=change_request_no, code="change.unknown")
    return change


async def _is_asked_for(tx: Session, kept: KeptDossier) -> bool:
    """Say whether the post was asked to carry, or carries, something of this dossier; nobody asks it meanwhile."""
    for consignment in await consignments.of_dossier(tx, kept.dossier_id, lock=True):
        if consignment.custody.ended:
            continue
        order = await orders.find(tx, consignment.consignment_no)
        if consignment.custody.state != "registered" or (order and order.state != "refused"):
            return True
    return False
