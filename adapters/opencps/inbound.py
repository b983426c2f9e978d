"""What the post's software asks OpenCPS with a citizen's receipt, answered by us in its place.

Looking up: `GET …/dossiers/vnpost?ma_bien_nhan=D-<password>-<dossierId>-<counter>`, 200 with the dossier or 204.
Choosing the post: the same address by POST, as a form, 200 with `succeed` or `failed`. The address names no system, so
with several in use each is asked. Only a whole code opens anything, for changing as for reading: OpenCPS itself checks
no more than the shape when it changes, which lets anybody redirect anybody's result. A code that opens nothing counts
as a guess, and the door turns away who guesses too often.

Stands on: mapping, settings. Used by: bootstrap, which hands in the acts and mounts the routes.
Source: OpenCPS's public receipt-barcode controller.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from postgw.domain.errors import Mistake
from postgw.domain.ports import ReceiptCodes

from ..card import Acts, Guess
from . import codes
from .mapping import holder_to_wire, postal_from_wire, whole
from .settings import OpenCpsSettings

PATH = "/o/rest/v2/dossiers/vnpost"
_BODY_MOST = 16 * 1024
_CODE_MOST = 200


def routes(acts: Acts, in_use: Mapping[str, OpenCpsSettings]) -> tuple[web.RouteDef, ...]:
    """Return the address at which receipts are shown; none where no OpenCPS is in use."""
    if not in_use:
        return ()
    counter = _Counter(acts.receipts, in_use, acts.clock)
    return (web.get(PATH, counter.look_up, allow_head=False), web.post(PATH, counter.choose))


class _Counter:
    """Answers who holds a receipt."""

    def __init__(
        self, acts: ReceiptCodes, systems: Mapping[str, OpenCpsSettings], clock: Callable[[], datetime]
    ) -> None:
        self._acts, self._systems, self._clock = acts, systems, clock

    async def look_up(self, request: web.Request) -> web.Response:
        """Show the dossier that a whole code opens."""
        systems = self._let_in(request)
        if not systems:
            return _stranger()
        code = request.query.get("ma_bien_nhan", "")[:_CODE_MOST]
        for system in systems:
            holder = await self._acts.look_up(system, code, at=self._clock())
            if holder is not None:
                return _answer(200, holder_to_wire(holder))
        return Guess(status=204)

    async def choose(self, request: web.Request) -> web.Response:
        """Keep that the citizen wants the result by post, and where."""
        systems = self._let_in(request)
        if not systems:
            return _stranger()
        form = await _form(request)
        code = form.get("ma_bien_nhan", "")[:_CODE_MOST]
        for system in systems:
            holder = await self._acts.look_up(system, code, at=self._clock())
            if holder is not None:
                receiver = holder.dossier.return_to or holder.dossier.applicant
                return _said(await self._chosen(system, code, form, receiver.name))
        return _said(False, by=Guess)

    async def _chosen(self, system: str, code: str, form: Mapping[str, str], name: str) -> bool:
        if whole(form.get("viaPostal")) != codes.CHOSEN:
            return False
        try:
            return await self._acts.choose_post(system, code, postal_from_wire(form, name), at=self._clock())
        except Mistake:
            return False

    def _let_in(self, request: web.Request) -> tuple[str, ...]:
        """Name the systems that this caller may ask about."""
        pair = _pair(request.headers.get("Authorization", ""))
        return tuple(name for name, settings in self._systems.items() if _may_ask(settings, pair))


def _may_ask(settings: OpenCpsSettings, pair: bytes) -> bool:
    if not settings.receipt_user:
        return True
    return hmac.compare_digest(pair, f"{settings.receipt_user}:{settings.receipt_secret}".encode())


def _pair(header: str) -> bytes:
    kind, _, pair = header.partition(" ")
    try:
        return base64.b64decode(pair.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""


async def _form(request: web.Request) -> Mapping[str, str]:
    """Return the fields of a form; none when it is too long or no text."""
    raw = await request.read()
    if len(raw) > _BODY_MOST:
        return {}
    try:
        return dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, encoding="utf-8", max_num_fields=100))
    except ValueError:
        return {}


def _answer(status: int, body: Mapping[str, Any], *, by: type[web.Response] = web.Response) -> web.Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    return by(status=status, body=content, content_type="application/json", headers={"Cache-Control": "no-store"})


def _said(done: bool, *, by: type[web.Response] = web.Response) -> web.Response:
    return _answer(200, {"status": "succeed" if done else "failed"}, by=by)


def _stranger() -> web.Response:
    response = _answer(401, {"code": 401, "message": "Unauthorized."}, by=Guess)
    response.headers["WWW-Authenticate"] = 'Basic realm="dossiers"'
    return response
