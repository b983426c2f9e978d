"""The consignment note (phiếu gửi hồ sơ) in words: the contract that both hands sign, and what both have signed.

It names both ends, time and place of acceptance, the price and how it is paid, and what is inside: the papers of a
dossier, or the result with each original that goes back. While it is unsigned it says what is true now; signed by both
it is kept word for word and never changes again. Each side signs one wording: when the content changes before the
other side has signed, the earlier signature stands under a wording that is no more.

Stands on: consignment, paper, receipt, errors. Used by: services.noting, services.signing, services.labelling, labels,
storage.notes.
Source: TT17/2017/TT-BTTTT Đ.9; QĐ45/2016/QĐ-TTg Đ.6.4, Đ.9.1.c, Đ.9.2; TT 02/2012 Đ.2-3.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from .address import NAME_MOST, Party, checked_text
from .consignment import LEG_TITLES, Consignment
from .errors import Conflict, Forbidden, Invalid
from .legal_day import shown
from .packing import FROM_AGENCY
from .paper import KINDS, Paper
from .receipt import Receipt

SIDES = {"consignor": "người gửi", "post": "đại diện bưu điện"}
_PNG = b"\x89PNG\r\n\x1a\n"
_METHOD = "Dịch vụ bưu chính công ích (Quyết định 45/2016/QĐ-TTg)"
_QUALITY = "Thời gian toàn trình theo Điều 7 Thông tư 17/2017/TT-BTTTT."
_RIGHTS = "Quyền và nghĩa vụ của các bên theo Luật Bưu chính và Quyết định 45/2016/QĐ-TTg."
_LIABILITY = "Trách nhiệm và bồi thường theo Điều 14 Quyết định 45/2016/QĐ-TTg và Nghị định 47/2011/NĐ-CP."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEnd:
    """The sender or the receiver as the contract names them."""

    name: str
    address: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """One line of what is inside."""

    name: str
    kind: str
    quantity: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """All that stands on the note, worded."""

    consignment_no: str
    item_no: str = ""
    dossier_no: str = ""
    leg: str
    post_name: str
    consignor: NoteEnd
    consignee: NoteEnd
    accepted_at: str = ""
    accepted_office: str = ""
    method: str
    subject_title: str
    subject: str
    papers: tuple[NoteLine, ...]
    also: str = ""  #: what is not inside and must be known: papers to collect at delivery, the seal
    prices: tuple[tuple[str, str], ...]
    total: str
    payment: str
    quality: str
    rights: str
    liability: str
    consignor_signed_at: str = ""
    consignor_signer: str = ""
    post_signed_at: str = ""
    post_signer: str = ""
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What is true of a consignment now, as far as its note tells it."""

    consignment: Consignment
    subject: str  #: the procedure's name
    papers: tuple[Paper, ...] = ()  #: of a `send`, `transfer` or `withdrawal`: what is inside
    originals: tuple[Paper, ...] = ()  #: of a `return`: those that the officer confirmed
    unconfirmed: tuple[Paper, ...] = ()  #: of a `return`: owed, and nobody said yet whether they go
    to_collect: tuple[str, ...] = ()  #: of a `return`: old papers that are asked for at delivery
    receipts: tuple[Receipt, ...] = ()  #: what was taken for this consignment
    ceiling_dong: int | None = None  #: the most the postage may be, where the zone is known
    ceiling_grams: int = 0
    accepted_at: datetime | None = None
    accepted_office: str = ""
    seal_no: str = ""
    paid_elsewhere: str = ""  #: how the fee was paid before, and the paper that shows it
    supplements: bool = False  #: of a `send`: it brings the papers that were asked for once more


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One side's signature under one wording."""

    side: str
    name: str
    digest: str  #: of the wording that was signed
    signed_at: datetime
    way: str = "screen"  #: screen, or the number of the manifest whose signature it is
    signature_png: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenNote:
    """A note as it was kept when both had signed."""

    note: Note
    digest: str
    frozen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStanding:
    """How far the signing of a note has come."""

    consignment_no: str
    digest: str
    frozen_at: datetime | None
    signatures: tuple[NoteSignature, ...]


