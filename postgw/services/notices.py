"""Notices: every word owed is said, until it was heard or a person must look.

What became true stands in the change feed and, as one errand, in the outbox. `send_due` first turns each into errands
for those who want to hear (the desk, the citizen, subscribers), then runs what is due to desks and subscribers: each
has a lane and pauses of its own, so one that is deaf never makes the others wait. Of one item each hears everything in
the order in which it became true: what was not heard yet goes first, and is tried anew when there is news. What is due
to citizens is sent by messaging. What was refused, or tried for days in vain, is parked in sight and can be replayed;
what comes after it does not wait for that.

Next on the path: messaging.
Source: Circular 17/2017/TT-BTTTT art. 12 (who must be told); Decision 45/2016/QĐ-TTg art. 8.4.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import changed, made
from postgw.domain.consignment import Consignment
from postgw.domain.dossier_system import DossierSystem
from postgw.domain.errors import Invalid, PostgwError, Refused, Unknown, Unreachable
from postgw.domain.legal_day import legal_day
from postgw.domain.patience import is_hopeless, next_try, seconds_of_quiet
from postgw.domain.ports import HookSender, HookTarget, Notice
from postgw.domain.wording import text_key
from postgw.rules.book import RuleBook
from postgw.storage import accounts, changes, consignments, dossiers, lanes, outbox, readiness, records, wires
from postgw.storage.accounts import Hook
from postgw.storage.database import Database
from postgw.storage.lanes import Lanes
from postgw.storage.outbox import Errand, NewErrand

#: Whom what became true is told in the order in which it did.
_TOLD_IN_ORDER = ("desk", "hook")
#: As many at once to one listener, and as many a portion, as are surely done (20 s a call) before their lease runs out.
_AT_ONCE = 20
_ROUND = 80
_FEED_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the change feed."""

    event_no: int
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The act of telling."""

    database: Database
    desks: tuple[DossierSystem, ...]  #: none: no desk hears of its dossiers by wire
    hooks_sender: HookSender
    book: RuleBook
    first_channel: str  #: which channel of messages to citizens is tried first; empty: no citizen is sent any
    statement_closes: bool
    _lanes: Lanes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = Lanes(
            database=self.database, channels=_TOLD_IN_ORDER, do=self._do, portion=_ROUND, at_once=_AT_ONCE,
            in_order=True,
        )  # fmt: skip
        object.__setattr__(self, "_lanes", told)

    async def close(self) -> None:
        """Leave off what hangs on an outsider."""
        await self._lanes.close()

    async def send_due(self, *, at: datetime) -> int:
        """Say what is due; return how many errands were taken up."""
        return await self._fan_out(at) + await self._lanes.drain(at=at)

    async def _fan_out(self, at: datetime) -> int:
        async with self.database.writing() as tx:
            errands = await outbox.claim(tx, ("fan",), at=at, limit=_ROUND)
            if not errands:
                return 0
            hooks = await accounts.hooks(tx, state="on")
            carried = await consignments.several(tx, [errand.subject for errand in errands])
            told = await outbox.numbered(tx, [records.notice(errand.payload) for errand in errands])
            in_order = sorted(zip(errands, told, strict=True), key=lambda pair: (pair[1].event_no, pair[0].errand_no))
            due = [
                (errand, replace(new, request_id=errand.request_id))
                for errand, notice in in_order
                for new in self._listeners(notice, carried.get(errand.subject), hooks, at)
            ]
            heard = {errand.errand_no for errand, _ in due}
            await lanes.hasten(tx, _TOLD_IN_ORDER, [errand.subject for errand in errands], at=at)
            await outbox.put(tx, [new for _, new in due], at=at, in_order=True)
            await outbox.passed_on(tx, sorted(heard))
            await outbox.done(tx, [each.errand_no for each in errands if each.errand_no not in heard], at=at)
        return len(errands)

    def _listeners(
        self, notice: Notice, consignment: Consignment | None, hooks: tuple[Hook, ...], at: datetime
    ) -> list[NewErrand]:
        if consignment and consignment.without_result:
            notice.data["without_result"] = True
        text = records.to_json(self._closing(notice))

        def errand(channel: str, target: str) -> NewErrand:
            key = f"{channel}:{target}:{notice.notice_id}"
            return NewErrand(channel=channel, target=target, key=key, subject=notice.consignment_no, payload=text)

        to_office = notice.desk == notice.office != ""  # a post office is told by the feed and by subscribers alone
        due = [errand("desk", one.name) for one in self.desks if not to_office and one.serves(notice.desk)]
        due += [errand("hook", hook.hook_no) for hook in hooks if _wants(hook, notice)]
        if self.first_channel and text_key(self.book.message_texts_on(legal_day(at)), notice, consignment):
            due.append(errand("citizen", self.first_channel))
        return due

    def _closing(self, notice: Notice) -> Notice:
        """Say on a delivery whether it closes the dossier: with our proof always, by the post's statement if so set."""
        if notice.state == "delivered":
            notice.data["closes"] = True
        elif notice.state == "delivered_by_post_statement":
            notice.data["closes"] = self.statement_closes
        return notice

    async def _do(self, errands: list[Errand], at: datetime) -> None:
        for errand in errands:
            with outbox.under_way(errand):
                await self._run(errand, at)

    async def _run(self, errand: Errand, at: datetime) -> None:
        acts: dict[str, Callable[[Errand], Awaitable[None]]] = {"desk": self._tell_desk, "hook": self._tell_hook}
        try:
            await acts[errand.channel](errand)
        except Refused as no:
            await self._put_aside(errand, no, at)
        except Unreachable as silence:
            await self._put_off(errand, silence, at)
        else:
            async with self.database.writing() as tx:
                await wires.heard(tx, _wires_of(errand), at=at)
                await outbox.done(tx, [errand.errand_no], at=at)

    async def _tell_desk(self, errand: Errand) -> None:
        listener = next((one for one in self.desks if one.name == errand.target), None)
        if listener is not None:
            notice = records.notice(errand.payload)
            kept = await dossiers.find(self.database.reading, notice.dossier_no) if notice.dossier_no else None
            if kept is None and notice.consignment_no:
                consignment = await consignments.find(self.database.reading, notice.consignment_no)
                kept = await dossiers.by_id(self.database.reading, consignment.dossier_id) if consignment else None
            await listener.desk.tell(notice, kept.dossier if kept else None)

    async def _tell_hook(self, errand: Errand) -> None:
        hooks = await accounts.hooks(self.database.reading, state="on")
        hook = next((hook for hook in hooks if hook.hook_no == errand.target), None)
        if hook is not None:
            await self.hooks_sender.post(HookTarget(url=hook.url, secrets=hook.secrets), records.notice(errand.payload))

    async def _put_aside(self, errand: Errand, no: PostgwError, at: datetime) -> None:
        async with self.database.writing() as tx:
            if isinstance(no, Refused):
                await wires.heard(tx, _wires_of(errand), at=at)
            await outbox.park(tx, errand.errand_no, error=str(no))
            if errand.channel == "hook" and no.code == "webhook.gone":
                await accounts.set_hook_state(tx, errand.target, "off")

    async def _put_off(self, errand: Errand, silence: Unreachable, at: datetime) -> None:
        if is_hopeless(errand.attempts):
            await self._put_aside(errand, silence, at)
            return
        async with self.database.writing() as tx:
            for name in _wires_of(errand):
                await wires.fell_silent(tx, name, error=str(silence), at=at)
            until = next_try(errand.attempts, at, asked_for=seconds_of_quiet(silence))
            await outbox.put_off(
                tx, errand.errand_no, until=until, error=str(silence), tried=silence.code != "wire.resting"
            )
            await lanes.hold_back(tx, errand, until=until)

    async def subscribe(self, *, url: str, kinds: tuple[str, ...], desk: str, actor: Actor, at: datetime) -> Hook:
        """Add a subscriber; its secret is in the answer and nowhere else ever after."""
        actor.must("webhooks")
        if not _is_address(url):
            raise Invalid("Địa chỉ nhận phải là một URL https.", code="hook.url", field="/url")
        self._must_be_callable(url)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        hook = Hook(
            hook_no=f"hook-{secrets.token_hex(6)}", url=url, kinds=kinds, desk=desk or actor.unit, state="on",
            secrets=(secret,),
        )  # fmt: skip
        async with self.database.writing() as tx:
            await accounts.add_hook(tx, hook, actor=actor.name, at=at)
            await changes.note(tx, made("webhook", hook.hook_no, _told(hook), actor=actor, at=at, unit=hook.desk))
        return hook

    def _must_be_callable(self, url: str) -> None:
        try:
            self.hooks_sender.must_be_callable(url)
        except Refused as never:
            values: dict[str, Any] = dict(never.values)
            raise Invalid(never.template, code=never.code, field="/url", **values) from never

    async def hooks(self, *, actor: Actor) -> tuple[Hook, ...]:
        """Return the subscribers, without their secrets."""
        actor.must("webhooks")
        hooks = await accounts.hooks(self.database.reading)
        return tuple(
            Hook(hook_no=hook.hook_no, url=hook.url, kinds=hook.kinds, desk=hook.desk, state=hook.state)
            for hook in hooks
            if actor.may_see(hook.desk)
        )

    async def unsubscribe(self, hook_no: str, *, actor: Actor, at: datetime) -> None:
        """Switch a subscriber off."""
        known = next((hook for hook in await self.hooks(actor=actor) if hook.hook_no == hook_no), None)
        if known is None:
            raise Unknown("Không có địa chỉ nhận {number}.", number=hook_no, code="hook.unknown")
        if known.state == "off":
            return
        async with self.database.writing() as tx:
            await accounts.set_hook_state(tx, hook_no, "off")
            was, now = {**_told(known), "state": known.state}, {**_told(known), "state": "off"}
            change = changed("webhook", hook_no, was, now, actor=actor, at=at, unit=known.desk, act="ended")
            await changes.note(tx, change)

    async def events(self, *, after: int, limit: int, actor: Actor) -> tuple[Event, ...]:
        """Return the change feed after an entry, in order."""
        actor.must("enquiry")
        rows = await outbox.events(self.database.reading, after=after, limit=min(limit, _FEED_MOST), desk=actor.unit)
        return tuple(Event(event_no=number, notice=notice) for number, notice in rows)

    async def outbox(self, *, state: str, actor: Actor, limit: int = 100) -> tuple[Errand, ...]:
        """Return errands in a state, newest first."""
        actor.must("admin")
        return await outbox.listed(self.database.reading, state=state, limit=limit)

    async def stopped(self, *, actor: Actor) -> tuple[int, int]:
        """Return how many errands stand still and how many offered dossiers were refused, up to a thousand each."""
        actor.must("admin")
        return await readiness.parked(self.database.reading)

    async def replay(self, errand_no: int, *, actor: Actor, at: datetime) -> Errand:
        """Make a parked errand due again."""
        actor.must("admin")
        async with self.database.writing() as tx:
            errand = await outbox.replay(tx, errand_no, at=at)
            if errand is None:
                raise Unknown("Không có việc {number} đang dừng.", number=errand_no, code="errand.unknown")
            told = {"channel": errand.channel, "target": errand.target, "subject": errand.subject}
            await changes.note(tx, made("errand", str(errand_no), told, actor=actor, at=at, act="again"))
        return errand

    async def drop(self, errand_no: int, *, reason: str, actor: Actor, at: datetime) -> Errand:
        """Give a parked errand up for good, with the reason; nobody is told by it any more."""
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            errand = await outbox.drop(tx, errand_no, at=at)
            if errand is None:
                raise Unknown("Không có việc {number} đang dừng.", number=errand_no, code="errand.unknown")
            told = {
                "channel": errand.channel, "target": errand.target, "subject": errand.subject,
                "last_error": errand.last_error, "reason": reason,
            }  # fmt: skip
            await changes.note(tx, made("errand", str(errand_no), told, actor=actor, at=at, act="dropped"))
        return errand


def _wires_of(errand: Errand) -> tuple[str, ...]:
    """Name the outsider that an errand goes to; subscribers are not watched one by one."""
    return (f"desk:{errand.target}",) if errand.channel == "desk" else ()


def _told(hook: Hook) -> dict[str, object]:
    """Return what a list of changes tells of a subscriber: of its address the host, for the rest may open a door."""
    return {"host": urlsplit(hook.url).hostname, "kinds": hook.kinds, "desk": hook.desk}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and len(url) <= 500


def _wants(hook: Hook, notice: Notice) -> bool:
    kind = not hook.kinds or any(fnmatchcase(notice.kind, pattern) for pattern in hook.kinds)
    return kind and (not hook.desk or hook.desk == notice.desk)
