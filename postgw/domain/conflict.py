"""A conflict: two statements that cannot both be true, or an act that the house could not take; a lead settles it.

Nothing is lost for being odd: every scan is kept, and what does not fit is laid before a person, once, with both sides
and the lawful ways to settle it. `subject` names the matter, whoever finds it and however often; a conflict that has
gone by itself (a worker took his scan back, the item went on to where it belongs) is closed as `gone`.

A side names officials, devices, offices and times. Of citizens it holds nothing.

Stands on: errors. Used by: contradictions, services.conflicts, storage.conflicts.
Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true); Law on Post 2010 art. 11.3 (where an item
is validly delivered).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s

from .errors import Conflict, Invalid
from .legal_day import shown

#: Each kind with its title, and its ways with theirs. Of a pair, `first` is the side that happened first.
KINDS: Mapping[str, str] = {
    "delivered_twice": "Phát hai lần",
    "delivered_after_end": "Phát sau khi đã kết thúc",
    "seen_after_end": "Còn quét sau khi đã kết thúc",
    "wrong_office": "Nằm ở bưu cục không phục vụ nơi nhận",
    "refused": "Việc chưa ghi được",
    "revoked_device": "Máy đã báo mất gửi lại",
    "not_heard": "Mang đi, chưa có lần quét nào sau đó",
    "unverified": "Chữ ký của máy không khớp",
    "after_shift": "Ghi ngoài giờ của ca",
    "device_clock": "Đồng hồ của máy sai",
}
WAYS: Mapping[str, Mapping[str, str]] = {
    "delivered_twice": {"first": "Giữ lần phát trước", "second": "Giữ lần phát sau", "both": "Giữ cả hai như đang ghi"},
    "delivered_after_end": {
        "first": "Giữ việc kết thúc, bỏ lần phát",
        "second": "Giữ lần phát, bỏ việc kết thúc",
        "both": "Giữ cả hai như đang ghi",
    },
    "seen_after_end": {
        "first": "Giữ việc kết thúc, bỏ lần quét",
        "second": "Bưu gửi còn ở bưu điện, bỏ việc kết thúc",
        "both": "Giữ cả hai như đang ghi",
    },
    "wrong_office": {"forward": "Chuyển đến đúng bưu cục", "here": "Để ở đây là đúng"},
    "refused": {"again": "Ghi lại việc này", "aside": "Không ghi, để riêng"},
    "revoked_device": {"take": "Nhận và ghi việc này", "aside": "Không ghi, để riêng"},
    "not_heard": {"seen": "Đã xem, đã tìm"},
    "unverified": {"seen": "Đã xem"},
    "after_shift": {"seen": "Đã xem"},
    "device_clock": {"seen": "Đã xem"},
}
#: Found in a journey; where it is found no more, it has gone by itself.
OF_A_JOURNEY = ("delivered_twice", "delivered_after_end", "seen_after_end", "wrong_office")
#: An act that a device told and that is not done; its text is kept until the matter is settled.
OF_AN_ACT = ("refused", "revoked_device")
#: Ways by which the act itself is done: whoever settles so has done it first.
DOES_THE_ACT = frozenset({"again", "take"})
GONE = "gone"
REASON_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one witness said, or what was to be expected."""

    word: str  #: a scan word, the kind of an act, or what was looked at (`route`, `clock`, `revoked`, `shift`)
    key: str = ""  #: of a scan: names it among all scans
    source: str = ""
    witness: int = 0
    actor: str = ""
    office: str = ""
    at: datetime | None = None  #: when it happened
    device_at: datetime | None = None  #: by the device's own clock
    received_at: datetime | None = None
    state: str = ""  #: of the consignment after it
    reason: str = ""  #: a code of a closed list, or of an answer
    detail: Mapping[str, object] = field(default_factory=dict)  #: figures and numbers

    @property
    def device_no(self) -> str:
        """Return the device that said it; empty when it was none.

        >>> Side(word="delivered", source="device:TB-0001").device_no, Side(word="arrived", source="feed:vnp").device_no
        ('TB-0001', '')
        """
        return self.source.removeprefix("device:") if self.source.startswith("device:") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conflict as it was found; it is kept once under its subject."""

    kind: str
    subject: str
    unit: str = ""  #: whose lead settles it
    consignment_no: str = ""
    device_no: str = ""
    counter: int = 0  #: of an act: which one of the device
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptConflict:
    """A conflict as it is kept."""

    conflict_no: str
    found: Found
    found_at: datetime
    state: str = "open"  #: open, settled
    settled_as: str = ""  #: a way of its kind, or `gone`
    settled_at: datetime | None = None
    settled_by: str = ""
    reason: str = ""

    @property
    def act_digest(self) -> str:
        """Return what tells the text of its act from any other that bears the same counter."""
        told = self.found.sides[0].detail.get("digest", "") if self.found.kind in OF_AN_ACT else ""
        return str(told)

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for a lead."""
        return self.state == "open"

    def must_be_open(self) -> None:
        """Raise Conflict, naming who came first and when, unless it still waits."""
        if self.is_open:
            return
        if self.settled_as == GONE or self.settled_at is None:
            raise Conflict("Việc này đã tự hết, không còn gì phải xử lý.", code="conflict.gone")
        raise Conflict(
            "{who} đã xử lý việc này lúc {moment}.", who=self.settled_by, moment=shown(self.settled_at),
            code="conflict.settled",
        )  # fmt: skip


