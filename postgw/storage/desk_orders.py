"""Customers with their key pairs, and every number under which they ordered.

A number belongs to its customer code for ever. Several may name one consignment: each is an alias, and the feed tells
of the consignment under each. The feed's places are made of the link of a scan in its chain and of the alias, both of
which rise: a chain grows in one transaction at a time, so nobody who reads on from a place misses a row.

Stands on: evidence (whose links give the order). Used by: services.ordering.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.customer import OrderCustomer
from postgw.domain.desk_order import DeskCard, KeptOrder
from postgw.domain.ports import FeedEvent

from . import records
from .database import Session, moment

_ORDER = "id, customer_no, customer_code, order_no, stem, state, leg, desk, consignment_id, content, asked, ordered_at"


async def begin_customer(
    tx: Session, customer: OrderCustomer, *, key: str, secret_digest: str, actor: str, at: datetime
) -> bool:
    """Keep a customer; return false when its key is another's."""
    row = await tx.row(
        "INSERT INTO customer (customer_no, name, key, secret_digest, codes, desks, begun_at, begun_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
        customer.customer_no, customer.name, key, secret_digest, records.to_json(customer.codes),
        records.to_json(customer.desks), at, actor,
    )  # fmt: skip
    return row is not None


async def end_customer(tx: Session, customer_no: str, *, at: datetime) -> bool:
    """Let a customer in no more; return false when there is none of this number."""
    row = await tx.row(
        "UPDATE customer SET ended_at = COALESCE(ended_at, $2) WHERE customer_no = $1 RETURNING id", customer_no, at
    )
    return row is not None


async def customers(session: Session) -> tuple[OrderCustomer, ...]:
    """Return those who may order."""
    return tuple(_customer(row) for row in await session.rows(f"{_CUSTOMER} WHERE ended_at IS NULL ORDER BY id"))


async def customer(session: Session, customer_no: str) -> OrderCustomer | None:
    """Return one who may order."""
    row = await session.row(f"{_CUSTOMER} WHERE customer_no = $1 AND ended_at IS NULL", customer_no)
    return _customer(row) if row else None


async def customer_by_key(session: Session, key: str) -> tuple[OrderCustomer, str] | None:
    """Return who holds a key, and the hash of the secret that goes with it."""
    row = await session.row(f"{_CUSTOMER} WHERE key = $1 AND ended_at IS NULL", key)
    return (_customer(row), row["secret_digest"]) if row else None


_CUSTOMER = "SELECT customer_no, name, codes, desks, secret_digest FROM customer"


def _customer(row: dict[str, Any]) -> OrderCustomer:
    desks = tuple(
        DeskCard(desk=card["desk"], names=tuple(card["names"]), phones=tuple(card["phones"]))
        for card in records.from_json(row["desks"])
    )
    return OrderCustomer(
        customer_no=row["customer_no"], name=row["name"], codes=tuple(records.from_json(row["codes"])), desks=desks
    )


async def find(session: Session, customer_no: str, code: str, order_no: str) -> KeptOrder | None:
    """Return what was ordered under a number."""
    row = await session.row(
        f"SELECT {_ORDER} FROM desk_order WHERE customer_no = $1 AND customer_code = $2 AND order_no = $3",
        customer_no, code, order_no,
    )  # fmt: skip
    return _kept(row) if row else None


async def alive(session: Session, customer_no: str, code: str, stem: str, leg: str) -> KeptOrder | None:
    """Return the order of a dossier and leg that is still under way, or waits for an officer, under whatever number."""
    row = await session.row(
        f"SELECT {_ORDER} FROM desk_order o WHERE customer_no = $1 AND customer_code = $2 AND stem = $3 AND leg = $4"
        " AND (state = 'undecided' OR (state = 'taken' AND EXISTS"
        " (SELECT 1 FROM consignment c WHERE c.id = o.consignment_id AND c.live))) ORDER BY id LIMIT 1",
        customer_no, code, stem, leg,
    )  # fmt: skip
    return _kept(row) if row else None


async def by_id(session: Session, desk_order_id: int) -> KeptOrder | None:
    """Return an order by its number of ours."""
    row = await session.row(f"SELECT {_ORDER} FROM desk_order WHERE id = $1", desk_order_id)
    return _kept(row) if row else None


async def add(
    tx: Session, *, customer_no: str, code: str, order_no: str, stem: str, state: str, leg: str, desk: str,
    consignment_id: int | None, content: dict[str, Any], at: datetime,
) -> int:  # fmt: skip
    """Keep an order under its number; return our number of it."""
    row = await tx.row(
        "INSERT INTO desk_order (customer_no, customer_code, order_no, stem, state, leg, desk, consignment_id, content,"
        " ordered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        customer_no, code, order_no, stem, state, leg, desk, consignment_id, records.to_json(content), at,
    )  # fmt: skip
    assert row is not None
    return int(row["id"])


async def asked_again(tx: Session, desk_order_id: int) -> None:
    """Count that an order was sent once more."""
    await tx.run("UPDATE desk_order SET asked = asked + 1 WHERE id = $1", desk_order_id)


async def decided(
    tx: Session, order: KeptOrder, *, leg: str, desk: str, consignment_id: int, actor: str, at: datetime
) -> None:
    """Note which consignment an order that waited for an officer became, under every number it goes by."""
    await tx.run(
        "UPDATE desk_order SET state = 'taken', leg = $1, desk = $2, consignment_id = $3, decided_at = $4,"
        " decided_by = $5 WHERE customer_no = $6 AND customer_code = $7 AND stem = $8 AND state = 'undecided'",
        leg, desk, consignment_id, at, actor, order.customer_no, order.customer_code, order.stem,
    )  # fmt: skip


