"""Words of the lead's pages: what contradicts itself, who said it, and what may be decided.

A title of a kind and of a way stands in the domain too, in Vietnamese for machines; a test keeps both the same.

Used by: the pages beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from postgw.web.language import sentence

KINDS: Mapping[str, str] = {
    "delivered_twice": sentence("Phát hai lần"),
    "delivered_after_end": sentence("Phát sau khi đã kết thúc"),
    "seen_after_end": sentence("Còn quét sau khi đã kết thúc"),
    "wrong_office": sentence("Nằm ở bưu cục không phục vụ nơi nhận"),
    "refused": sentence("Việc chưa ghi được"),
    "revoked_device": sentence("Máy đã báo mất gửi lại"),
    "not_heard": sentence("Mang đi, chưa có lần quét nào sau đó"),
    "unverified": sentence("Chữ ký của máy không khớp"),
    "after_shift": sentence("Ghi ngoài giờ của ca"),
    "device_clock": sentence("Đồng hồ của máy sai"),
}
#: What is at stake, in one or two sentences, for whoever has to decide.
STAKES: Mapping[str, str] = {
    "delivered_twice": sentence(
        "Bưu gửi chỉ đến tay một người một lần. Hỏi hai bưu tá và người nhận, rồi giữ lần phát có thật."
    ),
    "delivered_after_end": sentence(
        "Sổ đã ghi bưu gửi kết thúc cách khác trước khi có chứng từ phát này. Giữ bên nào đúng với bưu gửi thật."
    ),
    "seen_after_end": sentence(
        "Sổ đã ghi bưu gửi kết thúc mà máy quét còn thấy nó. Tìm bưu gửi: nó ở đâu thì bên ấy đúng."
    ),
    "wrong_office": sentence(
        "Không tuyến nào của bưu cục này đi đến nơi nhận. Chuyển đi đúng bưu cục, hoặc ghi lý do để lại."
    ),
    "refused": sentence("Máy gửi việc này lên nhưng không ghi được. Nội dung được giữ đến khi xử lý xong, sau đó bỏ."),
    "revoked_device": sentence(
        "Máy đã báo mất chỉ được nộp lại những gì còn giữ, một lần. Chưa việc nào được ghi cho đến khi có người nhận."
    ),
    "not_heard": sentence(
        "Nhân viên mang bưu gửi này đi với máy đã báo mất. Chưa ai báo gì sau đó. Tìm bưu gửi hoặc hỏi người nhận."
    ),
    "unverified": sentence("Việc này không mang đúng chữ ký của máy và của nhân viên trong ca. Không ghi vào sổ."),
    "after_shift": sentence("Những việc này ghi ngoài giờ của ca đã mở. Việc vẫn được ghi vào sổ."),
    "device_clock": sentence(
        "Giờ của máy lệch quá giới hạn. Sổ đã tính lại giờ đúng; chỉnh đồng hồ của máy để màn hình của bưu tá đúng giờ."
    ),
}
WAYS: Mapping[str, Mapping[str, str]] = {
    "delivered_twice": {
        "first": sentence("Giữ lần phát trước"), "second": sentence("Giữ lần phát sau"),
        "both": sentence("Giữ cả hai như đang ghi"),
    },
    "delivered_after_end": {
        "first": sentence("Giữ việc kết thúc, bỏ lần phát"), "second": sentence("Giữ lần phát, bỏ việc kết thúc"),
        "both": sentence("Giữ cả hai như đang ghi"),
    },
    "seen_after_end": {
        "first": sentence("Giữ việc kết thúc, bỏ lần quét"),
        "second": sentence("Bưu gửi còn ở bưu điện, bỏ việc kết thúc"), "both": sentence("Giữ cả hai như đang ghi"),
    },
    "wrong_office": {"forward": sentence("Chuyển đến đúng bưu cục"), "here": sentence("Để ở đây là đúng")},
    "refused": {"again": sentence("Ghi lại việc này"), "aside": sentence("Không ghi, để riêng")},
    "revoked_device": {"take": sentence("Nhận và ghi việc này"), "aside": sentence("Không ghi, để riêng")},
    "not_heard": {"seen": sentence("Đã xem, đã tìm")},
    "unverified": {"seen": sentence("Đã xem")},
    "after_shift": {"seen": sentence("Đã xem")},
    "device_clock": {"seen": sentence("Đã xem")},
}  # fmt: skip
GONE = sentence("Đã tự hết")
#: What each side is called, the one that happened first on the left.
SIDES: Mapping[str, tuple[str, str]] = {
    "delivered_twice": (sentence("Lần phát trước"), sentence("Lần phát sau")),
    "delivered_after_end": (sentence("Việc kết thúc"), sentence("Lần phát đến sau")),
    "seen_after_end": (sentence("Việc kết thúc"), sentence("Lần quét đến sau")),
    "wrong_office": (sentence("Bưu gửi đang ở"), sentence("Tuyến đi đến nơi nhận")),
    "refused": (sentence("Việc của máy"), ""),
    "revoked_device": (sentence("Việc của máy"), ""),
    "not_heard": (sentence("Lần quét cuối"), sentence("Máy báo mất")),
    "unverified": (sentence("Việc của máy"), ""),
    "after_shift": (sentence("Ca"), sentence("Việc ngoài giờ đầu tiên")),
    "device_clock": (sentence("Giờ của máy và giờ của sổ"), ""),
}
#: Colour and icon of a kind: red for what a citizen may suffer from, plum for what waits for a person, amber the rest.
LOOKS: Mapping[str, tuple[str, str]] = {
    "delivered_twice": ("late", "dup"), "delivered_after_end": ("late", "late"), "seen_after_end": ("late", "late"),
    "wrong_office": ("stuck", "pin"), "refused": ("stuck", "stuck"), "revoked_device": ("stuck", "lock"),
    "not_heard": ("late", "offline"), "unverified": ("stuck", "lock"), "after_shift": ("warn", "warn"),
    "device_clock": ("warn", "warn"),
}  # fmt: skip
#: What a device may have told, beside the scan words of the rules.
ACTS: Mapping[str, str] = {
    "scan": sentence("Quét"), "undo": sentence("Đính chính"), "bind": sentence("Gắn số hiệu"),
    "deliver": sentence("Phát"), "attempt": sentence("Phát không được"), "invite": sentence("Mời đến nhận"),
    "paper_check": sentence("Kiểm đếm giấy tờ"), "fee": sentence("Thu tiền"), "pack": sentence("Niêm phong"),
    "sign_note": sentence("Ký phiếu gửi"), "tick": sentence("Đếm theo biên bản"), "bag": sentence("Đóng túi"),
    "stock_take": sentence("Kiểm kê"), "stop": sentence("Đến điểm phát"), "shift_end": sentence("Kết ca"),
    "route": sentence("Tuyến phát"), "clock": sentence("Đồng hồ"), "revoked": sentence("Báo mất máy"),
    "shift": sentence("Hết giờ của ca"), "act": sentence("Ghi việc"),
}  # fmt: skip
#: What of an act's content names nobody; the rest is shown only with the names.
PLAIN: Mapping[str, str] = {
    "code": sentence("Việc quét"), "item_no": sentence("Số hiệu"),
    "reason": sentence("Lý do"), "manifest_no": sentence("Biên bản"), "outcome": sentence("Kết quả đếm"),
    "way": sentence("Cách mời"), "ledger": sentence("Khoản"), "amount_dong": sentence("Số tiền, đồng"),
    "seal_no": sentence("Số niêm phong"), "side": sentence("Bên ký"), "act_id": sentence("Mã việc bị đính chính"),
}  # fmt: skip
IN_HAND: Mapping[str, str] = {
    "out_for_delivery": sentence("{n} đang đi phát"), "attempted": sentence("{n} phát chưa được"),
    "collected": sentence("{n} vừa thu gom"),
}  # fmt: skip
SPANS: Mapping[str, str] = {"today": sentence("Hôm nay"), "week": sentence("7 ngày")}
LEDGERS: Mapping[str, str] = {"fee": sentence("phí, lệ phí"), "postage": sentence("cước")}
RECEIVERS: Mapping[str, str] = {
    "addressee": sentence("chính người nhận"), "proxy": sentence("người được uỷ quyền"),
    "organisation": sentence("người nhận thay mặt tổ chức"),
}  # fmt: skip
PAPERS: Mapping[str, str] = {
    "citizen_id": sentence("căn cước"), "passport": sentence("hộ chiếu"),
    "electronic_id": sentence("căn cước điện tử"), "other": sentence("giấy tờ khác"),
}  # fmt: skip
