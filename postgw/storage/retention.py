"""What becomes of each table when a term of keeping is over.

`KEEPING` has a line for every table of the house: whether it may name a person, what leads from it to the dossier, and
what of it goes. A table without a line fails a test, and so does one in which a person is found again afterwards: who
adds a table says here how it is cleaned.

A dossier is cleaned in one transaction together with everything that is tied to it; rows that are tied to none go by
their own age. Asked again, nothing is left to do.

Stands on: evidence (notes, proofs and salts), search_words. Used by: services.retention.
Source: Circular 17/2017/TT-BTTTT art. 14.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from postgw.domain.dossier import digest
from postgw.domain.legal_day import legal_day
from postgw.domain.retention import without_person, without_words, words_of

from . import evidence, records, search_words
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How one table is cleaned: rows tied to a dossier with it, others by their age; or why there is nothing to."""

    why: str = ""  #: why there is nothing to clean, or what else cleans it
    tied_by: str = ""  #: the column that leads to the dossier, a key of `_TIES`
    blank: tuple[str, ...] = ()  #: texts that go
    empty: tuple[str, ...] = ()  #: pictures that go
    json: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: records → which keys go, beside parties
    words: tuple[str, ...] = ()  #: texts in which the dossier's own names are looked for
    aged_by: str = ""  #: the moment or day by which rows tied to no dossier grow old
    aged_where: str = ""  #: which of its rows are tied to no dossier, where some are
    removed: bool = False  #: the aged row goes as a whole


_NOBODY = Keeping(why="names nobody")
_OFFICIALS = Keeping(why="names officials in their office, as part of the record")
_PAPER_TRAIL = Keeping(why="cleaned by evidence.erase, so that the chain still holds")
_WORDS_OF_A_CASE = Keeping(why="cleaned by cases.erase_words, together with the evidence")
_FIGURES = Keeping(why="figures, and numbers of dossiers and consignments")

