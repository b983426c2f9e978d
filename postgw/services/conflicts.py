"""Conflicts: what contradicts itself is laid before a postal lead, once, and settled by the lead's word.

`look` is called by the doors after statements were kept; it asks the journeys of the items anew, so it may be asked
twice, and a conflict that has gone by itself leaves the tray. What no journey shows (an act that could not be taken, a
clock that is off) is told by `note`.

A word of the lead changes no scan: what is given up is cancelled by a correction that bears the conflict's number, and
what is sent on is a scan of its own. Who settled, when, how and why stays with the conflict and among the changes.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.change import changed
from postgw.domain.conflict import (
    DOES_THE_ACT,
    OF_A_JOURNEY,
    OF_AN_ACT,
    WAYS,
    Found,
    KeptConflict,
    Side,
    checked_reason,
    subject_of,
)
from postgw.domain.contradictions import Offices, cancelled_by, contradictions_in, heard_since, signed_by_both
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.page import Page
from postgw.domain.proof import Proof
from postgw.domain.recognise import recognise
from postgw.domain.scan import CORRECTION, Scan, Witness
from postgw.domain.witnesses import uncancelled
from postgw.rules.book import RuleBook
from postgw.storage import changes, conflicts, lateness, office_days, proofs, scan_rows, scans
from postgw.storage.conflicts import Looked
from postgw.storage.database import Database, Session
from postgw.storage.scans import Locked
from postgw.storage.together import Together

_LIST_MOST = 200
_WALK, _WALKED_MOST = "conflicts", 500
#: Whatever began to be kept so long ago has been kept. Design choice.
_SETTLED = timedelta(minutes=2)
#: How far back the first look goes: what is older was settled by other means.
_FIRST_LOOK = timedelta(days=1)
_PAIRS = ("delivered_twice", "delivered_after_end", "seen_after_end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A conflict as it is laid before a lead."""

    conflict: KeptConflict
    ways: Mapping[str, str]  #: what may be decided, with its title; nothing once it is settled
    barred: str = ""  #: why a way is missing: `signed`, by two hands


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """The acts of finding and settling conflicts."""

    database: Database
    book: RuleBook

    _shared: Together[tuple[frozenset[str], datetime], int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shared = Together(self._look_together, most=_WALKED_MOST, size=lambda asked: len(asked[0]))
        object.__setattr__(self, "_shared", shared)

    async def look(self, numbers: Collection[str], *, at: datetime) -> int:
        """Look at the journeys of items; return how many conflicts are new. Nothing odd: nothing is written.

        `numbers` are consignment or item numbers as they were told. Who asks at one moment is looked for together; what
        is new is then counted for the first who asked.
        """
        wanted = _named(numbers)
        return await self._shared.take((frozenset(wanted), at)) if wanted else 0

    async def _look_together(self, asked: Sequence[tuple[frozenset[str], datetime]]) -> list[int]:
        wanted = frozenset[str]().union(*(numbers for numbers, _ in asked))
        new = await self._look_at(sorted(wanted), max(at for _, at in asked))
        return [new, *[0] * (len(asked) - 1)]

    async def _look_at(self, wanted: Sequence[str], at: datetime) -> int:
        session = self.database.reading
        found, gone = await self._seen(session, wanted)
        new = await conflicts.new_among(session, found) if found else []
        if not new and not gone:
            return 0
        touched = sorted({each.consignment_no for each in new} | {each.found.consignment_no for each in gone})
        async with self.database.writing() as tx:
            await scans.lock(tx, touched)
            found, gone = await self._seen(tx, touched)
            await conflicts.close_gone(tx, [each.conflict_no for each in gone], by=GATEWAY.name, at=at)
            return await conflicts.keep(tx, found, at=at)

    async def look_on(self, *, at: datetime) -> int:
        """Look at what was told since the last time, by whatever door; return how many statements that were.

        The doors of the devices look at once. This makes good what came by another way, the feed of a post or a signed
        list, and what a process did not come to that died between keeping and looking.
        """
        session = self.database.reading
        walked = await lateness.walked(session, _WALK)
        after = walked or await conflicts.before_all_since(session, at - _FIRST_LOOK)
        told = await conflicts.told_after(session, after, until=at - _SETTLED, limit=_WALKED_MOST)
        await self.look([number for _, number in told], at=at)
        if (reached := told[-1][0] if told else after) != walked:
            async with self.database.writing() as tx:
                await lateness.walk_on(tx, _WALK, reached)
        return len(told)

    async def _seen(self, session: Session, numbers: Sequence[str]) -> tuple[list[Found], list[KeptConflict]]:
        """Return what contradicts itself now, and what is open and does so no more."""
        looked = await conflicts.worth_a_look(session, numbers)
        if not looked:
            return [], []
        names = [each.consignment_no for each in looked.values()]
        told = await scan_rows.histories(session, names)
        offices = await conflicts.offices_of(session, [id_ for id_, each in looked.items() if each.leg == "return"])
        found = [
            odd
            for id_, each in looked.items()
            for odd in self._odd(each, told[each.consignment_no], offices.get(id_, Offices()))
        ]
        subjects = {each.subject for each in found}
        left = {each.consignment_no: each for each in looked.values()}
        gone = [
            kept
            for kept in await conflicts.open_of(session, names)
            if self._has_gone(kept, left[kept.found.consignment_no], told, subjects)
        ]
        return found, gone

    def _odd(self, looked: Looked, told: Sequence[Scan], offices: Offices) -> tuple[Found, ...]:
        table = self.book.scan_table_of(looked.rules_version)
        return contradictions_in(looked.consignment_no, looked.leg, told, table, offices)

    def _has_gone(
        self, kept: KeptConflict, looked: Looked, told: Mapping[str, Sequence[Scan]], subjects: Collection[str]
    ) -> bool:
        if kept.found.kind in OF_A_JOURNEY:
            return kept.found.subject not in subjects
        table = self.book.scan_table_of(looked.rules_version)
        return heard_since(kept.found.sides[0], looked.leg, told[looked.consignment_no], table)

    async def note(self, *found: Found, at: datetime) -> int:
        """Keep conflicts that a door has seen, each once; return how many are new."""
        if not (new := await conflicts.new_among(self.database.reading, found)):
            return 0
        async with self.database.writing() as tx:
            return await conflicts.keep(tx, new, at=at)

    async def expect(self, device_no: str, *, unit: str, workers: Collection[str], at: datetime) -> int:
        """Lay before the lead what a lost device's worker had in hand and nobody has told of since."""
        session = self.database.reading
        names = await conflicts.out_with(session, unit=unit, device_no=device_no, workers=workers)
        told = await scan_rows.histories(session, names)
        found = [_not_heard(number, _last(told[number]), device_no, unit, at) for number in names]
        return await self.note(*found, at=at)

    async def expected(self, device_no: str, *, actor: Actor) -> int:
        """Return how many items of a lost device's worker are still expected."""
        actor.must("lead", "scans")
        return await conflicts.count_of_device(self.database.reading, "not_heard", device_no)

    async def tray(
        self, *, actor: Actor, state: str = "open", kind: str = "", cursor: str = "", limit: int = 50
    ) -> Page[KeptConflict]:
        """Return what waits, the oldest first; or what was settled, the newest first."""
        actor.must("lead", "scans")
        limit = min(limit, _LIST_MOST)
        rows = await conflicts.listed(
            self.database.reading, unit=actor.unit, state=state, kind=kind,
            after=int(cursor) if cursor.isdecimal() else 0, limit=limit + 1,
        )  # fmt: skip
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(each for _, each in rows[:limit]), next_cursor=more)

    async def counts(self, *, actor: Actor) -> Mapping[str, int]:
        """Return how many of each kind wait."""
        actor.must("lead", "scans")
        return await conflicts.counts(self.database.reading, unit=actor.unit)

    async def one(self, conflict_no: str, *, actor: Actor) -> Laid:
        """Return a conflict with the ways that are open."""
        actor.must("lead", "scans")
        session = self.database.reading
        conflict = await self._at_hand(session, conflict_no, actor)
        if not conflict.is_open:
            return Laid(conflict=conflict, ways={})
        return await self._laid(session, conflict)

    async def people(self, logins: Collection[str], *, actor: Actor) -> Mapping[str, str]:
        """Return the names of the officials among these, by how they sign in."""
        actor.must("lead", "scans")
        return await office_days.names_of(self.database.reading, logins)

    async def proofs(self, conflict: KeptConflict, *, actor: Actor) -> Mapping[str, Proof]:
        """Return the proofs of delivery that stand behind the sides, by the key of their scan."""
        actor.must("delivery")
        keys = [side.key for side in conflict.found.sides if side.word == "delivered" and side.key]
        return await proofs.under(self.database.reading, keys) if keys else {}

    async def text_of_act(self, conflict: KeptConflict, *, actor: Actor) -> str:
        """Return the text of an act that was not done, as its device signed it; empty once it is settled."""
        actor.must("lead", "scans")
        if conflict.found.kind not in OF_AN_ACT:
            return ""
        return await conflicts.text_of_act(self.database.reading, conflict)

    async def settle(self, conflict_no: str, way: str, *, reason: str, actor: Actor, at: datetime) -> KeptConflict:
        """Settle a conflict one way; said again by the same lead, it is the same word.

        Raises Conflict, naming who and when, where somebody else was first; Invalid for a way that is not open.
        """
        actor.must("lead")
        reason = checked_reason(reason)
        async with self.database.writing() as tx:
            conflict = await self._at_hand(tx, conflict_no, actor)
            held = await scans.lock(tx, [conflict.found.consignment_no] if conflict.found.consignment_no else [])
            conflict = await self._at_hand(tx, conflict_no, actor)
            if (conflict.settled_as, conflict.settled_by) == (way, actor.name):
                return conflict
            conflict.must_be_open()
            await self._must_be_open_way(tx, conflict, way)
            if not await conflicts.settle(tx, conflict, way=way, reason=reason, actor=actor.name, at=at):
                (await self._at_hand(tx, conflict_no, actor)).must_be_open()
            if locked := held.get(conflict.found.consignment_no):
                await self._follow(tx, conflict, way, locked, reason, actor, at)
            settled = await self._at_hand(tx, conflict_no, actor)
            await changes.note(tx, changed(
                "conflict", conflict_no, {"state": "open"}, {"state": "settled", "way": way, "reason": reason},
                unit=conflict.found.unit, actor=actor, at=at, act="settled",
            ))  # fmt: skip
        return settled

    async def _at_hand(self, session: Session, conflict_no: str, actor: Actor) -> KeptConflict:
        conflict = await conflicts.find(session, conflict_no[:40])
        if conflict is None or not actor.may_see(conflict.found.unit):
            raise Unknown("Chưa có mâu thuẫn mang số {number}.", number=conflict_no[:40], code="conflict.unknown")
        return conflict

    async def _must_be_open_way(self, session: Session, conflict: KeptConflict, way: str) -> None:
        laid = await self._laid(session, conflict)
        if way in laid.ways:
            return
        if way in WAYS[conflict.found.kind] and laid.barred:
            raise Conflict(
                "Biên bản giao nhận đã có chữ ký hai bên, không bỏ ở đây được. Lập biên bản đính chính có chữ ký của"
                " cả hai bên.", code="conflict.signed",
            )  # fmt: skip
        raise Invalid("Chọn một trong các cách: {ways}.", ways=", ".join(laid.ways), code="conflict.way", field="/way")

    async def _laid(self, session: Session, conflict: KeptConflict) -> Laid:
        kind, ways, barred = conflict.found.kind, dict(WAYS[conflict.found.kind]), ""
        looked = await self._looked(session, conflict)
        if kind in _PAIRS and looked:
            each, told = looked
            table = self.book.scan_table_of(each.rules_version)
            shut = [
                way for way in ways if signed_by_both(cancelled_by(conflict.found, way, each.leg, told, table))
            ]  # fmt: skip
            ways = {way: title for way, title in ways.items() if way not in shut}
            barred = "signed" if shut else ""
        if kind in OF_AN_ACT and not await conflicts.text_of_act(session, conflict):
            ways = {way: title for way, title in ways.items() if way not in DOES_THE_ACT}
        if kind == "wrong_office" and (not looked or looked[0].custody.ended):
            ways.pop("forward")
        return Laid(conflict=conflict, ways=ways, barred=barred)

    async def _looked(self, session: Session, conflict: KeptConflict) -> tuple[Looked, Sequence[Scan]] | None:
        number = conflict.found.consignment_no
        looked = await conflicts.worth_a_look(session, [number]) if number else {}
        if not looked:
            return None
        return next(iter(looked.values())), (await scan_rows.histories(session, [number]))[number]

    async def _follow(
        self, tx: Session, conflict: KeptConflict, way: str, locked: Locked, reason: str, actor: Actor, at: datetime
    ) -> None:
        """Keep the scans that a lead's word is worth."""
        table = self.book.scan_table_of(locked.rules_version)
        word = _word(conflict, actor, at, note=reason)
        told = await scan_rows.history(tx, locked.consignment_no)
        said = [
            replace(word, source_id=str(n), code=CORRECTION, reason="not_happened", cancels=scan.key)
            for n, scan in enumerate(cancelled_by(conflict.found, way, locked.leg, told, table), 1)
        ]
        if way == "forward":
            said = [replace(word, code="departed", office=conflict.found.sides[0].office)]
        await scans.keep(tx, [(locked, scan) for scan in said], table_of=self.book.scan_table_of, at=at)
        # What else is open of the item may have gone with it; what the other side hid may have come.
        found, gone = await self._seen(tx, [locked.consignment_no])
        await conflicts.close_gone(tx, [each.conflict_no for each in gone], by=actor.name, at=at)
        await conflicts.keep(tx, found, at=at)


