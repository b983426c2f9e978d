"""What the province sets, as dated rows with author and reason: desks and offices, place codes of the post, procedures.

Also what this database is: where it began. A database that began in rehearsal is never taken for a live one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.errors import Invalid
from postgw.domain.ports import PostPlace
from postgw.domain.procedure import Procedure, in_force, is_in_force
from postgw.domain.unit import Unit as Unit

from . import records
from .database import Session

_UNIT = (
    "code", "kind", "name", "address", "phone", "commune_code", "commune", "province", "email", "website",
    "opening_hours", "closed_on",
)  # fmt: skip


async def put_units(tx: Session, units: Sequence[Unit]) -> None:
    """Keep units; a known code gets the new data."""
    sets = ", ".join(f"{name} = excluded.{name}" for name in _UNIT[1:])
    await tx.insert_many(
        "unit",
        [(name, "date" if name == "closed_on" else "text") for name in _UNIT],
        [tuple(getattr(unit, name) for name in _UNIT) for unit in sorted(units, key=lambda unit: unit.code)],
        tail=f"ON CONFLICT (code) DO UPDATE SET {sets}",
    )  # fmt: skip


async def units(session: Session, *, kind: str = "") -> tuple[Unit, ...]:
    """Return every unit, or those of one kind."""
    where, values = (" WHERE kind = $1", [kind]) if kind else ("", [])
    rows = await session.rows(f"SELECT {', '.join(_UNIT)} FROM unit{where} ORDER BY code", *values)
    return tuple(_unit(row) for row in rows)


async def page_of_units(
    session: Session, *, kind: str = "", commune_code: str = "", open_on: date | None = None, after: int, limit: int
) -> list[tuple[int, Unit]]:
    """Return units in the order in which they became known, with the row from which the next page goes on.

    `open_on` leaves out those that work no more on a day.
    """
    is_open, values = (" AND (closed_on IS NULL OR closed_on > $4)", [open_on]) if open_on else ("", [])
    rows = await session.rows(
        f"SELECT id, {', '.join(_UNIT)} FROM unit WHERE id > $1 AND ($2 = '' OR kind = $2)"
        f" AND ($3 = '' OR commune_code = $3){is_open} ORDER BY id LIMIT {int(limit)}",
        after, kind, commune_code, *values,
    )  # fmt: skip
    return [(row.pop("id"), _unit(row)) for row in rows]


async def unit(session: Session, code: str) -> Unit | None:
    """Return one unit."""
    row = await session.row(f"SELECT {', '.join(_UNIT)} FROM unit WHERE code = $1", code)
    return _unit(row) if row else None


async def units_of(session: Session, codes: Sequence[str]) -> dict[str, Unit]:
    """Return some units by their codes; one that is not known is missing."""
    rows = await session.rows(f"SELECT {', '.join(_UNIT)} FROM unit WHERE code {session.among(1)}", list(codes))
    return {row["code"]: _unit(row) for row in rows}


def _unit(row: dict[str, Any]) -> Unit:
    closed = row.pop("closed_on")
    return Unit(**row, closed_on=records.day(closed) if closed else None)


async def must_be_unit(session: Session, code: str, kind: str, *, field: str) -> Unit:
    """Return a unit of a kind. Raises Invalid when there is none of that code."""
    found = await unit(session, code)
    if found is None or found.kind != kind:
        raise Invalid("Không có đơn vị mang mã {number}.", number=code, code="unit.unknown", field=field)
    return found


async def put_places(
    tx: Session,
    places: Sequence[tuple[str, PostPlace]],
    *,
    valid_from: date,
    author: str,
    reason: str,
    scheme: str = "vnpost",
) -> None:
    """Keep a post's own codes of communes from a day on; what began before stays as it was."""
    columns = (
        ("scheme", "text"), ("commune_code", "text"), ("post_province", "int"), ("post_district", "int"),
        ("post_commune", "text"), ("valid_from", "date"), ("author", "text"), ("reason", "text"),
    )  # fmt: skip
    rows = [
        (scheme, commune, place.province, place.district, place.commune, valid_from, author, reason)
        for commune, place in places
    ]
    await tx.insert_many("post_place", columns, rows, tail="ON CONFLICT (scheme, commune_code, valid_from) DO NOTHING")


async def places_of_day(session: Session, *, scheme: str, valid_from: date) -> dict[str, PostPlace]:
    """Return the codes of a scheme that begin on a very day, by commune."""
    rows = await session.rows(
        "SELECT commune_code, post_province, post_district, post_commune FROM post_place"
        " WHERE scheme = $1 AND valid_from = $2",
        scheme, valid_from,
    )  # fmt: skip
    return {
        row["commune_code"]: PostPlace(
            province=row["post_province"], district=row["post_district"], commune=row["post_commune"]
        )
        for row in rows
    }


