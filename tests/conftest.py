"""What every test may ask for: a fresh database of either kind, a PostgreSQL server, Chromium.

A server or a browser that is not there makes its tests skip, and the end of the run says so aloud with the command that
brings it. With POSTGW_NOTHING_SKIPPED=1 (the check of the whole) it is an error instead. POSTGW_TEST_POSTGRES names a
running server to use in place of a throwaway one; it must let its user create databases.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher

from adapters.breaker import Breaker
from postgw.storage import passwords

from .missing import MISSED, cannot_run
from .servers import (
    HASTY,
    TEMPLATE,
    database,
    make_seed,
    make_template,
    prepare_template,
    quickest,
    tell_server,
    throwaway_server,
)

# How long one example takes says more about the machine than about the code; a hanging test has its time limit.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# Where pytest makes its folders; workers are told it by whoever starts them.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quickest())


def pytest_collection_finish() -> None:
    """Let the collector of garbage leave alone what stays to the end: thousands of tests and every module."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was not run, and how to have it run next time."""
    if not MISSED:
        return
    terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
    for what, remedy in MISSED.items():
        ended = [*terminalreporter.stats.get("skipped", ()), *terminalreporter.stats.get("error", ())]
        lost = sum(what in str(report.longrepr) for report in ended)
        terminalreporter.write_line(f"{lost} tests wanted {what}, which is not here. To run them: {remedy}")


@pytest.fixture
def outsiders_never_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that turns its own clock live through more faults in a row than an outsider is given."""
    monkeypatch.setattr(Breaker, "seconds_to_rest", lambda _: 0.0)


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    """Let a password be kept with a thousandth of its work; what is kept in life is looked at where passwords are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def program() -> Callable[[str, str], str]:
    """Give what finds a program of Debian's, or says which package has it."""

    def find(name: str, package: str) -> str:
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
        return shutil.which(name, path=path) or cannot_run(name, f"apt-get install {package}")

    return find


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Give what has one of all workers make a file that they share, while those who want it wait."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], None]) -> Path:
        whole, begun = folder / name, folder / f"begun-{name}"
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                make(begun)
                begun.rename(whole)
        return whole

    return made


@pytest.fixture(scope="session")
def postgres_seed(once: Callable[..., Path]) -> Path:
    """Give what servers begin from."""
    return once("postgres.tar", make_seed)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of a PostgreSQL server's own database: the named server's, else a throwaway one's."""
    if named := os.environ.get("POSTGW_TEST_POSTGRES"):
        yield named
        return
    with throwaway_server(request.getfixturevalue("postgres_seed"), {**HASTY, "max_connections": "100"}) as url:
        yield url


@pytest.fixture(scope="session")
def durable_postgres_server(postgres_seed: Path) -> Iterator[str]:
    """Give the URL of a throwaway server with PostgreSQL's own durability, for tests that kill."""
    with throwaway_server(postgres_seed, {}) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Give the name of a migrated database to copy."""
    if "POSTGW_TEST_POSTGRES" not in os.environ:
        yield TEMPLATE
        return
    name = f"{TEMPLATE}_{secrets.token_hex(4)}"
    make_template(postgres_server, name)
    yield name
    tell_server(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Give the URL of a fresh, migrated PostgreSQL database."""
    with database(postgres_server, f"postgw_test_{secrets.token_hex(8)}", postgres_template) as url:
        yield url


@pytest.fixture
def durable_postgres_url(durable_postgres_server: str) -> Iterator[str]:
    """Give the URL of a fresh, migrated database on the server that keeps what it acknowledged."""
    with database(durable_postgres_server, f"postgw_crash_{secrets.token_hex(8)}", TEMPLATE) as url:
        yield url


# --- SQLite, and either -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(once: Callable[..., Path]) -> Path:
    """Give a migrated SQLite file to copy."""
    return once("template.sqlite3", lambda path: prepare_template(f"sqlite://{path}"))


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


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def lasting_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a fresh, migrated database that the tests of a file share, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("lasting") / "postgw.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite://{path}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with database(server, f"postgw_test_{secrets.token_hex(8)}", template) as url:
        yield url


# --- the browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of Chromium, after seeing that its driver runs (a bare Debian lacks the driver's libatomic)."""
    from playwright._impl._driver import compute_driver_executable

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = subprocess.run([*compute_driver_executable(), "--version"], capture_output=True, check=False)
    if not found or driver.returncode != 0:
        cannot_run("a browser", "apt-get install chromium libatomic1 fonts-noto-core")
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