async def cancelled(tx: Session, order: KeptOrder) -> None:
    """Note that what was ordered is called off, under every number it goes by."""
    if order.consignment_id is None:
        await tx.run("UPDATE desk_order SET state = 'cancelled' WHERE id = $1", order.desk_order_id)
    else:
        await tx.run("UPDATE desk_order SET state = 'cancelled' WHERE consignment_id = $1", order.consignment_id)


async def waiting(session: Session, *, before: int, limit: int) -> list[KeptOrder]:
    """Return the orders that wait for an officer to say which way they go, newest first."""
    rows = await session.rows(
        f"SELECT {_ORDER} FROM desk_order WHERE state = 'undecided' AND id < $1 ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62,
    )
    return [_kept(row) for row in rows]


async def incomplete(session: Session, *, desk: str, before: int, limit: int) -> list[tuple[KeptOrder, str]]:
    """Return orders whose dossier wants its procedure, papers and consent, newest first, with the dossier's key."""
    rows = await session.rows(
        f"SELECT o.{_ORDER.replace(', ', ', o.')}, d.dossier_no, d.receiving_desk, d.intake_ref FROM desk_order o"
        " JOIN consignment c ON c.id = o.consignment_id JOIN dossier d ON d.id = c.dossier_id"
        " WHERE o.state = 'taken' AND c.live AND d.procedure_code = '' AND o.id < $1 AND ($2 = '' OR o.desk = $2)"
        f" ORDER BY o.id DESC LIMIT {int(limit)}",
        before or 2**62, desk,
    )  # fmt: skip
    return [(_kept(row), row["dossier_no"] or f"{row['receiving_desk']}/{row['intake_ref']}") for row in rows]


async def wanting(session: Session, consignment_nos: Sequence[str]) -> list[str]:
    """Return those consignments whose dossier still wants its procedure, papers or consent."""
    rows = await session.rows(
        "SELECT c.consignment_no FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
        f" WHERE d.procedure_code = '' AND c.consignment_no {session.among(1)} ORDER BY c.id",
        list(consignment_nos),
    )
    return [row["consignment_no"] for row in rows]


async def feed(
    session: Session, customer_no: str, *, after: str, words: Sequence[str], limit: int
) -> tuple[list[tuple[FeedEvent, str]], int]:
    """Return what happened to a customer's orders after a place, in order, and how much lies there in all."""
    link, alias = (int(after[:14], 16), int(after[14:], 16)) if after else (0, 0)
    told = (
        "FROM desk_order o JOIN consignment c ON c.id = o.consignment_id JOIN chain l ON l.consignment_id = c.id"
        " JOIN scan s ON s.id = l.scan_id WHERE o.customer_no = $1"
        " AND (l.link_no > $2 OR (l.link_no = $2 AND o.id > $3))"
        f" AND s.code {session.among(4)}"
    )
    values = (customer_no, link, alias, list(words))
    rows = await session.rows(
        "SELECT l.link_no AS link, o.id AS alias, o.order_no, o.customer_code, c.item_no, s.code, s.occurred_at,"
        f" s.office {told} ORDER BY l.link_no, o.id LIMIT {int(limit)}",
        *values,
    )
    count = await session.row(f"SELECT count(*) AS n {told}", *values)
    assert count is not None
    return [(_event(row), row["customer_code"]) for row in rows], int(count["n"])


def _event(row: dict[str, Any]) -> FeedEvent:
    at = moment(row["occurred_at"])
    assert at is not None
    return FeedEvent(
        record_id=f"{row['link']:014x}{row['alias']:010x}", order_no=row["order_no"], code=row["code"], occurred_at=at,
        office=row["office"], item_no=row["item_no"] or "",
    )  # fmt: skip


def _kept(row: dict[str, Any]) -> KeptOrder:
    at = moment(row["ordered_at"])
    assert at is not None
    return KeptOrder(
        desk_order_id=row["id"], customer_no=row["customer_no"], customer_code=row["customer_code"],
        order_no=row["order_no"], stem=row["stem"], state=row["state"], leg=row["leg"], desk=row["desk"],
        consignment_id=row["consignment_id"], content=records.from_json(row["content"]), asked=row["asked"],
        ordered_at=at,
    )  # fmt: skip


async def announce(
    tx: Session, customer_no: str, code: str, dossier_no: str, content: dict[str, Any], *, at: datetime
) -> bool:
    """Keep the notice of a dossier, the newest in place of an older; return whether there was one."""
    known = await announced(tx, customer_no, code, dossier_no)
    await tx.run(
        "INSERT INTO announcement (customer_no, customer_code, dossier_no, content, told_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer_no, customer_code, dossier_no)"
        " DO UPDATE SET content = $4, told_at = $5",
        customer_no, code, dossier_no, records.to_json(content), at,
    )  # fmt: skip
    return known is not None


async def announced(session: Session, customer_no: str, code: str, dossier_no: str) -> dict[str, Any] | None:
    """Return what a customer told of a dossier."""
    row = await session.row(
        "SELECT content FROM announcement WHERE customer_no = $1 AND customer_code = $2 AND dossier_no = $3",
        customer_no, code, dossier_no,
    )  # fmt: skip
    return dict(records.from_json(row["content"])) if row else None
