"""Return decisions: the desk confirms or refuses what a citizen asked by the page, and only then anything is booked.

A confirmed registering passes the checks of an officer's intake and is the dossier's next version; where the result is
ready the way home is registered at once, so that the list to be booked shows it. Another address of what is on its way
is the same act as an officer's, with its cost and who is at fault.

Stands on: return_requests. Next on the path: batches.
Source: Decision 45/2016/QĐ-TTg art. 1.2, 5, 12.3, 12.4; Law on Post 2010 art. 16.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.consignment import Consignment
from postgw.domain.dossier import LEGS_OF_FORM, digest
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.filing import FormChoice
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.post_account import PostAccount
from postgw.domain.redirection import must_be_payable
from postgw.domain.return_request import REASON_MOST, Agreed, KeptRequest, brought_home, must_be_open
from postgw.domain.tariff import Carriage
from postgw.domain.wording import ADDRESS_CHANGED, REQUEST_REFUSED, REQUEST_TAKEN
from postgw.rules.book import RuleBook
from postgw.storage import (
    changes,
    citizen_errands,
    consignments,
    dossier_checks,
    dossiers,
    filings,
    homeward,
    new_addresses,
    outbox,
    province,
    results,
    return_facts,
    return_requests,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossier_notices import told_of
from postgw.storage.dossiers import KeptDossier
from postgw.storage.province import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, with what an officer decides by."""

    request: KeptRequest
    kept: KeptDossier
    carried: Consignment | None  #: the newest that was made to bring the result home
    desk: Unit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDecisions:
    """The acts of a desk on what citizens asked."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk: with whom a result travels
    first_channel: str  #: which channel of messages is tried first; empty: none is there
    pick: Callable[[int], int] = secrets.randbelow

    async def listed(self, *, decided: bool, actor: Actor, cursor: str = "", limit: int = 50) -> Page[KeptRequest]:
        """Return what waits for a desk, the oldest first, or what it decided, the newest first."""
        actor.must("intake")
        after = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else 0
        rows = await return_requests.listed(
            self.database.reading, desk=actor.unit, decided=decided, after=after, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(kept for _, kept in rows[:limit]), next_cursor=more)

    async def waiting(self, *, actor: Actor) -> int:
        """Return how many requests wait for the desk."""
        actor.must("intake")
        return await return_requests.waiting(self.database.reading, desk=actor.unit)

    async def asked(self, request_no: str, *, actor: Actor) -> Asked:
        """Return one request. Raises Unknown when there is none that the actor is shown."""
        actor.must("intake")
        session = self.database.reading
        found = await _mine(session, request_no, actor)
        kept = await dossiers.by_id(session, found.dossier_id)
        home = [one for one in await consignments.of_dossier(session, kept.dossier_id) if one.leg == "return"]
        return Asked(
            request=found, kept=kept, carried=home[-1] if home else None,
            desk=await province.unit(session, found.desk),
        )  # fmt: skip

    async def picture(self, request_no: str, *, actor: Actor) -> bytes:
        """Return the picture of a paper. Raises Unknown where none came along, or it was erased."""
        actor.must("intake")
        found = await _mine(self.database.reading, request_no, actor)
        picture = await return_requests.picture(self.database.reading, found.request_no)
        if not picture:
            raise Unknown("Đề nghị {number} không có ảnh.", number=found.request_no, code="return_request.no_picture")
        return picture

    async def confirm(
        self,
        request_no: str,
        *,
        reduction: str | None = None,
        fault: str = "citizen",
        cost_dong: int = 0,
        seen: int | None = None,
        actor: Actor,
        at: datetime,
    ) -> KeptRequest:
        """Do what a citizen asked; confirmed already, it is the same answer. `reduction` corrects the group claimed.

        Raises Conflict when it was decided or changed meanwhile or cannot be done any more, Invalid when the dossier
        may not travel so.
        """
        actor.must("intake")
        must_be_payable(fault, cost_dong)
        async with self.database.writing() as tx:
            asked, kept = await _locked(tx, request_no, actor)
            if asked.state == "confirmed":
                return asked
            must_be_open(asked, seen)
            asked = self._corrected(asked, reduction, at)
            if asked.wish.kind == "register":
                await self._bring_home(tx, kept, asked, actor, at)
            else:
                await self._send_elsewhere(tx, kept, asked, fault, cost_dong, actor, at)
            done = replace(asked, state="confirmed", decided_at=at, decided_by=actor.name)
            await _decided(tx, done, actor, at)
            await self._tell_taken(tx, kept, done, at)
        return done

    async def refuse(
        self, request_no: str, *, reason: str, seen: int | None = None, actor: Actor, at: datetime
    ) -> KeptRequest:
        """Turn a request down with the reason, which the citizen reads; refused already, it is the same answer.

        Raises Conflict when it was decided otherwise or changed meanwhile.
        """
        actor.must("intake")
        reason = checked_text(reason, what="lý do", field="/reason", most=REASON_MOST)
        async with self.database.writing() as tx:
            asked, kept = await _locked(tx, request_no, actor)
            if asked.state == "refused":
                return asked
            must_be_open(asked, seen)
            done = replace(asked, state="refused", reason=reason, decided_at=at, decided_by=actor.name)
            await _decided(tx, done, actor, at)
            await self._tell(tx, kept, REQUEST_REFUSED, done, at)
        return done

    def _corrected(self, asked: KeptRequest, reduction: str | None, at: datetime) -> KeptRequest:
        """Return a request with the reduction that the desk grants, and what is then left to pay."""
        if reduction is None or reduction == asked.wish.reduction or asked.wish.kind != "register":
            return asked
        wish, quote = replace(asked.wish, reduction=reduction), asked.quote
        tariff = self.book.tariff_on(legal_day(at))
        if quote:
            way = Carriage(service="return", zone=quote.zone, grams=quote.grams)
            told = tariff.postage((way,), price=quote.price_dong, reduction=reduction)
            quote = Agreed(
                tariff=tariff.version, zone=quote.zone, grams=quote.grams, price_dong=told.price_dong,
                reduced_dong=told.reduced_dong, due_dong=told.due_dong,
            )  # fmt: skip
        return replace(asked, wish=wish, quote=quote)

    async def _bring_home(self, tx: Session, kept: KeptDossier, asked: KeptRequest, actor: Actor, at: datetime) -> None:
        facts = await return_facts.of(tx, kept, on=legal_day(at))
        live = next((one for one in facts.home if not one.custody.ended), None)
        if live or ("return" in LEGS_OF_FORM[kept.dossier.service_form] and not facts.fetches):
            raise _there_already(kept, live)
        dossier = await dossier_checks.checked(tx, brought_home(kept.dossier, asked.wish, asked.consent_at), at=at)
        renewed = kept if digest(dossier) == kept.digest else await dossiers.rewrite(tx, kept, dossier, at=at)
        if dossier.service_form != kept.dossier.service_form:
            choice = FormChoice(
                old_form=kept.dossier.service_form, new_form=dossier.service_form, consent_at=asked.consent_at,
                chosen_at=at, chosen_by=actor.name,
            )  # fmt: skip
            await filings.keep_choice(tx, kept.dossier_id, choice)
        told = await told_of(tx, renewed, "dossier.post_chosen", {}, at, tail=f"v{renewed.version}")
        await outbox.announce(tx, [told], at=at)
        if await results.of(tx, kept.dossier_id):
            await self._register(tx, renewed, actor, at)

    async def _register(self, tx: Session, kept: KeptDossier, actor: Actor, at: datetime) -> None:
        """Register the way home of a result that is ready already, so that it stands in the list to be booked."""
        desk, version = kept.dossier.returning_desk, self.book.scan_table(legal_day(at)).version
        account = self.account_of(desk)
        draft = await homeward.draft(tx, kept, desk=desk, rules_version=version)
        await homeward.register(
            tx, replace(draft, collect_dong=await homeward.fee_with_result(tx, kept, account)), key=kept.dossier.key,
            pick=self.pick, account=account, table_of=self.book.scan_table_of, actor=actor.name, at=at,
        )  # fmt: skip

    async def _send_elsewhere(
        self, tx: Session, kept: KeptDossier, asked: KeptRequest, fault: str, cost_dong: int, actor: Actor, at: datetime
    ) -> None:
        facts = await return_facts.of(tx, kept, on=legal_day(at))
        newest = facts.home[-1] if facts.home else None
        if newest and newest.custody.state != "cancelled":
            actor.must("booking")
            locked = await consignments.find(tx, newest.consignment_no, lock=True)
            assert locked is not None
            await new_addresses.give(
                tx, locked, asked.wish.party, may_be_delivered=return_facts.may_be_delivered(facts, self.book),
                fault=fault, cost_dong=cost_dong, by=actor.name, at=at,
            )  # fmt: skip
        dossier = replace(kept.dossier, return_to=asked.wish.party)
        if "return" in LEGS_OF_FORM[dossier.service_form]:
            await dossiers.rewrite(tx, kept, await dossier_checks.checked(tx, dossier, at=at), at=at)

    async def _tell_taken(self, tx: Session, kept: KeptDossier, done: KeptRequest, at: datetime) -> None:
        """Tell of a new address the telephone that stood there before, and of all else the one on the dossier."""
        if done.wish.kind == "readdress":
            await self._tell(tx, kept, ADDRESS_CHANGED, done, at)
        if done.wish.kind == "register" or (done.old and done.old.phone != citizen_errands.phone_of(kept)):
            await self._tell(tx, kept, REQUEST_TAKEN, done, at)

    async def _tell(self, tx: Session, kept: KeptDossier, kind: str, done: KeptRequest, at: datetime) -> None:
        await citizen_errands.owe(
            tx, kept, kind, f"{kind}:{done.request_no}", channel=self.first_channel,
            data={"request_no": done.request_no}, at=at,
        )  # fmt: skip


async def _mine(session: Session, request_no: str, actor: Actor) -> KeptRequest:
    found = await return_requests.find(session, request_no[:40])
    if found is None or not actor.may_see(found.desk):
        raise Unknown("Không có đề nghị {number}.", number=request_no[:40], code="return_request.unknown")
    return found


async def _locked(tx: Session, request_no: str, actor: Actor) -> tuple[KeptRequest, KeptDossier]:
    """Return a request as it stands once nobody else can change it: the citizen's act locks its dossier too."""
    found = await _mine(tx, request_no, actor)
    kept = await dossiers.by_row(tx, found.dossier_id, lock=True)
    assert kept is not None
    return await _mine(tx, request_no, actor), kept


async def _decided(tx: Session, done: KeptRequest, actor: Actor, at: datetime) -> None:
    await return_requests.decide(tx, done)
    told = {"kind": done.wish.kind, "dossier": done.dossier_key, "reduction": done.wish.reduction}
    note = made("return_request", done.request_no, told, actor=actor, at=at, unit=done.desk, act=done.state)
    await changes.note(tx, note)


def _there_already(kept: KeptDossier, live: Consignment | None) -> Conflict:
    if live:
        return Conflict(
            "Bưu gửi {number} trả kết quả của hồ sơ vừa được lập. Từ chối đề nghị này, hoặc đổi địa chỉ trên bưu "
            "gửi ấy.",
            number=live.consignment_no, code="return_request.consignment",
            link=f"/api/v1/consignments/{live.consignment_no}",
        )  # fmt: skip
    return Conflict(
        "Hồ sơ {key} vừa được ghi là nhận kết quả qua bưu điện. Xem lại hồ sơ, rồi từ chối đề nghị này.",
        key=kept.dossier.key, code="return_request.chosen",
    )  # fmt: skip
