"""Proof of delivery: who received, which paper was seen, what the receiver remarked.

At a door or counter an item is delivered only when the receiver's identity paper was seen (on plastic, or on the screen
of a telephone), and the authorisation of whoever takes it for another or for an organisation. The receiver is asked for
remarks: "none" is an answer, silence is not, because silence loses the receiver the claim for damage. Of an identity
number only the last digits are kept.

Stands on: address, bare_picture, errors. Used by: services.delivery.
Source: Circular 17/2017/TT-BTTTT art. 5.2.d; Decision 45/2016/QĐ-TTg art. 10.2; Law on Post 2010 art. 41.4.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .address import NAME_MOST, checked_text
from .bare_picture import bare_picture
from .errors import Invalid
from .folding import fold

RECEIVER_KINDS = {
    "addressee": "người nhận",
    "proxy": "người được uỷ quyền",
    "organisation": "người nhận thay mặt tổ chức",
}
ID_KINDS = {
    "citizen_id": "căn cước",
    "passport": "hộ chiếu",
    "electronic_id": "căn cước điện tử",
    "other": "giấy tờ khác",
}
_ID_TAIL = re.compile(r"[0-9A-Z]{2,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is shown for a delivery at a door or counter."""

    receiver_name: str
    receiver_kind: str = "addressee"
    id_kind: str
    id_tail: str  #: the last two to four characters of the identity number; the rest is never kept
    authorisation_seen: bool = False
    authorisation: str = ""  #: of a proxy or representative: number and day of the authorisation, who gave it
    relation: str = ""  #: what the proxy is to the addressee, or the representative in the organisation
    remarks: str  #: what the receiver said about the item, or `none`
    signature_png: bytes = b""
    photo_jpeg: bytes = b""


def checked_proof(proof: Proof) -> Proof:
    """Return the proof with tidy texts. Raises Invalid at the first part without which nothing counts as delivered."""
    if proof.receiver_kind not in RECEIVER_KINDS:
        raise Invalid("Ghi rõ người nhận hay người được uỷ quyền.", code="proof.receiver_kind", field="/receiver_kind")
    if proof.id_kind not in ID_KINDS:
        raise Invalid("Chọn loại giấy tờ tuỳ thân đã xem.", code="proof.id_kind", field="/id_kind")
    if not _ID_TAIL.fullmatch(proof.id_tail.strip().upper()):
        raise Invalid("Ghi 2 đến 4 ký tự cuối của số giấy tờ.", code="proof.id_tail", field="/id_tail")
    _must_be_authorised(proof)
    return Proof(
        receiver_name=checked_text(proof.receiver_name, what="tên người nhận", field="/receiver_name", most=NAME_MOST),
        receiver_kind=proof.receiver_kind,
        id_kind=proof.id_kind,
        id_tail=proof.id_tail.strip().upper(),
        authorisation_seen=proof.authorisation_seen,
        authorisation=_tidy(proof.authorisation, "số và ngày giấy uỷ quyền", "/authorisation"),
        relation=_tidy(proof.relation, "quan hệ với người nhận", "/relation"),
        remarks=checked_text(
            proof.remarks, what="nhận xét của người nhận, không có thì ghi none", field="/remarks", most=1000
        ),
        signature_png=bare_picture(proof.signature_png),
        photo_jpeg=bare_picture(proof.photo_jpeg),
    )


#: What a postman writes when the receiver raised nothing, without accents.
_NOTHING_RAISED = frozenset({
    "none", "khong", "khong co", "khong co gi", "khong nhan xet", "khong co nhan xet", "khong y kien",
    "khong co y kien",
})  # fmt: skip


def raised_nothing(remarks: str) -> bool:
    """Say whether a receiver's remark is the word for none, which loses the claim for damage (Law on Post art. 41.4.c).

    >>> raised_nothing("Không có ý kiến."), raised_nothing("Bì thư rách góc")
    (True, False)
    """
    return fold(remarks).strip(" .!") in _NOTHING_RAISED


def _must_be_authorised(proof: Proof) -> None:
    """Raise Invalid when somebody takes it for another without showing by what right."""
    if proof.receiver_kind == "addressee":
        return
    if not proof.authorisation_seen:
        raise Invalid(
            "Người nhận thay phải có giấy uỷ quyền. Xem giấy rồi đánh dấu đã xem.",
            code="proof.authorisation", field="/authorisation_seen",
        )  # fmt: skip
    if not (proof.authorisation.strip() or proof.relation.strip()):
        raise Invalid(
            "Ghi số, ngày giấy uỷ quyền, hoặc quan hệ với người nhận; với tổ chức thì ghi chức vụ.",
            code="proof.authorisation", field="/authorisation",
        )  # fmt: skip


def _tidy(text: str, what: str, field: str) -> str:
    return checked_text(text, what=what, field=field, most=NAME_MOST, required=False)
