"""Importing: a clerk's list is read row by row; taking the rows in is intake's act, asked for by the door.

A list is looked at before anything is kept. Then each good row is taken whatever its neighbours are, and each bad one
comes back in a file to mend; handing that in, or the whole list again, makes no second dossier.

Next on the path: intake.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from postgw.domain.actor import Actor
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid, Mistake, TooMuch
from postgw.domain.sheet_ports import CellFault, ListRow, Sheet, SheetReader
from postgw.storage import province
from postgw.storage.database import Database
from postgw.storage.province import Unit

#: One request takes so many rows at most: each is an act of its own, and a browser does not wait for ever.
ROWS_MOST = 2000


class Outcome(Protocol):
    """What intake says of a dossier that was handed in."""

    @property
    def outcome(self) -> str:
        """Return created, same, updated or change_requested."""
        ...


TakeDossier = Callable[[Dossier], Awaitable[Outcome]]
CheckDossier = Callable[[Dossier], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTaken:
    """What became of one row: an outcome of intake, or what is wrong with it."""

    row: ListRow
    outcome: str = ""  #: created, same, updated, change_requested; good when it was only looked at; empty: faults
    faults: tuple[CellFault, ...] = ()


async def taken_rows(
    sheet: Sheet, take: TakeDossier, told: Callable[[RowTaken], None] = lambda row: None
) -> tuple[RowTaken, ...]:
    """Take every good row of a list; return what became of each row, in their order. `told` hears of each at once."""
    found = []
    for row in sheet.rows:
        found.append(await _taken(sheet, row, take))
        told(found[-1])
    return tuple(found)


async def _taken(sheet: Sheet, row: ListRow, take: TakeDossier) -> RowTaken:
    if row.dossier is None:
        return RowTaken(row=row, faults=tuple(row.errors))
    try:
        return RowTaken(row=row, outcome=(await take(row.dossier)).outcome)
    except Mistake as mistake:
        return RowTaken(row=row, faults=(sheet.placed(row.number, mistake),))


async def looked_at_rows(
    sheet: Sheet, check: CheckDossier, told: Callable[[RowTaken], None] = lambda row: None
) -> tuple[RowTaken, ...]:
    """Return what would become of each row; nothing is kept. `told` hears of each at once."""

    async def look(dossier: Dossier) -> _Good:
        await check(dossier)
        return _Good()

    return await taken_rows(sheet, look, told)


@dataclass(frozen=True, slots=True)
class _Good:
    outcome: str = "good"


def remarks_of(rows: Sequence[RowTaken]) -> Mapping[int, Sequence[str]]:
    """Return what the house said of rows that could be read and were not taken, as the file to mend wants it."""
    return {one.row.number: [fault.remark for fault in one.faults] for one in rows if one.row.dossier and one.faults}


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """The act of reading lists."""

    database: Database
    reader: SheetReader

    async def desks(self, *, actor: Actor) -> tuple[Unit, ...]:
        """Return the desks whose lists somebody may hand in."""
        actor.must("intake")
        found = await province.units(self.database.reading, kind="desk")
        return tuple(unit for unit in found if actor.may_see(unit.code))

    async def read(self, file: bytes, name: str, *, desk: str, actor: Actor) -> Sheet:
        """Return a list, read. Raises Invalid or TooMuch when it cannot be read as one or is too long for one go."""
        if desk not in {unit.code for unit in await self.desks(actor=actor)}:
            raise Invalid("Chọn bộ phận Một cửa nơi tiếp nhận danh sách này.", code="desk.missing", field="/desk")
        sheet = await self.reader.read_sheet(file, name, receiving_desk=desk)
        if len(sheet.rows) > ROWS_MOST:
            raise TooMuch(
                "Danh sách có {count} dòng, mỗi lần nhận nhiều nhất {most} dòng. Tách thành nhiều tệp rồi nhập từng "
                "tệp.",
                count=len(sheet.rows), most=ROWS_MOST, code="sheet.long",
            )  # fmt: skip
        return sheet

    async def to_mend(self, sheet: Sheet, refused: Mapping[int, Sequence[str]]) -> bytes:
        """Return the rows that were not taken as a file of the same kind; `refused` is what the house said of some."""
        return await self.reader.to_mend(sheet, refused)

    async def template(self, format: str, *, actor: Actor) -> bytes:
        """Return the file that a clerk fills in: `xlsx` or `csv`."""
        actor.must("intake")
        return await self.reader.template(format)
