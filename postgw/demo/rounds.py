"""The rounds of the demo's post offices, and a postman's day on one of them.

Each office has its communes in two to four rounds; the first shares a ward by its streets. On the round of the postal
worker who signs in, results are out for delivery, one failed before and is due again, one was asked for today, some
wait at the counter, and citizens wait at their doors with dossiers.

Used by: furnishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.choice import Choice
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.procedure import Procedure
from postgw.domain.proxy import Proxy
from postgw.domain.scan import Scan, Witness
from postgw.rules import places
from postgw.rules.book import rule_book
from postgw.rules.procedures import load_procedures
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.storage import consignments, proxies, scans

from .accounts import demo_accounts, demo_people
from .hours import a_morning

_ALL = frozenset(SCOPES)
#: The ward that the rounds of the first office share, and which streets of it are whose.
_WARD = "18073"
_MARKET = ("đường Nguyễn Du", "đường Phan Đình Phùng", "đường Nguyễn Công Trứ", "đường Đặng Dung")
_OURS = ("đường Diễn Tập", "đường Lý Tự Trọng", "đường Hải Thượng Lãn Ông")
_FIRST_OFFICE = (
    Route(office="", route_no="1", name="Thành Sen trong thành", places=(RoutePlace(commune_code=_WARD),)),
    Route(office="", route_no="2", name="Chợ tỉnh, Trần Phú",
          places=(RoutePlace(commune_code=_WARD, words=_MARKET), RoutePlace(commune_code="18100"))),
    Route(office="", route_no="3", name="Thạch Lạc, Thạch Khê",
          places=(RoutePlace(commune_code="18628"), RoutePlace(commune_code="18604"),
                  RoutePlace(commune_code=_WARD, words=_OURS))),
    Route(office="", route_no="4", name="Hà Huy Tập, Cẩm Bình",
          places=(RoutePlace(commune_code="18652"), RoutePlace(commune_code="18685"),
                  RoutePlace(commune_code="18619"))),
)  # fmt: skip
_OF_THE_WORKER = "3"
_COMMUNES_A_ROUND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Somebody on the round, and what is to be done there."""

    name: str
    address: str
    commune: str = "18628"
    does: str = "out"  #: out, here, missed, asked, held, gives
    withdraws: bool = False
    note: str = ""
    proxy: str = ""  #: who was named to receive instead
    wishes: bool = False  #: the citizen said when to come, before anybody came


