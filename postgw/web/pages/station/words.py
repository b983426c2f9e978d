"""The sentences that the station's script says, in both languages through the catalogue.

Every part of the station has a page of its own with `WORDS`; here they come together.

Used by: shell.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import postgw.web.pages.station as station
from postgw.web.language import sentence

WORDS = {
    "page.name": sentence("Trạm bưu điện"),
    "net.offline": sentence("Mất mạng từ {time}"),
    "net.offline_more": sentence("Máy giữ hết mọi việc."),
    "net.run": sentence("Đang gửi về cổng"),
    "net.run_more": sentence("Máy giữ cho đến khi cổng trả lời."),
    "net.ok": sentence("Không có việc chờ gửi"),
    "net.ok_more": sentence("Cổng đã trả lời hết."),
    "net.stuck": sentence("Cổng chưa nhận (mã {status})"),
    "net.stuck_more": sentence("Máy giữ hết và gửi lại."),
    "net.waiting": sentence("chờ gửi"),
    "full.near": sentence("Bộ nhớ máy sắp hết"),
    "full.near_more": sentence("Việc vẫn được giữ. Xoá bớt ảnh, tệp trên máy hoặc đến chỗ có mạng để gửi."),
    "full.full": sentence("Bộ nhớ máy đã hết: việc vừa làm CHƯA được giữ"),
    "full.full_more": sentence("Dừng quét, ghi ra giấy. Xoá bớt ảnh, tệp trên máy hoặc đến chỗ có mạng rồi làm lại."),
    "net.refused": sentence("không ghi"),
    "shift.signed_out": sentence("Phiên đăng nhập đã hết. Đăng nhập lại rồi mở ca."),
    "shift.no_signal": sentence("Không có mạng nên chưa mở được ca. Đến chỗ có mạng rồi bấm lại."),
    "shift.no_snapshot": sentence("Chưa tải được danh sách của ca nên chưa quét được. Đến chỗ có mạng rồi bấm lại."),
    "start.title": sentence("Mở ca"),
    "start.who": sentence("{name} · {unit}"),
    "start.device_missing": sentence("Đặt tên cho máy này, ví dụ: Máy tuyến 3."),
    "start.pin_shape": sentence("Mã PIN gồm 4 đến 8 chữ số."),
    "start.pin_differs": sentence("Hai lần nhập mã PIN chưa giống nhau."),
    "start.full": sentence("Bộ nhớ máy đã hết nên chưa mở được ca. Xoá bớt ảnh, tệp trên máy rồi bấm lại."),
    "lock.title": sentence("Nhập mã PIN"),
    "lock.since": sentence("ca từ {time}"),
    "lock.wrong": sentence("Mã PIN chưa đúng. Còn {n} lần thử."),
    "lock.not_pin": sentence("Nhập mã PIN để mở khoá trước, rồi mới quét."),
    "lock.out": sentence("Đã sai mã PIN nhiều lần. Đăng nhập lại để mở ca. Việc đã ghi vẫn được gửi."),
    "home.title": sentence("Ca hôm nay"),
    "home.age_minutes": sentence("Danh sách tải {n} phút trước"),
    "home.age_hours": sentence("Danh sách tải {n} giờ trước"),
    "home.no_list": sentence("Chưa có danh sách"),
    "home.undecided": sentence("Còn {n} lần quét chờ bạn trả lời. Trả lời xong rồi hết ca."),
    "home.past": sentence("Ca đã quá giờ. Việc vẫn được ghi; khi có mạng hãy hết ca rồi mở ca mới."),
}


def every_sentence() -> Mapping[str, str]:
    """Return the sentences of all parts by their keys; a key of two parts is a mistake."""
    found: dict[str, str] = dict(WORDS)
    for part in iter_modules(station.__path__):
        if part.name.startswith("words_"):
            more: Mapping[str, str] = import_module(f"{station.__name__}.{part.name}").WORDS
            twice = found.keys() & more.keys()
            if twice:
                raise ValueError(f"two sentences under one key: {sorted(twice)}")
            found.update(more)
    return MappingProxyType(found)
