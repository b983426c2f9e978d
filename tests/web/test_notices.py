"""The change feed, subscriptions, the outbox, tokens and lent ranges through the door."""

from __future__ import annotations

import pytest

from postgw.web.schemas.accounts import RangeList, TokenList
from postgw.web.schemas.notices import ErrandList, EventList, HookList, HookMade


async def test_what_happened_stands_in_the_feed_in_order(gate) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")
    answer = await gate.get("/api/v1/events")
    feed = EventList.model_validate_json(await answer.read())
    rest = await (await gate.get(f"/api/v1/events?after={feed.next_after}")).json()

    assert [(each.notice.type, each.notice.subject) for each in feed.data] == [
        ("vn.postgw.consignment.collected.v1", made["consignment_no"])
    ]
    assert rest == {"data": [], "next_after": feed.next_after}


async def test_a_question_that_waits_is_answered_as_soon_as_something_happens(gate) -> None:
    import asyncio

    made = await gate.consignment()
    asked = asyncio.ensure_future(gate.get("/api/v1/events?wait=20"))
    await gate.scan(made["consignment_no"], "collected")
    answer = await asyncio.wait_for(asked, 19)

    assert len((await answer.json())["data"]) == 1


async def test_the_feed_names_nobody(gate) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")

    assert "Diễn Tập" not in await (await gate.get("/api/v1/events")).text()


async def test_a_subscription_shows_its_secret_once(gate) -> None:
    made = await gate.post("/api/v1/webhooks", {"url": "https://motcua.example/postgw", "kinds": ["consignment.*"]})
    hook = HookMade.model_validate_json(await made.read())
    listed = await gate.get("/api/v1/webhooks")

    assert hook.secret.startswith("whsec_")
    assert hook.secret not in await listed.text()
    assert [each.hook_no for each in HookList.model_validate_json(await listed.read()).data] == [hook.hook_no]


async def test_a_subscription_is_ended(gate) -> None:
    made = await (await gate.post("/api/v1/webhooks", {"url": "https://motcua.example/postgw"})).json()
    ended = await gate.ask("DELETE", f"/api/v1/webhooks/{made['hook_no']}")
    again = await gate.ask("DELETE", "/api/v1/webhooks/hook-none")

    assert (ended.status, again.status) == (204, 404)


async def test_the_outbox_shows_what_waits(gate) -> None:
    await gate.consignment(book=True)
    answer = await gate.get("/api/v1/outbox?state=waiting")

    assert [each.channel for each in ErrandList.model_validate_json(await answer.read()).data] == ["post"]


async def test_only_a_parked_errand_is_sent_again(gate) -> None:
    assert (await gate.post("/api/v1/outbox/1/replay")).status == 404
    assert (await gate.post("/api/v1/outbox/x/replay")).status == 404
    assert (await gate.post(f"/api/v1/outbox/{10**30}/replay")).status == 404


async def test_tokens_are_listed_without_their_texts(gate) -> None:
    text = await gate.token_for("enquiry")
    listed = await gate.get("/api/v1/tokens")

    assert text not in await listed.text()
    assert len(TokenList.model_validate_json(await listed.read()).data) == 2


async def test_a_lent_range_is_taken_down_and_listed(gate) -> None:
    asked = {"indicator": "RR", "first": 47312000, "last": 47312999, "account": "dien-tap"}
    lent = await gate.post("/api/v1/number-ranges", asked)
    again = await gate.post("/api/v1/number-ranges", {**asked, "first": 47312500, "last": 47313000})
    listed = RangeList.model_validate_json(await (await gate.get("/api/v1/number-ranges")).read())

    assert (lent.status, again.status) == (201, 409)
    assert [(each.indicator, each.taken) for each in listed.data] == [("RR", 0)]


async def test_states_and_procedures_are_open_to_all(gate) -> None:
    states = await (await gate.get("/api/v1/states", token="")).json()
    procedures = await (await gate.get("/api/v1/procedures", token="")).json()

    assert {each["code"] for each in states["codes"]} >= {"collected", "attempted"}
    assert states["reasons"]["cancel"]
    assert len(states["stages"]) == 4
    assert all(each["code"] and each["name"] for each in procedures["data"])


@pytest.mark.parametrize(
    "host", ["localhost", "gateway.localhost", "localhost.", "127.0.0.1", "2130706433", "0x7f.1", "10.1.2.3"]
)
async def test_an_address_within_our_own_network_is_refused_before_anybody_calls_it(gate, host) -> None:
    answer = await gate.post("/api/v1/webhooks", {"url": f"https://{host}/postgw"})
    problem = await answer.json()
    listed = await (await gate.get("/api/v1/webhooks")).json()

    assert (answer.status, problem["code"]) == (422, "webhook.private")
    assert problem["errors"][0]["pointer"] == "/url"
    assert listed["data"] == []
