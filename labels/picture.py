"""A signature on paper: a PNG that a device drew becomes black dots of its own, inside the page.

It is cut to the strokes, made one bit deep and drawn as an inline image, so the page needs no other object and the same
signature gives the same bytes. What is no picture leaves an empty box: paper is printed either way.

Source: PDF 32000-1 §8.9.7 (inline images).
"""

from __future__ import annotations

import io
import warnings
import zlib
from typing import TYPE_CHECKING, Final

from .paper import Place
from .sheet import Sheet
from .typesetting import MM

if TYPE_CHECKING:
    from PIL import Image

_DOTS_MOST: Final = 600
_PIXELS_MOST: Final = 4_000_000
_INK_BELOW: Final = 160


def signature(sheet: Sheet, png: bytes, place: Place) -> bool:
    """Draw a signature in the middle of a place, as large as fits; say whether there was anything to draw."""
    strokes = _strokes(png)
    if strokes is None:
        return False
    scale = min(place.width / strokes.width, place.height / strokes.height)
    width, height = strokes.width * scale, strokes.height * scale
    x, y = place.x + (place.width - width) / 2, place.y + (place.height - height) / 2
    packed = zlib.compress(strokes.tobytes(), 9).hex()
    matrix = f"{width * MM:.3f} 0 0 {height * MM:.3f} {x * MM:.3f} {(sheet.height - y - height) * MM:.3f}"
    sheet.operators.append(
        f"q {matrix} cm BI /W {strokes.width} /H {strokes.height} /BPC 1 /CS /G /F [/AHx /Fl] ID {packed}> EI Q"
    )
    return True


def _strokes(png: bytes) -> Image.Image | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            drawn = _on_white(png)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return None
    ink = drawn.point(lambda grey: 255 if grey < _INK_BELOW else 0)
    box = ink.getbbox()
    if box is None:
        return None
    cut = drawn.crop(box)
    cut.thumbnail((_DOTS_MOST, _DOTS_MOST))
    return cut.point(lambda grey: 255 if grey >= _INK_BELOW else 0).convert("1", dither=Image.Dither.NONE)


def _on_white(png: bytes) -> Image.Image:
    from PIL import Image

    with Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
        if opened.width * opened.height > _PIXELS_MOST:
            raise ValueError("larger than any signature")
        layer = opened.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("L")
