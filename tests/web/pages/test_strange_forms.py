"""Any form, any file, any address at any page of any face: what comes back is a page, never a fault of ours.

The names of the fields are those that the page's own code asks for; the values are what nobody should type. Walks the
table of pages, so that a page of tomorrow is walked too.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from postgw.web.pages.routes import PAGES

from ...fuzz import FULL, TEXTS, tried
from ..conftest import AT, DESK, OFFICE, PERSON, PROCEDURE, settings_for
from ..served import Served

_NAME = re.compile(r"""["']([a-z][a-z0-9_]{1,30})["']""")
_PART = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}")
_WORDS = ("1", "csv", "xlsx", "pdf", "a", "2026-11-23", "4K7M29TB6HC", "labels", "giver", "01")
#: Answers by which a door ends a question without a fault. A live page that waits is not asked.
FINE = {200, 302, 303, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429}
_ENDLESS = {"/desk/live", "/desk/wall/live"}


@cache
def drawer(handler: Any) -> Any:
    """Return the function of a page that a handler was made of."""
    waiting, seen = [handler], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen or not callable(each):
            continue
        seen.add(id(each))
        module = getattr(each, "__module__", "") or ""
        if hasattr(each, "cache_parameters"):  # of a page that is read when it is first asked for
            waiting.append(each())
        elif module.startswith("postgw.web.pages.") and not module.endswith(".visit"):
            return each
        closure = getattr(each, "__closure__", None) or ()
        waiting += [cell.cell_contents for cell in closure]
    return handler


@cache
def names_of(handler: Any) -> tuple[str, ...]:
    """Return the names that the page's own file speaks of: those of its fields are among them."""
    module = inspect.getmodule(drawer(handler))
    assert module is not None
    return tuple(sorted({*_NAME.findall(inspect.getsource(module)), "proof", "cursor", "l", "next", "act"}))


class House(Served):
    """A house with a dossier under way, and somebody signed in who may do everything."""

    number = key = ""

    def filled(self) -> None:
        """Send in a dossier and make its consignment."""
        told: Any = {
            "dossier_no": "H27.10.20-261120-0001", "intake_ref": "MC-1", "receiving_desk": DESK, "applicant": PERSON,
            "procedure_code": PROCEDURE, "service_form": "both", "fee_dong": 25000,
            "papers": [{"name": "Giấy khai sinh", "kind": "original"}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.token}"}
        sent = requests.post(f"{self.url}/api/v1/dossiers", json=told, headers=headers, timeout=60).json()
        self.key = sent["dossier"]["key"]
        wanted = {"dossier": self.key, "leg": "return"}
        made = requests.post(f"{self.url}/api/v1/consignments", json=wanted, headers=headers, timeout=60).json()
        self.number = made["consignment_no"]


@pytest.fixture(scope="module")
def house(sqlite_template, tmp_path_factory) -> Iterator[House]:
    """Give the house at an address."""
    path = tmp_path_factory.mktemp("forms") / "postgw.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with House(settings_for(f"sqlite://{path}")) as house:
        house.filled()
        yield house


def _address(house: House, path: str, odd: str, odd_at: int) -> str:
    places = iter(range(9))

    def part(found: re.Match[str]) -> str:
        if next(places) == odd_at:
            return quote(odd, safe="", errors="surrogatepass") or "-"
        words = (house.number, *_WORDS) if found[1] in {"number", "consignment_no"} else (*_WORDS, house.key)
        return next((quote(word, safe="/") for word in words if re.fullmatch(found[2] or "[^/]+", word)), "x")

    return _PART.sub(part, path)


def _values(house: House) -> st.SearchStrategy[str]:
    known = [house.number, house.key, DESK, OFFICE, PROCEDURE, "MC-1", AT.isoformat(), "2026-11-23", "08:00", "1", "on"]
    return st.sampled_from(known) | TEXTS


ASKED = [route for route in PAGES if route.path not in _ENDLESS]


@pytest.mark.slow
@pytest.mark.parametrize("route", ASKED, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_typed_ends_at_a_page(house: House, route: web.RouteDef) -> None:
    names = st.sampled_from(names_of(route.handler)) | TEXTS
    form = st.lists(st.tuples(names, _values(house)), max_size=10)
    files = st.none() | st.tuples(names, TEXTS, st.binary(max_size=80) | st.sampled_from([b"PK\x03\x04", b"\xff\xd8"]))

    @tried(2)
    @given(form, form, files, TEXTS, st.integers(0, 6), st.sampled_from([True, True, True, False]))
    def sent(fields: list[Any], query: list[Any], file: Any, odd: str, odd_at: int, known: bool) -> None:
        address = house.url + _address(house, route.path, odd, odd_at)
        asked = "?" + urlencode([pair for pair in query if len(pair[1]) < 500], errors="surrogatepass")
        headers = {"Sec-Fetch-Site": "same-origin", **({"Cookie": f"postgw={house.cookie}"} if known else {})}
        body = [(name, value) for name, value in fields if name != "proof"] + [("proof", house.proof)]
        rest: dict[str, Any] = {}
        if route.method == "POST" and file:
            plain = [(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in body]
            name, filename, content = file
            rest = {"data": plain, "files": {name.encode(errors="replace").decode(): (filename.encode(
                errors="replace").decode() or "x", content)}}  # fmt: skip
        elif route.method == "POST":
            rest = {"data": urlencode(body, errors="surrogatepass").encode()}
            headers["Content-Type"] = "application/x-www-form-urlencoded"

        answer = requests.request(
            route.method, address + asked, headers=headers, allow_redirects=False, timeout=60, **rest
        )

        assert answer.status_code in FINE, (answer.status_code, answer.text[:2000])

    sent()


def test_the_names_that_pages_ask_for_are_found() -> None:
    by_path = {(route.method, route.path): route for route in PAGES}
    names = names_of(by_path["POST", "/desk/money/collect"].handler)

    assert {"number", "amount"} & set(names), names
    assert len(ASKED) > 150 or FULL
