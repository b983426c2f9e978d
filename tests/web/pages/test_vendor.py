"""What others wrote and our pages bring along: unchanged since it was looked at, and kept to its place."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from postgw.web.pages.assets import address_of

VENDOR = Path(__file__).parents[3] / "postgw/web/pages/static/vendor"


@pytest.mark.parametrize("name", ["zxing_reader.js", "zxing_reader.wasm"])
def test_a_file_of_others_is_the_one_that_was_looked_at(name: str) -> None:
    (told,) = re.findall(rf"^\| `{name}` \| `([0-9a-f]{{64}})` \|$", (VENDOR / "README.md").read_text("utf-8"), re.M)

    assert sha256((VENDOR / name).read_bytes()).hexdigest() == told


def test_no_file_of_others_knows_another_host() -> None:
    assert [path.name for path in VENDOR.iterdir() if path.suffix != ".txt" and b"://" in path.read_bytes()] == []


async def test_the_reader_of_bar_codes_travels_packed_and_is_kept(gate) -> None:
    address = address_of("vendor/zxing_reader.wasm")
    packed = await gate.client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = await gate.client.get(address, headers={"Accept-Encoding": "identity"})

    assert (packed.headers["Content-Type"], packed.headers["Content-Encoding"]) == ("application/wasm", "gzip")
    assert int(packed.headers["Content-Length"]) < 500_000
    assert "immutable" in packed.headers["Cache-Control"]
    assert await packed.read() == await plain.read() == (VENDOR / "zxing_reader.wasm").read_bytes()


async def test_only_the_thread_that_reads_pictures_may_compile(gate) -> None:
    may = []
    files = [address_of(name) for name in ("camera_reader.js", "station.js", "vendor/zxing_reader.js")]
    for address in (*files, "/station", "/station/worker.js"):
        answer = await gate.client.get(address)
        may.append("wasm-unsafe-eval" in answer.headers["Content-Security-Policy"])

    assert may == [True, False, False, False, False]


async def test_licences_are_shipped_and_not_served(gate) -> None:
    answers = [
        await gate.client.get(f"/static/vendor/{name}") for name in ("README.md", "..%2Fassets.py", "nothing.js")
    ]

    assert [answer.status for answer in answers] == [404, 404, 404]