def worded(facts: NoteFacts, *, post_name: str, rehearsal: bool) -> Note:
    """Return the note of a consignment, worded for paper, without signatures."""
    one = facts.consignment
    prices, total, payment = _money(facts)
    return Note(
        consignment_no=one.consignment_no, item_no=one.item_no, dossier_no=one.dossier_no, leg=_leg_title(facts),
        post_name=post_name, consignor=_end(one.consignor), consignee=_end(one.consignee),
        accepted_at=shown(facts.accepted_at) if facts.accepted_at else "", accepted_office=facts.accepted_office,
        method=_METHOD, subject_title=_subject_title(one),
        subject=facts.subject, papers=tuple(_inside(facts)), also=_also(facts), prices=prices, total=total,
        payment=payment, quality=_QUALITY, rights=_RIGHTS, liability=_LIABILITY, rehearsal=rehearsal,
    )  # fmt: skip


def _leg_title(facts: NoteFacts) -> str:
    if facts.consignment.without_result:
        return "Trả lại hồ sơ"
    return "Gửi phần bổ sung hồ sơ" if facts.supplements else LEG_TITLES[facts.consignment.leg]


def _subject_title(one: Consignment) -> str:
    if one.without_result:
        return "Hồ sơ trả lại, chưa giải quyết"
    return "Kết quả giải quyết" if one.leg == "return" else "Thủ tục hành chính"


def listed(note: Note) -> str:
    """Return what is inside in one line, as the handover record lists it."""
    return "; ".join(f"{line.name} ({line.kind.lower()})" + _times(line.quantity) for line in note.papers)


def _times(quantity: str) -> str:
    return "" if quantity == "1" else f" x{quantity}"


def _end(party: Party) -> NoteEnd:
    return NoteEnd(name=party.name, address=party.one_line(), phone=party.phone, email=party.email)


def _inside(facts: NoteFacts) -> Iterable[NoteLine]:
    if facts.consignment.leg != "return" or facts.consignment.without_result:
        yield from (_line(paper, _owed(facts.consignment.leg, paper)) for paper in facts.papers)
        return
    yield NoteLine(name=facts.subject, kind="Kết quả", quantity="1")
    yield from (_line(paper, "Bản chính trả lại") for paper in facts.originals)
    yield from (_line(paper, "Bản chính trả lại, chờ xác nhận") for paper in facts.unconfirmed)


def _line(paper: Paper, remark: str) -> NoteLine:
    return NoteLine(name=paper.name, kind=KINDS[paper.kind], quantity=str(paper.quantity), remark=remark)


def _owed(leg: str, paper: Paper) -> str:
    if leg == "withdrawal":
        return "Thu hồi, nộp cơ quan"
    if paper.must_return and paper.kind == "original":
        return "Phải trả lại"
    return "Phải thu hồi" if paper.must_withdraw else ""


def _also(facts: NoteFacts) -> str:
    collect = f"Thu lại khi phát: {'; '.join(facts.to_collect)}." if facts.to_collect else ""
    seal = f"Số niêm phong: {facts.seal_no}." if facts.seal_no else ""
    return " ".join(part for part in (collect, seal) if part)


def dong(amount: int) -> str:
    """Return an amount as Vietnamese readers write it.

    >>> dong(26000)
    '26.000 ₫'
    """
    return f"{amount:,} ₫".replace(",", ".")


def _money(facts: NoteFacts) -> tuple[tuple[tuple[str, str], ...], str, str]:
    """Return the lines of the price, the total and how it is paid; of postage nobody took, only the most it may be."""
    fees = [each for each in facts.receipts if each.ledger == "fee"]
    postage = [each for each in facts.receipts if each.ledger == "postage"]
    left = max(facts.consignment.collect_dong - sum(each.amount_dong for each in fees), 0)
    rows = [(f"Cước, đã thu (phiếu thu {each.receipt_no})", dong(each.amount_dong)) for each in postage]
    rows += [] if postage else [_postage_to_come(facts)]
    rows += [(f"Phí, lệ phí, đã thu (biên lai {each.receipt_no})", dong(each.amount_dong)) for each in fees]
    rows += [("Phí, lệ phí thu hộ", dong(left))] if left or not fees else []
    total = dong(sum(each.amount_dong for each in facts.receipts) + left)
    is_open = not postage and facts.consignment.leg != "withdrawal"
    return tuple(rows), f"{total} (chưa gồm cước)" if is_open else total, _payment(facts, left)


