"""The kinds of work of a day, each as the rows that are it: where they stand, whose they are, by what they are late.

A number and the list behind it are both made of one `Source`. Conditions are written for a database that keeps no
figures of its tables, as SQLite here: equality on a unit and a state first, CROSS JOIN where one order must be kept.

Stands on: taken_back. Used by: days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .taken_back import TAKEN_BACK

ITEM = "consignment c JOIN dossier d ON d.id = c.dossier_id"
_ASKED = f"{ITEM} LEFT JOIN post_order o ON o.consignment_no = c.consignment_no"
OF_ITEM = {"desk": "c.desk = $1", "office": "c.office = $1", "all": "$1 = ''"}
_OF_DESK = {"desk": "{t}.desk = $1", "all": "$1 = ''"}
_KEY = "COALESCE(d.dossier_no, d.receiving_desk || '/' || d.intake_ref)"
#: The day on which a result is due: the one that an apology named, else the one first promised.
_DUE = "COALESCE((SELECT max(a.new_due_on) FROM apology a WHERE a.dossier_id = d.id AND a.state = 'issued'), d.due_on)"
_UNBOOKED = "c.live AND c.state = 'registered' AND o.id IS NULL"
_RESULT = f"{_UNBOOKED} AND c.leg = 'return'"
_WAY = "('collected', 'in_transit', 'at_office', 'out_for_delivery', 'attempted', 'held', 'returning')"
#: The post's clock stops at the first try of a result.
_UNDER_A_CLOCK = (
    f"c.live AND c.public_service AND c.state IN {_WAY} AND NOT (c.leg = 'return' AND (c.attempts > 0"
    " OR c.state = 'held')) AND w.moved_to IS NULL"
)
_WARNED = f"{ITEM} JOIN warning w ON w.consignment_id = c.id"
#: CROSS JOIN keeps SQLite, which has no figures of its tables, to this order; the conditions stand in WHERE.
_LINE = "manifest m CROSS JOIN manifest_line l CROSS JOIN consignment c CROSS JOIN dossier d"
_ON_LINE = "l.manifest_id = m.id AND c.consignment_no = l.consignment_no AND d.id = c.dossier_id"
_OF_MANIFEST = {"desk": "m.desk = $1", "office": "m.office = $1", "all": "$1 = ''"}
_FEE = "r.ledger = 'fee' AND r.remittance_id IS NULL AND r.cancelled_at IS NULL"
_SINCE = "COALESCE(c.since_at, c.created_at)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The rows of one kind of work: where they stand, which of them are a unit's, by what they are late."""

    tables: str
    where: str
    mine: Mapping[str, str] = field(default_factory=lambda: OF_ITEM)  #: by kind of unit; other kinds have none of it
    due: str = "NULL"
    number: str = "c.consignment_no"
    item: str = "c.consignment_no"
    dossier: str = _KEY
    state: str = "c.state"
    note: str = "''"
    dong: str = "0"
    order: str = "c.id"
    scope: str = "enquiry"  #: who may look at it


def _of(table: str) -> dict[str, str]:
    return {kind: text.format(t=table) for kind, text in _OF_DESK.items()}


