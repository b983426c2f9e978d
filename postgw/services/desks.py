"""Desks and post offices: where each is and how to reach it, when it works no more; and the post's codes of communes.

A unit is never taken away, for every dossier that passed through it names it: it is closed from a day on. A post's own
codes begin on a day with a reason, a whole table or none of it.

Source: Decision 45/2016/QĐ-TTg art. 13.7; Circular 17/2017/TT-BTTTT art. 10 (service points are published).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text, compact_phone
from postgw.domain.change import changed, made
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.place_table import Table, WrongRow, contradictions
from postgw.domain.unit import Unit
from postgw.rules import places
from postgw.storage import changes, province
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesTaken:
    """What came of a table of place codes: nothing was kept when a row is wrong."""

    new: int
    wrong: tuple[WrongRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesStanding:
    """How far the codes of one scheme go on a day: communes with one, and those near our desks without."""

    scheme: str
    known: int
    missing: tuple[places.Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The acts of keeping desks and post offices."""

    database: Database
    schemes: tuple[str, ...] = ()  #: of place codes, that a carrier in use speaks in

    async def put(self, unit: Unit, *, seen: str | None = None, actor: Actor, at: datetime) -> Unit:
        """Publish where a desk or post office is and how to reach it; a known code gets the new data.

        `seen` is the mark of what somebody looked at before changing it, empty for a new unit. Raises Conflict when
        the unit is otherwise now, or the code belongs to a unit of the other kind.
        """
        actor.must("admin")
        unit = _checked_unit(unit)
        async with self.database.writing() as tx:
            await tx.queue_for(f"unit:{unit.code}")
            known = await province.unit(tx, unit.code)
            if known is not None:
                _must_keep_its_kind(known, unit)
                unit = replace(unit, closed_on=known.closed_on)
            if known == unit:
                return unit
            _must_be_as_seen(known, seen)
            await province.put_units(tx, [unit])
            await changes.note(
                tx,
                changed(
                    "unit", unit.code, _told(known) if known else {}, _told(unit), actor=actor, at=at, unit=unit.code,
                    act="changed" if known else "made",
                ),
            )  # fmt: skip
        return unit

    async def close(self, code: str, *, on: date, reason: str, actor: Actor, at: datetime) -> Unit:
        """Let a unit work no more from a day on. Raises Invalid when the day is past, Unknown without such a unit."""
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        if on < legal_day(at):
            raise Invalid("Ngày ngừng đã qua. Chọn từ hôm nay trở đi.", code="unit.past", field="/on")
        return await self._set_closing(code, on, "ended", {"reason": reason}, actor, at)

    async def reopen(self, code: str, *, actor: Actor, at: datetime) -> Unit:
        """Let a unit work again."""
        return await self._set_closing(code, None, "opened", {}, actor, at)

    async def _set_closing(
        self, code: str, on: date | None, act: str, beside: dict[str, object], actor: Actor, at: datetime
    ) -> Unit:
        actor.must("admin")
        async with self.database.writing() as tx:
            await tx.queue_for(f"unit:{code}")
            known = await _unit(tx, code)
            if known.closed_on == on:
                return known
            unit = replace(known, closed_on=on)
            await province.put_units(tx, [unit])
            after = {**_told(unit), **beside}
            await changes.note(tx, changed("unit", code, _told(known), after, actor=actor, at=at, unit=code, act=act))
        return unit

    async def unit(self, code: str, *, actor: Actor) -> Unit:
        """Return one unit. Raises Unknown when there is none of this code."""
        actor.must("admin")
        return await _unit(self.database.reading, code)

    async def listed(self, *, kind: str = "", cursor: str = "", actor: Actor, limit: int = 50) -> Page[Unit]:
        """Return desks and post offices, closed ones as well, in the order in which they became known."""
        actor.must("admin")
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await province.page_of_units(self.database.reading, kind=kind, after=after, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(unit for _, unit in rows[:limit]), next_cursor=more)

    async def put_places(
        self, table: Table, *, scheme: str, valid_from: date, reason: str, actor: Actor, at: datetime
    ) -> PlacesTaken:
        """Keep a post's codes of communes from a day on, the whole table or nothing of it."""
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            await tx.queue_for(f"post_place:{scheme}")
            known = await province.places_of_day(tx, scheme=scheme, valid_from=valid_from)
            wrong = (*table.wrong, *contradictions(table, known, valid_from))
            new = [(code, place) for code, place in table.places.items() if code not in known]
            if wrong or not new:
                return PlacesTaken(new=0, wrong=wrong)
            await province.put_places(tx, new, valid_from=valid_from, author=actor.name, reason=reason, scheme=scheme)
            told = {"valid_from": valid_from, "count": len(new), "reason": reason}
            await changes.note(tx, made("post_places", scheme, told, actor=actor, at=at))
        return PlacesTaken(new=len(new), wrong=())

    async def place_codes(self, *, on: date, actor: Actor) -> tuple[PlacesStanding, ...]:
        """Return how far the codes of each scheme in use go, and which communes near our desks have none."""
        actor.must("admin")
        wanted = await self._communes_near(on)
        found = []
        for scheme in self.schemes:
            known = await province.coded_communes(self.database.reading, scheme=scheme, on=on)
            missing = tuple(one for one in wanted if one.code not in known)
            found.append(PlacesStanding(scheme=scheme, known=len(known), missing=missing))
        return tuple(found)

    async def _communes_near(self, on: date) -> Sequence[places.Unit]:
        desks = await province.units(self.database.reading, kind="desk")
        codes = {desk.commune_code for desk in desks if desk.commune_code}
        provinces = sorted({places.commune(code).province_code for code in codes})
        return [commune for code in provinces for commune in places.communes(code, on=on)]


