"""Two gateways on one database, and Debian's nginx in front of them with the configuration that ships."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.rehearsal import certificate

from ..servers import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "hoso.example"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Heard:
    """One answer that came through the proxy."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Front:
    """A proxy with its gateways."""

    folder: Path
    port: int
    gateways: tuple[subprocess.Popen[bytes], ...]
    trusts: ssl.SSLContext

    def ask(self, path: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> Heard:
        """Send one request, over TLS, to the proxy by its public name."""
        asked = urllib.request.Request(
            f"https://localhost:{self.port}{path}", data=data, headers={"Host": HOST, **(headers or {})}
        )
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE, context=self.trusts) as answer:
                return Heard(answer.status, dict(answer.headers.items()), answer.read().decode())
        except urllib.error.HTTPError as no:
            return Heard(no.code, dict(no.headers.items()), no.read().decode())

    def log(self) -> str:
        """Return what the proxy wrote down."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def until(what: Callable[[], bool]) -> None:
    """Wait for a state of another process."""
    end = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Say whether somebody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _gateway(folder: Path, url: str, port: int) -> subprocess.Popen[bytes]:
    settings = folder / f"settings-{port}.toml"
    settings.write_text(
        f'[storage]\nurl = "{url}"\n[scheduler]\nenabled = false\n[web]\nport = {port}\nproxies = ["127.0.0.1"]\n'
        f'public_url = "https://{HOST}"\n[[post.accounts]]\nname = "dien-tap"\nadapter = "rehearsal"\n'
        '[messages]\nchannels = ["rehearsal"]\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "POSTGW_SETTINGS": str(settings)}
    return subprocess.Popen(
        [sys.executable, "-m", "postgw", "serve"], env=environment, cwd=folder, stderr=subprocess.DEVNULL
    )


def _configured(folder: Path, ports: tuple[int, int], plain: int, secure: int) -> Path:
    """Return the configuration that ships, with this machine's ports, certificate and logs."""
    text = (DEPLOY / "nginx/postgw.conf").read_text(encoding="utf-8")
    for old, new in (
        ("127.0.0.1:8045", f"127.0.0.1:{ports[0]}"), ("127.0.0.1:8046", f"127.0.0.1:{ports[1]}"),
        ("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        ("/etc/letsencrypt/live/hoso.example", str(folder)), ("/var/log/nginx", str(folder)),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    (folder / "postgw.conf").write_text(text, encoding="utf-8")
    whole = folder / "nginx.conf"
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/start.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ {places} include {folder}/postgw.conf; }}\n",
        encoding="utf-8",
    )
    return whole


@pytest.fixture
def front(
    tmp_path: Path, sqlite_url: str, program: Callable[[str, str], str], request: pytest.FixtureRequest
) -> Iterator[Front]:
    """Give nginx in front of two gateways."""
    nginx, ports = program("nginx", "nginx-light"), (free_port(), free_port())
    plain, secure = free_port(), free_port()
    made = certificate.make("localhost", datetime.now(UTC))
    (tmp_path / "fullchain.pem").write_bytes(made.server_pem)
    (tmp_path / "privkey.pem").write_bytes(made.key_pem)
    gateways = tuple(_gateway(tmp_path, sqlite_url, port) for port in ports)
    whole = _configured(tmp_path, ports, plain, secure)
    try:
        until(lambda: all(answers(port) for port in ports))
        proxy = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(whole)], stderr=subprocess.DEVNULL)
        try:
            until(lambda: answers(secure))
            trusts = ssl.create_default_context(cadata=made.authority_pem.decode())
            yield Front(tmp_path, secure, gateways, trusts)
        finally:
            proxy.send_signal(signal.SIGTERM)
            proxy.wait(timeout=_PATIENCE)
    finally:
        for gateway in gateways:
            gateway.kill()
            gateway.wait(timeout=_PATIENCE)
