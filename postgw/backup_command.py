"""`postgw backup` and `postgw restore`: the database into a folder, and back.

Used by: cli.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from postgw.domain.legal_day import shown
from postgw.storage.backup import DUMPS, Card, back_up, forget_older
from postgw.storage.restore import Restored, restore

_MIB = 1 << 20
_EVERY_SECONDS = 2.0


async def write_backup(
    url: str, into: Path, *, keep: int, as_json: bool, say: Callable[[str], None], at: datetime
) -> int:
    """Write a backup, remove those that are more than `keep`, and say what was done."""
    watching = asyncio.create_task(_say_progress(into, say)) if not as_json else None
    try:
        folder, card = await back_up(url, into, at=at)
    finally:
        if watching:
            watching.cancel()
    gone = await asyncio.to_thread(forget_older, into, keep=keep)
    if as_json:
        say(json.dumps({**_told(card), "folder": str(folder), "removed": [str(path) for path in gone]}, indent=2))
        return 0
    say(f"Đã sao lưu vào {folder}: {card.size / _MIB:.1f} MB, {len(card.last_rows)} bảng.")
    say(f"SHA-256 {card.sha256}")
    for path in gone:
        say(f"Đã xoá bản cũ {path}.")
    return 0


async def _say_progress(into: Path, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        sizes = [path.stat().st_size for name in DUMPS.values() for path in into.glob(f"*.partial/{name}")]
        if sizes:
            say(f"Đang sao lưu, đã ghi {max(sizes) / _MIB:.0f} MB.")


async def put_back(
    url: str, folder: Path, *, replace: bool, as_json: bool, say: Callable[[str], None], at: datetime
) -> int:
    """Put a backup back, and say what must be known before anybody works on."""
    done = await restore(url, folder, replace=replace, at=at)
    if as_json:
        skipped = [asdict(each) for each in done.skipped]
        say(
            json.dumps(
                {**_told(done.card), "set_aside": done.set_aside, "skipped": skipped, "serial_gap": done.serial_gap},
                indent=2,
            )
        )
    else:
        _say_restored(done, say)
    return 0


def _say_restored(done: Restored, say: Callable[[str], None]) -> None:
    say(f"Đã khôi phục bản sao lưu lúc {shown(done.card.made_at)}. Mọi bảng khớp.")
    if done.set_aside:
        say(f"Bản trước đó được giữ ở {done.set_aside}; xoá khi không cần nữa.")
    for each in done.skipped:
        say(f"Bỏ qua số {each.series} từ {each.first} đến {each.last}: có thể đã in ra giấy sau lúc sao lưu.")
    say(f"Biên bản, vụ việc và các số đánh theo ngày: hôm nay mỗi loại bỏ qua {done.serial_gap} số.")
    say("Việc sau lúc sao lưu không còn ở đây: nhập lại từ giấy, rồi chạy postgw verify.")


def _told(card: Card) -> dict[str, object]:
    return {
        "made_at": card.made_at.isoformat(), "engine": card.engine, "size": card.size, "sha256": card.sha256,
        "rows": dict(card.last_rows),
    }  # fmt: skip
