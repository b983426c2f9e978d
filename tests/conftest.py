"""What every test may ask for: a fresh database of either kind, a PostgreSQL server, Chromium.

A server or a browser that is not there makes its tests skip, and the end of the run says so aloud with the command that
brings it. With POSTGW_NOTHING_SKIPPED=1 (the check of the whole) it is an error instead. POSTGW_TEST_POSTGRES names a
running server to use in place of a throwaway one; it must let its user create databases.
"""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest

from adapters.breaker import Breaker
from postgw.storage.migrate import migrate

# How long one example takes says more about the machine than about the code; a hanging test has its time limit.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

#: What was wanted and not there → how to get it.
_MISSED: dict[str, str] = {}

#: Ordinary tests do without durability; crash tests keep the server's defaults.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def prepare_template(url: str) -> None:
    """Bring an empty database to the newest migration; each test gets a copy of it."""
    _away_from_the_loop(migrate(url))


def _cannot_run(what: str, remedy: str) -> NoReturn:
    _MISSED[what] = remedy
    sentence = f"{what} is not here: {remedy}"
    if os.environ.get("POSTGW_NOTHING_SKIPPED") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was not run, and how to have it run next time."""
    if not _MISSED:
        return
    terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
    for what, remedy in _MISSED.items():
        ended = [*terminalreporter.stats.get("skipped", ()), *terminalreporter.stats.get("error", ())]
        lost = sum(what in str(report.longrepr) for report in ended)
        terminalreporter.write_line(f"{lost} tests wanted {what}, which is not here. To run them: {remedy}")


@pytest.fixture
def outsiders_never_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that turns its own clock live through more faults in a row than an outsider is given."""
    monkeypatch.setattr(Breaker, "seconds_to_rest", lambda _: 0.0)


@pytest.fixture(scope="session")
def program() -> Callable[[str, str], str]:
    """Give what finds a program of Debian's, or says which package has it."""

    def find(name: str, package: str) -> str:
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
        return shutil.which(name, path=path) or _cannot_run(name, f"apt-get install {package}")

    return find


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _throwaway_server(flags: dict[str, str]) -> Iterator[str]:
    """Run a new server on loopback, in a folder of its own (tmp_path lets no other user in), and yield its URL."""
    initdb, pg_ctl = _server_program("initdb"), _server_program("pg_ctl")
    if not initdb or not pg_ctl:
        _cannot_run("a PostgreSQL server", "apt-get install postgresql, or POSTGW_TEST_POSTGRES=postgres://…")
    home, owner, port = tempfile.mkdtemp(prefix="postgw-server-"), _server_owner(), _free_port()
    if owner:
        os.chown(home, owner["user"], owner["group"])

    def run(*command: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": home}
        subprocess.run(command, check=True, cwd=home, env=environment, stdout=subprocess.DEVNULL, **owner)

    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": home, **flags}
    run(initdb, "-D", f"{home}/data", "-U", "postgw", "-A", "trust", "-E", "UTF8", "--no-sync")
    arguments = " ".join(f"-c {name}={value}" for name, value in options.items())
    run(pg_ctl, "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-o", arguments, "start")
    try:
        yield f"postgres://postgw@127.0.0.1:{port}/postgres"
    finally:
        run(pg_ctl, "-D", f"{home}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _away_from_the_loop(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


def _tell_server(server: str, *statements: str) -> None:
    async def tell() -> None:
        connection = await asyncpg.connect(server)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    _away_from_the_loop(tell())


@contextmanager
def _database(server: str, name: str, template: str = "template0") -> Iterator[str]:
    _tell_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _tell_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server's own database: the named server's, else a throwaway one's."""
    if named := os.environ.get("POSTGW_TEST_POSTGRES"):
        yield named
        return
    with _throwaway_server({**_HASTY, "max_connections": "100"}) as url:
        yield url


@pytest.fixture(scope="session")
def durable_postgres_server() -> Iterator[str]:
    """Give the URL of a throwaway server with PostgreSQL's own durability, for tests that kill."""
    with _throwaway_server({}) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Give the name of a migrated database to copy."""
    name = f"postgw_template_{secrets.token_hex(4)}"
    with _database(postgres_server, name) as url:
        prepare_template(url)
        yield name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Give the URL of a fresh, migrated PostgreSQL database."""
    with _database(postgres_server, f"postgw_test_{secrets.token_hex(8)}", postgres_template) as url:
        yield url


# --- SQLite, and either -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "postgw.sqlite3"
    prepare_template(f"sqlite://{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a fresh, migrated SQLite file."""
    path = tmp_path / "postgw.sqlite3"
    if sqlite_template.exists():
        shutil.copyfile(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a fresh, migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


# --- the browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of Chromium, after seeing that its driver runs (a bare Debian lacks the driver's libatomic)."""
    from playwright._impl._driver import compute_driver_executable

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = subprocess.run([*compute_driver_executable(), "--version"], capture_output=True, check=False)
    if not found or driver.returncode != 0:
        _cannot_run("a browser", "apt-get install chromium libatomic1 fonts-noto-core")
    return found


class Collector:
    """A collector of traces on this machine, and what came in."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        collector = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.paths.append(self.path)
                collector.headers.append(dict(self.headers))
                collector.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(collector.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def spans(self) -> list[dict[str, Any]]:
        return [span for body in self.bodies for span in body["resourceSpans"][0]["scopeSpans"][0]["spans"]]


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    thread = threading.Thread(target=one.server.serve_forever)
    thread.start()
    yield one
    one.server.shutdown()
    one.server.server_close()
    thread.join()
