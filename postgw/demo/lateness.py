"""Late, in the demo: a warning, a late case, a drafted apology and an issued one with its new day.

Used by: furnishing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.rules.book import rule_book
from postgw.rules.procedures import load_procedures
from postgw.rules.public_holidays import calendar_of
from postgw.services.tracking import DeviceScan, ScanBatch

from .accounts import demo_accounts

#: Long enough ago that its limit is over, Tết or not.
_LATE_BY = timedelta(days=16)


async def lateness(house: House, at: datetime) -> None:
    """Let the watch find one consignment due soon and one late, and two results that will not be ready."""
    desk, today = demo_accounts()[0].unit, legal_day(at)
    calendar = calendar_of(rule_book().holidays_on(today))
    soon = calendar.next_working(today)
    await _carried(house, _dossier(desk, 9601, today, due_on=soon), at)
    await _carried(house, _dossier(desk, 9602, legal_day(at - _LATE_BY), due_on=soon), at - _LATE_BY)
    officer = Actor(name="demo.desk", scopes=frozenset(SCOPES))
    for serial in (9603, 9604):
        await house.services.intake.take(_dossier(desk, serial, today, due_on=soon), actor=officer, at=at)
    while await house.services.watch.look_at_clocks(at=at):
        pass
    await house.services.watch.look_at_dossiers(at=at)
    number = _number(desk, 9603, today)
    draft = await house.services.lateness.draft(number, actor=officer, at=at)
    await house.services.lateness.issue(
        draft.apology.apology_no, reason="Chờ cơ quan phối hợp trả lời xác minh (diễn tập).",
        new_due_on=calendar.after(soon, 3), actor=officer, at=at,
    )  # fmt: skip


def _number(desk: str, serial: int, on: date) -> str:
    identifier = next(each.identifier for each in invented.desks() if each.code == desk)
    return f"{identifier}-{on:%y%m%d}-{serial}"


def _dossier(desk: str, serial: int, on: date, *, due_on: date) -> Dossier:
    made = next(invented.invented_dossiers(seed=serial, count=1, on=on, desks=invented.desks()))
    home = next(each for each in invented.desks() if each.code == desk)
    procedure = next(each.code for each in load_procedures() if "return" in each.forms)
    person = replace(made.applicant, commune_code=home.commune_code, district="")
    return Dossier(
        dossier_no=_number(desk, serial, on), receiving_desk=desk, returning_desk=desk, procedure_code=procedure,
        service_form="return", applicant=_at_home(person, home.name), due_on=due_on,
    )  # fmt: skip


def _at_home(person: Party, desk_name: str) -> Party:
    """Let the person live where the desk is, so that the limit is that of one old district."""
    at = desk_name.find("phường")
    return replace(person, commune=desk_name[at:] if at >= 0 else person.commune)


async def _carried(house: House, dossier: Dossier, at: datetime) -> None:
    """Let the post take a result over, and be silent ever since."""
    officer = Actor(name="demo.desk", scopes=frozenset(SCOPES))
    await house.services.intake.take(dossier, actor=officer, at=at)
    item = await house.services.intake.register(dossier.key, leg="return", actor=officer, at=at)
    scan = DeviceScan(
        scan_id=f"collected-{item.consignment_no}", number=item.consignment_no, code="collected", device_at=at,
        office=demo_accounts()[1].unit, reason="",
    )  # fmt: skip
    batch = ScanBatch(device=f"demo-{item.consignment_no}", sent_at=at, scans=(scan,))
    await house.services.tracking.take(batch, actor=Actor(name="demo.post", scopes=frozenset(SCOPES)), at=at)
