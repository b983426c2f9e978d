"""A signed notice, checked by the reference library, and what each answer means."""

from __future__ import annotations

import base64
import json
import time

import pytest
from standardwebhooks.webhooks import Webhook

from adapters.webhooks.sender import DeskHook, WebhookSender
from adapters.webhooks.settings import DeskHookSettings, WebhookSettings
from adapters.webhooks.signature import sign
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.ports import HookTarget

NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()


@pytest.fixture
async def sender():
    one = WebhookSender(WebhookSettings(total_seconds=5, allow_private=True))
    yield one
    await one.close()


@pytest.fixture
def target(outsider):
    outsider.will_answer("/hook", (204, b""))
    return HookTarget(url=outsider.url + "/hook", secrets=(NEW, OLD))


def test_the_published_vector_is_signed_right():
    signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_1", 1674087231, b'{"a":1}')
    assert signed == "v1,ufv45WIonjonlsB4RtxC24Ig4CisWfbJI1o6/4Uarps="


@pytest.mark.parametrize("secret", [NEW, OLD])
async def test_the_reference_library_accepts_a_notice_under_each_secret(sender, outsider, target, notice, secret):
    await sender.post(target, notice)
    asked = outsider.asked[0]
    assert Webhook(secret).verify(asked.body, {name.lower(): value for name, value in asked.headers.items()})


@pytest.mark.act("post", "call", "answer")
async def test_a_notice_bears_its_id_and_the_moment_it_leaves(sender, outsider, target, notice):
    await sender.post(target, notice)
    headers = outsider.asked[0].headers
    assert headers["webhook-id"] == "ntc_01"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["Content-Type"] == "application/json"


async def test_a_retry_says_the_same_under_a_new_moment(outsider, target, notice):
    moments = iter([1_700_000_000.0, 1_700_000_300.0])
    sender = WebhookSender(WebhookSettings(allow_private=True), clock=lambda: next(moments))
    await sender.post(target, notice)
    await sender.post(target, notice)
    await sender.close()
    first, second = outsider.asked
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


@pytest.mark.act("post", "request")
async def test_the_body_is_a_cloud_event_that_names_no_person(sender, outsider, target, notice):
    await sender.post(target, notice)
    body = json.loads(outsider.asked[0].body)
    assert (body["specversion"], body["id"], body["type"]) == ("1.0", "ntc_01", "vn.postgw.consignment.delivered.v1")
    assert body["time"] == "2026-11-23T02:00:00+00:00"
    assert set(body["data"]) == {"desk", "consignment_no", "dossier_no", "item_no", "leg", "state", "office"}


@pytest.mark.act("post", "refusal")
async def test_a_subscriber_that_is_gone_needs_a_person(sender, outsider, target, notice):
    outsider.will_answer("/hook", (410, b""))
    with pytest.raises(Refused) as verdict:
        await sender.post(target, notice)
    assert verdict.value.code == "webhook.gone"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 409, 429, 500, 503])
async def test_every_other_answer_may_pass(sender, outsider, target, notice, status):
    outsider.will_answer("/hook", (status, b"", {"Location": outsider.url + "/hook"}))
    with pytest.raises(Unreachable):
        await sender.post(target, notice)
    assert len(outsider.asked) == 1


async def test_the_quiet_a_subscriber_asks_for_is_carried(sender, outsider, target, notice):
    outsider.will_answer("/hook", (429, b"", {"Retry-After": "120"}))
    with pytest.raises(Unreachable) as verdict:
        await sender.post(target, notice)
    assert verdict.value.values["retry_after"] == 120


@pytest.mark.parametrize("secrets", [(), ("whsec_",), ("whsec_***",)])
async def test_without_a_usable_secret_nothing_leaves(sender, outsider, target, notice, secrets):
    with pytest.raises(Refused) as verdict:
        await sender.post(HookTarget(url=target.url, secrets=secrets), notice)
    assert verdict.value.code == "webhook.secret"
    assert not outsider.asked


@pytest.mark.act("tell", "request", "call", "answer")
async def test_a_desk_hears_by_webhook_too(outsider, target, notice):
    desk = DeskHook(DeskHookSettings(url=target.url, secrets=(NEW,)))
    await desk.tell(notice, None)
    await desk.close()
    assert outsider.asked[0].headers["webhook-id"] == "ntc_01"


@pytest.mark.act("tell", "refusal")
async def test_a_desk_that_listens_no_more_needs_a_person(outsider, target, notice):
    outsider.will_answer("/hook", (410, {}))
    desk = DeskHook(DeskHookSettings(url=target.url, secrets=(NEW,)))
    with pytest.raises(Refused):
        await desk.tell(notice, None)
    await desk.close()


def test_a_desk_without_a_secret_is_refused_at_the_start():
    with pytest.raises(Invalid):
        DeskHookSettings(url="https://desk.example/hook", secrets=())
