"""What is said of a number that was not found: which kind it looks like, and what does not fit.

All of it is read off what was typed, so a misspelt number and one that nobody has get the same page: the same status,
the same shape, and never a word about a neighbour. Stands on: domain.misspelt. Used by: citizen.
"""

from __future__ import annotations

from postgw.domain.misspelt import Likeness
from postgw.web.language import sentence

LOOKS = {
    "consignment": sentence("Mã bạn gõ giống số bưu gửi."),
    "item": sentence("Mã bạn gõ giống số hiệu bưu điện."),
    "dossier": sentence("Mã bạn gõ giống mã hồ sơ."),
    "procedure": sentence("Đây là mã thủ tục, dùng chung cho mọi người làm thủ tục ấy."),
    "telephone": sentence("Mã bạn gõ giống số điện thoại."),
    "identity": sentence("Mã bạn gõ giống số căn cước."),
    "carrier": sentence("Đây là số túi hoặc số biên bản của bưu điện."),
    "unknown": sentence("Chưa rõ đây là loại mã nào."),
}
#: What to do where the kind itself is the matter.
_OTHER = {
    "procedure": sentence("Tra cứu bằng mã hồ sơ in trên giấy tiếp nhận và hẹn trả."),
    "telephone": sentence("Không tra cứu bằng số điện thoại được. Gõ mã hồ sơ hoặc số bưu gửi."),
    "identity": sentence("Không tra cứu bằng số căn cước được. Gõ mã hồ sơ hoặc số bưu gửi."),
    "carrier": sentence("Gõ số của từng bưu gửi, in trên phiếu gửi hoặc nhãn phong bì."),
    "unknown": sentence("Gõ đủ mã in trên giấy hẹn, phiếu gửi hoặc nhãn phong bì."),
}
SLIPS = {
    "marks": sentence("Có chữ mang dấu: bàn phím đang gõ tiếng Việt. Tắt gõ dấu rồi gõ lại."),
    "consignment.length": sentence("Số bưu gửi có 11 ký tự, mã này có {n}."),
    "consignment.letters": sentence(
        "Số bưu gửi không dùng chữ {letters}. O, I, L, S, Z trên nhãn là số 0, 1, 1, 5, 2."
    ),
    "consignment.tenth": sentence("Ký tự thứ mười của số bưu gửi là một chữ cái."),
    "consignment.check": sentence("Đủ 11 ký tự, nhưng ký tự kiểm tra không khớp: sai một ký tự hoặc đảo hai ký tự."),
    "item.digits": sentence("Giữa hai chữ đầu và hai chữ cuối phải có 9 chữ số, mã này có {n}."),
    "item.letters": sentence("Ở giữa chỉ có chữ số, mã này lẫn chữ {letters}."),
    "item.tail": sentence("Thiếu hai chữ cuối, bưu gửi trong nước là VN."),
    "item.check": sentence("Đủ 13 ký tự, nhưng chữ số kiểm tra không khớp: sai một chữ số hoặc đảo hai chữ số."),
    "dossier.short": sentence("Mã hồ sơ có ba nhóm: mã cơ quan, sáu chữ số ngày nhận, số thứ tự. Mã này chưa đủ."),
    "dossier.day": sentence("Nhóm giữa của mã hồ sơ là ngày nhận, sáu chữ số; mã này có {n}."),
    "dossier.serial": sentence("Nhóm cuối của mã hồ sơ có từ bốn đến bảy chữ số; mã này có {n}."),
    "dossier.date": sentence("Nhóm giữa của mã hồ sơ là ngày nhận; không có ngày {day}."),
    "dossier.head": sentence("Nhóm đầu của mã hồ sơ là mã cơ quan, ví dụ H27.15 hoặc 000.00.15.H27."),
}
_WELL_FORMED = sentence("Mã đúng dạng nhưng chưa có trong sổ. Soát lại từng nhóm; vừa gửi thì thử lại sau ít phút.")


def advice_on(like: Likeness) -> tuple[tuple[str, dict[str, object]], ...]:
    """Return what to say of a text, at least one sentence with what fills it."""
    if like.slips:
        return tuple((SLIPS[slip.code], dict(slip.values)) for slip in like.slips)
    return ((_OTHER.get(like.looks, _WELL_FORMED), {}),)
