"""Chains and seals: scans linked after they were kept, chain heads sealed after they were linked.

Scanning is the hot path, so a scan is kept without its link; a recurring job links what is not linked yet, one process
at a time. Scans of one item are kept under the item's lock, so their ids rise in the order of receipt. Ids of different
items become visible in any order: the job looks again at everything since an hour before its newest link, and each
night since two days before.

Stands on: scans, proofs. Used by: services.evidence, storage.retention.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from postgw.domain.evidence import (
    NOTHING_PERSONAL,
    Head,
    Link,
    Seal,
    Statement,
    end_of,
    linked,
    may_be_sealed,
    night_due,
    personal_part,
    plain_part,
    seal_digest,
)
from postgw.domain.evidence_pack import Paid, Told
from postgw.domain.manifest import Manifest
from postgw.domain.ports import Notice
from postgw.domain.scan import Scan

from . import cases, manifests, proofs, scan_rows
from . import told as words
from .database import Session, moment
from .proofs import KeptProof

#: How far before the newest link a scan may lie that only now became visible. No transaction is open for so long.
STRAGGLERS = timedelta(hours=1)
STRAGGLERS_OF_A_NIGHT = timedelta(days=2)
_ROUND = 2000
_COLUMNS = (
    ("scan_id", "bigint"), ("link_no", "bigint"), ("consignment_id", "bigint"), ("linked_at", "timestamptz"),
    ("seq", "int"), ("hash", "bytea"), ("personal", "bytea"), ("proof_id", "bigint"),
)  # fmt: skip
_SALT, _DIGEST = 16, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One item's links, and its scans as they stand now."""

    consignment_id: int
    consignment_no: str
    links: tuple[Link, ...]
    statements: Mapping[int, Statement]


async def link(tx: Session, *, since: timedelta, at: datetime) -> int:
    """Link scans that no chain holds, in order of receipt; return how many were linked."""
    await tx.queue_for("evidence")
    due = await scan_rows.unlinked(tx, after=await _floor(tx, since), limit=_ROUND)
    if not due:
        return 0
    ids = sorted({consignment_id for _, consignment_id, _ in due})
    numbers, heads, taken = await _numbers(tx, ids), await _heads(tx, ids), await _proofs_by_key(tx, ids)
    rows, last = [], await _last_no(tx)
    for link_no, (scan_id, consignment_id, scan) in enumerate(due, last + 1):
        proof_id, proof = taken.get((consignment_id, scan.key), (None, None))
        new = linked(
            numbers[consignment_id], heads.get(consignment_id), _statement(scan_id, scan, proof),
            salt=secrets.token_hex(_SALT),
        )  # fmt: skip
        heads[consignment_id] = Head(consignment_no=new.consignment_no, seq=new.seq, hash=new.hash)
        rows.append((
            scan_id, link_no, consignment_id, at, new.seq, bytes.fromhex(new.hash), _kept_personal(new), proof_id,
        ))  # fmt: skip
    await tx.insert_many("chain", _COLUMNS, rows)
    return len(rows)


async def _last_no(session: Session) -> int:
    row = await session.row("SELECT COALESCE(max(link_no), 0) AS n FROM chain")
    return int(row["n"]) if row else 0


async def _floor(tx: Session, since: timedelta) -> int:
    """Return the scan after which links may be missing: the one linked well before the newest link."""
    newest = await tx.row("SELECT linked_at FROM chain ORDER BY link_no DESC LIMIT 1")
    if newest is None:
        return 0
    row = await tx.row(
        "SELECT scan_id FROM chain WHERE linked_at < $1 ORDER BY linked_at DESC, link_no DESC LIMIT 1",
        moment(newest["linked_at"]) - since,  # type: ignore[operator]
    )
    return int(row["scan_id"]) if row else 0


async def _numbers(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = await session.rows(
        f"SELECT id, consignment_no FROM consignment WHERE id {session.among(1, 'bigint')}", list(ids)
    )
    return {row["id"]: row["consignment_no"] for row in rows}


async def _heads(session: Session, ids: Sequence[int]) -> dict[int, Head]:
    rows = await session.rows(
        "SELECT l.consignment_id, c.consignment_no, l.seq, l.hash"
        " FROM (SELECT consignment_id, max(seq) AS seq FROM chain"
        f" WHERE consignment_id {session.among(1, 'bigint')} GROUP BY consignment_id) AS newest"
        " JOIN chain l ON l.consignment_id = newest.consignment_id AND l.seq = newest.seq"
        " JOIN consignment c ON c.id = l.consignment_id",
        list(ids),
    )
    return {row["consignment_id"]: _head(row) for row in rows}


def _head(row: Mapping[str, Any]) -> Head:
    return Head(consignment_no=row["consignment_no"], seq=row["seq"], hash=row["hash"].hex())


async def _proofs_by_key(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], tuple[int, KeptProof]]:
    kept = await proofs.numbered(session, ids)
    return {(proof.consignment_id, proof.key): (number, proof) for number, proof in kept.items()}


