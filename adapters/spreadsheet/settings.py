"""How large a list may be, and which folder a shop or a post office shares with us.

Beyond the limits a list is to be parted: a clerk cannot mend ten thousand rows at once either. A folder stands for one
shop or one account; where several share one tree, the block's `site` (of a desk) or `customer_code` (of an account)
names the part that is its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from postgw.domain.errors import Invalid

from .status_words import checked_words

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
LEGS = ("send", "return")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadsheetSettings:
    """The limits of one file."""

    bytes_most: int = 10_000_000
    rows_most: int = 20_000
    unpacked_most: int = 60_000_000  #: what an XLSX may grow to when unzipped: a full list of 20,000 rows takes 40 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDeskSettings:
    """The folder of a shop: lists in, results out."""

    folder: str
    site: str = ""  #: the part of the folder that is this shop's; empty: the folder itself
    receiving_desk: str = ""  #: whose lists these are; empty: the one desk of the block
    desks: tuple[str, ...] = ()
    legs: tuple[str, ...] = LEGS  #: for which legs a row asks for a consignment at once
    quiet_seconds: float = 5.0  #: a file that has not changed for so long has arrived whole
    limits: SpreadsheetSettings = SpreadsheetSettings()

    def __post_init__(self) -> None:
        _must_be_folder(self.folder)
        _must_be_part("site", self.site)
        if not self.desk:
            raise Invalid(
                "Ghi receiving_desk: danh sách trong thư mục này là của bộ phận Một cửa nào.",
                code="folder.desk", field="/receiving_desk",
            )  # fmt: skip
        for leg in self.legs:
            if leg not in LEGS:
                raise Invalid("legs chỉ nhận send và return.", code="folder.legs", field="/legs")

    @property
    def desk(self) -> str:
        """Return whose lists these are; empty when that is not clear."""
        return self.receiving_desk or (self.desks[0] if len(self.desks) == 1 else "")

    @property
    def root(self) -> Path:
        """Return the shop's own folder."""
        return Path(self.folder) / self.site


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPostSettings:
    """The folder of a post office: orders out, states in."""

    folder: str
    customer_code: str = ""  #: the part of the folder that is this account's; empty: the folder itself
    office: str = ""  #: the post office that works with these sheets: its staff may fetch and hand them in on the page
    desks: tuple[str, ...] = ()
    quiet_seconds: float = 5.0
    limits: SpreadsheetSettings = SpreadsheetSettings()
    words: Mapping[str, str] = field(
        default_factory=dict
    )  #: a word of this office -> our scan word, over those shipped

    def __post_init__(self) -> None:
        _must_be_folder(self.folder)
        _must_be_part("customer_code", self.customer_code)
        checked_words(self.words)

    @property
    def root(self) -> Path:
        """Return the account's own folder."""
        return Path(self.folder) / self.customer_code


def _must_be_folder(folder: str) -> None:
    if not folder or "\0" in folder or not Path(folder).is_absolute():
        raise Invalid(
            "folder phải là đường dẫn đầy đủ của thư mục dùng chung, ví dụ /srv/mot-cua/thach-ha.",
            code="folder.path", field="/folder",
        )  # fmt: skip


def _must_be_part(name: str, part: str) -> None:
    if part and not _PART.fullmatch(part):
        raise Invalid(
            "{name} là tên thư mục con: chỉ dùng chữ không dấu, số, dấu chấm, gạch nối.",
            name=name, code="folder.part", field=f"/{name}",
        )  # fmt: skip
