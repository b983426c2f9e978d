"""The accounts of the demo: people of every role, and the tokens of three machines; their secrets are public.

Used by: furnishing, cli.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.rehearsal import invented
from postgw.domain.actor import SCOPES


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demo; its token is public, and works in a rehearsal only."""

    name: str
    title: str
    token: str
    scopes: tuple[str, ...]
    unit: str


ACCOUNTS = (
    DemoAccount(
        name="can-bo.thanh-sen", title="Cán bộ Một cửa phường Thành Sen", token="pgw_demo_can_bo_thanh_sen",
        scopes=("intake", "labels", "booking", "handover", "money", "cases", "reports", "enquiry"), unit="",
    ),
    DemoAccount(
        name="buu-ta.ha-tinh", title="Nhân viên bưu điện", token="pgw_demo_buu_ta_ha_tinh",
        scopes=("scans", "delivery", "handover", "money", "cases", "reports", "enquiry"), unit="",
    ),
    DemoAccount(
        name="quan-tri", title="Quản trị", token="pgw_demo_quan_tri", scopes=SCOPES, unit="",
    ),
)  # fmt: skip

PASSWORD = "tan-tay-nguoi-dan"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody who signs in to the demo; the password is public, and works in a rehearsal only."""

    login: str
    name: str
    role: str
    unit: str = ""


def demo_people() -> tuple[DemoPerson, ...]:
    """Return one person of each role, with the units they work at."""
    desk, office = (account.unit for account in demo_accounts()[:2])
    return (
        DemoPerson(login="duong.ntt", name="Nguyễn Thị Thuỳ Dương", role="officer", unit=desk),
        DemoPerson(login="hanh.lt", name="Lê Thị Hạnh", role="desk_lead", unit=desk),
        DemoPerson(login="hoang.td", name="Trần Đình Hoàng", role="postal_worker", unit=office),
        DemoPerson(login="nghia.vt", name="Võ Tá Nghĩa", role="postal_lead", unit=office),
        DemoPerson(login="phuc.dn", name="Đinh Nho Phúc", role="auditor"),
        DemoPerson(login="quan-tri", name="Cù Huy Quang", role="administrator"),
    )


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Return the accounts with the units they act for."""
    desk = next(desk.code for desk in invented.desks() if desk.name.endswith("Thành Sen"))
    office = invented.offices()[0].code
    return (replace(ACCOUNTS[0], unit=desk), replace(ACCOUNTS[1], unit=office), ACCOUNTS[2])
