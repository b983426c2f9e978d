"""A throwaway PostgreSQL server with its own durability: its defaults, nothing switched off.

`seeded_server` switches durability off while years of history are written, and starts the server anew with its defaults
before anything is measured.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Only while a database is filled: nothing is asked of the disk, and indexes are built in memory.
_FILLING = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "max_wal_size=2GB", "checkpoint_timeout=1h", "maintenance_work_mem=1GB", "work_mem=256MB", "autovacuum=off",
)  # fmt: skip


def _program(name: str) -> str:
    installed = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *installed]))
    if not found:
        sys.exit(
            "this benchmark wants a PostgreSQL server: apt-get install postgresql, or POSTGW_BENCH_POSTGRES=postgres://…"
        )
    return found


def _owner() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class _Server:
    """One folder with a server in it."""

    def __init__(self, home: str) -> None:
        self._home, self._owner = home, _owner()
        if self._owner:
            os.chown(home, self._owner["user"], self._owner["group"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._run("initdb", "-D", f"{home}/data", "-U", "postgw", "-A", "trust", "-E", "UTF8")

    @property
    def url(self) -> str:
        """Return the URL of its first database, which is empty."""
        return f"postgres://postgw@127.0.0.1:{self._port}/postgres"

    @contextmanager
    def running(self, *settings: str, stop: str = "immediate") -> Iterator[str]:
        """Run the server for the length of the block."""
        home = self._home
        options = f"-c listen_addresses=127.0.0.1 -c port={self._port} -c unix_socket_directories={home}"
        options += "".join(f" -c {setting}" for setting in settings)
        self._run("pg_ctl", "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-o", options, "start")
        try:
            yield self.url
        finally:
            self._run("pg_ctl", "-D", f"{home}/data", "-m", stop, "-w", "-t", "600", "stop")

    def _run(self, name: str, *words: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": self._home}
        subprocess.run(
            (_program(name), *words), check=True, cwd=self._home, env=environment, stdout=subprocess.DEVNULL,
            **self._owner,
        )  # fmt: skip


@contextmanager
def _housed() -> Iterator[_Server]:
    home = tempfile.mkdtemp(prefix="postgw-bench-")
    try:
        yield _Server(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def durable_server() -> Iterator[str]:
    """Yield the URL of an empty database; POSTGW_BENCH_POSTGRES names one to use instead."""
    if named := os.environ.get("POSTGW_BENCH_POSTGRES"):
        yield named
        return
    with _housed() as server, server.running() as url:
        yield url


@contextmanager
def seeded_server(fill: Callable[[str], None]) -> Iterator[str]:
    """Yield the URL of a server that `fill` has filled, with its defaults again.

    POSTGW_BENCH_POSTGRES names one to use instead, and what `fill` finds there it need not write.
    """
    if named := os.environ.get("POSTGW_BENCH_POSTGRES"):
        fill(named)
        yield named
        return
    with _housed() as server:
        with server.running(*_FILLING, stop="fast") as url:
            fill(url)
        os.sync()
        with server.running() as url:
            yield url
