"""Message wishes: how the citizen of a dossier wants to be told, and what they were told, for the desk.

Chosen on the citizen's own page, or by the desk for somebody on the telephone: one channel before the others, or no
messages at all. What the citizen asks for at the moment, a link or a one-time code, reaches them all the same. What was
sent, what was not and why, the desk sees without a text and without an address.

Next on the path: messaging, which honours the wish.
Source: Circular 17/2017/TT-BTTTT art. 12 (what must be told); the choice is the house's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.change import changed, made
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.privacy import mask_phone
from postgw.domain.telling import QuietHours
from postgw.rules.book import RuleBook
from postgw.storage import changes, consignments, dossiers, message_wishes, messages, outbox, secret_pages
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.message_wishes import Wish
from postgw.storage.messages import Owed

#: Who wished it, where the citizen did it on their own page.
BY_LINK = "citizen.link"
#: What writes to a mailbox; every other channel wants a telephone.
_TO_MAILBOX = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a citizen is told now, and how they may be."""

    wish: Wish
    channels: tuple[str, ...]  #: that reach this citizen, in the order in which they are tried
    phone: str  #: masked; empty: none is known
    hours: QuietHours

    @property
    def first(self) -> str:
        """Return the channel that is tried first."""
        return self.wish.channel if self.wish.channel in self.channels else next(iter(self.channels), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWishes:
    """The acts of choosing how to be told."""

    database: Database
    book: RuleBook
    channels: tuple[str, ...]  #: of the settings, in the order in which they are tried

    async def of(self, token: str, *, at: datetime) -> Standing | None:
        """Return how the holder of a link is told; nothing when it opens no page."""
        kept = await secret_pages.opened(self.database.reading, token, at=at)
        return await self._standing(self.database.reading, kept, at) if kept else None

    async def choose(self, token: str, *, channel: str, stopped: bool, at: datetime) -> bool:
        """Keep what the holder of a link wants; the same again changes nothing. False when it opens no page.

        Raises Invalid at a channel that does not reach them.
        """
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at, lock=True)
            if kept is None:
                return False
            await self._keep(tx, kept, channel, stopped, by=BY_LINK, at=at)
        return True

    async def of_dossier(self, key: str, *, actor: Actor, at: datetime) -> Standing:
        """Return how the citizen of a dossier is told, for the desk."""
        actor.must("enquiry")
        session = self.database.reading
        return await self._standing(session, await dossiers.shown(session, key, actor), at)

    async def choose_for(self, key: str, *, channel: str, stopped: bool, actor: Actor, at: datetime) -> None:
        """Keep what a citizen said at the desk or on the telephone. Raises Invalid at a channel that is not theirs."""
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            was, now = await self._keep(tx, kept, channel, stopped, by=actor.name, at=at)
            if _told(was) != _told(now):
                change = changed(
                    "message_wish", kept.dossier.key, _told(was), _told(now), actor=actor, at=at,
                    unit=kept.dossier.receiving_desk,
                )  # fmt: skip
                await changes.note(tx, change)

    async def _keep(
        self, tx: Session, kept: KeptDossier, channel: str, stopped: bool, *, by: str, at: datetime
    ) -> tuple[Wish, Wish]:
        """Keep a wish; return what it was, and what it is."""
        channel = "" if stopped else channel
        if channel not in (*self._reaching(kept.dossier), *([""] if stopped else [])):
            raise Invalid("Chọn một cách nhắn trong các cách ở trên.", code="message_wish.channel", field="/way")
        was = await message_wishes.of(tx, kept.dossier_id)
        if (was.channel, was.stopped) != (channel, stopped):
            await message_wishes.keep(tx, kept.dossier_id, channel=channel, stopped=stopped, by=by, at=at)
        return was, Wish(channel=channel, stopped=stopped, wished_at=at, wished_by=by)

    async def _standing(self, session: Session, kept: KeptDossier, at: datetime) -> Standing:
        phone = next((party.phone for party in _ends(kept.dossier) if party.phone), "")
        return Standing(
            wish=await message_wishes.of(session, kept.dossier_id), channels=tuple(self._reaching(kept.dossier)),
            phone=mask_phone(phone) if phone else "", hours=self.book.message_hours_on(legal_day(at)),
        )  # fmt: skip

    def _reaching(self, dossier: Dossier) -> list[str]:
        """Return the channels for which the dossier has an address."""
        has_phone, has_mail = (any(getattr(end, name) for end in _ends(dossier)) for name in ("phone", "email"))
        return [name for name in self.channels if (has_mail if name == _TO_MAILBOX else has_phone)]

    async def told(self, key: str, *, actor: Actor) -> tuple[Owed, ...]:
        """Return every message owed to the citizen of a dossier and what became of it, the newest first."""
        actor.must("enquiry")
        session = self.database.reading
        kept = await dossiers.shown(session, key, actor)
        return await messages.owed(session, await self._subjects(session, kept))

    async def again(self, key: str, errand_no: int, *, actor: Actor, at: datetime) -> None:
        """Send a message again that no channel took. Raises Unknown when none such stands still."""
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor)
            still = [each for each in await messages.owed(tx, await self._subjects(tx, kept)) if each.stands_still]
            if errand_no not in {each.errand_no for each in still} or not await outbox.replay(tx, errand_no, at=at):
                raise Unknown("Tin này không còn đứng lại.", code="errand.unknown")
            about = {"dossier": kept.dossier.key}
            await changes.note(tx, made("errand", str(errand_no), about, actor=actor, at=at, act="again"))

    async def _subjects(self, session: Session, kept: KeptDossier) -> Sequence[str]:
        carried = await consignments.of_dossier(session, kept.dossier_id)
        return [*(each.consignment_no for each in carried), kept.dossier.key[:40]]


def _ends(dossier: Dossier) -> list[Party]:
    return [party for party in (dossier.applicant, dossier.return_to) if party]


def _told(wish: Wish) -> dict[str, object]:
    return {"channel": wish.channel, "stopped": wish.stopped}
