"""Manifests with their lines and signatures, pickups, bags, and who is appointed to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.errors import Unknown
from postgw.domain.manifest import Manifest, ManifestLine, Signatory, Signature

from . import day_serials, packings, paper_duties, records
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """The post's promise to come to a desk on a day, between two times of the clock."""

    pickup_no: str
    desk: str
    office: str
    on: date
    from_time: time
    to_time: time
    state: str = "booked"
    manifest_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """Several consignments sealed together."""

    bag_no: str
    desk: str
    consignment_nos: tuple[str, ...]
    sealed_at: datetime


async def add(tx: Session, manifest: Manifest, *, pickup_no: str, actor: str, at: datetime) -> bool:
    """Keep a new manifest; return false when its number is taken."""
    row = await tx.row(
        "INSERT INTO manifest (manifest_no, desk, office, direction, pickup_no, opened_at, opened_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (manifest_no) DO NOTHING RETURNING id",
        manifest.manifest_no, manifest.desk, manifest.office, manifest.direction, pickup_no, at, actor,
    )  # fmt: skip
    return row is not None


async def next_serial(session: Session, prefix: str) -> int:
    """Return the next serial of the manifests whose numbers begin with `prefix`."""
    return await day_serials.next_serial(session, "manifest", "manifest_no", prefix)


async def add_lines(tx: Session, manifest_no: str, numbers: Sequence[str], *, outcome: str = "expected") -> None:
    """Put consignments on a manifest; one that is on it stays as it is."""
    rows = await tx.rows(f"SELECT id FROM manifest WHERE manifest_no = $1{tx.for_update}", manifest_no)
    columns = (("manifest_id", "bigint"), ("consignment_no", "text"), ("outcome", "text"))
    lines = [(rows[0]["id"], number, outcome) for number in numbers]
    await tx.insert_many("manifest_line", columns, lines, tail="ON CONFLICT (manifest_id, consignment_no) DO NOTHING")


async def open_with(session: Session, numbers: Sequence[str], direction: str) -> dict[str, str]:
    """Return, of these consignments, those that stand on a manifest that is not signed yet, with its number."""
    rows = await session.rows(
        f"SELECT l.consignment_no, m.manifest_no FROM manifest_line l JOIN manifest m ON m.id = l.manifest_id"
        f" WHERE m.state <> 'signed' AND m.direction = $2 AND l.consignment_no {session.among(1)}",
        list(numbers), direction,
    )  # fmt: skip
    return {row["consignment_no"]: row["manifest_no"] for row in rows}


async def open_for_trip(session: Session, desk: str, pickup_no: str) -> str:
    """Return the open manifest to the post of a coming; else one for which no coming was named; or nothing."""
    row = await session.row(
        "SELECT manifest_no FROM manifest WHERE desk = $1 AND direction = 'to_post' AND state = 'open'"
        " AND pickup_no IN ($2, '') ORDER BY CASE WHEN pickup_no = $2 THEN 0 ELSE 1 END, id DESC LIMIT 1",
        desk, pickup_no,
    )  # fmt: skip
    return row["manifest_no"] if row else ""


async def tick(
    tx: Session, manifest_no: str, numbers: Sequence[str], *, outcome: str, note: str, actor: str, at: datetime
) -> None:
    """Note what was found of lines on a manifest."""
    await tx.run(
        "UPDATE manifest_line SET outcome = $2, note = $3, ticked_at = $4, ticked_by = $5"
        f" WHERE manifest_id = (SELECT id FROM manifest WHERE manifest_no = $6{tx.for_update})"
        f" AND consignment_no {tx.among(1)}",
        list(numbers), outcome, note, at, actor, manifest_no,
    )  # fmt: skip


async def set_state(
    tx: Session, manifest_no: str, state: str, *, closed_at: datetime | None, signed_at: datetime | None
) -> None:
    """Move a manifest on."""
    await tx.run(
        "UPDATE manifest SET state = $2, closed_at = COALESCE($3, closed_at), signed_at = COALESCE($4, signed_at)"
        " WHERE manifest_no = $1",
        manifest_no, state, closed_at, signed_at,
    )  # fmt: skip


