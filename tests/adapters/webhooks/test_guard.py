"""A subscriber's address never reaches into our own network."""

from __future__ import annotations

import socket

import pytest
from aiohttp.resolver import ThreadedResolver

from adapters.webhooks.guard import PublicOnly, is_public
from adapters.webhooks.sender import WebhookSender
from adapters.webhooks.settings import WebhookSettings
from postgw.domain.errors import Refused
from postgw.domain.ports import HookTarget

SECRETS = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",)


@pytest.fixture
async def sender():
    one = WebhookSender(WebhookSettings(total_seconds=5))
    yield one
    await one.close()


@pytest.mark.parametrize("url", [
    "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/",
    "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://0.0.0.0/",
    "https://224.0.0.1/", "https://100.64.0.1/", "https://localhost/",
    "https://[fec0::1]/", "https://[::7f00:1]/", "https://[64:ff9b:1::7f00:1]/", "https://[2001:0:7f00:1::1]/",
    "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/",
    "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://[fd00::1]/", "https://[fe80::1%25eth0]/",
    "https://0x7f000001/", "https://0x7f.0.0.1/",
    "https://１２７.0.0.1/", "https://127。0。0。1/",
    "https://2130706433/", "https://127.1/", "https://0177.0.0.1/", "https://012.1.2.3/", "https://127.0.0.1./",
    "https://hooks.localhost./",
])  # fmt: skip
async def test_an_address_inside_a_private_network_is_refused(sender, notice, url):
    with pytest.raises(Refused) as verdict:
        await sender.post(HookTarget(url=url, secrets=SECRETS), notice)
    assert verdict.value.code == "webhook.private"


@pytest.mark.parametrize(("url", "code"), [
    ("http://hooks.example/", "webhook.https"), ("ftp://hooks.example/", "webhook.https"),
    ("https://user:pass@hooks.example/", "webhook.address"), ("https:///x", "webhook.address"),
    ("https://[::1", "webhook.address"), ("/hook", "webhook.https"),
    ("https://134744072/", "wire.address"),
    ("file:///etc/passwd", "webhook.https"), ("https://hooks.example@127.0.0.1/", "webhook.address"),
])  # fmt: skip
async def test_an_address_of_the_wrong_shape_is_refused(sender, notice, url, code):
    with pytest.raises(Refused) as verdict:
        await sender.post(HookTarget(url=url, secrets=SECRETS), notice)
    assert verdict.value.code == code


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
    ("64:ff9b::808:808", True), ("240.0.0.1", False),
])  # fmt: skip
def test_an_address_is_judged_by_what_it_carries_inside(address, public):
    assert is_public(address) is public


async def test_the_own_network_is_called_where_the_operator_allows_it(outsider, notice):
    outsider.will_answer("/hook", (200, b""))
    sender = WebhookSender(WebhookSettings(allow_private=True))
    await sender.post(HookTarget(url=outsider.url + "/hook", secrets=SECRETS), notice)
    await sender.close()
    assert len(outsider.asked) == 1


async def test_a_name_that_shows_another_face_later_is_refused_then():
    faces = iter(["8.8.8.8", "127.0.0.1"])

    class Changing(ThreadedResolver):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            (one, *_) = await super().resolve("127.0.0.1", port, family)
            return [{**one, "host": next(faces)}]

    guarded = PublicOnly()
    guarded._resolver = Changing()
    first = await guarded.resolve("rebinding.example", 443)
    with pytest.raises(Refused) as verdict:
        await guarded.resolve("rebinding.example", 443)
    assert [one["host"] for one in first] == ["8.8.8.8"]  # the very address that is then called
    assert verdict.value.code == "webhook.private"


async def test_one_private_address_among_public_ones_is_enough_to_refuse():
    class Both(ThreadedResolver):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            (one, *_) = await super().resolve("127.0.0.1", port, family)
            return [{**one, "host": "8.8.8.8"}, {**one, "host": "10.0.0.7"}]

    guarded = PublicOnly()
    guarded._resolver = Both()
    with pytest.raises(Refused, match="mạng nội bộ"):
        await guarded.resolve("both.example", 443)
