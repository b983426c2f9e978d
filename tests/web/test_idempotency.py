"""The same request asked twice is done once, and answered twice with the same bytes."""

from __future__ import annotations

import asyncio

import pytest

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


async def test_a_token_is_never_kept_for_a_second_answer(gate) -> None:
    body = {"name": "a", "scopes": ["enquiry"]}
    first = await gate.post("/api/v1/tokens", body, headers={HEADER: "k-2"})
    again = await gate.post("/api/v1/tokens", body, headers={HEADER: "k-2"})

    assert (await first.json())["token"] != (await again.json())["token"]
