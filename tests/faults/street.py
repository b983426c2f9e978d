"""A street of outsiders before one house: three posts, three desks' systems, two subscribers, a gateway of messages.

Each stands at a counter of its own with the same switches. A parcel of each desk goes in, is booked, lives its life at
its post and is told of to everybody; the clock is turned as the timetable would find it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.counter import BadDay
from adapters.rehearsal.faults import Faults
from adapters.rehearsal.my_vnpost import MyVnPostOptions, RehearsalMyVnPost
from adapters.rehearsal.national_portal import PortalOptions, RehearsalPortal
from adapters.rehearsal.opencps import OpenCpsOptions, RehearsalOpenCps
from adapters.rehearsal.post_office import RehearsalPostOffice
from adapters.rehearsal.settings import OfficeOptions
from adapters.rehearsal.sms_gateway import RehearsalSmsGateway, SmsGatewayOptions
from adapters.rehearsal.subscriber import RehearsalSubscriber
from adapters.rehearsal.viettel_post import KNOWN, RehearsalViettelPost, ViettelOptions
from postgw.bootstrap import House, inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.dossier import Dossier
from postgw.domain.ports import PostPlace
from postgw.recurring import acts
from postgw.settings import parse

from .. import furnishing
from ..furnishing import MORNING, OFFICE_UNIT, PROCEDURE, desk_unit, door_of, furnish

ADMINISTRATOR = Actor(name="administrator", scopes=frozenset(SCOPES))
#: Seconds that a call may take, as in life: an answer that comes is heard, however busy the machine is.
PATIENCE = 30.0
#: Seconds that a call takes while somebody hangs: none of these is to be answered, each is waited for to its end.
HANGING = 0.15
ACCOUNTS = {"TS": "ngsp", "KA": "vtp", "HK": "mvp"}
UNITS = (*(desk_unit(code, f"Một cửa {code}") for code in ACCOUNTS), OFFICE_UNIT)
#: With a telephone that takes messages.
CITIZEN = replace(furnishing.CITIZEN, phone="0912345678")
_PLACES = {"vnpost": PostPlace(province=48), "my_vnpost": PostPlace(province=48, commune="48117")}
SETTINGS = """
[storage]
url = "{database}"
[post]
statement_closes = true
[[post.accounts]]
name = "ngsp"
adapter = "vnpost_ngsp"
customer_code = "DIEN-TAP"
base_url = "{office}"
key_env = "KEY"
secret_env = "KEY"
cod_carries = "fee"
desks = ["TS"]
[[post.accounts]]
name = "vtp"
adapter = "viettel_post"
base_url = "{carrier}"
key_env = "KEY"
secret_env = "KEY"
desks = ["KA"]
[[post.accounts]]
name = "mvp"
adapter = "my_vnpost"
customer_code = "DIEN-TAP"
base_url = "{partner}"
key_env = "KEY"
secret_env = "KEY"
desks = ["HK"]
[[desk.systems]]
name = "opencps"
adapter = "opencps"
base_url = "{opencps}"
site = "55301"
key_env = "KEY"
secret_env = "KEY"
desks = ["TS"]
[[desk.systems]]
name = "portal"
adapter = "national_portal"
base_url = "{portal}"
site = "000.00.00.H42"
key_env = "KEY"
secret_env = "KEY"
desks = ["KA"]
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
desks = ["HK"]
[messages]
channels = ["sms_http"]
[adapters.vnpost_ngsp]
total_seconds = {patience}
[adapters.viettel_post]
service = "VCN"
webhook_secret_env = "KEY"
known_already = ["{known}"]
total_seconds = {patience}
[adapters.my_vnpost]
service_code = "HCC01"
calls_per_second = 0
empty_list_proves = true
settle_seconds = 60
total_seconds = {patience}
[adapters.opencps]
total_seconds = {patience}
[adapters.opencps.desks_of]
"H27.15" = "TS"
[adapters.national_portal]
auth_endpoint = "/mapi/login"
integration_endpoint = "/mapi/g"
per_second = 0.0
total_seconds = {patience}
[adapters.webhooks.hooks]
allow_private = true
total_seconds = {patience}
[adapters.sms_http]
url = "{sms}/sms"
secret_env = "KEY"
sender = "MOT CUA"
total_seconds = {patience}
[adapters.sms_http.body]
apikey = "{{secret}}"
phone = "{{to}}"
text = "{{text}}"
ref = "{{id}}"
brand = "{{sender}}"
[adapters.sms_http.answer]
result = "/code"
yes = ["100"]
known = ["124"]
not_there = ["145"]
later = ["103"]
receipt = "/sms_id"
"""
#: What the carrier tells of by its webhook.
CARRIERS_WAY = (105, 200, 300, 400, 500, 501)
#: The jobs that speak with outsiders; in life each has its own slots, and none waits for another.
_SPEAKING = (
    "fetch_dossiers", "take_offers", "send_orders", "read_feeds", "send_notices", "send_messages", "match_strays",
)  # fmt: skip


@dataclass
class Street:
    """The house and everybody before it."""

    house: House
    clock: list[datetime]
    office: RehearsalPostOffice
    carrier: RehearsalViettelPost
    partner: RehearsalMyVnPost
    opencps: RehearsalOpenCps
    portal: RehearsalPortal
    sms: RehearsalSmsGateway
    subscribers: tuple[RehearsalSubscriber, ...]
    ports: tuple[int, ...] = ()  #: of the subscribers
    hooks: tuple[str, ...] = ()
    serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def counters(self) -> Mapping[str, BadDay]:
        """Return the switches of everybody, by name."""
        return {
            "office": self.office.bad_day, "carrier": self.carrier.bad_day, "partner": self.partner.bad_day,
            "opencps": self.opencps.bad_day, "portal": self.portal.bad_day, "sms": self.sms.bad_day,
            **{f"subscriber {n}": one.bad_day for n, one in enumerate(self.subscribers)},
        }  # fmt: skip

    def spoil(self, faults: Faults, *names: str) -> None:
        """Turn the switches of some, or of all."""
        for name, bad_day in self.counters().items():
            if not names or name in names:
                bad_day.faults = faults

    def patience(self) -> float:
        """Return the seconds that a call may take now: few only while the calls hang that nobody ends."""
        faults = [bad_day.faults for bad_day in self.counters().values()]
        return HANGING if any(each.silent or each.trickle for each in faults) else PATIENCE

    def pass_time(self, **span: float) -> None:
        """Turn the clock on, for the house and everybody before it."""
        self.clock[0] += timedelta(**span)

    async def turn(self) -> int:
        """Let every job that speaks with outsiders run once, side by side as in life; return how much was done."""
        jobs = acts(self.house.services)
        return sum(await asyncio.gather(*(jobs[name](self.clock[0]) for name in _SPEAKING)))

    async def knocks(self, most: int = 30) -> None:
        """Let the jobs run until none finds anything to do."""
        for _ in range(most):
            if not await self.turn():
                return

    # --- what goes in ---

    async def parcel(self, desk: str) -> str:
        """Make a result of a desk ready for the post; return its number."""
        n = next(self.serial)
        number = f"H27.15-261123-{n:04}"
        if desk == "TS":
            self.opencps.put(dossierId=4500 + n, **_in_opencps(number))
        if desk == "KA":
            self.portal.dossiers[number] = _on_the_portal(number)
        intake_ref = str(4500 + n) if desk == "TS" else ""
        dossier = Dossier(
            dossier_no=number, intake_ref=intake_ref, receiving_desk=desk, procedure_code=PROCEDURE,
            service_form="return", applicant=CITIZEN, fee_dong=8000,
        )  # fmt: skip
        intake, at = self.house.services.intake, self.clock[0]
        await intake.take(dossier, actor=GATEWAY, at=at)
        return (await intake.register(number, leg="return", actor=GATEWAY, at=at)).consignment_no

    async def booked(self, desk: str) -> str:
        """Make a parcel and ask for its booking."""
        number = await self.parcel(desk)
        await self.house.services.booking.book(number, actor=GATEWAY, at=self.clock[0])
        return number

    async def lives(self, number: str, *, first: int = 0, last: int = len(CARRIERS_WAY)) -> None:
        """Let a part of a parcel's way be lived: each post's by its own clock, and told by the carrier that calls."""
        for status in CARRIERS_WAY[first:last]:
            self.pass_time(minutes=4)
            await self.carrier.tell(number, status, at=self.clock[0])

    def morning_comes(self) -> None:
        """Let it be morning where the day is nearly over: nobody is sent a message at night."""
        if self.clock[0].hour >= 11:
            self.clock[0] = self.clock[0].replace(hour=1, minute=0) + timedelta(days=1)

    def forget(self) -> None:
        """Let the systems of the desks forget what is over."""
        self.opencps.dossiers.clear()
        self.portal.dossiers.clear()

    # --- what came of it ---

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Return rows of the database."""
        return await self.house.database.reading.rows(sql, *values)

    async def state(self, number: str) -> str:
        """Return where a parcel stands."""
        return (await self.house.services.enquiry.consignment(number, actor=ADMINISTRATOR)).custody.state

    async def order_state(self, number: str) -> str:
        """Return what became of its order."""
        order = await self.house.services.booking.order(number, actor=ADMINISTRATOR)
        return order.state if order else ""

    async def owed(self) -> list[tuple[str, str, str, str, str]]:
        """Return the errands that are still open."""
        rows = await self.rows(
            "SELECT channel, target, subject, state, last_error FROM outbox WHERE state IN ('waiting', 'parked')"
            " ORDER BY id"
        )
        return [tuple(map(str, row.values())) for row in rows]  # type: ignore[misc]

    async def events(self, numbers: set[str]) -> dict[str, list[str]]:
        """Return by parcel the ids of what became true, in order."""
        found = defaultdict(list)
        for row in await self.rows("SELECT notice_id FROM event ORDER BY id"):
            number = row["notice_id"].partition(".")[0]
            if number in numbers:
                found[number].append(row["notice_id"])
        return dict(found)

    def heard(self, subscriber: RehearsalSubscriber, numbers: set[str]) -> dict[str, list[str]]:
        """Return by parcel the ids that a subscriber has heard, in the order in which it heard them first."""
        found = defaultdict(list)
        for notice_id, notice in subscriber.heard.items():
            number = notice["subject"]
            if number in numbers:
                found[number].append(notice_id)
        return dict(found)


