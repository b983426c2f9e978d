"""Customers: which one-stop systems may order over the post's wire, under which codes and for which desks.

Such a system holds a key and a secret, as the post gives them out, and fetches a token with them before every single
call. A token is signed and not stored, so a thousand of them cost nothing; of the secret only the hash is kept.

Source: RFC 6749 section 4.4 (client credentials); the wire as public clients speak it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import NAME_MOST, checked_text, compact_phone
from postgw.domain.change import changed, made
from postgw.domain.customer import OrderCustomer, OrderTicket
from postgw.domain.desk_order import DeskCard
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.storage import changes, desk_orders, province
from postgw.storage.database import Database, Session

_TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """The act of letting one-stop systems order."""

    database: Database

    async def admit(self, key: str, secret: str, *, at: datetime) -> OrderTicket:
        """Give a token for a key pair; nothing is stored for it. Raises Forbidden when there is none such."""
        found = await desk_orders.customer_by_key(self.database.reading, key) if key else None
        given = hashlib.sha256(secret.encode()).hexdigest()
        if found is None or not hmac.compare_digest(given, found[1]):
            raise Forbidden("Khoá hoặc mật khẩu không đúng.", code="customer.keys")
        name = f"{found[0].customer_no}.{int(at.timestamp()) + _TOKEN_SECONDS}"
        return OrderTicket(token=f"{name}.{await self._sign(name)}", seconds=_TOKEN_SECONDS)

    async def customer(self, token: str, *, at: datetime) -> OrderCustomer:
        """Return whose token it is. Raises Forbidden when it is nobody's, or over."""
        name, _, sign = token.rpartition(".")
        customer_no, _, until = name.rpartition(".")
        is_ours = token.isascii() and hmac.compare_digest(sign.encode(), (await self._sign(name)).encode())
        if is_ours and int(until) > at.timestamp():
            customer = await desk_orders.customer(self.database.reading, customer_no)
            if customer:
                return customer
        raise Forbidden("Mã truy cập không đúng hoặc đã hết hạn.", code="customer.token")

    async def _sign(self, name: str) -> str:
        secret = await province.known_link_secret(self.database.reading)
        if not secret:
            async with self.database.writing() as tx:
                secret = await province.link_secret(tx)
        return hmac.digest(secret, f"order:{name}".encode(), hashlib.sha256).hex()

    async def begin_customer(
        self, *, name: str, codes: Sequence[str], desks: Sequence[DeskCard], key: str, secret: str, actor: Actor,
        at: datetime,
    ) -> tuple[OrderCustomer, str, str]:  # fmt: skip
        """Let a one-stop system order over the post's wire; return it with its key and secret, shown this once.

        A key and secret are made where none are given. Raises Conflict when the key is another's.
        """
        actor.must("admin")
        async with self.database.writing() as tx:
            cards = tuple([await _card(tx, card, n) for n, card in enumerate(desks)])
            customer = OrderCustomer(
                customer_no=f"kh-{secrets.token_hex(6)}", codes=_codes(codes), desks=cards,
                name=checked_text(name, what="tên hệ thống", field="/name", most=NAME_MOST),
            )  # fmt: skip
            key, secret = key or secrets.token_urlsafe(18), secret or secrets.token_urlsafe(30)
            digest = hashlib.sha256(secret.encode()).hexdigest()
            if not await desk_orders.begin_customer(
                tx, customer, key=key, secret_digest=digest, actor=actor.name, at=at
            ):
                raise Conflict("Khoá này đã cấp cho hệ thống khác.", code="customer.key", field="/key")
            told = {"name": customer.name, "codes": customer.codes, "desks": [card.desk for card in cards]}
            await changes.note(tx, made("customer", customer.customer_no, told, actor=actor, at=at))
        return customer, key, secret

    async def customers(self, *, actor: Actor) -> tuple[OrderCustomer, ...]:
        """Return who may order over the post's wire."""
        actor.must("admin")
        return await desk_orders.customers(self.database.reading)

    async def end_customer(self, customer_no: str, *, actor: Actor, at: datetime) -> None:
        """Let a customer order no more; tokens it still holds open nothing from now on."""
        actor.must("admin")
        async with self.database.writing() as tx:
            known = await desk_orders.customer(tx, customer_no)
            if not await desk_orders.end_customer(tx, customer_no, at=at):
                raise Unknown("Không có khách hàng {number}.", number=customer_no[:40], code="customer.unknown")
            told = {"name": known.name, "ended_at": None} if known else {}
            change = changed("customer", customer_no, told, {**told, "ended_at": at}, actor=actor, at=at, act="ended")
            await changes.note(tx, change)


def _codes(codes: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not found:
        raise Invalid("Ghi ít nhất một mã khách hàng.", code="customer.codes", field="/codes")
    return found


async def _card(tx: Session, card: DeskCard, n: int) -> DeskCard:
    """Return how a desk is written in orders: by its own name and telephone, and by those given beside."""
    unit = await province.must_be_unit(tx, card.desk, "desk", field=f"/desks/{n}/desk")
    phones = [compact_phone(phone, field=f"/desks/{n}/phones") for phone in (unit.phone, *card.phones)]
    return DeskCard(
        desk=card.desk, names=tuple(dict.fromkeys((unit.name, *card.names))),
        phones=tuple(dict.fromkeys(phone for phone in phones if phone)),
    )  # fmt: skip
