"""What happens between the desk's signature and the result: one dossier for each matter.

One waits for its supplement, one was asked a second time and is escalated, one was sent back and goes home, two results
wait for the post, one is of a same-day procedure, and one is filed and has no due date yet.

Used by: furnishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.pickup_window import PickupWindow
from postgw.domain.procedure import Procedure
from postgw.domain.rejection import RejectionDraft
from postgw.domain.supplement import SupplementDraft
from postgw.rules.procedures import load_procedures
from postgw.services.filing import Promise

from .accounts import demo_accounts

_DESK = Actor(name="demo.desk", scopes=frozenset(SCOPES))
_RESULT = (Paper(name="Quyết định giải quyết", kind="original"),)
#: In the order in which they are filed.
_MATTERS = ("waiting", "escalated", "rejected", "ready-1", "ready-2", "same-day", "no-due")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """The desk of the exhibit, the office that comes to it, and who signs for them."""

    code: str
    office: str
    desk_signs: str
    office_signs: str


async def filing(house: House, at: datetime) -> None:
    """Show each matter of filing, at moments of the past days."""
    then = at - timedelta(days=4)
    desk = await _desk(house, then)
    keys = {matter: await _sent(house, desk, matter, n, then) for n, matter in enumerate(_MATTERS, 1)}
    numbers = [number for _, number in keys.values()]
    await _signed(house, desk, numbers, then + timedelta(hours=2))
    await _asked(house, keys["waiting"][0], at - timedelta(days=1))
    await _asked(house, keys["escalated"][0], at - timedelta(days=2))
    await _asked(house, keys["escalated"][0], at - timedelta(hours=20), heard=True)
    await house.services.supplements.reject(
        keys["rejected"][0],
        RejectionDraft(code="not_eligible", reasons="Tờ khai trái với sổ hộ tịch (diễn tập).", fault="citizen"),
        actor=_DESK, at=at - timedelta(hours=3),
    )  # fmt: skip
    for days, matter in ((2, "ready-1"), (1, "ready-2")):
        await _ready(house, keys[matter][0], then, at - timedelta(days=days))


async def _desk(house: House, then: datetime) -> _Desk:
    code, office = demo_accounts()[0].unit, invented.offices()[0].code
    since = legal_day(then)
    signers = [
        await house.services.signing.appoint(
            unit_kind=kind, unit=unit, name=name, subject="dossiers", account="", valid_from=since, valid_to=None,
            actor=GATEWAY, at=then,
        )
        for kind, unit, name in (("desk", code, "Cán bộ nhận hồ sơ"), ("office", office, "Bưu tá giao hồ sơ"))
    ]  # fmt: skip
    await house.services.results.set_windows(
        desk=code, office=office, valid_from=since, reason="Thoả thuận với Bưu điện tỉnh (diễn tập)",
        windows=[PickupWindow(weekday=day, from_time=time(15, 30), to_time=time(16, 30)) for day in range(1, 6)],
        actor=GATEWAY, at=then,
    )  # fmt: skip
    return _Desk(code=code, office=office, desk_signs=signers[0].signatory_no, office_signs=signers[1].signatory_no)


def _procedure(*, same_day: bool) -> Procedure:
    fitting = [each for each in load_procedures() if "both" in each.forms and each.papers]
    return next((each for each in fitting if each.same_day == same_day), fitting[0])


async def _sent(house: House, desk: _Desk, matter: str, n: int, then: datetime) -> tuple[str, str]:
    """Let a dossier be sent in; return its key and the number of its consignment."""
    procedure = _procedure(same_day=matter == "same-day")
    dossier = Dossier(
        intake_ref=f"demo-filing-{matter}", receiving_desk=desk.code, procedure_code=procedure.code,
        service_form="both",
        applicant=Party(
            name=f"Diễn Tập Nộp Hồ Sơ {n}", phone=f"05400000{n:02d}", address=f"Số {n} đường Diễn Tập",
            commune="Phường Thành Sen", province="Tỉnh Hà Tĩnh", commune_code="18073",
        ),
        papers=(procedure.papers[0].paper(),), consent_at=then,
    )  # fmt: skip
    kept = await house.services.intake.take(dossier, actor=_DESK, at=then)
    key = kept.dossier.dossier.key
    made = await house.services.intake.register(key, leg="send", actor=_DESK, at=then)
    return key, made.consignment_no


async def _signed(house: House, desk: _Desk, numbers: Sequence[str], moment: datetime) -> None:
    """Let the post bring them, and both hands sign."""
    acts = house.services.handover
    manifest = await acts.open(
        desk=desk.code, office=desk.office, direction="to_desk", numbers=numbers, actor=_DESK, at=moment
    )
    number = manifest.manifest_no
    await acts.tick(number, number, outcome="ticked", actor=_DESK, at=moment)
    await acts.close(number, actor=_DESK, at=moment)
    for side, signer in (("giver", desk.office_signs), ("taker", desk.desk_signs)):
        await house.services.signing.sign(
            number, side=side, signatory_no=signer, signed_at=moment, way="paper", actor=_DESK, at=moment
        )


async def _asked(house: House, key: str, moment: datetime, *, heard: bool = False) -> None:
    paper = _procedure(same_day=False).papers[0].paper()
    reason = "Còn thiếu trang có chữ ký (diễn tập)." if heard else "Bản nộp bị mờ, không đọc được (diễn tập)."
    draft = SupplementDraft(papers=(paper,), reason=reason, heard_from_desk=heard)
    await house.services.supplements.request(key, draft, actor=_DESK, at=moment)


async def _ready(house: House, key: str, then: datetime, moment: datetime) -> None:
    serial = 9000 + int(key[-1])
    kept = await house.services.intake.assign_number(
        key, f"H27.45-{legal_day(then):%y%m%d}-{serial}", actor=_DESK, at=then
    )
    number = kept.dossier.key
    promise = Promise(due_on=legal_day(moment) + timedelta(days=21), slip_no=f"GH-{serial}")
    await house.services.filing.appoint(number, promise, actor=_DESK, at=then + timedelta(hours=3))
    await house.services.results.ready(number, papers=_RESULT, ready_at=None, actor=_DESK, at=moment)