def _statement(scan_id: int, scan: Scan, proof: KeptProof | None) -> Statement:
    personal = personal_part(scan.note, proof.part if proof else None)
    return Statement(scan_id=scan_id, plain=plain_part(scan), personal=personal)


async def chains(session: Session, *, after: int, limit: int) -> list[Chain]:
    """Return the chains of the next consignments by row number."""
    rows = await session.rows(f"SELECT id FROM consignment WHERE id > $1 ORDER BY id LIMIT {int(limit)}", after)
    return await chains_of(session, [row["id"] for row in rows])


async def chains_named(session: Session, consignment_nos: Sequence[str]) -> list[Chain]:
    """Return the chains of consignments by their numbers."""
    rows = await session.rows(
        f"SELECT id FROM consignment WHERE consignment_no {session.among(1)} ORDER BY id", list(consignment_nos)
    )
    return await chains_of(session, [row["id"] for row in rows])


async def chains_of(session: Session, ids: Sequence[int]) -> list[Chain]:
    """Return the chains of consignments, in the order of their making."""
    numbers = await _numbers(session, ids)
    # Links first: a scan that comes between the two questions is only not linked yet.
    rows = await session.rows(
        f"SELECT * FROM chain WHERE consignment_id {session.among(1, 'bigint')} ORDER BY consignment_id, seq",
        list(ids),
    )
    told, taken = await scan_rows.numbered(session, ids), await proofs.numbered(session, ids)
    covered = {row["scan_id"]: row["proof_id"] for row in rows}
    links: dict[int, list[Link]] = {id_: [] for id_ in ids}
    for row in rows:
        chain = links[row["consignment_id"]]
        chain.append(_link(row, numbers[row["consignment_id"]], before=chain[-1].hash if chain else ""))
    return [
        Chain(
            consignment_id=id_, consignment_no=numbers[id_], links=tuple(links[id_]),
            statements={
                number: _statement(number, scan, taken.get(covered.get(number) or 0))
                for number, scan in told.get(id_, {}).items()
            },
        )
        for id_ in ids
    ]  # fmt: skip


def _link(row: Mapping[str, Any], consignment_no: str, *, before: str) -> Link:
    """Return a link. What stands in the link before it, or in every one without personal data, is not kept with it."""
    personal = row["personal"] or bytes.fromhex(NOTHING_PERSONAL)
    return Link(
        scan_id=row["scan_id"], consignment_no=consignment_no, seq=row["seq"], hash=row["hash"].hex(),
        previous_hash=before, personal_digest=personal[-_DIGEST:].hex(), salt=personal[:-_DIGEST].hex(),
    )  # fmt: skip


def _kept_personal(link: Link) -> bytes | None:
    return None if link.personal_digest == NOTHING_PERSONAL else bytes.fromhex(link.salt + link.personal_digest)


async def seal(tx: Session, *, at: datetime) -> Seal | None:
    """Seal the next night whose hour has come, if any link waits for it."""
    await tx.queue_for("evidence")
    last = await last_seal(tx)
    through = last.through_link if last else 0
    first = await tx.row("SELECT linked_at FROM chain WHERE link_no > $1 ORDER BY link_no LIMIT 1", through)
    if first is None:
        return None
    night = night_due(moment(first["linked_at"]), last.sealed_on if last else None)  # type: ignore[arg-type]
    if not may_be_sealed(night, at):
        return None
    row = await tx.row(
        "SELECT max(link_no) AS n FROM chain WHERE link_no > $1 AND linked_at < $2", through, end_of(night)
    )
    assert row is not None
    heads = await heads_between(tx, through, row["n"])
    made = Seal(
        sealed_on=night, digest=seal_digest(last.digest if last else "", night, heads), heads=len(heads),
        through_link=row["n"], made_at=at,
    )  # fmt: skip
    await tx.run(
        "INSERT INTO seal (sealed_on, digest, heads, through_link, made_at) VALUES ($1, $2, $3, $4, $5)",
        made.sealed_on, made.digest, made.heads, made.through_link, made.made_at,
    )  # fmt: skip
    return made


async def heads_between(session: Session, after: int, through: int) -> list[Head]:
    """Return the heads of the chains that grew between two links."""
    rows = await session.rows(
        "SELECT c.consignment_no, l.seq, l.hash FROM chain l JOIN consignment c ON c.id = l.consignment_id"
        " WHERE l.link_no > $1 AND l.link_no <= $2 ORDER BY l.link_no",
        after, through,
    )  # fmt: skip
    return list({row["consignment_no"]: _head(row) for row in rows}.values())


async def seals(session: Session) -> list[Seal]:
    """Return every seal, oldest first."""
    return [_seal(row) for row in await session.rows("SELECT * FROM seal ORDER BY sealed_on")]


