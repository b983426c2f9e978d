"""The program at a counter: fetches that counter's print jobs and sends them to the printers of this machine.

Run beside the printers, not beside the gateway; it needs an address and the counter's token, and nothing of the
gateway's own settings. A settings file may say the same as the options: `url`, `token_env`, `folder`, `state`,
`ca_file`.

Used by: cli.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.counter_printing.gateway import Gateway
from adapters.counter_printing.memory import Memory
from adapters.counter_printing.queues import Folder, Outlet, Queues
from adapters.counter_printing.rounds import Rounds
from postgw.domain.errors import Invalid, Unreachable
from postgw.secret_files import SecretFileError, secret_under

#: How a round ended, for whoever started it: all well, something not printed, nobody answered.
WELL, NOT_PRINTED, SILENT = 0, 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSettings:
    """What the program at a counter is told."""

    url: str = ""
    token_env: str = "POSTGW_PRINT_TOKEN"
    folder: str = ""
    state: str = "postgw-print.json"
    ca_file: str = ""


def settings_of(asked: argparse.Namespace) -> CounterSettings:
    """Return the options over the settings file. Raises Invalid at a key that the file may not have."""
    told = CounterSettings()
    if asked.settings:
        data = tomllib.loads(Path(asked.settings).read_text("utf-8"))
        for key, value in data.items():
            if key not in CounterSettings.__slots__ or not isinstance(value, str):
                raise Invalid(
                    "Tệp {file} có dòng lạ: {key}. Chỉ dùng {known}.", file=asked.settings, key=key,
                    known=", ".join(CounterSettings.__slots__), code="print.settings",
                )  # fmt: skip
        told = replace(told, **data)
    options = {name: getattr(asked, name) for name in CounterSettings.__slots__}
    return replace(told, **{name: text for name, text in options.items() if text})


async def print_at_counter(
    told: CounterSettings, *, once: bool, environ: Mapping[str, str] = os.environ, say: Callable[[str], None]
) -> int:
    """Print what waits, once or until told to stop; return the exit status."""
    if not told.url:
        raise Invalid("Ghi địa chỉ cổng: --url https://…", code="print.url")
    try:
        token = secret_under(told.token_env, environ).strip()
    except SecretFileError as fault:
        raise Invalid("{why}", why=fault, code="print.token") from fault
    if not token:
        raise Invalid("Đặt mã truy cập của quầy vào biến môi trường {name}.", name=told.token_env, code="print.token")
    gateway = Gateway(told.url, token, ca_file=told.ca_file)
    rounds = Rounds(gateway=gateway, outlet=_outlet(told), memory=Memory(Path(told.state)), say=say)
    with _silence_told_once():
        try:
            return await (_one_round(rounds, say) if once else _until_told(rounds))
        finally:
            await gateway.close()


@contextmanager
def _silence_told_once() -> Iterator[None]:
    """Leave it to the rounds to tell of a silent gateway, in one line; the wire would tell of each call."""
    wire = logging.getLogger("adapters.wire")
    before = wire.level
    wire.setLevel(logging.ERROR)
    try:
        yield
    finally:
        wire.setLevel(before)


def _outlet(told: CounterSettings) -> Outlet:
    if not told.folder:
        return Queues()
    folder = Path(told.folder)
    folder.mkdir(parents=True, exist_ok=True)
    return Folder(path=folder)


async def _one_round(rounds: Rounds, say: Callable[[str], None]) -> int:
    try:
        await rounds.once()
    except Unreachable as silence:
        say(str(silence))
        return SILENT
    return NOT_PRINTED if rounds.failures else WELL


async def _until_told(rounds: Rounds) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await rounds.for_ever(stopped)
    return WELL
