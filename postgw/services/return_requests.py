"""Return requests: the citizen asks to have the result brought, or brought elsewhere, from their own page.

Asked with a code that went to the telephone on the dossier. One request is open at a time; asked again it is the same
one, changed, until the desk decides; until then it may be taken back. Nothing is booked by it.

Next on the path: return_decisions.
Source: Decision 45/2016/QĐ-TTg art. 1.2, 5, 12.3, 12.4; Law on Post 2010 art. 16; Law on personal data protection 2025.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.one_time_code import refusal
from postgw.domain.privacy import mask_name, mask_phone
from postgw.domain.return_request import (
    Agreed,
    KeptRequest,
    Possible,
    ReturnRule,
    Wish,
    checked_consent,
    checked_picture,
    checked_wish,
    possible,
    said_of,
)
from postgw.domain.time_limit import Words
from postgw.rules.book import RuleBook
from postgw.storage import citizen_errands, one_time_codes, province, return_facts, return_requests, secret_pages
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.province import Unit

#: How a request made through a link is signed: the citizen's name stands in no row of it.
BY_LINK = "citizen.link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be asked now on the page of a dossier, and how what was asked stands."""

    may: str  #: register, readdress; empty: nothing
    why: Words | None  #: why nothing may be asked
    request: KeptRequest | None  #: the open one, else the newest
    said: Words | None  #: how that stands, for who asked
    dossier_key: str
    desk: Unit | None  #: which decides, and from which the result comes
    receiver: str  #: whom the result would go to now, masked
    receiver_phone: str  #: masked; empty: none is known
    code_phone: str  #: to which a code would go, masked
    by_staff: bool  #: an address that stands was given at a counter
    carried: Consignment | None  #: what is on its way home
    rule: ReturnRule

    @property
    def open(self) -> KeptRequest | None:
        """Return the request on which the desk has still to decide."""
        return self.request if self.request and self.request.is_open else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequests:
    """The acts of a citizen who wants the result brought."""

    database: Database
    book: RuleBook

    async def standing(self, token: str, *, at: datetime) -> Standing | None:
        """Return what the holder of a link may ask; nothing when the link is none of ours, too old, or shut."""
        session = self.database.reading
        kept = await secret_pages.opened(session, token, at=at)
        if kept is None:
            return None
        found = await self._possible(session, kept, at)
        last, receiver = await return_requests.last_of(session, kept.dossier_id), _receiver(kept, found)
        return Standing(
            may=found.kind, why=found.why, request=last, said=said_of(last) if last else None,
            dossier_key=kept.dossier.key, desk=await province.unit(session, kept.dossier.returning_desk),
            receiver=mask_name(receiver.name), receiver_phone=mask_phone(receiver.phone),
            code_phone=mask_phone(citizen_errands.phone_of(kept)),
            by_staff=kept.dossier.return_to is not None and (last is None or last.state != "confirmed"),
            carried=found.carried, rule=self.book.return_rule(legal_day(at)),
        )  # fmt: skip

    async def check(self, token: str, wish: Wish, *, mine: bool, consent: str | None, at: datetime) -> Wish:
        """Return a wish as it would be kept; `mine`: for whom the result would go to now. Nothing is kept.

        Without a consent (None) it is not asked for yet. Raises Invalid at the first wrong part, Conflict when it may
        not be asked, Unknown when the link opens nothing.
        """
        session = self.database.reading
        kept = await _opened(session, token, at)
        found = await self._possible(session, kept, at)
        return self._checked(kept, found, wish, mine=mine, consent=consent, at=at)

    async def ask(
        self,
        token: str,
        wish: Wish,
        *,
        mine: bool,
        consent: str,
        picture: bytes,
        quote: Agreed | None,
        code: str,
        at: datetime,
    ) -> KeptRequest:
        """Keep a request, or change the open one; the very same again is the same one, without another code.

        Raises as `check` does, and for a code that is wrong or over; a wrong try is kept.
        """
        async with self.database.writing() as tx:
            kept = await _opened(tx, token, at, lock=True)
            found = await self._possible(tx, kept, at)
            wish = self._checked(kept, found, wish, mine=mine, consent=consent, at=at)
            picture = checked_picture(picture, self.book.return_rule(legal_day(at)).photo_most)
            known = await return_requests.last_of(tx, kept.dossier_id)
            known = known if known and known.is_open else None
            _must_show_paper(wish, picture, known)
            if known and known.wish == wish and not await _is_new(tx, known, picture):
                return known
            rule = self.book.page_rule(legal_day(at))
            verdict = await one_time_codes.spend(tx, kept.dossier_id, wish.kind, code, rule, at=at)
            asked = await self._keep(tx, kept, found, known, wish, picture, quote, at) if verdict == "right" else None
        if error := refusal(verdict):
            raise error
        assert asked is not None
        return asked

    def consent_version(self, *, at: datetime) -> str:
        """Return the version of the words to which whoever asks consents."""
        return self.book.return_rule(legal_day(at)).consent_version

    async def withdraw(self, token: str, *, at: datetime) -> KeptRequest:
        """Take the open request back; taken back already, it is the same.

        Raises Unknown when the link opens nothing or nothing was asked, Conflict when the desk has decided.
        """
        async with self.database.writing() as tx:
            kept = await _opened(tx, token, at, lock=True)
            known = await return_requests.last_of(tx, kept.dossier_id)
            if known is None:
                raise Unknown("Chưa có đề nghị nào để rút.", code="return_request.none")
            if known.state == "withdrawn":
                return known
            if not known.is_open:
                raise Conflict(
                    "Bộ phận Một cửa đã quyết đề nghị {number}. Gọi họ nếu bạn muốn đổi.", number=known.request_no,
                    code="return_request.decided",
                )  # fmt: skip
            gone = replace(known, state="withdrawn", decided_at=at, decided_by=BY_LINK)
            await return_requests.decide(tx, gone)
        return gone

    async def _possible(self, session: Session, kept: KeptDossier, at: datetime) -> Possible:
        facts = await return_facts.of(session, kept, on=legal_day(at))
        return possible(facts, return_facts.may_be_delivered(facts, self.book))

    def _checked(
        self, kept: KeptDossier, found: Possible, wish: Wish, *, mine: bool, consent: str | None, at: datetime
    ) -> Wish:
        if found.kind != wish.kind:
            raise _changed_meanwhile(found)
        if mine:
            receiver = _receiver(kept, found)
            named = replace(wish.party, name=receiver.name, phone=receiver.phone or wish.party.phone)
            wish = replace(wish, party=named)
        wish = checked_wish(wish, self.book.tariff_on(legal_day(at)).reductions)
        rule = self.book.return_rule(legal_day(at))
        return wish if consent is None else replace(wish, consent=checked_consent(consent, rule))

    async def _keep(
        self, tx: Session, kept: KeptDossier, found: Possible, known: KeptRequest | None, wish: Wish, picture: bytes,
        quote: Agreed | None, at: datetime,
    ) -> KeptRequest:  # fmt: skip
        asked = KeptRequest(
            request_no=known.request_no if known else await return_requests.next_number(tx, at),
            dossier_id=kept.dossier_id, dossier_key=kept.dossier.key, desk=kept.dossier.returning_desk, state="asked",
            version=known.version + 1 if known else 1, wish=wish, old=_receiver(kept, found), quote=quote,
            consignment_no=found.carried.consignment_no if found.carried else "",
            has_picture=bool(picture) or (known is not None and known.has_picture and wish.proof == "photo"),
            consent_at=at, asked_at=at, asked_by=BY_LINK,
        )  # fmt: skip
        await (return_requests.change if known else return_requests.add)(tx, asked, picture=picture)
        return asked


