"""`postgw import`: a clerk's list is read, each good row is taken in, each bad one comes back in a file to mend.

A good row is kept whatever its neighbours are. Importing the mended file, or the whole file again, makes no second
dossier.

Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from adapters.spreadsheet.mending import to_mend
from adapters.spreadsheet.reading import read
from adapters.spreadsheet.sheet import Sheet, SheetRow
from adapters.spreadsheet.template import template
from postgw.bootstrap import House, now
from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Mistake

Say = Callable[[str], None]
_WORDS = {
    "created": "hồ sơ mới", "same": "đã có sẵn", "updated": "đã sửa theo dữ liệu mới",
    "change_requested": "chờ cán bộ duyệt vì đã đặt với bưu điện",
}  # fmt: skip
_PROGRESS_EVERY = 200


async def write_template(file: Path) -> int:
    """Write an empty list with its headings, an example and explanations."""
    kind = "csv" if file.suffix.lower() == ".csv" else "xlsx"
    content = await asyncio.to_thread(template, kind)  # type: ignore[arg-type]
    file.write_bytes(content)
    return 0


async def import_sheet(house: House, file: Path, *, desk: str, say: Say) -> int:
    """Take in every good row of a file; return 1 when some rows came back."""
    content = await asyncio.to_thread(file.read_bytes)
    sheet = await asyncio.to_thread(lambda: read(content, file.name, receiving_desk=desk))
    for note in sheet.notes:
        say(note)
    outcomes: Counter[str] = Counter()
    errors = {row.number: [error.remark for error in row.errors] for row in sheet.rows if row.errors}
    for error in sheet.errors:
        say(error.sentence)
    for n, row in enumerate(sheet.good, 1):
        await _take(house, sheet, row, outcomes, errors, say)
        if n % _PROGRESS_EVERY == 0:
            say(f"… {n}/{len(sheet.good)} dòng")
    for outcome, count in sorted(outcomes.items()):
        say(f"{count} dòng: {_WORDS[outcome]}.")
    if not errors:
        return 0
    mend = file.with_name(sheet.mend_name)
    mend.write_bytes(await asyncio.to_thread(to_mend, sheet, errors))
    say(f"{len(errors)} dòng có lỗi, ghi lại trong {mend}. Sửa rồi nhập lại tệp ấy.")
    return 1


async def _take(
    house: House, sheet: Sheet, row: SheetRow, outcomes: Counter[str], errors: dict[int, list[str]], say: Say
) -> None:
    assert row.dossier is not None
    try:
        taken = await house.services.intake.take(row.dossier, actor=GATEWAY, at=now())
    except Mistake as mistake:
        placed = sheet.placed(row.number, mistake)
        say(placed.sentence)
        errors[row.number] = [placed.remark]
    else:
        outcomes[taken.outcome] += 1
