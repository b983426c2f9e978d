"""Notices to systems that listen at an address of their own, signed as Standard Webhooks 1.0.

Two cards: `hooks` posts to whoever subscribed, `desk` posts to the one dossier system of a desk that has no wire of its
own. Both say the same thing in the same bytes; the receiver drops a `webhook-id` it has seen.

Source: Standard Webhooks 1.0; CloudEvents 1.0 for the attributes of the body.
"""

from __future__ import annotations

from ..card import Card
from .sender import DeskHook, WebhookSender
from .settings import DeskHookSettings, WebhookSettings

HOOKS = Card(
    name="webhooks",
    title="Gửi thông báo đến hệ thống đăng ký (webhook)",
    kind="hooks",
    abilities=frozenset({"post"}),
    settings=WebhookSettings,
    serves=WebhookSender,
    build=WebhookSender,
)

DESK = Card(
    name="webhooks",
    title="Báo về hệ thống Một cửa qua webhook",
    kind="desk",
    abilities=frozenset({"tell"}),
    settings=DeskHookSettings,
    serves=DeskHook,
    build=DeskHook,
)
