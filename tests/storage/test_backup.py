"""A backup taken while people work, and put back: whole, or said not to be, and no number given twice."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import Manifest
from postgw.storage import day_serials, labels, manifests, province
from postgw.storage.backup import CARD, DUMPS, back_up, backups_in, engine_of, forget_older, read_card
from postgw.storage.database import opened
from postgw.storage.reachable import server_of
from postgw.storage.restore import Restored, restore

from .conftest import AT, House

NO, LATER = "4K7M29TB6HC", "5K7M29TB6H6"


@pytest.fixture
async def filled(database_url: str) -> str:
    """Give the URL of a database with a consignment, its scan, and a lent range of which ten numbers are used."""
    async with opened(database_url) as database:
        house = House(database, database_url)
        await house.posted(NO)
        await house.keep((NO, house.scan("1")))
        async with database.writing() as tx:
            await province.begin(tx, rehearsal=True, at=AT)
            await labels.lend(tx, "RR", 10_000_000, 10_009_999, "thu", actor="a", at=AT)
            for _ in range(10):
                await labels.take(tx, "thu")
    return database_url


async def post_one_more(url: str, number: str = LATER) -> None:
    async with opened(url) as database:
        await House(database, url).posted(number)


async def numbers_of(url: str) -> list[str]:
    async with opened(url) as database:
        rows = await database.reading.rows("SELECT consignment_no FROM consignment ORDER BY consignment_no")
    return [row["consignment_no"] for row in rows]


async def put_back(url: str, folder: Path, **rest: Any) -> Restored:
    return await restore(url, folder, **{"replace": True, "at": AT + timedelta(hours=1), **rest})


async def test_what_was_there_is_there_again_and_what_came_later_is_kept_aside(filled: str, tmp_path: Path) -> None:
    folder, card = await back_up(filled, tmp_path / "kept", at=AT)
    await post_one_more(filled)
    done = await put_back(filled, folder)

    assert (card.last_rows["consignment"], card.last_rows["scan"], read_card(folder)) == (1, 1, card)
    assert await numbers_of(filled) == [NO]
    assert "before" in done.set_aside
    await post_one_more(filled)  # the numbers of rows go on where they were, in what was put back
    assert await numbers_of(filled) == [NO, LATER]


async def test_a_server_that_is_named_by_its_socket_is_backed_up_and_put_back(
    durable_postgres_url: str, tmp_path: Path
) -> None:
    server = server_of(durable_postgres_url)
    async with opened(durable_postgres_url) as database:
        shown = await database.reading.row("SHOW unix_socket_directories")
    assert shown is not None
    url = f"postgres://{server.user}@/{server.database}?host={shown['unix_socket_directories']}&port={server.port}"
    await post_one_more(url, NO)
    folder, _ = await back_up(url, tmp_path / "kept", at=AT)
    await post_one_more(url)
    await put_back(url, folder)

    assert await numbers_of(durable_postgres_url) == [NO]


async def test_a_restore_goes_into_a_place_that_is_not_there_yet(sqlite_url: str, tmp_path: Path) -> None:
    folder, _ = await back_up(sqlite_url, tmp_path / "kept", at=AT)
    elsewhere = f"sqlite://{tmp_path}/new/house/postgw.sqlite3"
    done = await put_back(elsewhere, folder, replace=False)

    assert (done.set_aside, await numbers_of(elsewhere)) == ("", [])


async def test_it_refuses_to_replace_what_is_there_unless_told_to(filled: str, tmp_path: Path) -> None:
    folder, _ = await back_up(filled, tmp_path, at=AT)
    await post_one_more(filled)
    with pytest.raises(Conflict, match="--replace"):
        await put_back(filled, folder, replace=False)

    assert await numbers_of(filled) == [NO, LATER]


async def test_it_refuses_while_somebody_works(filled: str, tmp_path: Path) -> None:
    folder, _ = await back_up(filled, tmp_path, at=AT)
    async with opened(filled) as database:
        await database.reading.row("SELECT 1")
        with pytest.raises(Conflict, match="Dừng mọi postgw"):
            await put_back(filled, folder)
        assert await House(database, filled).dossier("still open")


async def test_numbers_that_paper_may_bear_are_passed_over(filled: str, tmp_path: Path) -> None:
    folder, _ = await back_up(filled, tmp_path, at=AT)
    async with opened(filled) as database, database.writing() as tx:
        printed_after = [await labels.take(tx, "thu") for _ in range(40)]
    done = await put_back(filled, folder)
    async with opened(filled) as database, database.writing() as tx:
        following = await labels.take(tx, "thu")

    assert following not in printed_after
    assert [(each.series, each.first, each.last) for each in done.skipped] == [("RR", 10_000_010, 10_000_059)]


async def opened_manifest(url: str, *, days: int = 0) -> str:
    """Open the next manifest of a desk, as the handover does; return its number."""
    prefix = f"BB-TS-{legal_day(AT + timedelta(days=days)):%y%m%d}-"
    async with opened(url) as database, database.writing() as tx:
        number = f"{prefix}{await manifests.next_serial(tx, prefix):02d}"
        manifest = Manifest(manifest_no=number, desk="TS", office="480000", direction="to_post")
        assert await manifests.add(tx, manifest, pickup_no="", actor="a", at=AT)
    return number


async def test_numbers_of_the_day_leave_a_gap_for_what_was_printed_since(filled: str, tmp_path: Path) -> None:
    kept = [await opened_manifest(filled) for _ in range(3)]
    folder, _ = await back_up(filled, tmp_path, at=AT)
    printed_after = [await opened_manifest(filled) for _ in range(40)]
    done = await put_back(filled, folder)
    following = [await opened_manifest(filled) for _ in range(2)]

    assert (kept[-1], printed_after[-1]) == ("BB-TS-261123-03", "BB-TS-261123-43")
    assert (done.serial_gap, following) == (50, ["BB-TS-261123-54", "BB-TS-261123-55"])
    assert await opened_manifest(filled, days=1) == "BB-TS-261124-01"


async def test_a_busy_house_leaves_twice_the_busiest_day(filled: str, tmp_path: Path) -> None:
    for _ in range(30):
        await opened_manifest(filled, days=-3)
    folder, _ = await back_up(filled, tmp_path, at=AT)

    assert (await put_back(filled, folder)).serial_gap == 60


async def test_a_second_restore_of_one_backup_gives_nothing_that_was_given_in_between(
    filled: str, tmp_path: Path
) -> None:
    folder, _ = await back_up(filled, tmp_path, at=AT)
    given: list[object] = []
    for turn in range(3):
        await put_back(filled, folder, at=AT + timedelta(minutes=10 * (turn + 1)))
        async with opened(filled) as database, database.writing() as tx:
            given += [await labels.take(tx, "thu") for _ in range(60)]
        given += [await opened_manifest(filled) for _ in range(5)]

    assert len(set(given)) == len(given) == 3 * 65


async def test_a_former_database_that_cannot_be_read_does_not_stop_a_restore(sqlite_url: str, tmp_path: Path) -> None:
    folder, _ = await back_up(sqlite_url, tmp_path / "kept", at=AT)
    broken = tmp_path / "broken.sqlite3"
    with closing(sqlite3.connect(broken)) as file:
        file.execute("CREATE TABLE lent_range (id, other)")
    done = await put_back(f"sqlite://{broken}", folder)

    assert "before-restore" in done.set_aside
    assert await numbers_of(f"sqlite://{broken}") == []


@pytest.mark.parametrize(("table", "column"), day_serials.SERIES)
async def test_a_series_of_the_day_is_a_column_that_is_unique(sqlite_url: str, table: str, column: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as file:
        said = file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]

    assert f'"{column}" VARCHAR' in said
    assert "UNIQUE" in said.partition(f'"{column}"')[2].partition(",")[0]


def test_whatever_numbers_by_the_day_is_known_to_a_restore() -> None:
    """A number made of a day and a count of rows would be given twice after a restore."""
    rooms = [Path(day_serials.__file__).parent, Path(day_serials.__file__).parent.parent / "services"]
    sources = {path: path.read_text("utf-8") for room in rooms for path in room.glob("*.py")}
    asked = {
        (table, column)
        for text in sources.values()
        for table, column in re.findall(r"""next_serial\(\s*\w+, ["'](\w+)["'], ["'](\w+)["']""", text)
    }
    totals = {table for text in sources.values() for table in re.findall(r"next_of_all\(\w+, [\"'](\w+)", text)}

    assert asked | {("supplement", "supplement_no"), ("rejection", "rejection_no")} == {
        one for one in day_serials.SERIES if one[0] not in totals
    }
    assert totals <= {table for table, _ in day_serials.SERIES}


