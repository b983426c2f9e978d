"""A photo without what a telephone writes beside the picture: the place, the hour, the owner's device, a small preview.

A photo of a paper or a door is evidence; the coordinates of a citizen's home, which the telephone puts into the same
file, are personal data that nobody asked for and no rule of custody wants: the moment and the office stand in the scan.
So these parts are left out before a picture is kept. The dots are not touched, and which way is up stays told.

Of a file whose parts cannot be followed, what lies behind is kept as long as no such part can be recognised in it: a
picture that only some programs open is still evidence.

Used by: proof, damage, signed_picture, return_request.
Source: ITU-T T.81 annex B (JPEG markers); CIPA DC-008 (Exif 2.32); W3C PNG 3rd edition §11.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_SOS, _EOI, _EXIF, _COMMENT = 0xDA, 0xD9, 0xE1, 0xFE
#: Application segments that say how to read the dots: density, colours (ICC), Adobe's.
_OF_THE_DOTS = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_IN_DOTS = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_TELLING = (b"Exif\0", b"http://ns.adobe.com", b"Photoshop 3.0", b"eXIf", b"<x:xmpmeta")
_CHUNKS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs",
})  # fmt: skip
_ORIENTATION = 0x0112


def bare_picture(content: bytes) -> bytes:
    """Return a JPEG or PNG without what is no part of the picture; anything else as it is.

    >>> bare_picture(b"\\xff\\xd8" b"\\xff\\xfe\\x00\\x06home" b"\\xff\\xda\\x00\\x02dots\\xff\\xd9" b"and behind it")
    b'\\xff\\xd8\\xff\\xda\\x00\\x02dots\\xff\\xd9'
    >>> bare_picture(b"%PDF-1.7")
    b'%PDF-1.7'
    """
    if content.startswith(_JPEG):
        return b"".join(_of_jpeg(content))
    if content.startswith(_PNG):
        return b"".join(_of_png(content))
    return content


def _of_jpeg(content: bytes) -> Iterator[bytes]:
    yield _JPEG
    at = len(_JPEG)
    while content[at : at + 1] == b"\xff":
        marker = content[at + 1] if at + 1 < len(content) else _EOI
        if marker == _EOI:
            yield content[at : at + 2]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in {0x00, 0xFF} or end < at + 4 or end > len(content):
            break
        if marker == _SOS:
            found = _IN_DOTS.search(content, end)
            end = found.end() - 2 if found else len(content)
        yield _kept(marker, content[at:end])
        at = end
    yield _untelling(content[at:])


def _kept(marker: int, segment: bytes) -> bytes:
    told = segment[4:]
    if marker == _EXIF:
        return _upright(told)
    of_the_dots = any(marker == known and told.startswith(name) for known, name in _OF_THE_DOTS)
    return b"" if marker == _COMMENT or (0xE0 <= marker <= 0xEF and not of_the_dots) else segment


def _upright(told: bytes) -> bytes:
    """Return an Exif segment that says which way is up and nothing else; nothing where it does not say so."""
    if not told.startswith(b"Exif\0\0"):
        return b""
    turned = _orientation(told[6:])
    if not 2 <= turned <= 8:
        return b""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\0\3\0\0\0\1" + turned.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0" + b"MM\0*\0\0\0\x08" + b"\0\1" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _orientation(tiff: bytes) -> int:
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 0

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], "little" if order == "little" else "big")

    first = number(4, 4)
    entries = (first + 2 + 12 * n for n in range(min(number(first, 2), 200)))
    return next((number(at + 8, 2) for at in entries if number(at, 2) == _ORIENTATION), 0)


def _of_png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content) or not name.isalpha():
            break
        if name in _CHUNKS:
            yield content[at:end]
        at = end
        if name == b"IEND":
            return
    yield _untelling(content[at:])


def _untelling(rest: bytes) -> bytes:
    """Return what could not be followed, up to where something begins that tells more than the picture."""
    return rest[: min((found for mark in _TELLING if (found := rest.find(mark)) >= 0), default=len(rest))]
