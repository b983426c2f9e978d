"""The door, put together: services in, an aiohttp application out.

Every request passes the same three places, whoever answers it: `told` (id, moment, log, figures), `mended` (errors
become problem documents), `dressed` (headers). Who asks and how often is settled in `serve`, route by route.

Stands on: routes, middlewares, openapi. Used by: bootstrap, tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from aiohttp import web

from . import keys
from .answers import etag_of, to_json
from .limits import Limiter, LookUps
from .metrics import Metrics
from .middlewares import dressed, mended, told
from .reading import MIB
from .routes import API, STANDING
from .serve import GUESSES, PUBLIC, address_of, count, must_not_guess
from .streams import Streams

if TYPE_CHECKING:
    from postgw.services.bundle import Services

#: The largest body of any route; each operation has its own, smaller limit.
_LARGEST_BODY = 15 * MIB


def make_app(
    services: Services,
    *,
    door: keys.Door | None = None,
    inbound_routes: Iterable[web.RouteDef] = (),
    pages: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """Return the application: the API, what outsiders call, and the pages, behind the same middlewares."""
    door = door or keys.Door(rehearsal=services.rehearsal)
    app = web.Application(middlewares=[told, mended], client_max_size=_LARGEST_BODY)
    app[keys.SERVICES] = services
    app[keys.DOOR] = door
    app[keys.LIMITER] = Limiter(door.per_minute)
    app[keys.LOOK_UPS] = LookUps(door.per_minute.get("lookups", 0))
    app[keys.METRICS] = Metrics()
    app[keys.STREAMS] = Streams()
    app.on_shutdown.append(_end_streams)
    app[keys.DESCRIBED] = lambda: _described(door.rehearsal)
    app.add_routes([route.mounted() for route in API])
    app.add_routes([*STANDING, *map(_counted, inbound_routes), *pages])
    app.on_response_prepare.append(dressed)
    return app


async def _end_streams(app: web.Application) -> None:
    """Let every open stream end, or the door would wait for screens that nobody turns off."""
    app[keys.STREAMS].close()


def _counted(route: web.RouteDef) -> web.RouteDef:
    """Return an outsider's route that counts who is not let in, as the API does: keys are not to be guessed here.

    Who was `guessed` wrong once too often is not even heard: the next guess might be right. None of them has much to
    say, and they are heard before anybody knows who they are: so their bodies are small.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        must_not_guess(request)
        response: web.StreamResponse = await route.handler(request.clone(client_max_size=MIB))
        if getattr(response, "guessed", False):
            count(request, GUESSES, address_of(request))
        elif response.status == 401:
            count(request, PUBLIC, address_of(request))
        return response

    return web.RouteDef(route.method, route.path, handle, route.kwargs)


@cache
def _described(rehearsal: bool) -> keys.Described:
    """Return the description with its tag and its page; two hundred operations are not described twice.

    Nobody waits for it at the start: it is made when the first one asks.
    """
    from .docs.page import docs_page
    from .openapi import describe

    description = describe(API, rehearsal=rehearsal)
    spec = to_json(description)
    return keys.Described(spec=spec, etag=etag_of(spec), page=docs_page(description))
