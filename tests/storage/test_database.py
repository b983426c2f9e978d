from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import pytest
from tortoise.exceptions import OperationalError, TransactionManagementError

from postgw import hurry, logs, telemetry
from postgw.domain.errors import Troubled
from postgw.storage import dossiers
from postgw.storage.database import IntegrityError, connection_settings, moment, one_look, opened
from postgw.storage.patience import Slow
from postgw.storage.troubles import trouble_of

HANOI = timezone(timedelta(hours=7))


async def test_a_moment_comes_back_aware_in_utc_with_its_microseconds(house):
    kept = await house.dossier()

    assert kept.created_at == datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
    assert kept.created_at.tzinfo is UTC


async def test_a_moment_of_another_zone_is_the_same_moment(house):
    local = datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=HANOI)
    async with house.database.writing() as tx:
        await tx.run("INSERT INTO job (job, last_slot) VALUES ('j', $1)", local)

    row = await house.database.reading.row("SELECT last_slot FROM job WHERE last_slot = $1", local.astimezone(UTC))

    assert row is not None
    found = moment(row["last_slot"])
    assert found is not None
    assert (found, found.tzinfo) == (local, UTC)


async def test_moments_of_whole_seconds_and_of_fractions_are_in_order(house):
    moments = [house.at.replace(microsecond=n) for n in (0, 1, 999999)] + [house.at + timedelta(seconds=1)]
    async with house.database.writing() as tx:
        for n, at in enumerate(moments):
            await tx.run("INSERT INTO job (job, last_slot) VALUES ($1, $2)", str(n), at)

    rows = await house.database.reading.rows("SELECT job FROM job ORDER BY last_slot")
    before = await house.database.reading.rows("SELECT job FROM job WHERE last_slot < $1", moments[2])

    assert [row["job"] for row in rows] == ["0", "1", "2", "3"]
    assert len(before) == 2


async def test_a_person_is_found_without_accents_and_capitals(house):
    await house.dossier()

    rows = await house.database.reading.rows("SELECT id FROM dossier WHERE folded LIKE $1", "%nguyen van duc%")

    assert len(rows) == 1


async def test_what_a_block_did_is_undone_when_it_fails(house):
    async def fail():
        async with house.database.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('j')")
            raise KeyError("j")

    with pytest.raises(KeyError):
        await fail()

    assert await house.count("job") == 0


async def test_what_is_kept_twice_against_the_rules_is_refused(house):
    await _write(house.database, "j")

    with pytest.raises(IntegrityError):
        await _write(house.database, "j")


async def test_many_rows_go_in_with_every_kind_of_value(house):
    columns = (("account", "text"), ("cursor", "text"), ("read_at", "timestamptz"), ("last_error", "text"))
    rows = [("a", "1", house.at, "Nguyễn 'x' \"y\" $1 ?1 {}"), ("b", "2", None, "")]

    async with house.database.writing() as tx:
        said = await tx.insert_many("feed", columns, rows, tail="ON CONFLICT DO NOTHING RETURNING account")
        again = await tx.insert_many("feed", columns, rows, tail="ON CONFLICT DO NOTHING RETURNING account")

    kept = await house.database.reading.rows("SELECT account, cursor, read_at, last_error FROM feed ORDER BY account")
    assert ([row["account"] for row in said], again) == (["a", "b"], [])
    assert [(r["account"], r["cursor"], moment(r["read_at"]), r["last_error"]) for r in kept] == rows


async def test_many_rows_are_changed_by_their_key(house):
    await house.posted("BBBBBBBBBBX", "CBBBBBBBBBX", "DBBBBBBBBBX")
    ids = [row["id"] for row in await house.database.reading.rows("SELECT id FROM consignment ORDER BY id")]
    columns = (("id", "bigint"), ("state", "text"), ("heard_at", "timestamptz"), ("live", "boolean"))

    async with house.database.writing() as tx:
        await tx.update_many("consignment", columns, [(ids[0], "lost", house.at, False), (ids[2], "held", None, True)])

    rows = await house.database.reading.rows("SELECT state, live FROM consignment ORDER BY id")
    assert [(r["state"], bool(r["live"])) for r in rows] == [("lost", False), ("registered", True), ("held", True)]


async def test_no_rows_ask_nothing_of_the_database(house):
    async with house.database.writing() as tx:
        assert await tx.insert_many("no_such_table", (("a", "text"),), []) == []
        await tx.update_many("no_such_table", (("a", "text"), ("b", "text")), [])


