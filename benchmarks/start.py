"""How long `postgw serve` takes from its start to its first answer, against the import of what it is made of.

    python benchmarks/start.py [--quick]

A real process on a database that is there and migrated, asked for the citizen's page over a socket until it answers
200. The reference is `python -c "import aiohttp, tortoise, reportlab"`, a process that does nothing. They take turns;
each figure is the best of several. Read the ratio, not the time.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.doors import SETTINGS
from benchmarks.server import durable_server
from postgw.storage.migrate import migrate

HERE = Path(__file__).resolve().parent
PAGE = "/"
REFERENCE = "import aiohttp, tortoise, reportlab"
_PATIENCE = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(settings: Path, port: int) -> float:
    """Return the seconds from the start of a gateway to its first answer."""
    environment = {**_environment(settings.parent), "POSTGW_SETTINGS": str(settings)}
    command = [sys.executable, "-m", "postgw", "serve", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begun > _PATIENCE:
                raise RuntimeError("the gateway did not answer")
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(f"GET {PAGE} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
            return line.recv(12).endswith(b" 200")
    except OSError:
        time.sleep(0.002)  # nobody listens yet
        return False


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which compiled modules are kept, as in every installation, though here aside."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(HERE.parent), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def imported(folder: Path) -> float:
    """Return the seconds that the reference takes."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", REFERENCE], check=True, env=_environment(folder))
    return time.perf_counter() - begun


def measure(url: str, rounds: int) -> tuple[float, float]:
    """Return the best of several starts, and of several imports, taken in turns."""
    asyncio.run(migrate(url))
    with tempfile.TemporaryDirectory() as folder:
        settings, port = Path(folder) / "settings.toml", free_port()
        settings.write_text(SETTINGS.format(url=url), encoding="utf-8")
        started(settings, port)  # writes the compiled modules, once for all
        imported(settings.parent)
        pairs = [(started(settings, port), imported(settings.parent)) for _ in range(rounds)]
    return min(ours for ours, _ in pairs), min(bare for _, bare in pairs)


def main(words: list[str]) -> int:
    """Measure and print; return 1 when a start takes too long."""
    rounds, failed = 3 if "--quick" in words else 7, False
    print(f"{'work':<44}{'ours':>10}{'reference':>12}{'ratio':>8}   reach <= 3")
    with tempfile.TemporaryDirectory() as folder, durable_server() as url:
        for name, where in (("SQLite", f"sqlite://{folder}/bench.db"), ("PostgreSQL", url)):
            ours, bare = measure(where, rounds)
            failed |= ours / bare > 3
            print(
                f"{f'start to first answer, {name}':<44}{ours * 1000:>8.0f}ms{bare * 1000:>10.0f}ms{ours / bare:>8.2f}"
            )
    print(f'settings: best of {rounds}; the page is {PAGE}; the reference is "{REFERENCE}"')
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
