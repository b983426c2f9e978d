"""Throwaway PostgreSQL servers for tests, and databases on them; each server begins from one packed seed.

A seed is the data of a server on which the newest schema stands already in a database to copy. It is made once in a
run, however many workers and servers there are: the steps to the schema take longer than most files of tests.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from postgw.storage.migrate import migrate

from .missing import cannot_run

#: Ordinary tests do without durability; crash tests keep the server's defaults.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "128MB"}
#: The migrated database that servers of ours have from their beginning.
TEMPLATE = "postgw_template"


def quickest() -> str:
    """Return where files of tests are kept: in memory where there is room, for a disk's own pace is no matter here.

    TMPDIR names another place.
    """
    memory = "/dev/shm"
    has_room = os.path.isdir(memory) and shutil.disk_usage(memory).free > 3 << 30
    return memory if has_room and "TMPDIR" not in os.environ else tempfile.gettempdir()


def prepare_template(url: str) -> None:
    """Bring an empty database to the newest migration; each test gets a copy of it."""
    away_from_the_loop(migrate(url))


def _server_program(name: str) -> str | None:
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]), reverse=True
    )
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, installed)]))


def _server_owner() -> dict[str, Any]:
    """Return whom the server runs as: it refuses root, and initdb wants a user with a name."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


_held: list[socket.socket] = []


def free_port() -> int:
    """Return a port that nobody listens on, and that the system gives to nobody else while the tests run.

    It stays bound without listening: whoever means to reuse an address, as every server does, may still listen on it.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _held.append(holder)
    port: int = holder.getsockname()[1]
    return port


@dataclass(frozen=True, kw_only=True)
class Server:
    """A PostgreSQL server on loopback, in a folder of its own (tmp_path lets no other user in)."""

    home: str
    port: int
    owner: Mapping[str, Any]

    @property
    def url(self) -> str:
        """Return the URL of its own database."""
        return f"postgres://postgw@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str, **rest: Any) -> None:
        """Run a program of PostgreSQL's, or another, as the server's owner in its folder."""
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": self.home}
        command = [_server_program(program) or program, *arguments]
        given = {"stdout": subprocess.DEVNULL, **self.owner, **rest}
        subprocess.run(command, check=True, cwd=self.home, env=environment, **given)

    @contextmanager
    def started(self, flags: Mapping[str, str], how_it_ends: str) -> Iterator[None]:
        """Start it, and stop it at the end."""
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": self.home, **flags,
        }  # fmt: skip
        words, data = " ".join(f"-c {name}={value}" for name, value in options.items()), ("-D", f"{self.home}/data")
        self.run("pg_ctl", *data, "-l", f"{self.home}/log", "-w", "-o", words, "start")
        try:
            yield
        finally:
            self.run("pg_ctl", *data, "-m", how_it_ends, "-w", "stop")


@contextmanager
def _place_for_a_server() -> Iterator[Server]:
    if not _server_program("initdb") or not _server_program("pg_ctl"):
        cannot_run("a PostgreSQL server", "apt-get install postgresql, or POSTGW_TEST_POSTGRES=postgres://…")
    home, owner = tempfile.mkdtemp(prefix="postgw-server-", dir=quickest()), _server_owner()
    if owner:
        os.chown(home, owner["user"], owner["group"])
    try:
        yield Server(home=home, port=free_port(), owner=owner)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def make_seed(seed: Path) -> None:
    """Pack the data of a server that has the migrated database `TEMPLATE`; the servers of the tests begin from it."""
    with _place_for_a_server() as server, seed.open("wb") as file:
        server.run("initdb", "-D", "data", "-U", "postgw", "-A", "trust", "-E", "UTF8", "--no-sync")
        with server.started(HASTY, "fast"):
            make_template(server.url, TEMPLATE)
        server.run("tar", "-c", "data", stdout=file)


@contextmanager
def throwaway_server(seed: Path, flags: dict[str, str]) -> Iterator[str]:
    """Run a new server and yield its URL."""
    with _place_for_a_server() as server, seed.open("rb") as file:
        server.run("tar", "-x", stdin=file)
        with server.started(flags, "immediate"):
            yield server.url


def away_from_the_loop(work: Coroutine[Any, Any, None]) -> None:
    """Do a piece of work to its end on a loop of its own, whichever runs here."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


def tell_server(server: str, *statements: str) -> None:
    """Run statements in a server's own database."""

    async def tell() -> None:
        connection = await asyncpg.connect(server)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    away_from_the_loop(tell())


def _copy(server: str, template: str, name: str) -> None:
    """Copy a database file by file; PostgreSQL from 15 on takes the slower way by its log unless told otherwise."""

    async def copy() -> None:
        connection = await asyncpg.connect(server)
        by_file = " STRATEGY FILE_COPY" if connection.get_server_version().major >= 15 else ""
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{by_file}')
        finally:
            await connection.close()

    away_from_the_loop(copy())


@contextmanager
def database(server: str, name: str, template: str = "template0") -> Iterator[str]:
    """Make a database on a server, yield its URL and drop it."""
    _copy(server, template, name)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        tell_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def make_template(server: str, name: str) -> None:
    """Make a migrated database to copy."""
    tell_server(server, f'CREATE DATABASE "{name}"')
    prepare_template(urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
