"""What every caller meets first: who it is, how often it may ask, and what it gets when it asks wrongly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict
from yarl import URL

from postgw.web.app import make_app

MACHINE_PATHS = ("/api/v1/nothing", "/api/nothing", "/nothing")


async def problem(response):
    assert response.content_type == "application/problem+json"
    shown = await response.json()
    assert shown["status"] == response.status
    assert shown["instance"] == response.headers["X-Request-ID"]
    return shown


async def test_the_house_lives_and_is_ready_and_says_that_it_rehearses(gate) -> None:
    alive, ready = await gate.get("/healthz", token=""), await gate.get("/readyz", token="")

    assert await alive.json() == {"alive": True}
    assert await ready.json() == {"ready": True, "rehearsal": True, "wrong": []}
    assert ready.headers["X-Rehearsal"] == "DIEN TAP"


async def test_the_figures_count_by_template_and_never_by_number(gate) -> None:
    await gate.get("/api/v1/track/4K7M29TB6HC", token="")
    page = await (await gate.get("/metrics", token="")).text()

    assert 'route="/api/v1/track/{number}",status="404"' in page
    assert "4K7M29TB6HC" not in page


@pytest.mark.parametrize("path", MACHINE_PATHS)
async def test_an_address_that_is_not_there_is_a_problem_document(gate, path: str) -> None:
    assert (await problem(await gate.get(path)))["code"] == "address.unknown"


async def test_a_wrong_method_is_told_which_ones_are_right(gate) -> None:
    answer = await gate.ask("PUT", "/api/v1/dossiers")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    await problem(answer)


async def test_without_a_token_nobody_knows_who_asks(gate) -> None:
    answer = await gate.get("/api/v1/dossiers", token="")

    assert (await problem(answer))["code"] == "token.missing"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="postgw"'


async def test_a_wrong_token_is_as_good_as_none(gate) -> None:
    assert (await problem(await gate.get("/api/v1/dossiers", token="wrong")))["status"] == 401


async def test_a_token_without_the_scope_is_known_and_may_not(gate) -> None:
    token = await gate.token_for("scans")
    answer = await gate.get("/api/v1/dossiers", token=token)

    assert (await problem(answer))["code"] == "scope.missing"
    assert answer.status == 403


async def test_a_revoked_token_opens_nothing(gate) -> None:
    token = await gate.token_for("enquiry")
    assert (await gate.get("/api/v1/dossiers", token=token)).status == 200  # its card is remembered
    listed = (await (await gate.get("/api/v1/tokens")).json())["data"]
    await gate.ask("DELETE", f"/api/v1/tokens/{listed[-1]['token_no']}")

    assert (await gate.get("/api/v1/dossiers", token=token)).status == 401


async def test_every_route_that_is_not_open_refuses_who_has_no_token(gate) -> None:
    described = await (await gate.get("/api/openapi.json", token="")).json()
    open_to_all = set()
    for path, methods in described["paths"].items():
        for method in methods:
            answer = await gate.ask(method.upper(), path.replace("{", "").replace("}", ""), token="")
            if answer.status != 401:
                open_to_all.add(path)

    assert open_to_all == {
        "/api/v1/apologies", "/api/v1/calendar/{year}", "/api/v1/prices", "/api/v1/procedures",
        "/api/v1/procedures/{code}", "/api/v1/quality", "/api/v1/quality-targets", "/api/v1/service-points",
        "/api/v1/states", "/api/v1/tariff", "/api/v1/tariff/quote", "/api/v1/track/{number}", "/api/v1/undeliverable",
        "/healthz", "/readyz",
    }  # fmt: skip


async def test_a_well_formed_request_id_is_kept_and_another_is_replaced(gate) -> None:
    kept = await gate.get("/healthz", headers={"X-Request-ID": "order-7f3a.1"})
    made = await gate.get("/healthz", headers={"X-Request-ID": "bad id; drop"})

    assert kept.headers["X-Request-ID"] == "order-7f3a.1"
    assert made.headers["X-Request-ID"] != "bad id; drop"


async def test_every_answer_bears_the_headers_that_keep_a_browser_in_bounds(gate) -> None:
    for path in ("/healthz", "/api/docs", "/api/v1/nothing"):
        headers = (await gate.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_a_body_of_ten_megabytes_is_refused_in_one_sentence(gate) -> None:
    answer = await gate.ask("POST", "/api/v1/dossiers", data=_pieces(10), headers={"Content-Type": "application/json"})

    assert (await problem(answer))["code"] == "body.too_large"
    assert answer.status == 413


async def _pieces(megabytes: int):
    for _ in range(megabytes * 16):
        yield b" " * 65_536


async def test_a_body_over_its_own_routes_limit_is_refused(gate) -> None:
    path = "/api/v1/change-requests/1/decision"
    answer = await gate.ask("POST", path, data=_pieces(2), headers={"Content-Type": "application/json"})

    assert answer.status == 413


async def test_a_number_with_a_nul_is_no_address(gate) -> None:
    answer = await gate.client.get(URL("/api/v1/track/%00", encoded=True))

    assert (await problem(answer))["status"] == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "colour=red", "cursor=%00"])
async def test_a_wrong_query_names_its_parameter(gate, query: str) -> None:
    shown = await problem(await gate.get(f"/api/v1/dossiers?{query}"))

    assert shown["status"] == 422
    assert shown["errors"][0]["pointer"] == "/" + query.partition("=")[0]


async def test_a_problem_is_told_in_english_where_that_is_asked_for(gate) -> None:
    answer = await gate.get("/api/v1/nothing", headers={"Accept-Language": "en"})

    assert (await answer.json())["detail"] == "There is nothing at this address."
    assert answer.headers["Content-Language"] == "en"


async def test_a_quota_is_told_and_kept_and_scans_have_their_own(gate, door) -> None:
    async with TestClient(TestServer(make_app(gate.house.services, door=door(default=2, scans=2)))) as client:
        headers = {"Authorization": f"Bearer {gate.token}"}
        answers = [await client.get("/api/v1/dossiers", headers=headers) for _ in range(3)]
        strays = await client.get("/api/v1/scans/strays", headers=headers)

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit"] == '"default";r=1;t=60'
    assert answers[2].headers["Retry-After"] == "60"
    assert strays.status == 200


async def test_strangers_are_counted_by_address(gate, door) -> None:
    async with TestClient(TestServer(make_app(gate.house.services, door=door(public=1)))) as client:
        answers = [await client.get("/api/v1/track/4K7M29TB6HC") for _ in range(2)]

    assert [answer.status for answer in answers] == [404, 429]


async def test_the_description_is_not_sent_twice(gate) -> None:
    first = await gate.get("/api/openapi.json", token="")
    again = await gate.get("/api/openapi.json", token="", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status, await again.read()) == (304, b"")


async def test_the_readable_description_needs_no_token(gate) -> None:
    page = await gate.get("/api/docs", token="")

    assert page.content_type == "text/html"
    assert "DIỄN TẬP" in await page.text()


async def test_a_fault_of_ours_is_a_problem_without_a_stack(gate, caplog) -> None:
    app = make_app(gate.house.services, pages=[])

    async def broken(request):
        raise RuntimeError("secret of the house")

    app.router.add_get("/api/v1/broken", broken)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/api/v1/broken")
        shown = await problem(answer)

    assert shown["code"] == "gateway.broken"
    assert "secret" not in str(shown)
    assert "a fault of ours" in caplog.text


async def test_behind_a_known_proxy_the_proxys_word_counts(gate, door) -> None:
    proxied = replace(door(public=1), proxies=frozenset({"127.0.0.1"}))
    async with TestClient(TestServer(make_app(gate.house.services, door=proxied))) as client:
        first, other, again = [
            (await client.get("/api/v1/track/4K7M29TB6HC", headers={"X-Forwarded-For": f"9.9.9.9, {address}"})).status
            for address in ("10.0.0.1", "10.0.0.2", "10.0.0.1")
        ]

    assert (first, other, again) == (404, 404, 429)


async def test_a_proxy_that_adds_a_line_of_its_own_is_believed_and_the_callers_line_is_not(gate, door) -> None:
    proxied = replace(door(public=1), proxies=frozenset({"127.0.0.1"}))
    async with TestClient(TestServer(make_app(gate.house.services, door=proxied))) as client:
        statuses = [
            (await client.get("/api/v1/track/4K7M29TB6HC", headers=CIMultiDict([
                ("X-Forwarded-For", f"203.0.113.{n}"), ("X-Forwarded-For", "10.0.0.1"),
            ]))).status
            for n in range(2)
        ]  # fmt: skip

    assert statuses == [404, 429]


@pytest.mark.parametrize(("addresses", "statuses"), [
    (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], [404, 429]), (["2001:db8:1:2::1", "2001:db8:1:3::1"], [404, 404]),
    (["::ffff:10.0.0.1", "10.0.0.1"], [404, 429]), (["not:an:address", "not:an:address"], [404, 429]),
])  # fmt: skip
async def test_an_address_of_ipv6_is_counted_with_all_of_its_line(gate, door, addresses, statuses) -> None:
    proxied = replace(door(public=1), proxies=frozenset({"127.0.0.1"}))
    async with TestClient(TestServer(make_app(gate.house.services, door=proxied))) as client:
        got = [
            (await client.get("/api/v1/track/4K7M29TB6HC", headers={"X-Forwarded-For": address})).status
            for address in addresses
        ]

    assert got == statuses


async def test_what_a_caller_claims_without_a_known_proxy_does_not_count(gate, door) -> None:
    async with TestClient(TestServer(make_app(gate.house.services, door=door(public=1)))) as client:
        statuses = [
            (await client.get("/api/v1/track/4K7M29TB6HC", headers={"X-Forwarded-For": f"10.0.0.{n}"})).status
            for n in range(2)
        ]

    assert statuses == [404, 429]


async def test_a_house_that_is_not_ready_says_what_is_wrong(gate) -> None:
    async def ready() -> tuple[str, ...]:
        return ("database: closed",)

    async with TestClient(TestServer(make_app(replace(gate.house.services, ready=ready)))) as client:
        answer = await client.get("/readyz")

        assert (answer.status, (await answer.json())["wrong"]) == (503, ["database: closed"])


async def test_the_log_tells_the_route_and_never_the_query_or_the_number(gate, caplog) -> None:
    with caplog.at_level("INFO", logger="postgw.web.access"):
        await gate.get("/api/v1/dossiers?desk=KIN-DAO")
        await gate.get("/api/v1/track/0912000003", token="")
    told = [(each.route, each.status, each.actor) for each in caplog.records if each.name == "postgw.web.access"]

    assert told == [("/api/v1/dossiers", 200, "all"), ("/api/v1/track/{number}", 404, "")]
    assert "KIN-DAO" not in str([vars(each) for each in caplog.records])
    assert "0912000003" not in str([vars(each) for each in caplog.records])


async def test_the_address_of_a_problems_type_can_be_opened(gate) -> None:
    shown = await (await gate.get("/api/v1/nothing")).json()

    assert (await gate.get(shown["type"], token="")).status == 200


async def test_an_answer_that_failed_by_our_fault_leaves_its_key_free(gate) -> None:
    body, headers = {"url": "https://motcua.example/x"}, {"Idempotency-Key": "k-9"}
    lame = {"Authorization": f"Bearer {gate.token}", **headers}
    async with TestClient(TestServer(make_app(replace(gate.house.services, notices=None)))) as client:
        first = await client.post("/api/v1/webhooks", json=body, headers=lame)
    second = await gate.post("/api/v1/webhooks", body, headers=headers)

    assert (first.status, second.status) == (500, 201)
