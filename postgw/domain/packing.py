"""Packing and sealing: who closed the envelope, under which seal, before whose eyes.

The postal worker packs and seals in front of the citizen, or of the agency's representative where a result goes home.
Only many equal results for one collective may come packed and sealed by the agency, and only under an agreement that
is in force on that day. A torn wrapping is packed anew after an inventory; the older packing stays.

Stands on: address, errors. Used by: services.packing.
Source: QĐ45/2016/QĐ-TTg Đ.6.5, Đ.9.3-4; TT17/2017/TT-BTTTT Đ.11.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from .address import NAME_MOST, checked_text
from .errors import Conflict, Invalid

SEALED_BY = {"post": "bưu điện", "agency": "cơ quan"}
#: The legs on which the agency gives the envelope away, so that its representative is the witness.
FROM_AGENCY = frozenset({"return", "transfer"})
_SEAL = re.compile(r"[0-9A-Z][0-9A-Z./-]{2,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """One closing of one envelope."""

    ordinal: int = 1
    seal_no: str
    sealed_by: str = "post"
    packed_by: str  #: name of whoever closed it
    witness: str = ""  #: name of the citizen, or of the agency's representative
    witness_of: str = ""  #: citizen or agency
    agreement_no: str = ""
    reason: str = ""  #: why it was packed again
    inventory: str = ""  #: what was found inside when it was opened
    office: str = ""
    packed_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAgreement:
    """What agency and post agreed on, so that results may come sealed by the agency."""

    agreement_no: str
    desk: str
    covers: str
    valid_from: date
    valid_to: date | None = None  #: first day on which it is no longer in force
    author: str
    reason: str
    end_reason: str = ""

    def is_in_force(self, on: date) -> bool:
        """Say whether it holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def checked_packing(packing: Packing, leg: str) -> Packing:
    """Return the packing with tidy texts and the side of its witness.

    Raises Invalid at the first part without which it shows nothing.

    >>> from datetime import UTC
    >>> one = Packing(seal_no=" np-0042 ", packed_by="Trần Diễn Tập", witness="Nguyễn Diễn Tập", recorded_by="t",
    ...               packed_at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> (checked_packing(one, "send").seal_no, checked_packing(one, "return").witness_of)
    ('NP-0042', 'agency')
    """
    seal = packing.seal_no.strip().upper()
    if not _SEAL.fullmatch(seal):
        raise Invalid(
            "Số niêm phong gồm 3 đến 30 chữ in hoa không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch chéo.",
            code="seal.shape", field="/seal_no",
        )  # fmt: skip
    if packing.sealed_by not in SEALED_BY:
        raise Invalid("Bên niêm phong phải là post hoặc agency.", code="seal.side", field="/sealed_by")
    by_agency = packing.sealed_by == "agency"
    if by_agency and leg not in FROM_AGENCY:
        raise Invalid("Cơ quan chỉ niêm phong kết quả của mình.", code="seal.leg", field="/sealed_by")
    if packing.agreement_no and not by_agency:
        raise Invalid("Bưu điện niêm phong thì không ghi thoả thuận.", code="seal.agreement", field="/agreement_no")
    return replace(
        packing, seal_no=seal, witness_of="agency" if leg in FROM_AGENCY else "citizen",
        packed_by=checked_text(packing.packed_by, what="họ tên người đóng gói", field="/packed_by", most=NAME_MOST),
        witness=checked_text(
            packing.witness, what="họ tên người chứng kiến", field="/witness", most=NAME_MOST, required=not by_agency
        ),
        reason=checked_text(packing.reason, what="lý do đóng gói lại", field="/reason", most=300, required=False),
        inventory=checked_text(
            packing.inventory, what="bản kê khi mở gói", field="/inventory", most=1000, required=False
        ),
    )  # fmt: skip


def next_packing(packing: Packing, before: Iterable[Packing]) -> Packing:
    """Return the packing in its turn. Raises Invalid when it is not the first and tells not why, or what was inside."""
    earlier = list(before)
    if not earlier:
        return replace(packing, ordinal=1, reason="", inventory="")
    checked_text(packing.reason, what="lý do đóng gói lại", field="/reason", most=300)
    checked_text(packing.inventory, what="bản kê khi mở gói", field="/inventory", most=1000)
    return replace(packing, ordinal=len(earlier) + 1)


def must_be_covered(agreement: BulkAgreement | None, number: str, desk: str, on: date) -> None:
    """Let the agency's own seal pass. Raises Conflict unless an agreement of that desk is in force on the day."""
    if agreement is None or agreement.desk != desk or not agreement.is_in_force(on):
        raise Conflict(
            "Cơ quan chỉ tự niêm phong khi có thoả thuận giao kết quả hàng loạt còn hiệu lực; {desk} không có thoả"
            " thuận {number} vào ngày {on}.",
            desk=desk, number=number or "nào", on=f"{on:%d/%m/%Y}", code="agreement.none", field="/agreement_no",
            link="/api/v1/bulk-agreements",
        )  # fmt: skip
