"""What a citizen's telephone is told: one matter a message, short, polite, nothing a stranger may not read.

A message bears the consignment number and no name, address or procedure. While in rehearsal every text says so first.

Stands on: consignment, consignment_number. Used by: services.notices.
Source: Circular 17/2017/TT-BTTTT art. 12 (the citizen is told that the dossier arrived, and of the result's delivery).
"""

from __future__ import annotations

from . import consignment_number
from .consignment import Consignment

_RETURN = {
    "consignment.collected": "Ket qua ho so, ma {number}, da giao buu dien. Buu ta goi thi ban mang can cuoc ra nhan.",
    "consignment.out_for_delivery": "Hom nay buu ta phat ket qua ho so, ma {number}. Ban chuan bi can cuoc.",
    "consignment.attempted": "Buu ta den ma chua gap ban, ma {number}. Buu dien se moi lai.",
    "consignment.held": "Ket qua ho so, ma {number}, dang cho ban tai buu cuc. Ban mang can cuoc den nhan.",
    "consignment.delivered": "Ket qua ho so, ma {number}, da phat. Neu ban chua nhan, hay bao cho bo phan Mot cua.",
    "consignment.returning": "Ket qua ho so, ma {number}, dang duoc chuyen tra lai bo phan Mot cua.",
}
_SEND = {
    "consignment.collected": "Buu dien da nhan ho so cua ban, ma {number}.",
    "dossier.filed": "Ho so, ma {number}, da giao den co quan. Thoi han giai quyet tinh tu luc giao.",
    "consignment.returning": "Ho so, ma {number}, dang duoc chuyen tra lai ban.",
}
_OF_LEG = {"return": _RETURN, "send": _SEND}


def citizen_text(kind: str, consignment: Consignment, *, rehearsal: bool) -> str:
    """Return the text for one matter, without accents so that it fits one message; empty when there is nothing to say.

    >>> from postgw.domain.address import Party
    >>> ends = {"consignor": Party(name="A"), "consignee": Party(name="B")}
    >>> one = Consignment(
    ...     consignment_no="4K7M29TB6HC", dossier_id=1, leg="return", desk="TS", rules_version="2025-07-01", **ends)
    >>> citizen_text("consignment.delivered", one, rehearsal=True)[:41]
    '[DIEN TAP] Ket qua ho so, ma 4K7M-29TB-6H'
    >>> citizen_text("consignment.booked", one, rehearsal=False)
    ''
    """
    template = _OF_LEG.get(consignment.leg, {}).get(kind, "")
    if not template:
        return ""
    mark = "[DIEN TAP] " if rehearsal else ""
    return mark + template.format(number=consignment_number.shown(consignment.consignment_no))


def asks_to_rate(kind: str, consignment: Consignment) -> bool:
    """Say whether a message also asks its reader to rate: the one that a result was delivered."""
    return consignment.leg == "return" and kind == "consignment.delivered"


def rating_link(public_url: str, token: str) -> str:
    """Return the end of a message that asks for a rating; with it the whole still fits one message of 160 letters.

    >>> rating_link("https://hoso.example/", "r.4K7M29TB6HC.7MQ2")
    ' Gop y: https://hoso.example/r/r.4K7M29TB6HC.7MQ2'
    """
    return f" Gop y: {public_url.rstrip('/')}/r/{token}"
