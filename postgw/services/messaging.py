"""Messages to citizens: what is owed is said on the first channel that reaches them.

Channels are tried in the order of the settings, the one that the citizen chose first. One that knows nobody at the
address, or needs an address that the citizen did not give, hands on to the next, in one transaction; when none is left
the errand is parked with the last reason. A channel that is silent is asked again later, under the same message id.
What a channel took is written down with its price before the errand is done, and whoever finds it written down sends
nothing; killed between the yes and the writing down, the same message goes out again under the same id, and only a
channel that knows ids drops it.

What falls due in quiet hours waits for the morning, and is looked at again then: what is true no more, or was told
already, is not sent, and neither is anything to who wants no messages; that is written down with its reason. What the
citizen asked for at this moment, a link or a code, waits for nothing.

A citizen who gave neither telephone nor mailbox is told nothing; that is no fault of a channel.

Source: Circular 17/2017/TT-BTTTT art. 12 (what the citizen must be told).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from postgw.domain.telling import STOPPED, QuietHours, unsent_because
from postgw.domain.wording import (
    ADDRESS_CHANGED,
    CODE_ASKED,
    PROVING,
    Worded,
    sample_data,
    sample_link,
    sampled,
    worded,
)
from postgw.rules.book import RuleBook
from postgw.storage import (
    consignments,
    dossiers,
    message_wishes,
    messages,
    outbox,
    province,
    reach,
    records,
    return_requests,
    secret_pages,
    wires,
)
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.lanes import Lanes
from postgw.storage.message_wishes import Wish
from postgw.storage.messages import SentMessage
from postgw.storage.outbox import Errand, NewErrand

#: As many at once on one channel, and as many a portion, as are surely done (30 s a call) before their lease runs out.
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
    _lanes: Lanes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lanes = Lanes(
            database=self.database, channels=("citizen",), do=self._do, portion=_ROUND, at_once=_AT_ONCE,
            apart=lambda errand: errand.subject or errand.key,
        )  # fmt: skip
        object.__setattr__(self, "_lanes", lanes)

    async def close(self) -> None:
        """Leave off what hangs on an outsider."""
        await self._lanes.close()

    async def send_due(self, *, at: datetime) -> int:
        """Send what is due, every channel's beside the others'; return how many errands were taken up."""
        return await self._lanes.drain(at=at)

    async def _do(self, errands: list[Errand], at: datetime) -> None:
        for errand in errands:
            with outbox.under_way(errand):
                await self._run(errand, at)

    async def _run(self, errand: Errand, at: datetime) -> None:
        """Send one message, unless it is to wait, to go another way first, or not to go at all."""
        notice = records.notice(errand.payload)
        about = await self._about(notice)
        if about is None or await messages.was_taken(self.database.reading, notice.notice_id, errand.target):
            await self._done(errand, notice, None, at)
        elif notice.kind in PROVING:
            await self._go(errand, notice, about, at)
        elif (hours := self.book.message_hours_on(legal_day(at))).is_quiet(at):
            await self._wait(errand, hours.sent_from(at))
        elif because := await self._unsent_because(errand, notice, about, hours, at):
            await self._unsent(errand, notice, because, at)
        elif first := await self._before(errand, notice, about.wish):
            await self._hand_on(errand, notice, first, at)
        else:
            await self._go(errand, notice, about, at)

    async def _about(self, notice: Notice) -> _About | None:
        session = self.database.reading
        consignment = await consignments.find(session, notice.consignment_no) if notice.consignment_no else None
        kept = await self._kept(notice, consignment)
        if kept is None:
            return None
        return _About(kept=kept, consignment=consignment, wish=await message_wishes.of(session, kept.dossier_id))

    async def _wait(self, errand: Errand, until: datetime) -> None:
        async with self.database.writing() as tx:
            await outbox.put_off(tx, errand.errand_no, until=until, error=outbox.QUIET, tried=False)

    async def _unsent_because(
        self, errand: Errand, notice: Notice, about: _About, hours: QuietHours, at: datetime
    ) -> str:
        if about.wish.stopped:
            return STOPPED
        before, after = await messages.around(self.database.reading, notice)
        custody = about.consignment.custody if about.consignment else None
        return unsent_because(notice, custody, before=before, after=after, hours=hours, at=at)

    async def _unsent(self, errand: Errand, notice: Notice, because: str, at: datetime) -> None:
        async with self.database.writing() as tx:
            await messages.unsent(
                tx, notice.notice_id, errand.target, reason=because, consignment_no=notice.consignment_no, at=at
            )
            await outbox.done(tx, [errand.errand_no], at=at)

    async def _before(self, errand: Errand, notice: Notice, wish: Wish) -> str:
        """Name the channel that the citizen chose, where it was not asked yet; empty where this one has its turn."""
        if wish.channel in {"", errand.target} or wish.channel not in self.channels:
            return ""
        refused = await messages.refused_by(self.database.reading, notice.notice_id)
        return "" if wish.channel in refused else wish.channel

    async def _hand_on(self, errand: Errand, notice: Notice, channel: str, at: datetime) -> None:
        """Let the errand go to another channel; that which it was meant for stays free to be asked afterwards."""
        other = _errand_for(errand, notice, channel)
        async with self.database.writing() as tx:
            await outbox.redirect(tx, errand.errand_no, target=other.target, key=other.key, at=at)

    async def _go(self, errand: Errand, notice: Notice, about: _About, at: datetime) -> None:
        try:
            receipt = await self._tell(errand, notice, about, at)
        except Refused as no:
            await self._refused(errand, notice, about.wish, no, at)
        except Unreachable as silence:
            await self._silent(errand, silence, at)
        else:
            await self._done(errand, notice, receipt, at)

    async def _tell(self, errand: Errand, notice: Notice, about: _About, at: datetime) -> MessageReceipt | None:
        """Send one message; nothing when there is nobody to tell or nothing to say."""
        message = await self._message(notice, about, at)
        if message is None or not (message.to or message.email):
            return None
        channel = self.channels.get(errand.target)
        if channel is None:
            raise Refused(
                "Kênh {channel} không còn trong [messages] channels.", channel=errand.target, code="messages.not_there"
            )
        return await channel.send(message)

    async def _message(self, notice: Notice, about: _About, at: datetime) -> Message | None:
        dossier, notice = about.kept.dossier, await self._with_code(notice)
        link = await self._link(notice, about.kept, at)
        said = worded(
            self._texts(at), notice, about.consignment, rehearsal=self.rehearsal, language=dossier.language, link=link
        )
        if said is None:
            return None
        message = _addressed(said, notice.notice_id, dossier, about.consignment, end=str(notice.data.get("to", "")))
        if notice.kind == ADDRESS_CHANGED:
            return replace(message, to=await self._phone_before(notice) or message.to, email="")
        return replace(message, email="") if notice.kind in PROVING else message

    async def _phone_before(self, notice: Notice) -> str:
        """Return the telephone of who would have received a result before its address was changed."""
        asked = await return_requests.find(self.database.reading, str(notice.data.get("request_no", "")))
        return asked.old.phone if asked and asked.old else ""

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

    async def _link(self, notice: Notice, kept: KeptDossier, at: datetime) -> str:
        """Return the link of the dossier's page, the same at each try; empty where citizens do not reach the pages."""
        if not self.public_url or notice.kind == CODE_ASKED:
            return ""
        days = self.book.page_rule(legal_day(at)).message_link_days
        async with self.database.writing() as tx:
            return self.public_url + await secret_pages.link_of(tx, kept, days=days, at=notice.at)

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

    async def _refused(self, errand: Errand, notice: Notice, wish: Wish, no: Refused, at: datetime) -> None:
        """Hand a message on to the next channel where this one cannot reach the citizen; else park it."""
        chosen = "" if notice.kind in PROVING else wish.channel
        async with self.database.writing() as tx:
            await messages.refused(
                tx, notice.notice_id, errand.target, reason=no.code, consignment_no=notice.consignment_no, at=at
            )
            if errand.target in self.channels:
                await wires.heard(tx, (f"message:{errand.target}",), at=at)
            refused = await messages.refused_by(tx, notice.notice_id)
            following = self._following(refused, chosen) if no.code in _ANOTHER_MAY else ""
            if not following:
                await outbox.park(tx, errand.errand_no, error=str(no))
            elif await outbox.is_owed(tx, errand.errand_no):
                await outbox.done(tx, [errand.errand_no], at=at)
                await outbox.put(tx, [_errand_for(errand, notice, following)], at=at)

    def _following(self, refused: frozenset[str], chosen: str) -> str:
        """Name the channel to try next, the chosen one before the others; empty when each had its turn."""
        names = sorted(self.channels, key=lambda name: name != chosen)
        return next((name for name in names if name not in refused), "")

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
        link = sample_link(self.public_url)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Whom a message is for, and what they wished."""

    kept: KeptDossier
    consignment: Consignment | None
    wish: Wish


def _errand_for(errand: Errand, notice: Notice, channel: str) -> NewErrand:
    key = f"citizen:{channel}:{notice.notice_id}"
    return NewErrand(channel="citizen", target=channel, key=key, subject=errand.subject, payload=errand.payload)


def _message_of(said: Worded, message_id: str) -> Message:
    return Message(
        message_id=message_id, to="", text=said.text, subject=said.subject, kind=said.key, language=said.language,
        values=said.values,
    )  # fmt: skip


def _addressed(
    said: Worded, message_id: str, dossier: Dossier, consignment: Consignment | None, *, end: str = ""
) -> Message:
    """Address a message to the citizen: the consignment's own end, else whom the dossier names, or that `end` of it."""
    if consignment is not None:
        ends = [consignment.consignor if consignment.leg == "send" else consignment.consignee]
    else:
        named = (dossier.return_to,) if end == "return_to" else (dossier.applicant, dossier.return_to)
        ends = [party for party in named if party]
    phone = next((party.phone for party in ends if party.phone), "")
    email = next((party.email for party in ends if party.email), "")
    return replace(_message_of(said, message_id), to=phone, email=email)


def _would_be(kind: str, consignment: Consignment, dossier: Dossier, at: datetime) -> Notice:
    return Notice(
        notice_id="preview", kind=kind, at=at, desk=consignment.desk, consignment_no=consignment.consignment_no,
        dossier_no=dossier.dossier_no, leg=consignment.leg, data=sample_data(),
    )  # fmt: skip