async def _opened(session: Session, token: str, at: datetime, *, lock: bool = False) -> KeptDossier:
    kept = await secret_pages.opened(session, token, at=at, lock=lock)
    if kept is None:
        raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
    return kept


def _receiver(kept: KeptDossier, found: Possible) -> Party:
    """Return whom the result would go to now."""
    if found.carried:
        return found.carried.consignee
    return kept.dossier.return_to or kept.dossier.applicant


def _changed_meanwhile(found: Possible) -> Conflict:
    if found.why:
        return Conflict(str(found.why), code="return_request.impossible")
    return Conflict(
        "Tình trạng hồ sơ vừa thay đổi nên đề nghị này không còn đúng. Mở lại trang rồi làm lại.",
        code="return_request.meanwhile",
    )


def _must_show_paper(wish: Wish, picture: bytes, known: KeptRequest | None) -> None:
    """Raise Invalid where a picture was promised and none came, now or before."""
    if wish.proof == "photo" and not picture and not (known and known.has_picture):
        raise Invalid(
            "Chọn ảnh giấy ưu đãi, hoặc quay lại chọn mang giấy đến quầy.", code="return_request.no_picture",
            field="/picture",
        )  # fmt: skip


async def _is_new(tx: Session, known: KeptRequest, picture: bytes) -> bool:
    return bool(picture) and picture != await return_requests.picture(tx, known.request_no)
