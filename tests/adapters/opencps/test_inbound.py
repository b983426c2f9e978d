"""What the post's software asks with a receipt, and who is turned away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.card import Guess
from adapters.opencps.inbound import PATH, routes
from adapters.opencps.settings import OpenCpsSettings
from postgw.domain.address import Party
from postgw.domain.errors import Conflict
from postgw.domain.ports import ReceiptHolder

from .conftest import SYSTEM

CODE = "D-k12x-4501-77"
FORM = {
    "ma_bien_nhan": CODE, "viaPostal": "2", "postalAddress": "Số 9", "postalWardName": "Phường Trần Phú",
    "postalCityName": "Tỉnh Hà Tĩnh", "postalTelNo": "0540111222",
}  # fmt: skip
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Receipts:
    """The house's act as the wire sees it: one code of one system opens one dossier."""

    def __init__(self, dossier: Any) -> None:
        self.dossier = dossier
        self.chosen: list[tuple[str, Party]] = []
        self.too_late = False

    async def look_up(self, system: str, code: str, *, at: datetime) -> ReceiptHolder | None:
        return ReceiptHolder(dossier=self.dossier) if (system, code, at) == ("mot-cua-2", CODE, AT) else None

    async def choose_post(self, system: str, code: str, return_to: Party, *, at: datetime) -> bool:
        if self.too_late:
            raise Conflict("Muộn rồi.")
        self.chosen.append((system, return_to))
        return True


@pytest.fixture
def receipts(dossier) -> Receipts:
    return Receipts(dossier)


@pytest.fixture
async def door(receipts) -> AsyncIterator[Any]:
    """Open the door with two systems; `guesses` holds which answers the house would count."""
    opened: list[TestClient[Any, Any]] = []
    guesses: list[bool] = []

    def noted(handler: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await handler(request)
            guesses.append(isinstance(response, Guess))
            return response

        return handle

    async def open_one(**settings: Any) -> tuple[TestClient[Any, Any], list[bool]]:
        one = OpenCpsSettings(**SYSTEM, **settings)
        acts: Any = SimpleNamespace(receipts=receipts, clock=lambda: AT)
        app = web.Application()
        found = routes(acts, {"mot-cua": one, "mot-cua-2": one})
        app.add_routes([web.RouteDef(each.method, each.path, noted(each.handler), each.kwargs) for each in found])
        opened.append(TestClient(TestServer(app)))
        await opened[-1].start_server()
        return opened[-1], guesses

    yield open_one
    for client in opened:
        await client.close()


def test_where_no_opencps_is_in_use_there_is_no_address():
    acts: Any = SimpleNamespace(receipts=None, clock=None)
    assert routes(acts, {}) == ()


async def test_a_whole_code_shows_the_dossier_of_whichever_system_it_is(door):
    client, guesses = await door()
    async with client.get(PATH, params={"ma_bien_nhan": CODE}) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        shown = await answer.json()
    assert (shown["dossierNo"], shown["postalAddress"]) == ("H27.15-261123-0007", "Số 5 ngõ 2")
    assert guesses == [False]


@pytest.mark.parametrize("code", [
    "", "D-k12y-4501-77", "D-k12x-4502-77", "D-k12x-4501-78", "d-k12x-4501-77", CODE + "0", "\0", "Đ" * 1000,
])  # fmt: skip
async def test_a_code_with_any_part_wrong_opens_nothing_and_is_a_guess(door, receipts, code):
    client, guesses = await door()
    async with client.get(f"{PATH}?{urlencode({'ma_bien_nhan': code})}") as answer:
        assert (answer.status, await answer.read()) == (204, b"")
    async with client.post(PATH, data={**FORM, "ma_bien_nhan": code}) as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "failed"})
    assert guesses == [True, True]
    assert not receipts.chosen


async def test_the_citizen_chooses_the_post_with_an_address(door, receipts):
    client, guesses = await door()
    async with client.post(PATH, data=FORM) as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "succeed"})
    [(system, home)] = receipts.chosen
    assert (system, home.name, home.address) == ("mot-cua-2", "Trần Văn Diễn Tập", "Số 9")
    assert (home.commune, home.province, home.phone) == ("Phường Trần Phú", "Tỉnh Hà Tĩnh", "0540111222")
    assert guesses == [False]


@pytest.mark.parametrize("via", ["", "0", "1", "3", "hai"])
async def test_what_does_not_choose_the_post_changes_nothing(door, receipts, via):
    client, guesses = await door()
    async with client.post(PATH, data={**FORM, "viaPostal": via}) as answer:
        assert await answer.json() == {"status": "failed"}
    assert (receipts.chosen, guesses) == ([], [False])


async def test_too_late_is_a_failure_and_no_guess(door, receipts):
    receipts.too_late = True
    client, guesses = await door()
    async with client.post(PATH, data=FORM) as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "failed"})
    assert guesses == [False]


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"x=" + b"1" * 20_000, b"", b"&".join([b"a=1"] * 200)], ids=len)
async def test_a_form_that_cannot_be_read_opens_nothing(door, body):
    client, guesses = await door()
    async with client.post(PATH, data=body) as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "failed"})
    assert guesses == [True]


async def test_a_stranger_is_turned_away_where_a_pair_is_asked_for(door):
    client, guesses = await door(receipt_user="buu-cuc", receipt_secret="b1mat")
    for pair in ("", "Basic %%%", encode_basic_auth("buu-cuc", "khac"), encode_basic_auth("", "")):
        headers = {"Authorization": pair}
        async with client.get(PATH, params={"ma_bien_nhan": CODE}, headers=headers) as answer:
            assert answer.status == 401
        async with client.post(PATH, data=FORM, headers=headers) as answer:
            assert answer.status == 401
    headers = {"Authorization": encode_basic_auth("buu-cuc", "b1mat")}
    async with client.get(PATH, params={"ma_bien_nhan": CODE}, headers=headers) as answer:
        assert answer.status == 200
    assert guesses == [True] * 8 + [False]
