"""Print jobs at the door, and `postgw print` at a counter: nothing twice, nothing lost, whoever is killed when."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from postgw.counter_print import CounterSettings, print_at_counter
from postgw.domain.actor import Actor
from postgw.domain.errors import Refused
from postgw.domain.printing import LEASE, Printer, PrintPaper
from postgw.services.printing import standard

LEAD = Actor(name="lead", scopes=frozenset({"labels", "lead"}), unit="TS")
#: A printer's queue as a program: notes how it was called and what it was given; `down` takes nothing.
_LP = """#!{python}
import pathlib, sys
folder = pathlib.Path({folder!r})
if "down" in sys.argv:
    sys.exit("lp: the printer is off")
n = len(list(folder.glob("*.args")))
(folder / f"{{n}}.paper").write_bytes(sys.stdin.buffer.read())
(folder / f"{{n}}.args").write_text(" ".join(sys.argv[1:]))
"""


@dataclass
class Counter:
    """A counter with a token, and what its printers were given."""

    gate: Any
    token: str
    folder: Path

    async def job(self, key: str = "k1", **more: int) -> dict[str, Any]:
        """Ask for the papers of one new consignment."""
        number = (await self.gate.consignment())["consignment_no"]
        papers = [PrintPaper(kind="labels", numbers=(number,)), PrintPaper(kind="notes", numbers=(number,), copies=2)]
        await self.gate.house.services.printing.ask(key, "TS-Q3", papers, actor=LEAD, at=self.gate.clock[0])
        return {"number": number}

    async def take(self) -> list[dict[str, Any]]:
        """Ask for work as the counter's program does."""
        answer = await self.gate.get("/api/v1/print-jobs", token=self.token)
        assert answer.status == 200, await answer.text()
        jobs: list[dict[str, Any]] = (await answer.json())["data"]
        return jobs

    async def state(self) -> list[str]:
        """Return how each job stands."""
        rows = await self.gate.house.database.reading.rows("SELECT state FROM print_job ORDER BY id")
        return [row["state"] for row in rows]

    def printed(self) -> list[str]:
        """Return how `lp` was called."""
        return [path.read_text() for path in sorted(self.folder.glob("*.args"))]

    async def run(self, *, url: str = "", folder: str = "") -> tuple[int, str]:
        """Do one round as `postgw print --once` does; return its exit status and what it said."""
        said: list[str] = []
        told = CounterSettings(
            url=url or str(self.gate.client.make_url("/")), folder=folder, state=str(self.folder / "state.json")
        )
        environ = {"POSTGW_PRINT_TOKEN": self.token}
        status = await print_at_counter(told, once=True, environ=environ, say=said.append)
        return status, "\n".join(said)

    async def begin(self, *options: str, url: str = "") -> asyncio.subprocess.Process:
        """Begin `postgw print`."""
        where = url or str(self.gate.client.make_url("/"))
        environ = {
            **os.environ,
            "POSTGW_PRINT_TOKEN": self.token,
        }
        state = str(self.folder / "state.json")
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "postgw", "print", "--url", where, "--state", state, *options, env=environ,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip


