"""The status numbers and texts of the rehearsal post office.

4 is delivered, as on the real wire. All other numbers are ours; nobody outside has published any.
"""

from __future__ import annotations

#: Our scan word -> StatusCode, StatusMessage.
EVENTS: dict[str, tuple[int, str]] = {
    "booked": (0, "Đã nhận yêu cầu"),
    "collected": (1, "Đã nhận hàng"),
    "departed": (2, "Đã chuyển đi"),
    "arrived": (3, "Đã đến bưu cục"),
    "delivered": (4, "Phát thành công"),
    "out_for_delivery": (5, "Đang phát"),
    "attempted": (6, "Phát không thành công"),
    "held": (7, "Lưu tại bưu cục, đã gửi giấy mời"),
    "returning": (8, "Đang chuyển hoàn"),
    "returned": (9, "Đã chuyển hoàn cho người gửi"),
    "unclaimed": (10, "Không có người nhận"),
    "cancelled": (11, "Đã hủy"),
    "lost": (12, "Bị mất"),
    "damaged": (13, "Bị hư hại"),
    "collection_failed": (14, "Thu gom không thành công"),
}

#: A code that no table has: what a real feed brings one day without notice.
STRANGE = (77, "Mã mới của bưu điện")

ACCEPTED, KNOWN_ALREADY, CANCELLED = 100, 101, 110
#: Ours: any number but the three above means no.
WRONG_ORDER, CANCELLED_BEFORE, NOT_FOUND, TOO_LATE, NO_DESIRE = 102, 103, 111, 112, 199

#: What a postman writes, word for word as in the list of reasons.
FAILURES = ("Không gặp người nhận", "Người nhận hẹn lại", "Địa chỉ không đúng", "Không tìm thấy người nhận")
NOT_READY = "Hồ sơ chưa sẵn sàng"
INVITED_TWICE = "Đã mời hai lần cách nhau 2 ngày làm việc"
