"""Shops and post offices without any API, who speak in files: CSV or XLSX.

Three parts. `sheets` reads a clerk's list that is handed in on a page or by the command. `desk` is the folder of such a
shop: lists in, results out. `post` is the folder of such an office: orders out, states in. A folder stands for a wire:
what is read leaves it only when the house has kept it, and what is written twice stands there once. Every house reads
lists; the cards of the folders stand in `folders`.

`docs/importing.md` says what a clerk and a maintainer must know, `docs/adapters/spreadsheet.md` what a province agrees.
"""

from __future__ import annotations

from ..card import Card
from .desk import SpreadsheetDesk
from .settings import SpreadsheetSettings

CARD = Card(
    name="spreadsheet",
    title="Danh sách Excel hoặc CSV",
    kind="sheets",
    abilities=frozenset({"read_sheet", "to_mend", "template"}),
    settings=SpreadsheetSettings,
    serves=SpreadsheetDesk,
    build=SpreadsheetDesk,
)