@pytest.fixture
async def counter(gate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Give a counter with a label printer and a laser, and a fake `lp` on its path."""
    printing = gate.house.services.printing
    await printing.open_counter("TS-Q3", unit="TS", name="Quầy 3", actor=LEAD, at=gate.clock[0])
    printers = (
        Printer(prints="labels", media="zpl", stock="100x75", queue="zebra"),
        Printer(prints="notes", stock="a5", dpi=600, queue="laser", tray="tray-2"),
        standard("manifest"),
    )
    await printing.set_up("TS-Q3", name="Quầy 3", printers=printers, version=1, actor=LEAD, at=gate.clock[0])
    token = await printing.lend_token("TS-Q3", actor=LEAD, at=gate.clock[0])
    program = tmp_path / "lp"
    program.write_text(_LP.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return Counter(gate, token, tmp_path)


async def test_a_job_is_given_to_one_program_until_its_lease_runs_out(counter) -> None:
    await counter.job()
    first, second = await asyncio.gather(counter.take(), counter.take())
    counter.gate.clock[0] += LEASE + timedelta(seconds=1)
    again = await counter.take()

    assert sorted([len(first), len(second)]) == [0, 1]
    assert [each["job_no"] for each in again] == [each["job_no"] for each in (first or second)]


async def test_papers_come_in_the_language_of_their_printer(counter) -> None:
    await counter.job()
    [job] = await counter.take()
    papers = [await counter.gate.get(each["url"], token=counter.token) for each in job["papers"]]

    assert [each.content_type for each in papers] == ["application/zpl", "application/pdf"]
    assert [(await each.read())[:4] for each in papers] == [b"^XA\n", b"%PDF"]
    assert [(each["count"], each["queue"], each["stock"]) for each in job["papers"]] == [
        (1, "zebra", "100x75"), (2, "laser", "a5"),
    ]  # fmt: skip
    assert (await counter.gate.get(job["papers"][0]["url"] + "9", token=counter.token)).status == 404


async def test_the_word_that_it_was_printed_is_taken_twice_and_not_taken_back(counter) -> None:
    await counter.job()
    [job] = await counter.take()
    path = f"/api/v1/print-jobs/{job['job_no']}"
    said = [(await counter.gate.post(f"{path}/done", token=counter.token)).status for _ in range(2)]
    after = await counter.gate.post(f"{path}/failed", {"reason": "Hết giấy"}, token=counter.token)

    assert (said, after.status) == ([200, 200], 409)
    assert await counter.state() == ["printed"]


async def test_a_token_of_no_counter_gets_no_job_and_anothers_paper_is_not_to_be_found(counter) -> None:
    await counter.job()
    [job] = await counter.take()
    printing = counter.gate.house.services.printing
    await printing.open_counter("TS-Q4", unit="TS", name="Quầy 4", actor=LEAD, at=counter.gate.clock[0])
    other = await printing.lend_token("TS-Q4", actor=LEAD, at=counter.gate.clock[0])
    stranger = await counter.gate.token_for("labels", unit="TS")

    assert (await counter.gate.get("/api/v1/print-jobs", token=stranger)).status == 403
    assert (await counter.gate.get(job["papers"][0]["url"], token=other)).status == 404
    assert (await counter.gate.post(f"/api/v1/print-jobs/{job['job_no']}/done", token=other)).status == 404


async def test_sheets_of_labels_go_on_where_the_last_job_ended(counter) -> None:
    printing = counter.gate.house.services.printing
    sheet = Printer(prints="labels", media="pdf", stock="a4-8", dpi=600, queue="laser", first_place=7)
    rest = (Printer(prints="notes", stock="a5", dpi=600, queue="laser"), standard("manifest"))
    at = counter.gate.clock[0]
    await printing.set_up("TS-Q3", name="Quầy 3", printers=(sheet, *rest), version=2, actor=LEAD, at=at)
    places = []
    for key in ("a", "a", "b", "c"):  # the second is the first again
        paper = PrintPaper(kind="labels", numbers=("4K7M29TB6HC",))
        job = await printing.ask(key, "TS-Q3", [paper], actor=LEAD, at=at)
        places.append(job.papers[0].first_place)

    assert places == [7, 7, 8, 1]


@pytest.mark.slow
async def test_the_program_sends_zpl_raw_and_pdf_with_its_medium(counter) -> None:
    await counter.job()
    status, said = await counter.run()

    assert (status, said) == (0, "IN-1: đã gửi 1 nhãn tới zebra, 2 phiếu gửi tới laser.")
    assert counter.printed() == [
        "-d zebra -t IN-1/1 -o raw", "-d laser -t IN-1/2 -o media=A5,tray-2 -o print-scaling=none",
    ]  # fmt: skip
    assert (counter.folder / "0.paper").read_bytes().startswith(b"^XA")
    assert await counter.state() == ["printed"]


@pytest.mark.slow
async def test_a_folder_takes_the_place_of_queues(counter) -> None:
    await counter.job()
    out = counter.folder / "out"
    status, _ = await counter.run(folder=str(out))

    assert status == 0
    assert sorted(path.name for path in out.iterdir()) == ["IN-1-1-labels-100x75.zpl", "IN-1-2-notes-a5.pdf"]


@pytest.mark.slow
async def test_a_queue_that_takes_nothing_fails_the_job_and_a_second_try_prints_only_the_rest(counter) -> None:
    printing, at = counter.gate.house.services.printing, counter.gate.clock[0]

    async def laser(queue: str, version: int) -> None:
        printers = (
            Printer(prints="labels", media="zpl", stock="100x75", queue="zebra"),
            Printer(prints="notes", stock="a5", dpi=600, queue=queue), standard("manifest"),
        )  # fmt: skip
        await printing.set_up("TS-Q3", name="Quầy 3", printers=printers, version=version, actor=LEAD, at=at)

    await laser("down", 2)
    await counter.job()
    status, said = await counter.run()
    failed = await printing.job("IN-1", actor=LEAD)
    await laser("laser", 3)
    await printing.again("IN-1", "again", actor=LEAD, at=at)
    second, _ = await counter.run()

    assert (status, second) == (1, 0)
    assert "KHÔNG IN ĐƯỢC. Hàng in down không nhận: lp: the printer is off" in said
    assert failed.reason == "Hàng in down không nhận: lp: the printer is off"
    assert [each.split()[1] for each in counter.printed()] == ["zebra", "laser"]


@pytest.fixture
async def between(counter: Counter) -> AsyncIterator[Any]:
    """Give a way to the house on which the word that something was printed kills who says it."""
    killed: list[int] = []

    async def pass_on(request: web.Request) -> web.Response:
        if request.path.endswith("/done") and not killed:
            killed.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            return web.Response(status=500)
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                counter.gate.client.make_url(request.path_qs),
                data=await request.read(),
                headers={"Authorization": request.headers["Authorization"]},
            ) as answer,
        ):
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", pass_on)
    async with TestServer(app) as server:
        process: asyncio.subprocess.Process

        async def begun() -> asyncio.subprocess.Process:
            nonlocal process
            process = await counter.begin("--once", url=str(server.make_url("/")))
            return process

        yield begun


@pytest.mark.slow
async def test_killed_between_printing_and_telling_it_prints_nothing_twice(counter, between) -> None:
    await counter.job()
    process = await between()
    await process.wait()
    lost = await counter.state()
    status, said = await counter.run()

    assert (process.returncode, lost) == (-signal.SIGKILL, ["taken"])
    assert (status, said) == (0, "IN-1: đã gửi lần trước, nay báo cổng.")
    assert len(counter.printed()) == 2
    assert await counter.state() == ["printed"]


@pytest.mark.slow
async def test_stopped_while_a_paper_was_at_the_queue_a_person_decides(counter) -> None:
    await counter.job()
    (counter.folder / "state.json").write_text(json.dumps({"IN-1": {"of": "2", "1": "sending"}}))
    status, said = await counter.run()

    assert status == 1
    assert "không rõ tờ 1 đã ra giấy chưa" in said
    assert counter.printed() == []
    assert await counter.state() == ["failed"]


@pytest.mark.slow
async def test_a_lost_network_and_a_bad_token_are_one_sentence_and_a_status(
    counter, caplog: pytest.LogCaptureFixture
) -> None:
    status, said = await counter.run(url="http://127.0.0.1:9")
    counter.token = "pgw_khong-dung"
    with pytest.raises(Refused, match="Mã truy cập không đúng hoặc đã thu hồi."):
        await counter.run()

    assert status == 3
    assert "không nối được" in said
    assert not [line for line in caplog.records if line.name == "adapters.wire"], "it is told a second time"
    assert not logging.getLogger("adapters.wire").level, "the wire says nothing of anybody else's silence any more"


@pytest.mark.slow
async def test_it_goes_on_after_the_network_came_back_until_it_is_told_to_stop(counter) -> None:
    process = await counter.begin()
    await counter.job()
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), 120)).decode()
    process.send_signal(signal.SIGTERM)

    assert line.startswith("IN-1: đã gửi 1 nhãn")
    assert await asyncio.wait_for(process.wait(), 120) == 0


@pytest.mark.parametrize("ended", ["lent anew", "closed"])
async def test_a_counter_whose_token_was_just_used_gets_nothing_more_with_it_once_it_has_ended(
    counter: Counter, ended: str
) -> None:
    assert await counter.take() == []
    printing, at = counter.gate.house.services.printing, counter.gate.clock[0]

    await (printing.lend_token if ended == "lent anew" else printing.close_counter)("TS-Q3", actor=LEAD, at=at)

    assert (await counter.gate.get("/api/v1/print-jobs", token=counter.token)).status == 401
