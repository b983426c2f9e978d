"""How each state looks to the staff: colour, icon and what it asks of them; always all three together.

Stands on: domain.states. Used by: drawing, and the desk's lists.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def look_of(state: str) -> Look:
    """Return how a state looks."""
    return _LOOKS.get(state, _ANY)
