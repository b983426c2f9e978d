"""How fast the station is in the hand, and what its signatures cost the server.

    python benchmarks/station.py [--quick] [--browser | --server]

In Chromium, from the key that ends a scan to the answer that is painted: 200 scans in a row, ten a second, with a
signal and without; then the first and the second load with the CPU slowed 4 times on a line of 1.6 Mbit/s. The keys are
events made in the page on a fixed beat, so that what is measured is the page and not the road to it; a beat that comes
late counts against the page.

At the door, scans signed by a device beside the same scans at the API with a token: read the ratio, not the rate. The
server is a process of its own on PostgreSQL with its own durability.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
import asyncpg
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.lookup import _SETTINGS, seed
from benchmarks.server import durable_server
from postgw.bootstrap import opened_house
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.settings import parse
from postgw.storage import delivery_routes, device_keys, province
from postgw.storage.migrate import migrate
from postgw.storage.province import Unit
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

OFFICE, COMMUNE, PIN, TOKEN = "480000", "18628", "2468", "pgw_bench_of_everything"
SCANS, BEAT_MS, BATCH = 200, 100, 50
#: An old phone on a weak line, as Lighthouse imitates it.
CPU, DOWN, UP, ROUND_TRIP_MS = 4, 1.6e6 / 8, 0.75e6 / 8, 150
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


# --- the door ---------------------------------------------------------------------------------------------------------


async def _furnished(url: str, count: int) -> list[str]:
    await migrate(url)
    numbers = await seed(url, count)
    await _to_our_commune(url)
    async with opened_house(parse(_SETTINGS.format(url=url))) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, [Unit(code=OFFICE, kind="office", name="Bưu điện")])
            round_3 = Route(
                office=OFFICE, route_no="3", name="Kỳ Lạc", worker="", places=(RoutePlace(commune_code=COMMUNE),)
            )
            await delivery_routes.add(tx, round_3, actor="bench", at=datetime.now(UTC))
        at = datetime.now(UTC)
        await house.services.accounts.keep_token(TOKEN, name="bench", scopes=SCOPES, unit="", actor=GATEWAY, at=at)
        await house.services.accounts.keep_token(
            f"{TOKEN}_office",
            name="worker",
            scopes=tuple(each for each in SCOPES if each != "admin"),
            unit=OFFICE,
            actor=GATEWAY,
            at=at,
        )
    return numbers


async def _to_our_commune(url: str) -> None:
    """Let all that is under way go to a round of the office: what a shift expects is what its scans are of."""
    party = {"name": "Nguyễn Thị Diễn Tập", "phone": "0540000000", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
             "province": "tỉnh Hà Tĩnh", "commune_code": COMMUNE}  # fmt: skip
    connection = await asyncpg.connect(url)
    await connection.execute(
        "UPDATE consignment SET parties = $1", json.dumps({"consignor": party, "consignee": party})
    )
    await connection.close()


async def _open(url: str, port: int) -> None:
    async with opened_house(parse(_SETTINGS.format(url=url))) as house:
        no_limits = {"default": 0, "scans": 0, "public": 0, "guesses": 0}
        app = make_app(house.services, door=Door(rehearsal=True, per_minute=no_limits), pages=pages())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


def _serve(url: str, port: int) -> None:
    asyncio.run(_open(url, port))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _answering(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the door did not open")


# --- signed scans beside scans at the API -----------------------------------------------------------------------------


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Key:
    """A key as a browser makes it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        """Return its public half as a raw point."""
        return _base64url(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def signed(self, text: str) -> str:
        """Return the signature under a text."""
        r, s = decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(SHA256())))
        return _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@dataclass