async def sign(tx: Session, manifest_no: str, signature: Signature, *, actor: str, at: datetime) -> None:
    """Keep a signature."""
    await tx.run(
        "INSERT INTO signature (manifest_id, side, signatory_no, name, way, signed_at, recorded_at, recorded_by)"
        " VALUES ((SELECT id FROM manifest WHERE manifest_no = $1), $2, $3, $4, $5, $6, $7, $8)",
        manifest_no, signature.side, signature.signatory, signature.name, signature.way, signature.signed_at, at, actor,
    )  # fmt: skip


async def shown(session: Session, manifest_no: str, actor: Actor, *, lock: bool = False) -> Manifest:
    """Return a manifest to one of its two sides. Raises Unknown when it is not there or not theirs."""
    manifest = await find(session, manifest_no, lock=lock)
    if manifest is None or not actor.may_see(manifest.desk, manifest.office):
        raise Unknown("Không có biên bản {number}.", number=manifest_no, code="manifest.unknown")
    return manifest


async def find(session: Session, manifest_no: str, *, lock: bool = False) -> Manifest | None:
    """Return a manifest with its lines and signatures."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM manifest WHERE manifest_no = $1{suffix}", manifest_no)
    return await _whole(session, row) if row else None


async def _whole(session: Session, row: dict[str, Any]) -> Manifest:
    lines = await session.rows("SELECT * FROM manifest_line WHERE manifest_id = $1 ORDER BY id", row["id"])
    signatures = await session.rows("SELECT * FROM signature WHERE manifest_id = $1 ORDER BY id", row["id"])
    return Manifest(
        manifest_no=row["manifest_no"], desk=row["desk"], office=row["office"], direction=row["direction"],
        state=row["state"], lines=await _lines(session, row["direction"], lines),
        signatures=tuple(_signature(signature) for signature in signatures),
    )  # fmt: skip


async def _lines(session: Session, direction: str, rows: Sequence[dict[str, Any]]) -> tuple[ManifestLine, ...]:
    """Return lines with their seals, and with what is still wanting before the post takes a result."""
    numbers = [row["consignment_no"] for row in rows]
    seals = await packings.seals(session, numbers)
    results = await _results(session, numbers) if direction == "to_post" else frozenset()
    owing = await paper_duties.undecided(session, sorted(results)) if results else frozenset()
    lines = []
    for row in rows:
        number = row["consignment_no"]
        wants = {"unsealed": number in results and number not in seals, "originals_owed": number in owing}
        warnings = tuple(name for name, wanting in wants.items() if wanting)
        lines.append(_line(row, seals.get(number, ""), warnings))
    return tuple(lines)


async def _results(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    rows = await session.rows(
        f"SELECT consignment_no FROM consignment WHERE leg = 'return' AND consignment_no {session.among(1)}",
        list(numbers),
    )
    return frozenset(row["consignment_no"] for row in rows)


def _line(row: dict[str, Any], seal_no: str, warnings: tuple[str, ...]) -> ManifestLine:
    return ManifestLine(
        consignment_no=row["consignment_no"], outcome=row["outcome"], note=row["note"],
        ticked_at=moment(row["ticked_at"]), ticked_by=row["ticked_by"], seal_no=seal_no, warnings=warnings,
    )  # fmt: skip


def _signature(row: dict[str, Any]) -> Signature:
    return Signature(
        side=row["side"], signatory=row["signatory_no"], name=row["name"], way=row["way"],
        signed_at=moment(row["signed_at"]),  # type: ignore[arg-type]
    )  # fmt: skip


async def listed(session: Session, *, unit: str, state: str, before: int, limit: int) -> list[tuple[int, Manifest]]:
    """Return manifests, newest first, with the row number from which the next page goes on."""
    wheres, values = ["id < $1"], [before or 2**62]
    for condition, value in (("(desk = {n} OR office = {n})", unit), ("state = {n}", state)):
        if value:
            values.append(value)  # type: ignore[arg-type]
            wheres.append(condition.format(n=f"${len(values)}"))
    rows = await session.rows(
        f"SELECT * FROM manifest WHERE {' AND '.join(wheres)} ORDER BY id DESC LIMIT {int(limit)}", *values
    )
    return [(row["id"], await _whole(session, row)) for row in rows]


async def due_to_close(session: Session, *, on: date, now: str) -> tuple[str, ...]:
    """Return the open manifests whose pickup began, by the clock of the day."""
    rows = await session.rows(
        "SELECT m.manifest_no FROM manifest m JOIN pickup p ON p.pickup_no = m.pickup_no"
        " WHERE m.state = 'open' AND (p.on_date < $1 OR (p.on_date = $1 AND p.from_time <= $2)) ORDER BY m.id",
        on, now,
    )  # fmt: skip
    return tuple(row["manifest_no"] for row in rows)


def pickup_no(desk: str, on: date, from_time: time) -> str:
    """Return the number of a pickup, which follows from desk, day and hour."""
    return f"TG-{desk}-{on:%y%m%d}-{from_time:%H%M}"


async def book_pickup(tx: Session, pickup: Pickup, *, actor: str, at: datetime) -> bool:
    """Keep a pickup; return false when it is known already."""
    row = await tx.row(
        "INSERT INTO pickup (pickup_no, desk, office, on_date, from_time, to_time, booked_at, booked_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pickup_no) DO NOTHING RETURNING id",
        pickup.pickup_no, pickup.desk, pickup.office, pickup.on, f"{pickup.from_time:%H:%M}", f"{pickup.to_time:%H:%M}",
        at, actor,
    )  # fmt: skip
    return row is not None


async def pickups(session: Session, *, desk: str, since: date) -> tuple[Pickup, ...]:
    """Return the pickups of a desk (or of all) from a day on."""
    where, values = (" AND p.desk = $2", [desk]) if desk else ("", [])
    rows = await session.rows(
        "SELECT p.*, (SELECT max(m.manifest_no) FROM manifest m WHERE m.pickup_no = p.pickup_no) AS manifest_no"
        f" FROM pickup p WHERE p.on_date >= $1{where} ORDER BY p.on_date, p.from_time LIMIT 200",
        since, *values,
    )  # fmt: skip
    return tuple(pickup_from_row(row) for row in rows)


async def pickup(session: Session, pickup_no: str) -> Pickup | None:
    """Return one pickup."""
    row = await session.row("SELECT p.*, '' AS manifest_no FROM pickup p WHERE pickup_no = $1", pickup_no)
    return pickup_from_row(row) if row else None


async def planned_on(session: Session, *, desk: str, on: date) -> Pickup | None:
    """Return the first coming of the post that is planned for a desk on a day."""
    row = await session.row(
        "SELECT p.*, '' AS manifest_no FROM pickup p WHERE p.desk = $1 AND p.on_date = $2 AND p.state = 'booked'"
        " ORDER BY p.from_time, p.id LIMIT 1",
        desk, on,
    )  # fmt: skip
    return pickup_from_row(row) if row else None


async def hold(tx: Session, pickup_no: str) -> None:
    """Lock the lists of a pickup."""
    await tx.rows(f"SELECT id FROM manifest WHERE pickup_no = $1 ORDER BY id{tx.for_update}", pickup_no)


async def move_pickup(tx: Session, pickup_no: str, new_pickup_no: str, *, alone: Sequence[str]) -> bool:
    """Call a pickup off in favour of another, its open lists with it; unless a list of it holds others than `alone`."""
    others = await tx.row(
        "SELECT 1 AS yes FROM manifest m LEFT JOIN manifest_line l ON l.manifest_id = m.id WHERE m.pickup_no = $1"
        f" AND (m.state <> 'open' OR NOT (l.consignment_no {tx.among(2)})) LIMIT 1",
        pickup_no, list(alone),
    )  # fmt: skip
    if others:
        return False
    await tx.run("UPDATE manifest SET pickup_no = $2 WHERE pickup_no = $1 AND state = 'open'", pickup_no, new_pickup_no)
    await tx.run("UPDATE pickup SET state = 'moved' WHERE pickup_no = $1", pickup_no)
    return True


def pickup_from_row(row: dict[str, Any]) -> Pickup:
    """Return the pickup of one row."""
    on = row["on_date"] if isinstance(row["on_date"], date) else date.fromisoformat(row["on_date"])
    return Pickup(
        pickup_no=row["pickup_no"], desk=row["desk"], office=row["office"], on=on, state=row["state"],
        from_time=time.fromisoformat(row["from_time"]), to_time=time.fromisoformat(row["to_time"]),
        manifest_no=row["manifest_no"] or "",
    )  # fmt: skip


async def appoint(
    tx: Session, signatory: Signatory, *, valid_from: date, valid_to: date | None, actor: str, at: datetime
) -> None:
    """Keep an appointment."""
    await tx.run(
        "INSERT INTO signatory (signatory_no, unit_kind, unit, name, subject, account, valid_from, valid_to,"
        " appointed_at,"
        " appointed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        signatory.signatory_no, signatory.unit_kind, signatory.unit, signatory.name, signatory.subject,
        signatory.account,
        valid_from, valid_to, at, actor,
    )  # fmt: skip


async def appointed(session: Session, *, on: date, unit: str = "", signatory_no: str = "") -> tuple[Signatory, ...]:
    """Return who is appointed on a day, for a unit or by number."""
    name, value = ("signatory_no", signatory_no) if signatory_no else ("unit", unit)
    rows = await session.rows(
        f"SELECT * FROM signatory WHERE {name} = $1 AND valid_from <= $2"
        " AND (valid_to IS NULL OR valid_to >= $2) ORDER BY id",
        value, on,
    )  # fmt: skip
    return tuple(_signatory(row) for row in rows)


def _signatory(row: dict[str, Any]) -> Signatory:
    names = ("signatory_no", "unit_kind", "unit", "name", "subject", "account")
    return Signatory(**{name: row[name] for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A signatory, and from when to when; `valid_to` is the last day."""

    signatory: Signatory
    valid_from: date
    valid_to: date | None


