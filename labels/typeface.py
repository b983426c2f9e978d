"""The letters of a label: Noto Sans, regular and bold, ready to be measured and embedded.
Why not reportlab's own `TTFont`: it cuts a new subset for every document (two thirds of the time of a one-label PDF)
and keeps per-document state in the font, so two threads spoil each other's letters without an error. Here the subset
is made once and shipped (`fonts/README.md`), a letter's code is its glyph number, and nothing changes after loading,
so any thread may use it.

No letter is ever lost. Text is composed (NFC) first; a letter the Vietnamese file lacks (Ł, Ж) is taken from the wide
file; a letter both lack is refused by name.

Source: PDF 32000-1 §9.7 (composite fonts, Identity-H), Unicode UAX 15 (composition).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from postgw.domain.errors import Invalid

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFontFile

FILES: Final[dict[str, str]] = {
    "R": "NotoSans-Regular-vi.ttf",
    "B": "NotoSans-Bold-vi.ttf",
    "RW": "NotoSans-Regular-wide.ttf",
    "BW": "NotoSans-Bold-wide.ttf",
}
EVERYDAY: Final = ("R", "B")
OBJECTS_PER_FACE: Final = 5
HELD_SPACE: Final = "\xa0"

_SPACES: Final = re.compile(r"[^\S\xa0]+")
_FOLDER: Final = Path(__file__).with_name("fonts")
_WEIGHT: Final = {False: "R", True: "B"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One font file: glyph numbers as four hex digits and widths in thousandths, both by letter."""

    name: str
    glyphs: dict[str, str]
    widths: dict[str, int]
    _file: TTFontFile
    _data: bytes

    def objects(self, first: int) -> list[bytes]:
        """Return the five PDF objects that embed this face, numbered from `first`; the first is the font itself."""
        return _objects(self.name, first)


@cache
def face(name: str) -> Face:
    """Return the face called R, B, RW or BW."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    data = (_FOLDER / FILES[name]).read_bytes()
    file = TTFontFile(BytesIO(data))
    glyphs = {chr(code): f"{glyph:04x}" for code, glyph in file.charToGlyph.items() if code < 0x10000}
    glyphs[HELD_SPACE] = glyphs[" "]
    widths = {letter: round(file.charWidths[ord(letter.replace(HELD_SPACE, " "))]) for letter in glyphs}
    return Face(name=name, glyphs=glyphs, widths=widths, _file=file, _data=data)


#: Noto Sans has no minus sign of its own, an en dash is the same stroke; nor the sign of a ceiling, which is said.
_WITHOUT_GLYPH: Final = str.maketrans({"\u2212": "–", "\u2264": "không quá"})


def clean(text: str) -> str:
    """Return `text` composed, on one line, without letters that have no ink; a no-break space stays one.

    >>> clean("Nguyễn\\n Thị\\u200b "), clean("≤ 30.000 ₫")
    ('Nguyễn Thị', 'không quá 30.000 ₫')
    """
    if _is_clean(text):
        return text
    composed = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().translate(_WITHOUT_GLYPH)
    if composed.isprintable():
        return composed
    return "".join(letter for letter in composed if unicodedata.category(letter) not in ("Cf", "Cc"))


def _is_clean(text: str) -> bool:
    return (
        text.isprintable()
        and unicodedata.is_normalized("NFC", text)
        and "  " not in text
        and not any(sign in text for sign in "\u2212\u2264")
        and text == text.strip()
    )


def held(text: str) -> str:
    """Return `text` with its spaces made no-break, so that a telephone number stays on one line."""
    return text.replace(" ", HELD_SPACE)


def width_of(text: str, size: float, bold: bool) -> float:
    """Return how wide `text` is at `size` points, in points. Raises Invalid when no face has one of its letters."""
    try:
        return sum(map(face(_WEIGHT[bold]).widths.__getitem__, text)) * size / 1000
    except KeyError:
        return sum(face(name).widths[letter] for name, part in _parts(text, bold) for letter in part) * size / 1000


def spans(text: str, bold: bool) -> list[tuple[str, str]]:
    """Return `text` as (face, glyphs in hex), one span per face. Raises Invalid when no face has one of its letters."""
    weight = _WEIGHT[bold]
    try:
        return [(weight, "".join(map(face(weight).glyphs.__getitem__, text)))]
    except KeyError:
        return [(name, "".join(map(face(name).glyphs.__getitem__, part))) for name, part in _parts(text, bold)]


def _parts(text: str, bold: bool) -> list[tuple[str, str]]:
    return [(name, "".join(part)) for name, part in groupby(clean(text), _face_for(bold))]


def _face_for(bold: bool) -> Callable[[str], str]:
    weight = _WEIGHT[bold]

    def choose(letter: str) -> str:
        for name in (weight, weight + "W"):
            if letter in face(name).glyphs:
                return name
        raise Invalid(
            "Phông chữ in nhãn không có ký tự “{letter}” (U+{point}); hãy viết lại chỗ đó bằng chữ La-tinh.",
            code="label.letter",
            letter=letter,
            point=f"{ord(letter):04X}",
        )

    return choose


def _objects(name: str, first: int) -> list[bytes]:
    tag = "POSTG" + "ABCD"[list(FILES).index(name)]  # six capitals, another six for each subset
    subset = f"{tag}+{face(name)._file.name.decode('ascii')}".encode()
    letters, to_unicode, widths = _packed(name)
    return [
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (subset, first + 1, first + 4),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity"
        b"/FontDescriptor %d 0 R/DW 600/W[0[%s]]>>" % (subset, first + 2, widths),
        _descriptor(name, subset, first + 3),
        letters,
        to_unicode,
    ]


@cache
def _packed(name: str) -> tuple[bytes, bytes, bytes]:
    data = face(name)._data
    return stream(data, b"/Length1 %d" % len(data), level=9), stream(_to_unicode(name), level=9), _widths_by_glyph(name)


def stream(data: bytes, extra: bytes = b"", *, level: int = 6) -> bytes:
    """Return `data` as the body of a deflated PDF stream object."""
    packed = zlib.compress(data, level)
    return b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(packed), extra, packed)


def _letter_by_glyph(name: str) -> dict[int, str]:
    return {int(glyph, 16): letter for letter, glyph in face(name).glyphs.items() if letter != HELD_SPACE}


def _widths_by_glyph(name: str) -> bytes:
    letters = _letter_by_glyph(name)
    widths = face(name).widths
    return b" ".join(b"%d" % (widths[letters[glyph]] if glyph in letters else 600) for glyph in range(max(letters) + 1))


def _descriptor(name: str, subset: bytes, data: int) -> bytes:
    file = face(name)._file
    box = " ".join(f"{edge:g}" for edge in file.bbox).encode()
    return (
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle 0"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>"
        % (subset, box, file.ascent, file.descent, file.capHeight, file.stemV, data)
    )


def _to_unicode(name: str) -> bytes:
    pairs = [b"<%04x><%04x>" % (glyph, ord(letter)) for glyph, letter in sorted(_letter_by_glyph(name).items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]  # a block may hold no more than 100
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CMapName/postgw def/CMapType 2 def\n"
        b"1 begincodespacerange<0000><ffff>endcodespacerange\n%s\n"
        b"endcmap CMapName currentdict/CMap defineresource pop end end" % body
    )
