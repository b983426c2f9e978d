"""Every address and every page, asked for by every role: the door refuses exactly where the table of rights says so.

It walks the tables of routes, so that an address or page of tomorrow is walked as well. What an act then answers to an
empty form is no matter here: anything but the refusal of the door counts as let in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData, web

from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.rules.roles import load_roles
from postgw.services.sittings import form_proof
from postgw.web.pages.routes import PAGES
from postgw.web.pages.visit import scope_wanted
from postgw.web.routes import API
from postgw.web.serve import PUBLIC

ROLES = load_roles()
UNIT_OF = {"desk": "TS", "office": "480000", "": ""}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
ANY_PART = ("1", "csv", "xlsx", "pdf", "a", "2026-11-23", "4K7M29TB6HC", "labels", "giver", "01")
OF_STAFF = [route for route in PAGES if scope_wanted(route.handler) is not None]
FORMS = [route for route in OF_STAFF if route.method == "POST"]
#: What holds nothing of anybody, and where a device speaks by its signatures or the secret of its shift.
OF_A_DEVICE = (
    "/station", "/station/worker.js", "/station/station.webmanifest", "/station/acts", "/station/snapshot",
    "/station/lookup",
)  # fmt: skip
#: Where signing in is enough.
OWN = ("/me", "/signin/code")


def filled(path: str) -> str:
    """Return an address with something in each of its parts."""

    def part(found: re.Match[str]) -> str:
        pattern = found[2] or "[^/]+"
        return next(word for word in ANY_PART if re.fullmatch(pattern, word))

    return re.sub(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}", part, path)


def is_let_in(role: str, scope: str, method: str) -> bool:
    """Say what the table says."""
    actor = Actor(name=role, scopes=ROLES[role].scopes)
    return not scope or not (actor.as_reader() if method == "GET" else actor).scopes.isdisjoint(scope.split())


@dataclass(frozen=True)
class Screen:
    """Somebody of a role who signed in."""

    gate: Any
    role: str
    text: str

    async def ask(self, route: web.RouteDef, **rest: Any) -> ClientResponse:
        """Ask for a page, with a form that bears nothing but its proof."""
        if route.method == "POST" and not rest:
            rest = {"data": {"proof": form_proof(self.text)}, "headers": FROM_HERE}
        headers = {**rest.pop("headers", {}), "Cookie": f"postgw={self.text}"}
        answer: ClientResponse = await self.gate.client.request(
            route.method, filled(route.path), headers=headers, allow_redirects=False, **rest
        )
        return answer


async def screens(gate: Any) -> list[Screen]:
    """Give somebody of each role at a screen, people by their account, a machine by its token."""
    people, sittings, at = gate.house.services.people, gate.house.services.sittings, gate.clock[0]
    seated = []
    for code, role in ROLES.items():
        if role.for_people:
            account, _ = await people.make(
                login=code.replace("_", "-"), name=role.title, unit=UNIT_OF[role.works_at], roles=(code,),
                must_change=False, actor=GATEWAY, at=at,
            )  # fmt: skip
            seated.append(Screen(gate, code, await sittings.enter_as(account, at=at)))
        else:
            token, _ = await gate.house.services.accounts.issue(name=code, role=code, unit="", actor=GATEWAY, at=at)
            seated.append(Screen(gate, code, await sittings.enter_with_token(token, at=at)))
    return seated


async def is_refused(answer: ClientResponse) -> bool:
    """Say whether a page was refused for want of a right: in words, or silently where no one reads them."""
    if answer.status != 403:
        return False
    told = await answer.text()
    return not told or "Tài khoản này làm việc khác." in told


async def test_the_api_refuses_each_role_exactly_where_the_table_says_so(gate) -> None:
    wrong = []
    for role in ROLES:
        unit = UNIT_OF[ROLES[role].works_at]
        token, _ = await gate.house.services.accounts.issue(
            name=role, role=role, unit=unit, actor=GATEWAY, at=gate.clock[0]
        )
        for route in API:
            body: dict[str, str] | None = None if route.method == "GET" else {}
            answer = await gate.ask(route.method, filled(route.path), token=token, json=body)
            code = (await answer.json()).get("code") if answer.status == 403 else ""
            expected = route.scope == PUBLIC or is_let_in(role, route.scope, route.method)
            if (code != "scope.missing") != expected:
                wrong.append(f"{role}: {route.method} {route.path} wants {route.scope}, answered {answer.status}")

    assert wrong == []


async def test_the_api_knows_nobody_without_a_token(gate) -> None:
    let_in = []
    for route in API:
        answer = await gate.ask(route.method, filled(route.path), token="", json={})
        if route.scope != PUBLIC and answer.status != 401:
            let_in.append(f"{route.method} {route.path} answered {answer.status}")

    assert let_in == []


async def test_pages_refuse_each_role_exactly_where_the_table_says_so(gate) -> None:
    wrong = []
    for screen in await screens(gate):
        for route in OF_STAFF:
            wanted = scope_wanted(route.handler) or ""
            answer = await screen.ask(route)
            to_signin = answer.headers.get("Location", "").startswith("/signin?")
            refused = to_signin or await is_refused(answer)
            if refused == is_let_in(screen.role, wanted, route.method) or answer.status == 500:
                wrong.append(f"{screen.role}: {route.method} {route.path} wants {wanted}, answered {answer.status}")

    assert wrong == []


async def test_a_page_of_the_staff_leads_a_stranger_to_the_sign_in(gate) -> None:
    let_in = []
    for route in OF_STAFF:
        answer = await gate.client.request(
            route.method, filled(route.path), headers=FROM_HERE, allow_redirects=False
        )  # fmt: skip
        shut = answer.status == 403 and not await answer.text()
        if not shut and not answer.headers.get("Location", "").startswith("/signin?next="):
            let_in.append(f"{route.method} {route.path} answered {answer.status}")

    assert let_in == []


def with_a_file() -> FormData:
    form = FormData({"act": "take"})
    form.add_field("file", b"x", filename="x.csv")
    return form


async def test_no_form_is_taken_without_its_proof_or_from_elsewhere(gate) -> None:
    taken = []
    seated = {screen.role: screen for screen in await screens(gate)}
    for route in FORMS:
        wanted = scope_wanted(route.handler) or ""
        screen = next(one for role, one in seated.items() if is_let_in(role, wanted, "POST") and ROLES[role].for_people)
        proof = {"proof": form_proof(screen.text)}
        for sent in (
            {"data": {"act": "x"}, "headers": FROM_HERE}, {"data": with_a_file(), "headers": FROM_HERE},
            {"data": {"proof": form_proof("another")}, "headers": FROM_HERE},
            {"data": "act=x", "headers": {**FROM_HERE, "Content-Type": "multipart/form-data; boundary=x"}},
            {"data": proof, "headers": {"Sec-Fetch-Site": "cross-site"}}, {"data": proof, "headers": {}},
        ):  # fmt: skip
            answer = await screen.ask(route, **sent)
            if answer.status not in {400, 403} or await is_refused(answer):
                taken.append(f"{route.path} answered {answer.status} to {sent}")

    assert taken == []


@pytest.mark.parametrize("route", PAGES, ids=lambda route: f"{route.method} {route.path}")
def test_every_page_wants_a_scope_that_exists_or_belongs_to_nobody(route: web.RouteDef) -> None:
    wanted = scope_wanted(route.handler)

    if route.path.startswith(OWN):
        assert wanted == ""
    elif route.path in OF_A_DEVICE:
        assert wanted is None
    elif route.path.startswith(("/desk", "/station")):
        assert wanted
        assert set(wanted.split()) <= set(SCOPES)
    else:
        assert wanted is None


async def test_a_token_takes_the_rights_of_a_role_in_place_of_scopes(gate) -> None:
    made = await gate.post("/api/v1/tokens", {"name": "Hệ thống một cửa", "role": "system"})
    refused = [
        await gate.post("/api/v1/tokens", {"name": "Máy", **rest})
        for rest in ({}, {"role": "system", "scopes": ["intake"]}, {"role": "king"})
    ]

    assert made.status == 201
    assert set((await made.json())["scopes"]) == ROLES["system"].scopes
    assert [answer.status for answer in refused] == [422, 422, 422]
