"""Files from the command line: `postgw import`, a clerk's list, and `postgw reconcile`, a statement of theirs.

Of a list each good row is kept whatever its neighbours are, and each bad one comes back in a file to mend; importing
that, or the whole again, makes no second dossier. Of a statement with a wrong row nothing is kept, for its sum counts.

Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from adapters.spreadsheet.template import template
from postgw.bootstrap import House, now
from postgw.domain import dong
from postgw.domain.actor import GATEWAY
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.reconciliation import CLAIM_BUCKETS, LINE_BUCKETS, WrongRows
from postgw.services.importing import RowTaken, remarks_of, taken_rows
from postgw.services.intake import Taken
from postgw.services.reconciling import Balance

Say = Callable[[str], None]
_WORDS = {
    "created": "hồ sơ mới", "same": "đã có sẵn", "updated": "đã sửa theo dữ liệu mới",
    "change_requested": "chờ cán bộ duyệt vì đã đặt với bưu điện",
}  # fmt: skip
_PROGRESS_EVERY = 200
#: How far back the balance that is said after a statement goes.
_RECENTLY = timedelta(days=30)


async def write_template(file: Path) -> int:
    """Write an empty list with its headings, an example and explanations."""
    kind = "csv" if file.suffix.lower() == ".csv" else "xlsx"
    content = await asyncio.to_thread(template, kind)  # type: ignore[arg-type]
    file.write_bytes(content)
    return 0


async def import_sheet(house: House, file: Path, *, desk: str, say: Say) -> int:
    """Take in every good row of a file; return 1 when some rows came back."""
    content = await asyncio.to_thread(file.read_bytes)
    sheets = house.outsiders.sheets
    sheet = await sheets.read_sheet(content, file.name, receiving_desk=desk)
    for note in sheet.notes:
        say(note)
    for error in sheet.errors:
        say(error.sentence)
    rows = await taken_rows(sheet, partial(_take, house), _Progress(len(sheet.good), say))
    for outcome, count in sorted(Counter(one.outcome for one in rows if one.outcome).items()):
        say(f"{count} dòng: {_WORDS[outcome]}.")
    bad = sum(not one.outcome for one in rows)
    if not bad:
        return 0
    mend = file.with_name(sheet.mend_name)
    mend.write_bytes(await sheets.to_mend(sheet, remarks_of(rows)))
    say(f"{bad} dòng có lỗi, ghi lại trong {mend}. Sửa rồi nhập lại tệp ấy.")
    return 1


async def _take(house: House, dossier: Dossier) -> Taken:
    return await house.services.intake.take(dossier, actor=GATEWAY, at=now())


class _Progress:
    """Says what the house refused, and now and then how far it is."""

    def __init__(self, good: int, say: Say) -> None:
        self._good, self._say, self._done = good, say, 0

    def __call__(self, one: RowTaken) -> None:
        if one.row.dossier is None:
            return
        self._done += 1
        for fault in one.faults:
            place = f", cột {fault.column}" if fault.column else ""
            self._say(f"Dòng {fault.row}{place}: {fault.error}")
        if self._done % _PROGRESS_EVERY == 0:
            self._say(f"… {self._done}/{self._good} dòng")


async def reconcile_file(house: House, file: Path, *, source: str, account: str, say: Say) -> int:
    """Take a statement in and say how its days balance; return 1 when a row is wrong and nothing was kept."""
    content, at = await asyncio.to_thread(file.read_bytes), now()
    acts = house.services.reconciling
    try:
        taken = await acts.take(content, source=source, account=account, actor=GATEWAY, at=at)
    except WrongRows as wrong:
        for row in wrong.rows:
            say(row.sentence)
        say(str(wrong))
        return 1
    for note in taken.notes:
        say(note)
    kept = taken.file
    known = "Đúng tệp này đã nhận trước đó" if taken.known else f"Đã nhận {kept.new_count} dòng mới"
    say(f"{kept.file_no}: {known}, cả tệp {kept.lines_count} dòng, {dong.in_figures(kept.amount_dong)}.")
    until = legal_day(at)
    balance = await acts.balance(source, since=until - _RECENTLY, until=until, actor=GATEWAY, at=at)
    _say_balance(balance, say)
    return 0


def _say_balance(balance: Balance, say: Say) -> None:
    sums = balance.totals
    say(f"Từ {balance.since:%d/%m/%Y} đến {balance.until:%d/%m/%Y}:")
    columns = (("Phải thu", sums.due_dong), ("Đã thu", sums.collected_dong), ("Đã nhận", sums.received_dong))
    for title, amount in columns:
        say(f"  {title:<40}{dong.in_figures(amount):>18}")
    for buckets, counts in ((CLAIM_BUCKETS, sums.claims), (LINE_BUCKETS, sums.lines)):
        for bucket, title in buckets.items():
            say(f"  {title:<40}{counts[bucket]:>18}")
    amounts = (
        ("Đã thu, bên kia chưa báo", sums.missing_dong), ("Lệch", sums.differs_dong),
        ("Báo hai lần", -sums.duplicate_dong), ("Sổ ta không có", -sums.unrecorded_dong),
        ("Không phải của ta", -sums.unknown_dong),
    )  # fmt: skip
    say(f"  {'Đã thu trừ đã nhận':<40}{dong.in_figures(sums.collected_dong - sums.received_dong):>18}, gồm:")
    for title, amount in amounts:
        if amount:
            say(f"    {title:<38}{dong.in_figures(amount):>18}")
