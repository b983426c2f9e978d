"""How the pages are found and kept: the web app manifest, robots.txt, the icon that browsers ask for by themselves.

Nothing here knows anybody: the manifest and the picture of a shared link are the same for every page, secret ones too.
`robots.txt` keeps crawlers from the faces of the staff alone. A secret page is not named in it: a crawler that is kept
out never reads that the page wants no index, and would list its address when somebody let it slip.

Used by: routes. Source: W3C Web Application Manifest; RFC 9309 (robots.txt); Open Graph protocol.
"""

from __future__ import annotations

import orjson
from aiohttp import web

from postgw.web.language import said, sentence

from .assets import address_of
from .visit import Visit

_NAME, _SHORT = sentence("Hồ sơ qua bưu điện"), sentence("Hồ sơ")
_ABOUT = sentence("Xem hồ sơ gửi và nhận qua bưu điện đang ở đâu. Không cần tài khoản.")
_ROBOTS = "User-agent: *\nDisallow: /desk\nDisallow: /station\nDisallow: /me\nDisallow: /api/\n"
_DAY = {"Cache-Control": "public, max-age=86400"}


async def manifest(visit: Visit) -> web.Response:
    """Answer with what a phone wants to know before it puts the look-up on its first screen."""
    language = visit.language
    told = {
        "id": "/", "name": said(_NAME, {}, language), "short_name": said(_SHORT, {}, language),
        "description": said(_ABOUT, {}, language), "start_url": "/", "scope": "/", "display": "minimal-ui",
        "lang": language, "background_color": "#f4f1e8", "theme_color": "#0e2f4b",
        "icons": [
            {"src": address_of("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": address_of("mark.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }  # fmt: skip
    return web.Response(body=orjson.dumps(told), content_type="application/manifest+json", headers=_DAY)


async def robots(request: web.Request) -> web.Response:
    """Answer with what crawlers are asked to leave alone."""
    return web.Response(text=_ROBOTS, headers=_DAY)


async def icon(request: web.Request) -> web.Response:
    """Lead a browser that asks by itself to the icon."""
    return web.Response(status=302, headers={"Location": address_of("mark.svg"), **_DAY})
