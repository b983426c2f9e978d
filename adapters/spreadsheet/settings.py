"""How large a list may be. Beyond it the list is to be parted: a clerk cannot mend ten thousand rows at once either."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadsheetSettings:
    """The limits of one file."""

    bytes_most: int = 10_000_000
    rows_most: int = 20_000
    unpacked_most: int = 60_000_000  #: what an XLSX may grow to when unzipped: a full list of 20,000 rows takes 40 MB
