"""What the station's camera says: that it looks, or why it does not.

Used by: the shell.
"""

from __future__ import annotations

from postgw.web.language import sentence

WORDS = {
    "camera.opening": sentence("Đang mở máy ảnh…"),
    "camera.ready": sentence("Đưa nhãn vào giữa khung, giữ yên, cách 15 đến 25 cm."),
    "camera.insecure": sentence("Máy ảnh chỉ mở được khi trạm chạy qua https. Dùng máy quét, hoặc gõ số."),
    "camera.refused": sentence(
        "Trang này chưa được phép dùng máy ảnh. Bấm biểu tượng cạnh địa chỉ trang, cho phép Máy ảnh, rồi mở lại."
    ),
    "camera.missing": sentence("Không mở được máy ảnh nào trên máy này. Dùng máy quét, hoặc gõ số."),
    "camera.busy": sentence("Ứng dụng khác đang dùng máy ảnh. Đóng ứng dụng đó rồi mở lại."),
    "camera.reader": sentence(
        "Bộ đọc mã chưa có trên máy này, lần đầu cần có mạng. Có mạng thì mở lại; lúc này dùng máy quét, hoặc gõ số."
    ),
    "camera.ended": sentence("Máy ảnh vừa bị ngắt. Cắm lại hoặc đóng ứng dụng khác, rồi mở lại."),
    "camera.hidden": sentence("Máy ảnh đã tắt khi trang bị che. Mở lại để quét tiếp."),
}
