"""The closed lists of money and cases as a counter reads them: each word begins a line and is in the catalogue.

The words themselves are the domain's; a test holds both sides to the same codes.

Used by: money, cases, case, reconciliation.
"""

from __future__ import annotations

from postgw.web.language import sentence

LEDGERS = {"fee": sentence("Phí, lệ phí"), "postage": sentence("Cước bưu chính")}
PAYERS = {
    "citizen": sentence("Người dân"), "agency": sentence("Cơ quan có lỗi"), "budget": sentence("Ngân sách hỗ trợ"),
}  # fmt: skip
DESTINATIONS = {"agency": sentence("Cơ quan giải quyết"), "treasury": sentence("Kho bạc Nhà nước")}
ZONES = {
    "in_district": sentence("Nội quận, huyện (cũ)"),
    "inter_district": sentence("Liên quận, huyện (cũ) trong tỉnh"),
    "same_region": sentence("Liên tỉnh, nội vùng"),
    "neighbour_region": sentence("Liên tỉnh, giữa vùng 1 hoặc 3 và vùng 2"),
    "far_region": sentence("Liên tỉnh, giữa vùng 1 và vùng 3"),
}
KINDS = {
    "complaint": sentence("Khiếu nại"), "late": sentence("Chậm so với thời gian toàn trình"),
    "damage": sentence("Hư hỏng, rách bao bì"), "loss": sentence("Mất, thất lạc"),
}  # fmt: skip
STATES = {"open": sentence("Đang xử lý"), "answered": sentence("Đã trả lời"), "closed": sentence("Đã đóng")}
ABOUTS = {
    "loss": sentence("Mất bưu gửi"), "late": sentence("Chậm so với thời gian toàn trình"),
    "damage": sentence("Hư hỏng"), "tampering": sentence("Suy suyển, tráo đổi"), "price": sentence("Giá cước"),
    "staff": sentence("Thái độ, cách làm của nhân viên"), "other": sentence("Việc khác liên quan đến bưu gửi"),
}  # fmt: skip
OUTCOMES = {
    "upheld": sentence("Chấp nhận"), "partly": sentence("Chấp nhận một phần"),
    "rejected": sentence("Không chấp nhận"),
}  # fmt: skip
DECISIONS = {"takes_back": sentence("Nhận lại bưu gửi"), "refuses": sentence("Từ chối nhận lại")}
STEPS = {
    "received": sentence("Nhận vụ việc"), "asked": sentence("Hỏi, yêu cầu cung cấp"),
    "investigated": sentence("Xác minh"), "clock_moved": sentence("Tính lại hạn phát"),
    "damage_recorded": sentence("Lập biên bản hư hỏng"),
    "liability": sentence("Lập văn bản xác định trách nhiệm"), "reissue": sentence("Ghi chi phí cấp lại"),
    "paid": sentence("Trả tiền bồi thường, hoàn cước"), "found": sentence("Tìm lại được bưu gửi"),
    "owner_decided": sentence("Chủ bưu gửi quyết định"), "answered": sentence("Trả lời"),
    "reopened": sentence("Mở lại"), "closed": sentence("Đóng"),
}  # fmt: skip
FAULTS = {
    "post": sentence("Bưu điện"), "agency": sentence("Cơ quan"), "citizen": sentence("Người dân"),
    "nobody": sentence("Không bên nào"),
}  # fmt: skip
PAYEES = {"sender": sentence("Người gửi"), "receiver": sentence("Người nhận")}
WAYS = {"cash": sentence("Tiền mặt"), "transfer": sentence("Chuyển khoản")}
WRAPPINGS = {
    "torn": sentence("Rách"), "wet": sentence("Ướt"), "opened": sentence("Bị mở"),
    "seal_broken": sentence("Mất niêm phong"), "other": sentence("Khác"),
}  # fmt: skip
CAUSES = {
    "handling": sentence("Khai thác, bốc xếp"), "transport": sentence("Vận chuyển"),
    "weather": sentence("Mưa bão, ngập nước"), "packing": sentence("Bao gói không bảo đảm"),
    "unknown": sentence("Chưa rõ"),
}  # fmt: skip
CONDITIONS = {"whole": sentence("Nguyên vẹn"), "damaged": sentence("Hư hỏng"), "missing": sentence("Thiếu")}
SOURCES = {"post": sentence("Bảng kê của Bưu điện"), "bank": sentence("Sao kê ngân hàng")}
BUCKETS = {
    "matched": sentence("Khớp"), "differs": sentence("Lệch số tiền"), "duplicate": sentence("Báo hai lần"),
    "unrecorded": sentence("Bên kia có, sổ ta không có"),
    "unknown": sentence("Không phải của ta hoặc không đọc được"),
    "missing": sentence("Đã thu, bên kia chưa báo"), "owed": sentence("Phải thu, chưa thu"),
}  # fmt: skip
