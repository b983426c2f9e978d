"""Everybody outside, built from the settings: posts, desks' systems, channels of messages, and who may call us.

An outsider is known by the name that the settings give it: a post account, a system of desks, a channel. What differs
between two of a kind stands in its own block, what is common in `[adapters.<name>]`; a block's value goes before. The
rehearsal post office is a server; when no address of one is set it is opened here, in this process.

Stands on: adapters.registry, settings. Used by: bootstrap.
"""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters import registry
from adapters.card import Card
from postgw.domain.legal_day import legal_day
from postgw.domain.ports import Message, Messenger, PostOffice
from postgw.domain.sheet_ports import StatusSheets
from postgw.domain.wording import sampled
from postgw.rules.book import rule_book
from postgw.settings import DeskSystem, PostAccount, Settings

if TYPE_CHECKING:
    from adapters.rehearsal.post_office import RehearsalPostOffice
    from adapters.rehearsal.settings import OfficeOptions
    from adapters.spreadsheet.desk import SpreadsheetDesk
    from adapters.webhooks.sender import WebhookSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """One outsider in use: its card, the settings it was built from, and itself."""

    card: Card
    settings: Any = field(repr=False)
    speaks: Any

    @property
    def places(self) -> str:
        """Return whose codes of communes its orders bear; empty where it takes plain addresses."""
        card = registry.find(self.card.kind, self.card.spoken_to_with) if self.card.spoken_to_with else self.card
        return card.places

    def can(self, ability: str) -> bool:
        """Say whether it has an ability of its port."""
        return ability in (self.card.abilities or registry.find(self.card.kind, self.card.spoken_to_with).abilities)


@dataclass(slots=True, kw_only=True)
class Outsiders:
    """Everybody outside, by the name the settings give."""

    posts: Mapping[str, Outsider]
    desks: Mapping[str, Outsider]
    channels: Mapping[str, Outsider]  #: in the order in which they are tried
    hooks: WebhookSender
    sheets: SpreadsheetDesk  #: reads the lists and statements that are handed in
    office: RehearsalPostOffice | None
    sign_in: Outsider | None = None  #: the province's own sign-in

    @property
    def rehearsal(self) -> bool:
        """Say whether any of them is one of the rehearsal."""
        return any(one.card.rehearsal for one in self.everybody())

    def everybody(self) -> Iterator[Outsider]:
        """Yield everybody but the sender of webhooks."""
        yield from (one for _, one in self._named())

    def able(self, ability: str) -> dict[str, Any]:
        """Return by name those who have an ability, as their port knows them."""
        return {name: one.speaks for name, one in self._named() if one.can(ability)}

    def status_sheets(self) -> dict[str, StatusSheets]:
        """Return by account the posts that work with sheets."""
        return {name: one.speaks for name, one in self.posts.items() if one.card.name == "spreadsheet"}

    def post_offices(self) -> dict[str, PostOffice]:
        """Return the posts as their port knows them."""
        return {name: one.speaks for name, one in self.posts.items()}

    def messengers(self) -> dict[str, Messenger]:
        """Return the channels as their port knows them."""
        return {name: one.speaks for name, one in self.channels.items()}

    def doors(self) -> Iterator[tuple[Card, dict[str, Any]]]:
        """Yield each card in use that outsiders may call, with the settings of those in use by name.

        The government wire is answered though nobody uses it as a client: who may call it is no setting.
        """
        cards = [registry.find("post", "vnpost_ngsp")]
        cards += [one.card for one in self.everybody() if one.card not in cards]
        for card in dict.fromkeys(cards):
            if card.inbound:
                yield card, {name: one.settings for name, one in self._named() if one.card is card}

    def _named(self) -> Iterator[tuple[str, Outsider]]:
        for kind in (self.posts, self.desks, self.channels):
            yield from kind.items()


def is_rehearsal(settings: Settings) -> bool:
    """Say whether any adapter in use is one of the rehearsal."""
    chosen = [registry.find("post", account.adapter) for account in settings.post.accounts]
    chosen += [registry.find("desk", system.adapter) for system in settings.desk.systems]
    chosen += [registry.find("messages", channel) for channel in settings.messages.channels]
    return any(card.rehearsal for card in chosen)


