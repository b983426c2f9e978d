"""A backup from anywhere: damaged, written by hand, or leading elsewhere. It is refused and touches nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid, Mistake
from postgw.storage.backup import CARD, DUMPS, back_up, digest_of, read_card
from postgw.storage.restore import restore

from ..fuzz import JSON, damaged, shaped, tried

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RIGHT: dict[str, Any] = {
    "format": 1, "engine": "sqlite", "made_at": "2026-11-23T02:00:00+00:00", "began_in_rehearsal": True,
    "steps": ["0001_initial"], "last_rows": {"scan": 1}, "size": 4096, "sha256": "0" * 64,
}  # fmt: skip


def test_any_card_is_read_or_refused(tmp_path: Path) -> None:
    right = json.dumps(RIGHT).encode()

    @tried(150)
    @given(st.one_of(shaped(RIGHT, strange=3).map(lambda told: json.dumps(told).encode()), damaged(right),
                     JSON.map(lambda told: json.dumps(told).encode()), st.binary(max_size=60),
                     st.just(b"[" * 200_000)))  # fmt: skip
    def written(content: bytes) -> None:
        (tmp_path / CARD).write_bytes(content)
        try:
            card = read_card(tmp_path)
        except Invalid:
            return
        assert card.engine in DUMPS
        assert card.made_at < datetime.max.replace(tzinfo=UTC)
        assert sorted(card.steps) is not None

    written()


@pytest.fixture
async def backup(sqlite_url: str, tmp_path: Path) -> Path:
    folder, _ = await back_up(sqlite_url, tmp_path / "backups", at=AT)
    return folder


def _told_anew(folder: Path, **other: Any) -> None:
    card = folder / CARD
    card.write_text(json.dumps({**json.loads(card.read_text()), **other}))


def _with_dump(folder: Path, content: bytes) -> None:
    """Put another dump in, and make the card fit it: whoever can write one file can write the other."""
    dump = folder / DUMPS["sqlite"]
    dump.write_bytes(content)
    _told_anew(folder, size=len(content), sha256=digest_of(dump))


def _endless(folder: Path) -> None:
    (folder / CARD).unlink()
    (folder / CARD).symlink_to("/dev/zero")


def _elsewhere(folder: Path) -> None:
    (folder / DUMPS["sqlite"]).unlink()
    (folder / DUMPS["sqlite"]).symlink_to("/etc/hostname")


def _another_database(folder: Path) -> None:
    file = folder / "other"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE scan (id INTEGER PRIMARY KEY)")
        other.commit()
    _with_dump(folder, file.read_bytes())


def _a_view_for_a_table(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DUMPS["sqlite"])) as other:
        other.executescript("DROP TABLE scan; CREATE VIEW scan AS SELECT 1 AS id")
        other.commit()
    _with_dump(folder, (folder / DUMPS["sqlite"]).read_bytes())


HOSTILE: dict[str, Callable[[Path], None]] = {
    "an endless card": _endless,
    "a dump that leads elsewhere": _elsewhere,
    "another database": _another_database,
    "a view for a table": _a_view_for_a_table,
    "no database": lambda folder: _with_dump(folder, b"x" * 5000),
    "the head of one": lambda folder: _with_dump(folder, b"SQLite format 3\0" + b"\xff" * 5000),
    "nothing": lambda folder: _with_dump(folder, b""),
    "a path for an engine": lambda folder: _told_anew(folder, engine="../../etc/passwd"),
    "a list for an engine": lambda folder: _told_anew(folder, engine=["sqlite"]),
    "steps without names": lambda folder: _told_anew(folder, steps=[1, None]),
    "a size below nothing": lambda folder: _told_anew(folder, size=-1),
    "more rows than there are": lambda folder: _told_anew(folder, last_rows={"scan": 10**12}),
    "a table nobody has": lambda folder: _told_anew(folder, last_rows={'scan"; DROP TABLE scan; --': 0}),
}


@pytest.mark.parametrize("how", HOSTILE)
async def test_a_hostile_backup_is_refused_and_what_was_there_stays(
    backup: Path, sqlite_url: str, tmp_path: Path, how: str
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite://"))
    before = file.read_bytes()
    HOSTILE[how](backup)

    with pytest.raises(Mistake) as no:
        await restore(sqlite_url, backup, replace=True, at=AT)

    assert str(no.value).endswith(".")
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("**/*.partial"))
