"""Posts notices and says what the answer means.

2xx is heard. 410 means that nobody listens there any more: a person must look, and the subscription is switched off.
Everything else, redirects too, is trouble that may pass; `Retry-After` travels with the verdict as `retry_after`,
seconds.

Stands on: wire, signature, guard, body. Used by: services, as `HookSender` or `DossierDesk`.
Source: Standard Webhooks 1.0.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from yarl import URL

from postgw.domain.dossier import Dossier
from postgw.domain.errors import Refused
from postgw.domain.ports import HookTarget, Notice

from ..wire import Wire
from .body import body_of
from .guard import PublicOnly, check_address
from .settings import DeskHookSettings, WebhookSettings
from .signature import headers

#: Over all subscribers; one that hangs holds no more than the calls that are made to it at once. Design choice.
_CONNECTIONS = 400


class WebhookSender:
    """A `HookSender`. The moment of sending is signed, so the clock is read here, at the wire."""

    def __init__(self, settings: WebhookSettings, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._wire = Wire(
            "Hệ thống nhận webhook",
            total_seconds=settings.total_seconds,
            ca_file=settings.ca_file,
            resolver=None if settings.allow_private else PublicOnly(),
            connections=_CONNECTIONS,
            many=True,
        )

    def must_be_callable(self, url: str) -> None:
        """Raise Refused when an address may not be called whatever answers there."""
        self._callable(url)

    async def post(self, target: HookTarget, notice: Notice) -> None:
        """Post one notice. Raises Refused when the subscriber says that it is gone (410)."""
        url = self._callable(target.url)
        if not target.secrets:
            raise Refused("Nơi nhận webhook chưa có khóa ký. Tạo khóa rồi gửi lại.", code="webhook.secret")
        body = body_of(notice, self.settings.source)
        signed = headers(target.secrets, notice.notice_id, int(self._clock()), body)
        answer = await self._wire.call(
            "POST", url, act="post", headers={"Content-Type": "application/json", **signed}, body=body
        )
        if answer.status == 410:
            raise Refused("Nơi nhận webhook báo đã ngừng nhận (mã HTTP 410).", code="webhook.gone")
        if not 200 <= answer.status < 300:
            raise answer.unreachable()

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    def _callable(self, text: str) -> URL:
        url = _parsed(text)
        check_address(url, allow_private=self.settings.allow_private)
        return url


class DeskHook:
    """A `DossierDesk` that hears by webhook."""

    def __init__(self, settings: DeskHookSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._sender = WebhookSender(settings.sending(), clock=clock)
        self._target = HookTarget(url=settings.url, secrets=settings.secrets)

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Say one thing, thin: who hears it asks the API for more. Safe to say again: the notice id is the same."""
        await self._sender.post(self._target, notice)

    async def close(self) -> None:
        """Give back the connections."""
        await self._sender.close()


def _parsed(text: str) -> URL:
    try:
        return URL(text)
    except ValueError:
        raise Refused("Địa chỉ nhận webhook viết sai.", code="webhook.address") from None