async def opened_outsiders(
    settings: Settings, environ: Mapping[str, str], stack: AsyncExitStack, clock: Callable[[], datetime]
) -> Outsiders:
    """Build everybody; what they hold open is given back with the stack."""
    office, office_url = await _rehearsal_office(settings, environ, stack, clock)
    outsiders = Outsiders(
        posts={account.name: post(account, settings, environ, office_url) for account in settings.post.accounts},
        desks={system.name: _desk(system, settings, environ) for system in settings.desk.systems},
        channels={name: _channel(name, settings, environ) for name in settings.messages.channels},
        hooks=_built(registry.find("hooks", "webhooks"), settings, environ).speaks,
        sheets=_built(registry.find("sheets", "spreadsheet"), settings, environ).speaks,
        office=office,
        sign_in=_sign_in(settings, environ),
    )
    for one in outsiders.everybody():
        stack.push_async_callback(one.speaks.close)
    stack.push_async_callback(outsiders.hooks.close)
    if outsiders.sign_in:
        stack.push_async_callback(outsiders.sign_in.speaks.close)
    return outsiders


def post(account: PostAccount, settings: Settings, environ: Mapping[str, str], office_url: str) -> Outsider:
    """Return the post of an account; a rehearsal office is spoken to over the government wire."""
    card = registry.find("post", account.adapter)
    if card.rehearsal:
        options, wire = _office_options(settings, environ), registry.find("post", card.spoken_to_with)
        known = wire.settings(
            customer_code=account.customer_code or "DIEN-TAP", key=options.key, secret=options.secret,
            base_url=office_url, ca_file=options.ca_out,
        )  # fmt: skip
        return Outsider(card=card, settings=known, speaks=wire.build(known))
    return _built(card, settings, environ, account)


def _desk(system: DeskSystem, settings: Settings, environ: Mapping[str, str]) -> Outsider:
    return _built(registry.find("desk", system.adapter), settings, environ, system)


def _channel(name: str, settings: Settings, environ: Mapping[str, str]) -> Outsider:
    return _built(registry.find("messages", name), settings, environ)


def _sign_in(settings: Settings, environ: Mapping[str, str]) -> Outsider | None:
    name = settings.accounts.sign_in
    return _built(registry.find("signin", name), settings, environ) if name else None


def _built(card: Card, settings: Settings, environ: Mapping[str, str], block: object | None = None) -> Outsider:
    read = _read(card, settings, environ, block)
    return Outsider(card=card, settings=read, speaks=card.build(read))


#: What a block may say of its own outsider, beside the environment variables of its secrets.
_OF_BLOCK = ("customer_code", "base_url", "site", "desks")


def _read(card: Card, settings: Settings, environ: Mapping[str, str], block: object | None = None) -> Any:
    """Return an adapter's settings: its table, overlaid with what the block says and the adapter has."""
    fields = {one.name for one in dataclasses.fields(card.settings)}
    table = dict(registry.table_of(card, settings.adapters))
    for name in card.secrets():
        if named := getattr(block, f"{name}_env", ""):
            table[f"{name}_env"] = named
    for name in _OF_BLOCK:
        if name in fields and (value := getattr(block, name, "")):
            table[name] = value
    return card.read(table, environ)


async def _rehearsal_office(
    settings: Settings, environ: Mapping[str, str], stack: AsyncExitStack, clock: Callable[[], datetime]
) -> tuple[RehearsalPostOffice | None, str]:
    """Return the rehearsal post office of this process, if it opens one, and the address of the one to speak to."""
    if not any(registry.find("post", account.adapter).rehearsal for account in settings.post.accounts):
        return None, ""
    options = _office_options(settings, environ)
    if options.url:
        return None, options.url
    office: RehearsalPostOffice = registry.find("post", "rehearsal").serves(options, clock=clock)
    try:
        url = await office.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        await office.stop()  # another process of this gateway opened it before us
        return None, f"http{'s' if options.tls else ''}://{options.host}:{options.port}"
    stack.push_async_callback(office.stop)
    return office, url


def _office_options(settings: Settings, environ: Mapping[str, str]) -> OfficeOptions:
    options: OfficeOptions = _read(registry.find("post", "rehearsal"), settings, environ)
    return options


async def long_texts(settings: Settings, environ: Mapping[str, str], *, at: datetime) -> AsyncIterator[str]:
    """Yield for each channel of short messages in use whether texts to citizens take more than one part."""
    texts = rule_book().message_texts_on(legal_day(at))
    public_url, rehearsal = settings.web.public_url.rstrip("/"), is_rehearsal(settings)
    for name in settings.messages.channels:
        channel: Messenger = _channel(name, settings, environ).speaks
        told = list(sampled(texts, public_url=public_url, rehearsal=rehearsal))
        parts = {
            f"{said.key} ({said.language})": (await channel.price(Message(message_id="", to="", text=said.text))).parts
            for said in told
        }
        long = sorted((text for text in parts if parts[text] > 1), key=lambda text: -parts[text])
        if long:
            yield (
                f"Kênh {name}: {len(long)} tin dài hơn một phần tin, dài nhất {long[0]}: {parts[long[0]]} phần."
                " Xem trang /desk/messages."
            )
