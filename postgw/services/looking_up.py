"""Looking up: what is known of a dossier when its code is typed or scanned, so that nobody types it twice.

Our own storage is asked first; then what a desk's system offered and nobody has taken yet; then those systems that can
be asked for one dossier, all at once and with no transaction open. A system that does not answer holds nobody up: the
officer is told which one was silent and goes on by hand.

Next on the path: intake.
Source: Decree 61/2018/NĐ-CP art. 17.1 (received into the one-stop system first); Decision 45/2016/QĐ-TTg art. 6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from postgw.domain.actor import Actor
from postgw.domain.dossier import Dossier
from postgw.domain.dossier_number import lookup_key
from postgw.domain.dossier_system import DossierSystem
from postgw.domain.errors import Conflict, Refused, Unreachable
from postgw.domain.recognise import recognise
from postgw.storage import consignments, dossiers, offers, province
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier

#: So long a citizen waits at the counter for a system before the officer goes on by hand. Design choice.
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a dossier, and by whom. `kept` when it was taken in already."""

    dossier: Dossier | None = field(default=None, repr=False)
    kept: KeptDossier | None = field(default=None, repr=False)
    system: str = ""  #: whose word it is, where it is not ours
    silent: tuple[str, ...] = ()  #: systems that did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class LookingUp:
    """The act of finding what is known of a dossier."""

    database: Database
    systems: tuple[DossierSystem, ...]

    async def known(self, text: str, *, actor: Actor) -> Known:
        """Return what is known of the dossier that a scan or an entry names.

        Raises Conflict when another desk has taken it in.
        """
        actor.must("intake")
        if kept := await self._kept(text, actor):
            return Known(dossier=kept.dossier, kept=kept)
        read = recognise(text)
        if read.kind != "dossier":
            return Known()
        if offered := await offers.of_number(self.database.reading, read.number, desk=actor.unit):
            return Known(dossier=offered.dossier, system=offered.system)
        return await self._asked(read.number, actor.unit)

    async def kept(self, key: str, *, actor: Actor) -> KeptDossier | None:
        """Return a dossier that was taken in, by its key; nothing when there is none that this actor is shown."""
        actor.must("intake")
        found = await dossiers.find(self.database.reading, key)
        shown = found and actor.may_see(found.dossier.receiving_desk, found.dossier.returning_desk)
        return found if shown else None

    async def _kept(self, text: str, actor: Actor) -> KeptDossier | None:
        kept = await self._meant(text.strip(), actor.unit)
        if kept and not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            desk = await province.unit(self.database.reading, kept.dossier.receiving_desk)
            raise Conflict(
                "Hồ sơ {key} do {desk} tiếp nhận. Chỉ đơn vị ấy sửa được.", key=kept.dossier.key,
                desk=desk.name if desk else kept.dossier.receiving_desk, code="dossier.foreign", field="/dossier_no",
            )  # fmt: skip
        return kept

    async def _meant(self, text: str, unit: str) -> KeptDossier | None:
        session, read = self.database.reading, recognise(text)
        if read.kind in {"consignment", "item"}:
            carried = await consignments.find(session, read.number)
            return await dossiers.by_id(session, carried.dossier_id) if carried else None
        if read.kind == "dossier":
            ids = await dossiers.keys_like(session, lookup_key(read.number))
            return await dossiers.by_id(session, ids[0]) if len(ids) == 1 else None
        return await dossiers.find(session, text if "/" in text else f"{unit}/{text}")

    async def _asked(self, number: str, unit: str) -> Known:
        asked = [one for one in self.systems if not unit or one.serves(unit)]
        answers = await asyncio.gather(*(_answer(one, number, unit) for one in asked))
        silent = tuple(one.name for one, answer in zip(asked, answers, strict=True) if answer is False)
        name, dossier = _first(asked, answers)
        return Known(dossier=dossier, system=name, silent=silent)


async def _answer(one: DossierSystem, number: str, unit: str) -> Dossier | bool | None:
    """Return what a system knows of a dossier; False when it does not answer."""
    try:
        return await asyncio.wait_for(one.desk.dossier_by_number(number, desk=unit), _PATIENCE_SECONDS)
    except (Refused, Unreachable, TimeoutError):
        return False


def _first(asked: Sequence[DossierSystem], answers: Sequence[Dossier | bool | None]) -> tuple[str, Dossier | None]:
    found = ((one.name, answer) for one, answer in zip(asked, answers, strict=True) if isinstance(answer, Dossier))
    return next(found, ("", None))
