"""The signed record of an item that could not be handed over: who refused it, or why the worker could not deliver.

A refusal is shown by the refuser's name, the identity paper seen and the signature. Where nobody signs, the delivery
worker's full name, signature and reason stand in its place; the same record shows a wrong address, a recipient who
has moved or is not found. For an organisation its representative refuses, and its stamp goes on the record. Of an
identity number only the last characters are kept.

Stands on: address, proof, errors. Used by: services.returns.
Source: Joint Circular 18/2015 art. 3; Law on Post 2010 art. 17.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .address import NAME_MOST, checked_text
from .errors import Invalid
from .proof import ID_KINDS

_ID_TAIL = re.compile(r"[0-9A-Z]{2,4}")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The evidence: of the refuser, or of the worker."""

    refuser_name: str = ""
    organisation: str = ""  #: for which the refuser speaks; its stamp goes on the record
    id_kind: str = ""
    id_tail: str = ""
    worker_name: str = ""
    statement: str = ""  #: why it could not be handed over, in the worker's words
    signature_png: bytes = b""  #: of the refuser where one is named, else of the worker


def checked_refusal(evidence: Refusal) -> Refusal:
    """Return the evidence with tidy texts. Raises Invalid at the first part without which it shows nothing.

    >>> checked_refusal(Refusal(worker_name=" Trần  Diễn Tập ", statement="Nhà khoá", signature_png=_PNG)).worker_name
    'Trần Diễn Tập'
    """
    if not evidence.signature_png.startswith(_PNG):
        raise Invalid(
            "Chưa có chữ ký, hoặc chữ ký không phải ảnh PNG.", code="refusal.signature", field="/signature_png"
        )
    return _by_refuser(evidence) if evidence.refuser_name else _by_worker(evidence)


def _by_refuser(evidence: Refusal) -> Refusal:
    if evidence.id_kind not in ID_KINDS:
        raise Invalid("Chọn loại giấy tờ tuỳ thân đã xem.", code="refusal.id_kind", field="/id_kind")
    tail = evidence.id_tail.strip().upper()
    if not _ID_TAIL.fullmatch(tail):
        raise Invalid("Ghi 2 đến 4 ký tự cuối của số giấy tờ.", code="refusal.id_tail", field="/id_tail")
    name = checked_text(evidence.refuser_name, what="tên người từ chối", field="/refuser_name", most=NAME_MOST)
    body = checked_text(
        evidence.organisation, what="tên tổ chức từ chối", field="/organisation", most=NAME_MOST, required=False
    )
    return replace(evidence, refuser_name=name, organisation=body, id_tail=tail)


def _by_worker(evidence: Refusal) -> Refusal:
    return replace(
        evidence,
        worker_name=checked_text(evidence.worker_name, what="họ tên bưu tá", field="/worker_name", most=NAME_MOST),
        statement=checked_text(evidence.statement, what="lý do không phát được", field="/statement", most=1000),
        organisation="", id_kind="", id_tail="",
    )  # fmt: skip
