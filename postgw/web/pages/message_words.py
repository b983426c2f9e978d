"""The words for messages to citizens: what each is about, by which channel, what became of it and why.

Used by: telling, dossier_messages, dossier.
"""

from __future__ import annotations

from postgw.web.language import sentence

MATTERS = {
    "consignment.collected": sentence("Bưu điện đã nhận"),
    "consignment.out_for_delivery": sentence("Hôm nay đi phát"),
    "consignment.attempted": sentence("Phát chưa gặp, mời chọn cách nhận"),
    "consignment.held": sentence("Đang giữ tại bưu cục"), "consignment.delivered": sentence("Đã phát"),
    "consignment.delivered_by_post_statement": sentence("Bưu điện báo đã phát"),
    "consignment.returning": sentence("Đang chuyển hoàn"), "consignment.returned": sentence("Đã chuyển hoàn"),
    "consignment.lost": sentence("Chưa tìm thấy"), "result.ready": sentence("Đã có kết quả"),
    "dossier.filed": sentence("Đã giao đến cơ quan"), "dossier.appointed": sentence("Ngày hẹn trả"),
    "dossier.rejected": sentence("Hồ sơ bị trả lại"), "dossier.rescheduled": sentence("Xin lỗi và hẹn lại"),
    "supplement.asked": sentence("Cần bổ sung"), "case.answered": sentence("Đã trả lời vụ việc"),
    "case.found": sentence("Đã tìm lại được"), "page.link": sentence("Đường dẫn xem hồ sơ"),
    "page.code": sentence("Mã xác nhận"),
}  # fmt: skip
CHANNELS = {
    "zalo_zns": sentence("Tin Zalo"), "sms_http": sentence("Tin nhắn SMS"), "email": sentence("Thư điện tử"),
    "rehearsal": sentence("Tin nhắn diễn tập"),
}  # fmt: skip
#: What became of a message: its colour, its icon, the word.
STATES = {
    "arrived": ("ok", "ok", sentence("Đã đến")), "sent": ("quiet", "ahead", sentence("Đã gửi, kênh chưa báo lại")),
    "failed": ("stuck", "stuck", sentence("Không đến")), "unsent": ("quiet", "ahead", sentence("Không gửi tin nhắn")),
    "waiting": ("run", "due", sentence("Sẽ gửi")), "parked": ("stuck", "stuck", sentence("Không kênh nào gửi được")),
    "dropped": ("quiet", "ahead", sentence("Đã bỏ")), "": ("quiet", "ahead", sentence("Đã chuyển kênh khác")),
}  # fmt: skip
REASONS = {
    "wish.stopped": sentence("Người dân không muốn nhận tin."),
    "message.overtaken": sentence("Đến lúc gửi thì không còn đúng, hoặc đã có tin mới hơn."),
    "message.told": sentence("Việc này đã nhắn rồi."),
    "messages.no_address": sentence("Hồ sơ không có địa chỉ cho kênh này."),
    "messages.not_there": sentence("Không có ai ở kênh này, hoặc kênh chưa có mẫu tin."),
    "messages.refused": sentence("Kênh từ chối tin."),
}  # fmt: skip