def _named(numbers: Iterable[str]) -> list[str]:
    """Return the consignment and item numbers among what was scanned; what names neither has no journey."""
    read = dict.fromkeys(map(recognise, numbers))
    return [each.number for each in read if each.kind in {"consignment", "item"}]


def _word(conflict: KeptConflict, actor: Actor, at: datetime, *, note: str) -> Scan:
    return Scan(
        source=f"conflict:{conflict.conflict_no}", source_id="1", witness=Witness.SCANNED, code=CORRECTION,
        occurred_at=at, received_at=at, office=actor.unit or conflict.found.unit, actor=actor.name, note=note,
    )  # fmt: skip


def _last(told: Iterable[Scan]) -> Scan:
    return max(uncancelled(told), key=lambda scan: (scan.occurred_at, scan.received_at, scan.key))


def _not_heard(number: str, last: Scan, device_no: str, unit: str, at: datetime) -> Found:
    sides = (
        Side(
            word=last.code, key=last.key, source=last.source, witness=int(last.witness), actor=last.actor,
            office=last.office, at=last.occurred_at, device_at=last.device_at, received_at=last.received_at,
        ),
        Side(word="revoked", source=f"device:{device_no}", office=unit, at=at),
    )  # fmt: skip
    return Found(
        kind="not_heard", subject=subject_of("not_heard", number, last.key), unit=unit, consignment_no=number,
        device_no=device_no, sides=sides,
    )  # fmt: skip
