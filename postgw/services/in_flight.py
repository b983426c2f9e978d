"""In flight: on the day a desk goes live, what is with the post already is taken over, row by row of a list.

Each row leaves a dossier (where there is none), one consignment bound to the number on its sticker, and a first scan
whose source is the taking over: that the post had it on the day of posting, and where it was last known. So custody
says that the post holds it, its time limit counts from that day, the post's feed goes on from there, and as it is
collected nobody can book it again. No number of a lent range is used up. The same list again changes nothing.

What a citizen is told begins with the next happening: of the taking over nobody hears.

Source: Circular 17/2017/TT-BTTTT art. 7.2, 12, 15; Decision 45/2016/QĐ-TTg art. 5.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from postgw.domain import consignment_number
from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.domain.folding import fold
from postgw.domain.in_flight import InFlight, InFlightLine, InFlightSheet, checked_in_flight
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.post_account import PostAccount
from postgw.domain.procedure import procedure_code
from postgw.domain.scan import Scan, Witness
from postgw.domain.sheet_ports import InFlightSheets
from postgw.domain.states import ScanTable
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import consignments, dossiers, item_numbers, province, scans
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.province import Unit

#: The source of the first scan. Whoever draws a journey says so.
TAKEN_OVER = "taken_over"
_BOUND_BY = "takeover"
_THROWS = 8
#: A day is known and no hour. Its beginning: whatever the feed tells of that day comes after.
_POSTED_AT = time(0)
_NOTE = "Bưu gửi đang đi, tiếp quản khi chuyển hệ thống"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTaken:
    """What became of one row: `created`, `same`, or empty with the reason; `good` when it was only looked at."""

    line: InFlightLine
    outcome: str = ""
    consignment_no: str = ""
    why: Mistake | None = None


class _OnlyLooked(Exception):  # noqa: N818 (nothing went wrong: it undoes a trial)
    """Undoes what a trial run wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightActs:
    """The act of taking over what is under way."""

    database: Database
    book: RuleBook
    reader: InFlightSheets
    account_of: Callable[[str], PostAccount | None]  #: by desk
    pick: Callable[[int], int] = secrets.randbelow

    async def read(self, file: bytes, *, actor: Actor) -> InFlightSheet:
        """Return a list, read. Raises Invalid or TooMuch when it cannot be read as one."""
        _must_decide(actor)
        return await self.reader.read_in_flight(file)

    async def to_mend(self, sheet: InFlightSheet, why: Mapping[int, str], *, as_csv: bool) -> bytes:
        """Return the rows that were not taken as a file, each with what is wrong with it."""
        return await self.reader.in_flight_to_mend(sheet, why, as_csv=as_csv)

    async def template(self, *, as_csv: bool) -> bytes:
        """Return the file that is filled in."""
        return await self.reader.in_flight_template(as_csv=as_csv)

    async def take(
        self, sheet: InFlightSheet, *, desk: str, check: bool, actor: Actor, at: datetime,
        told: Callable[[LineTaken], None] = lambda one: None,
    ) -> tuple[LineTaken, ...]:  # fmt: skip
        """Take every good row over, each by itself; with `check` nothing is kept. `told` hears of each row at once.

        `desk` is that of rows which name none.
        """
        _must_decide(actor)
        offices = await province.units(self.database.reading, kind="office")
        found = []
        for line in sheet.lines:
            found.append(await self._line(line, desk, offices, check=check, actor=actor, at=at))
            told(found[-1])
        return tuple(found)

    async def _line(
        self, line: InFlightLine, desk: str, offices: Sequence[Unit], *, check: bool, actor: Actor, at: datetime
    ) -> LineTaken:
        if line.said is None:
            return LineTaken(line=line, why=line.why if isinstance(line.why, Mistake) else None)
        try:
            said = checked_in_flight(line.said, today=legal_day(at))
            said = replace(said, desk=said.desk or desk)
            outcome, number = await self._tried(said, offices, check=check, actor=actor, at=at)
        except Mistake as why:
            return LineTaken(line=line, why=why)
        return LineTaken(line=line, outcome=outcome, consignment_no=number)

    async def _tried(
        self, said: InFlight, offices: Sequence[Unit], *, check: bool, actor: Actor, at: datetime
    ) -> tuple[str, str]:
        outcome, number = "", ""
        try:
            async with self.database.writing() as tx:
                outcome, number = await self._taken(tx, said, offices, actor=actor, at=at)
                if check:
                    raise _OnlyLooked
        except _OnlyLooked:
            return ("same", number) if outcome == "same" else ("good", "")
        return outcome, number

    async def _taken(
        self, tx: Session, said: InFlight, offices: Sequence[Unit], *, actor: Actor, at: datetime
    ) -> tuple[str, str]:
        if known := await consignments.find(tx, said.item_no):
            _must_be_the_same(known, said)
            return "same", known.consignment_no
        desk = await _desk(tx, said, actor)
        kept = await self._dossier(tx, said, actor=actor, at=at)
        made = await self._consignment(tx, said, kept, desk, actor=actor, at=at)
        locked = (await scans.lock(tx, [made]))[made]
        held = await item_numbers.give(
            tx, locked, said.item_no, source=_BOUND_BY, actor=actor.name, at=at, table_of=self.book.scan_table_of
        )
        if held is not None:
            raise Conflict(
                "Số hiệu {number} đã gắn với bưu gửi khác.", number=said.item_no, code="item_no.bound", field="/item_no"
            )
        first = self._scans(said, offices, actor=actor, at=at)
        await scans.keep(tx, [(locked, scan) for scan in first], table_of=self.book.scan_table_of, at=at, quiet=True)
        return "created", made

    async def _dossier(self, tx: Session, said: InFlight, *, actor: Actor, at: datetime) -> KeptDossier:
        if kept := await dossiers.find(tx, said.dossier_no, lock=True):
            if not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Conflict("Hồ sơ này của đơn vị khác.", code="dossier.foreign", field="/dossier_no")
            return kept
        drafted = Dossier(
            dossier_no=said.dossier_no, receiving_desk=said.desk, returning_desk=said.desk,
            procedure_code=procedure_code(said.procedure_code) if said.procedure_code else "",
            service_form=said.leg, applicant=_citizen(said), note=_NOTE,
        )  # fmt: skip
        version = self.book.scan_table(legal_day(at)).version
        made = await dossiers.add(tx, drafted, rules_version=version, actor=actor.name, at=at)
        if made is None:
            raise Conflict(
                "Hồ sơ này vừa được một máy khác ghi. Nhập lại dòng này.", code="dossier.race", field="/dossier_no"
            )
        return made

    async def _consignment(
        self, tx: Session, said: InFlight, kept: KeptDossier, desk: Unit, *, actor: Actor, at: datetime
    ) -> str:
        """Keep the consignment, under a number of ours; return that. Raises Conflict while another one lives."""
        account = self.account_of(desk.code)
        counter, citizen = _as_party(desk), _citizen(said)
        draft = Consignment(
            consignment_no="", dossier_id=kept.dossier_id, dossier_no=said.dossier_no, leg=said.leg, desk=desk.code,
            to_desk=desk.code if said.leg == "send" else "",
            consignor=citizen if said.leg == "send" else counter, consignee=counter if said.leg == "send" else citizen,
            rules_version=self.book.scan_table(legal_day(at)).version, custody=starting_custody(said.leg),
            account=account.name if account else "", public_service=account.public_post if account else True,
        )  # fmt: skip
        issue, live = await consignments.issues(tx, kept.dossier_id, said.leg)
        for _ in range(_THROWS):
            if live:
                raise Conflict(
                    "Hồ sơ đã có bưu gửi {number} trên chiều này.",
                    number=live,
                    code="consignment.live",
                    field="/dossier_no",
                )
            drawn = replace(draft, consignment_no=consignment_number.mint(self.pick), issue=issue + 1)
            if await consignments.create(tx, drawn, actor=actor.name, at=at):
                return drawn.consignment_no
            issue, live = await consignments.issues(tx, kept.dossier_id, said.leg)
        raise RuntimeError("no free consignment number after many throws")

    def _scans(self, said: InFlight, offices: Sequence[Unit], *, actor: Actor, at: datetime) -> list[Scan]:
        """Return what is known: that the post took it, and, where the list names one, the state it stands in."""
        office = next((each.code for each in offices if fold(said.place) in (fold(each.code), fold(each.name))), "")
        posted = min(datetime.combine(said.posted_on, _POSTED_AT, VIETNAM), at)
        first = Scan(
            source=TAKEN_OVER, source_id=said.item_no, witness=Witness.STATED, code="collected", occurred_at=posted,
            received_at=at, office=office, actor=actor.name, note=said.place,
        )  # fmt: skip
        code = _code_of(said.state, self.book.scan_table(legal_day(at)))
        if code == "collected":
            return [first]
        return [first, replace(first, source_id=f"{said.item_no}/{code}", code=code)]


