"""How an item stands, in one sentence for whoever holds a link to it; the words name no person, address or office.

Used by: choosing, complaining.
Source: Decision 45/2016/QĐ-TTg art. 10; Law on Post 2010 art. 3.15 (what is secret about the use of the post).
"""

from __future__ import annotations

from postgw.web.language import sentence

WHAT = {
    "send": sentence("Bộ hồ sơ"), "return": sentence("Kết quả hồ sơ"), "transfer": sentence("Bộ hồ sơ"),
    "withdrawal": sentence("Giấy tờ thu lại"),
}  # fmt: skip
WHERE = {
    "send": sentence("bộ phận Một cửa"), "return": sentence("nơi nhận"), "transfer": sentence("cơ quan tiếp nhận"),
    "withdrawal": sentence("cơ quan thu lại"),
}  # fmt: skip
ANSWERS = {
    "registered": sentence("{what} đã ghi sổ gửi, đang chờ giao cho bưu điện."),
    "booked": sentence("{what} đã báo bưu điện, đang chờ bưu điện nhận."),
    "collected": sentence("{what} đã giao cho bưu điện."),
    "in_transit": sentence("{what} đang trên đường đến {where}."),
    "at_office": sentence("{what} đang ở bưu cục, trên đường đến {where}."),
    "out_for_delivery": sentence("{what} đang được bưu tá mang đến {where}."),
    "attempted": sentence("{what} chưa phát được lần này, bưu điện vẫn giữ."),
    "held": sentence("{what} đang ở bưu cục, chờ đến nhận."),
    "delivered": sentence("{what} đã đến {where}."),
    "delivered_by_post_statement": sentence("{what} đã đến {where}, theo tin bưu điện."),
    "returning": sentence("{what} chưa phát được, đang quay về nơi gửi."),
    "returned": sentence("{what} đã quay về nơi gửi."),
    "unclaimed": sentence("{what} chưa có người nhận, bưu điện vẫn giữ."),
    "archived": sentence("{what} không phát được, đã đưa vào lưu."),
    "lost": sentence("{what} được ghi nhận là thất lạc."),
    "cancelled": sentence("Lần gửi này đã huỷ."),
    "recalled": sentence("Lần gửi này đã được người gửi gọi lại."),
}
