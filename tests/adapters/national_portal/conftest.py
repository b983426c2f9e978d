"""The portal's client at the wire, and against the double."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.national_portal.client import NationalPortal
from adapters.national_portal.settings import PortalSettings
from adapters.rehearsal.national_portal import PortalOptions, RehearsalPortal
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.ports import Notice

SITE, NUMBER = "000.00.00.H42", "000.00.16.H42-261120-0007"
LOGIN, CALLS = "/mapi/login", "/mapi/g"


@pytest.fixture
async def portal_at() -> AsyncIterator[Callable[..., NationalPortal]]:
    """Build clients of the portal; they close with the test."""
    built: list[NationalPortal] = []

    def build(url: str, **settings: Any) -> NationalPortal:
        given: dict[str, Any] = {
            "base_url": url, "site": SITE, "key": "dien-tap", "secret": "dien-tap", "auth_endpoint": LOGIN,
            "integration_endpoint": CALLS, "dstcode": "VN:GOV:000.00.00.G22:dien-tap", "total_seconds": 5.0,
            "per_second": 0.0,
        }  # fmt: skip
        built.append(NationalPortal(PortalSettings(**{**given, **settings})))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def open_portal(clock: Any) -> AsyncIterator[Callable[..., Any]]:
    """Open rehearsal portals over real sockets; they close with the test."""
    opened: list[RehearsalPortal] = []

    async def open_one(**options: Any) -> tuple[RehearsalPortal, str]:
        it = RehearsalPortal(PortalOptions(**{"port": 0, "site": SITE, **options}), clock=clock)
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


@pytest.fixture
def record() -> dict[str, Any]:
    """Return a dossier as an agency has brought it to the portal, finished."""
    return {
        "MaHoSo": NUMBER, "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "ChuHoSo": "Nguyễn Văn Ánh",
        "LoaiDoiTuong": "1", "SoDienThoai": "0912000003", "NgayTiepNhan": "20261120080000",
        "NgayHenTra": "20261124170000", "TrangThaiHoSo": "9", "NgayTra": "", "HinhThuc": "0",
        "NgayKetThucXuLy": "20261122160000", "DonViXuLy": "UBND phường Thành Sen", "TaiLieuNop": [],
    }  # fmt: skip


@pytest.fixture
def dossier() -> Dossier:
    person = Party(name="Nguyễn Văn Ánh", phone="0912000003")
    return Dossier(
        dossier_no=NUMBER, receiving_desk="TS", procedure_code="1.001193", service_form="return", applicant=person
    )


@pytest.fixture
def delivered() -> Notice:
    return Notice(
        notice_id="4K7M29TB6HC.delivered.a", kind="consignment.delivered", at=datetime(2026, 11, 23, 2, 42, tzinfo=UTC),
        desk="TS", consignment_no="4K7M29TB6HC", dossier_no=NUMBER, item_no="PA000000014VN", leg="return",
        state="delivered", office="480000", data={"closes": True},
    )  # fmt: skip


@pytest.fixture
def collected(delivered: Notice) -> Notice:
    return step(delivered, "collected")


def step(notice: Notice, state: str, **other: Any) -> Notice:
    """Return another step of the same result's way."""
    told = {"notice_id": f"4K7M29TB6HC.{state}.a", "kind": f"consignment.{state}", "state": state, "data": {}}
    return replace(notice, **{**told, **other})