def _told(unit: Unit) -> dict[str, object]:
    return {name: value for name, value in asdict(unit).items() if name not in {"code", "commune", "province"}}


async def _unit(session: Session, code: str) -> Unit:
    found = await province.unit(session, code)
    if found is None:
        raise Unknown("Không có đơn vị mang mã {number}.", number=code[:20], code="unit.unknown")
    return found


def _must_be_as_seen(known: Unit | None, seen: str | None) -> None:
    if seen is None or seen == (known.mark if known else ""):
        return
    if not seen:
        raise Conflict("Mã này đã có đơn vị dùng. Chọn mã khác, hoặc mở đơn vị ấy để sửa.", code="unit.taken",
                       field="/code")  # fmt: skip
    raise Conflict("Đơn vị này vừa được người khác sửa. Xem bản mới rồi ghi lại.", code="unit.stale")


def _checked_unit(unit: Unit) -> Unit:
    def tidy(name: str, what: str, most: int, *, required: bool = False) -> str:
        return checked_text(getattr(unit, name), what=what, field=f"/{name}", most=most, required=required)

    commune_name, province_name = "", ""
    if unit.commune_code:
        commune_name, province_name = _commune_names(unit.commune_code)
    return replace(
        unit, code=tidy("code", "mã đơn vị", 20, required=True), name=tidy("name", "tên đơn vị", 200, required=True),
        address=tidy("address", "địa chỉ", 300), phone=compact_phone(unit.phone), email=tidy("email", "email", 100),
        website=tidy("website", "trang thông tin", 200), opening_hours=tidy("opening_hours", "giờ làm việc", 200),
        commune=commune_name, province=province_name,
    )  # fmt: skip


def _commune_names(code: str) -> tuple[str, str]:
    try:
        found = places.commune(code)
    except Unknown as error:
        raise Invalid(
            "Không có {what} mã {number}.", what="xã, phường", number=code[:10], code=error.code, field="/commune_code"
        ) from None
    return found.name, places.province(found.province_code).name


def _must_keep_its_kind(known: Unit, unit: Unit) -> None:
    if known.kind != unit.kind:
        raise Conflict(
            "Mã {number} đang là của {name}. Chọn mã khác.", number=unit.code, name=known.name, code="unit.taken",
            field="/code",
        )  # fmt: skip