async def test_a_backup_is_whole_while_people_write(filled: str, tmp_path: Path) -> None:
    async with opened(filled) as database:
        house, ready = House(database, filled), asyncio.Event()

        async def work() -> None:
            for turn in range(200):
                await house.dossier(f"d {turn}")
                if turn == 5:
                    ready.set()

        working = asyncio.create_task(work())
        await ready.wait()
        folder, card = await back_up(filled, tmp_path, at=AT)
        await working
    await put_back(filled, folder)

    assert card.last_rows["dossier"] > 6
    async with opened(filled) as database:
        row = await database.reading.row("SELECT count(*) AS n, max(id) AS last FROM dossier")
    assert row is not None
    assert row["last"] == card.last_rows["dossier"]


async def test_one_changed_byte_is_found_before_anything_is_touched(filled: str, tmp_path: Path) -> None:
    folder, card = await back_up(filled, tmp_path, at=AT)
    dump = folder / DUMPS[card.engine]
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(Invalid, match="SHA-256"):
        await put_back(filled, folder)

    assert await numbers_of(filled) == [NO]


async def test_a_dump_that_cannot_be_read_leaves_the_former_database_in_its_place(
    postgres_url: str, tmp_path: Path
) -> None:
    folder, card = await back_up(postgres_url, tmp_path, at=AT)
    await post_one_more(postgres_url, NO)
    dump = folder / DUMPS[card.engine]
    half = dump.read_bytes()[: card.size // 2]
    dump.write_bytes(half)
    told = json.loads((folder / CARD).read_text())
    digest = hashlib.sha256(half).hexdigest()
    (folder / CARD).write_text(json.dumps({**told, "size": len(half), "sha256": digest}))
    with pytest.raises(Exception, match="pg_restore"):
        await put_back(postgres_url, folder)

    assert await numbers_of(postgres_url) == [NO]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"steps": ["9999_from_the_future"]}, "9999_from_the_future"),
        ({"format": 99}, "mới hơn"),
        ({"engine": "other"}, "mới hơn"),
    ],
)
async def test_a_backup_of_a_later_release_is_refused_by_name(
    sqlite_url: str, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    folder, _ = await back_up(sqlite_url, tmp_path / "kept", at=AT)
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, **changed}))
    with pytest.raises(Invalid, match=said):
        await put_back(sqlite_url, folder)


