"""Who was told of what became true, and when: what is left of an errand once what it said stands elsewhere too.

An errand that is owed needs words, a key, a lease and its tries; one that is done is a line: which place of the feed,
to whom, when it was owed and when it was heard, and the id of the request that caused it, packed. What the post was
asked stands with its order; such a line has no place of the feed. So errands move here, and stay as few as what is
owed, however many years went by. What was done before there was this table stays where it is, and so does a word to a
citizen that no feed has.

Stands on: nothing but the database. Used by: outbox, evidence, messages, overviews, closings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from postgw.domain.ports import Notice

from . import records
from .database import Session

#: The id of the notice that an errand tells, for a statement that speaks of `outbox o`.
NOTICE_OF = (
    "CASE WHEN o.channel = 'fan' THEN substr(o.key, 5) ELSE substr(o.key, length(o.channel) + length(o.target) + 3) END"
)
#: Ids that we make are hexadecimal, those of many proxies a UUID: half as long in bytes. SQLite keeps the text.
_PACKED = (
    "CASE WHEN o.request_id = '' THEN NULL"
    " WHEN o.request_id ~ '^([0-9a-f][0-9a-f])+$' THEN '\\x00'::bytea || decode(o.request_id, 'hex')"
    " WHEN o.request_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
    " THEN '\\x01'::bytea || decode(replace(o.request_id, '-', ''), 'hex') ELSE convert_to(o.request_id, 'UTF8') END"
)
_MOVED = (
    "INSERT INTO told (id, event_id, owed_at, done_at, attempts, channel, target, subject, request)"
    " SELECT o.id, COALESCE(e.id, 0), o.created_at, $2, o.attempts, o.channel, o.target, o.subject, {request}"
    f" FROM outbox o LEFT JOIN event e ON e.notice_id = {NOTICE_OF}"
    " WHERE (e.id IS NOT NULL OR o.channel IN ('post', 'cancel')) AND o.id {among}"
    " ORDER BY o.id ON CONFLICT (id) DO NOTHING"
)
_SENT = "UPDATE outbox SET state = 'sent', done_at = $2, lease_until = NULL, last_error = '' WHERE id {among}"
_PLAIN = "o.id, o.channel, o.target, o.subject, o.attempts, o.done_at"
_OWN = f"o.state, o.due_at, o.last_error, o.created_at, {NOTICE_OF} AS notice_id, o.payload"
_SAID = ("consignment_no", "dossier_no", "item_no", "leg", "state", "office", "data")
_FED = {"no": "id", "id": "notice_id", "kind": "kind", "desk": "desk", "notice": "notice"}


async def finish(tx: Session, errand_nos: Sequence[int], *, at: datetime) -> None:
    """Let errands be over: those whose words stand elsewhere become lines here, the others are marked as sent."""
    among = tx.among(1, "bigint")
    request = "NULLIF(o.request_id, '')" if tx.sqlite else _PACKED
    moved, sent = _MOVED.format(among=among, request=request), _SENT.format(among=among)
    if tx.sqlite:
        await tx.run(moved, list(errand_nos), at)
        await tx.run(f"DELETE FROM outbox WHERE id {among} AND id IN (SELECT id FROM told)", list(errand_nos))
        await tx.run(sent, list(errand_nos), at)
        return
    await tx.run(
        f"WITH line AS ({moved} RETURNING id), gone AS (DELETE FROM outbox WHERE id IN (SELECT id FROM line))"
        f" {sent} AND id NOT IN (SELECT id FROM line)",
        list(errand_nos), at,
    )  # fmt: skip


def errands(where: str) -> str:
    """Return, as a table, the errands that `where` chooses from what is owed and what was told, with their notices.

    `where` speaks of `o`, and of nothing but number, channel, target and subject.
    """
    found = f"FROM event e WHERE e.notice_id = {NOTICE_OF}"
    in_feed = ", ".join(
        f"CASE WHEN o.payload = '' THEN (SELECT e.{column} {found}) END AS fed_{name}"
        for name, column in _FED.items()
    )  # fmt: skip
    fed = ", ".join(f"e.{column} AS fed_{name}" for name, column in _FED.items())
    return (
        f"(SELECT {_PLAIN}, {_OWN}, {in_feed} FROM outbox o WHERE {where} UNION ALL"
        f" SELECT {_PLAIN}, 'sent', o.done_at, '', o.owed_at, e.notice_id, '', {fed}"
        f" FROM told o JOIN event e ON e.id = o.event_id WHERE {where})"
    )


def words_of(row: Mapping[str, Any]) -> Notice | None:
    """Return what an errand said, from a row of `errands`; nothing where it was no notice."""
    if row["payload"]:
        return records.notice(row["payload"])
    if row["fed_no"] is None:
        return None
    return fed(row["fed_no"], row["fed_id"], row["fed_kind"], row["fed_desk"], row["fed_notice"])


def beside_columns(notice: Notice) -> str:
    """Return what of a notice no column of the feed says, and neither its id nor its kind."""
    said, implied = {"on": notice.at}, _implied(notice.notice_id, notice.kind)
    for name in _SAID:
        value = getattr(notice, name)
        if value != implied.get(name) and (value or name in implied):
            said[name] = value
    return records.to_json(said)


def fed(no: int, notice_id: str, kind: str, desk: str, rest: str) -> Notice:
    """Return a notice of the feed; those of older releases bear every word of their own."""
    said = records.from_json(rest)
    if "on" in said:
        said = {**_implied(notice_id, kind), "at": said.pop("on"), **said}
    columns = {"notice_id": notice_id, "kind": kind, "desk": desk, "event_no": no}
    return Notice(**{**records.notice_parts(said), **columns})


def _implied(notice_id: str, kind: str) -> dict[str, str]:
    """Return what the id and the kind of a milestone say: it begins with the number, and ends with the state."""
    about, _, state = kind.partition(".")
    return {"consignment_no": notice_id.partition(".")[0], "state": state} if about == "consignment" else {}


async def newest(session: Session, *, limit: int) -> list[dict[str, Any]]:
    """Return what was told, the newest first, in the shape of errands."""
    rows = await session.rows(
        "SELECT o.*, o.owed_at AS created_at, o.done_at AS due_at, 'sent' AS state, '' AS last_error, '' AS payload,"
        " COALESCE(e.notice_id, o.subject) AS told FROM told o LEFT JOIN event e ON e.id = o.event_id"
        f" ORDER BY o.id DESC LIMIT {int(limit)}"
    )
    return [
        {
            **row, "key": ":".join(filter(None, (row["channel"], row["target"], row["told"]))),
            "request_id": _unpacked(row["request"]),
        }
        for row in rows
    ]  # fmt: skip


def _unpacked(request: bytes | str | None) -> str:
    if request is None or isinstance(request, str):
        return request or ""
    if request[0] == 0:
        return request[1:].hex()
    return str(UUID(bytes=bytes(request[1:]))) if request[0] == 1 else request.decode()
