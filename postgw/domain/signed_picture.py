"""What a signature under a manifest looks like: the strokes drawn on a screen, or the sheet as it was scanned.

The name, the appointment and the moment are the signature; the picture is kept beside them for whoever doubts it
later. Signing on paper without a scan at hand is lawful: the sheet itself is then the proof.

Stands on: bare_picture, errors. Used by: services.signing, storage.signature_pictures.
Source: Decision 45/2016/QĐ-TTg art. 7.3; Circular 17/2017/TT-BTTTT art. 5.1.g (the record is signed by both).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .bare_picture import bare_picture
from .errors import Invalid

#: How many bytes the strokes may have, and a scanned sheet.
STROKES_MOST, SHEET_MOST = 60_000, 5 * 1024 * 1024
_BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "application/pdf": b"%PDF-"}
_OF_WAY = {"screen": ("image/png",), "paper": tuple(_BEGINNINGS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPicture:
    """One picture, and what kind of file it is."""

    media: str
    content: bytes = field(repr=False)


def checked_picture(content: bytes, *, way: str) -> SignedPicture | None:
    """Return what was drawn or scanned; none where nothing came along. Raises Invalid when it is no such file.

    >>> checked_picture(b"%PDF-1.7 ...", way="paper").media
    'application/pdf'
    >>> checked_picture(b"", way="screen") is None
    True
    """
    if not content:
        return None
    most = STROKES_MOST if way == "screen" else SHEET_MOST
    if len(content) > most:
        raise Invalid(
            "Ảnh chữ ký hoặc bản quét lớn hơn {most} kB. Ký lại hoặc quét lại ở độ nét thấp hơn.", most=most // 1000,
            code="sign.picture_large", field="/picture",
        )  # fmt: skip
    media = next((name for name in _OF_WAY.get(way, ()) if content.startswith(_BEGINNINGS[name])), "")
    if not media:
        raise Invalid(
            "Chữ ký trên màn hình là ảnh PNG; bản quét là tệp PDF, PNG hoặc JPEG.", code="sign.picture_kind",
            field="/picture",
        )  # fmt: skip
    return SignedPicture(media=media, content=bare_picture(content))
