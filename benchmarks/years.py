"""Years of history in PostgreSQL, written by set-based statements: what the measurements of size share.

`filled` makes a database of so many consignments and so many scans, as five years of a province leave them: 69 desks
and 30 post offices, two consignments to a dossier, all ended but those of the last days, two scans each and ten on the
newest. What lives is the same in a young database as in an old one, and so is the pace at which consignments come: the
young one is the same house a day old. Secondary indexes are built after the rows, by their own definitions.

Used by: long_lists, history, years_sqlite.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from postgw.domain.consignment_number import ALPHABET, check_character
from postgw.domain.legal_day import legal_day
from postgw.rules.book import rule_book
from postgw.storage.migrate import migrate

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIVE_YEARS = timedelta(days=5 * 365)
DESKS, OFFICES = 69, 30
#: Consignments under way, in a young database as in an old one.
LIVE = 6000
#: The newest, which have ten scans where they have ended.
RECENT = 20_000
_SCRAMBLE = 982_451_653
VERSION = rule_book().scan_table(legal_day(AT)).version


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a database is to hold, and how far apart its consignments were made."""

    consignments: int
    scans: int
    pace: timedelta

    @property
    def each(self) -> int:
        """Return how many scans an old consignment has."""
        return max(1, min(10, self.scans // self.consignments))

    @property
    def name(self) -> str:
        """Return the name of the database."""
        return f"years_{self.consignments}_{self.scans}"


def sizes(consignments: int, scans: int, young: int) -> tuple[Size, Size]:
    """Return an old house and the same house when it was young."""
    pace = FIVE_YEARS / consignments
    each = max(1, scans // consignments)
    return (
        Size(consignments=consignments, scans=scans, pace=pace),
        Size(consignments=young, scans=young * each, pace=pace),
    )


def quick_tenth(times: list[float]) -> float:
    """Return the time that a tenth of the answers did not need."""
    return sorted(times)[len(times) // 10]


def number_of(n: int) -> str:
    """Return the number of the n-th consignment, as the statement below makes it."""
    scrambled = n * _SCRAMBLE % 23**9
    body = "".join(ALPHABET[scrambled // 23**place % 23] for place in range(9)) + ALPHABET[10 + n % 13]
    return body + check_character(body)


def _number_in_sql() -> str:
    values = [f"(n * {_SCRAMBLE} % {23**9} / {23**place} % 23)" for place in range(9)] + ["(10 + n % 13)"]
    letters = " || ".join(f"substr('{ALPHABET}', {value}::int + 1, 1)" for value in values)
    total = " + ".join(f"{weight} * {value}" for weight, value in enumerate(values, 1))
    return f"{letters} || substr('{ALPHABET}', ((23 - ({total}) % 23) % 23)::int + 1, 1)"


def desk(n: int) -> str:
    """Return the code of a desk."""
    return f"D{n % DESKS:02d}"


#: What pages read of a dossier, and no more.
CONTENT = (
    '{"dossier_no":"H27.15-1","receiving_desk":"TS","returning_desk":"TS","procedure_code":"1.001193",'
    '"service_form":"both","applicant":{"name":"Nguyễn Thị Diễn Tập","phone":"0540000000","address":"Tổ 3"},'
    '"return_to":null,"papers":[],"due_on":null,"consent_at":null}'
)
_PARTY = '{"name":"Nguyễn Thị Diễn Tập","phone":"0540000000","address":"Tổ 3","commune_code":"18073"}'
PARTIES = f'{{"consignor":{_PARTY},"consignee":{_PARTY}}}'
_LIVES = f"(n > $1::bigint - {LIVE})"
_MADE = "($2::timestamptz - ($1::bigint - n) * $3::interval)"
#: By turns of ten and of twenty. No result is called off: its dossier would want an apology, and only an old house has
#: dossiers that fall due.
LIVING = (
    "registered", "booked", "booked", "attempted", "held", "in_transit", "in_transit", "at_office", "at_office",
    "out_for_delivery",
)  # fmt: skip
ENDED = ("delivered",) * 17 + ("returned", "cancelled", "archived")
_STATE = (
    f"CASE WHEN {_LIVES} THEN (ARRAY{list(LIVING)})[1 + n % 10]"
    f" ELSE replace((ARRAY{list(ENDED)})[1 + n * 31 % 997 % 20],"
    " CASE WHEN n % 2 = 0 THEN 'cancelled' ELSE '' END, 'delivered') END"
)
#: What a whole journey says; who lives in the post's hands has nine of it.
WHOLE_JOURNEY = (
    "booked", "collected", "departed", "arrived", "departed", "arrived", "departed", "arrived", "departed", "delivered",
)  # fmt: skip
_CODES = f"ARRAY{list(WHOLE_JOURNEY)}"
_UNITS = (
    "INSERT INTO unit (code, kind, name, commune_code, commune, province)"
    f" SELECT 'D' || lpad(n::text, 2, '0'), 'desk', 'Trung tâm Phục vụ hành chính công ' || n, '18073',"
    f" 'Phường Thành Sen', 'Tỉnh Hà Tĩnh' FROM generate_series(0, {DESKS - 1}) n"
    " UNION ALL SELECT (480000 + n)::text, 'office', 'Bưu cục ' || n, '', '', ''"
    f" FROM generate_series(0, {OFFICES - 1}) n"
)
_DESK = f"'D' || lpad((n / 2 % {DESKS})::text, 2, '0')"
_OFFICE = f"(480000 + n / 2 % {OFFICES})::text"
#: Each table: its statement, where $1 is how many consignments, $2 the moment of the newest, $3 the pace.
_TABLES = {
    "dossier": (
        "INSERT INTO dossier (id, dossier_no, number_key, receiving_desk, returning_desk, procedure_code, service_form,"
        " content, digest, rules_version, due_on, created_at, created_by, updated_at)"
        " SELECT n / 2, 'H27.15-' || n, 'H2715' || n, {desk}, {desk}, '1.001193', 'both', '{content}', '', '{version}',"
        " ({made} + interval '15 days')::date, {made}, 'bench', {made} FROM generate_series(2, $1::bigint + 1, 2) n"
    ),
    "consignment": (
        "INSERT INTO consignment (id, consignment_no, dossier_id, leg, issue, desk, parties, item_no, account,"
        " rules_version, created_at, created_by, state, holder, office, since_at, attempts, heard_at, proved, live)"
        " SELECT n, {number}, (n + 1) / 2, CASE WHEN n % 2 = 1 THEN 'send' ELSE 'return' END, 1, {desk}, '{parties}',"
        " 'PA' || lpad(n::text, 9, '0') || 'VN', 'bench', '{version}', {made}, 'bench', {state},"
        " CASE WHEN {lives} AND n % 10 < 3 THEN 'sender' WHEN {lives} THEN 'post' ELSE 'recipient' END,"
        " CASE WHEN {lives} AND n % 10 < 3 THEN '' ELSE {office} END, {made} + interval '1 hour',"
        " CASE WHEN {lives} AND n % 10 = 3 THEN 1 ELSE 0 END, {made} + interval '1 hour', NOT {lives}, {lives}"
        " FROM generate_series(1, $1::bigint) n"
    ),
    "scan": (
        "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at,"
        " office, actor) SELECT n, 'device:d' || n % 200, n || '-' || e, 2, "
        "CASE WHEN e <= {each} AND NOT n > $1::bigint - {recent} AND e = {each} THEN 'delivered'"
        " WHEN NOT n > $1::bigint - {recent} THEN 'collected' ELSE (" + _CODES + ")[e] END,"
        " {made} + e * interval '6 minutes', {made} + e * interval '6 minutes', {made} + e * interval '6 minutes',"
        " {office}, 'bench' FROM generate_series(1, $1::bigint) n CROSS JOIN LATERAL generate_series(1, CASE"
        " WHEN {lives} THEN CASE n % 10 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 1 ELSE 9 END"
        " WHEN n > $1::bigint - {recent} THEN 10 ELSE {each} END) e"
    ),
    "event": (
        "INSERT INTO event (notice_id, kind, desk, notice, created_at) SELECT {number} || '.delivered.0123456789ab',"
        " 'consignment.delivered', {desk}, {notice}, {made} + interval '1 hour'"
        " FROM generate_series($1::bigint * 3 / 4, $1::bigint) n"
    ),
    "told": (
        "INSERT INTO told (id, event_id, owed_at, done_at, channel, target, subject)"
        " SELECT n, n - $1::bigint * 3 / 4 + 1, {made}, {made} + interval '1 hour',"
        " (ARRAY['desk','citizen'])[1 + n % 2], 'bench', {number}"
        " FROM generate_series($1::bigint * 3 / 4, $1::bigint) n"
    ),
    "post_order": (
        "INSERT INTO post_order (consignment_no, account, state, asked_at, asked_by, answered_at) SELECT {number},"
        " 'bench', 'taken', {made}, 'bench', {made} FROM generate_series($1::bigint * 3 / 4, $1::bigint) n"
        " WHERE NOT ({lives} AND n % 10 = 0)"
    ),
}  # fmt: skip
_NOTICE = '\'{"on":"2026-11-23T02:30:00+00:00","dossier_no":"H27.15-\' || n || \'","leg":"return","office":"480000"}\''


def _statement(table: str, size: Size) -> str:
    return (
        _TABLES[table].replace("{desk}", _DESK).replace("{number}", _number_in_sql()).replace("{office}", _OFFICE)
        .replace("{made}", _MADE).replace("{lives}", _LIVES).replace("{state}", _STATE)
        .replace("{recent}", str(RECENT)).replace("{each}", str(size.each)).replace("{version}", VERSION)
        .replace("{parties}", PARTIES).replace("{notice}", _NOTICE).replace("{content}", CONTENT)
    )  # fmt: skip


def database_url(server: str, size: Size) -> str:
    """Return the URL of the database of a size on a server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{size.name}"))


async def filled(server: str, size: Size) -> str:
    """Fill a database of a size on a server where it is not there yet; return its URL."""
    url = database_url(server, size)
    connection = await asyncpg.connect(server)
    there = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", size.name)
    if not there:
        await connection.execute(f'CREATE DATABASE "{size.name}"')
    await connection.close()
    if there:
        return url
    began = time.perf_counter()
    await migrate(url)
    connection = await asyncpg.connect(url, command_timeout=None)
    values = (size.consignments, AT, size.pace)
    await connection.execute(_UNITS)
    for table in _TABLES:
        await _rows(connection, table, _statement(table, size), values)
    await _links(connection, size)
    for table in ("dossier", "consignment"):
        await connection.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    await connection.execute("VACUUM ANALYZE")
    bytes_ = await connection.fetchval("SELECT pg_database_size(current_database())")
    await connection.close()
    print(
        f"filled {size.consignments:,} consignments, {size.scans:,} scans in {time.perf_counter() - began:.0f} s,"
        f" {bytes_ / 1e9:.1f} GB", flush=True,
    )  # fmt: skip
    return url


async def _rows(connection: Any, table: str, statement: str, values: tuple[Any, ...]) -> None:
    """Write the rows of a table without its secondary indexes, then build those."""
    indexes = await connection.fetch(
        "SELECT indexdef, indexrelid::regclass::text AS name FROM pg_index"
        " JOIN pg_indexes ON indexname = indexrelid::regclass::text"
        " WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        table,
    )
    keys = await connection.fetch(
        "SELECT conname, pg_get_constraintdef(oid) AS told FROM pg_constraint WHERE conrelid = $1::regclass"
        " AND contype IN ('u', 'f')",
        table,
    )
    async with connection.transaction():
        for key in keys:
            await connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{key["conname"]}"')
        for index in indexes:
            await connection.execute(f'DROP INDEX "{index["name"].strip(chr(34))}"')
        # What is written into a file of its own within one transaction needs no log, where the server keeps the least.
        await connection.execute(f"TRUNCATE {table} CASCADE")
        await connection.execute(statement, *values)
    for index in indexes:
        await connection.execute(index["indexdef"])
    for key in keys:
        await connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{key["conname"]}" {key["told"]}')


async def _links(connection: Any, size: Size) -> None:
    """Chain the newest quarter of the scans; hashes are as long as real ones."""
    statement = (
        "INSERT INTO chain (scan_id, link_no, consignment_id, linked_at, seq, hash)"
        " SELECT id, id - $1::bigint, consignment_id, received_at + interval '1 minute',"
        " split_part(source_id, '-', 2)::int, decode(md5(id::text) || md5((id + 1)::text), 'hex') FROM scan"
        " WHERE id > $1::bigint ORDER BY id"
    )
    begin = await connection.fetchval("SELECT max(id) * 3 / 4 FROM scan")
    await _rows(connection, "chain", statement, (begin,))  # links hang on nothing
    await connection.execute(
        "INSERT INTO seal (sealed_on, digest, heads, through_link, made_at)"
        " SELECT $1::timestamptz::date - 1, repeat('0', 64), 1, max(link_no), $1::timestamptz FROM chain",
        AT,
    )


def fill(server: str, *wanted: Size) -> None:
    """Fill every database that is wanted."""
    for size in wanted:
        asyncio.run(filled(server, size))