class Device:
    """A device with a shift, whose counter rises."""

    number: str
    shift_no: str
    key: Key
    worker: Key
    counter: int = 0

    def sealed(self, number: str, code: str, at: datetime) -> dict[str, str]:
        """Return a signed scan."""
        self.counter += 1
        payload = json.dumps({
            "device": self.number, "counter": self.counter, "act_id": secrets.token_hex(12), "shift": self.shift_no,
            "kind": "scan", "at": at.isoformat(), "route": "", "body": {"number": number, "code": code},
        })  # fmt: skip
        return {
            "payload": payload, "device_signature": self.key.signed(payload),
            "worker_signature": self.worker.signed(payload),
        }  # fmt: skip


async def _enrolled(url: str) -> Device:
    device, worker = Key(), Key()
    actor = Actor(name="worker", scopes=frozenset({"scans"}), unit=OFFICE)
    async with opened_house(parse(_SETTINGS.format(url=url))) as house:
        begun = await house.services.devices.begin_shift(
            device_key=device.public, device_name="bench", worker_key=worker.public, actor=actor, at=datetime.now(UTC)
        )
    return Device(begun.device.device_no, begun.shift.shift_no, device, worker)


def _plan(numbers: Sequence[str], n: int) -> list[tuple[str, str, datetime]]:
    """Return scans, each item in turn, moments apart."""
    begun, codes = datetime.now(UTC) - timedelta(hours=1), ("arrived", "departed")
    return [
        (numbers[at % len(numbers)], codes[at // len(numbers) % 2], begun + timedelta(milliseconds=at))
        for at in range(n)
    ]


def _signed(device: Device, plan: Sequence[tuple[str, str, datetime]]) -> dict[str, Any]:
    acts = [device.sealed(*each) for each in plan]
    return {"device": device.number, "sent_at": datetime.now(UTC).isoformat(), "waiting": 0, "acts": acts}


def _plain(plan: Sequence[tuple[str, str, datetime]]) -> dict[str, Any]:
    scans = [
        {
            "scan_id": secrets.token_hex(12),
            "number": number,
            "code": code,
            "device_at": at.isoformat(),
            "office": OFFICE,
        }
        for number, code, at in plan
    ]
    return {"device": "bench", "sent_at": datetime.now(UTC).isoformat(), "scans": scans}


async def _rate(session: aiohttp.ClientSession, address: str, bodies: Sequence[dict[str, Any]], each: int) -> float:
    headers = {} if address.endswith("/acts") else {"Authorization": f"Bearer {TOKEN}"}
    begun = time.perf_counter()
    for body in bodies:
        async with session.post(address, json=body, headers=headers) as answer:
            told = (await answer.json())["answers"]
            if any(one is None or one["verdict"] not in {"accepted", "known"} for one in told):
                raise RuntimeError(f"not taken: {told[:2]}")
    return each * len(bodies) / (time.perf_counter() - begun)


async def at_the_door(url: str, port: int, numbers: list[str], *, quick: bool) -> None:
    """Print how many scans a second the two doors take, in batches and one by one."""
    device = await _enrolled(url)
    rounds, batches, singles = (2, 8, 40) if quick else (5, 20, 150)
    base = f"http://127.0.0.1:{port}"
    print(f"{'scans a second':<44}{'signed':>10}{'API':>12}{'ratio':>8}")
    async with aiohttp.ClientSession() as session:
        for size, many in ((BATCH, batches), (1, singles)):
            best = {"signed": 0.0, "api": 0.0}
            for _ in range(rounds):
                plans = [_plan(numbers[n * size : (n + 1) * size], size) for n in range(many)]
                signed, plain = [_signed(device, plan) for plan in plans], [_plain(plan) for plan in plans]
                best["signed"] = max(best["signed"], await _rate(session, f"{base}/station/acts", signed, size))
                best["api"] = max(best["api"], await _rate(session, f"{base}/api/v1/scans", plain, size))
            work = f"in batches of {size}" if size > 1 else "one by one"
            print(f"{work:<44}{best['signed']:>8.0f}/s{best['api']:>10.0f}/s{best['signed'] / best['api']:>8.2f}")
    await _signatures(device, numbers)


async def _signatures(device: Device, numbers: list[str]) -> None:
    acts = [device.sealed(*each) for each in _plan(numbers, 500)]
    asked = [
        (key.public, act["payload"], act[f"{name}_signature"])
        for act in acts for name, key in (("device", device.key), ("worker", device.worker))
    ]  # fmt: skip
    await device_keys.are_signed(asked[:100])
    begun = time.perf_counter()
    if not all(await device_keys.are_signed(asked)):
        raise RuntimeError("not signed")
    spent = (time.perf_counter() - begun) / len(acts)
    print(f"both signatures under one act: {spent * 1e3:.2f} ms, {1 / spent:,.0f} acts a second on one core")


# --- in the hand ------------------------------------------------------------------------------------------------------


@dataclass
class Wire:
    """Carries everything between browser and door, and counts what comes down."""

    port: int
    down: int = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counts: bool) -> None:
            while chunk := await source.read(65_536):
                self.down += len(chunk) if counts else 0
                target.write(chunk)
                await target.drain()
            target.close()

        await asyncio.gather(
            pump(reader, up_writer, counts=False), pump(up_reader, writer, counts=True), return_exceptions=True
        )


@asynccontextmanager
async def _wired(port: int) -> AsyncIterator[tuple[Wire, str]]:
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    try:
        yield wire, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


#: Scans on a beat: each one's keys, then the moment from the beat to the painted answer.
_SCAN = """async ([numbers, beat]) => {
  const took = [], painted = () => new Promise((on) => requestAnimationFrame(() => setTimeout(on, 0)));
  const due = [];
  const words = {}, first = await station.store.get("state", "counter") ?? 0;
  let heard = 0, all;
  const through = new Promise((on) => { all = on; });
  const answered = async (told) => {
    const n = heard++;
    const word = told.detail?.state ?? "kept";
    words[word] = (words[word] ?? 0) + 1;
    await painted();
    took.push(performance.now() - due[n]);
    if (took.length === numbers.length) all();
  };
  const mode = document.querySelector("[data-answer]");
  if (mode) station.events.addEventListener("scanned", answered);
  const codeOf = (sign) => (/\\d/.test(sign) ? `Digit${sign}` : `Key${sign}`);
  const press = (key, code) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }),
  );
  const begun = performance.now() + beat;
  for (const [n, number] of numbers.entries()) {
    due.push(begun + n * beat);
    await new Promise((on) => setTimeout(on, Math.max(0, due[n] - performance.now())));
    if (mode) {
      for (const sign of number) press(sign, codeOf(sign));
      press("Enter", "Enter");
    } else {
      station.queue.put([{ kind: "scan", body: { number, code: "arrived" } }]).then(answered);
    }
  }
  await Promise.race([through, new Promise((on) => setTimeout(on, 20000))]);
  const counter = await station.store.get("state", "counter") ?? 0;
  return { took, words, kept: counter - first, mode: Boolean(mode) };
}"""


def _spread(took: Sequence[float]) -> str:
    ordered = sorted(took)

    def at(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    return f"p50 {at(0.5):.0f}, p95 {at(0.95):.0f}, max {ordered[-1]:.0f} ms"


async def _begun(page: Any, base: str) -> None:
    await page.goto(f"{base}/signin?by=token")
    await page.fill("#t", f"{TOKEN}_office")
    await page.press("#t", "Enter")
    await page.wait_for_url("**/station")
    await page.fill("#s-device", "bench")
    await page.fill("#s-pin", PIN)
    await page.fill("#s-again", PIN)
    await page.press("#s-again", "Enter")
    await page.wait_for_selector(".tiles")


async def _in_scan_mode(page: Any) -> bool:
    if not await page.evaluate("Boolean(station.screens.scan)"):
        return False
    await page.evaluate("station.go('#/scan/arrived')")
    await page.wait_for_selector("[data-answer]")
    return True


async def _scanned(page: Any, numbers: list[str], word: str) -> None:
    told = await page.evaluate(_SCAN, [numbers, BEAT_MS])
    what = "scan mode" if told["mode"] else "the queue alone"
    if told["kept"] != len(numbers):
        raise RuntimeError(f"of {len(numbers)} scans {told['kept']} were signed and kept: {told['words']}")
    dropped = len(numbers) - len(told["took"])
    print(
        f"{len(numbers)} scans, {1000 // BEAT_MS} a second, {word} ({what}): all kept, {dropped} without an answer,"
        f" answered within {_spread(told['took'])} ({', '.join(f'{n} {word}' for word, n in told['words'].items())})"
    )


async def in_the_hand(port: int, numbers: list[str], *, quick: bool) -> None:
    """Print how fast scans are answered, and how fast the page opens on an old phone."""
    from playwright.async_api import async_playwright

    program = os.environ.get("POSTGW_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    count = 60 if quick else SCANS
    async with async_playwright() as playwright, _wired(port) as (wire, base):
        browser = await playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page = await context.new_page()
        page.set_default_timeout(120_000)
        await _begun(page, base)
        await page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        parts = [numbers[n * count : (n + 1) * count] for n in range(4)]
        for n, (slow, offline) in enumerate(((1, False), (1, True), (CPU, False), (CPU, True))):
            talk = await context.new_cdp_session(page)
            await talk.send("Emulation.setCPUThrottlingRate", {"rate": slow})
            await _in_scan_mode(page)
            await context.set_offline(offline)
            word = f"{'without' if offline else 'with'} a signal{f', CPU slowed {slow} times' if slow > 1 else ''}"
            await _scanned(page, parts[n], word)
            await context.set_offline(False)
            await page.evaluate("station.go('#/')")
        await context.close()
        await _loads(browser, wire, base)
        await browser.close()


async def _loads(browser: Any, wire: Wire, base: str) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = await context.new_page()
    page.set_default_timeout(120_000)
    talk = await context.new_cdp_session(page)
    await talk.send("Network.enable")
    line = {"offline": False, "latency": ROUND_TRIP_MS, "downloadThroughput": DOWN, "uploadThroughput": UP}
    await talk.send("Network.emulateNetworkConditions", line)
    await talk.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    before, begun = wire.down, time.perf_counter()
    await page.goto(f"{base}/station")
    await page.wait_for_selector("#main a.btn")
    first = time.perf_counter() - begun
    await page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    size = wire.down - before
    await _begun(page, base)
    before, begun = wire.down, time.perf_counter()
    mode = await page.evaluate("Boolean(station.screens.scan)")
    await page.goto("about:blank")
    begun = time.perf_counter()
    await page.goto(f"{base}/station{'#/scan/arrived' if mode else ''}")
    await page.wait_for_selector("[data-answer]" if mode else ".tiles")
    second = time.perf_counter() - begun
    print(
        f"CPU slowed {CPU} times, 1.6 Mbit/s: first load {first:.1f} s until the entrance, {size / 1000:.0f} kB over"
        f" the wire, worker and all; second load {second:.1f} s until"
        f" {'a scan is taken' if mode else 'the home of the shift'}"
    )
    await context.close()


# ----------------------------------------------------------------------------------------------------------------------


def main(words: list[str]) -> int:
    """Measure and print."""
    quick = "--quick" in words
    parts: list[Callable[[str, int, list[str]], Coroutine[Any, Any, None]]] = []
    if "--browser" not in words:
        parts.append(lambda url, port, numbers: at_the_door(url, port, numbers, quick=quick))
    if "--server" not in words:
        parts.append(lambda _, port, numbers: in_the_hand(port, numbers, quick=quick))
    with durable_server() as url:
        numbers = asyncio.run(_furnished(url, 1200))
        port = _free_port()
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, port), daemon=True)
        process.start()
        try:
            asyncio.run(_answering(port))
            for part in parts:
                asyncio.run(part(url, port, numbers))
        finally:
            process.terminate()
            process.join()
    print(f"settings: PostgreSQL default durability, {len(numbers):,} consignments, {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
