"""Short messages over a carrier's HTTP gateway, each of which has its own way of being asked.

So the request is a template of the settings, and so is how a yes, a no and the number of the receipt are read from the
answer. The house's own number of the message (`{id}`) should stand in the request: a gateway that knows it drops a
repetition, and its word for that is a yes. How long a text is in parts, and so what it costs, is counted here and not
asked of the gateway.

Source: 3GPP TS 23.038 and 23.040 for lengths; public interface descriptions of Vietnamese gateways for what has to be a
setting (docs/adapters/sms_http.md).
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import SmsMessenger
from .settings import SmsSettings

CARD = Card(
    name="sms_http",
    title="Tin nhắn SMS qua cổng HTTP",
    kind="messages",
    abilities=frozenset({"send", "price"}),
    settings=SmsSettings,
    serves=SmsMessenger,
    build=SmsMessenger,
    inbound=inbound.routes,
)
