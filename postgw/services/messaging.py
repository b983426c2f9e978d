"""Messages to citizens: what is owed is said on the first channel that reaches them.

Channels are tried in the order of the settings. One that knows nobody at the address, or needs an address that the
citizen did not give, hands on to the next, in one transaction; when none is left the errand is parked with the last
reason. A channel that is silent is asked again later, under the same message id. What a channel took is written down
with its price before the errand is done, and whoever finds it written down sends nothing; killed between the yes and
the writing down, the same message goes out again under the same id, and only a channel that knows ids drops it.

A citizen who gave neither telephone nor mailbox is told nothing; that is no fault of a channel.

Source: Circular 17/2017/TT-BTTTT art. 12 (what the citizen must be told).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Refused, Unknown, Unreachable
from postgw.domain.legal_day import legal_day
from postgw.domain.message_text import MessageTexts
from postgw.domain.one_time_code import reckoned
from postgw.domain.patience import is_hopeless, next_try, seconds_of_quiet
from postgw.domain.ports import Message, MessagePrice, MessageReceipt, Messenger, Notice
from postgw.domain.secret_link import PURPOSES, link_of
from postgw.domain.wording import (
    CODE_ASKED,
    LINK_ASKED,
    PROVING,
    Worded,
    link_purpose,
    sample_data,
    sample_link,
    sampled,
    worded,
)
from postgw.rules.book import RuleBook
from postgw.storage import consignments, dossiers, messages, outbox, province, reach, records, secret_pages, wires
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.messages import SentMessage
from postgw.storage.outbox import Errand, NewErrand

#: As many at once, and as many a round, as are surely done (30 s a call) before their lease runs out.
_AT_ONCE, _ROUND = 20, 80
#: With these a channel says that another may be tried.
_ANOTHER_MAY = frozenset({"messages.no_address", "messages.not_there"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What one text would be on each channel, in the order in which they are tried."""

    said: Worded
    prices: Mapping[str, MessagePrice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Messaging:
    """The acts of sending messages and of hearing what became of them."""

    database: Database
    book: RuleBook
    channels: Mapping[str, Messenger]  #: in the order in which they are tried
    rehearsal: bool
    public_url: str = ""  #: where citizens reach the pages; empty: their messages bear no link

    async def send_due(self, *, at: datetime) -> int:
        """Send what is due; return how many errands were taken up."""
        async with self.database.writing() as tx:
            errands = await outbox.claim(tx, ("citizen",), at=at, limit=_ROUND)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def run(errand: Errand) -> None:
            async with gate:
                with outbox.under_way(errand):
                    await self._run(errand, at)

        await asyncio.gather(*(run(errand) for errand in errands))
        return len(errands)

    async def _run(self, errand: Errand, at: datetime) -> None:
        notice = records.notice(errand.payload)
        try:
            receipt = await self._tell(errand, notice, at)
        except Refused as no:
            await self._refused(errand, notice, no, at)
        except Unreachable as silence:
            await self._silent(errand, silence, at)
        else:
            await self._done(errand, notice, receipt, at)

    async def _tell(self, errand: Errand, notice: Notice, at: datetime) -> MessageReceipt | None:
        """Send one message; nothing when it was sent before, or there is nobody to tell or nothing to say."""
        if await messages.was_taken(self.database.reading, notice.notice_id, errand.target):
            return None
        message = await self._message(notice, at)
        if message is None or not (message.to or message.email):
            return None
        channel = self.channels.get(errand.target)
        if channel is None:
            raise Refused(
                "Kênh {channel} không còn trong [messages] channels.", channel=errand.target, code="messages.not_there"
            )
        return await channel.send(message)

    async def _message(self, notice: Notice, at: datetime) -> Message | None:
        session = self.database.reading
        consignment = await consignments.find(session, notice.consignment_no) if notice.consignment_no else None
        kept = await self._kept(notice, consignment)
        if kept is None:
            return None
        dossier = kept.dossier
        notice = await self._with_code(notice)
        link = await self._link_in(notice, kept, consignment, at)
        said = worded(
            self._texts(at), notice, consignment, rehearsal=self.rehearsal, language=dossier.language, link=link
        )
        if said is None:
            return None
        message = _addressed(said, notice.notice_id, dossier, consignment)
        return replace(message, email="") if notice.kind in PROVING else message

    async def _kept(self, notice: Notice, consignment: Consignment | None) -> KeptDossier | None:
        session = self.database.reading
        if consignment is not None:
            return await dossiers.by_id(session, consignment.dossier_id)
        return await dossiers.find(session, notice.dossier_no) if notice.dossier_no else None

    async def _with_code(self, notice: Notice) -> Notice:
        """Put the digits of a one-time code into its notice, for they are kept nowhere."""
        if notice.kind != CODE_ASKED:
            return notice
        secret = await province.known_link_secret(self.database.reading)
        return replace(notice, data={**notice.data, "code": reckoned(secret, notice.data["code_id"])})

    async def _link_in(self, notice: Notice, kept: KeptDossier, consignment: Consignment | None, at: datetime) -> str:
        if notice.kind != LINK_ASKED:
            return await self._link(notice.kind, consignment) if consignment else ""
        if not self.public_url:
            return ""
        days = self.book.page_rule(legal_day(at)).message_link_days
        async with self.database.writing() as tx:
            return self.public_url + await secret_pages.link_of(tx, kept, days=days, at=notice.at)

    async def _link(self, kind: str, consignment: Consignment) -> str:
        """Return the address on which the reader of a message answers; empty where none is meant."""
        purpose = link_purpose(kind, consignment)
        if not self.public_url or not purpose:
            return ""
        async with self.database.writing() as tx:
            secret = await province.link_secret(tx)
        return f"{self.public_url}/{PURPOSES[purpose]}/{link_of(secret, purpose, consignment.consignment_no)}"

    def _texts(self, at: datetime) -> MessageTexts:
        return self.book.message_texts_on(legal_day(at))

    async def _done(self, errand: Errand, notice: Notice, receipt: MessageReceipt | None, at: datetime) -> None:
        async with self.database.writing() as tx:
            if receipt is not None:
                await messages.sent(
                    tx, notice.notice_id, errand.target, receipt, consignment_no=notice.consignment_no, at=at
                )
                await wires.heard(tx, (f"message:{errand.target}",), at=at)
            await outbox.done(tx, [errand.errand_no], at=at)

    async def _refused(self, errand: Errand, notice: Notice, no: Refused, at: datetime) -> None:
        """Hand a message on to the next channel where this one cannot reach the citizen; else park it."""
        following = self._after(errand.target) if no.code in _ANOTHER_MAY else ""
        async with self.database.writing() as tx:
            await messages.refused(
                tx, notice.notice_id, errand.target, reason=no.code, consignment_no=notice.consignment_no, at=at
            )
            if errand.target in self.channels:
                await wires.heard(tx, (f"message:{errand.target}",), at=at)
            if not following:
                await outbox.park(tx, errand.errand_no, error=str(no))
                return
            await outbox.done(tx, [errand.errand_no], at=at)
            key = f"citizen:{following}:{notice.notice_id}"
            again = NewErrand(
                channel="citizen", target=following, key=key, subject=errand.subject, payload=errand.payload
            )
            await outbox.put(tx, [again], at=at)

    def _after(self, channel: str) -> str:
        """Name the channel to try after this one; empty when it was the last. One that is gone had its turn first."""
        names = list(self.channels)
        following = names[names.index(channel) + 1 :] if channel in names else names
        return following[0] if following else ""

    async def _silent(self, errand: Errand, silence: Unreachable, at: datetime) -> None:
        async with self.database.writing() as tx:
            await wires.fell_silent(tx, f"message:{errand.target}", error=str(silence), at=at)
            if is_hopeless(errand.attempts):
                await outbox.park(tx, errand.errand_no, error=str(silence))
                return
            until = next_try(errand.attempts, at, asked_for=seconds_of_quiet(silence))
            await outbox.put_off(
                tx, errand.errand_no, until=until, error=str(silence), tried=silence.code != "wire.resting"
            )

    async def heard(self, channel: str, receipt_no: str, *, arrived: bool, reason: str = "", at: datetime) -> None:
        """Keep what a channel says became of a message; a receipt that nobody waits for is kept aside."""
        async with self.database.writing() as tx:  # the message first, then its wire, as whoever sends it does
            await messages.told(tx, channel, receipt_no, state="arrived" if arrived else "failed", reason=reason, at=at)
            await wires.heard(tx, (f"message:{channel}",), at=at)

    async def of_consignment(self, number: str, *, actor: Actor) -> tuple[SentMessage, ...]:
        """Return what became of the messages about a consignment; neither text nor address."""
        actor.must("enquiry")
        found = await reach.seen(self.database.reading, number, actor)
        return await messages.of_consignment(self.database.reading, found.consignment_no)

    async def preview(self, kind: str, number: str, *, actor: Actor, at: datetime) -> Preview:
        """Return what a message about a consignment would be on each channel. Nothing is sent; its link opens nothing.

        Raises Unknown when the citizen is told nothing of the kind.
        """
        actor.must("enquiry")
        consignment = await reach.seen(self.database.reading, number, actor)
        dossier = (await dossiers.by_id(self.database.reading, consignment.dossier_id)).dossier
        notice = _would_be(kind, consignment, dossier, at)
        link = sample_link(self.public_url, link_purpose(kind, consignment))
        said = worded(
            self._texts(at), notice, consignment, rehearsal=self.rehearsal, language=dossier.language, link=link
        )
        if said is None:
            raise Unknown("Không nhắn gì cho người dân về việc {kind}.", kind=kind[:60], code="messages.kind")
        return await self._priced(said)

    async def catalogue(self, *, actor: Actor, at: datetime) -> tuple[Preview, ...]:
        """Return every text in both languages, as long as it gets, on each channel."""
        actor.must("admin")
        every = sampled(self._texts(at), public_url=self.public_url, rehearsal=self.rehearsal)
        return tuple([await self._priced(said) for said in every])

    async def _priced(self, said: Worded) -> Preview:
        message = _message_of(said, "preview")
        return Preview(said=said, prices={name: await each.price(message) for name, each in self.channels.items()})


def _message_of(said: Worded, message_id: str) -> Message:
    return Message(
        message_id=message_id, to="", text=said.text, subject=said.subject, kind=said.key, language=said.language,
        values=said.values,
    )  # fmt: skip


def _addressed(said: Worded, message_id: str, dossier: Dossier, consignment: Consignment | None) -> Message:
    """Address a message to the citizen: the consignment's own end, else whom the dossier names."""
    if consignment is not None:
        ends = [consignment.consignor if consignment.leg == "send" else consignment.consignee]
    else:
        ends = [party for party in (dossier.applicant, dossier.return_to) if party]
    phone = next((party.phone for party in ends if party.phone), "")
    email = next((party.email for party in ends if party.email), "")
    return replace(_message_of(said, message_id), to=phone, email=email)


def _would_be(kind: str, consignment: Consignment, dossier: Dossier, at: datetime) -> Notice:
    return Notice(
        notice_id="preview", kind=kind, at=at, desk=consignment.desk, consignment_no=consignment.consignment_no,
        dossier_no=dossier.dossier_no, leg=consignment.leg, data=sample_data(),
    )  # fmt: skip
