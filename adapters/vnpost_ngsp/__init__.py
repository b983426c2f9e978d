"""VNPost over the government wire (NGSP), the one that one-stop systems have used since 2017.

A token, an order, a cancellation, a feed that is read by cursor, a notice of a dossier: five addresses. The wire has no
direction flag; the direction is only who is sender and who is receiver.

Source: public code of one-stop systems that speak it, and one such client watched at work; no official document is
public.
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import NgspPostOffice
from .settings import NgspSettings

CARD = Card(
    name="vnpost_ngsp",
    title="Bưu điện Việt Nam (trục NGSP)",
    kind="post",
    abilities=frozenset({"book", "cancel", "feed"}),
    settings=NgspSettings,
    serves=NgspPostOffice,
    build=NgspPostOffice,
    places="vnpost",
    inbound=inbound.routes,
)
