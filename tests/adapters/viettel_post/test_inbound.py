"""The door at which the carrier tells what happens: who is let in, what is kept, how fast it answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.rehearsal.viettel_post import ViettelOptions
from adapters.viettel_post import inbound

from ...furnishing import until
from .conftest import GIVEN

PATH, SECRET = "/hooks/viettel-post/vtp", GIVEN["webhook_secret"]
ROW = {
    "ORDER_NUMBER": "VTP0000000001", "ORDER_REFERENCE": "4K7M29TB6HC", "ORDER_STATUSDATE": "23/11/2026 08:05:09",
    "ORDER_STATUS": 501, "STATUS_NAME": "Phát thành công", "IS_RETURNING": False,
}  # fmt: skip
BOTH = {"header": SECRET, "token": SECRET}


async def told(door: Any, row: Any = ROW, *, header: str = "", token: str = "", path: str = PATH) -> int:
    headers = {"Authorization": header} if header else {}
    body = {"DATA": row, "TOKEN": token} if token else {"DATA": row}
    async with door.post(path, data=json.dumps(body).encode(), headers=headers) as answer:
        return int(answer.status)


@pytest.mark.parametrize(
    "shown", [BOTH, {"header": SECRET}, {"token": SECRET}, {"header": f"Bearer {SECRET}"}], ids=str
)
async def test_whoever_shows_the_secret_is_let_in(door, house, shown):
    assert await told(door, **shown) == 200
    (event,) = house.events.values()
    assert (event.order_no, event.code, house.accounts) == ("4K7M29TB6HC", "delivered", {"vtp"})


@pytest.mark.parametrize(
    "shown",
    [{}, {"header": "khác"}, {"token": "khác"}, {"header": SECRET, "token": "khác"}, {"header": "x", "token": SECRET}],
    ids=str,
)
async def test_a_stranger_gets_401_and_leaves_nothing_behind(door, house, shown):
    assert await told(door, **shown) == 401
    assert not house.events


async def test_an_account_nobody_has_is_a_strangers(door, house):
    assert await told(door, **BOTH, path="/hooks/viettel-post/khac") == 401
    assert not house.events


def test_where_no_account_is_in_use_there_is_no_address():
    acts: Any = None
    assert inbound.routes(acts, {}) == ()


async def test_a_repeat_is_200_and_kept_once(door, house):
    assert [await told(door, **BOTH) for _ in range(3)] == [200, 200, 200]
    assert len(house.events) == 1


UNREADABLE: list[Any] = [
    None, [], "x", {}, {"ORDER_NUMBER": "V1"}, {**ROW, "ORDER_STATUSDATE": "hôm qua"}, {**ROW, "ORDER_STATUS": None},
    {**ROW, "ORDER_REFERENCE": "x" * 41}, {**ROW, "ORDER_NUMBER": "", "ORDER_REFERENCE": " "},
]  # fmt: skip


@pytest.mark.parametrize("row", UNREADABLE, ids=str)
async def test_a_row_nobody_can_read_is_200_and_kept_once_aside(door, house, row):
    assert [await told(door, row, **BOTH) for _ in range(2)] == [200, 200]
    (reject,) = house.rejects.values()
    assert len(reject.record_id) == 40
    assert reject.reason
    assert SECRET not in reject.raw
    assert not house.events


async def test_a_body_that_is_no_json_is_kept_for_whoever_shows_the_header(door, house):
    async with door.post(PATH, data=b"\xff\x00<html>", headers={"Authorization": SECRET}) as answer:
        assert answer.status == 200
    (reject,) = house.rejects.values()
    assert "\0" not in reject.raw
    async with door.post(PATH, data=b"<html>") as answer:
        assert answer.status == 401


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ROW, "NOTE"]), inner, max_size=6),
        max_leaves=8,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_whatever_stands_in_the_row_the_answer_is_200_and_something_is_kept(door, house, row):
    house.events.clear()
    house.rejects.clear()
    assert await told(door, row, **BOTH) == 200
    assert len(house.events) + len(house.rejects) == 1


async def test_while_memory_is_busy_the_answer_is_no_yes_but_comes_and_the_event_is_not_lost(door, house):
    free = asyncio.Event()
    house.wait = free.wait
    assert await told(door, **BOTH) == 503
    assert not house.events
    free.set()
    await until("the event is kept", lambda: len(house.events) == 1)
    assert await told(door, **BOTH) == 200
    assert len(house.events) == 1


def test_the_answer_comes_before_the_carrier_has_waited_a_second() -> None:
    assert inbound.ANSWER_WITHIN < ViettelOptions().webhook_seconds == 1.0


async def test_what_could_not_be_kept_is_never_acknowledged(door, house):
    async def broken() -> None:
        raise OSError("disk full")

    house.wait = broken
    assert await told(door, **BOTH) == 500
    house.wait = None
    assert await told(door, **BOTH) == 200
