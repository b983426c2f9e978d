"""What can be set about the rehearsal. Each field's `help` is what `postgw rehearse post-office --help` shows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from .faults import Faults


def _told(default: Any, help_text: str, **more: Any) -> Any:
    return field(default=default, repr=not more.get("secret"), metadata={"help": help_text, **more})


def listed(text: str) -> frozenset[str]:
    """Return what an option names, between commas."""
    return frozenset(one.strip() for one in text.split(",")) - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeOptions:
    """The rehearsal post office."""

    host: str = _told("127.0.0.1", "địa chỉ lắng nghe")
    port: int = _told(8145, "cổng; 0 là cổng trống bất kỳ")
    tls: bool = _told(False, "dùng https với chứng chỉ tự tạo")
    ca_out: str = _told("", "ghi chứng chỉ CA tự tạo vào tệp này (PEM)")
    key: str = _told("dien-tap", "khóa để lấy mã truy cập")
    secret: str = _told("dien-tap", "mật khẩu để lấy mã truy cập", secret=True)
    speed: float = _told(2.0, "số giây thật cho một giờ của bưu cục; 3600 là như thật")
    seed: int = _told(45, "hạt giống: cùng hạt giống, cùng số phiếu thì cùng hành trình")
    data: str = _told("", "tệp SQLite giữ trạng thái; để trống thì mất khi tắt")
    item_indicator: str = _told("PA", "hai chữ đầu của số hiệu bưu gửi diễn tập")
    first_serial: int = _told(1, "số thứ tự đầu tiên của số hiệu bưu gửi diễn tập")
    token_seconds: int = _told(3600, "mã truy cập sống bao nhiêu giây")
    page_most: int = _told(1000, "số dòng nhiều nhất của một trang hành trình")
    failed_share: float = _told(0.12, "tỷ lệ lần phát không thành công, 0 đến 1")
    missed_collection_share: float = _told(0.03, "tỷ lệ lần thu gom không thành công, 0 đến 1")
    lost_share: float = _told(0.0, "tỷ lệ bưu gửi bị mất, 0 đến 1")
    damaged_share: float = _told(0.0, "tỷ lệ bưu gửi bị hư hại, 0 đến 1")
    faults: Faults = field(default_factory=Faults)
    url: str = ""  #: of a rehearsal post office that runs already; empty: the gateway opens one in its own process


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """The rehearsal desk."""

    keeps: int = 10_000  #: how many notices it remembers
    file: str = ""  #: also written here, one JSON object a line
    refuse: int = 0  #: so many next notices are refused
    unreachable: int = 0  #: so many next notices find nobody there


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerOptions:
    """The rehearsal messenger."""

    keeps: int = 500  #: how many texts it remembers
    refuse: int = 0
    unreachable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterOptions:
    """What every double has that stands at a counter of its own; each adds its fields."""

    host: str = _told("127.0.0.1", "địa chỉ lắng nghe")
    port: int = _told(0, "cổng; 0 là cổng trống bất kỳ")
    key: str = _told("dien-tap", "tên đăng nhập hoặc khoá")
    secret: str = _told("dien-tap", "mật khẩu", secret=True)
    seed: int = _told(45, "hạt giống của những lỗi giả")
    faults: Faults = field(default_factory=Faults)


def command_line(options: type[Any] = OfficeOptions) -> list[tuple[str, dict[str, Any]]]:
    """Return every option of a double and its faults as `add_argument` wants it.

    The result of the parser goes through `options_from`.
    """
    fields = [one for one in dataclasses.fields(options) if "help" in one.metadata]
    return [_argument(one) for one in (*fields, *dataclasses.fields(Faults))]


def options_from(values: dict[str, Any], options: type[Any] = OfficeOptions) -> Any:
    """Return the options that a parsed command line means; names it does not know are left alone."""
    known = {one.name for one in dataclasses.fields(options)} - {"faults"}
    switches = {one.name for one in dataclasses.fields(Faults)}
    return options(
        **{name: value for name, value in values.items() if name in known},
        faults=Faults(**{name: value for name, value in values.items() if name in switches}),
    )


def _argument(one: dataclasses.Field[Any]) -> tuple[str, dict[str, Any]]:
    flag = "--" + one.name.replace("_", "-")
    told = {"help": one.metadata["help"], "default": one.default, "dest": one.name}
    if isinstance(one.default, bool):
        return flag, {**told, "action": "store_true"}
    return flag, {**told, "type": type(one.default)}
