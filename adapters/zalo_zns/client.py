"""The calls to Zalo: new tokens, and a notification.

Zalo answers everything with 200 and says in `error` what it means. An access token that it no longer takes was not
acted upon, so a new one is fetched once; every other no is a verdict.

Stands on: wire, mapping, tokens, settings. Used by: services, as `Messenger`.
Source: the folder's docstring.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TypeGuard
from urllib.parse import urlencode

from yarl import URL

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message, MessagePrice, MessageReceipt

from ..wire import Answer, Wire
from .mapping import answer_from_wire, message_to_wire, phone_to_wire, verdict_of, whole
from .settings import Template, ZaloSettings
from .tokens import TokenFile

OUTSIDER = "Zalo"

#: Life of an access token where an answer does not say it: 25 hours by Zalo's documents; taken shorter.
_LIFE_SECONDS = 3600


class ZaloMessenger:
    """Zalo notifications as a `Messenger`."""

    def __init__(self, settings: ZaloSettings, *, now: Callable[[], float] | None = None) -> None:
        self.settings = settings
        self._wire = Wire(OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file)
        self._tokens = TokenFile(settings.token_file, settings.refresh_token, self._refresh, now=now or _epoch)

    async def send(self, message: Message) -> MessageReceipt:
        """Send one text. The message id is the same at each try; whether Zalo drops a repetition is unknown."""
        if not phone_to_wire(message.to):
            raise Refused("Hồ sơ không có số điện thoại di động.", code="messages.no_address")
        template = self.settings.template(message.kind, message.language)
        if template is None:
            raise Refused(
                "Chưa có mẫu Zalo cho tin {kind}, ngôn ngữ {language}.",
                kind=message.kind, language=message.language, code="messages.not_there",
            )  # fmt: skip
        receipt_no = await self._sent(message_to_wire(message, template, development=self.settings.development))
        return MessageReceipt(receipt_no=receipt_no, price=self._price(message, template))

    async def price(self, message: Message) -> MessagePrice:
        """Return what a message would take: a notification is one, however long."""
        return self._price(message, self.settings.template(message.kind, message.language))

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    def _price(self, message: Message, template: Template | None) -> MessagePrice:
        """Return the price of a template; without one this channel would not send the message: no parts, no price."""
        if template is None:
            return MessagePrice(coding="utf8", characters=len(message.text), parts=0, dong=0, text=message.text)
        dong = self.settings.dong_per_message if template.dong is None else template.dong
        return MessagePrice(coding="utf8", characters=len(message.text), parts=1, dong=dong, text=message.text)

    async def _sent(self, wire: Mapping[str, object]) -> str:
        """Return the receipt of a message that Zalo took."""
        token = await self._tokens.access_token()
        word, code, receipt_no = await self._asked(wire, token)
        if word == "token":
            token = await self._tokens.access_token(instead_of=token)
            word, code, receipt_no = await self._asked(wire, token)
        if word != "sent":
            raise verdict_of(word, code, OUTSIDER)
        return receipt_no

    async def _asked(self, wire: Mapping[str, object], token: str) -> tuple[str, int, str]:
        answer = await self._wire.call(
            "POST", URL(self.settings.send_url), act="send",
            headers={"access_token": token, "Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(wire, ensure_ascii=False).encode(),
        )  # fmt: skip
        return answer_from_wire(_read(answer), self.settings.words(), OUTSIDER)

    async def _refresh(self, refresh_token: str) -> tuple[str, str, float]:
        """Return a new access token, the next refresh token, and the seconds the first lives."""
        form = {"refresh_token": refresh_token, "app_id": self.settings.app_id, "grant_type": "refresh_token"}
        headers = {
            "secret_key": self.settings.app_secret, "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }  # fmt: skip
        answer = await self._wire.call(
            "POST", URL(self.settings.token_url), act="token", headers=headers, body=urlencode(form).encode()
        )
        wire = _read(answer)
        access, following = (wire.get(name) for name in ("access_token", "refresh_token"))
        if not _is_token(access) or not _is_token(following):
            raise _no_tokens(wire)
        return access, following, float(whole(wire.get("expires_in")) or _LIFE_SECONDS)


def _read(answer: Answer) -> Mapping[str, object]:
    """Return the object of an answer. Raises Refused at a plain no of HTTP, Unreachable at what leaves all open."""
    if answer.is_passing_trouble() or 300 <= answer.status < 400:
        raise answer.unreachable()
    if answer.status >= 400:
        raise Refused(
            "{outsider} không nhận yêu cầu (mã HTTP {status}). Kiểm tra địa chỉ và tài khoản trong cấu hình.",
            outsider=answer.outsider, status=answer.status, code="zalo.http_refused",
        )  # fmt: skip
    wire = answer.json()
    return wire if isinstance(wire, Mapping) else {}


def _no_tokens(wire: Mapping[str, object]) -> Refused | Unreachable:
    """Return the verdict on an answer without tokens: a code says no, nothing at all leaves it open."""
    code = whole(wire.get("error"))
    if code is None:
        return Unreachable(
            "{outsider} cấp mã truy cập không đọc được. Hệ thống sẽ tự thử lại.",
            outsider=OUTSIDER,
            code="zalo.token_shape",
        )
    return Refused(
        "{outsider} không đổi refresh token nữa (mã {status}). Cấp quyền lại cho ứng dụng rồi đặt refresh token mới.",
        outsider=OUTSIDER, status=code, code="zalo.credentials",
    )  # fmt: skip


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value) and value.isascii() and value.isprintable()


def _epoch() -> float:
    # The wire moment: tokens are shared with other processes, so their end is a moment and no span.
    return time.time()  # noqa: TID251
