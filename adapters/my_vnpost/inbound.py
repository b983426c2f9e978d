"""The address at which VNPost pushes what happened to our parcels.

A push is believed when it bears the secret of the account, as the last part of the address or in the header
`X-Hook-Secret`, and, where an algorithm is named, its signature. The retail push may be believed by its signature
alone; the partner API's covers but one row, so it needs the secret besides. Where an account has neither, nobody is let
in. What is read twice, late, or of a parcel we do not know is answered 200 all the same: it was heard.

Stands on: hook. Used by: bootstrap, which hands in the acts and mounts the routes.
Source: public receivers of both pushes.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..card import Acts
from .hook import Partner, Retail, envelope, is_signed, said
from .reading import rejected
from .settings import MyVnPostSettings

PREFIX = "/hooks/my-vnpost"
HEADER = "X-Hook-Secret"
_BODY_MOST = 512 * 1024


def routes(acts: Acts, in_use: Mapping[str, Any]) -> tuple[web.RouteDef, ...]:
    """Return the addresses, none where no account is in use."""
    if not in_use:
        return ()
    ear = _Ear(acts, in_use)
    return (web.post(PREFIX + "/{account}", ear.heard), web.post(PREFIX + "/{account}/{secret}", ear.heard))


class _Ear:
    """Hears the post."""

    def __init__(self, acts: Acts, in_use: Mapping[str, MyVnPostSettings]) -> None:
        self._acts, self._in_use = acts, in_use

    async def heard(self, request: web.Request) -> web.Response:
        """Keep what a push says; 401 to whoever cannot prove to be the post."""
        account = request.match_info["account"]
        settings = self._in_use.get(account)
        given: str = request.match_info.get("secret") or request.headers.get(HEADER) or ""
        if settings is None or not _may_speak(settings, given):
            return _answer(401, "Không được phép")
        body = await request.read()
        if len(body) > _BODY_MOST:
            return _answer(413, "Gói tin quá dài")
        push = envelope(body)
        if not _is_believed(push, settings):
            return _answer(401, "Không được phép")
        return await self._kept(account, settings, push, body)

    async def _kept(
        self, account: str, settings: MyVnPostSettings, push: Retail | Partner | None, body: bytes
    ) -> web.Response:
        at = self._acts.clock()
        if push is None:
            strange = rejected(body.decode("utf-8", "replace"), "gói tin không đúng dạng")
            await self._acts.words.hear(account, (), (strange,), at=at)
            return _answer(400, "Gói tin không đúng dạng")
        events, rejects = said(push, settings)
        await self._acts.words.hear(account, events, rejects, at=at)
        return _answer(200, "Đã nhận")


def _may_speak(settings: MyVnPostSettings, given: str) -> bool:
    """Say whether the secret is right; where an account has none, whether a signature may stand for it."""
    if settings.hook_secret:
        return hmac.compare_digest(given.encode("utf-8", "replace"), settings.hook_secret.encode())
    return bool(settings.hook_signature)


def _is_believed(push: Retail | Partner | None, settings: MyVnPostSettings) -> bool:
    """Say whether a push may be taken for the post's, its secret being right or not asked for."""
    if not settings.hook_signature:
        return True
    if push is None:
        return bool(settings.hook_secret)
    if isinstance(push, Partner) and not settings.hook_secret:
        return False
    return is_signed(push, settings)


def _answer(status: int, message: str) -> web.Response:
    body = json.dumps({"success": status == 200, "message": message}, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json")
