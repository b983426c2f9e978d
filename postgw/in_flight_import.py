"""`postgw import --in-flight`: what is with the post already is taken over on the day a desk goes live.

Each good row is kept whatever its neighbours are; the others come back in a file to mend. With `--check` nothing is
kept. The same file again changes nothing.

Stands on: bootstrap, services.in_flight. Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from postgw.bootstrap import House, now
from postgw.domain.actor import GATEWAY
from postgw.services.in_flight import LineTaken

Say = Callable[[str], None]
_WORDS = {"created": "đã tiếp quản", "same": "đã có từ trước", "good": "tiếp quản được"}
_PROGRESS_EVERY = 200


async def write_in_flight_template(house: House, file: Path) -> int:
    """Write an empty list with its headings and an example."""
    file.write_bytes(await house.services.in_flight.template(as_csv=_is_csv(file)))
    return 0


async def import_in_flight(house: House, file: Path, *, desk: str, check: bool, say: Say) -> int:
    """Take over every good row of a file, or only look; return 1 when some rows are to be mended."""
    acts, content = house.services.in_flight, await asyncio.to_thread(file.read_bytes)
    sheet = await acts.read(content, actor=GATEWAY)
    done = 0

    def told(one: LineTaken) -> None:
        nonlocal done
        done += 1
        if one.why:
            say(f"Dòng {one.line.number}: {one.why}")
        if done % _PROGRESS_EVERY == 0:
            say(f"… {done}/{len(sheet.lines)} dòng")

    rows = await acts.take(sheet, desk=desk, check=check, actor=GATEWAY, at=now(), told=told)
    for outcome, count in sorted(Counter(one.outcome for one in rows if one.outcome).items()):
        say(f"{count} dòng: {_WORDS[outcome]}.")
    why = {one.line.number: str(one.why) for one in rows if one.why}
    if not why:
        return 0
    mend = file.with_name(f"can-sua-{file.name}")
    mend.write_bytes(await acts.to_mend(sheet, why, as_csv=_is_csv(file)))
    say(f"{len(why)} dòng có lỗi, ghi lại trong {mend}. Sửa rồi nhập lại tệp ấy.")
    return 1


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"
