"""One street for all tests of a file, on either database: what one test leaves behind, the next one has to bear."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.breaker import Breaker

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
    """Give a street on which nobody is left in peace, so that the clock may be turned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Breaker, "seconds_to_rest", lambda _: 0.0)
        async with opened_street(street_url) as street:
            yield street


@pytest.fixture
async def patient_street(database_url: str) -> AsyncIterator[Street]:
    """Give a street on which a call may take as long as in life, and who is silent is left in peace."""
    async with opened_street(database_url, patience=30.0) as street:
        yield street
