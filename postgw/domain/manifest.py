"""The handover manifest: the list that two hands sign when items pass between a desk and the post.

Both sides count and must find the same. What is missing, extra or damaged is written down and never smoothed over;
custody passes only for lines that were ticked, and only when both have signed. **The later of the two signing moments
is the legal filing time** of the dossiers that arrive by it.

Stands on: errors. Used by: services.handover, labels' handover record.
Source: Decision 45/2016/QĐ-TTg art. 7.2 to 7.4, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .errors import Conflict, Forbidden, Invalid

DIRECTIONS = {"to_post": "Giao cho bưu điện", "to_desk": "Giao cho bộ phận Một cửa"}
OUTCOMES = {
    "expected": "chưa đếm",
    "ticked": "đủ",
    "missing": "thiếu",
    "extra": "ngoài danh sách",
    "damaged": "rách, hỏng",
}
#: The law asks for these and does not stop the handover for want of them: they are shown, not enforced.
WARNINGS = {
    "unsealed": "chưa ghi niêm phong",
    "originals_owed": "cơ quan còn nợ bản chính, chưa xác nhận trả hay giữ",
}
SIDES = ("giver", "taker")
WAYS = ("screen", "paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One item on the list."""

    consignment_no: str
    outcome: str = "expected"
    note: str = ""
    ticked_at: datetime | None = None
    ticked_by: str = ""
    seal_no: str = ""  #: of the seal that the envelope bears
    warnings: tuple[str, ...] = ()  #: of WARNINGS: what the law asks for before the post takes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One side's signature. `signed_at` is the moment written on it, which is the legal one."""

    side: str
    signatory: str  #: number of the appointment under which it was given
    name: str  #: as it stood at that moment
    signed_at: datetime
    way: str = "screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The list, its lines and its signatures."""

    manifest_no: str
    desk: str
    office: str
    direction: str
    state: str = "open"  #: open, closed, signed
    lines: tuple[ManifestLine, ...] = ()
    signatures: tuple[Signature, ...] = field(default=())

    def signature(self, side: str) -> Signature | None:
        """Return the signature of one side, if given."""
        return next((signature for signature in self.signatures if signature.side == side), None)

    def signed_at(self) -> datetime | None:
        """Return the later of the two signing moments, once both have signed."""
        if len(self.signatures) < len(SIDES):
            return None
        return max(signature.signed_at for signature in self.signatures)

    def uncounted(self) -> tuple[str, ...]:
        """Return the items that nobody has yet found or missed."""
        return tuple(line.consignment_no for line in self.lines if line.outcome == "expected")

    def passing(self) -> tuple[ManifestLine, ...]:
        """Return the lines whose custody passes with the signatures: found, whole or damaged, listed or extra."""
        return tuple(line for line in self.lines if line.outcome in {"ticked", "extra", "damaged"})

    def must_be(self, *states: str) -> None:
        """Raise Conflict unless the manifest is in one of `states`."""
        if self.state not in states:
            words = {"open": "đang mở", "closed": "đã chốt", "signed": "đã ký đủ hai bên"}
            raise Conflict(
                "Biên bản {number} {state}, không làm việc này được.", number=self.manifest_no,
                state=words[self.state], code="manifest.state",
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A person appointed to sign for one unit, from a day on."""

    signatory_no: str
    unit_kind: str  #: desk or office
    unit: str
    name: str
    subject: str = "dossiers"  #: dossiers or fees
    account: str = ""  #: the token or account that signs on screen for this person


def must_be_signable(side: str, way: str, signed_at: datetime | None, at: datetime) -> None:
    """Raise Invalid unless a signature is given for a side, in a way we know, at a moment that has come."""
    if side not in SIDES or way not in WAYS:
        raise Invalid("Bên ký phải là giver hoặc taker; cách ký là screen hoặc paper.", code="sign.side", field="/side")
    if signed_at and way == "screen":
        raise Invalid("Ký trên màn hình thì giờ ký là giờ máy.", code="sign.time", field="/signed_at")
    if signed_at and signed_at > at:
        raise Invalid("Giờ ký ghi trên giấy chưa đến.", code="sign.future", field="/signed_at")


def must_be_counted(manifest: Manifest) -> None:
    """Raise Conflict while nobody has found or missed some line."""
    if left := manifest.uncounted():
        raise Conflict(
            "Còn {count} bưu gửi chưa đếm. Quét từng bưu gửi, hoặc ghi thiếu, rồi ký.",
            count=len(left), code="manifest.uncounted",
        )  # fmt: skip


def must_be_own_hand(manifest: Manifest, side: str, signatory: Signatory, *, way: str, account: str) -> None:
    """Raise Conflict when the side has signed, Forbidden when the hand is not the appointed one or signs both sides."""
    if manifest.signature(side):
        raise Conflict("Bên này đã ký.", code="sign.given", field="/side")
    if way == "screen" and signatory.account != account:
        raise Forbidden(
            "Ký trên màn hình phải do chính người được cử, bằng tài khoản của mình.",
            code="sign.account", field="/signatory_no",
        )  # fmt: skip
    other = next((signature for signature in manifest.signatures if signature.side != side), None)
    if other and (other.signatory == signatory.signatory_no or other.name == signatory.name):
        raise Forbidden("Một người không ký cả hai bên.", code="sign.both_sides", field="/signatory_no")
