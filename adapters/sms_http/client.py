"""The call to a gateway of short messages.

A yes is a success of HTTP with a word that the contract lists as one; "you sent me that number already" is one too. A
word that the contract lists as a no, or does not list, is `Refused` and shown; an answer in which there is no word to
read leaves open what was done, so it is asked again under the same number. A gateway that cannot tell a repetition
would send twice after a lost answer: ask whether it looks at `{id}`.

Stands on: wire, mapping, settings. Used by: services, as `Messenger`.
"""

from __future__ import annotations

from yarl import URL

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message, MessagePrice, MessageReceipt
from postgw.domain.sms_length import sms_length

from ..wire import Answer, Wire
from .mapping import is_mobile, read_place, request_of, text_of
from .settings import SmsSettings

OUTSIDER = "Cổng tin nhắn SMS"


class SmsMessenger:
    """A gateway of short messages as a `Messenger`."""

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings
        self._wire = Wire(
            OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file, per_second=settings.per_second
        )

    async def send(self, message: Message) -> MessageReceipt:
        """Send one text. Safe to ask again: the message id is the same."""
        if not is_mobile(message.to, self.settings):
            raise Refused("Hồ sơ không có số điện thoại di động.", code="messages.no_address")
        asked = request_of(message, self.settings)
        url = URL(asked.url, encoded=True)
        answer = await self._wire.call(self.settings.method, url, act="send", headers=asked.headers, body=asked.body)
        self._must_be_yes(answer)
        receipt_no = read_place(self.settings.answer.receipt, answer.body)
        return MessageReceipt(receipt_no=receipt_no[:120], price=await self.price(message))

    async def price(self, message: Message) -> MessagePrice:
        """Return what a message would take; nothing is sent."""
        text = text_of(message, self.settings)
        length = sms_length(text)
        return MessagePrice(
            coding=length.coding, characters=length.characters, parts=length.parts,
            dong=length.parts * self.settings.dong_per_part, text=text,
        )  # fmt: skip

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    def _must_be_yes(self, answer: Answer) -> None:
        if answer.is_passing_trouble() or 300 <= answer.status < 400:
            raise answer.unreachable()
        reading = self.settings.answer
        word = read_place(reading.result, answer.body)
        if answer.status >= 400:
            raise _no_of(answer, word, reading.not_there, reading.later)
        if not reading.result or word in (*reading.yes, *reading.known):
            return
        if not word:
            raise Unreachable(
                "{outsider} trả lời không đọc được kết quả. Hệ thống sẽ tự hỏi lại cùng mã tin.",
                outsider=answer.outsider, code="sms.unreadable",
            )  # fmt: skip
        raise _no_of(answer, word, reading.not_there, reading.later)


def _no_of(answer: Answer, word: str, not_there: tuple[str, ...], later: tuple[str, ...]) -> Refused | Unreachable:
    """Return the verdict on an answer that is no yes. Of its words only a short code is shown."""
    shown = word if len(word) <= 20 and word.isascii() and word.isalnum() and not _looks_personal(word) else ""
    if word and word in later:
        return Unreachable(
            "{outsider} tạm thời không nhận tin (mã {word}). Hệ thống sẽ tự thử lại.",
            outsider=answer.outsider, word=shown, code="sms.later",
        )  # fmt: skip
    if word and word in not_there:
        return Refused(
            "{outsider} báo không có ai ở số điện thoại này (mã {word}).",
            outsider=answer.outsider, word=shown, code="messages.not_there",
        )  # fmt: skip
    if answer.status in (401, 403):
        verdict = Unreachable if answer.status == 401 else Refused
        return verdict(
            "{outsider} không nhận khóa của tài khoản (mã HTTP {status}). Kiểm tra khóa và mật khẩu.",
            outsider=answer.outsider, status=answer.status, code="sms.credentials",
        )  # fmt: skip
    return Refused(
        "{outsider} không nhận tin (mã HTTP {status}, mã {word}).",
        outsider=answer.outsider, status=answer.status, word=shown or "không nêu", code="sms.refused",
    )  # fmt: skip


def _looks_personal(word: str) -> bool:
    return sum(sign.isdecimal() for sign in word) >= 8