def _must_decide(actor: Actor) -> None:
    """Raise Forbidden unless this actor administers the house or leads a unit."""
    if "admin" not in actor.scopes:
        actor.must("lead")


def _must_be_the_same(known: Consignment, said: InFlight) -> None:
    if (known.dossier_no, known.leg) != (said.dossier_no, said.leg):
        raise Conflict(
            "Số hiệu {number} đã gắn với bưu gửi khác. Soát lại số hiệu và mã hồ sơ.", number=said.item_no,
            code="item_no.bound", field="/item_no",
        )  # fmt: skip


def _code_of(state: str, table: ScanTable) -> str:
    """Return the scan word that leads to a state which a list names. Raises Invalid for an end, or no state at all."""
    if not state:
        return "collected"
    named = fold(state)
    known = {
        code: rule
        for code, rule in table.states.items()
        if named in (fold(code), fold(rule.title), fold(rule.title_en))
    }
    for name, rule in known.items():
        if rule.ends:
            raise Invalid(
                "Bưu gửi đã kết thúc ({state}) thì không tiếp quản.",
                state=rule.title,
                code="in_flight.ended",
                field="/state",
            )
        codes = [code for code, each in table.codes.items() if each.state == name and "collected" in each.after]
        if name == "collected" or codes:
            return codes[0] if codes and name != "collected" else "collected"
    raise Invalid(
        "Trạng thái “{state}” không dùng được ở đây. Để trống nếu chỉ biết bưu điện đang giữ.", state=state[:40],
        code="in_flight.state", field="/state",
    )  # fmt: skip


def _citizen(said: InFlight) -> Party:
    found = places.find(said.commune) if said.commune else None
    sure = found is not None and found.certainty in {"exact", "one"} and len(found.candidates) == 1
    return Party(
        name=said.consignee, commune=said.commune, commune_code=found.candidates[0].code if found and sure else ""
    )


def _as_party(unit: Unit) -> Party:
    return Party(
        name=unit.name, phone=unit.phone, address=unit.address, commune=unit.commune, province=unit.province,
        commune_code=unit.commune_code,
    )  # fmt: skip


async def _desk(tx: Session, said: InFlight, actor: Actor) -> Unit:
    if not said.desk:
        raise Invalid("Chưa rõ bộ phận Một cửa của dòng này.", code="desk.missing", field="/desk")
    found = await province.unit(tx, said.desk)
    if found is None or found.kind != "desk" or not actor.may_see(found.code):
        raise Invalid(
            "Không có bộ phận Một cửa mang mã {number}.", number=said.desk[:40], code="desk.unknown", field="/desk"
        )
    return found
