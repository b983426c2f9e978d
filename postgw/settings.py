"""The settings of one gateway: `settings.toml`, read room by room.

The file is the one `POSTGW_SETTINGS` names, else `settings.toml` in the working directory. Nothing in it is guessed: an
unknown key is refused with the nearest known one, a wrong type with the place it stands at. A secret is named there,
never written: `secret_env = "POSTGW_POST_SECRET"` says under which name it is kept (`secret_files`).

What an adapter wants in its own `[adapters.<name>]` table is checked by that adapter.

Used by: bootstrap, which hands each room its own part.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .secret_files import SecretFileError, secret_under, why_unreadable

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_LOOKS_SECRET = re.compile(r"(?:^|_)(?:secret|password|token|key)$")
_KIND = {str: "một chuỗi", int: "một số nguyên", bool: "true hoặc false", dict: "một bảng", list: "một danh sách"}


class SettingsError(ValueError):
    """The settings cannot be used as they are; the sentence says where and what to do."""


class Secret:
    """A secret on its way to the one who needs it; it prints, logs and compares as nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not copied or stored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The door for people and machines."""

    host: str = "127.0.0.1"
    port: int = 8045
    #: Addresses of the TLS proxies in front of us: only theirs is the word on whom they speak for believed.
    proxies: tuple[str, ...] = ()
    #: PEM files of a certificate and its private key, where no TLS proxy stands in front of us; both or none.
    tls_cert_file: str = ""
    tls_private_file: str = ""
    #: Where citizens reach the pages, for the links in their messages; empty: messages bear none.
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Memory: `sqlite://path` or `postgres://user@host/database`, and the folder of its backups."""

    url: str
    backups: str = ""
    #: How many seconds the database may leave a request unanswered.
    patience_seconds: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What is told of items: for how many scans of one strength a journey has room (real ones have ten to forty), and
    how many scans of one sender are kept aside within thirty days because no item of that number is known."""

    most_scans_per_item: int = 500
    most_strays_per_sender: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Paper: the size of the label in the printer, and how fine the printer is."""

    stock: str = "100x150"
    dpi: Literal[203, 300, 600] = 203


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Lent item numbers: an administrator is warned when less than this is left, or for fewer days."""

    low_percent: int = 10
    low_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler:
    """The door at which time knocks; off where another process does it (`postgw work`)."""

    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAccount:
    """One contract with the post: the customer code it gave, and the desks that send under it (none named: all)."""

    name: str
    adapter: str
    customer_code: str = ""
    base_url: str = ""
    secret_env: str = ""
    key_env: str = ""
    desks: tuple[str, ...] = ()
    #: What the money collected at the door is made of; the ledgers split it again.
    cod_carries: Literal["fee", "postage", "both", "none"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The post: its accounts, and what its word is worth."""

    #: Whether the feed's final code closes a dossier before the proof of delivery is here.
    statement_closes: bool = False
    accounts: tuple[PostAccount, ...] = ()
    #: Our scan words → the EMSEVT codes of this post, over those in the rules.
    emsevt: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSystem:
    """One dossier system, and the desks that work in it (none named: all)."""

    name: str
    adapter: str
    base_url: str = ""
    #: What the system calls the agency's own part of it, where it has parts.
    site: str = ""
    key_env: str = ""
    secret_env: str = ""
    desks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The systems that hand us dossiers and hear back."""

    systems: tuple[DeskSystem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The channels of messages to citizens, in the order in which they are tried (none: no messages)."""

    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Signing in: how long one may sit, and how often one may be wrong."""

    shift_hours: int = 12
    idle_minutes: int = 60
    lock_after: int = 5
    lock_minutes: int = 15
    password_least: int = 10
    #: The adapter of the province's own sign-in; empty: accounts and tokens of this gateway alone.
    sign_in: str = ""
    #: What its button says.
    sign_in_title: str = "Dùng tài khoản công vụ của tỉnh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Reports of a period: who hands them in, and to whom; an empty addressee is the one of the rules."""

    reporter: str = "Bưu điện tỉnh"
    addressee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Traces: the collector (OTLP over HTTP; empty: none are made), its secret, our name there, and one in how many."""

    endpoint: str = ""
    headers_env: str = ""
    service: str = "postgw"
    one_in: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file, one field for each room."""

    storage: Storage
    desk: Desk = Desk()
    messages: Messages = Messages()
    web: Web = Web()
    tracking: Tracking = Tracking()
    labels: Labels = Labels()
    numbers: Numbers = Numbers()
    scheduler: Scheduler = Scheduler()
    post: Post = Post()
    reports: Reports = Reports()
    accounts: Accounts = Accounts()
    telemetry: Telemetry = Telemetry()
    adapters: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in `path`, else in the file that `POSTGW_SETTINGS` names, else in ./settings.toml.

    Raises SettingsError when there is no such file or it cannot be used.
    """
    path = path or Path(environ.get("POSTGW_SETTINGS") or "settings.toml")
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(
            f"Không tìm thấy tệp cài đặt {path}: chạy ở thư mục có tệp đó hoặc đặt biến POSTGW_SETTINGS."
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"Không đọc được tệp cài đặt {path}: {why_unreadable(fault)}.") from fault
    return parse(text, source=str(path))


def parse(text: str, *, source: str = "settings.toml") -> Settings:
    """Return the settings that stand in `text`.

    Raises SettingsError when the text is not TOML, or a key or a value is not one of ours.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{source}: không phải TOML đúng cú pháp ({_place(fault)}).") from fault
    try:
        settings: Settings = _table(Settings, tables, "")
        _check(settings)
    except SettingsError as fault:
        raise SettingsError(f"{source}: {fault}") from None
    return settings


