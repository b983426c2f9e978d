"""What the demo is opened with and what it says when it is: a rehearsal in a folder of its own.

Used by: the `demo` command.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from postgw import settings
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.consignment import Consignment
from postgw.domain.secret_link import PURPOSES, link_of
from postgw.rules.roles import load_roles
from postgw.settings import Settings
from postgw.storage import dossiers, province, secret_pages

from . import citizen
from .accounts import PASSWORD, demo_accounts, demo_people
from .asking import NOT_ASKED

_SETTINGS = """
[storage]
url = "sqlite://{file}"
[web]
host = "{host}"
port = {port}
public_url = "{scheme}://{host}:{port}"
[[post.accounts]]
name = "dien-tap"
adapter = "rehearsal"
cod_carries = "fee"
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = ["rehearsal"]
[adapters.rehearsal.post]
port = 0
speed = 12.0
data = "{office}"
"""
_ADDRESSES = (
    ("Người dân tra cứu", "/"), ("Thủ tục, cước, liên hệ", "/procedures"), ("Không có người nhận", "/undeliverable"),
    ("Bàn làm việc Một cửa", "/desk"), ("Bảng tình hình", "/desk/wall"), ("Trạm bưu điện", "/station"),
    ("Tài liệu API", "/api/docs"),
)  # fmt: skip
_LOOKED_AT = 100


def demo_settings(folder: Path, *, host: str, port: int, tls: bool) -> Settings:
    """Return the settings of a demo whose data lie in a folder."""
    return settings.parse(
        _SETTINGS.format(
            file=folder / "postgw.sqlite3", office=folder / "post_office.sqlite3", host=host, port=port,
            scheme="https" if tls else "http",
        )
    )  # fmt: skip


async def letters(house: House, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the pages that a citizen reaches by the link in a message: own pages, one to choose by, one to rate by."""
    secret = await province.known_link_secret(house.database.reading)
    missed = [each for state in ("attempted", "held") for each in await _results(house, state)]
    found = [("Thư: chọn cách nhận", "choose", each.consignment_no) for each in missed[:1]]
    for each in await _results(house, "delivered"):
        question = await house.services.satisfaction.question(link_of(secret, "rate", each.consignment_no), at=at)
        if question.state == "open":
            found.append(("Thư: đánh giá lần trả", "rate", each.consignment_no))
            break
    answered = tuple((title, f"/{PURPOSES[what]}/{link_of(secret, what, number)}") for title, what, number in found)
    return (*await citizen.pages(house, at), *answered, *await _asking(house, at))


async def _asking(house: House, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the page on which a citizen registers for a return by post."""
    rows = await house.services.enquiry.dossiers(actor=GATEWAY, limit=_LOOKED_AT)
    key = next((each.dossier.key for each in rows.items if each.dossier.intake_ref == NOT_ASKED), "")
    async with house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        path = await secret_pages.link_of(tx, kept, days=30, at=at) if kept else ""
    return (("Đăng ký nhận kết quả", f"{path}/register"),) if path else ()


async def _results(house: House, state: str) -> tuple[Consignment, ...]:
    page = await house.services.enquiry.consignments(actor=GATEWAY, leg="return", state=state, limit=_LOOKED_AT)
    return page.items


def welcome(url: str, folder: Path, letters: Iterable[tuple[str, str]]) -> str:
    """Return where everything stands, and with which tokens one comes in."""
    return "\n".join([
        f"\nDIỄN TẬP: người và hồ sơ đều bịa, không gửi gì ra ngoài. Dữ liệu ở {folder}\n",
        *(f"  {title:<32}{url}{path}" for title, path in (*_ADDRESSES, *letters)),
        f"\nĐăng nhập bằng tài khoản, mật khẩu chung {PASSWORD}:",
        *(f"  {load_roles()[person.role].title:<36}{person.login}" for person in demo_people()),
        "\nMã truy cập của máy:",
        *(f"  {account.title:<36}{account.token}" for account in demo_accounts()),
        "\nDừng: Ctrl-C",
    ])  # fmt: skip
