"""Issued reports: written once, with the lists behind their figures packed beside them.

Used by: services.reports.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import orjson

from postgw.domain.legal_day import legal_day
from postgw.domain.report import Fact
from postgw.domain.report_content import IssuedReport

from .database import Session, moment

_SHORT = "period, unit, version, content, figures_digest, digest, reason, issued_at, issued_by"
_NAMES = tuple(field.name for field in fields(Fact))


async def newest(session: Session, period: str, unit: str, *, version: int = 0) -> IssuedReport | None:
    """Return the newest issued version of a report, or the one that is named."""
    row = await session.row(
        f"SELECT {_SHORT} FROM report WHERE period = $1 AND unit = $2 AND ($3 = 0 OR version = $3)"
        " ORDER BY version DESC LIMIT 1",
        period, unit, version,
    )  # fmt: skip
    return _issued(row) if row else None


async def issued(session: Session, *, unit: str) -> dict[str, tuple[IssuedReport, ...]]:
    """Return what a unit issued, by period, the first version first; without the texts."""
    rows = await session.rows(
        f"SELECT {_SHORT.replace('content', repr('') + ' AS content')} FROM report WHERE unit = $1"
        " ORDER BY period, version",
        unit,
    )
    found: dict[str, tuple[IssuedReport, ...]] = {}
    for report in map(_issued, rows):
        found[report.period] = (*found.get(report.period, ()), report)
    return found


async def facts(session: Session, report: IssuedReport) -> tuple[Fact, ...]:
    """Return the facts behind an issued report."""
    row = await session.row(
        "SELECT facts FROM report WHERE period = $1 AND unit = $2 AND version = $3", report.period, report.unit,
        report.version,
    )  # fmt: skip
    assert row is not None
    return await asyncio.to_thread(unpacked, bytes(row["facts"]))


async def issue(tx: Session, report: IssuedReport, behind: bytes) -> None:
    """Keep a version of a report with its packed facts; the caller has queued for its period."""
    await tx.run(
        f"INSERT INTO report ({_SHORT}, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(getattr(report, name) for name in _SHORT.split(", ")), behind,
    )  # fmt: skip


async def begun_on(session: Session) -> date | None:
    """Return the day on which the first consignment was registered."""
    row = await session.row("SELECT created_at FROM consignment ORDER BY id LIMIT 1")
    at = moment(row["created_at"]) if row else None
    return legal_day(at) if at else None


def packed(behind: Sequence[Fact]) -> bytes:
    """Return facts as they are kept."""
    rows = [[_plain(value) for value in asdict(fact).values()] for fact in behind]
    return zlib.compress(orjson.dumps([_NAMES, rows]), 6)


def unpacked(kept: bytes) -> tuple[Fact, ...]:
    """Return facts that were packed."""
    names, rows = orjson.loads(zlib.decompress(kept))
    return tuple(_fact(dict(zip(names, row, strict=True))) for row in rows)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(**{**row, "marks": frozenset(row["marks"])})


def _issued(row: dict[str, Any]) -> IssuedReport:
    issued_at = moment(row["issued_at"])
    assert issued_at is not None
    return IssuedReport(**{**row, "issued_at": issued_at})
