"""The calls to a mail server.

A reply 4yz, a cut line or silence leaves the letter to a later try under the same Message-ID. A reply 5yz to the
recipient says that nobody is there, and another channel may be tried; to anything else it is for a person: the account,
the sender's address, the letter itself. Where TLS is asked for and the server has none, nothing is sent.

The library speaks in a thread of its own. What is logged: that a letter was taken, and how long it took.

Stands on: mapping, settings, breaker. Used by: services, as `Messenger`.
Source: RFC 5321 §4.2.1 (theory of reply codes).
"""

from __future__ import annotations

import asyncio
import logging
import math
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message, MessagePrice, MessageReceipt

from ..breaker import Breaker
from ..certificates import tls_trouble, trust
from .mapping import is_address, letter_of
from .settings import EmailSettings

OUTSIDER = "Máy chủ thư"

log = logging.getLogger(__name__)


class EmailMessenger:
    """A mail server as a `Messenger`."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self._breaker = Breaker()
        self._tls = trust(settings.ca_file)

    async def send(self, message: Message) -> MessageReceipt:
        """Send one text. Safe to ask again: the Message-ID is the same."""
        if not is_address(message.email):
            raise Refused("Hồ sơ không có địa chỉ thư điện tử dùng được.", code="messages.no_address")
        known = self.settings
        letter = letter_of(
            message, sender=known.sender, sender_name=known.sender_name, reply_to=known.reply_to, footer=known.footer
        )
        with self._spared():
            await self._deliver(letter, message.email)
        return MessageReceipt(price=await self.price(message))

    async def price(self, message: Message) -> MessagePrice:
        """Return what a message would take: a letter is one, however long."""
        return MessagePrice(
            coding="utf8", characters=len(message.text), parts=1, dong=self.settings.dong_per_message, text=message.text
        )

    async def close(self) -> None:
        """Nothing is held open."""

    async def _deliver(self, letter: EmailMessage, to: str) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.settings.total_seconds):
                await asyncio.to_thread(self._speak, letter, to)
        except TimeoutError as fault:
            raise _silent("{outsider} không trả lời kịp. Hệ thống sẽ tự thử lại.", "wire.silent") from fault
        took_ms = round((time.monotonic() - began) * 1000)
        log.info("%s took a letter in %s ms", OUTSIDER, took_ms, extra={"outsider": OUTSIDER, "took_ms": took_ms})

    def _speak(self, letter: EmailMessage, to: str) -> None:
        with _verdicts():
            server = self._connected()
            try:
                if self.settings.user:
                    server.login(self.settings.user, self.settings.password)
                server.send_message(letter, from_addr=self.settings.sender, to_addrs=[to])
                with suppress(smtplib.SMTPException, OSError):  # the letter is theirs already
                    server.quit()
            finally:
                server.close()

    def _connected(self) -> smtplib.SMTP:
        known, us = self.settings, socket.gethostname()
        if known.security == "tls":
            return smtplib.SMTP_SSL(known.host, known.port, us, timeout=known.total_seconds, context=self._tls)
        server = smtplib.SMTP(known.host, known.port, us, timeout=known.total_seconds)
        if known.security == "starttls":
            try:
                server.starttls(context=self._tls)
            except BaseException:
                server.close()
                raise
        return server

    @contextmanager
    def _spared(self) -> Iterator[None]:
        if seconds := self._breaker.seconds_to_rest():
            raise Unreachable(
                "{outsider} nhiều lần không trả lời nên được để yên ít phút. Hệ thống sẽ tự gọi lại.",
                outsider=OUTSIDER, retry_after=math.ceil(seconds), code="wire.resting",
            )  # fmt: skip
        try:
            yield
        except Unreachable:
            self._breaker.fell_silent()
            raise
        except Refused:
            self._breaker.heard()
            raise
        except BaseException:
            self._breaker.let_go()
            raise
        self._breaker.heard()


@contextmanager
def _verdicts() -> Iterator[None]:
    """Turn what the library raises into a verdict. None of its texts goes on: servers write addresses into them."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as no:
        code = next(iter(no.recipients.values()))[0]
        raise _verdict(code, "Không có hộp thư nào ở địa chỉ này (mã {status}).", "messages.not_there") from None
    except smtplib.SMTPResponseException as no:
        raise _verdict(no.smtp_code, *_noes(no)) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            "{outsider} không có STARTTLS hoặc cách đăng nhập cần dùng. Sửa security hoặc user trong cấu hình.",
            outsider=OUTSIDER, code="email.unsupported",
        ) from None  # fmt: skip
    except (smtplib.SMTPException, OSError) as fault:
        raise _silence_of(fault) from None


def _noes(no: smtplib.SMTPResponseException) -> tuple[str, str]:
    """Return the sentence and the code for what a server said no to."""
    if isinstance(no, smtplib.SMTPAuthenticationError):
        return "{outsider} không nhận tên hoặc mật khẩu (mã {status}).", "email.credentials"
    if isinstance(no, smtplib.SMTPSenderRefused):
        return "{outsider} không nhận địa chỉ người gửi (mã {status}).", "email.sender"
    return "{outsider} không nhận thư (mã {status}).", "email.refused"


def _silence_of(fault: Exception) -> Unreachable:
    if isinstance(fault, ssl.SSLError):
        return _told(tls_trouble(OUTSIDER, fault))
    if isinstance(fault, TimeoutError):
        return _silent("{outsider} không trả lời kịp. Hệ thống sẽ tự thử lại.", "wire.silent")
    return _silent("Đường truyền tới {outsider} bị đứt hoặc không nối được. Hệ thống sẽ tự thử lại.", "wire.broken")


def _verdict(status: int, sentence: str, code: str) -> Refused | Unreachable:
    """Return Refused for a reply 5yz; anything else may be over next time."""
    if 500 <= status <= 599:
        return Refused(sentence, outsider=OUTSIDER, status=status, code=code)
    return Unreachable(
        "{outsider} bận hoặc tạm thời không nhận (mã {status}). Hệ thống sẽ tự thử lại.",
        outsider=OUTSIDER, status=status, code="email.later",
    )  # fmt: skip


def _silent(sentence: str, code: str) -> Unreachable:
    return _told(Unreachable(sentence, outsider=OUTSIDER, code=code))


def _told(silence: Unreachable) -> Unreachable:
    extra = {"outsider": OUTSIDER, "fault": silence.code}
    log.warning("%s gave no answer: %s", OUTSIDER, silence.code, extra=extra)
    return silence
