"""Switches that make the rehearsal post office behave as outsiders do on bad days.

Each share is between 0 (never) and 1 (always). They can be set at the start or, on the loopback, while it runs. Which
call is hit is drawn from the seed, so that a bad day can be lived through twice.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from postgw.domain.errors import Invalid


def _share(help_text: str) -> Any:
    return field(default=0.0, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong, and how often."""

    slow_seconds: float = field(default=0.0, metadata={"help": "chậm thêm bấy nhiêu giây mỗi lần trả lời"})
    silent: float = _share("tỷ lệ lần gọi không bao giờ được trả lời (và không làm gì)")
    server_error: float = _share("tỷ lệ lần gọi nhận mã 503 (và không làm gì)")
    refuse_token: float = _share("tỷ lệ lần gọi bị 401 dù mã truy cập còn hạn")
    busy: float = _share("tỷ lệ lần gọi bị 429 vì gọi quá dày (và không làm gì)")
    redirect: float = _share("tỷ lệ lần gọi bị chỉ sang địa chỉ khác (và không làm gì)")
    stale: float = _share("tỷ lệ lần hỏi (GET) nhận lại câu trả lời của lần trước, từ một bộ nhớ đệm ở giữa")
    hollow: float = _share("tỷ lệ lần gọi (POST) được trả lời là đã làm nhưng không làm gì")
    html: float = _share("tỷ lệ lần gọi được làm nhưng trả lời bằng trang HTML")
    empty: float = _share("tỷ lệ lần gọi được làm nhưng trả lời rỗng")
    lost_answer: float = _share("tỷ lệ lần gọi được làm rồi đứt đường truyền trước khi trả lời")
    late_error: float = _share("tỷ lệ lần gọi được làm rồi vẫn trả lời mã 500")
    half_answer: float = _share("tỷ lệ lần gọi được làm nhưng chỉ nửa câu trả lời tới nơi")
    garbage: float = _share("tỷ lệ lần gọi được làm nhưng trả lời bằng những byte vô nghĩa")
    huge: float = _share("tỷ lệ lần gọi được làm nhưng trả lời dài quá 16 MB")
    trickle: float = _share("tỷ lệ lần gọi được làm nhưng trả lời nhỏ giọt, không bao giờ hết")
    wrong_type: float = _share("tỷ lệ lần gọi được trả lời đúng nhưng ghi sai kiểu nội dung")
    other_charset: float = _share("tỷ lệ lần gọi được trả lời bằng bảng mã windows-1258")
    refuse: float = _share("tỷ lệ phiếu gửi bị từ chối bằng một mã Status khác")
    always_101: bool = field(default=False, metadata={"help": "phiếu mới cũng trả lời 101"})
    duplicate_events: float = _share("tỷ lệ dòng hành trình bị lặp lại")
    reordered_events: float = _share("tỷ lệ trang hành trình bị xáo trộn thứ tự")
    unknown_codes: float = _share("tỷ lệ sự kiện kèm thêm một mã trạng thái lạ")
    bad_rows: float = _share("tỷ lệ dòng hành trình kèm thêm một dòng hỏng")
    repeated_pages: float = _share("tỷ lệ trang hành trình kể lại từ đầu")
    wrong_items: float = _share("tỷ lệ dòng hành trình mang số hiệu bưu gửi không phải của nó")
    only: str = field(
        default="",
        metadata={
            "help": "chỉ cho các lần gọi này (cách nhau dấu phẩy); bưu cục có token, order, cancel, tracking, document"
        },
    )

    def __post_init__(self) -> None:
        for one in dataclasses.fields(self):
            value = getattr(self, one.name)
            if isinstance(one.default, float) and not isinstance(value, bool) and not isinstance(value, int | float):
                raise Invalid("{name} phải là số.", name=one.name, code="faults.number", field=f"/{one.name}")
            if one.name != "slow_seconds" and isinstance(one.default, float) and not 0 <= value <= 1:
                raise Invalid("{name} phải từ 0 đến 1.", name=one.name, code="faults.share", field=f"/{one.name}")

    def changed(self, values: Mapping[str, Any]) -> Faults:
        """Return these switches with some of them set anew. Raises Invalid at a name there is none of."""
        known = {one.name for one in dataclasses.fields(self)}
        for name in values:
            if name not in known:
                raise Invalid(
                    "Không có công tắc “{name}”. Có: {known}.", name=name, known=", ".join(sorted(known)),
                    code="faults.unknown", field=f"/{name}",
                )  # fmt: skip
        return dataclasses.replace(self, **values)

    def concern(self, act: str) -> bool:
        """Say whether these switches are meant for that call."""
        return not self.only or act in {one.strip() for one in self.only.split(",")}


class Dice:
    """Draws which call a fault hits, the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self._drawn = random.Random(f"faults:{seed}")

    def hits(self, share: float) -> bool:
        """Draw once."""
        return share > 0 and self._drawn.random() < share

    def noise(self) -> bytes:
        """Return some bytes that mean nothing."""
        return self._drawn.randbytes(self._drawn.randrange(1, 400))

    def chosen(self, rows: Sequence[Any]) -> Any:
        """Return one of the rows."""
        return self._drawn.choice(rows)

    def shuffled(self, rows: list[Any]) -> list[Any]:
        """Return the rows in another order."""
        return self._drawn.sample(rows, len(rows))