def _postage_to_come(facts: NoteFacts) -> tuple[str, str]:
    if facts.consignment.leg == "withdrawal":
        return "Cước: nằm trong giá trả kết quả", dong(0)
    if facts.ceiling_dong is None:
        return "Cước, chưa thu: theo bảng giá công bố của Bưu điện", "……………"
    return (
        f"Cước, chưa thu: tối đa theo Thông tư 22/2017/TT-BTTTT, đến {facts.ceiling_grams} g",
        f"≤ {dong(facts.ceiling_dong)}",
    )


def _payment(facts: NoteFacts, left: int) -> str:
    taken = [facts.paid_elsewhere] if facts.paid_elsewhere else []
    taken += ["Phần đã thu: theo biên lai, phiếu thu ghi trên"] if facts.receipts else []
    who = "người nhận trả khi nhận" if facts.consignment.leg == "return" else "người gửi trả khi gửi"
    taken += [f"Phí, lệ phí: tiền mặt, {who}"] if left else []
    is_open = facts.consignment.leg != "withdrawal" and all(each.ledger != "postage" for each in facts.receipts)
    taken += ["Cước: người dân trả theo bảng giá công bố"] if is_open else []
    return "; ".join(taken) or "Không thu tiền khi phát"


def digest_of(note: Note) -> str:
    """Return what both sides sign: the hash of the wording, without the moments that come with the signing itself."""
    bare = replace(
        note, accepted_at="", accepted_office="", consignor_signed_at="", consignor_signer="", post_signed_at="",
        post_signer="",
    )  # fmt: skip
    return hashlib.sha256(json.dumps(asdict(bare), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def signed(note: Note, signatures: Sequence[NoteSignature]) -> Note:
    """Return the note with its signatures written on it."""
    by_side = {each.side: each for each in signatures}
    consignor, post = by_side.get("consignor"), by_side.get("post")
    return replace(
        note,
        consignor_signed_at=shown(consignor.signed_at) if consignor else "",
        consignor_signer=consignor.name if consignor else "",
        post_signed_at=shown(post.signed_at) if post else "", post_signer=post.name if post else "",
    )  # fmt: skip


def of_wording(signatures: Iterable[NoteSignature], digest: str) -> tuple[NoteSignature, ...]:
    """Return the signatures that stand under this wording."""
    return tuple(each for each in signatures if each.digest == digest)


def must_be_signed_here(consignment: Consignment) -> None:
    """Raise Conflict where the agency is the sender: its hand is the one under the manifest."""
    if consignment.leg in FROM_AGENCY:
        raise Conflict(
            "Phiếu gửi {number} do cơ quan gửi: hai bên ký bằng biên bản giao nhận, không ký riêng.",
            number=consignment.consignment_no, code="note.by_manifest",
        )  # fmt: skip


def checked_signature(signature: NoteSignature, before: Sequence[NoteSignature]) -> NoteSignature:
    """Return a signature with a tidy name, to stand beside those of the same wording.

    Raises Invalid without a name or a picture, Conflict when the side has signed, Forbidden when one person signs both.
    """
    if signature.side not in SIDES:
        raise Invalid("Bên ký phải là consignor hoặc post.", code="note.side", field="/side")
    if not signature.signature_png.startswith(_PNG):
        raise Invalid("Chưa có chữ ký, hoặc chữ ký không phải ảnh PNG.", code="note.signature", field="/signature_png")
    name = checked_text(signature.name, what="họ tên người ký", field="/name", most=NAME_MOST)
    for each in before:
        if each.side == signature.side:
            raise Conflict("Bên này đã ký phiếu gửi.", code="note.signed", field="/side")
        if each.name == name:
            raise Forbidden("Một người không ký cả hai bên.", code="note.both_sides", field="/name")
    return replace(signature, name=name)
