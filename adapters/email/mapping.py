"""A message as a letter, and back.

A header is built of checked parts by the standard library, which folds and encodes it; an address or a subject with a
line break in it is no address and no subject, so nothing can be slipped into a letter's head.

Source: RFC 5322, RFC 3834 §5, RFC 8255 is not used: one letter, one language (Content-Language, RFC 3282).
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from postgw.domain.ports import Message

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?)+")
_ID_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def is_address(text: str) -> bool:
    """Say whether a text is an address that any server can be given: one mailbox, ASCII, no comment, no quotes.

    >>> is_address("anh.nguyen@hatinh.example"), is_address("a@b\\r\\nBcc: c@d"), is_address("A <a@b.example>")
    (True, False, False)
    """
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        return False
    local, _, domain = text.partition("@")
    return ".." not in text and not local.startswith(".") and local[-1] != "." and domain[-1] != "." and "." in domain


def letter_of(
    message: Message, *, sender: str, sender_name: str = "", reply_to: str = "", footer: str = ""
) -> EmailMessage:
    """Return the letter that a message makes; equal messages make letters with equal heads."""
    letter = EmailMessage(policy=SMTP.clone(utf8=False))
    letter["Message-ID"] = f"<{message_id_of(message.message_id)}@{sender.partition('@')[2]}>"
    letter["From"] = _mailbox(sender, sender_name)
    letter["To"] = _mailbox(message.email)
    if reply_to:
        letter["Reply-To"] = _mailbox(reply_to)
    letter["Subject"] = one_line(message.subject or message.text)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text + (f"\n\n-- \n{footer}" if footer else "") + "\n", cte="base64")
    letter["Content-Language"] = message.language
    return letter


def message_from_letter(letter: EmailMessage) -> Message:
    """Return what a letter says: subject, text, to whom, in which language."""
    said, _, _ = letter.get_content().replace("\r\n", "\n").partition("\n\n-- \n")
    return Message(
        message_id=str(letter["Message-ID"]).strip("<>").partition("@")[0], to="", text=said.removesuffix("\n"),
        email=letter["To"].addresses[0].addr_spec, subject=str(letter["Subject"]),
        language=str(letter["Content-Language"]),
    )  # fmt: skip


def message_id_of(message_id: str) -> str:
    """Return the left side of a Message-ID: what may not stand in one is written as its code, so no two become one.

    >>> message_id_of("4K7M29TB6HC.delivered"), message_id_of("a@b")
    ('4K7M29TB6HC.delivered', 'a_40_b')
    """
    return _ID_UNSAFE.sub(lambda sign: f"_{ord(sign[0]):x}_", message_id)


def one_line(text: str) -> str:
    """Return a text in one line, without signs that do not print."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:200]


def _mailbox(address: str, name: str = "") -> Address:
    local, _, domain = address.partition("@")
    return Address(display_name=name, username=local, domain=domain)
