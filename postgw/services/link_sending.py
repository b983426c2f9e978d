"""Link sending: one-time codes and secret links go to the telephone that stands on the dossier, and to no other.

Links that may have come into strange hands are shut, by their holder or by the desk. The new one goes to the telephone
and is not shown: whoever shuts the old ones may be the stranger.

A code is asked for on the citizen's own page, before an act that moves a paper to somebody. It is worded when it is
sent, and stands in no table and no outbox.

A link is asked for by the last four digits of a telephone on the dossier. They stand on the envelope, so they prove
nothing: they only say to which of the telephones on file the link goes. `ask` writes one row whatever was typed;
`send_due` looks at it seconds later, so that neither the answer nor its time depends on what is right.

Next on the path: messaging.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (who is told more must prove himself).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.change import made
from postgw.domain.dossier_number import lookup_key
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.misspelt import mended
from postgw.domain.one_time_code import PURPOSES, tidy
from postgw.domain.privacy import mask_phone
from postgw.domain.wording import CODE_ASKED, LINK_ASKED
from postgw.rules.book import RuleBook
from postgw.storage import (
    changes,
    citizen_errands,
    consignments,
    dossiers,
    link_requests,
    one_time_codes,
    outbox,
    province,
    secret_pages,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.link_requests import LinkRequest

_ROUND = 20
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSending:
    """The acts of sending what proves a telephone."""

    database: Database
    book: RuleBook
    first_channel: str  #: which channel of messages is tried first; empty: none is there
    public_url: str = ""  #: where citizens reach the pages; empty: no message bears a link

    @property
    def sends_links(self) -> bool:
        """Say whether a link can be sent in this house at all."""
        return bool(self.first_channel and self.public_url)

    async def send_code(self, token: str, purpose: str, *, at: datetime) -> str:
        """Send a code for an act on the page that a token opens; return the telephone it goes to, masked.

        Raises Unknown when the link opens nothing, Conflict when there is no telephone or the day has had its codes.
        """
        if purpose not in PURPOSES:
            raise Unknown("Không có việc này.", code="one_time_code.purpose")
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at)
            if kept is None:
                raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
            phone = citizen_errands.phone_of(kept)
            if not phone or not self.first_channel:
                raise Conflict(
                    "Hồ sơ chưa có số điện thoại nhận mã. Gọi bộ phận Một cửa nơi nộp.", code="one_time_code.no_phone"
                )
            await province.link_secret(tx)
            code_id = await one_time_codes.make(tx, kept.dossier_id, purpose, self.book.page_rule(legal_day(at)), at=at)
            if not code_id:
                raise Conflict(
                    "Hôm nay đã gửi nhiều mã cho hồ sơ này. Thử lại ngày mai hoặc gọi bộ phận Một cửa.",
                    code="one_time_code.enough",
                )
            await citizen_errands.owe(
                tx, kept, CODE_ASKED, f"{CODE_ASKED}:{code_id}", channel=self.first_channel, data={"code_id": code_id},
                at=at,
            )  # fmt: skip
        return mask_phone(phone)

    async def ask(self, number: str, digits: str, *, at: datetime) -> None:
        """Take note that four digits were typed under a number, known or not. Raises Invalid when they are not four."""
        if len(tidy(digits)) != _DIGITS or not digits.replace(" ", "").isdecimal():
            raise Invalid("Gõ đúng 4 chữ số cuối của số điện thoại.", code="link_request.digits", field="/digits")
        day = legal_day(at)
        async with self.database.writing() as tx:
            await link_requests.ask(
                tx, _key_of(number), tidy(digits), on=day, tries=self.book.page_rule(day).digit_tries_a_day, at=at
            )

    async def send_due(self, *, at: datetime) -> int:
        """Look at the digits that were typed, and owe a link where they are right; return how many were looked at."""
        day = legal_day(at)
        async with self.database.writing() as tx:
            await link_requests.forget(tx, on=day)
            asked = await link_requests.waiting(tx, on=day, limit=_ROUND)
            for request in asked:
                await self._look(tx, request, at)
            if asked:
                await link_requests.looked_at(tx, [request.request_id for request in asked])
        return len(asked)

    async def _look(self, tx: Session, request: LinkRequest, at: datetime) -> None:
        kept = await _dossier_of(tx, request.number)
        end = _end_with(kept, request.digits) if kept else ""
        if not kept or not end or not self.sends_links:
            return
        kept = await dossiers.by_row(tx, kept.dossier_id, lock=True) or kept
        day = f"{LINK_ASKED}:{kept.dossier_id}:{legal_day(at):%y%m%d}:"
        sent = await outbox.count_owed(tx, kept.dossier.key[:40], f"citizen:{self.first_channel}:{day}")
        if sent < self.book.page_rule(legal_day(at)).links_a_day:
            await province.link_secret(tx)
            await citizen_errands.owe(
                tx, kept, LINK_ASKED, f"{day}{sent + 1}", channel=self.first_channel, data={"to": end}, at=at
            )

    async def lock(self, token: str, *, at: datetime) -> None:
        """Shut every link of a dossier that was made so far, and send a new one to its telephone; once.

        Raises Unknown when the link opened nothing, Conflict when there is no telephone to send a new one to.
        """
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at, lock=True)
            if kept is None:
                if await secret_pages.was_shut(tx, token):
                    return
                raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
            self._must_reach(kept)
            await secret_pages.shut(tx, kept.dossier_id)
            await self._owe_link(tx, kept, f"{kept.page_epoch}.lock", at)

    async def send_link(self, key: str, *, actor: Actor, at: datetime) -> str:
        """Send the link of a dossier's page to its telephone; return the telephone, masked. Twice in a minute is once.

        Raises Conflict when there is no telephone.
        """
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            phone = self._must_reach(kept)
            await self._owe_link(tx, kept, f"{at:%y%m%d%H%M}", at)
            await self._note(tx, kept, "sent", actor, at)
        return mask_phone(phone)

    async def shut_links(self, key: str, *, actor: Actor, at: datetime) -> None:
        """Shut every link of a dossier that was made so far; a new one is sent when somebody asks for it."""
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            await secret_pages.shut(tx, kept.dossier_id)
            await self._note(tx, kept, "ended", actor, at)

    def _must_reach(self, kept: KeptDossier) -> str:
        phone = citizen_errands.phone_of(kept)
        if not phone or not self.first_channel:
            raise Conflict(
                "Hồ sơ chưa có số điện thoại nhận đường dẫn. Gọi bộ phận Một cửa nơi nộp.",
                code="secret_page.no_phone",
            )
        return phone

    async def _owe_link(self, tx: Session, kept: KeptDossier, occasion: str, at: datetime) -> None:
        await citizen_errands.owe(
            tx, kept, LINK_ASKED, f"{LINK_ASKED}:{kept.dossier_id}:{occasion}", channel=self.first_channel, data={},
            at=at,
        )  # fmt: skip

    async def _note(self, tx: Session, kept: KeptDossier, act: str, actor: Actor, at: datetime) -> None:
        desk = kept.dossier.receiving_desk
        await changes.note(tx, made("page_link", kept.dossier.key, {}, actor=actor, at=at, unit=desk, act=act))


def _key_of(number: str) -> str:
    """Return under what a request is kept: the number, or where it is none a digest, for people type all sorts."""
    read = mended(number)
    if read.kind == "unknown":
        return "?" + blake2s(number.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return lookup_key(read.number)[:40]


async def _dossier_of(session: Session, number: str) -> KeptDossier | None:
    read = mended(number)
    if read.kind in {"consignment", "item"}:
        found = await consignments.find(session, read.number)
        return await dossiers.by_id(session, found.dossier_id) if found else None
    ids = await dossiers.keys_like(session, number) if read.kind == "dossier" else ()
    return await dossiers.by_id(session, ids[0]) if len(ids) == 1 else None


def _end_with(kept: KeptDossier, digits: str) -> str:
    """Name the end of the dossier whose telephone ends with these digits, the applicant's first; empty: neither."""
    ends: tuple[tuple[str, Party | None], ...] = (
        ("applicant", kept.dossier.applicant), ("return_to", kept.dossier.return_to),
    )  # fmt: skip
    for name, party in ends:
        if party and hmac.compare_digest(tidy(party.phone)[-_DIGITS:].encode(), digits.encode()):
            return name
    return ""
