"""The same request asked twice is done once, and answered twice with the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from postgw.domain.actor import Actor
from postgw.domain.errors import Conflict, Invalid
from postgw.storage.database import moment
from postgw.web import idempotency
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.openapi import describe
from postgw.web.routes import API

from ..furnishing import until

HEADER = "Idempotency-Key"


async def ask(gate, body: dict, key: str = "k-1", **rest):
    return await gate.post("/api/v1/dossiers", body, headers={HEADER: key}, **rest)


async def test_an_answer_is_given_again_byte_for_byte(gate) -> None:
    body = gate.dossier()
    first, again = await ask(gate, body), await ask(gate, body)

    assert (again.status, await again.read()) == (201, await first.read())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert {name: again.headers[name] for name in ("Location", "ETag", "Content-Type")} == {
        name: first.headers[name] for name in ("Location", "ETag", "Content-Type")
    }


async def test_an_answer_is_given_again_two_days_later(gate) -> None:
    body = gate.dossier()
    first = await ask(gate, body)
    gate.clock[0] += timedelta(days=2)
    again = await ask(gate, body)

    assert (again.status, await again.read()) == (201, await first.read())


async def test_another_body_under_the_same_key_is_refused(gate) -> None:
    await ask(gate, gate.dossier())
    other = await ask(gate, gate.dossier())

    assert (other.status, (await other.json())["code"]) == (422, "idempotency.body")


async def test_a_refusal_is_given_again_as_well(gate) -> None:
    body = gate.dossier(procedure_code="9.999999")
    first, again = await ask(gate, body), await ask(gate, body)

    assert (first.status, again.status) == (422, 422)
    assert await again.read() == await first.read()


async def test_a_body_that_cannot_be_read_leaves_the_key_free(gate) -> None:
    broken = await ask(gate, gate.dossier(fee_dong="x"))
    mended = await ask(gate, gate.dossier())

    assert (broken.status, mended.status) == (422, 201)


async def test_keys_of_two_callers_are_two_keys(gate) -> None:
    await ask(gate, gate.dossier())
    other = await ask(gate, gate.dossier(), token=await gate.token_for("intake"))

    assert other.status == 201


async def test_one_key_at_two_addresses_is_two_keys(gate) -> None:
    made = await ask(gate, gate.dossier())
    number = (await made.json())["dossier"]["key"]
    wanted = {"dossier": number, "leg": "send"}

    other = await gate.post("/api/v1/consignments", wanted, headers={HEADER: "k-1"})

    assert other.status == 201
    assert "Idempotency-Replayed" not in other.headers


async def test_fifty_equal_requests_at_once_are_one_dossier(gate) -> None:
    body = gate.dossier()
    answers = await asyncio.gather(*(ask(gate, body) for _ in range(50)))
    statuses = {answer.status for answer in answers}
    bodies = {await answer.read() for answer in answers if answer.status == 201}
    listed = (await (await gate.get("/api/v1/dossiers")).json())["data"]

    assert statuses <= {201, 409}
    assert len(bodies) == 1
    assert len(listed) == 1
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 409)


@pytest.mark.parametrize("key", ["", "x" * 256, "khoá"])
async def test_an_unusable_key_is_refused(gate, key: str) -> None:
    answer = await ask(gate, gate.dossier(), key)

    assert (answer.status, (await answer.json())["code"]) == (400, "idempotency.key")


@pytest.mark.parametrize(
    "key", ["k", "order 4711", '"8e03978e"', "~!", "x" * 255, "x" * 256, "", " ", "a\tb", "khoá", "k ", " k"]
)
async def test_the_description_allows_the_keys_that_are_taken_and_no_others(gate, key: str) -> None:
    operation = describe(API, rehearsal=True)["paths"]["/api/v1/dossiers"]["post"]
    [described] = [each["schema"] for each in operation["parameters"] if each["name"] == HEADER]
    fits = described["minLength"] <= len(key) <= described["maxLength"] and re.search(described["pattern"], key)

    answer = await ask(gate, gate.dossier(), key)

    assert answer.status == (201 if fits else 400)


async def test_a_token_is_never_kept_for_a_second_answer(gate) -> None:
    body = {"name": "a", "scopes": ["enquiry"]}
    first = await gate.post("/api/v1/tokens", body, headers={HEADER: "k-2"})
    again = await gate.post("/api/v1/tokens", body, headers={HEADER: "k-2"})

    assert (await first.json())["token"] != (await again.json())["token"]


_CALLER = Actor(name="one", scopes=frozenset(), token_no="tk-one")
_DIGEST = hashlib.sha256(b"").hexdigest()
_KEY = (_CALLER, "POST", "/x", "k")


async def _begun(gate, after: float = 0.0, digest: str = _DIGEST) -> int | None:
    """Claim one key so many seconds later; return after how many seconds to ask again, or nothing when it is ours."""
    at = gate.clock[0] + timedelta(seconds=after)
    try:
        await gate.house.services.accounts.begin(*_KEY, digest, at=at)
    except Conflict as running:
        return int(str(running.values["retry_after"]))
    return None


async def test_the_key_of_a_process_that_died_is_free_when_the_answer_said_so(gate) -> None:
    assert await _begun(gate) is None

    assert await _begun(gate, 1) == 1  # by now somebody is at work
    said = await _begun(gate, 10)

    assert said is not None
    assert await _begun(gate, 10 + said - 2) is not None
    assert await _begun(gate, 10 + said) is None
    assert said <= 30


async def test_the_key_of_a_process_that_died_goes_over_with_all_that_was_asked(gate) -> None:
    other = hashlib.sha256(b"another body").hexdigest()

    assert await _begun(gate) is None
    assert await _begun(gate, 40, other) is None

    assert await _begun(gate, 41, other) == 1  # at work since a second
    with pytest.raises(Invalid):
        await _begun(gate, 41)


async def test_what_was_answered_is_not_changed_by_one_who_was_slow_and_lost_the_key(gate) -> None:
    async def finish(body: bytes) -> None:
        await gate.house.services.accounts.finish(*_KEY, status=201, headers={}, body=body, at=gate.clock[0])

    assert await _begun(gate) is None
    assert await _begun(gate, 40) is None  # of the first nothing was heard
    await finish(b"by the second")
    await finish(b"by the first")

    answered = await gate.house.services.accounts.begin(*_KEY, _DIGEST, at=gate.clock[0])
    assert answered is not None
    assert answered.body == b"by the second"


async def test_the_key_of_an_act_that_is_still_at_work_is_not_free(gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act of four minutes; how often it says that it is at work is cut short by hand."""
    monkeypatch.setattr(idempotency, "_HELD_SECONDS", 0.0)
    go_on = asyncio.Event()

    async def act() -> web.Response:
        await go_on.wait()
        return web.Response(text="done")

    first = asyncio.create_task(_once(gate, act))

    async def is_said() -> bool:
        return bool(await _holder(gate) == gate.clock[0])

    try:
        await until("the key is claimed", is_said)
        gate.clock[0] += timedelta(minutes=4)
        await until("the act is said to be at work", is_said)
        assert await _begun(gate) is not None
    finally:
        go_on.set()
        ended = await first
    assert ended.status == 200