async def coded_communes(session: Session, *, scheme: str, on: date) -> frozenset[str]:
    """Return the communes that have a code of a scheme on a day."""
    rows = await session.rows(
        "SELECT DISTINCT commune_code FROM post_place WHERE scheme = $1 AND valid_from <= $2", scheme, on
    )
    return frozenset(row["commune_code"] for row in rows)


async def place(session: Session, commune_code: str, *, on: date, scheme: str = "vnpost") -> PostPlace | None:
    """Return a post's own codes of a commune on a day."""
    row = await session.row(
        "SELECT post_province, post_district, post_commune FROM post_place WHERE commune_code = $1 AND valid_from <= $2"
        " AND scheme = $3 ORDER BY valid_from DESC LIMIT 1",
        commune_code, on, scheme,
    )  # fmt: skip
    if row is None:
        return None
    return PostPlace(province=row["post_province"], district=row["post_district"], commune=row["post_commune"])


async def put_procedures(tx: Session, procedures: Sequence[Procedure], *, author: str, reason: str) -> None:
    """Keep procedures from their days on; what began before stays as it was."""
    columns = (("code", "text"), ("valid_from", "date"), ("data", "text"), ("author", "text"), ("reason", "text"))
    rows = [(p.code, p.valid_from, records.to_json(p), author, reason) for p in procedures]
    await tx.insert_many("procedure", columns, rows, tail="ON CONFLICT (code, valid_from) DO NOTHING")


async def procedure(session: Session, code: str, *, on: date) -> Procedure | None:
    """Return a procedure as it stands on a day; nothing when it is not in force."""
    row = await session.row(
        "SELECT data FROM procedure WHERE code = $1 AND valid_from <= $2 ORDER BY valid_from DESC LIMIT 1", code, on
    )
    found = records.procedure(row["data"]) if row else None
    return found if found and is_in_force(found, on) else None


async def procedure_names(session: Session, codes: Sequence[str], *, on: date) -> dict[str, str]:
    """Return what some procedures are called on a day, by code, whether still in force or not."""
    rows = await session.rows(
        f"SELECT p.code, p.data FROM procedure p WHERE p.code {session.among(1)} AND p.valid_from <= $2"
        " ORDER BY p.code, p.valid_from",
        list(codes), on,
    )  # fmt: skip
    return {row["code"]: records.procedure(row["data"]).name for row in rows}


async def procedures_of(session: Session, codes: Sequence[str], *, on: date) -> dict[str, Procedure]:
    """Return some procedures as they stand on a day, by code; one that is not in force is missing."""
    rows = await session.rows(
        f"SELECT p.code, p.data FROM procedure p WHERE p.code {session.among(1)} AND p.valid_from = (SELECT"
        " max(q.valid_from) FROM procedure q WHERE q.code = p.code AND q.valid_from <= $2)",
        list(codes), on,
    )  # fmt: skip
    found = {row["code"]: records.procedure(row["data"]) for row in rows}
    return {code: procedure for code, procedure in found.items() if is_in_force(procedure, on)}


async def procedures(session: Session, *, on: date) -> tuple[Procedure, ...]:
    """Return every procedure that is in force on a day, as it stands then."""
    rows = await session.rows(
        "SELECT p.data FROM procedure p WHERE p.valid_from = (SELECT max(q.valid_from) FROM procedure q"
        " WHERE q.code = p.code AND q.valid_from <= $1) ORDER BY p.code",
        on,
    )
    return in_force((records.procedure(row["data"]) for row in rows), on)


async def began_in_rehearsal(session: Session) -> bool | None:
    """Say whether this database began in rehearsal; nothing when it has not begun."""
    row = await session.row("SELECT began_in_rehearsal FROM house ORDER BY id LIMIT 1")
    return bool(row["began_in_rehearsal"]) if row else None


async def begin(tx: Session, *, rehearsal: bool, at: datetime) -> None:
    """Write down where this database began; the first word stands."""
    await tx.run(
        "INSERT INTO house (id, began_in_rehearsal, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING",
        rehearsal,
        at,
    )


async def link_secret(tx: Session) -> bytes:
    """Return the secret from which this house makes its secret links; made at the first asking, then the same."""
    await tx.run("UPDATE house SET link_secret = $1 WHERE id = 1 AND link_secret = ''", secrets.token_hex(32))
    row = await tx.row("SELECT link_secret FROM house WHERE id = 1")
    assert row is not None, "a database has begun before anything is done in it"
    return bytes.fromhex(row["link_secret"])


async def known_link_secret(session: Session) -> bytes:
    """Return the secret of the links and order tokens made so far; empty when none was, so that a look makes none."""
    row = await session.row("SELECT link_secret FROM house WHERE id = 1")
    return bytes.fromhex(row["link_secret"]) if row else b""
