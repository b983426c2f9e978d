"""What the counter of the station says.

Used by: the shell.
"""

from __future__ import annotations

from postgw.web.language import sentence

WORDS = {
    "counter.title": sentence("Quầy"),
    "counter.accept": sentence("Nhận chuyến"),
    "counter.sort": sentence("Chia theo nơi phát"),
    "counter.bag": sentence("Đóng túi"),
    "counter.hand_out": sentence("Trao tại quầy"),
    "counter.stock": sentence("Kiểm kê"),
    "counter.dong": sentence("{amount} đồng"),
    "counter.full": sentence("Máy đã đầy"),
    "counter.full_more": sentence(
        "Lần vừa rồi chưa được ghi. Xoá bớt ảnh, ứng dụng trên máy, hoặc chuyển sang máy khác."
    ),
    "counter.broken": sentence("Chưa ghi được"),
    "counter.broken_more": sentence("Máy này gặp lỗi. Quét lại; vẫn lỗi thì tải lại trang, việc đã ghi không mất."),
    "counter.unreadable": sentence("Sai số, quét lại"),
    "counter.unreadable_more": sentence("Chữ số kiểm tra không khớp, máy không đoán thay."),
    "counter.dossier": sentence("Đây là mã hồ sơ. Quét mã vạch của bưu gửi."),
    # a whole trip
    "counter.list_unknown": sentence("Chưa có biên bản này"),
    "counter.no_list": sentence("Không có biên bản mang số này ở bưu cục. Quét từng bưu gửi."),
    "counter.no_list_offline": sentence(
        "Máy chưa có danh sách của biên bản này và đang mất mạng. Quét từng bưu gửi, hoặc chờ có mạng."
    ),
    "counter.list_of": sentence("Biên bản này của {office}."),
    "counter.will_collect": sentence("nhận từ bộ phận Một cửa"),
    "counter.will_arrive": sentence("ghi đã đến bưu cục"),
    "counter.accept_n": sentence("Nhận {n} bưu gửi"),
    "counter.accepted": sentence("Đã nhận {n} bưu gửi"),
    "counter.accepted_more": sentence("{desk}. Thiếu {missing}, hỏng {damaged}."),
    "counter.accepted_unsigned": sentence("{desk}. Thiếu {missing}, hỏng {damaged}. Biên bản còn chờ hai bên ký."),
    "counter.list_to_desk": sentence("Biên bản giao đi"),
    "counter.list_to_desk_more": sentence("Biên bản này là bưu điện giao cho bộ phận Một cửa; ký ở mục Giao nhận."),
    "counter.in_list": sentence("Có trong biên bản"),
    "counter.seen": sentence("Đã soát {n} trên {all}."),
    "counter.not_in_list": sentence("Ngoài biên bản"),
    "counter.not_in_list_more": sentence(
        "Bưu gửi này không có trong danh sách. Để riêng, quét ở mục Chia theo nơi phát."
    ),
    "counter.reason": sentence("Thiếu lý do"),
    "counter.reason_more": sentence("Ghi ngắn: không thấy trong chuyến, bì rách…"),
    # piles
    "counter.route": sentence("Tuyến {route}"),
    "counter.desk": sentence("giao tận bộ phận Một cửa"),
    "counter.nowhere": sentence("Chưa rõ nơi đến"),
    "counter.no_route": sentence("chưa có tuyến nào phát nơi này"),
    "counter.unlisted": sentence("Ngoài danh sách"),
    "counter.unlisted_more": sentence(
        "Máy này chưa biết bưu gửi ấy đi đâu. Đã ghi là đến; để riêng, xem địa chỉ trên nhãn."
    ),
    "counter.again": sentence("Đã quét lúc {time}, vào chồng {pile}. Số đếm giữ nguyên."),
    "counter.undone": sentence("Đã rút lại"),
    "counter.bag_unknown": sentence("Chưa biết túi này"),
    "counter.bag_unknown_more": sentence("Máy chưa có danh sách trong túi. Mở túi, quét từng bưu gửi."),
    "counter.bag_again": sentence("Túi đã quét rồi"),
    "counter.bag_open": sentence("Mở túi, chia {n} bưu gửi"),
    "counter.bag_one": sentence("Cả túi {n} bưu gửi đi một nơi."),
    # bags
    "counter.bagged": sentence("Bỏ vào túi"),
    "counter.bagged_unknown": sentence("Bỏ vào túi, ngoài danh sách"),
    "counter.in_bag": sentence("Đã có trong túi"),
    "counter.in_bag_more": sentence("Túi có {n} bưu gửi, số đếm giữ nguyên."),
    "counter.other_way": sentence("Đi nơi khác"),
    "counter.other_way_more": sentence("Bưu gửi này đi {pile}, túi đi {to}. Bỏ nhầm thì lấy ra bằng dấu nhân."),
    "counter.take_out": sentence("Lấy {number} ra khỏi túi"),
    "counter.sealed": sentence("Đã niêm túi"),
    "counter.sealed_more": sentence("Quét số túi là quét mọi bưu gửi bên trong."),
    "counter.sealed_n": sentence("{n} bưu gửi, đã ghi rời bưu cục."),
    "counter.label_waits": sentence("Nhãn túi in được khi cổng trả lời. Lúc này ghi tay số túi."),
    "counter.not_sealed": sentence("Túi chưa được nhận"),
    # handing out
    "counter.found": sentence("{n} bưu gửi."),
    "counter.narrow": sentence("Còn {n} cái nữa, gõ thêm để thu hẹp."),
    "counter.waits": sentence("Chờ nhận ở đây"),
    "counter.not_waiting": sentence("Không có trong danh sách chờ"),
    "counter.no_name": sentence("Tên ghi trên nhãn"),
    "counter.not_held": sentence("Bưu gửi này chưa được ghi là chờ nhận tại quầy. Có ở đây thì vẫn trao được."),
    "counter.not_here": sentence("Máy này chưa biết bưu gửi ấy. Xem tên và số tiền trên nhãn trước khi trao."),
    "counter.see_id": sentence("Xem căn cước hoặc hộ chiếu; nhận thay thì xem giấy uỷ quyền"),
    "counter.take_fee": sentence("Thu phí, lệ phí {amount}"),
    "counter.take_postage": sentence("Thu cước {amount}"),
    "counter.no_money": sentence("Không thu tiền"),
    "counter.take_back": sentence("Thu lại giấy cũ: {papers}"),
    # stock
    "counter.list_of_time": sentence("Danh sách phải có lấy lúc {time}"),
    "counter.progress": sentence("Đã thấy {here} trên {all}."),
    "counter.is_here": sentence("Có mặt"),
    "counter.counted": sentence("Đã đếm rồi"),
    "counter.strange": sentence("Lạ, không có trong danh sách"),
    "counter.strange_known": sentence("Theo sổ thì ở {office}. Để riêng."),
    "counter.strange_unknown": sentence("Máy này chưa biết bưu gửi ấy. Để riêng."),
    "counter.bag_counted": sentence("Cả túi {n} bưu gửi"),
    "counter.not_countable": sentence("Không đếm được bằng mã này"),
    "counter.not_countable_more": sentence("Quét từng bưu gửi."),
    "counter.more_n": sentence("và {n} bưu gửi nữa"),
    "counter.left_n": sentence("Còn {n} bưu gửi chưa thấy."),
    "counter.odd_n": sentence("{n} bưu gửi lạ."),
    "counter.stock_told": sentence("Đã ghi kết quả kiểm kê"),
    "counter.stock_told_more": sentence("Thiếu {missing}, lạ {strange}. Phụ trách thấy khi máy gửi xong."),
}
