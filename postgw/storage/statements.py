"""One statement as a step of a trace: what it does and to which table, never its values.

Used by: database. Source: OpenTelemetry semantic conventions, "Database" (`db.operation.name`, `db.collection.name`).
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache

from postgw import telemetry

#: What a trace says of the kind of database, by whether it is SQLite.
SYSTEM = {True: {"db.system.name": "sqlite"}, False: {"db.system.name": "postgresql"}}
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(?!unnest|json_each)([a-z_]+)")
_NOTHING: AbstractContextManager[None] = nullcontext()


def statement(sql: str, sqlite: bool) -> AbstractContextManager[None]:
    """Record one statement within the step under way, by what it does and to which table."""
    if not telemetry.is_on():
        return _NOTHING
    does, table = _told_of(sql)
    told = {**SYSTEM[sqlite], "db.operation.name": does, "db.collection.name": table}
    return telemetry.span(f"{does} {table}".rstrip(), told, kind="client")


@lru_cache(maxsize=1024)
def _told_of(sql: str) -> tuple[str, str]:
    """Return the word with which a statement begins, and the first table that it names.

    >>> _told_of("SELECT * FROM outbox WHERE id = $1"), _told_of("UPDATE job SET holder = $1"), _told_of("SELECT 1")
    (('SELECT', 'outbox'), ('UPDATE', 'job'), ('SELECT', ''))
    """
    table = _TABLE.search(sql)
    return sql.split(None, 1)[0].upper(), table[1] if table else ""