def subject_of(kind: str, *parts: str) -> str:
    """Return the name of a matter; the same parts name the same matter.

    >>> subject_of("device_clock", "TB-0001", "2026-11-23") == subject_of("device_clock", "TB-0001", "2026-11-23")
    True
    >>> subject_of("device_clock", "TB-0001", "2026-11-23") == subject_of("device_clock", "TB-0001", "2026-11-24")
    False
    """
    return f"{kind}:{blake2s(chr(31).join(parts).encode(), digest_size=16).hexdigest()}"


def of_act(
    kind: str, *, device_no: str, counter: int, digest: str, unit: str, consignment_no: str = "", side: Side
) -> Found:
    """Return the conflict of one act that was not done: one an act, however often the device tells it."""
    return Found(
        kind=kind, subject=subject_of(kind, device_no, str(counter), digest), unit=unit, consignment_no=consignment_no,
        device_no=device_no, counter=counter, sides=(side,),
    )  # fmt: skip


def of_stranger(*, device_no: str, unit: str, day: str, side: Side) -> Found:
    """Return the conflict of acts that do not bear the right signatures: one a device and day.

    Anybody may send such a text, so it is no act of the device, and there is no end to them.
    """
    return Found(
        kind="unverified", subject=subject_of("unverified", device_no, day), unit=unit, device_no=device_no,
        sides=(side,),
    )  # fmt: skip


def of_clock(*, device_no: str, unit: str, worker: str, device_at: datetime, received_at: datetime, day: str) -> Found:
    """Return the conflict of a clock that is off: one a device and day, with both times."""
    skew = int((device_at - received_at).total_seconds())
    side = Side(
        word="clock", source=f"device:{device_no}", actor=worker, office=unit, device_at=device_at,
        received_at=received_at, detail={"seconds": skew},
    )  # fmt: skip
    return Found(
        kind="device_clock", subject=subject_of("device_clock", device_no, day), unit=unit, device_no=device_no,
        sides=(side,),
    )  # fmt: skip


def of_shift(*, shift_no: str, device_no: str, unit: str, worker: str, ended_at: datetime, act_at: datetime) -> Found:
    """Return the conflict of acts that a shift's hours do not cover: one a shift."""
    source = f"device:{device_no}"
    sides = (
        Side(word="shift", source=source, actor=worker, office=unit, at=ended_at, detail={"shift_no": shift_no}),
        Side(word="act", source=source, actor=worker, office=unit, at=act_at),
    )
    return Found(
        kind="after_shift", subject=subject_of("after_shift", shift_no), unit=unit, device_no=device_no, sides=sides
    )


def checked_reason(text: str) -> str:
    """Return why a lead decides so. Raises Invalid when nothing is said, or too much.

    >>> checked_reason("  Đã gọi   người nhận ")
    'Đã gọi người nhận'
    """
    reason = " ".join(text.split())
    if len(reason) < 3:
        raise Invalid("Ghi lý do, để người sau đọc lại hiểu được.", code="conflict.reason", field="/reason")
    if len(reason) > REASON_MOST:
        raise Invalid(
            "Lý do dài {length} ký tự, nhiều nhất {most}. Rút gọn.", length=len(reason), most=REASON_MOST,
            code="conflict.reason", field="/reason",
        )  # fmt: skip
    return reason