_CASE: dict[str, Any] = {
    "tables": f"case_file f JOIN {ITEM.replace(' JOIN', ' ON c.id = f.consignment_id JOIN', 1)}", "due": "f.due_on",
    "number": "f.case_no", "note": "f.kind", "order": "f.id", "scope": "cases",
    "mine": {"desk": "(f.desk = $1 OR c.to_desk = $1)", "office": "f.office = $1", "all": "$1 = ''"},
}  # fmt: skip
SOURCES: Mapping[str, Source] = {
    "result_late": Source(
        tables=_ASKED, where=f"{_RESULT} AND {_DUE} < $2", due=_DUE, note="d.procedure_code", mine=_of("c"),
    ),
    "result_today": Source(
        tables=_ASKED, where=f"{_RESULT} AND {_DUE} = $2", due=_DUE, note="d.procedure_code", mine=_of("c"),
    ),
    "result": Source(
        tables=_ASKED, where=f"{_RESULT} AND COALESCE({_DUE} > $2, true)", due=_DUE, note="d.procedure_code",
        mine=_of("c"),
    ),
    "to_book": Source(tables=_ASKED, where=f"{_UNBOOKED} AND c.leg <> 'return'", due=_SINCE, mine=_of("c")),
    "order_refused": Source(
        tables=_ASKED, where="c.live AND c.state = 'registered' AND o.state = 'refused'", due="o.answered_at",
        note="o.message", mine=_of("c"),
    ),
    "to_hand_over": Source(
        tables=ITEM,
        where="c.live AND c.state = 'booked' AND c.leg IN ('return', 'transfer') AND NOT EXISTS (SELECT 1 FROM"
        " manifest_line l JOIN manifest m ON m.id = l.manifest_id WHERE l.consignment_no = c.consignment_no"
        " AND m.state <> 'signed')",
        due=_SINCE, mine=_of("c"),
    ),
    "to_sign": Source(
        tables=_LINE, where=f"m.state <> 'signed' AND m.direction = 'to_post' AND {_ON_LINE}", mine=_OF_MANIFEST,
        due="m.opened_at", number="m.manifest_no", note="l.outcome", order="l.id", scope="handover",
    ),
    "arrived": Source(
        tables=_LINE, where=f"m.state <> 'signed' AND m.direction = 'to_desk' AND {_ON_LINE}", mine=_OF_MANIFEST,
        due="m.opened_at", number="m.manifest_no", note="l.outcome", order="l.id", scope="handover",
    ),
    "unnumbered": Source(
        tables="dossier d JOIN consignment c ON c.dossier_id = d.id AND c.leg = 'send' AND c.state = 'delivered'",
        where="d.dossier_no IS NULL", mine={"desk": "d.receiving_desk = $1", "all": "$1 = ''"}, due="c.since_at",
        number=_KEY, note="d.procedure_code", scope="intake",
    ),
    "warned_late": Source(tables=_WARNED, where=f"{_UNDER_A_CLOCK} AND w.due_on < $2", due="w.due_on"),
    "warned": Source(tables=_WARNED, where=f"{_UNDER_A_CLOCK} AND w.due_on >= $2", due="w.due_on"),
    "stuck": Source(tables=ITEM, where="c.live AND {silent}", due="COALESCE(c.heard_at, c.created_at)"),
    "attempted": Source(
        tables=ITEM, where="c.live AND c.state IN ('attempted', 'held') AND c.leg = 'return'", due=_SINCE,
    ),
    "to_deliver": Source(
        tables=ITEM, where="c.live AND c.state IN ('at_office', 'out_for_delivery')",
        mine={"office": "c.office = $1"}, due=_SINCE,
    ),
    "proof_owed": Source(
        tables=ITEM, where="c.state = 'delivered_by_post_statement'", due="c.since_at",
        mine={
            **OF_ITEM,
            "office": "EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.office = $1)",
        },
    ),
    "apology": Source(
        tables="apology a JOIN dossier d ON d.id = a.dossier_id", where="a.state = 'draft'", due="a.due_on",
        mine={"desk": "(a.desk = $1 OR d.returning_desk = $1)", "all": "$1 = ''"}, number="a.apology_no", item="''",
        state="''", note="d.procedure_code", order="a.id", scope="cases",
    ),
    "fee_to_remit": Source(
        tables="receipt r", where=_FEE, mine={"desk": "r.unit = $1", "office": "r.unit = $1"}, due="r.remit_by",
        number="r.receipt_no", item="r.consignment_no", dossier="r.dossier_no", state="''", note="r.desk",
        dong="r.amount_dong", order="r.id", scope="money",
    ),
    "fee_to_receive": Source(
        tables="receipt r", where=f"{_FEE} AND r.unit <> $1", mine={"desk": "r.desk = $1", "all": "$1 = ''"},
        due="r.remit_by", number="r.receipt_no", item="r.consignment_no", dossier="r.dossier_no", state="''",
        note="r.unit", dong="r.amount_dong", order="r.id", scope="money",
    ),
    "fee_to_count": Source(
        tables="remittance m", where="m.confirmed_at IS NULL", mine=_of("m"), due="m.remitted_at",
        number="m.remittance_no", item="''", dossier="''", state="''", note="m.unit", dong="m.amount_dong",
        order="m.id", scope="money",
    ),
    "case_late": Source(where="f.state = 'open' AND f.due_on < $2", **_CASE),
    "case": Source(where="f.state = 'open' AND f.due_on >= $2", **_CASE),
    "paper": Source(
        tables="paper_duty p JOIN dossier d ON d.id = p.dossier_id LEFT JOIN consignment c ON c.id = (SELECT max(w.id)"
        " FROM consignment w WHERE w.dossier_id = p.dossier_id AND w.leg = 'withdrawal' AND w.id >= p.carrier_id)",
        where="p.kind = 'withdraw' AND p.outcome <> 'lost'"
        " AND (p.outcome = '' OR COALESCE(c.state, '') <> 'delivered')",
        mine=_of("p"), due="p.opened_at", number=_KEY, item="COALESCE(c.consignment_no, '')",
        state="COALESCE(c.state, '')", note="p.name", order="p.id", scope="handover",
    ),
    "offer": Source(
        tables="offer x", where="x.state = 'refused'", mine=_of("x"), due="x.offered_at", number="x.record_id",
        item="''", dossier="''", state="''", note="x.reason", order="x.id", scope="intake",
    ),
    "change": Source(
        tables="change_request q CROSS JOIN dossier d", where="q.state = 'open' AND d.id = q.dossier_id",
        mine={"desk": "(d.receiving_desk = $1 OR d.returning_desk = $1)", "all": "$1 = ''"}, due="q.asked_at",
        number=_KEY, item="''", state="''", order="q.id", scope="intake",
    ),
    "return_request": Source(
        tables="return_request x CROSS JOIN dossier d", where="x.state = 'asked' AND d.id = x.dossier_id",
        mine=_of("x"), due="x.asked_at", number="x.request_no", item="''", state="''", order="x.id", scope="intake",
    ),
    "order_undecided": Source(
        tables="desk_order x", where="x.state = 'undecided'", mine=_of("x"), due="x.ordered_at", number="x.order_no",
        item="''", dossier="''", state="''", order="x.id", scope="intake",
    ),
    "order_incomplete": Source(
        tables=f"desk_order x JOIN {ITEM.replace(' JOIN', ' ON c.id = x.consignment_id JOIN', 1)}",
        where="x.state = 'taken' AND c.live AND d.procedure_code = ''", mine=_of("x"), due="x.ordered_at",
        number="x.order_no", order="x.id", scope="intake",
    ),
}  # fmt: skip
#: Items of which somebody says that the post took them over in a span.
_TAKEN_OVER = (
    "(SELECT DISTINCT s.consignment_id FROM scan s WHERE s.code = 'collected'"
    # SQLite finds the index of what reports count by its own words only.
    " AND s.code IN ('collected', 'damaged', 'found_here', 'lost') AND s.occurred_at >= {since}"
    " AND s.occurred_at < {until}{there}) AS t"
)
#: When the post took an item over, by the first statement that was not taken back, however many tell of it.
_TAKEN_OVER_AT = (
    "(SELECT min(s.occurred_at) FROM scan s WHERE s.consignment_id = c.id AND s.code = 'collected'"
    f" AND s.occurred_at >= {{since}} AND s.occurred_at < {{until}}{{there}} AND NOT {TAKEN_BACK})"
)
_DELIVERED = "c.state = 'delivered' AND c.since_at >= {since} AND c.since_at < {until}"
#: What happened on a day; its lists are reached like the others.
DONE: Mapping[str, Source] = {
    "came_in": Source(
        tables="consignment c {by} JOIN dossier d ON d.id = c.dossier_id",
        where=f"c.leg IN ('send', 'transfer') AND {_DELIVERED}", due="c.since_at",
        mine={"desk": "(c.to_desk = $1 OR c.desk = $1)", "office": "{seen}", "all": "$1 = ''"},
    ),
    "went_out": Source(
        tables=f"{_TAKEN_OVER} CROSS JOIN consignment c CROSS JOIN dossier d",
        where="c.id = t.consignment_id AND d.id = c.dossier_id AND c.leg = 'return'"
        " AND c.state NOT IN ('registered', 'booked', 'cancelled')",
        due=_TAKEN_OVER_AT,
        # Of all units together there are too many to ask each when; what was taken back altogether has no such state.
        mine={
            "desk": f"c.desk = $1 AND {_TAKEN_OVER_AT} IS NOT NULL", "office": f"{_TAKEN_OVER_AT} IS NOT NULL",
            "all": "$1 = ''",
        },
    ),
    "arrived_home": Source(
        tables="consignment c {by} JOIN dossier d ON d.id = c.dossier_id",
        where=f"c.leg = 'return' AND {_DELIVERED}", due="c.since_at",
        mine={"desk": "c.desk = $1", "office": "{seen}", "all": "$1 = ''"},
    ),
}  # fmt: skip
