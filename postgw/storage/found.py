"""What a typed number or a name leads to: one row each, only of what a unit may see.

Stands on: search_words. Used by: services.searching.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment

from . import consignments, records
from .database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A dossier that was found, and the newest item of it."""

    key: str
    dossier_no: str
    procedure_code: str
    service_form: str
    applicant: Party
    return_to: Party | None
    newest: Consignment | None


async def hits(session: Session, dossier_ids: Sequence[int]) -> tuple[Hit, ...]:
    """Return dossiers in the order given, each with its newest item; in three statements, however many they are."""
    rows = await session.rows(
        f"SELECT id, content FROM dossier WHERE id {session.among(1, 'bigint')}", list(dossier_ids)
    )
    newest = await session.rows(
        f"SELECT max(id) AS id FROM consignment WHERE dossier_id {session.among(1, 'bigint')} GROUP BY dossier_id",
        list(dossier_ids),
    )
    items = {each.dossier_id: each for each in
             (await consignments.by_ids(session, [row["id"] for row in newest])).values()}  # fmt: skip
    by_id = {row["id"]: _hit(row, items.get(row["id"])) for row in rows}
    return tuple(by_id[dossier_id] for dossier_id in dossier_ids if dossier_id in by_id)


def _hit(row: Mapping[str, Any], newest: Consignment | None) -> Hit:
    dossier = records.dossier(row["content"])
    return Hit(
        key=dossier.key, dossier_no=dossier.dossier_no, procedure_code=dossier.procedure_code,
        service_form=dossier.service_form, applicant=dossier.applicant, return_to=dossier.return_to, newest=newest,
    )  # fmt: skip


#: A dossier, a receipt, a case: what it is called, how it is asked for, and which units see it.
_NUMBERED = {
    "dossier": (
        "SELECT COALESCE(dossier_no, receiving_desk || '/' || intake_ref) AS number, receiving_desk AS one,"
        " returning_desk AS other, '' AS item FROM dossier WHERE number_key {among} LIMIT 20"
    ),
    "receipt": (
        "SELECT receipt_no AS number, unit AS one, desk AS other, consignment_no AS item FROM receipt"
        " WHERE replace(receipt_no, '-', '') {among} LIMIT 20"
    ),
    "case": (
        "SELECT f.case_no AS number, f.desk AS one, f.office AS other, c.consignment_no AS item FROM case_file f"
        " JOIN consignment c ON c.id = f.consignment_id WHERE f.case_no {among} LIMIT 20"
    ),
    "manifest": (
        "SELECT manifest_no AS number, desk AS one, office AS other, '' AS item FROM manifest"
        " WHERE manifest_no {among} LIMIT 20"
    ),
    "bag": (
        "SELECT b.bag_no AS number, b.desk AS one, COALESCE(max(c.office), '') AS other, '' AS item FROM bag b"
        " LEFT JOIN consignment c ON c.bag_no = b.bag_no WHERE b.bag_no {among} GROUP BY b.bag_no, b.desk LIMIT 20"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Something that bears a number, the two units to which it is shown, and the item it is about."""

    kind: str
    number: str
    units: tuple[str, str]
    item: str


async def numbered(session: Session, kind: str, numbers: Sequence[str]) -> list[Numbered]:
    """Return what of one kind bears one of these numbers."""
    rows = await session.rows(_NUMBERED[kind].format(among=session.among(1)), list(numbers))
    return [
        Numbered(kind=kind, number=row["number"], units=(row["one"], row["other"]), item=row["item"]) for row in rows
    ]