def read_secret(variable: str, environ: Mapping[str, str] = os.environ) -> Secret:
    """Return the secret that is kept under this name, in the environment or in a file (`secret_files`).

    Raises SettingsError when there is none, or its file is open to others.
    """
    try:
        value = secret_under(variable, environ)
    except SecretFileError as fault:
        raise SettingsError(str(fault)) from fault
    if not value:
        raise SettingsError(f"Chưa đặt biến môi trường {variable}: cài đặt nói khóa bí mật nằm ở đó.")
    return Secret(value)


def _place(fault: tomllib.TOMLDecodeError) -> str:
    found = re.search(r"at line (\d+), column (\d+)", str(fault))
    return f"dòng {found[1]}, cột {found[2]}" if found else "cuối tệp"


def _table(shape: Any, table: Any, path: str) -> Any:
    _expect(dict, table, path)
    known = {part.name: part for part in fields(shape)}
    for key in table:
        if key not in known:
            raise _unknown(key, list(known), path)
    hints = get_type_hints(shape)
    for name, part in known.items():
        if name not in table and part.default is MISSING and part.default_factory is MISSING:
            raise SettingsError(f"thiếu {_join(path, name)}.")
    return shape(**{key: _value(hints[key], value, _join(path, key)) for key, value in table.items()})


def _unknown(key: str, known: list[str], path: str) -> SettingsError:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"có phải ý là {_join(path, near[0])}?" if near else f"ở đây chỉ có: {', '.join(known)}."
    return SettingsError(f"không có mục {_join(path, key)}; {hint}")


def _value(kind: Any, value: Any, path: str) -> Any:
    if is_dataclass(kind):
        return _table(kind, value, path)
    return _READERS.get(get_origin(kind), _plain)(kind, value, path)


def _plain(kind: Any, value: Any, path: str) -> Any:
    if kind is Any:
        return value
    _expect(kind, value, path)
    if path.endswith("_env") and value and not _VARIABLE.fullmatch(value):
        raise SettingsError(f"{path} phải là tên một biến môi trường (chữ hoa, số, gạch dưới), không phải bí mật.")
    return value


def _choice(kind: Any, value: Any, path: str) -> Any:
    if value not in get_args(kind) or isinstance(value, bool):
        raise SettingsError(f"{path} phải là một trong: {', '.join(map(str, get_args(kind)))}.")
    return value


def _list(kind: Any, value: Any, path: str) -> tuple[Any, ...]:
    _expect(list, value, path)
    return tuple(_value(get_args(kind)[0], each, f"{path}[{index}]") for index, each in enumerate(value))


def _mapping(kind: Any, value: Any, path: str) -> Mapping[str, Any]:
    _expect(dict, value, path)
    inner = get_args(kind)[1]
    for key in value:
        if inner is Any and _LOOKS_SECRET.search(key):
            raise SettingsError(f"{_join(path, key)} là bí mật: chỉ ghi tên biến môi trường, ở mục {key}_env.")
    return MappingProxyType({key: _value(_named(inner, key), each, _join(path, key)) for key, each in value.items()})


def _named(kind: Any, key: str) -> Any:
    return str if key.endswith("_env") else kind


_READERS: Mapping[Any, Callable[[Any, Any, str], Any]] = {Literal: _choice, tuple: _list, Mapping: _mapping}


def _expect(kind: Any, value: Any, path: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{path} phải là {_KIND[kind]}.")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _check(settings: Settings) -> None:
    if not 0 <= settings.web.port <= 65535:
        raise SettingsError("web.port phải từ 0 đến 65535.")
    if settings.web.public_url and not settings.web.public_url.startswith(("https://", "http://")):
        raise SettingsError("web.public_url phải bắt đầu bằng https:// hoặc http://, hoặc để trống.")
    if not settings.storage.url.startswith(("sqlite://", "postgres://")):
        raise SettingsError("storage.url phải bắt đầu bằng sqlite:// hoặc postgres://.")
    if not 1 <= settings.storage.patience_seconds <= 50:
        raise SettingsError("storage.patience_seconds phải từ 1 đến 50 giây: proxy phía trước chờ 65 giây rồi thôi.")
    if not 100 <= settings.tracking.most_scans_per_item <= 10_000:
        raise SettingsError("tracking.most_scans_per_item phải từ 100 đến 10000: bưu gửi thật có 10 đến 40 lần quét.")
    if not 100 <= settings.tracking.most_strays_per_sender <= 100_000:
        raise SettingsError(
            "tracking.most_strays_per_sender phải từ 100 đến 100000: nơi gửi đông việc có vài trăm lần quét chờ khớp."
        )
    _check_telemetry(settings.telemetry)
    numbers = [getattr(settings.accounts, part.name) for part in fields(settings.accounts)]
    if any(number < 1 for number in numbers if isinstance(number, int)):
        raise SettingsError("các số trong [accounts] phải từ 1 trở lên.")
    _must_differ("post.accounts", [account.name for account in settings.post.accounts])
    _must_differ("desk.systems", [system.name for system in settings.desk.systems])


def _check_telemetry(telemetry: Telemetry) -> None:
    if telemetry.endpoint and not telemetry.endpoint.startswith(("https://", "http://")):
        raise SettingsError("telemetry.endpoint phải bắt đầu bằng https:// hoặc http://, hoặc để trống.")
    if telemetry.one_in < 1:
        raise SettingsError("telemetry.one_in phải từ 1 trở lên.")


def _must_differ(path: str, names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise SettingsError(f"{path}[{index}].name trùng với một khối ở trên: {name}.")