KEEPING: Mapping[str, Keeping] = {
    "account": Keeping(why="names officials in their office, as long as their acts are kept"),
    "access_log": Keeping(aged_by="seen_at", removed=True),
    "announcement": Keeping(aged_by="told_at", removed=True),
    "apology": Keeping(tied_by="dossier_id", words=("reason",)),
    "appointment": _NOBODY,
    "bag": _NOBODY,
    "binding": _NOBODY,
    "booking_batch": _OFFICIALS,
    "booking_batch_line": _FIGURES,
    "bulk_agreement": _OFFICIALS,
    "calendar_entry": _NOBODY,
    "case_file": Keeping(tied_by="consignment_id", words=("content",)),
    "case_step": Keeping(tied_by="case_id", words=("content",)),
    "case_words": _WORDS_OF_A_CASE,
    "change": _OFFICIALS,
    "chain": _PAPER_TRAIL,
    "chain_link": _PAPER_TRAIL,
    "change_request": Keeping(tied_by="dossier_id", json={"content": ("note",)}),
    "choice": Keeping(why="a way, a day and an office"),
    "compensation": _NOBODY,
    "consignment": Keeping(tied_by="dossier_id", json={"parties": ()}),
    "consignment_note": Keeping(
        tied_by="consignment_id", json={"content": ("consignor_signer",)}, words=("content",)
    ),
    "counter": _OFFICIALS,
    "conflict": _OFFICIALS,
    "customer": Keeping(why="names systems and desks"),
    "damage_record": _WORDS_OF_A_CASE,
    "delivery_route": _OFFICIALS,
    "delivery_route_place": _NOBODY,
    "desk_closing": _NOBODY,
    "device": _OFFICIALS,
    "device_act": Keeping(aged_by="received_at", removed=True),
    "desk_order": Keeping(
        tied_by="consignment_id", json={"content": ("contents", "note")}, words=("content",),
        aged_by="ordered_at", aged_where="consignment_id IS NULL", removed=True,
    ),
    "desk_standing": _NOBODY,
    "disclosure_request": Keeping(tied_by="dossier_id", words=("ground",), why="who asked is an official"),
    "dossier": Keeping(tied_by="id", why="cleaned first, and its digest made anew"),
    "erasure": _NOBODY,
    "event": Keeping(why="thin: numbers, state and times"),
    "feed": _NOBODY,
    "feed_reject": Keeping(aged_by="received_at", blank=("raw_row", "reason")),
    "filing": Keeping(tied_by="dossier_id", words=("content",), why="whose hands signed are officials"),
    "form_choice": _NOBODY,
    "hook": _NOBODY,
    "house": _NOBODY,
    "interest_rate": _NOBODY,
    "invitation": _NOBODY,
    "job": _NOBODY,
    "label": Keeping(tied_by="consignment_id", json={"content": ("remark", "note")}, words=("content",)),
    "ledger_entry": _NOBODY,
    "lent_range": _NOBODY,
    "liability_record": _WORDS_OF_A_CASE,
    "manifest": _NOBODY,
    "manifest_line": Keeping(tied_by="consignment_no", blank=("note",)),
    "link_request": Keeping(why="dropped by link_requests.forget within days"),
    "message": Keeping(why="neither text nor address"),
    "message_wish": _NOBODY,
    "one_time_code": _NOBODY,
    "promise": _NOBODY,
    "proxy": Keeping(tied_by="dossier_id", json={"content": ("name", "phone", "id_tail", "relation")}),
    "return_request": Keeping(
        tied_by="dossier_id", json={"content": ("note",)}, empty=("evidence",), words=("content", "reason")
    ),
    "note_signature": Keeping(tied_by="consignment_id", blank=("name",), empty=("signature_png",)),
    "offer": Keeping(
        tied_by="dossier_id", json={"content": ("note",)}, words=("reason",),
        aged_by="offered_at", aged_where="dossier_id IS NULL", removed=True,
    ),
    "shift": _OFFICIALS,
    "sign_in_trip": Keeping(why="dropped by sittings.forget"),
    "signature_picture": _OFFICIALS,
    "sitting": Keeping(why="dropped by sittings.forget"),
    "outbox": Keeping(tied_by="subject", blank=("last_error",), words=("payload",)),
    "packing": Keeping(
        tied_by="consignment_id", words=("content",),
        json={"content": ("packed_by", "witness", "witness_of", "reason", "inventory")},
    ),
    "paper_check": Keeping(tied_by="consignment_id", words=("content",)),
    "paper_duty": Keeping(tied_by="dossier_id", blank=("outcome_note",), words=("decision_reason",)),
    "pickup": _NOBODY,
    "pickup_task": _NOBODY,
    "pickup_window": _OFFICIALS,
    "post_order": Keeping(tied_by="consignment_no", blank=("message",)),
    "post_place": _NOBODY,
    "prepayment": _NOBODY,
    "price_list": _NOBODY,
    "procedure": _NOBODY,
    "print_job": _OFFICIALS,
    "printer": _OFFICIALS,
    "proof": _PAPER_TRAIL,
    "rating": Keeping(tied_by="consignment_id", blank=("comment",)),
    "receipt": Keeping(tied_by="dossier_id", blank=("cancel_reason",), json={"grounds": ("evidence",)}),
    "receipt_code": Keeping(why="a hash, which opens a dossier that is clean"),
    "receipt_series": _NOBODY,
    "redirection": Keeping(tied_by="consignment_id", json={"old_party": (), "new_party": ()}),
    "refusal": Keeping(
        tied_by="consignment_id", empty=("signature_png",),
        json={"content": ("refuser_name", "id_tail", "worker_name", "statement")},
    ),
    "region": _NOBODY,
    "register_authorisation": Keeping(tied_by="consignment_id", blank=("reference",), empty=("document",)),
    "register_signing": Keeping(tied_by="authorisation_id", words=("entry",)),
    "rejection": Keeping(tied_by="dossier_id", words=("reasons",)),
    "remit_term": _NOBODY,
    "remittance": _NOBODY,
    "replay": Keeping(aged_by="begun_at", removed=True, why="forgotten after three days anyhow"),
    "report": _FIGURES,
    "result": Keeping(tied_by="dossier_id", words=("content",)),
    "scan": _PAPER_TRAIL,
    "seal": _NOBODY,
    "search_word": Keeping(why="dropped by search_words.forget, together with the dossier"),
    "settlement": Keeping(aged_by="settled_at", blank=("reason",)),
    "signatory": _OFFICIALS,
    "signature": _OFFICIALS,
    "statement_file": _NOBODY,
    "statement_line": Keeping(aged_by="on_date", blank=("content", "number", "reference")),
    "statement_name": Keeping(why="numbers with a check digit, or of receipts and remittances"),
    "stock_take": _OFFICIALS,
    "stray": Keeping(aged_by="received_at", json={"scan": ("note",)}),
    "supplement": Keeping(tied_by="dossier_id", words=("content",)),
    "told": _FIGURES,
    "token": _NOBODY,
    "undeliverable": Keeping(why="an item, an office and papers of bodies"),
    "unit": _NOBODY,
    "walk": _NOBODY,
    "warning": _NOBODY,
    "wire": _NOBODY,
    "zone": _NOBODY,
}  # fmt: skip

