"""Proxies: the recipient names who may take the result in their place, replaces them, or takes the name back.

A link alone may have been forwarded, so naming wants a one-time code as well; taking back moves no paper to anybody and
wants none. The recipient is told by message whenever somebody was named.

Next on the path: messaging.
Source: Circular 17/2017/TT-BTTTT art. 5.2.d; Decision 45/2016/QĐ-TTg art. 10; Circular 01/2018/TT-VPCP art. 16.2.d.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.one_time_code import refusal
from postgw.domain.proxy import KeptProxy, Proxy, checked_proxy, current_of, why_not
from postgw.domain.wording import PROXY_NAMED
from postgw.rules.book import RuleBook
from postgw.storage import citizen_errands, consignments, one_time_codes, proxies, secret_pages
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier

BY_LINK = "citizen.link"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStanding:
    """Who receives in the recipient's place, and whether somebody can be named now."""

    dossier_no: str
    current: KeptProxy | None
    why_not: str  #: as in `domain.proxy.why_not`; empty where somebody can be named
    code_minutes: int  #: for how long a code serves
    is_out: bool  #: the postman has it in hand: what is on his telephone may be older than this

    @property
    def is_possible(self) -> bool:
        """Say whether a proxy can be named, replaced or taken back."""
        return not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The acts of naming a proxy."""

    database: Database
    book: RuleBook
    first_channel: str  #: which channel of messages is tried first; empty: none is there

    async def standing(self, token: str, *, at: datetime) -> ProxyStanding | None:
        """Return how it stands for the page that a token opens; nothing when it opens none."""
        session = self.database.reading
        kept = await secret_pages.opened(session, token, at=at)
        return await self._standing(session, kept, at) if kept else None

    async def check(self, token: str, proxy: Proxy, *, at: datetime) -> Proxy:
        """Return the proxy tidied, before a code is sent for it.

        Raises Invalid at a wrong part, Unknown when the page is not open, Conflict when nobody can be named.
        """
        _must_be_possible(await self.standing(token, at=at))
        return checked_proxy(proxy)

    async def name(self, token: str, proxy: Proxy, code: str, *, at: datetime) -> ProxyStanding:
        """Keep who receives instead; the same person again is one and wants no further code.

        Raises as `check`, and Invalid or Conflict for the code.
        """
        proxy = checked_proxy(proxy)
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at, lock=True)
            before = _must_be_possible(await self._standing(tx, kept, at) if kept else None)
            assert kept is not None
            if before.current and before.current.proxy == proxy:
                return before
            rule = self.book.page_rule(legal_day(at))
            verdict = await one_time_codes.spend(tx, kept.dossier_id, "proxy", code, rule, at=at)
            if verdict == "right":
                ordinal = await proxies.add(tx, kept.dossier_id, proxy, by=BY_LINK, at=at)
                await self._tell(tx, kept, ordinal, at)
            after = await self._standing(tx, kept, at)
        if error := refusal(verdict):
            raise error
        return after

    async def withdraw(self, token: str, ordinal: int, *, at: datetime) -> ProxyStanding:
        """Keep that a version was taken back; one that counts no more is left as it is.

        Raises Unknown when the page is not open, Conflict when it is too late.
        """
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at, lock=True)
            before = _must_be_possible(await self._standing(tx, kept, at) if kept else None)
            assert kept is not None
            if before.current and before.current.ordinal == ordinal:
                await proxies.withdraw(tx, kept.dossier_id, ordinal, by=BY_LINK, at=at)
            return await self._standing(tx, kept, at)

    async def _standing(self, session: Session, kept: KeptDossier, at: datetime) -> ProxyStanding:
        carried = await consignments.of_dossier(session, kept.dossier_id)
        return ProxyStanding(
            dossier_no=kept.dossier.dossier_no, current=current_of(await proxies.of(session, kept.dossier_id)),
            why_not=why_not(kept.dossier.service_form, carried), is_out=any(_is_out(each) for each in carried),
            code_minutes=self.book.page_rule(legal_day(at)).code_minutes,
        )  # fmt: skip

    async def _tell(self, tx: Session, kept: KeptDossier, ordinal: int, at: datetime) -> None:
        """Owe the recipient the word that somebody was named; the message says no name."""
        await citizen_errands.owe(
            tx, kept, PROXY_NAMED, f"{PROXY_NAMED}:{kept.dossier_id}:{ordinal}", channel=self.first_channel, data={},
            at=at,
        )  # fmt: skip


def _must_be_possible(standing: ProxyStanding | None) -> ProxyStanding:
    if standing is None:
        raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
    if not standing.is_possible:
        raise Conflict("Kết quả này không còn chờ phát nên không đổi người nhận thay được nữa.", code="proxy.too_late")
    return standing


def _is_out(found: Consignment) -> bool:
    return found.leg == "return" and found.custody.state == "out_for_delivery"
