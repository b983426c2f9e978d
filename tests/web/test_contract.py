"""Whatever is thrown at the API, it keeps to its own description: no 500, no HTML, nothing undescribed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from postgw.bootstrap import opened_house
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.openapi import describe
from postgw.web.routes import API

from .conftest import AT, furnished, settings_for

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_dict(describe(API, rehearsal=True))


class _Server:
    """A furnished house behind a real socket, in a loop of its own thread."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._begun = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end: asyncio.Event | None = None
        self.url = self.token = ""
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(opened_house(parse(settings_for(self._database_url))))
            self.token = await furnished(house)
            door = Door(clock=lambda: AT, per_minute={}, rehearsal=True)
            runner = web.AppRunner(make_app(house.services, door=door))
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            self._begun.set()
            await self._end.wait()

    def __enter__(self) -> _Server:
        self._thread.start()
        assert self._begun.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)
        self._loop.close()


@pytest.fixture(scope="module")
def server(sqlite_template, tmp_path_factory) -> Iterator[_Server]:
    """Give a house at an address."""
    path = tmp_path_factory.mktemp("contract") / "postgw.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with _Server(f"sqlite://{path}") as server:
        yield server


def _checks(case: schemathesis.Case) -> list[Callable[..., bool | None]]:
    """Return what is looked at; a case that may be wrong by its missing token is none, for the token is put in."""
    header = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    wrong_by_header = header is not None and header.mode == schemathesis.GenerationMode.NEGATIVE
    by_row = case.operation.path in {"/api/v1/dossiers", "/api/v1/scans"}  # a wrong row is answered in its row
    return CHECKS if wrong_by_header or by_row else [*CHECKS, negative_data_rejection]


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_keeps_to_its_description(case: schemathesis.Case, server: _Server) -> None:
    if case.operation.path == "/api/v1/events" and case.query:
        case.query.pop("wait", None)  # a question that waits would only cost time
    response = case.call(base_url=server.url, headers={"Authorization": f"Bearer {server.token}"})

    case.validate_response(response, checks=_checks(case))
