"""Which adapters there are: one line each.

Used by: bootstrap, which alone picks from here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from postgw.domain.errors import Invalid, Unknown

from . import (
    email,
    my_vnpost,
    national_portal,
    oidc,
    opencps,
    rehearsal,
    sms_http,
    spreadsheet,
    viettel_post,
    vnpost_ngsp,
    webhooks,
    zalo_zns,
)
from .card import Card, Kind

CARDS: tuple[Card, ...] = (
    vnpost_ngsp.CARD,
    national_portal.CARD,
    viettel_post.CARD,
    my_vnpost.CARD,
    webhooks.HOOKS,
    webhooks.DESK,
    rehearsal.POST,
    rehearsal.DESK,
    rehearsal.MESSENGER,
    spreadsheet.CARD,
    opencps.CARD,
    spreadsheet.DESK,
    spreadsheet.POST,
    email.CARD,
    sms_http.CARD,
    zalo_zns.CARD,
    oidc.CARD,
)


def table_of(card: Card, adapters: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what `[adapters.<name>]` says to one card; a name that several kinds share has a part for each.

    `[adapters.vnpost_ngsp]`, but `[adapters.rehearsal.post]`, `[adapters.rehearsal.desk]`.
    Raises Invalid at a part of a kind there is none of.
    """
    own = adapters.get(card.name, {})
    kinds = sorted(one.kind for one in CARDS if one.name == card.name)
    if len(kinds) == 1:
        return own
    for part, said in own.items():
        if part not in kinds or not isinstance(said, Mapping):
            raise Invalid(
                "[adapters.{name}] không có mục {part}. Chỉ có: {kinds}.",
                name=card.name, part=part, kinds=", ".join(kinds), code="settings.unknown", field=f"/{part}",
            )  # fmt: skip
    part_of_it: Mapping[str, Any] = own.get(card.kind, {})
    return part_of_it


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
