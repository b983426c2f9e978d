"""Which adapters there are: one line each.

Used by: bootstrap, which alone picks from here.
"""

from __future__ import annotations

import difflib

from postgw.domain.errors import Unknown

from . import rehearsal, vnpost_ngsp, webhooks
from .card import Card, Kind

CARDS: tuple[Card, ...] = (
    vnpost_ngsp.CARD,
    webhooks.HOOKS,
    webhooks.DESK,
    rehearsal.POST,
    rehearsal.DESK,
    rehearsal.MESSENGER,
)


def find(kind: Kind, name: str) -> Card:
    """Return the card of that kind and name.

    Raises Unknown, naming the nearest, when there is none.
    """
    names = {card.name: card for card in CARDS if card.kind == kind}
    if name in names:
        return names[name]
    raise Unknown(
        "Không có bộ nối “{name}” loại {kind}. Gần nhất: {nearest}.",
        name=name, kind=kind, nearest=", ".join(difflib.get_close_matches(name, names, n=1, cutoff=0) or names),
        code="adapter.unknown",
    )  # fmt: skip