async def dismiss(tx: Session, signatory_no: str, *, on: date) -> Signatory | None:
    """Let an appointment end with a day; return nothing when there is none, or it ends before."""
    row = await tx.row(
        "UPDATE signatory SET valid_to = $2 WHERE signatory_no = $1 AND (valid_to IS NULL OR valid_to > $2)"
        " RETURNING *",
        signatory_no, on,
    )  # fmt: skip
    return _signatory(row) if row else None


async def appointments(
    session: Session, *, unit: str = "", before: int = 0, limit: int
) -> list[tuple[int, Appointment]]:
    """Return appointments, newest first, of one unit or of all, with the row from which the next page goes on."""
    rows = await session.rows(
        f"SELECT * FROM signatory WHERE id < $1 AND ($2 = '' OR unit = $2) ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62, unit,
    )  # fmt: skip
    return [
        (
            row["id"],
            Appointment(
                signatory=_signatory(row), valid_from=records.day(row["valid_from"]),
                valid_to=records.day(row["valid_to"]) if row["valid_to"] else None,
            ),
        )
        for row in rows
    ]  # fmt: skip


async def seal_bag(tx: Session, bag_no: str, *, desk: str, actor: str, at: datetime) -> None:
    """Keep a new bag."""
    await tx.run(
        "INSERT INTO bag (bag_no, desk, sealed_at, sealed_by) VALUES ($1, $2, $3, $4)", bag_no, desk, at, actor
    )


async def bag(session: Session, bag_no: str) -> Bag | None:
    """Return a bag with what is inside."""
    row = await session.row("SELECT * FROM bag WHERE bag_no = $1", bag_no)
    if row is None:
        return None
    inside = await session.rows("SELECT consignment_no FROM consignment WHERE bag_no = $1 ORDER BY id", bag_no)
    numbers = tuple(item["consignment_no"] for item in inside)
    return Bag(bag_no=bag_no, desk=row["desk"], consignment_nos=numbers, sealed_at=moment(row["sealed_at"]))  # type: ignore[arg-type]
