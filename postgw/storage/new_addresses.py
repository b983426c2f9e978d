"""Giving a result that is not delivered yet another recipient or address.

The label in force is void, the next version takes its place; what the further carriage costs and who is at fault is
kept. Its consignment is locked by the caller.

Stands on: consignments, labels, invitations. Used by: services.redirecting, services.return_requests.
Source: Law on Post 2010 art. 16; Decision 45/2016/QĐ-TTg art. 12.4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.redirection import Redirection, must_be_redirectable

from . import consignments, invitations, labels
from .database import Session


async def give(
    tx: Session,
    consignment: Consignment,
    party: Party,
    *,
    may_be_delivered: Collection[str],
    fault: str,
    cost_dong: int,
    by: str,
    at: datetime,
) -> Consignment:
    """Keep the new end of a result as its next version; the same end again changes nothing.

    Raises Conflict on another leg, or when the state is none in which it may still be delivered.
    """
    if consignment.consignee == party:
        return consignment
    must_be_redirectable(consignment, may_be_delivered)
    renewed = replace(consignment, consignee=party, version=consignment.version + 1)
    await consignments.change(tx, renewed)
    await labels.void(tx, consignment.consignment_no, reason="address_changed", at=at)
    asked = Redirection(
        kind="address", reason="address_changed", old=consignment.consignee, new=party, fault=fault,
        cost_dong=cost_dong, asked_by=by, at=at,
    )  # fmt: skip
    await invitations.keep_redirection(tx, consignment.consignment_no, asked)
    return renewed