_DOORS = (
    _Door(name="Phan Thị Ánh Nguyệt", address="Thôn Đông Thượng", proxy="Phan Đình Diễn Tập"),
    _Door(name="Trần Quốc Khuể", address="Thôn Đông Thượng", note="Gọi trước 15 phút, nhà khuất sau đình (diễn tập)"),
    _Door(name="Công Tằng Tôn Nữ Thị Quỳnh Nguyệt Thuỳ Dưỡng", address="Thôn Vĩnh Hưởng", withdraws=True),
    _Door(name="Lương Hữu Thưởng", address="Thôn Tân Tiến", commune="18604"),
    _Door(name="Đậu Thị Mỹ Quyền", address="Số 112 đường Lý Tự Trọng", commune=_WARD, withdraws=True),
    _Door(name="Hộ kinh doanh Diễn Tập Sông Ngàn", address="Số 8 đường Hải Thượng Lãn Ông", commune=_WARD),
    _Door(name="Biện Viết Nghiệp", address="Thôn Kim Sơn", commune="18604", does="here"),
    _Door(name="Uông Thị Hoài Diễm", address="Thôn Hòa Bình", does="here", wishes=True),
    _Door(name="Hồ Xuân Đễ", address="Thôn Bắc Sơn", does="missed"),
    _Door(name="Ngũ Thị Thắm", address="Thôn Trung Lễ", commune="18604", does="asked"),
    _Door(name="Dương Bá Lưỡng", address="Thôn Nam Thịnh", does="held"),
    _Door(name="Đoàn Khánh Tuyết", address="Số 3 đường Lý Tự Trọng", commune=_WARD, does="held"),
    _Door(name="Trịnh Đình Vượng", address="Thôn Yên Mỹ", commune="18604", does="held"),
    _Door(name="Võ Thị Thuỳ Nhạn", address="Thôn Đông Thượng", does="gives"),
    _Door(name="Thái Trọng Tuệ", address="Thôn Đại Đồng", does="gives"),
    _Door(name="Nguyễn Thị Ngọc Cẩm", address="Thôn Ngõ Giữa", commune="18604", does="gives"),
    _Door(name="Bùi Quốc Tưởng", address="Số 27 đường Hải Thượng Lãn Ông", commune=_WARD, does="gives"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    house: House
    at: datetime
    office: str
    desk: invented.Desk
    worker: str
    officer: Actor = field(default=Actor(name="demo.desk", scopes=_ALL))

    @property
    def postman(self) -> Actor:
        return Actor(name=self.worker, scopes=_ALL, unit=self.office)


async def rounds(house: House, at: datetime) -> None:
    """Let every office have its rounds, and one postman a day's work."""
    for office in invented.offices():
        for route in _routes_of(office.code):
            await house.services.delivery_routes.make(route, actor=GATEWAY, at=at - timedelta(days=20))
    desk = next(each for each in invented.desks() if each.code == demo_accounts()[0].unit)
    worker = next(person for person in demo_people() if person.role == "postal_worker")
    scene = _Scene(house=house, at=at, office=worker.unit, desk=desk, worker=worker.login)
    await _walked(scene)
    for n, door in enumerate(_DOORS, 1):
        await _given(scene, door, n) if door.does == "gives" else await _brought(scene, door, n)


def _routes_of(office: str) -> Sequence[Route]:
    if office == invented.offices()[0].code:
        return [Route(office=office, route_no=each.route_no, name=each.name, places=each.places)
                for each in _FIRST_OFFICE]  # fmt: skip
    codes = [each.commune_code for each in invented.place_codes() if each.office == office]
    own = [code for code in codes if places.commune(code).province_code == invented.HA_TINH]
    cut = [own[n : n + _COMMUNES_A_ROUND] for n in range(0, len(own), _COMMUNES_A_ROUND)]
    return [
        Route(
            office=office, route_no=str(n), name=", ".join(_short(code) for code in part[:2]),
            places=tuple(RoutePlace(commune_code=code) for code in part),
        )
        for n, part in enumerate(cut, 1)
    ]  # fmt: skip


def _short(code: str) -> str:
    return places.commune(code).name.split(" ", 1)[1]


async def _walked(scene: _Scene) -> None:
    routes = scene.house.services.delivery_routes
    route = await routes.route(scene.office, _OF_THE_WORKER, actor=GATEWAY)
    await routes.assign(
        scene.office, _OF_THE_WORKER, scene.worker, version=route.version, actor=GATEWAY,
        at=scene.at - timedelta(hours=2),
    )  # fmt: skip


def _party(door: _Door, n: int) -> Party:
    return Party(
        name=door.name, phone=f"054000{7000 + n}", address=door.address, commune=places.commune(door.commune).name,
        province="Tỉnh Hà Tĩnh", commune_code=door.commune,
    )  # fmt: skip


def _procedure(*, withdraws: bool) -> Procedure:
    fitting = [each for each in load_procedures() if "both" in each.forms and len(each.papers) > 1]
    marked = [each for each in fitting if any(line.must_withdraw for line in each.papers)]
    return marked[0] if withdraws and marked else next(each for each in fitting if each not in marked)


async def _registered(scene: _Scene, door: _Door, n: int, leg: str, then: datetime) -> str:
    procedure = _procedure(withdraws=door.withdraws)
    dossier = Dossier(
        intake_ref=f"demo-tuyen-{n}", receiving_desk=scene.desk.code, procedure_code=procedure.code,
        dossier_no="" if leg == "send" else f"{scene.desk.identifier}-{legal_day(then):%y%m%d}-{7000 + n}",
        service_form="send" if leg == "send" else "return", applicant=_party(door, n), consent_at=then,
        papers=tuple(line.paper() for line in procedure.papers), fee_dong=0 if n % 3 else 28_000 + 1_000 * n,
        note=door.note,
    )  # fmt: skip
    services = scene.house.services
    kept = await services.intake.take(dossier, actor=scene.officer, at=then)
    key = kept.dossier.dossier.key
    if leg == "return":
        result = (Paper(name=f"Kết quả: {procedure.name}"[:150], kind="original"),)
        ready = await services.results.ready(key, papers=result, ready_at=None, actor=scene.officer, at=then)
        return ready.consignment_no
    made = await services.intake.register(key, leg=leg, actor=scene.officer, at=then)
    return made.consignment_no


async def _given(scene: _Scene, door: _Door, n: int) -> None:
    """Let a citizen wait with a dossier that the post has promised to fetch."""
    then = a_morning(scene.at, 1)
    number = await _registered(scene, door, n, "send", then)
    booked = Scan(
        source="gateway", source_id=f"booked:{number}", witness=Witness.STATED, code="booked", occurred_at=then,
        received_at=then, actor=scene.officer.name,
    )  # fmt: skip
    async with scene.house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        await scans.keep(tx, [(locked, booked)], table_of=rule_book().scan_table_of, at=then)


async def _brought(scene: _Scene, door: _Door, n: int) -> None:
    """Let a result have come as far as its door's line says."""
    days = {"missed": 6, "asked": 4, "held": 3}.get(door.does, 1)
    then = a_morning(scene.at, days)
    number = await _registered(scene, door, n, "return", then)
    await _seen(scene, number, "collected", then + timedelta(minutes=40))
    await _seen(scene, number, "arrived", then + timedelta(hours=3, minutes=n))
    if door.does == "held":
        await _seen(scene, number, "held", then + timedelta(hours=8))
    elif door.does in {"missed", "asked"}:
        await _missed(scene, number, then + timedelta(hours=25, minutes=30), asked=door.does == "asked")
    if door.proxy:
        await _named(scene, number, door.proxy, then)
    if door.wishes:
        await _wished(scene, number, then + timedelta(hours=3, minutes=30))
    if door.does == "out":
        await _seen(scene, number, "out_for_delivery", scene.at - timedelta(minutes=90 - n))


async def _named(scene: _Scene, number: str, name: str, then: datetime) -> None:
    async with scene.house.database.writing() as tx:
        found = await consignments.find(tx, number)
        assert found is not None
        proxy = Proxy(name=name, relation="con", phone="0912000045", id_tail="4567")
        await proxies.add(tx, found.dossier_id, proxy, by="citizen.link", at=then)


async def _wished(scene: _Scene, number: str, then: datetime) -> None:
    """Let the first delivery be asked for today, where that could still be asked yesterday."""
    choosing, today = scene.house.services.choosing, legal_day(scene.at)
    if today in (await choosing.offer(number, actor=scene.postman, at=then)).days:
        wish = Choice(way="deliver", on=today, window="afternoon")
        await choosing.choose(number, wish, actor=scene.postman, at=then)


async def _missed(scene: _Scene, number: str, moment: datetime, *, asked: bool) -> None:
    """Nobody was at home; they were invited, and one of them has said when to come."""
    await _seen(scene, number, "out_for_delivery", moment - timedelta(hours=1))
    await _seen(scene, number, "attempted", moment, reason="absent")
    await scene.house.services.returns.invite(
        number, way="paper", actor=scene.postman, at=moment + timedelta(minutes=3)
    )
    await _seen(scene, number, "arrived", moment + timedelta(hours=4))
    choosing, then = scene.house.services.choosing, moment + timedelta(hours=5)
    if asked and legal_day(scene.at) in (await choosing.offer(number, actor=scene.postman, at=then)).days:
        wish = Choice(way="deliver", on=legal_day(scene.at), window="morning")
        await choosing.choose(number, wish, actor=scene.postman, at=then)


async def _seen(scene: _Scene, number: str, code: str, moment: datetime, *, reason: str = "") -> None:
    scan = DeviceScan(
        scan_id=f"{code}-{number}-{moment:%d%H%M}", number=number, code=code, device_at=moment, office=scene.office,
        reason=reason,
    )  # fmt: skip
    batch = ScanBatch(device="demo-tuyen", sent_at=moment, scans=(scan,))
    await scene.house.services.tracking.take(batch, actor=scene.postman, at=moment)
