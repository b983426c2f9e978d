"""Dossiers handed in as a list, CSV or XLSX, by desks whose dossier system has no wire.

Nothing is told back over it: what became of the dossiers stands on the desk's own page. `docs/importing.md` says what a
clerk and a maintainer must know.
"""

from __future__ import annotations

from ..card import Card
from .desk import SpreadsheetDesk
from .settings import SpreadsheetSettings

CARD = Card(
    name="spreadsheet",
    title="Danh sách Excel hoặc CSV",
    kind="sheets",
    abilities=frozenset({"read_sheet"}),
    settings=SpreadsheetSettings,
    serves=SpreadsheetDesk,
    build=SpreadsheetDesk,
)
