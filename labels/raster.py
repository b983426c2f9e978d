"""PDF pages as printer dots: PNG for a screen or a driver, ZPL for a label printer.
The dots are rendered from the very PDF bytes, so the three formats cannot differ. Ink is black or white and nothing
between: a thermal head knows no grey.

ZPL carries the page as one graphic field (`^GFA`, run-length packed). A printer's own fonts draw Vietnamese only if
the right font was loaded into that printer, and then with marks of its own; a graphic is right on every one of them.
The bars are in the same graphic: their modules are whole dots already, so a printer could not draw them sharper, and
what is tested is what is burnt.

Stands on: pdfium, which may be entered by one thread at a time.
Source: ZPL II Programming Guide, `^GF` and its compression scheme; PNG (ISO/IEC 15948).
"""

from __future__ import annotations

import re
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import Final

from .paper import Stock

_ONE_AT_A_TIME: Final = threading.Lock()
_INK_WHERE_DARK: Final = bytes(0x31 if grey < 128 else 0x30 for grey in range(256))
_REPEATED: Final = re.compile(r"(.)\1*")
_INVERTED: Final = bytes(255 - byte for byte in range(256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """A page in dots: rows of packed bits, most significant first, 1 for ink."""

    width: int
    height: int
    rows: tuple[bytes, ...]


def dots(document: bytes, stock: Stock, page: int = 0) -> Dots:
    """Return one page of a PDF as the dots of the stock's printer."""
    with _ONE_AT_A_TIME:
        import pypdfium2  # large, and wanted for pictures only

        opened = pypdfium2.PdfDocument(document)
        try:
            bitmap = opened[page].render(scale=25.4 / 72 / stock.dot, grayscale=True)
            width, height, stride, grey = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
        finally:
            opened.close()
    starts = range(0, height * stride, stride)
    return Dots(width=width, height=height, rows=tuple(_packed(grey[start : start + width]) for start in starts))


def png(picture: Dots, dpi: int) -> bytes:
    """Return the dots as a one-bit PNG that knows its own resolution."""
    scanlines = b"".join(b"\0" + row.translate(_INVERTED) for row in picture.rows)
    per_metre = round(dpi / 0.0254)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 1, 0, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(scanlines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def zpl(picture: Dots, remark: str) -> str:
    """Return a ZPL II job that prints the dots once; `remark` names the label to whoever reads the job."""
    per_row = len(picture.rows[0])
    total = per_row * picture.height
    return (
        f"^XA\n^FX {remark}\n^CI28\n^PW{picture.width}\n^LL{picture.height}\n^LH0,0\n^PON\n"
        f"^FO0,0^GFA,{total},{total},{per_row},{_graphic(picture.rows)}^FS\n^PQ1\n^XZ\n"
    )


def _packed(grey: bytes) -> bytes:
    bits = grey.translate(_INK_WHERE_DARK)
    padded = bits + b"0" * (-len(bits) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _graphic(rows: tuple[bytes, ...]) -> str:
    packed: list[str] = []
    before = b""
    for row in rows:
        packed.append(":" if row == before else _row(row.hex().upper()))
        before = row
    return "".join(packed)


def _row(digits: str) -> str:
    """Pack one row of hex digits; a comma fills the rest with white.

    >>> _row("00FFFFF0"), _row("0" * 20), _row("A" * 45 + "1")
    ('H0KF,', ',', 'hKA1')
    """
    kept = digits.rstrip("0")
    packed = "".join(_run(run.group(1), len(run.group(0))) for run in _REPEATED.finditer(kept))
    return packed + ("," if len(kept) < len(digits) else "")


def _run(digit: str, count: int) -> str:
    """Pack a run: g to z stand for 20 to 400, G to Y for 1 to 19.

    >>> _run("F", 1), _run("F", 2), _run("0", 45), _run("0", 400)
    ('F', 'HF', 'hK0', 'z0')
    """
    if count == 1:
        return digit
    most, rest = divmod(count, 400)
    twenties, ones = divmod(rest, 20)
    letters = (
        "z" * most + (chr(ord("g") + twenties - 1) if twenties else "") + (chr(ord("G") + ones - 1) if ones else "")
    )
    return letters + digit
