"""The rehearsal post office as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys

import aiohttp

RUN = """
import asyncio
from adapters.rehearsal.doubles import DOUBLES, stand
from adapters.rehearsal.settings import OfficeOptions
asyncio.run(stand(DOUBLES["post-office"], OfficeOptions(port=0)))
"""


async def test_it_says_where_it_listens_and_goes_when_told():
    office = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    try:
        assert office.stdout is not None
        url = office.stdout.readline().removeprefix("Bưu cục diễn tập: ").strip()
        async with aiohttp.ClientSession() as session, session.post(url + "/token") as answer:
            assert answer.status == 401
        office.send_signal(signal.SIGTERM)
        assert office.wait(timeout=60) == 0
    finally:
        office.kill()
        office.communicate()
