"""How the wires fare, in words for a counter: the post's feed, the orders asked of it, the words owed to others.

A wire that is down says since when and that nothing is lost by it; one where a person must act says so.

Used by: desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from postgw.services.enquiry import Wires
from postgw.web.language import sentence

#: A feed that was read longer ago than this is slow. Design choice: ten rounds of reading.
_SLOW_AFTER = timedelta(minutes=10)
_CHANNELS = {
    "desk": sentence("Hệ thống một cửa"), "hook": sentence("Hệ thống khác đăng ký nhận tin"),
    "citizen": sentence("Tin nhắn cho người dân"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one wire fares. Words are templates for their values; moments are told by the page."""

    name: str
    account: str = ""
    kind: str = "ok"
    icon: str = "ok"
    word: str = sentence("Thông")
    values: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None  #: down since
    heard_at: datetime | None = None
    note: str = ""


def health_of(wires: Wires, *, at: datetime) -> tuple[Health, ...]:
    """Return how each wire fares."""
    return (*(_feed(row, at) for row in wires.feeds), *_orders(wires.orders), *_errands(wires.errands))


def _feed(row: Mapping[str, object], at: datetime) -> Health:
    name, account = sentence("Tin từ bưu điện"), str(row["account"])
    read_at, failing = row["read_at"], row["failing_since"]
    heard_at = read_at if isinstance(read_at, datetime) else None
    if isinstance(failing, datetime):
        return Health(
            name=name, account=account, kind="offline", icon="offline", word=sentence("Mất tin"), since=failing,
            heard_at=heard_at, note=sentence("Cổng tự hỏi lại. Bưu điện nói lại đủ khi thông."),
        )  # fmt: skip
    if heard_at is None:
        return Health(name=name, account=account, kind="quiet", icon="due", word=sentence("Chưa nghe lần nào"))
    if at - heard_at > _SLOW_AFTER:
        return Health(name=name, account=account, kind="warn", icon="warn", word=sentence("Chậm"), heard_at=heard_at)
    return Health(name=name, account=account, heard_at=heard_at)


def _orders(orders: Mapping[str, int]) -> Iterator[Health]:
    name = sentence("Đơn gửi bưu điện")
    waiting = sum(orders.get(state, 0) for state in ("waiting", "unknown", "cancelling"))
    if refused := orders.get("refused", 0):
        yield Health(
            name=name, kind="stuck", icon="stuck", word=sentence("{n} đơn bị từ chối"), values={"n": refused},
            note=sentence("Mở bưu gửi, sửa chỗ bưu điện nêu rồi đặt lại."),
        )  # fmt: skip
    elif waiting:
        yield Health(
            name=name, kind="warn", icon="warn", word=sentence("{n} đơn chờ"), values={"n": waiting},
            note=sentence("Cổng tự gửi lại cho đến khi bưu điện trả lời."),
        )  # fmt: skip
    else:
        yield Health(name=name)


def _errands(errands: Mapping[str, int]) -> Iterator[Health]:
    yield from _told(errands)
    others = {name: n for name, n in errands.items() if name.partition(".")[2] not in _CHANNELS}
    if parked := sum(n for name, n in others.items() if name.startswith("parked.")):
        yield Health(
            name=sentence("Việc khác của cổng"), kind="stuck", icon="stuck", word=sentence("{n} việc kẹt"),
            values={"n": parked}, note=sentence("Quản trị xem lý do rồi cho gửi lại."),
        )  # fmt: skip


def _told(errands: Mapping[str, int]) -> Iterator[Health]:
    for channel, name in _CHANNELS.items():
        parked, waiting = errands.get(f"parked.{channel}", 0), errands.get(f"waiting.{channel}", 0)
        if parked:
            yield Health(
                name=name, kind="stuck", icon="stuck", word=sentence("{n} tin kẹt"), values={"n": parked},
                note=sentence("Quản trị xem lý do rồi cho gửi lại."),
            )  # fmt: skip
        elif waiting:
            yield Health(
                name=name, kind="warn", icon="warn", word=sentence("{n} tin chờ"), values={"n": waiting},
                note=sentence("Cổng tự gửi lại."),
            )  # fmt: skip
        else:
            yield Health(name=name)
