"""Zalo notifications (ZNS): a template that Zalo has approved, filled with our values, to a telephone number.

The texts are not ours to choose on this channel: each matter of the catalogue has a template of its own, written and
approved beforehand. A matter without one, and a telephone without a Zalo account, are said by another channel.

Zalo's tokens are its peculiarity. An access token lives about a day; it is had with a refresh token that serves once
and is answered with the next. Whoever loses that next one has to ask a person for a new beginning, so it is kept in a
file before it is used (`tokens.py`).

What is known and how: the address, the header, the four keys of the body, the shape of the answer and the code -118 are
told alike by many public clients; the life of both tokens and that a refresh token serves once are told by published
guides to Zalo's own documents (developers.zalo.me, Official Account: xác thực và ủy quyền; zalo.cloud, ZNS: cách xử lý
mã lỗi). Whether an equal `tracking_id` is sent twice nobody says: UNVERIFIED, taken for yes.
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import ZaloMessenger
from .settings import ZaloSettings

CARD = Card(
    name="zalo_zns",
    title="Tin Zalo (ZNS)",
    kind="messages",
    abilities=frozenset({"send", "price"}),
    settings=ZaloSettings,
    serves=ZaloMessenger,
    build=ZaloMessenger,
    inbound=inbound.routes,
)