async def test_a_read_goes_past_an_open_transaction(house):
    written, may_end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with house.database.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('j')")
            written.set()
            await may_end.wait()

    holding = asyncio.create_task(hold())
    await written.wait()
    seen = await asyncio.wait_for(house.count("job"), 60)
    still_open = not holding.done()
    may_end.set()
    await holding

    assert (seen, still_open) == (0, True)


async def test_a_task_started_in_a_transaction_does_not_speak_through_it(house):
    async def look():
        return await house.count("job")

    async with house.database.writing() as tx:
        await tx.run("INSERT INTO job (job) VALUES ('j')")
        inside = await asyncio.create_task(look())
        later = asyncio.create_task(look())
    outside = await later

    assert inside == 0
    assert outside in {0, 1}


async def test_a_task_started_in_a_transaction_has_transactions_of_its_own(house):
    started = []

    async def start_and_fail():
        async with house.database.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('ours')")
            started.append(asyncio.create_task(_write(house.database, "theirs")))
            raise KeyError

    with pytest.raises(KeyError):
        await start_and_fail()
    await started[0]

    assert [row["job"] for row in await house.database.reading.rows("SELECT job FROM job")] == ["theirs"]


@pytest.mark.slow
async def test_read_then_write_from_several_processes_loses_nothing(house):
    async with house.database.writing() as tx:
        await tx.run("INSERT INTO feed (account, cursor) VALUES ('a', '0')")

    await house.in_processes("count_up", "100")

    row = await house.database.reading.row("SELECT cursor FROM feed WHERE account = 'a'")
    assert row == {"cursor": "300"}


async def test_tasks_that_give_up_waiting_for_a_transaction_leave_no_trace(database_url):
    """More of them than the pool has connections."""
    async with opened(database_url, pool=2) as database:
        async with database.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('first')")
            waiting = [asyncio.create_task(_write(database, str(n))) for n in range(5)]
            await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.wait_for(_write(database, "last"), 60)

        rows = await database.reading.rows("SELECT job FROM job ORDER BY id")
    assert [row["job"] for row in rows] == ["first", "last"]


async def test_a_task_cancelled_in_mid_transaction_undoes_it_and_gives_the_connection_back(database_url):
    async with opened(database_url, pool=1) as database:
        begun = asyncio.Event()

        async def stall() -> None:
            async with database.writing() as tx:
                await tx.run("INSERT INTO job (job) VALUES ('never')")
                begun.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(stall())
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(_write(database, "next"), 60)

        assert [row["job"] for row in await database.reading.rows("SELECT job FROM job")] == ["next"]


async def _write(database, job):
    async with database.writing() as tx:
        await tx.run("INSERT INTO job (job) VALUES ($1)", job)


async def test_a_transaction_that_another_process_keeps_out_does_not_block_the_next(sqlite_url):
    """The other process is a second database on the same file; patience is cut short by hand."""
    async with opened(sqlite_url) as ours, opened(sqlite_url) as theirs:
        await _write(ours, "before")
        await ours._writer.execute_script("PRAGMA busy_timeout=1")
        async with theirs.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('theirs')")
            with pytest.raises(Troubled, match="bận"):
                await _write(ours, "kept out")

        await asyncio.wait_for(_write(ours, "after"), 60)

        rows = await ours.reading.rows("SELECT job FROM job ORDER BY id")
    assert [row["job"] for row in rows] == ["before", "theirs", "after"]


async def test_giving_up_while_another_process_is_waited_for_leaves_no_transaction_open(sqlite_url):
    async with opened(sqlite_url) as ours, opened(sqlite_url) as theirs:
        await _write(ours, "before")
        async with theirs.writing():
            waiting = asyncio.create_task(_write(ours, "given up"))
            for _ in range(20):  # until the wish for the lock is with the connection's thread
                await asyncio.sleep(0)
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

        await asyncio.wait_for(_write(ours, "after"), 60)

        rows = await ours.reading.rows("SELECT job FROM job ORDER BY id")
    assert [row["job"] for row in rows] == ["before", "after"]


async def test_the_reading_connection_of_sqlite_cannot_write(sqlite_url):
    async with opened(sqlite_url) as database:
        with pytest.raises(Troubled, match="chỉ đọc"):
            await database.reading.run("INSERT INTO job (job) VALUES ('j')")