async def last_seal(session: Session) -> Seal | None:
    """Return the newest seal."""
    row = await session.row("SELECT * FROM seal ORDER BY sealed_on DESC LIMIT 1")
    return _seal(row) if row else None


async def seal_over(session: Session, consignment_nos: Sequence[str]) -> Seal | None:
    """Return the first seal that covers every link of these consignments."""
    row = await session.row(
        "SELECT s.* FROM seal s WHERE s.through_link >= (SELECT max(l.link_no) FROM chain l"
        f" JOIN consignment c ON c.id = l.consignment_id WHERE c.consignment_no {session.among(1)})"
        " ORDER BY s.sealed_on LIMIT 1",
        list(consignment_nos),
    )
    return _seal(row) if row else None


def _seal(row: Mapping[str, Any]) -> Seal:
    on = row["sealed_on"]
    return Seal(
        sealed_on=on if not isinstance(on, str) else datetime.fromisoformat(on).date(), digest=row["digest"],
        heads=row["heads"], through_link=row["through_link"], made_at=moment(row["made_at"]),  # type: ignore[arg-type]
    )  # fmt: skip


async def unsealed(session: Session, through: int) -> int:
    """Return how many links no seal covers."""
    row = await session.row("SELECT count(*) AS n FROM chain WHERE link_no > $1", through)
    return int(row["n"]) if row else 0


async def erase(tx: Session, ids: Sequence[int], *, at: datetime) -> None:
    """Erase the personal parts of linked scans: notes, proofs and the salts of their digests, for good."""
    rows = await tx.rows(
        f"SELECT id, detail FROM scan WHERE consignment_id {tx.among(1, 'bigint')} AND detail LIKE '%\"note\"%'",
        list(ids),
    )
    await tx.update_many("scan", (("id", "bigint"), ("detail", "text")), scan_rows.without_notes(rows))
    await proofs.erase(tx, ids)
    await cases.erase_words(tx, ids)
    await tx.run(
        f"UPDATE chain SET personal = substr(personal, {_SALT + 1}) WHERE consignment_id {tx.among(1, 'bigint')}"
        f" AND length(personal) > {_DIGEST}",
        list(ids),
    )  # fmt: skip
    await tx.run(  # what the first releases left
        f"UPDATE chain_link SET salt = NULL, erased_at = $2 WHERE consignment_id {tx.among(1, 'bigint')}"
        " AND salt IS NOT NULL",
        list(ids), at,
    )  # fmt: skip


async def signed_manifests(session: Session, consignment_nos: Sequence[str]) -> list[Manifest]:
    """Return the signed manifests on which any of the consignments stands, in the order of their making."""
    rows = await session.rows(
        "SELECT DISTINCT m.id, m.manifest_no FROM manifest m JOIN manifest_line l ON l.manifest_id = m.id"
        f" WHERE m.state = 'signed' AND l.consignment_no {session.among(1)} ORDER BY m.id",
        list(consignment_nos),
    )
    found = [await manifests.find(session, row["manifest_no"]) for row in rows]
    return [manifest for manifest in found if manifest is not None]


async def told(session: Session, consignment_nos: Sequence[str]) -> list[Told]:
    """Return the notices of consignments, to whom they are owed and which were heard."""
    about = words.errands(f"o.subject {session.among(1)} AND o.channel IN ('desk', 'hook', 'citizen')")
    rows = await session.rows(f"SELECT * FROM {about} o ORDER BY o.id", list(consignment_nos))
    return [_told(row, notice) for row in rows if (notice := words.words_of(row))]


def _told(row: Mapping[str, Any], notice: Notice) -> Told:
    return Told(
        consignment_no=row["subject"], kind=notice.kind, channel=row["channel"], target=row["target"],
        state=row["state"], happened_at=notice.at, owed_at=moment(row["created_at"]),  # type: ignore[arg-type]
        heard_at=moment(row["done_at"]), attempts=row["attempts"],
    )  # fmt: skip


async def paid(session: Session, dossier_id: int) -> list[Paid]:
    """Return the receipts of a dossier, in the order in which they were written."""
    rows = await session.rows(
        "SELECT r.*, m.remittance_no FROM receipt r LEFT JOIN remittance m ON m.id = r.remittance_id"
        " WHERE r.dossier_id = $1 ORDER BY r.id",
        dossier_id,
    )
    return [_paid(row) for row in rows]


def _paid(row: Mapping[str, Any]) -> Paid:
    return Paid(
        receipt_no=row["receipt_no"], ledger=row["ledger"], consignment_no=row["consignment_no"], payer=row["payer"],
        amount_dong=row["amount_dong"], collected_at=moment(row["collected_at"]),  # type: ignore[arg-type]
        collected_by=row["collected_by"], remittance_no=row["remittance_no"] or "",
        cancelled_at=moment(row["cancelled_at"]),
    )  # fmt: skip
