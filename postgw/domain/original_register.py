"""The agency's original register (sổ gốc): the postal worker signs it only with the citizen's written authorisation.

Who signs it has taken a diploma or a licence in the citizen's name, so the authorisation is kept as a document, with
who saw it; each signing refers to one.

Stands on: address, errors. Used by: services.registers.
Source: QĐ45/2016/QĐ-TTg Đ.9.1.d; TT17/2017/TT-BTTTT Đ.5.2.a.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .address import NAME_MOST, checked_text
from .errors import Conflict, Invalid

#: How a scanned document begins, by what it is.
_MEDIA = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
DOCUMENT_MOST = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The citizen's written word that a postal worker may sign."""

    authorisation_no: str = ""
    reference: str  #: number or date that stands on it
    worker: str  #: name of the postal worker who may sign
    seen_by: str  #: name of whoever saw the original
    media: str = ""
    document: bytes = b""
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSigning:
    """One signature in the register."""

    authorisation_no: str
    register_name: str  #: which register
    entry: str  #: volume, page, number
    worker: str
    signed_at: datetime
    recorded_by: str


def media_of(document: bytes, *, field: str = "/document") -> str:
    """Return what a scanned document is. Raises Invalid unless it is PDF, PNG or JPEG of at most 2 MB.

    >>> media_of(b"%PDF-1.7 ...")
    'application/pdf'
    """
    media = next((media for begins, media in _MEDIA.items() if document.startswith(begins)), "")
    if not media:
        raise Invalid("Bản quét phải là PDF, PNG hoặc JPEG.", code="document.media", field=field)
    if len(document) > DOCUMENT_MOST:
        raise Invalid("Bản quét lớn hơn 2 MB. Quét lại ở độ phân giải thấp hơn.", code="document.large", field=field)
    return media


def checked_authorisation(given: Authorisation) -> Authorisation:
    """Return the authorisation with tidy texts. Raises Invalid at the first part without which it shows nothing."""
    return replace(
        given, media=media_of(given.document),
        reference=checked_text(given.reference, what="số, ngày giấy uỷ quyền", field="/reference", most=100),
        worker=checked_text(given.worker, what="họ tên nhân viên bưu điện", field="/worker", most=NAME_MOST),
        seen_by=checked_text(given.seen_by, what="họ tên người đã xem bản gốc", field="/seen_by", most=NAME_MOST),
    )  # fmt: skip


def checked_signing(signing: RegisterSigning, known: Authorisation | None) -> RegisterSigning:
    """Return the signing with tidy texts.

    Raises Conflict without an authorisation of the citizen for that worker, Invalid at the first wrong part.
    """
    register = checked_text(signing.register_name, what="tên sổ gốc", field="/register_name", most=200)
    entry = checked_text(signing.entry, what="quyển, trang, số thứ tự", field="/entry", most=100)
    worker = checked_text(signing.worker, what="họ tên nhân viên bưu điện", field="/worker", most=NAME_MOST)
    if known is None or known.worker != worker:
        raise Conflict(
            "Nhân viên bưu điện chỉ ký sổ gốc khi người dân uỷ quyền bằng văn bản cho chính người ấy. Ghi giấy uỷ"
            " quyền trước.",
            code="register.no_authorisation", field="/authorisation_no",
        )  # fmt: skip
    return replace(signing, register_name=register, entry=entry, worker=worker)