#: What leads to a dossier → the condition on it; $1 are dossiers, $2 consignments, $3 their numbers.
_TIES = {
    "dossier_id": ("dossier_id {among}", 0, "bigint"),
    "consignment_id": ("consignment_id {among}", 1, "bigint"),
    "consignment_no": ("consignment_no {among}", 2, "text"),
    "subject": ("subject {among}", 2, "text"),
    "authorisation_id": (
        "authorisation_id IN (SELECT id FROM register_authorisation WHERE consignment_id {among})",
        1,
        "bigint",
    ),
    "case_id": ("case_id IN (SELECT id FROM case_file WHERE consignment_id {among})", 1, "bigint"),
}
_DUE = (
    " FROM dossier d WHERE d.updated_at < $1"
    " AND NOT EXISTS (SELECT 1 FROM consignment c WHERE c.dossier_id = d.id"
    " AND (c.live OR c.heard_at >= $1 OR c.created_at >= $1))"
    " AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.dossier_id = d.id AND r.collected_at >= $1)"
    " AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.dossier_id = d.id AND e.erased_at >= d.updated_at)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How far the erasing has come."""

    due: int  #: dossiers whose term is over and whose names still stand
    erased: int
    last_erased_at: datetime | None


async def due(tx: Session, *, before: datetime, limit: int) -> list[int]:
    """Return dossiers of which nothing lives, and of which the last word is older than `before`."""
    lock = tx.for_update.replace("UPDATE", "UPDATE OF d") if tx.for_update else ""
    # Those after the last erased first: else each step would pass over all that were ever erased.
    for further in (" AND d.id > (SELECT COALESCE(max(dossier_id), 0) FROM erasure)", ""):
        rows = await tx.rows(f"SELECT d.id{_DUE}{further} ORDER BY d.id LIMIT {int(limit)}{lock}", before)
        if rows:
            return [row["id"] for row in rows]
    return []


async def standing(session: Session, *, before: datetime) -> Kept:
    """Return how many dossiers are due and how many are done."""
    waiting = await session.row(f"SELECT count(*) AS n{_DUE}", before)
    done = await session.row("SELECT count(*) AS n, max(erased_at) AS last FROM erasure")
    assert waiting is not None
    assert done is not None
    return Kept(due=int(waiting["n"]), erased=int(done["n"]), last_erased_at=moment(done["last"]))


async def erase(tx: Session, dossier_ids: Sequence[int], *, at: datetime) -> None:
    """Take what names a person out of dossiers and of everything tied to them, for good."""
    rows = await tx.rows(
        f"SELECT id, consignment_no, parties FROM consignment WHERE dossier_id {tx.among(1, 'bigint')}"
        f" ORDER BY id{tx.for_update}",  # items before what hangs on them
        list(dossier_ids),
    )
    ties: tuple[list[Any], ...] = (
        list(dossier_ids), [row["id"] for row in rows], [row["consignment_no"] for row in rows]
    )  # fmt: skip
    words = set().union(*(words_of(records.from_json(row["parties"])) for row in rows), await _words(tx, dossier_ids))
    await evidence.erase(tx, ties[1], at=at)
    for table, keeping in KEEPING.items():
        if keeping.tied_by in _TIES:
            condition, place, kind = _TIES[keeping.tied_by]
            where = condition.format(among=tx.among(1, kind))
            await _clean(tx, table, keeping, f"{where} ORDER BY id", ties[place], words=words)
    await _clean_dossiers(tx, dossier_ids)
    await search_words.forget(tx, dossier_ids)
    await tx.insert_many(
        "erasure", (("dossier_id", "bigint"), ("erased_at", "timestamptz")), [(id_, at) for id_ in dossier_ids],
        tail="ON CONFLICT (dossier_id) DO UPDATE SET erased_at = excluded.erased_at",
    )  # fmt: skip


async def erase_aged(tx: Session, table: str, *, before: datetime, limit: int) -> int:
    """Clean rows of a table that are tied to no dossier and older than `before`; return how many there were."""
    keeping = KEEPING[table]
    value: Any = legal_day(before) if keeping.aged_by.startswith("on_") else before
    old = f"{keeping.aged_by} < $1" + (f" AND {keeping.aged_where}" if keeping.aged_where else "")
    if keeping.removed:
        rows = await tx.rows(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {old}"
            f" ORDER BY id LIMIT {int(limit)}) RETURNING id",
            value,
        )
        return len(rows)
    whole = [f"{name} <> ''" for name in keeping.blank]
    for name, keys in keeping.json.items():
        whole += [f'({name} LIKE \'%"{key}":"%\' AND {name} NOT LIKE \'%"{key}":""%\')' for key in keys]
    where = f"{old} AND ({' OR '.join(whole)}) ORDER BY id LIMIT {int(limit)}"
    return await _clean(tx, table, keeping, where, value, words=set())


def aged_tables() -> tuple[str, ...]:
    """Return the tables whose rows go by their own age."""
    return tuple(table for table, keeping in KEEPING.items() if keeping.aged_by)


async def _clean(tx: Session, table: str, keeping: Keeping, where: str, value: Any, *, words: set[str]) -> int:
    names = list(dict.fromkeys((*keeping.blank, *keeping.json, *keeping.words)))
    if not names and not keeping.empty:
        return 0
    rows = await tx.rows(f"SELECT {', '.join(['id', *names])} FROM {table} WHERE {where}{tx.for_update}", value)
    columns = [("id", "bigint"), *((name, "text") for name in names)]
    await tx.update_many(table, columns, [(row["id"], *_cleaned(row, names, keeping, words)) for row in rows])
    for name in keeping.empty:
        ids = [row["id"] for row in rows]
        await tx.run(f"UPDATE {table} SET {name} = $2 WHERE id {tx.among(1, 'bigint')}", ids, b"")
    return len(rows)


def _cleaned(row: Mapping[str, Any], names: Sequence[str], keeping: Keeping, words: set[str]) -> list[str | None]:
    return [_text(row[name], name, keeping, words) for name in names]


def _text(text: str | None, name: str, keeping: Keeping, words: set[str]) -> str | None:
    if name in keeping.blank:
        return "" if text is not None else None
    if text and name in keeping.json and text[0] in "{[":
        text = records.to_json(without_person(records.from_json(text), keeping.json[name]))
    return without_words(text, words) if text and name in keeping.words else text


async def _words(tx: Session, dossier_ids: Sequence[int]) -> set[str]:
    rows = await tx.rows(f"SELECT content FROM dossier WHERE id {tx.among(1, 'bigint')}", list(dossier_ids))
    return set().union(*(words_of(records.from_json(row["content"])) for row in rows))


async def _clean_dossiers(tx: Session, dossier_ids: Sequence[int]) -> None:
    rows = await tx.rows(f"SELECT id, content FROM dossier WHERE id {tx.among(1, 'bigint')}", list(dossier_ids))
    bare = []
    for row in rows:
        kept = records.dossier(records.to_json(without_person(records.from_json(row["content"]), ("note",))))
        kept = replace(kept, note="")
        bare.append((row["id"], records.to_json(kept), digest(kept), ""))
    columns = (("id", "bigint"), ("content", "text"), ("digest", "text"), ("folded", "text"))
    await tx.update_many("dossier", columns, bare)
