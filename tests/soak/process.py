"""postgw as its command starts it, saying on SIGUSR1 what it holds: `process.py serve --port 8045`, `process.py work`.

A sample is one line of JSON in the file that POSTGW_SOAK_SAMPLES names. Bytes in use are those of the C library's own
book, so that a fit over them sees a kilobyte; resident memory comes in pages and holes. With POSTGW_SOAK_LEAK=1 every
request leaves a kilobyte behind: the test of the test.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
import threading
from types import FrameType, MappingProxyType
from typing import Any

from postgw.cli import main
from postgw.web import keys

_LEFT_BEHIND: list[bytes] = []


class _Book(ctypes.Structure):
    """The C library's book of what it has given out."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
                     "keepcost")
    )  # fmt: skip


def bytes_in_use() -> int:
    """Return how many bytes the C library has given out and not got back; Python's own arenas are among them."""
    read = ctypes.CDLL(None).mallinfo2
    read.restype = _Book
    book = read()
    return int(book.uordblks + book.hblkhd)


def sample() -> dict[str, int]:
    """Return what this process holds."""
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as status:
        told = dict(line.split(":", 1) for line in status)
    return {
        "bytes": bytes_in_use(), "blocks": sys.getallocatedblocks(), "rss": int(told["VmRSS"].split()[0]) * 1024,
        "handles": len(os.listdir("/proc/self/fd")), "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks(asyncio.get_running_loop())),
    }  # fmt: skip


def _told(number: int, frame: FrameType | None) -> None:
    with open(os.environ["POSTGW_SOAK_SAMPLES"], "a", encoding="ascii") as file:
        file.write(json.dumps(sample()) + "\n")


def _leak() -> None:
    """Let each request leave a kilobyte behind."""
    from aiohttp.web_request import BaseRequest

    begin: Any = BaseRequest.__init__

    def leaking(self: BaseRequest, *given: Any, **named: Any) -> None:
        _LEFT_BEHIND.append(bytes(1024))
        begin(self, *given, **named)

    BaseRequest.__init__ = leaking  # type: ignore[method-assign]


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _told)
    keys.PER_MINUTE = MappingProxyType(
        {**keys.PER_MINUTE, "default": 0, "scans": 0}
    )  # one token does the work of a province
    if os.environ.get("POSTGW_SOAK_LEAK"):
        _leak()
    sys.exit(main())
