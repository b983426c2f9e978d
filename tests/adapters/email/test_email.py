"""E-mail against a real SMTP server: what it gets, what each answer means, and that nothing slips into a head."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from hypothesis import given
from hypothesis import strategies as st

from adapters import email
from adapters.email.client import EmailMessenger
from adapters.email.mapping import is_address, letter_of, message_from_letter, message_id_of
from adapters.email.settings import EmailSettings
from adapters.rehearsal import certificate
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.ports import Message

TEXT = "Kết quả hồ sơ, mã 4K7M-29TB-6HC, đã phát."
MESSAGE = Message(
    message_id="4K7M29TB6HC.delivered.1", to="0912000003", text=TEXT, email="anh.nguyen@hop-thu.example",
    subject="Kết quả hồ sơ đã phát", kind="return.consignment.delivered",
)  # fmt: skip
GOOD: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "sender": "mot-cua@hatinh.example", "total_seconds": 5}


@dataclass
class Server:
    """A mail server that answers what a test tells it, and keeps what it took."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Any] = field(default_factory=list)
    silent: bool = False

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.silent:
            await asyncio.sleep(3)
        self.taken.append(envelope)
        return self.answers.get("DATA", "250 taken")

    def letter(self) -> EmailMessage:
        """Return the one letter it took."""
        [envelope] = self.taken
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        return letter


def _let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"mot-cua", b"s3cret"), handled=False)


@pytest.fixture
async def open_server() -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    opened: list[asyncio.Server] = []

    async def start(ssl: Any = None, **rest: Any) -> Server:
        it, loop = Server(), asyncio.get_running_loop()
        listening = await loop.create_server(lambda: SMTP(it, loop=loop, **rest), "127.0.0.1", 0, ssl=ssl)
        opened.append(listening)
        it.port = listening.sockets[0].getsockname()[1]
        return it

    yield start
    for listening in opened:
        listening.close()


@pytest.fixture
async def server(open_server: Callable[..., Awaitable[Server]]) -> Server:
    return await open_server()


def messenger(server: Server, **settings: Any) -> EmailMessenger:
    return EmailMessenger(EmailSettings(**{**GOOD, "port": server.port, **settings}))


# --- the request and the call -----------------------------------------------------------------------------------------


@pytest.mark.act("send", "request")
def test_the_head_of_a_letter_is_exactly_this() -> None:
    letter = letter_of(MESSAGE, sender="mot-cua@hatinh.example", sender_name="Một cửa Hà Tĩnh", reply_to="a@b.example")

    assert [(name, str(value)) for name, value in letter.items()] == [
        ("Message-ID", "<4K7M29TB6HC.delivered.1@hatinh.example>"),
        ("From", "Một cửa Hà Tĩnh <mot-cua@hatinh.example>"),
        ("To", "anh.nguyen@hop-thu.example"),
        ("Reply-To", "a@b.example"),
        ("Subject", "Kết quả hồ sơ đã phát"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "base64"),
        ("MIME-Version", "1.0"),
        ("Content-Language", "vi"),
    ]
    assert letter.as_bytes().isascii()


@pytest.mark.act("send", "call", "answer")
async def test_a_letter_arrives_from_the_sender_at_the_mailbox_alone_with_its_accents(server: Server) -> None:
    receipt = await messenger(server, footer="Thư tự động.").send(MESSAGE)

    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("mot-cua@hatinh.example", ["anh.nguyen@hop-thu.example"])
    assert server.letter().get_content().replace("\r\n", "\n") == f"{TEXT}\n\n-- \nThư tự động.\n"
    assert receipt.receipt_no == ""
    assert receipt.price
    assert (receipt.price.coding, receipt.price.parts) == ("utf8", 1)


async def test_the_second_try_bears_the_same_number(server: Server) -> None:
    client = messenger(server)
    await client.send(MESSAGE)
    await client.send(MESSAGE)

    heads = {message_from_bytes(each.content)["Message-ID"] for each in server.taken}
    assert heads == {"<4K7M29TB6HC.delivered.1@hatinh.example>"}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the line is TLS from its first octet
