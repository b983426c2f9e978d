"""A proxy (người nhận thay): whom the recipient of a result names to take it in their place.

An item may be handed to whoever the recipient authorised, on their letter of authorisation and an identity paper of
their own. Naming a proxy beforehand replaces neither: it tells the postman whom to expect. Of an identity number only
the last digits are asked, so that the paper shown at the door can be held beside them.

Stands on: address, dossier, errors. Used by: services.proxies, storage.proxies.
Source: Circular 17/2017/TT-BTTTT art. 5.2.d; Decision 45/2016/QĐ-TTg art. 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .address import NAME_MOST, checked_text, compact_phone
from .consignment import Consignment
from .errors import Invalid

RELATION_MOST = 60
_TAIL = re.compile(r"[0-9]{4}")
_RECEIVED = frozenset({"delivered", "delivered_by_post_statement"})
#: The service forms by which the post brings the result.
_BY_POST = frozenset({"return", "both"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Who is to receive."""

    name: str
    relation: str  #: to the recipient, in the citizen's own words
    phone: str = ""
    id_tail: str = ""  #: the last four digits of their identity number


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProxy:
    """One version, as it was named."""

    ordinal: int
    proxy: Proxy
    named_at: datetime
    named_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


def checked_proxy(proxy: Proxy) -> Proxy:
    """Return the proxy with tidy texts. Raises Invalid at the first part that is missing or wrong.

    >>> checked_proxy(Proxy(name=" Trần  Thị Bình", relation="vợ", phone="0912 000 004", id_tail="4567")).name
    'Trần Thị Bình'
    """
    tail = proxy.id_tail.strip()
    if tail and not _TAIL.fullmatch(tail):
        raise Invalid("Ghi đúng 4 chữ số cuối, hoặc bỏ trống.", code="proxy.id_tail", field="/id_tail")
    text = checked_text
    return Proxy(
        name=text(proxy.name, what="họ tên người nhận thay", field="/name", most=NAME_MOST),
        relation=text(proxy.relation, what="quan hệ với người nhận", field="/relation", most=RELATION_MOST),
        phone=compact_phone(proxy.phone, field="/phone"), id_tail=tail,
    )  # fmt: skip


def current_of(named: Iterable[KeptProxy]) -> KeptProxy | None:
    """Return the proxy that counts: the newest, unless it was taken back."""
    last = max(named, key=lambda each: each.ordinal, default=None)
    return None if last is None or last.withdrawn_at else last


def why_not(service_form: str, carried: Iterable[Consignment]) -> str:
    """Return why no proxy can be named: `delivered`, `over`, `returning`, `not_by_post`; empty where one can.

    A dossier whose result is still to come by post may have its proxy named before it is ready.
    """
    home = [each for each in carried if each.leg == "return" and each.custody.state != "cancelled"]
    if any(not each.custody.ended and each.custody.state != "returning" for each in home):
        return ""
    if any(not each.custody.ended for each in home):
        return "returning"
    if home:
        return "delivered" if home[-1].custody.state in _RECEIVED else "over"
    return "" if service_form in _BY_POST else "not_by_post"
