"""Viettel Post, a carrier beside the provider of the public postal service.

An order, a cancellation, and a webhook that tells what happens: Viettel Post has no list to be read. It knows a parcel
by two numbers, ours (the reference) and its own, and a parcel on its way back by a flag: the code 501 then says that
the *sender* has it again. What travels with it is not public postal service: an agency takes a dossier that came by
another company under ordinary law, and none of the terms, ceilings and reports of the public service are its own.

What makes an order safe to repeat: it goes out under our number with `CHECK_UNIQUE`, so a second one under it is turned
down and makes no second parcel. How that no is worded is documented nowhere. Where a province has filled in the wording
(`known_already`), it counts as the yes it means, for nobody but this house gives out our numbers. Where it has not, the
no is shown to a person, who is told that an earlier try may have got through; the webhook speaks of the parcel under
our number all the same, and what it tells is kept and moves the consignment.

Source: Viettel Post's integration document for partners; the body of `ownerconnect`, the errors that come with HTTP 200
and the 150 bytes of a text as public clients of this wire write and read them. Decision 45/2016/QĐ-TTg art. 1.3.
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import ViettelPostOffice
from .settings import ViettelSettings

CARD = Card(
    name="viettel_post",
    title="Viettel Post",
    kind="post",
    abilities=frozenset({"book", "cancel"}),
    settings=ViettelSettings,
    serves=ViettelPostOffice,
    build=ViettelPostOffice,
    public_post=False,
    inbound=inbound.routes,
)