async def test_sqlite_is_opened_in_the_mode_that_loses_nothing(sqlite_url):
    async with opened(sqlite_url) as database, database.writing() as tx:
        said = {name: list((await tx.rows(f"PRAGMA {name}"))[0].values())[0] for name in ("journal_mode", "synchronous",
                "foreign_keys")}  # fmt: skip

    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_a_trace_has_a_span_for_each_statement_and_none_of_its_values(house):
    found: list[telemetry.Span] = []
    with telemetry.switched_on(found.append):
        token = logs.request_id.set("quay-0001")
        with telemetry.begun("POST /api/v1/scans"):
            await _write(house.database, "thư của một người")
            await house.database.reading.rows("SELECT job FROM job WHERE job = $1", "thư của một người")
        logs.request_id.reset(token)
    untraced = len(found)
    await _write(house.database, "another")

    insert, transaction, select, request = found
    assert [span.name for span in found] == ["INSERT job", "transaction", "SELECT job", "POST /api/v1/scans"]
    assert (insert.parent_id, select.parent_id) == (transaction.span_id, request.span_id)
    assert insert.attributes["db.collection.name"] == "job"
    assert "thư" not in repr(found)
    assert len(found) == untraced


async def test_what_the_database_could_not_do_is_counted_by_its_kind(sqlite_url):
    async with opened(sqlite_url) as database:
        with pytest.raises(Troubled):
            await database.reading.run("INSERT INTO job (job) VALUES ('j')")

        assert {kind: times for kind, times in database.pool().troubles.items() if times} == {"read_only": 1}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (asyncpg.DiskFullError("no space left"), "database.full"),
        (asyncpg.CannotConnectNowError("starting up"), "database.away"),
        (asyncpg.ConnectionDoesNotExistError("closed in the middle"), "database.away"),
        (asyncpg.InterfaceError("connection is closed"), "database.away"),
        (asyncpg.InterfaceError("cannot call fetch(): connection has been released back to the pool"), "database.away"),
        (ConnectionRefusedError(), "database.away"),
        (asyncpg.TooManyConnectionsError("too many clients"), "database.busy"),
        (asyncpg.DeadlockDetectedError("deadlock"), "database.busy"),
        (asyncpg.ReadOnlySQLTransactionError("read-only"), "database.read_only"),
        (TransactionManagementError(asyncpg.ReadOnlySQLTransactionError("read-only")), "database.read_only"),
        (asyncpg.InternalClientError("cannot switch to state 12"), "database.away"),
        (asyncpg.exceptions.InvalidCachedStatementError("changed"), "database.changed"),
        (Slow(), "database.slow"),
        (asyncpg.DataError("invalid input for query argument"), ""),
        (asyncpg.InterfaceError("another operation is in progress"), ""),
        (asyncpg.UndefinedTableError("no such table"), ""),
        (ValueError("of ours"), ""),
    ],
)
def test_only_what_passes_by_itself_is_a_trouble_of_the_database(error, code):
    trouble = trouble_of(error)

    assert (trouble.code if trouble else "") == code
    assert not trouble or int(str(trouble.values["retry_after"])) >= 1


async def test_whoever_waits_for_a_transaction_that_does_not_end_hears_so_and_a_job_waits_on(database_url):
    """More wait than there are connections; patience is cut short by hand."""
    async with opened(database_url, pool=1, patience=0.1) as database:
        async with database.writing() as tx:
            await tx.run("INSERT INTO job (job) VALUES ('first')")
            job = asyncio.create_task(_write(database, "a job's"))
            with hurry.at_the_door():
                told = await asyncio.gather(*(_write(database, str(n)) for n in range(3)), return_exceptions=True)
        await asyncio.wait_for(job, 60)

        assert [getattr(each, "code", "") for each in told] == ["database.slow"] * 3
        rows = await database.reading.rows("SELECT job FROM job ORDER BY id")
        assert [row["job"] for row in rows] == ["first", "a job's"]
        assert database.pool().troubles["slow"] == 3


@pytest.mark.postgres
async def test_a_statement_of_a_job_takes_the_time_it_takes_and_one_that_somebody_waits_for_does_not(postgres_url):
    long = "SELECT pg_sleep(0.6) IS NOT NULL AS ended"
    async with opened(postgres_url, pool=1, patience=0.1) as database:
        assert await database.reading.row(long) == {"ended": True}
        with hurry.at_the_door(), hurry.time_enough():
            assert await database.reading.row(long) == {"ended": True}
        with hurry.at_the_door():
            with pytest.raises(Troubled) as slow:
                await database.reading.row("SELECT pg_sleep(3600)")
            assert slow.value.code == "database.slow"
            with pytest.raises(Troubled) as slow:
                await _sleep_within(database)
            assert slow.value.code == "database.slow"
        await _write(database, "well again")


