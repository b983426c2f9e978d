"""A throwaway PostgreSQL server with its own durability: its defaults, nothing switched off."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


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


@contextmanager
def durable_server() -> Iterator[str]:
    """Yield the URL of an empty database; POSTGW_BENCH_POSTGRES names one to use instead."""
    if named := os.environ.get("POSTGW_BENCH_POSTGRES"):
        yield named
        return
    home, owner = tempfile.mkdtemp(prefix="postgw-bench-"), _owner()
    if owner:
        os.chown(home, owner["user"], owner["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*command: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": home}
        subprocess.run(command, check=True, cwd=home, env=environment, stdout=subprocess.DEVNULL, **owner)

    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home}"
    try:
        run(_program("initdb"), "-D", f"{home}/data", "-U", "postgw", "-A", "trust", "-E", "UTF8")
        run(_program("pg_ctl"), "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-o", options, "start")
        try:
            yield f"postgres://postgw@127.0.0.1:{port}/postgres"
        finally:
            run(_program("pg_ctl"), "-D", f"{home}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
