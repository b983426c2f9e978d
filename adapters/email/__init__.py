"""E-mail to citizens over SMTP, in plain text.

The message id of the house becomes the Message-ID, the same at every try, so that a mailbox or a server that looks at
it keeps one of two; SMTP itself promises no such thing. Nobody reads what comes back: a bounce is a letter to the
sender's own mailbox.

Source: RFC 5321 (SMTP; replies 4yz and 5yz), RFC 5322 (Message-ID), RFC 3207 (STARTTLS), RFC 8314 (TLS from the first
octet), RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

from ..card import Card
from .client import EmailMessenger
from .settings import EmailSettings

CARD = Card(
    name="email",
    title="Thư điện tử (SMTP)",
    kind="messages",
    abilities=frozenset({"send", "price"}),
    settings=EmailSettings,
    serves=EmailMessenger,
    build=EmailMessenger,
)
