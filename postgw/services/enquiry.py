"""Enquiry: where is it? Read only.

A stranger who knows a number learns the number and how far it is, nothing else: the law lets an open look-up show the
dossier code and the degree of completion. Everything more needs a token or the secret link.

Source: Circular 01/2018/TT-VPCP art. 16.2.d; Law on Post 2010 art. 3.15 (what is secret about the use of the post).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import blake2s

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody, Happening, journey_of
from postgw.domain.dossier_number import lookup_key, may_be_key
from postgw.domain.errors import Unknown
from postgw.domain.misspelt import mended
from postgw.domain.page import Page
from postgw.domain.recognise import recognise
from postgw.domain.states import STAGES, STOPPED, Reason, ScanTable
from postgw.rules.book import RuleBook
from postgw.storage import consignments, dossiers, item_lists, jobs, province, reach, scan_rows
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.item_lists import Sieve as Sieve
from postgw.storage.province import Unit
from postgw.storage.together import Together

_LIST_MOST = 200
_TODAY_MOST = 12
#: Look-ups that come at one moment are one question to the database.
_ASKED_TOGETHER = 100
#: An answer to strangers may be shown again for half a minute by whoever has it; so nobody is asked within this time
#: whether it still stands.
_LATELY, _LATELY_MOST = timedelta(seconds=10), 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTrack:
    """All that a stranger is shown: the code that was asked for, and how far it is.

    Whether the file goes in or the result comes out (`leg`) is progress, for without it a stage says nothing. The
    moment of the last word, the state within a stage, why a journey stopped, which post office, which carrier and
    under which other numbers a thing is known are not: they tell when nobody is at home.
    """

    number: str  #: as it was asked for: no number leads a stranger to another
    leg: str  #: empty where nothing travels yet
    stage: str
    stages_done: int  #: of four
    stopped: bool = False  #: it ended and did not arrive
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a unit has before it: how many consignments stand in each state, and those that stand there longest."""

    counts: Mapping[str, int]
    lists: Mapping[str, tuple[Consignment, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """The act of looking."""

    database: Database
    book: RuleBook
    emsevt: Mapping[str, str]  #: scan words → UPU codes that the installation set itself
    #: what strangers were told, and when
    _lately: dict[str, tuple[PublicTrack, datetime]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _shared: Together[str, Mapping[str, object] | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shared", Together(self._stages, most=_ASKED_TOGETHER))

    async def dossier(self, key: str, *, actor: Actor) -> KeptDossier:
        """Return a dossier by its number or by `DESK/reference`."""
        actor.must("enquiry")
        kept = await dossiers.find(self.database.reading, key)
        if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            raise Unknown(
                "Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key, code="dossier.unknown"
            )
        return kept

    async def dossiers(self, *, actor: Actor, desk: str = "", cursor: str = "", limit: int = 50) -> Page[KeptDossier]:
        """Return dossiers, newest first."""
        actor.must("enquiry")
        limit = min(limit, _LIST_MOST)
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await dossiers.listed(self.database.reading, desk=actor.unit or desk, before=before, limit=limit + 1)
        more = str(rows[limit - 1].dossier_id) if len(rows) > limit else ""
        return Page(items=tuple(rows[:limit]), next_cursor=more)

    async def consignment(self, number: str, *, actor: Actor) -> Consignment:
        """Return a consignment by its number or its item number."""
        actor.must("enquiry")
        read = recognise(number)
        found = await consignments.find(self.database.reading, read.number or number)
        if found is None or not await reach.is_seen(self.database.reading, found, actor):
            raise Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")
        return found

    async def _wanted(self, unit: str, **narrower: str) -> consignments.Wanted:
        known = await province.unit(self.database.reading, unit) if unit else None
        if known and known.kind == "office":
            return consignments.Wanted(office=unit, **narrower)
        return consignments.Wanted(desk=unit, **narrower)

    async def consignments(
        self,
        *,
        actor: Actor,
        state: str = "",
        leg: str = "",
        desk: str = "",
        dossier_no: str = "",
        cursor: str = "",
        limit: int = 50,
    ) -> Page[Consignment]:
        """Return consignments, newest first."""
        actor.must("enquiry")
        limit = min(limit, _LIST_MOST)
        wanted = await self._wanted(actor.unit or desk, state=state, leg=leg, dossier_key=lookup_key(dossier_no))
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await consignments.listed(self.database.reading, wanted, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(consignment for _, consignment in rows[:limit]), next_cursor=more)

    async def items(self, sieve: Sieve, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Consignment]:
        """Return the consignments of a unit that pass a sieve, newest first."""
        actor.must("enquiry")
        session, limit = self.database.reading, min(limit, _LIST_MOST)
        known = await province.unit(session, actor.unit) if actor.unit else None
        kind = "all" if not actor.unit else "office" if known and known.kind == "office" else "desk"
        before = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else 0
        ids = await item_lists.ids(session, sieve, unit=actor.unit, kind=kind, before=before, limit=limit + 1)
        found = await consignments.by_ids(session, ids[:limit])
        more = str(ids[limit - 1]) if len(ids) > limit else ""
        return Page(items=tuple(found[each] for each in ids[:limit]), next_cursor=more)

    async def journey(self, number: str, *, actor: Actor) -> tuple[Custody, tuple[Happening, ...]]:
        """Return where a consignment stands and every happening that led there."""
        found = await self.consignment(number, actor=actor)
        told = await scan_rows.history(self.database.reading, found.consignment_no)
        return journey_of(found.leg, told, self.book.scan_table_of(found.rules_version))

    async def track(self, text: str, *, known: Sequence[str] = (), at: datetime | None = None) -> PublicTrack | None:
        """Return what a stranger may know of a number, whichever kind it is; nothing when nobody knows it.

        Who bears the tag of what was told a moment ago (`known`) hears that it still stands, and nobody is asked.
        """
        told = self._lately.get(text) if known and at else None
        if told and at and told[0].etag in known and abs(at - told[1]) < _LATELY:
            return told[0]
        found = await self._tracked(text)
        if found and at:
            if len(self._lately) >= _LATELY_MOST:
                self._lately.pop(next(iter(self._lately)))
            self._lately[text] = found, at
        return found

    async def _stages(self, numbers: Sequence[str]) -> list[Mapping[str, object] | None]:
        """Return how far things are that several strangers asked for at one moment, by one question."""
        session = self.database.reading
        rows = await session.rows(_TRACK_BY_NUMBERS.format(among=session.among_keys(1)), list(set(numbers)))
        found = {name: row for row in rows for name in (row["consignment_no"], row["item_no"])}
        return [found.get(number) for number in numbers]

    async def _tracked(self, text: str) -> PublicTrack | None:
        read = mended(text)
        session = self.database.reading
        if read.kind in {"consignment", "item"}:
            row = await self._shared.take(read.number)
            return self._shown(row, read.number) if row else None
        key = lookup_key(read.number or text)
        row = await session.row(_TRACK_BY_DOSSIER, key) if may_be_key(key) else None
        return self._shown(row, str(row["dossier_no"])) if row else None

    def _shown(self, row: Mapping[str, object], number: str) -> PublicTrack:
        state, leg = str(row["state"] or ""), str(row["leg"] or "")
        stopped = state in STOPPED
        if not state:
            stage = STAGES[0]
        elif stopped:  # a thing that is lost and one that went back look alike to a stranger
            stage = STAGES[-1]
        else:
            stage = self.book.scan_table_of(str(row["rules_version"])).states[state].public_stage
        told = f"{number}|{leg}|{stage}|{stopped}"
        return PublicTrack(
            number=number, leg=leg, stage=stage, stages_done=STAGES.index(stage) + 1, stopped=stopped,
            etag=blake2s(told.encode(), digest_size=12).hexdigest(),
        )  # fmt: skip

    async def today(self, *, desk: str, actor: Actor, at: datetime) -> Today:
        """Return what a unit has before it."""
        actor.must("enquiry")
        session, unit = self.database.reading, actor.unit or desk
        counts = await consignments.counts(session, await self._wanted(unit))
        lists = {
            state: await consignments.oldest(session, await self._wanted(unit, state=state), limit=_TODAY_MOST)
            for state in counts
        }
        return Today(counts=counts, lists=lists)

    async def jobs(self, *, actor: Actor) -> tuple[jobs.JobCard, ...]:
        """Return how the recurring jobs fare."""
        actor.must("admin")
        return await jobs.cards(self.database.reading)

    async def units(self, *, kind: str = "", actor: Actor) -> tuple[Unit, ...]:
        """Return the desks and post offices."""
        actor.must("enquiry")
        return await province.units(self.database.reading, kind=kind)

    async def unit(self, code: str) -> Unit | None:
        """Return a desk or a post office by its code."""
        return await province.unit(self.database.reading, code)

    def table(self, *, on: date) -> ScanTable:
        """Return the scan words and states in force, with the UPU codes that this installation set."""
        table = self.book.scan_table(on)
        codes = {
            code: replace(rule, emsevt=rule.emsevt or self.emsevt.get(code, "")) for code, rule in table.codes.items()
        }
        return replace(table, codes=codes)

    def reasons(self, *, on: date) -> Mapping[str, Mapping[str, Reason]]:
        """Return the closed lists of reasons in force."""
        return self.book.reasons_on(on)


_TRACK_BY_NUMBERS = (
    "SELECT consignment_no, item_no, state, leg, rules_version FROM consignment"
    " WHERE consignment_no {among} OR item_no {among}"
)
_TRACK_BY_DOSSIER = (
    "SELECT d.dossier_no, c.state, c.leg, c.rules_version FROM dossier d LEFT JOIN consignment c"
    " ON c.dossier_id = d.id WHERE d.number_key = $1 ORDER BY c.id DESC LIMIT 1"
)