def _in_opencps(number: str) -> dict[str, Any]:
    return {
        "password": "k12x", "counter": 77, "dossierNo": number, "govAgencyCode": "H27.15", "serviceCode": PROCEDURE,
        "dossierTemplateNo": "KS-01", "applicantName": CITIZEN.name, "contactTelNo": CITIZEN.phone,
        "address": CITIZEN.address, "wardName": CITIZEN.commune, "cityName": CITIZEN.province,
        "dueDate": "30/11/2026 17:00:00", "dossierStatus": "processing", "viaPostal": 2, "vnpostalStatus": 0,
        "delegateName": CITIZEN.name, "postalAddress": CITIZEN.address, "postalWardName": CITIZEN.commune,
        "postalCityName": CITIZEN.province, "postalCityCode": "48", "postalTelNo": CITIZEN.phone,
    }  # fmt: skip


def _on_the_portal(number: str) -> dict[str, Any]:
    return {
        "MaHoSo": number, "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "ChuHoSo": CITIZEN.name,
        "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261122160000", "HinhThuc": "0", "GhiChu": "Giữ nguyên",
    }  # fmt: skip


@asynccontextmanager
async def opened_street(database: str) -> AsyncIterator[Street]:
    """Open the house on a migrated database, with everybody before it."""
    clock = [MORNING]

    def now() -> datetime:
        return clock[0]

    async with AsyncExitStack() as stack:

        async def stood(double: Any) -> tuple[Any, str]:
            url = await double.start()
            stack.push_async_callback(double.stop)
            return double, url

        office, office_url = await stood(
            RehearsalPostOffice(
                OfficeOptions(port=0, missed_collection_share=0.0, speed=15.0, failed_share=0.0), clock=now
            )
        )
        carrier, carrier_url = await stood(RehearsalViettelPost(ViettelOptions(webhook_tries=3), clock=now))
        partner, partner_url = await stood(RehearsalMyVnPost(MyVnPostOptions(speed=15.0, failed_share=0.0), clock=now))
        opencps, opencps_url = await stood(RehearsalOpenCps(OpenCpsOptions(), clock=now))
        portal, portal_url = await stood(RehearsalPortal(PortalOptions(), clock=now))
        sms, sms_url = await stood(RehearsalSmsGateway(SmsGatewayOptions()))
        subscribers = [await stood(RehearsalSubscriber()) for _ in range(2)]
        text = SETTINGS.format(
            database=database, office=office_url, carrier=carrier_url, partner=partner_url, opencps=opencps_url,
            portal=portal_url, sms=sms_url, known=KNOWN, patience=PATIENCE,
        )  # fmt: skip
        house = await stack.enter_async_context(opened_house(parse(text), environ={"KEY": "dien-tap"}, clock=now))
        street = Street(
            house, clock, office, carrier, partner, opencps, portal, sms, tuple(one for one, _ in subscribers)
        )
        street.ports = tuple(int(url.rpartition(":")[2]) for _, url in subscribers)
        await _furnish(street, [url for _, url in subscribers])
        app = door_of(house, now, inbound_routes=inbound_routes(house, clock=now))
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        carrier.options = ViettelOptions(
            webhook_tries=3, webhook_seconds=5.0, webhook_url=str(client.make_url("/hooks/viettel-post/vtp"))
        )
        yield street


async def _furnish(street: Street, addresses: list[str]) -> None:
    await furnish(street.house, UNITS, places=_PLACES)
    hooks = []
    for subscriber, address in zip(street.subscribers, addresses, strict=True):
        hook = await street.house.services.notices.subscribe(
            url=f"{address}/hook", kinds=(), desk="", actor=ADMINISTRATOR, at=MORNING
        )
        subscriber.secret = hook.secrets[0]
        hooks.append(hook.hook_no)
    street.hooks = tuple(hooks)