async def test_over_tls_the_account_is_told_its_name_and_password(open_server, tmp_path, security) -> None:
    made = certificate.make("127.0.0.1", datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(made.authority_pem)
    context = made.server_context()
    tls: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    spoken = tls if security == "starttls" else {"ssl": context, "auth_require_tls": False}
    opened = await open_server(**spoken, authenticator=_let_in, auth_required=True)
    known = {"security": security, "ca_file": str(tmp_path / "ca.pem"), "user": "mot-cua"}

    await messenger(opened, **known, password="s3cret").send(MESSAGE)
    with pytest.raises(Refused) as no:
        await messenger(opened, **known, password="wrong").send(MESSAGE)
    with pytest.raises(Unreachable) as stranger:
        await messenger(opened, **{**known, "ca_file": ""}, password="s3cret").send(MESSAGE)

    assert len(opened.taken) == 1
    assert (no.value.code, stranger.value.code) == ("email.credentials", "wire.certificate_issuer")


async def test_a_server_without_tls_is_told_nothing(server: Server) -> None:
    client = EmailMessenger(EmailSettings(**{**GOOD, "port": server.port, "security": "starttls"}))
    with pytest.raises(Refused) as no:
        await client.send(MESSAGE)

    assert (no.value.code, server.taken) == ("email.unsupported", [])


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.act("send", "refusal")
@pytest.mark.parametrize(("where", "answer", "verdict", "code"), [
    ("RCPT", "550 5.1.1 no such user", Refused, "messages.not_there"),
    ("RCPT", "553 name not allowed", Refused, "messages.not_there"),
    ("RCPT", "450 greylisted", Unreachable, "email.later"),
    ("RCPT", "452 too many", Unreachable, "email.later"),
    ("MAIL", "550 not you", Refused, "email.sender"),
    ("MAIL", "451 later", Unreachable, "email.later"),
    ("DATA", "554 spam", Refused, "email.refused"),
    ("DATA", "452 disk full", Unreachable, "email.later"),
])  # fmt: skip
async def test_each_answer_has_its_verdict(server: Server, where, answer, verdict, code) -> None:
    server.answers[where] = answer
    with pytest.raises(verdict) as said:
        await messenger(server).send(MESSAGE)

    assert said.value.code == code
    assert MESSAGE.email not in repr(said.value) + str(said.value.values)


async def test_nobody_listening_is_silence_and_after_five_times_the_server_is_left_in_peace() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = EmailMessenger(EmailSettings(**{**GOOD, "port": port}))
    codes = []
    for _ in range(6):
        with pytest.raises(Unreachable) as silence:
            await client.send(MESSAGE)
        codes.append(silence.value.code)

    assert codes == ["wire.broken"] * 5 + ["wire.resting"]


async def test_a_server_that_never_answers_is_not_waited_for(server: Server) -> None:
    server.silent = True
    with pytest.raises(Unreachable) as silence:
        await messenger(server, total_seconds=0.3).send(MESSAGE)

    assert silence.value.code == "wire.silent"


# --- addresses and heads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [
    "", "anh", "anh@", "@hop-thu.example", "anh@hop-thu", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example",
    "A <a@b.example>", "a b@c.example", "a@b..example", ".a@b.example", "a.@b.example", '"a"@b.example',
    "ánh@b.example", "a@b.example.", "a@-b.example",
])  # fmt: skip
async def test_what_is_no_address_is_not_tried(server: Server, address: str) -> None:
    with pytest.raises(Refused) as no:
        await messenger(server).send(replace(MESSAGE, email=address))

    assert (no.value.code, server.taken) == ("messages.no_address", [])


async def test_a_line_break_in_a_text_makes_no_head(server: Server) -> None:
    evil = "x\r\nBcc: kẻ-lạ@xấu.example\r\n\r\nnội dung"
    await messenger(server).send(replace(MESSAGE, subject=evil, message_id="a>\r\nBcc: x@y.example"))

    assert server.letter()["Bcc"] is None
    assert len(server.taken[0].rcpt_tos) == 1
    assert str(server.letter()["Message-ID"]).count("\n") == 0


LOCAL = st.text(st.sampled_from("abcXYZ019!#$%&'*+/=?^_`{|}~-"), min_size=1, max_size=30)
LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp", "Cs", "Zs", "Co", "Cn")), max_size=60
)


@given(LOCAL, LINE, LINE, st.sampled_from(["vi", "en"]), st.uuids())
def test_a_letter_says_what_the_message_said(local, text, subject, language, number) -> None:
    message = Message(
        message_id=str(number), to="", text=text, email=f"{local}@hop-thu.example", subject=subject or "x",
        language=language,
    )  # fmt: skip
    made = letter_of(message, sender="mot-cua@hatinh.example", footer="Thư tự động.")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)

    assert message_from_letter(read) == message


@given(st.text(max_size=80))
def test_no_text_is_an_address_that_breaks_a_line(text: str) -> None:
    if is_address(text):
        assert text.isascii()
        assert not set(text) & set(' \r\n,<>()"')


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_messages_never_share_a_number(one: str, other: str) -> None:
    assert (message_id_of(one) == message_id_of(other)) == (one == other)


# --- settings and secrecy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "code"), [
    ({"host": "a b"}, "email.host"), ({"port": 0}, "email.port"), ({"sender": "x"}, "email.address"),
    ({"sender": "a@b.example\nX: y"}, "email.address"), ({"reply_to": "x"}, "email.address"),
    ({"sender_name": "Một\ncửa"}, "email.line"), ({"user": "a"}, "email.login"), ({"password": "a"}, "email.login"),
    ({"host": "mail.example"}, "email.plain"), ({"ca_file": "/nowhere"}, "wire.ca_file"),
])  # fmt: skip
def test_a_wrong_setting_is_named(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        EmailMessenger(EmailSettings(**{**GOOD, **change}))

    assert wrong.value.code == code


def test_the_settings_are_read_from_their_table() -> None:
    table = {**GOOD, "host": "mail.example", "security": "starttls", "user": "u", "password_env": "MAIL"}
    settings = email.CARD.read(table, {"MAIL": "s3cret"})

    assert settings.password == "s3cret"
    assert "s3cret" not in repr(settings)


async def test_nothing_that_names_a_person_is_logged(server: Server, caplog) -> None:
    caplog.set_level("DEBUG", logger="adapters")
    server.answers["RCPT"] = "550 anh.nguyen@hop-thu.example unknown"
    with pytest.raises(Refused):
        await messenger(server).send(MESSAGE)
    server.answers.clear()
    await messenger(server).send(MESSAGE)

    said = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "mail.log"
    )
    assert "took a letter" in said
    assert not [part for part in (MESSAGE.email, MESSAGE.to, "4K7M") if part in said]


def test_trust_is_the_systems_unless_another_is_named() -> None:
    assert EmailMessenger(EmailSettings(**GOOD))._tls.verify_mode is ssl.CERT_REQUIRED
