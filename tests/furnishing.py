"""What stands in a house that is to be ill-treated: a desk, an office, a citizen, a procedure; a door without quotas.

Tests that kill a house, crowd it, lie to it, upgrade it under way or let it work for long ask how it bears that, not
what stands in it; so all of them furnish it alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from time import monotonic
from types import MappingProxyType
from typing import Any

from aiohttp import web

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.ports import PostPlace
from postgw.rules.procedures import load_procedures
from postgw.storage import province
from postgw.storage.province import Unit
from postgw.web.app import make_app
from postgw.web.keys import Door

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DESK, OFFICE = "TS", "480000"
PROCEDURE = next(each.code for each in load_procedures() if "both" in each.forms)
_COMMUNE, _COMMUNE_NAME, _PROVINCE = "18073", "Phường Thành Sen", "Tỉnh Hà Tĩnh"
CITIZEN = Party(
    name="Nguyễn Thị Diễn Tập", phone="0540123456", address="Tổ dân phố 3", commune=_COMMUNE_NAME, province=_PROVINCE,
    commune_code=_COMMUNE,
)  # fmt: skip
#: The same as a request says it.
CITIZEN_TOLD = {
    name: getattr(CITIZEN, name) for name in ("name", "phone", "address", "commune", "province", "commune_code")
}
OFFICE_UNIT = Unit(code=OFFICE, kind="office", name="Bưu điện Hà Tĩnh")
_PLACES: Mapping[str, PostPlace] = MappingProxyType({"vnpost": PostPlace(province=48)})


def desk_unit(code: str, name: str) -> Unit:
    """Return a desk of the commune."""
    return Unit(
        code=code, kind="desk", name=name, address="Số 1 đường Diễn Tập", phone="0540000001", commune_code=_COMMUNE,
        commune=_COMMUNE_NAME, province=_PROVINCE,
    )  # fmt: skip


UNITS = (desk_unit(DESK, "Một cửa phường Thành Sen"), OFFICE_UNIT)


async def furnish(house: House, units: Iterable[Unit] = UNITS, *, places: Mapping[str, PostPlace] = _PLACES) -> None:
    """Give a house its units, the procedures and the codes of the commune in each scheme of the posts."""
    async with house.database.writing() as tx:
        await province.put_units(tx, list(units))
        await province.put_procedures(tx, load_procedures(), author="test", reason="test")
        for scheme, place in places.items():
            await province.put_places(
                tx, [(_COMMUNE, place)], valid_from=date(2025, 7, 1), author="test", reason="test",
                scheme=scheme,
            )  # fmt: skip


async def token_for(house: House, name: str, *, unit: str = "", at: datetime) -> str:
    """Return a token that opens everything to somebody of a unit, or of none."""
    token, _ = await house.services.accounts.issue(name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=at)
    return token


async def consignments(house: House, how_many: int, *, at: datetime) -> list[str]:
    """Register consignments of new dossiers that go to the desk; return their numbers."""
    intake, numbers = house.services.intake, []
    for n in range(how_many):
        dossier = Dossier(
            intake_ref=f"MC-{n}", receiving_desk=DESK, procedure_code=PROCEDURE, service_form="both", applicant=CITIZEN
        )  # fmt: skip
        await intake.take(dossier, actor=GATEWAY, at=at)
        made = await intake.register(f"{DESK}/MC-{n}", leg="send", actor=GATEWAY, at=at)
        numbers.append(made.consignment_no)
    return numbers


def door_of(house: House, clock: Callable[[], datetime], **parts: Any) -> web.Application:
    """Return what stands before a house: the API, with nobody counting how often one knocks, and what `parts` names."""
    door = Door(clock=clock, rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 0})
    return make_app(house.services, door=door, **parts)


async def until(what: str, holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 60.0) -> None:
    """Wait for something to become true; fail with its name when it does not."""
    deadline = monotonic() + seconds
    while True:
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        assert monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        await asyncio.sleep(0.02)