async def _sleep_within(database):
    async with database.writing() as tx:
        await tx.run("INSERT INTO job (job) VALUES ('never')")
        await tx.rows("SELECT pg_sleep(3600)")


async def test_who_hung_up_while_waiting_is_gone_and_not_told_that_it_was_slow(database_url):
    async with opened(database_url, pool=1, patience=0.1) as database:
        with hurry.at_the_door():
            async with database.writing():
                waiting = asyncio.create_task(_write(database, "never"))
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting


@pytest.mark.postgres
async def test_after_the_server_lost_every_connection_transactions_work_again(postgres_url):
    async with opened(postgres_url, pool=2) as database:
        await asyncio.gather(*(_write(database, str(n)) for n in range(2)))
        async with opened(postgres_url, pool=1) as other:
            await other.reading.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        for n in range(5):
            await asyncio.gather(*(_write(database, f"{n}.{m}") for m in range(2)), return_exceptions=True)

        await asyncio.wait_for(_write(database, "well again"), 60)


async def _cut_off(database, session):
    """Let somebody else end the connection that a session speaks over."""
    row = await session.row("SELECT pg_backend_pid() AS pid")
    await database.reading.rows("SELECT pg_terminate_backend($1::int, 20000)", row["pid"])  # and wait until it is gone


async def _cut_in_the_midst(database, *, asks_on: bool):
    async with database.writing() as tx:
        await _cut_off(database, tx)
        if asks_on:
            await tx.rows("SELECT 1 AS one")


@pytest.mark.postgres
@pytest.mark.parametrize("asks_on", [True, False], ids=["and asks on", "and only commits"])
async def test_a_transaction_whose_line_is_cut_says_that_the_database_is_away(postgres_url, asks_on):
    async with opened(postgres_url, pool=2) as database:
        with pytest.raises(Troubled):
            await _cut_in_the_midst(database, asks_on=asks_on)

        await _write(database, "well again")


@pytest.mark.postgres
async def test_what_the_database_says_of_the_question_itself_is_not_taken_for_absence(postgres_url):
    async with opened(postgres_url, pool=2) as database:
        with pytest.raises(OperationalError):
            await database.reading.rows("SELECT nothing FROM nowhere")


def test_a_password_in_the_url_may_hold_any_letter():
    settings = connection_settings("postgres://m%E1%BB%99t:p%40%2Fss@db.example:5433/post%20gw?sslmode=require")

    credentials = settings["connections"]["default"]["credentials"]
    wanted = {
        "user": "một",
        "password": "p@/ss",
        "host": "db.example",
        "port": 5433,
        "database": "post gw",
        "ssl": "require",
    }
    assert {name: credentials[name] for name in wanted} == wanted


def test_a_url_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="mysql"):
        connection_settings("mysql://db.example/postgw")


async def test_days_are_compared_as_days(house):
    async with house.database.writing() as tx:
        await tx.run(
            "INSERT INTO post_place (commune_code, post_province, valid_from, author, reason)"
            " VALUES ('1', 2, $1, '', '')",
            date(2026, 10, 9),
        )

    rows = await house.database.reading.rows("SELECT id FROM post_place WHERE valid_from <= $1", date(2026, 10, 10))

    assert len(rows) == 1


async def test_a_database_opened_in_one_task_may_be_closed_in_another(database_url):
    opening = opened(database_url)
    database = await asyncio.create_task(opening.__aenter__())
    found = await dossiers.find(database.reading, "none")
    await asyncio.create_task(opening.__aexit__(None, None, None))

    assert found is None


async def test_within_one_look_a_question_is_asked_once_and_afterwards_anew(house) -> None:
    first = await house.dossier("1")
    reading, asked = house.database.reading, "SELECT count(*) AS n FROM dossier WHERE id >= $1"
    with one_look():
        before = await reading.rows(asked, first.dossier_id)
        before[0].pop("n")  # a reader takes its own copy apart
        await house.dossier("2")
        within = await reading.row(asked, first.dossier_id)
        other = await reading.row(asked, first.dossier_id + 1)
    after = await reading.row(asked, first.dossier_id)

    assert (within, other, after) == ({"n": 1}, {"n": 1}, {"n": 2})
