"""MyVNPost, VNPost's portal for its own customers: the partner API that is called, and the two pushes it may send.

Where a province books as an ordinary contract customer, and not over the government wire, this is the wire. It has a
token, an order, a look-up, a list by day, a history, a cancellation that may have to be approved. **An order bears no
key that would make asking twice safe**, so whoever may have asked before looks first (`book`). The older retail
interface of the same post is not called any more, but its push is still in use; it is read here too (`inbound`).

Source: public clients of both interfaces, which cite the carrier's own pages; docs/adapters/my_vnpost.md says which
part each rests on.
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import MyVnPost
from .settings import MyVnPostSettings

CARD = Card(
    name="my_vnpost",
    title="Bưu điện Việt Nam (MyVNPost)",
    kind="post",
    abilities=frozenset({"book", "cancel", "feed"}),
    settings=MyVnPostSettings,
    serves=MyVnPost,
    build=MyVnPost,
    places="my_vnpost",
    inbound=inbound.routes,
)
