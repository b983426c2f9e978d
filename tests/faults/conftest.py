"""One street for all tests of a file, on either database: what one test leaves behind, the next one has to bear."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partialmethod
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from adapters.breaker import Breaker
from adapters.wire import Wire

from ..servers import database, quickest
from .street import Street, opened_street


@pytest.fixture(scope="module")
def street_url(request: pytest.FixtureRequest, sqlite_template: Path) -> Iterator[str]:
    """Give the URL of a migrated database of the kind that the test names."""
    if request.param == "postgres":
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
        with database(server, f"postgw_street_{secrets.token_hex(4)}", template) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(dir=quickest()) as folder:
        shutil.copyfile(sqlite_template, f"{folder}/street.sqlite3")
        yield f"sqlite://{folder}/street.sqlite3"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(street_url: str) -> AsyncIterator[Street]:
    """Give a street on which nobody is left in peace, so that the clock may be turned, and nobody hangs for long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Breaker, "seconds_to_rest", lambda _: 0.0)
        async with opened_street(street_url) as street:
            opened = Wire._open

            def hurried(wire: Wire) -> aiohttp.ClientSession:
                session = opened(wire)
                session._timeout = aiohttp.ClientTimeout(total=street.patience())  # which the next call takes over
                return session

            patch.setattr(Wire, "_open", hurried)
            yield street


@pytest.fixture
async def patient_street(database_url: str) -> AsyncIterator[Street]:
    """Give a street on which a call may take as long as in life, and who is silent is left in peace."""
    async with opened_street(database_url) as street:
        yield street


@pytest.fixture
def no_rest_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock of who is left in peace stand still: a busy machine lets many of its real seconds pass."""
    monkeypatch.setattr(Breaker, "__init__", partialmethod(Breaker.__init__, monotonic=lambda: 0.0))
