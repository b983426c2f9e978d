"""The rehearsal messenger: keeps, for the demo page, the texts that citizens would have got. None leaves the house."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.folding import fold
from postgw.domain.ports import Message, MessagePrice, MessageReceipt

from .settings import MessengerOptions

MARK = "DIỄN TẬP"


class RehearsalMessenger:
    """A `Messenger` in this process. A text sent twice is kept once and gets the same receipt."""

    def __init__(self, options: MessengerOptions | None = None) -> None:
        self.options = options or MessengerOptions()
        self.refuse = self.options.refuse
        self.unreachable = self.options.unreachable
        self._sent: OrderedDict[str, Message] = OrderedDict()

    @property
    def sent(self) -> tuple[Message, ...]:
        """Return the texts it keeps, oldest first."""
        return tuple(self._sent.values())

    async def send(self, message: Message) -> MessageReceipt:
        """Send one text. Safe to ask again: the message id is the same."""
        if self.unreachable > 0:
            self.unreachable -= 1
            raise Unreachable("Tổng đài tin nhắn diễn tập không trả lời.", code="messages.silent")
        if self.refuse > 0:
            self.refuse -= 1
            raise Refused("Tổng đài tin nhắn diễn tập từ chối tin.", code="messages.refused")
        if message.message_id not in self._sent:
            self._keep(message)
        return MessageReceipt(receipt_no=f"DT-{message.message_id}", price=await self.price(message))

    async def price(self, message: Message) -> MessagePrice:
        """Return what a message would take: nothing."""
        return MessagePrice(coding="utf8", characters=len(message.text), parts=1, dong=0)

    async def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, message: Message) -> None:
        text = message.text if fold(MARK) in fold(message.text) else f"[{MARK}] {message.text}"
        self._sent[message.message_id] = replace(message, text=text)
        if len(self._sent) > self.options.keeps:
            self._sent.popitem(last=False)
