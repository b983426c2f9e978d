"""What citizens asked from their own page: three that wait for the desk, one that was confirmed, one not asked yet.

Used by: demo.furnishing, demo.opening.
"""

from __future__ import annotations

import struct
import zlib
from datetime import datetime, timedelta

from postgw.bootstrap import House
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.one_time_code import reckoned
from postgw.domain.return_request import Agreed, Wish
from postgw.rules import places
from postgw.rules.procedures import load_procedures
from postgw.services.pricing import Asked
from postgw.storage import dossiers, province, secret_pages

from .accounts import demo_accounts

_DESK = Actor(name="demo.desk", scopes=frozenset(SCOPES))
_APART = timedelta(minutes=25)
#: Of these the first has not asked yet: its page is the one to try.
_PEOPLE = (
    ("Phan Diễn Tập Hạnh", "send", "", ""), ("Bùi Diễn Tập Sơn", "send", "poor_household", "photo"),
    ("Trần Diễn Tập Liên", "send", "martyr_family", "desk"), ("Đậu Diễn Tập Quý", "return", "", ""),
    ("Hồ Diễn Tập Vinh", "send", "", ""),
)  # fmt: skip
_ANSWERED = 4
#: The intake's own reference of the dossier whose citizen has not asked yet.
NOT_ASKED = "demo-hoi-0"


async def asking(house: House, at: datetime) -> None:
    """Show requests of citizens."""
    desk = demo_accounts()[0].unit
    for n, (name, form, reduction, proof) in enumerate(_PEOPLE):
        key = await _handed_in(house, desk, n, name, form, at)
        if n == 0:
            continue
        number = await _asked(house, key, n, form, reduction, proof, at - n * _APART)
        if n == _ANSWERED:
            await house.services.return_decisions.confirm(number, actor=_DESK, at=at)


async def _handed_in(house: House, desk: str, n: int, name: str, form: str, at: datetime) -> str:
    procedure = next(each for each in load_procedures() if "both" in each.forms and each.papers)
    then = at - timedelta(days=2)
    party = Party(
        name=name, phone=f"05400012{n:02d}", address=f"Số {n + 3} đường Diễn Tập", commune="Phường Thành Sen",
        province="Tỉnh Hà Tĩnh", commune_code="18073",
    )  # fmt: skip
    dossier = Dossier(
        dossier_no=f"H27.45-{legal_day(then):%y%m%d}-{8800 + n}",
        intake_ref=f"demo-hoi-{n}", receiving_desk=desk, procedure_code=procedure.code,
        service_form=form, applicant=party, return_to=party if form == "return" else None,
        papers=(procedure.papers[0].paper(),), consent_at=then,
    )  # fmt: skip
    kept = await house.services.intake.take(dossier, actor=_DESK, at=then)
    return kept.dossier.dossier.key


async def _asked(house: House, key: str, n: int, form: str, reduction: str, proof: str, then: datetime) -> str:
    async with house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept is not None
        token = (await secret_pages.link_of(tx, kept, days=30, at=then)).removeprefix(secret_pages.PATH)
    kind = "readdress" if form == "return" else "register"
    unit = places.commune("18754")
    wish = Wish(
        kind=kind, reduction=reduction, proof=proof, note="Giấy chứng nhận số 12/2026 (diễn tập)" if proof else "",
        party=Party(
            name="", address=f"Số {n + 20} đường Diễn Tập", commune=unit.name[:1].lower() + unit.name[1:],
            province="tỉnh Hà Tĩnh", commune_code=unit.code,
        ),
    )  # fmt: skip
    await house.services.link_sending.send_code(token, kind, at=then)
    consent = house.services.return_requests.consent_version(at=then)
    asked = await house.services.return_requests.ask(
        token, wish, mine=True, consent=consent, picture=card() if proof == "photo" else b"",
        quote=await _quote(house, kept.dossier, wish, then), code=await _code(house), at=then,
    )  # fmt: skip
    return asked.request_no


async def _quote(house: House, dossier: Dossier, wish: Wish, then: datetime) -> Agreed:
    desk = await province.unit(house.database.reading, dossier.returning_desk)
    assert desk is not None
    grams = house.services.pricing.tariff(on=legal_day(then)).bands[0]
    asked = Asked(
        service="return", grams=grams, from_commune=desk.commune_code, to_commune=wish.party.commune_code,
        reduction=wish.reduction,
    )  # fmt: skip
    found = await house.services.pricing.quote(asked, on=legal_day(then))
    told = found.postage
    return Agreed(
        tariff=found.tariff.version, zone=found.zone, grams=grams, price_dong=told.price_dong,
        reduced_dong=told.reduced_dong, due_dong=told.due_dong,
    )  # fmt: skip


async def _code(house: House) -> str:
    session = house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    assert row is not None
    return reckoned(await province.known_link_secret(session), row["id"])


def card(width: int = 320, height: int = 200) -> bytes:
    """Return a picture of a paper as PNG: a frame, some lines, nobody's words."""

    def shade(x: int, y: int) -> int:
        edge = min(x, y, width - 1 - x, height - 1 - y)
        if edge < 4:
            return 120
        is_line = y % 22 in range(8, 12) and 24 < x < width - 24 - (y * 7) % 90
        return 70 if is_line else 236

    rows = b"".join(b"\0" + bytes(shade(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
