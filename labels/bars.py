"""The two symbols a scanner reads, Code 128 and QR, as runs of dark modules.
A module is the narrowest bar (or the smallest square) of a symbol. This file says which modules are dark; how many
printer dots a module takes is decided in `paper`, and nothing here knows about millimetres.

Source: ISO/IEC 15417 (Code 128: quiet zone of 10 modules on either side), ISO/IEC 18004 (QR: 4 modules all round).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from postgw.domain.errors import Invalid

CODE128_QUIET: Final = 10
QR_QUIET: Final = 4
# Level Q (a quarter may be damaged) is the highest that keeps our eleven characters in the smallest QR, 21 × 21.
QR_LEVEL: Final = "Q"

_DARK: Final = re.compile("1+")
_BYTE_TO_BIT: Final = bytes(0x31 if grey < 128 else 0x30 for grey in range(256))
_PRINTABLE_ASCII: Final = re.compile(r"[ -~]{1,80}")
# python-barcode builds a whole SVG writer for each symbol unless it is handed one; the modules need none.
_NO_WRITER: Final[Any] = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code128Bars:
    """A Code 128 symbol without its quiet zones: dark bars as (first module, modules)."""

    text: str
    modules: int
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QrSquares:
    """A QR symbol without its quiet zone: dark runs as (column, row, modules)."""

    text: str
    modules: int
    runs: tuple[tuple[int, int, int], ...]


def dark_runs(row: str) -> list[tuple[int, int]]:
    """Return where the ones of a row begin and how many stand together.

    >>> dark_runs("1100101")
    [(0, 2), (4, 1), (6, 1)]
    """
    return [(run.start(), run.end() - run.start()) for run in _DARK.finditer(row)]


def code128(text: str) -> Code128Bars:
    """Return the bars of `text`. Raises Invalid when it holds anything but 1 to 80 printable ASCII characters.

    >>> bars = code128("RR473124829VN")
    >>> bars.modules, bars.runs[:3]
    (156, ((0, 2), (3, 1), (6, 1)))
    """
    from barcode.codex import Code128

    _check(text)
    row = Code128(text, writer=_NO_WRITER).build()[0]
    return Code128Bars(text=text, modules=len(row), runs=tuple(dark_runs(row)))


def qr(text: str) -> QrSquares:
    """Return the squares of `text`. Raises Invalid when it holds anything but 1 to 80 printable ASCII characters.

    >>> squares = qr("4K7M29TB6HC")
    >>> squares.modules, squares.runs[0]
    (21, (0, 0, 7))
    """
    import zxingcpp

    _check(text)
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=QR_LEVEL).to_image(
        scale=1, add_quiet_zones=False
    )
    side = image.shape[0]
    bits = memoryview(image).tobytes().translate(_BYTE_TO_BIT).decode("ascii")  # type: ignore[arg-type]
    rows = (bits[top : top + side] for top in range(0, side * side, side))
    runs = tuple((left, row, length) for row, line in enumerate(rows) for left, length in dark_runs(line))
    return QrSquares(text=text, modules=side, runs=runs)


def spoken(number: str) -> str:
    """Return a number as it stands under its bars, in groups the eye can compare.

    >>> spoken("RR473124829VN"), spoken("4K7M29TB6HC"), spoken("BB-TS-261123-02")
    ('RR 473 124 829 VN', '4K7M-29TB-6HC', 'BB-TS-261123-02')
    """
    if re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number):
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"
    if re.fullmatch(r"[0-9A-Z]{11}", number):
        return f"{number[:4]}-{number[4:8]}-{number[8:]}"
    return number


def _check(text: str) -> None:
    if not _PRINTABLE_ASCII.fullmatch(text):
        raise Invalid(
            "Mã vạch chỉ nhận từ 1 đến 80 chữ cái không dấu, chữ số và dấu thông dụng; hãy kiểm tra lại số hiệu.",
            code="label.symbol",
        )