async def _once(gate, act: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Do an act under the one key."""
    app = make_app(gate.house.services, door=Door(clock=lambda: gate.clock[0], per_minute={}, rehearsal=True))
    request = make_mocked_request("POST", "/x", app=app)
    return await idempotency.once(gate.house.services.accounts, request, "k", b"", _CALLER, gate.clock[0], act)


@pytest.mark.parametrize("status", [500, 503])
async def test_an_answer_that_is_a_fault_of_ours_is_not_kept_and_leaves_the_key_free(gate, status: int) -> None:
    async def failed() -> web.Response:
        return web.Response(status=status)

    async def done() -> web.Response:
        return web.Response(status=201)

    assert (await _once(gate, failed)).status == status
    again = await _once(gate, done)

    assert (again.status, "Idempotency-Replayed" in again.headers) == (201, False)


async def test_an_act_that_failed_leaves_its_key_free_at_once(gate) -> None:
    async def broken() -> web.Response:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await _once(gate, broken)

    assert await _begun(gate) is None


async def test_an_act_whose_caller_went_away_leaves_its_key_free_at_once(gate) -> None:
    begun = asyncio.Event()

    async def endless() -> web.Response:
        begun.set()
        await asyncio.Future()
        raise AssertionError

    left = asyncio.create_task(_once(gate, endless))
    await begun.wait()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left

    assert await _begun(gate) is None


@pytest.mark.parametrize("turns", [0, 9])
async def test_nobody_says_of_an_act_that_is_over_that_it_is_at_work(
    gate, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    """An act that was over before that had to be said, and one that was not."""
    monkeypatch.setattr(idempotency, "_HELD_SECONDS", 0.0)
    said: list[datetime] = []

    async def say(*, at: datetime) -> None:
        said.append(at)

    with idempotency._Held(say, lambda: gate.clock[0]):
        for _ in range(turns):
            await asyncio.sleep(0)
    when_over = len(said)
    for _ in range(9):
        await asyncio.sleep(0)

    assert bool(when_over) is bool(turns)
    assert len(said) == when_over


async def _holder(gate):
    row = await gate.house.database.reading.row("SELECT begun_at FROM replay")
    return moment(row["begun_at"]) if row else None
