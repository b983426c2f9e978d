"""A subscriber's address never reaches into our own network."""

from __future__ import annotations

import pytest

from adapters.webhooks.guard import is_public
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
])  # fmt: skip
async def test_an_address_inside_a_private_network_is_refused(sender, notice, url):
    with pytest.raises(Refused) as verdict:
        await sender.post(HookTarget(url=url, secrets=SECRETS), notice)
    assert verdict.value.code == "webhook.private"


@pytest.mark.parametrize(("url", "code"), [
    ("http://hooks.example/", "webhook.https"), ("ftp://hooks.example/", "webhook.https"),
    ("https://user:pass@hooks.example/", "webhook.address"), ("https:///x", "webhook.address"),
    ("https://[::1", "webhook.address"), ("/hook", "webhook.https"),
    ("https://2130706433/", "wire.address"), ("https://127.1/", "wire.address"),
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
