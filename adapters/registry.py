"""Which adapters there are: one line each.

A line says where the card of an adapter stands; its folder is read when somebody asks for the card. So a gateway holds
the adapters that its settings name, and no others.

Used by: outsiders and check_command, which alone pick from here, and command_line.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from postgw.domain.errors import Invalid, Unknown

from .card import Card, Kind

#: Kind and the word in `settings.toml` → the folder (or a file of it), and the name of the card there.
_STANDS: Mapping[tuple[Kind, str], tuple[str, str]] = {
    ("post", "vnpost_ngsp"): ("vnpost_ngsp", "CARD"),
    ("desk", "national_portal"): ("national_portal", "CARD"),
    ("post", "viettel_post"): ("viettel_post", "CARD"),
    ("post", "my_vnpost"): ("my_vnpost", "CARD"),
    ("hooks", "webhooks"): ("webhooks", "HOOKS"),
    ("desk", "webhooks"): ("webhooks", "DESK"),
    ("post", "rehearsal"): ("rehearsal", "POST"),
    ("desk", "rehearsal"): ("rehearsal", "DESK"),
    ("messages", "rehearsal"): ("rehearsal", "MESSENGER"),
    ("sheets", "spreadsheet"): ("spreadsheet", "CARD"),
    ("desk", "opencps"): ("opencps", "CARD"),
    ("desk", "spreadsheet"): ("spreadsheet.folders", "DESK"),
    ("post", "spreadsheet"): ("spreadsheet.folders", "POST"),
    ("messages", "email"): ("email", "CARD"),
    ("messages", "sms_http"): ("sms_http", "CARD"),
    ("messages", "zalo_zns"): ("zalo_zns", "CARD"),
    ("signin", "oidc"): ("oidc", "CARD"),
}


def cards() -> tuple[Card, ...]:
    """Return every card; all folders are read for it."""
    return tuple(_card(kind, name) for kind, name in _STANDS)


def table_of(card: Card, adapters: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what `[adapters.<name>]` says to one card; a name that several kinds share has a part for each.

    `[adapters.vnpost_ngsp]`, but `[adapters.rehearsal.post]`, `[adapters.rehearsal.desk]`.
    Raises Invalid at a part of a kind there is none of.
    """
    own = adapters.get(card.name, {})
    kinds = sorted(kind for kind, name in _STANDS if name == card.name)
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
    names = [known for of_kind, known in _STANDS if of_kind == kind]
    if name in names:
        return _card(kind, name)
    raise Unknown(
        "Không có bộ nối “{name}” loại {kind}. Gần nhất: {nearest}.",
        name=name, kind=kind, nearest=", ".join(difflib.get_close_matches(name, names, n=1, cutoff=0) or names),
        code="adapter.unknown",
    )  # fmt: skip


@cache
def _card(kind: Kind, name: str) -> Card:
    folder, card = _STANDS[kind, name]
    found: Card = getattr(import_module(f"adapters.{folder}"), card)
    return found
