"""An OpenCPS at the wire: clients of it, the double, and a dossier as it shows one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.opencps.client import OpenCpsDesk
from adapters.opencps.settings import OpenCpsSettings
from adapters.rehearsal.opencps import OpenCpsOptions, RehearsalOpenCps
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.ports import Notice

SYSTEM: dict[str, Any] = {
    "base_url": "https://motcua.example", "site": "55301", "key": "postgw@example.vn", "secret": "s3cret",
    "desks_of": {"H27.15": "TS"},
}  # fmt: skip
BASE = "/o/rest/v2/dossiers"
WIRE: dict[str, Any] = {
    "dossierId": 4501, "counter": 77, "password": "k12x", "dossierNo": "H27.15-261123-0007",
    "govAgencyCode": "H27.15", "govAgencyName": "UBND phường Thành Sen", "serviceCode": "1.001193",
    "dossierTemplateNo": "KS-01", "applicantName": "Nguyễn Thị Diễn Tập", "applicantIdNo": "042000000001",
    "address": "Tổ dân phố 3", "wardName": "Phường Thành Sen", "cityName": "Tỉnh Hà Tĩnh",
    "contactTelNo": "0540123456", "contactEmail": "dientap@example.vn", "delegateName": "Trần Văn Diễn Tập",
    "delegateTelNo": "0540765432", "dueDate": "30/11/2026 17:00:00", "dossierStatus": "processing",
    "modifiedDate": "23/11/2026 08:00:00", "viaPostal": "2", "postalAddress": "Số 5 ngõ 2",
    "postalCityCode": "48", "postalCityName": "Tỉnh Hà Tĩnh", "postalWardName": "Phường Trần Phú",
    "postalTelNo": "0540111222", "vnpostalStatus": 0,
}  # fmt: skip
PERSONAL = ("Diễn Tập", "0540123456", "0540111222", "042000000001", "Số 5 ngõ 2", "k12x", "s3cret")


@pytest.fixture
def dossier() -> Dossier:
    person = Party(name="Nguyễn Thị Diễn Tập", phone="0540123456", address="Tổ dân phố 3", province="Tỉnh Hà Tĩnh")
    home = Party(
        name="Trần Văn Diễn Tập", phone="0540111222", address="Số 5 ngõ 2", commune="Phường Trần Phú",
        province="Tỉnh Hà Tĩnh",
    )  # fmt: skip
    return Dossier(
        dossier_no="H27.15-261123-0007", intake_ref="4501", receiving_desk="TS", procedure_code="1.001193",
        service_form="both", applicant=person, return_to=home,
    )  # fmt: skip


@pytest.fixture
async def desk_of() -> AsyncIterator[Callable[..., OpenCpsDesk]]:
    """Build clients of an OpenCPS; they close with the test."""
    built: list[OpenCpsDesk] = []

    def build(url: str, **settings: Any) -> OpenCpsDesk:
        monotonic = settings.pop("monotonic", None)
        known = OpenCpsSettings(**{**SYSTEM, "base_url": url, "total_seconds": 5.0, **settings})
        built.append(OpenCpsDesk(known, **({"monotonic": monotonic} if monotonic else {})))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def open_double() -> AsyncIterator[Callable[..., Any]]:
    """Open rehearsal OpenCPSes over real sockets; they close with the test."""
    opened: list[RehearsalOpenCps] = []

    async def open_one(clock: Callable[[], datetime] | None = None, **options: Any) -> tuple[RehearsalOpenCps, str]:
        known = OpenCpsOptions(**{"port": 0, "key": SYSTEM["key"], "secret": SYSTEM["secret"], **options})
        it = RehearsalOpenCps(known, **({"clock": clock} if clock else {}))
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


def told(kind: str, leg: str = "return", **data: Any) -> Notice:
    """Return a notice about the dossier."""
    item_no = data.pop("item_no", "PA000000014VN")
    return Notice(
        notice_id=f"n.{kind}", kind=kind, at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC), desk="TS",
        consignment_no="4K7M29TB6HC", dossier_no="H27.15-261123-0007", item_no=item_no, leg=leg,
        state=kind.partition(".")[2], data=data,
    )  # fmt: skip
