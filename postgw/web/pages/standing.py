"""How each state looks to the staff: colour, icon and what it asks of them; and the lanes of the desk's day.

A state is always colour, icon and word together. The lanes run from what a person must look at to what is over, so the
top of the page is where the work is.

Stands on: domain.states. Used by: drawing, desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from postgw.domain.consignment import Consignment
from postgw.web.language import sentence


@dataclass(frozen=True, slots=True)
class Look:
    """One state on a page of the staff."""

    kind: str  #: the colour: ok, warn, late, stuck, run, quiet
    icon: str
    work: str  #: what it means for the one at the counter


_LOOKS = {
    "registered": Look("warn", "warn", sentence("Đã ghi sổ, chưa đặt bưu điện")),
    "booked": Look("run", "due", sentence("Đã đặt, chờ bưu điện nhận")),
    "collected": Look("run", "run", sentence("Đã rời tay, chờ bưu điện chuyển đi")),
    "in_transit": Look("run", "run", sentence("Bưu điện đang chuyển đến nơi nhận")),
    "at_office": Look("run", "run", sentence("Ở bưu cục, chờ đi tiếp hoặc chờ phát")),
    "out_for_delivery": Look("run", "run", sentence("Đang đến tận nơi, có thể hỏi bưu tá")),
    "attempted": Look("warn", "warn", sentence("Phát chưa được, chờ phát lại hoặc mời đến nhận")),
    "held": Look("warn", "warn", sentence("Chờ người nhận đến bưu cục")),
    "delivered": Look("ok", "ok", sentence("Đã phát, đủ chứng từ")),
    "delivered_by_post_statement": Look("warn", "warn", sentence("Bưu điện báo đã phát, còn nợ chứng từ")),
    "returning": Look("stuck", "stuck", sentence("Không phát được, đang quay về")),
    "returned": Look("stuck", "stuck", sentence("Đã quay về, chờ hẹn lại người dân")),
    "unclaimed": Look("stuck", "stuck", sentence("Không ai nhận, chờ xử lý")),
    "archived": Look("quiet", "box", sentence("Đưa vào lưu, không gửi lại")),
    "lost": Look("late", "late", sentence("Phải tìm và trả lời người dân")),
    "cancelled": Look("quiet", "box", sentence("Lần gửi đã huỷ, giấy tờ ở nơi gửi")),
    "recalled": Look("stuck", "stuck", sentence("Người gửi gọi lại, chờ về")),
}
_ANY = Look("quiet", "box", "")
#: lane title, hint, kind, states
_LANES = (
    (sentence("Cần xem"), sentence("người phải quyết"), "stuck",
     ("lost", "unclaimed", "returned", "returning", "recalled", "delivered_by_post_statement", "attempted")),
    (sentence("Chờ giao"), sentence("chưa rời tay"), "warn", ("registered", "booked")),
    (sentence("Bưu điện giữ"), sentence("đang đi"), "run",
     ("held", "out_for_delivery", "at_office", "in_transit", "collected")),
    (sentence("Đã xong"), sentence("để tra lại"), "", ("delivered", "archived", "cancelled")),
)  # fmt: skip
_SHOWN_FIRST = 12


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the day: a state, how many stand in it, and one of them to begin with."""

    state: str
    count: int
    first: Consignment | None


@dataclass(frozen=True, slots=True)
class Lane:
    """Lines that ask the same of the one at the counter."""

    title: str
    hint: str
    kind: str
    jobs: tuple[Job, ...]


def look_of(state: str) -> Look:
    """Return how a state looks."""
    return _LOOKS.get(state, _ANY)


def lanes_of(counts: Mapping[str, int], lists: Mapping[str, tuple[Consignment, ...]]) -> tuple[Lane, ...]:
    """Return the lanes of a day, the empty ones left out."""
    lanes = (Lane(title, hint, kind, tuple(_jobs(states, counts, lists))) for title, hint, kind, states in _LANES)
    return tuple(lane for lane in lanes if lane.jobs)


def _jobs(
    states: tuple[str, ...], counts: Mapping[str, int], lists: Mapping[str, tuple[Consignment, ...]]
) -> Iterator[Job]:
    for state in states:
        if counts.get(state):
            yield Job(state, counts[state], next(iter(lists.get(state, ())), None))


def first_rows(lists: Mapping[str, tuple[Consignment, ...]]) -> tuple[Consignment, ...]:
    """Return the consignments to look at first: those that a person must look at, then those not yet handed over."""
    states = (*_LANES[0][3], *_LANES[1][3])
    rows = [consignment for state in states for consignment in lists.get(state, ())]
    return tuple(rows[:_SHOWN_FIRST])
