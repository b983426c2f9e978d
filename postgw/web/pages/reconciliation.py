"""Reconciliation at the desk: their files looked at and taken in, both sides in their groups, what a hand settles.

What does not match stands on top. A lead writes down why a line is all right; another lead takes that back. A bank's
own text may name a person, so it stands covered like any name.

Stands on: services.reconciling. Used by: routes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.reconciliation import PlacedClaim
from postgw.services.reconciling import HEADINGS, Balance, Side
from postgw.web.language import sentence
from postgw.web.reading import MIB

from .filled import Wrong, day_asked, wrong_of
from .money import money_words
from .visit import HandedIn, Visit, go_to
from .wordlists import BUCKETS, SOURCES

_PLACE = "/desk/money/reconciliation"
FILE_MOST = 10 * MIB
_AT_ONCE = 50
_SHOWN = 50
_WEEK = timedelta(days=6)
_LOOKS = {
    "matched": ("ok", "ok"), "differs": ("late", "late"), "duplicate": ("warn", "dup"), "unrecorded": ("late", "late"),
    "unknown": ("stuck", "stuck"), "missing": ("late", "late"), "owed": ("warn", "warn"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the reconciliation is to be seen."""

    source: str
    since: date
    until: date
    bucket: str
    subject: str

    def told(self, **other: str) -> str:
        """Return it as an address has it."""
        kept = {
            "source": self.source, "since": str(self.since), "until": str(self.until), "bucket": self.bucket, **other
        }  # fmt: skip
        return urlencode({name: text for name, text in kept.items() if text})


def _asked(visit: Visit) -> Asked:
    until = day_asked(visit, "until") or legal_day(visit.at)
    since = day_asked(visit, "since") or until - _WEEK
    source, bucket = visit.query("source"), visit.query("bucket")
    return Asked(
        source=source if source in SOURCES else "post", since=min(since, until), until=until,
        bucket=bucket if bucket in BUCKETS else "", subject=visit.query("subject")[:80],
    )  # fmt: skip


async def reconciliation(visit: Visit) -> web.Response:
    """Show both sides of a period."""
    return await _reconciliation(visit, _asked(visit))


async def _balance(visit: Visit, asked: Asked) -> Balance:
    return await visit.services.reconciling.balance(
        asked.source, since=asked.since, until=asked.until, actor=visit.actor, at=visit.at
    )


async def _reconciliation(visit: Visit, asked: Asked, wrong: Wrong | None = None) -> web.Response:
    balance = await _balance(visit, asked)
    sides = sorted(balance.sides, key=_urgency)
    chosen = [side for side in sides if not asked.bucket or side.placed.bucket == asked.bucket]
    begin = int(visit.query("cursor")) if visit.query("cursor").isdecimal() else 0
    more = asked.told(cursor=str(begin + _AT_ONCE)) if len(chosen) > begin + _AT_ONCE else ""
    files = await visit.services.reconciling.files(actor=visit.actor, limit=5)
    words = {**await money_words(visit), "wrong": wrong, "here": _PLACE}
    return visit.show(
        "desk_reconciliation.html", status=wrong.status if wrong else 200, asked=asked, b=balance, t=balance.totals,
        rows=chosen[begin : begin + _AT_ONCE], following=f"?{more}" if more else "", files=files.items,
        sources=SOURCES, buckets=BUCKETS, looks=_LOOKS, counts=_counts(balance), is_claim=_is_claim,
        opened=next((side for side in sides if side.subject == asked.subject), None),
        named=await visit.names_shown(f"list:{_PLACE}"), open_count=sum(map(_is_open, balance.sides)),
        **words,
    )  # fmt: skip


def _is_claim(side: Side) -> bool:
    return isinstance(side.placed, PlacedClaim)


def _is_open(side: Side) -> bool:
    """Say whether somebody must still look: what is not collected yet is no mistake of anybody's."""
    return side.placed.bucket not in {"matched", "owed"} and side.settlement is None


def _urgency(side: Side) -> tuple[Any, ...]:
    """Return what orders the list: what does not match and nobody settled on top, then by day."""
    on = side.placed.claim.on if isinstance(side.placed, PlacedClaim) else side.placed.line.on
    return side.placed.bucket == "matched", side.settlement is not None, on, side.subject


def _counts(balance: Balance) -> dict[str, int]:
    counts: dict[str, int] = dict.fromkeys(BUCKETS, 0)
    for side in balance.sides:
        counts[side.placed.bucket] += 1
    return counts


async def reconciliation_file(visit: Visit) -> web.Response:
    """Give a period as a table."""
    asked = _asked(visit)
    named = await visit.names_shown(f"list:{_PLACE}")
    rows = visit.services.reconciling.table(await _balance(visit, asked), with_text=named, at=visit.at)
    return await visit.sheet(visit.say(sentence("Đối soát")), HEADINGS, rows, visit.path("kind"))


async def hand_in(visit: Visit) -> web.Response:
    """Look at a file row by row, or take it in."""
    given = await visit.handed_in(FILE_MOST)
    typed, content = given.typed, _content(given)
    source, account = typed.get("source", ""), typed.get("account", "")
    try:
        if not content:
            raise Invalid("Chưa chọn tệp.", code="file.missing", field="/file")
        looked = await visit.services.reconciling.look(content, source=source, account=account, actor=visit.actor)
        if typed.get("act") == "take" and not looked.statement.wrong:
            return await _taken(visit, content, source, account, [row.on for row in looked.statement.rows])
    except Mistake as mistake:
        return await _reconciliation(visit, _asked(visit), wrong_of(visit, mistake, typed, form="file"))
    return visit.show(
        "desk_statement.html", looked=looked, source=source, account=account, sources=SOURCES, shown=_SHOWN,
        name=given.name or typed.get("name", ""), content=base64.b64encode(content).decode(),
        faults=[(each.row, each.column, visit.say(each.error.template, **each.error.values))
                for each in looked.statement.wrong[:_SHOWN]],
        total=sum(row.amount_dong for row in looked.statement.rows), **{**await money_words(visit), "here": _PLACE},
    )  # fmt: skip


async def _taken(visit: Visit, content: bytes, source: str, account: str, days: Sequence[date]) -> web.Response:
    await visit.services.reconciling.take(content, source=source, account=account, actor=visit.actor, at=visit.at)
    today = legal_day(visit.at)
    since, until = (min(days), max(days)) if days else (today, today)
    since = max(since, until - timedelta(days=91))
    return go_to(f"{_PLACE}?{urlencode({'source': source, 'since': str(since), 'until': str(until)})}")


def _content(given: HandedIn) -> bytes:
    if given.content:
        return given.content
    try:
        return base64.b64decode(given.typed.get("content", ""), validate=True)
    except binascii.Error:
        return b""


async def settle(visit: Visit) -> web.Response:
    """Settle a line by hand with its reason, or take another's settlement back."""
    typed = await visit.typed()
    subject, reason = typed.get("subject", ""), typed.get("reason", "")
    asked = replace(_asked(visit), subject=subject)
    acts = visit.services.reconciling
    try:
        if typed.get("act") == "undo":
            await acts.unsettle(subject, reason=reason, actor=visit.actor, at=visit.at)
        else:
            await acts.settle(subject, reason=reason, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _reconciliation(visit, asked, wrong_of(visit, mistake, typed, form="settle"))
    return go_to(f"{_PLACE}?{asked.told()}")
