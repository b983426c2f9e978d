"""One call of the API, from the knock to the answer: who asks, how often, what is read, the act, the answer.

A `Route` says under which address an operation stands and which scope it wants. Handlers see a `Call`, never a raw
request.

Stands on: operation, reading, limits, idempotency, errors. Used by: routes, api, openapi.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aiohttp import hdrs, web

from postgw.domain.actor import Actor
from postgw.domain.errors import PostgwError, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.value import value

from . import idempotency
from .answers import problem_answer
from .errors import Unauthenticated
from .keys import ACTOR_NAME, ALLOWANCE, AT, DOOR, LIMITER, LOOK_UPS, REQUEST_ID, SERVICES
from .language import Language, language_of
from .late import named
from .limits import FOUND, MISSING, network_of
from .reading import read_body

if TYPE_CHECKING:
    from postgw.services.bundle import Services

    from .operation import Operation

PUBLIC = "public"
PAGES = "pages"
GUESSES = "guesses"
NOBODY = Actor(name="nobody", scopes=frozenset())

Body = TypeVar("Body")
Found = TypeVar("Found")
Query = TypeVar("Query")


@value
class Call(Generic[Body, Query]):
    """What a handler is given."""

    request: web.Request
    services: Services
    actor: Actor
    at: datetime
    body: Body
    query: Query

    def path(self, name: str) -> str:
        """Return a part of the address."""
        return self.request.match_info[name]

    @property
    def language(self) -> Language:
        """Return the language in which the caller reads."""
        return language_of(self.request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))

    @property
    def today(self) -> date:
        """Return the legal day: the date in Vietnam."""
        return legal_day(self.at)

    @property
    def request_id(self) -> str:
        """Return the id of this request."""
        return self.request[REQUEST_ID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation under its address, and the scope it wants."""

    method: str
    path: str
    scope: str
    act: str  #: the operation by its name in `api`, as `dossiers.take`
    tag: str = ""

    @property
    def operation(self) -> Operation:
        """Return the operation; its file is read when the first one asks."""
        return _operation(self.act)

    @property
    def quota(self) -> str:
        """Return which quota its calls count against."""
        return self.scope if self.scope in {"scans", PUBLIC} else "default"

    def mounted(self) -> web.RouteDef:
        """Return the route as aiohttp takes it."""
        return web.route(self.method, self.path, _handler(self))


@cache
def _operation(name: str) -> Operation:
    found: Operation = named("postgw.web.api", name)
    return found


def _handler(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await serve(route, request)

    return handle


async def serve(route: Route, request: web.Request) -> web.StreamResponse:
    """Answer one call."""
    if "\0" in request.path:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    operation = route.operation
    actor = await _admitted(route, request)
    raw = await read_body(request, operation.most) if operation.body is not None else b""
    call: Call[Any, Any] = Call(
        request=request,
        services=request.app[SERVICES],
        actor=actor,
        at=request[AT],
        body=operation.body_of(raw),
        query=operation.query_of(request),
    )
    key = request.headers.get(idempotency.HEADER) if operation.creates else None
    if key is None:
        response = await operation.act(call)
        if operation.tells_of_people and response.status == 200:
            await call.services.disclosure.read(_subject(route, request), actor=actor, at=call.at)
        return response
    act = partial(_answered, call, operation)
    return await idempotency.once(call.services.accounts, request, key, raw, actor, call.at, act)


def _subject(route: Route, request: web.Request) -> str:
    """Return of whom a read tells: the number in the address, or the list it was."""
    numbers = [text for name, text in request.match_info.items() if name == "key" or name.endswith(("number", "_no"))]
    return numbers[0] if numbers else f"list:{route.path}"


async def _answered(call: Call[Any, Any], operation: Operation) -> web.StreamResponse:
    """Answer with a problem document where the act is refused, so that the refusal is kept under the key as well."""
    try:
        return await operation.act(call)
    except PostgwError as error:
        return problem_answer(error, call.request)


async def _admitted(route: Route, request: web.Request) -> Actor:
    if route.scope == PUBLIC:
        count(request, PUBLIC, address_of(request))
        return NOBODY
    try:
        actor = await request.app[SERVICES].accounts.authenticate(_token(request), at=request[AT])
    except PostgwError:
        count(request, PUBLIC, address_of(request))
        raise
    request[ACTOR_NAME] = actor.name
    count(request, route.quota, actor.token_no or actor.name)
    if route.method == "GET":
        actor = actor.as_reader()
    actor.must(route.scope)
    return actor


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise Unauthenticated("Chưa có mã truy cập. Gửi kèm Authorization: Bearer <mã truy cập>.")
    return token.strip()


def count(request: web.Request, quota: str, caller: str) -> None:
    """Count a call against a quota. Raises TooOften when it is used up."""
    allowance = request.app[LIMITER].admit(quota, caller, request[AT].timestamp())
    if allowance is not None:
        request[ALLOWANCE] = allowance


def must_not_guess(request: web.Request) -> None:
    """Raise TooOften when this address was wrong about secrets as often as it may be: a right one is not heard then."""
    request.app[LIMITER].must_have_left(GUESSES, address_of(request), request[AT].timestamp())


async def looked_up(request: web.Request, number: str, look: Callable[[], Awaitable[Found | None]]) -> Found | None:
    """Return what a look-up finds, and count it against the points of the caller's address.

    Raises TooOften when they are used up; a number that this address saw within the hour is shown all the same.
    """
    look_ups, caller, now = request.app[LOOK_UPS], line_of(request), request[AT].timestamp()
    free = look_ups.knows(caller, number, now)
    if not free:
        look_ups.pay(caller, MISSING, now)  # before it is known what it pays for, or many at once would pay too late
    found = await look()
    if found is not None and not free:
        look_ups.give_back(caller, MISSING - FOUND, now)
        look_ups.remember(caller, number, now)
    return found


def line_of(request: web.Request) -> str:
    """Return by what a caller without an account is counted: the address, in IPv6 the network of the customer."""
    return network_of(address_of(request))


def address_of(request: web.Request) -> str:
    """Return the caller's address, by which it is counted: behind a known proxy, the one the proxy names.

    Some proxies add a line of their own beneath the caller's instead of lengthening it: the last word of all counts.
    """
    remote = request.remote or ""
    if remote in request.app[DOOR].proxies:
        remote = request.headers.getall("X-Forwarded-For", [remote])[-1].rpartition(",")[2].strip()
    return network_of(remote)
