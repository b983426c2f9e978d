"""The card of an adapter: what it is called, what it can do, what must be filled in, how it is built.

An adapter *declares* what it can do; a test walks every card and keeps the declaration true, so that a reader need not
search the code. `abilities` are method names of the port that belongs to the card's kind.

Used by: registry, and through it bootstrap, `postgw check` and the admin pages.
"""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp.web import Response, RouteDef

from postgw.domain import ports, sheet_ports
from postgw.domain.customer import DeskOrders, OrderCustomers
from postgw.domain.errors import Invalid
from postgw.domain.identity import IdentityProvider
from postgw.secret_files import SecretFileError, secret_under

Kind = Literal["post", "desk", "hooks", "messages", "sheets", "signin"]

#: The port each kind of adapter answers to.
PORTS: dict[Kind, type[Any]] = {
    "post": ports.PostOffice,
    "desk": ports.DossierDesk,
    "hooks": ports.HookSender,
    "messages": ports.Messenger,
    "sheets": sheet_ports.SheetReader,
    "signin": IdentityProvider,
}


class Guess(Response):
    """An answer to somebody who tried a secret and was wrong, whatever its status says: the door counts it."""

    guessed = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What outsiders that call us may ask of the house."""

    orders: DeskOrders
    customers: OrderCustomers
    words: ports.PostWords
    receipts: ports.ReceiptCodes
    messages: ports.MessageReceipts
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One adapter as `settings.toml` and people know it."""

    name: str  #: the word in `settings.toml`
    title: str  #: for people, Vietnamese
    kind: Kind
    abilities: frozenset[
        str
    ]  #: methods of the port that call the outsider and that it has; `close` goes without saying
    settings: type[Any]
    serves: type[Any]  #: what `build` makes
    build: Callable[[Any], Any]
    rehearsal: bool = False  #: true makes the whole house bear DIỄN TẬP
    spoken_to_with: str = ""  #: it is a server, no client: the adapter of this name is pointed at it
    places: str = ""  #: whose codes of communes its orders bear; empty: it takes plain addresses
    public_post: bool = True  #: the provider of the public postal service; another carrier's law is its own contract
    #: What outsiders call us at: the house's acts, and the settings in use by name (of account, system or channel).
    inbound: Callable[[Acts, Mapping[str, Any]], tuple[RouteDef, ...]] | None = None

    def read(self, table: Mapping[str, Any], environ: Mapping[str, str], **given: Any) -> Any:
        """Return the settings that an adapter's table in `settings.toml` means; `given` are those that stand elsewhere.

        A secret is named there, never written: `key_env = "NAME"` takes it from the environment, or from a file.
        Raises Invalid at a name or a value it cannot use, and at a secret that is not there or open to others.
        """
        try:
            return _read(self.settings, {**_from_environment(table, self.secrets(), environ), **given}, "")
        except ValueError as wrong:  # an address that no reader of addresses takes
            raise Invalid(
                "Cài đặt của {name} có một địa chỉ viết sai: {why}.", name=self.name, why=str(wrong).rstrip("."),
                code="settings.address",
            ) from wrong  # fmt: skip

    def secrets(self) -> tuple[str, ...]:
        """Name the settings that must come from the environment and are never shown."""
        return tuple(field.name for field in dataclasses.fields(self.settings) if field.metadata.get("secret"))


def _from_environment(table: Mapping[str, Any], secrets: tuple[str, ...], environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the table with each `<secret>_env` replaced by what the variable holds."""
    read = {name: value for name, value in table.items() if name.removesuffix("_env") not in secrets}
    for secret in secrets:
        if secret in table:
            raise Invalid(
                "Không ghi {name} vào tệp cài đặt. Ghi tên biến môi trường vào {name}_env.",
                name=secret, code="settings.secret", field=f"/{secret}",
            )  # fmt: skip
        named = table.get(f"{secret}_env")
        if named:
            read[secret] = (
                [_variable(one, environ) for one in named] if isinstance(named, list) else _variable(named, environ)
            )
    return read


def _variable(name: str, environ: Mapping[str, str]) -> str:
    try:
        if value := secret_under(name, environ):
            return value
    except SecretFileError as fault:
        raise Invalid("{why}", why=fault, code="settings.secret_file") from fault
    raise Invalid("Biến môi trường {name} chưa được đặt.", name=name, code="settings.variable")


def _read(record: type[Any], table: Mapping[str, Any], above: str) -> Any:
    fields = {one.name: one for one in dataclasses.fields(record)}
    hints = typing.get_type_hints(record)
    for name in table:
        if name not in fields:
            nearest = difflib.get_close_matches(name, fields, n=1, cutoff=0)[0]
            raise Invalid(
                "Không có cài đặt “{name}”. Gần nhất: {nearest}.", name=name, nearest=nearest,
                code="settings.unknown", field=f"{above}/{name}",
            )  # fmt: skip
    for name, one in fields.items():
        if name not in table and one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            raise Invalid("Chưa có cài đặt {name}.", name=name, code="settings.missing", field=f"{above}/{name}")
    return record(**{name: _fitted(value, hints[name], f"{above}/{name}") for name, value in table.items()})


def _fitted(value: Any, wanted: Any, field: str) -> Any:
    """Return a value of the file as the field wants it. Raises Invalid when it does not fit."""
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type) and isinstance(value, Mapping):
        return _read(wanted, value, field)
    kind = typing.get_origin(wanted) or wanted
    if kind is Literal and value in typing.get_args(wanted):
        return value
    if kind is tuple and isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise Invalid(
        "Cài đặt {name} sai kiểu, cần {kind}.", name=field.lstrip("/"), kind=_in_words(kind, wanted),
        code="settings.kind", field=field,
    )  # fmt: skip


def _in_words(kind: Any, wanted: Any) -> str:
    if kind is Literal:
        return "một trong: " + ", ".join(map(str, typing.get_args(wanted)))
    words = {bool: "true hoặc false", int: "số nguyên", float: "số", str: "chữ trong ngoặc kép", tuple: "danh sách chữ"}
    return words.get(kind, "một bảng")
