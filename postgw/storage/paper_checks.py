"""Paper checks, and what they make of the papers inside a consignment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.dossier import Dossier
from postgw.domain.folding import fold
from postgw.domain.paper import Paper
from postgw.domain.paper_check import PaperCheck, marked

from . import dossiers, records
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"


async def add(tx: Session, consignment_no: str, check: PaperCheck) -> bool:
    """Keep a check; return false when its id is known already."""
    content = {
        "procedure_code": check.procedure_code, "list_from": check.list_from, "present": check.present,
        "missing": check.missing, "beyond": check.beyond, "citizen": check.citizen,
    }  # fmt: skip
    row = await tx.row(
        "INSERT INTO paper_check (consignment_id, check_id, content, office, checked_at, checked_by, guided_at,"
        f" guided_by) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (consignment_id, check_id) DO NOTHING RETURNING id",
        consignment_no, check.check_id, records.to_json(content), check.office, check.checked_at, check.checked_by,
        check.guided_at, check.guided_by,
    )  # fmt: skip
    return row is not None


async def of(session: Session, consignment_no: str) -> tuple[PaperCheck, ...]:
    """Return the checks of a consignment, oldest first."""
    rows = await session.rows(
        f"SELECT * FROM paper_check WHERE consignment_id = {_OWN} ORDER BY id", consignment_no
    )  # fmt: skip
    return tuple(_check(row) for row in rows)


def _check(row: dict[str, Any]) -> PaperCheck:
    content = records.from_json(row["content"])
    return PaperCheck(
        check_id=row["check_id"], procedure_code=content["procedure_code"],
        list_from=date.fromisoformat(content["list_from"]),
        present=tuple(Paper(**paper) for paper in content["present"]), missing=tuple(content["missing"]),
        beyond=tuple(content["beyond"]), citizen=content["citizen"], office=row["office"],
        checked_at=_moment(row["checked_at"]), checked_by=row["checked_by"], guided_at=moment(row["guided_at"]),
        guided_by=row["guided_by"],
    )  # fmt: skip


async def inside(session: Session, consignment: Consignment) -> tuple[Paper, ...]:
    """Return the papers in a `send` or `transfer`: as they were last checked, else as the dossier lists them.

    An old paper that is given up only at delivery is not inside, unless the check found it there.
    """
    kept = await dossiers.by_id(session, consignment.dossier_id)
    checks = await of(session, consignment.consignment_no)
    if checks:
        return marked(checks[-1].present, kept.dossier.papers)
    return tuple(paper for paper in kept.dossier.papers if not paper.must_withdraw)


async def to_withdraw(session: Session, dossier_id: int, dossier: Dossier) -> tuple[Paper, ...]:
    """Return the old papers that are asked for at delivery: those that did not go in with the dossier."""
    wanted = tuple(paper for paper in dossier.papers if paper.must_withdraw)
    if not wanted:
        return ()
    rows = await session.rows(
        "SELECT p.content FROM paper_check p JOIN consignment c ON c.id = p.consignment_id"
        " WHERE c.dossier_id = $1 AND c.leg = 'send' AND p.id = (SELECT max(q.id) FROM paper_check q"
        " WHERE q.consignment_id = p.consignment_id)",
        dossier_id,
    )
    handed_in = {fold(paper["name"]) for row in rows for paper in records.from_json(row["content"])["present"]}
    return tuple(paper for paper in wanted if fold(paper.name) not in handed_in)


async def handed_in(session: Session, dossier_ids: Sequence[int]) -> dict[int, set[str]]:
    """Return the names, folded, of the papers that went in with dossiers, as they were last counted."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in await session.rows(
        "SELECT c.dossier_id, p.content FROM paper_check p JOIN consignment c ON c.id = p.consignment_id"
        f" WHERE c.dossier_id {session.among(1, 'bigint')} AND c.leg = 'send' AND p.id = (SELECT max(q.id)"
        " FROM paper_check q WHERE q.consignment_id = p.consignment_id)",
        list(dossier_ids),
    ):
        found[row["dossier_id"]] |= {fold(paper["name"]) for paper in records.from_json(row["content"])["present"]}
    return found


def _moment(value: Any) -> datetime:
    at = moment(value)
    assert at is not None
    return at
