"""Serials that begin anew each day: the second manifest of a desk on 23 November is `BB-TS-261123-02`.

The next one is reckoned from what is kept, so nothing has to be counted beside it. After a restore what was printed
since the backup is kept nowhere; then the house remembers how many serials are passed over, on the days between.

The range of a day is asked for from its first to its last serial: digits are in one order in every collation, dashes
are not.

Used by: every file of this room that numbers by the day; restore. Source: Decision 45/2016/QĐ-TTg art. 7 (the record
of a handover is a paper that both sides keep): two papers of one number prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from .database import Session

#: Whatever numbers by the day: table and column.
SERIES = (
    ("apology", "apology_no"),
    ("bulk_agreement", "agreement_no"),
    ("calendar_entry", "entry_no"),
    ("case_file", "case_no"),
    ("conflict", "conflict_no"),
    ("damage_record", "record_no"),
    ("disclosure_request", "request_no"),
    ("liability_record", "record_no"),
    ("manifest", "manifest_no"),
    ("rejection", "rejection_no"),
    ("remittance", "remittance_no"),
    ("return_request", "request_no"),
    ("shift", "shift_no"),
    ("statement_file", "file_no"),
    ("supplement", "supplement_no"),
)
#: How many serials a restore passes over at least, and how many times the busiest day of the fortnight before it.
_LEAST, _TIMES, _DAYS = 50, 2, 14
_PASSED_OVER = (
    "COALESCE((SELECT serial_gap FROM house WHERE serial_gap_from <= {day} AND serial_gap_until >= {day}), 0)"
)


async def next_serial(session: Session, table: str, column: str, prefix: str) -> int:
    """Return the next serial of a day; `prefix` is the number as far as its day, `BB-TS-261123-`."""
    row = await session.row(
        f"SELECT count(*) + {_PASSED_OVER.format(day='$2')} AS n FROM {table}"
        f" WHERE {column} >= $3 AND {column} <= $4 AND substr({column}, 1, length($1)) = $1",
        prefix, _day_of(prefix), f"{prefix}0", f"{prefix}99999999",
    )  # fmt: skip
    assert row is not None
    return int(row["n"]) + 1


async def next_of_all(session: Session, table: str, on: date) -> int:
    """Return the next serial of a table that does not begin anew: how many rows there are bears it, beside the day."""
    row = await session.row(f"SELECT count(*) + {_PASSED_OVER.format(day='$1')} AS n FROM {table}", on)
    assert row is not None
    return int(row["n"]) + 1


def _day_of(prefix: str) -> date:
    """Return the day that a prefix ends with.

    >>> _day_of("BB-TS-261123-")
    datetime.date(2026, 11, 23)
    """
    day = prefix[-7:-1]
    return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))


async def pass_over(tx: Session, *, made_on: date, on: date, more: int = 0) -> int:
    """Pass over serials on the days from a backup to its restore; return how many. Once more on the same day adds.

    `more` is what the database that stood there before had passed over today.
    """
    gap = max(_LEAST, _TIMES * await _busiest(tx, made_on)) + more
    await tx.run(
        "UPDATE house SET serial_gap = $1 + CASE WHEN serial_gap_until >= $2 THEN serial_gap ELSE 0 END,"
        " serial_gap_from = $2, serial_gap_until = $3",
        gap, made_on, on,
    )  # fmt: skip
    return gap


async def _busiest(tx: Session, until: date) -> int:
    """Return how many numbers of one series were given on the busiest day of the fortnight before."""
    days = [until - timedelta(days=n) for n in range(_DAYS + 1)]
    return max([await _busiest_of(tx, table, column, days) for table, column in SERIES], default=0)


async def _busiest_of(tx: Session, table: str, column: str, days: Sequence[date]) -> int:
    among = " OR ".join(f"{column} LIKE ${n}" for n in range(1, len(days) + 1))
    rows = await tx.rows(f"SELECT {column} AS no FROM {table} WHERE {among}", *(f"%-{day:%y%m%d}-%" for day in days))
    return max(Counter(row["no"].rpartition("-")[0] for row in rows).values(), default=0)