async def test_a_backup_of_the_other_database_is_refused(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    folder, _ = await back_up(sqlite_url, tmp_path / "kept", at=AT)
    with pytest.raises(Invalid, match="postgresql"):
        await put_back(postgres_url, folder)


async def test_a_folder_that_is_no_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"about\.json"):
        await put_back(sqlite_url, tmp_path)


async def test_only_its_owner_reads_a_backup_and_a_broken_off_one_is_none(filled: str, tmp_path: Path) -> None:
    (tmp_path / "postgw-20261123T020000Z.partial").mkdir()
    folder, card = await back_up(filled, tmp_path, at=AT)
    (tmp_path / "postgw-20261124T020000Z.partial").mkdir()

    assert backups_in(tmp_path) == [folder]
    assert [os.stat(path).st_mode & 0o077 for path in (folder, folder / DUMPS[engine_of(filled)])] == [0, 0]
    with pytest.raises(Conflict, match="Đã có"):
        await back_up(filled, tmp_path, at=card.made_at)


async def test_only_the_newest_are_kept(sqlite_url: str, tmp_path: Path) -> None:
    into = tmp_path / "kept"
    made = [(await back_up(sqlite_url, into, at=AT + timedelta(days=day)))[0] for day in range(4)]

    assert forget_older(into, keep=0) == []
    assert forget_older(into, keep=3) == made[:1]
    assert backups_in(into) == made[1:]
