"""A QR code for a screen: dark squares on white with the quiet zone around them, as a PNG.

Paper has its own rules (see `bars`, `paper`); a telephone held before a screen reads a longer text at a lower level of
repair.

Stands on: zxing-cpp, raster. Used by: services that let somebody take a text over into a telephone.
Source: ISO/IEC 18004 (quiet zone of 4 modules; level M: 15 % may be damaged).
"""

from __future__ import annotations

from .raster import Dots, png

_PIXELS = 6  #: for each module
_LEVEL = "M"
_SCREEN_DPI = 96
_INK = bytes(0x31 if grey < 128 else 0x30 for grey in range(256))


def screen_code(text: str) -> bytes:
    """Return the QR code of a text as a PNG.

    >>> screen_code("otpauth://totp/postgw")[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL)
    image = code.to_image(scale=_PIXELS, add_quiet_zones=True)
    height, width = image.shape
    grey = memoryview(image).tobytes()  # type: ignore[arg-type]
    rows = tuple(_packed(grey[top : top + width]) for top in range(0, height * width, width))
    return png(Dots(width=width, height=height, rows=rows), _SCREEN_DPI)


def _packed(row: bytes) -> bytes:
    bits = row.translate(_INK) + b"0" * (-len(row) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
