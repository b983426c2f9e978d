"""Every section of the administration, in the order in which the first page names them.

Stands on: the file of each section. Used by: frame, routes.
"""

from __future__ import annotations

from postgw.web.language import sentence
from postgw.web.pages.drawing import thousands
from postgw.web.pages.moments import full_day
from postgw.web.pages.visit import Visit

from .areas import REGIONS, ZONES
from .calendar import CALENDAR, HOLIDAYS
from .handing import AGREEMENTS, SIGNATORIES, WINDOWS
from .ledgers import RATES, SERIES, TERMS
from .numbers import NUMBERS
from .parts import Cell, Row, Section, Table
from .post_places import PLACES
from .prices import PRICES
from .procedures import PROCEDURES
from .running import ACCESSES, LETTERS, TIMETABLE
from .systems import CUSTOMERS, TOKENS, WEBHOOKS
from .units import UNITS

GROUPS = {
    "people": sentence("Đơn vị và người"), "post": sentence("Bưu điện"), "money": sentence("Cước và phí"),
    "rules": sentence("Quy định"), "machines": sentence("Máy và hệ thống"), "watch": sentence("Theo dõi"),
}  # fmt: skip


async def _retention(visit: Visit, _: str) -> Table:
    it = await visit.services.retention.standing(actor=visit.actor, at=visit.at)
    last = full_day(it.last_erased_at) if it.last_erased_at else ""
    facts = (
        (sentence("Giữ dữ liệu điện tử"), Cell(words=sentence("{n} năm"), values={"n": it.years})),
        (sentence("Giữ giấy tờ"), Cell(words=sentence("{n} năm"), values={"n": it.paper_years})),
        (sentence("Còn nguyên từ ngày"), Cell(text=f"{it.whole_from:%d/%m/%Y}")),
        (sentence("Hồ sơ đến hạn xoá tên"), Cell(text=thousands(it.due))),
        (sentence("Hồ sơ đã xoá tên"), Cell(text=thousands(it.erased), small=last)),
    )
    return Table(rows=[Row(key=str(n), cells=(Cell(words=word), cell)) for n, (word, cell) in enumerate(facts)])


RETENTION = Section(
    slug="retention",
    title=sentence("Hạn lưu"),
    lead=sentence("Hết hạn thì tên người bị xoá dần mỗi đêm; chứng cứ vẫn kiểm được."),
    group="watch",
    table=_retention,
    empty=sentence("Chưa có gì."),
    columns=(sentence("Mục"), sentence("Hiện nay")),
)

SECTIONS: tuple[Section, ...] = (
    UNITS, SIGNATORIES, NUMBERS, WINDOWS, AGREEMENTS, PLACES, PRICES, ZONES, REGIONS, SERIES, TERMS, RATES, PROCEDURES,
    CALENDAR, HOLIDAYS, TOKENS, WEBHOOKS, CUSTOMERS, TIMETABLE, LETTERS, ACCESSES, RETENTION,
)  # fmt: skip
