"""Trips: what passes between a unit and the other side today, what is still unsigned, and one list with what is on it.

A trip is one coming of the post. Read only: the acts are `handover`, `counting` and `signing`.

Source: Decision 45/2016/QĐ-TTg art. 7, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to i.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Unknown
from postgw.domain.filing import Appointment, FilingStanding
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.manifest import Manifest, ManifestLine, Signatory
from postgw.domain.paper_check import PaperCheck
from postgw.domain.procedure import Procedure
from postgw.domain.rejection import Rejection
from postgw.domain.supplement import Supplement
from postgw.domain.trip import TripCard, UnitKind
from postgw.storage import (
    consignments,
    dossiers,
    filings,
    manifests,
    notes,
    paper_checks,
    province,
    signature_pictures,
    supplements,
    trips,
)
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.manifests import Pickup

_LIST_MOST = 200
_WAITING_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One list with what stands on it."""

    manifest: Manifest
    card: TripCard
    items: Mapping[str, Consignment]
    pictures: Mapping[str, str]  #: side → what kind of file its signature is kept as

    @property
    def seen(self) -> str:
        """Return what tells this state of the list from any other."""
        return hashlib.blake2s(repr(self.manifest).encode(), digest_size=8).hexdigest()

    @property
    def unexplained(self) -> tuple[ManifestLine, ...]:
        """Return what came beyond the list and has no reason yet."""
        return tuple(line for line in self.manifest.lines if line.outcome == "extra" and not line.note)

    def last(self) -> ManifestLine | None:
        """Return the line that was counted last."""
        counted = [line for line in self.manifest.lines if line.ticked_at]
        return max(counted, key=lambda line: line.ticked_at or self.card.opened_at) if counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One dossier that a trip brings to a desk, with all that was done about it."""

    manifest: Manifest
    consignment: Consignment
    kept: KeptDossier
    procedure: Procedure | None
    checks: tuple[PaperCheck, ...]
    is_noted: bool  #: its consignment note is signed, so its list of papers stands
    standing: FilingStanding
    appointment: Appointment | None
    supplements: tuple[Supplement, ...]
    rejection: Rejection | None

    @property
    def seen(self) -> str:
        """Return what tells what was done about it from any other state."""
        text = repr((self.kept.version, len(self.checks), self.standing, self.supplements, self.rejection))
        return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """The act of looking at what passes."""

    database: Database

    async def of_day(self, on: date, *, actor: Actor) -> tuple[TripCard, ...]:
        """Return what this unit opened or was brought on a day, the earliest first."""
        actor.must("handover")
        begins = datetime.combine(on, time(), VIETNAM)
        return await trips.of_day(
            self.database.reading, actor.unit, await self._kind(actor), begins=begins,
            ends=begins + timedelta(days=1), limit=_LIST_MOST,
        )  # fmt: skip

    async def unfinished(self, *, actor: Actor) -> tuple[TripCard, ...]:
        """Return the lists of this unit that are not signed by both sides, the longest standing first."""
        actor.must("handover")
        return await trips.unfinished(self.database.reading, actor.unit, await self._kind(actor), limit=_LIST_MOST)

    async def comings(self, *, since: date, until: date, actor: Actor) -> tuple[Pickup, ...]:
        """Return when the post comes between two days: to this desk, or from this post office to its desks."""
        actor.must("handover")
        return await trips.comings(self.database.reading, actor.unit, await self._kind(actor), since=since, until=until)

    async def waiting(self, direction: str, desk: str, *, actor: Actor) -> tuple[Consignment, ...]:
        """Return what may go on a new list and stands on none."""
        actor.must("handover")
        return await trips.waiting(self.database.reading, direction, desk, limit=_WAITING_MOST)

    async def trip(self, manifest_no: str, *, actor: Actor) -> Trip:
        """Return one list. Raises Unknown when it is not there, or not of this unit."""
        actor.must("handover")
        session = self.database.reading
        manifest = await manifests.shown(session, manifest_no, actor)
        numbers = [line.consignment_no for line in manifest.lines]
        return Trip(
            manifest=manifest, card=await trips.card(session, manifest_no),
            items=await consignments.several(session, numbers),
            pictures=await signature_pictures.kinds(session, manifest_no),
        )  # fmt: skip

    async def hands(self, manifest: Manifest, *, actor: Actor, at: datetime) -> dict[str, tuple[Signatory, ...]]:
        """Return who is appointed today to sign for each side."""
        actor.must("handover")
        giver, taker = manifest.desk, manifest.office
        if manifest.direction == "to_desk":
            giver, taker = taker, giver
        found = {}
        for side, unit in (("giver", giver), ("taker", taker)):
            people = await manifests.appointed(self.database.reading, on=legal_day(at), unit=unit)
            found[side] = tuple(each for each in people if each.subject == "dossiers")
        return found

    async def arrival(self, manifest_no: str, number: str, *, actor: Actor, at: datetime) -> Arrival:
        """Return one dossier of a trip to a desk. Raises Unknown when the trip brings none under this number."""
        actor.must("handover")
        session = self.database.reading
        manifest = await manifests.shown(session, manifest_no, actor)
        consignment = await consignments.find(session, number)
        listed = {line.consignment_no for line in manifest.lines}
        if consignment is None or consignment.consignment_no not in listed or manifest.direction != "to_desk":
            raise Unknown(
                "Biên bản {manifest} không đưa hồ sơ nào mang số {number} đến.", manifest=manifest_no,
                number=number[:40], code="arrival.unknown",
            )  # fmt: skip
        kept = await dossiers.by_id(session, consignment.dossier_id)
        return Arrival(
            manifest=manifest, consignment=consignment, kept=kept,
            procedure=await province.procedure(session, kept.dossier.procedure_code, on=legal_day(at)),
            checks=await paper_checks.of(session, consignment.consignment_no),
            is_noted=await notes.frozen(session, consignment.consignment_no) is not None,
            standing=await filings.standing(session, kept),
            appointment=await filings.appointment(session, kept.dossier_id),
            supplements=await supplements.of(session, kept.dossier_id),
            rejection=await supplements.rejection(session, kept.dossier_id),
        )  # fmt: skip

    async def _kind(self, actor: Actor) -> UnitKind:
        known = await province.unit(self.database.reading, actor.unit) if actor.unit else None
        return "office" if known and known.kind == "office" else "desk"
