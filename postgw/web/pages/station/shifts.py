"""Where a shift begins, and who signed in for it.

The sign-in is that of every page, with its cookie. The shift gets a secret of its own, so that a sitting which is over
takes nothing from the hand that works.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web
from pydantic import Field, TypeAdapter

from postgw.domain.errors import Mistake
from postgw.services.devices import BegunShift
from postgw.web.answers import answered, problem_answer
from postgw.web.reading import MIB, read_body
from postgw.web.schemas.shapes import In
from postgw.web.values import read_json

from ..session import proof_of
from ..visit import Visit


class ShiftIn(In):
    """The keys of a device and of the shift that begins on it."""

    device_key: str = Field(max_length=120)
    worker_key: str = Field(max_length=120)
    device_name: str = Field(max_length=60)


_SHIFT = TypeAdapter(ShiftIn)


async def me(visit: Visit) -> web.Response:
    """Answer who signed in, and with what the forms of this sitting are proved."""
    holder = visit.holder
    assert holder
    return answered({
        "login": visit.actor.name, "name": holder.title, "unit": visit.actor.unit, "unit_name": visit.unit_name,
        "may_scan": "scans" in visit.may, "proof": proof_of(visit.request), "now": visit.at,
    })  # fmt: skip


async def begin(visit: Visit) -> web.Response:
    """Begin a shift on the device that asks; a script reads what is wrong, so it comes as a problem document."""
    try:
        asked = read_json(await read_body(visit.request, MIB), _SHIFT)
        begun = await visit.services.devices.begin_shift(**asked.__dict__, actor=visit.actor, at=visit.at)
    except Mistake as wrong:
        return problem_answer(wrong, visit.request)
    return answered(_shown(begun, visit), status=201)


def _shown(begun: BegunShift, visit: Visit) -> dict[str, object]:
    shift = begun.shift
    return {
        "device_no": begun.device.device_no, "device_name": begun.device.name, "shift_no": shift.shift_no,
        "last_counter": begun.device.last_counter, "worker": shift.worker, "name": shift.worker_name,
        "unit": shift.unit, "unit_name": visit.unit_name, "scopes": sorted(shift.scopes), "secret": begun.secret,
        "begun_at": shift.begun_at, "ends_at": shift.ends_at, "now": visit.at,
    }  # fmt: skip
