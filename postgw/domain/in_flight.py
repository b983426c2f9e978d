"""A consignment already with the post when a desk goes live: what its list says of it, and what of that can be taken.

On the day of the change some hundreds of envelopes are under way, booked in the old system. They must not be booked
again; each is taken over under the number on its sticker, from the day it was posted.

Stands on: item_number, dossier_number, errors. Used by: sheet_ports, services.in_flight.
Source: UPU S10 (the number on the sticker); Circular 17/2017/TT-BTTTT art. 7.2 (limits count from acceptance), art. 15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from . import dossier_number, item_number
from .address import NAME_MOST, checked_text
from .errors import Invalid, PostgwError
from .folding import fold

#: Older than this a day of posting is a slip of the hand. Design choice.
OLDEST = timedelta(days=366)
_LEGS = {"return": "return", "tra ket qua": "return", "nhan": "return", "nhan ket qua": "return", "": "return",
         "send": "send", "gui": "send", "gui ho so": "send"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlight:
    """One consignment as the list tells of it; everything but the first four may be missing."""

    item_no: str
    dossier_no: str
    posted_on: date
    place: str  #: last known, in words or as an office's code
    desk: str = ""
    leg: str = "return"
    state: str = ""
    consignee: str = field(default="", repr=False)
    commune: str = ""
    procedure_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightLine:
    """One row of the list: what it says, or why it cannot be read."""

    number: int  #: as a spreadsheet counts
    cells: tuple[str, ...] = field(repr=False)
    said: InFlight | None = None
    why: PostgwError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightSheet:
    """A list of consignments under way, read."""

    headings: tuple[str, ...]
    lines: Sequence[InFlightLine]


def checked_in_flight(said: InFlight, *, today: date) -> InFlight:
    """Return the row with tidy numbers. Raises Invalid at the first part that cannot be."""
    if said.posted_on > today:
        raise Invalid(
            "Ngày gửi {on} chưa đến.", on=f"{said.posted_on:%d/%m/%Y}", code="in_flight.future", field="/posted_on"
        )
    if today - said.posted_on > OLDEST:
        raise Invalid(
            "Ngày gửi {on} đã hơn một năm. Soát lại năm.", on=f"{said.posted_on:%d/%m/%Y}", code="in_flight.old",
            field="/posted_on",
        )  # fmt: skip
    return replace(
        said,
        item_no=item_number.validate(said.item_no, field="/item_no"),
        dossier_no=dossier_number.validate(said.dossier_no),
        place=checked_text(said.place, what="nơi biết lần cuối", field="/place", most=200),
        leg=leg_of(said.leg),
        consignee=checked_text(
            said.consignee, what="tên người nhận", field="/consignee", most=NAME_MOST, required=False
        ),
        commune=checked_text(said.commune, what="xã, phường", field="/commune", most=NAME_MOST, required=False),
    )


def leg_of(text: str) -> str:
    """Return the leg that a cell names; a blank one is a result on its way home. Raises Invalid.

    >>> leg_of("Trả kết quả"), leg_of(""), leg_of("gửi hồ sơ")
    ('return', 'return', 'send')
    """
    if leg := _LEGS.get(fold(text)):
        return leg
    raise Invalid(
        "Chiều phải là Gửi hồ sơ hoặc Trả kết quả, để trống là Trả kết quả.", code="in_flight.leg", field="/leg"
    )
