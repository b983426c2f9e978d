"""The way to the citizen's own page on a paper that they take home: a QR, and beside it what it is for.

It stands on receipts and slips alone, which go from hand to hand; never on a label or an envelope, which pass through
strange hands.

Source: TT 01/2018/TT-VPCP Đ.16.2.d (without proof an open look-up shows only code and progress; this link is proof).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .bars import qr
from .pages import Pages
from .typesetting import Words, block

SAYS: Final = "Quét để xem hồ sơ đang ở đâu"
_KEEP: Final = "Ai có mã này thì xem được hồ sơ. Không đưa cho người lạ."
_SIDE: Final = 21.0
_GAP: Final = 3.0
_SAID: Final = 8.5
#: A longer address would make squares that a telephone does not read from paper.
LINK_MOST: Final = 80


def beside_link(pages: Pages, words: Sequence[Words], link: str, *, size: float = 8.5) -> None:
    """Set paragraphs with the QR of `link` to their right; without a link, over the whole width."""
    if not _fits(link):
        pages.words(words)
        return
    height = height_beside(pages, words, link)
    pages.need(height)
    lines, right = block(list(words), pages.width - _SIDE - _GAP), pages.left + pages.width
    pages.sheet.block(pages.left, pages.y, lines)
    symbol = pages.sheet.qr(qr(link), right, pages.y, _SIDE, align="right")
    beside, foot = symbol.x - _GAP, pages.y + max(lines.height + _SAID, _SIDE - 1)
    pages.sheet.text(beside, foot - 4.2, SAYS, size + 0.5, bold=True, align="right")
    pages.sheet.text(beside, foot - 0.6, _KEEP, size - 1, align="right")
    pages.y += height


def height_beside(pages: Pages, words: Sequence[Words], link: str) -> float:
    """Return how many millimetres `beside_link` takes."""
    if not _fits(link):
        return block(list(words), pages.width).height
    return max(block(list(words), pages.width - _SIDE - _GAP).height + _SAID, _SIDE)


def _fits(link: str) -> bool:
    return 0 < len(link) <= LINK_MOST
