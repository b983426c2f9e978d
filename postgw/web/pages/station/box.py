"""The station for a browser without script or without https: one box, one act at a time, an answer in colour and word.

The act stays chosen from scan to scan, so a scanner gun that ends with Enter goes through a pile without a hand on the
keyboard. Each form bears the id of the scan it will make: a page that is sent twice makes one scan.

Stands on: last_scans. Used by: routes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.domain.recognise import LONGEST, recognise
from postgw.domain.states import Reason, ScanRule
from postgw.services.tracking import DeviceScan, ScanAnswer, ScanBatch
from postgw.web.keys import METRICS
from postgw.web.language import sentence

from ..desk import titles, units_of
from ..session import is_https
from ..visit import Visit
from . import last_scans
from .last_scans import Entry

_FIRST_ACT = "arrived"
_SHIFT_SECONDS = 12 * 3600
#: Said with more than a scan: a proof, or which scan is meant.
_ELSEWHERE = frozenset({"delivered", "correction"})


@dataclass(frozen=True, slots=True)
class Shout:
    """An answer as the hand sees it: colour, icon, word."""

    kind: str
    icon: str
    word: str


_SHOUTS = {
    "accepted": Shout("ok", "ok", sentence("Đã ghi")),
    "known": Shout("warn", "dup", sentence("Đã quét rồi")),
    "kept_aside": Shout("stuck", "stuck", sentence("Chưa có trong sổ")),
    "refused": Shout("late", "late", sentence("Không ghi")),
    "undone": Shout("quiet", "undo", sentence("Đã rút lại")),
}
_SPECIAL = {
    "scan.unreadable": Shout("late", "late", sentence("Sai số")),
    "scan.dossier": Shout("late", "late", sentence("Đây là mã hồ sơ")),
    "scan.reason": Shout("late", "late", sentence("Thiếu lý do")),
    "label.void": Shout("warn", "warn", sentence("Đã ghi, nhãn cũ")),
}
_KNOWN = sentence("Lần quét trước đã được ghi, lần này không tính thêm.")
_UNDONE = sentence("Lần quét vừa chọn không còn được tính.")
_EMPTY = sentence("Ô quét còn trống. Quét nhãn hoặc gõ số rồi bấm Ghi.")


async def scan_box(visit: Visit) -> web.Response:
    """Show the box for one act."""
    return await _page(visit, code=visit.query("code"), entries=_entries(visit))


async def scan(visit: Visit) -> web.Response:
    """Take one scan in and answer it."""
    typed = await visit.typed()
    code, text = typed.get("code", ""), typed.get("number", "")[:LONGEST]
    if not text:
        empty = ScanAnswer(scan_id="", verdict="refused", code="scan.unreadable", sentence=_EMPTY)
        return await _page(visit, code=code, entries=_entries(visit), answer=empty, reason=typed.get("reason", ""))
    number = recognise(text).number or text
    again = last_scans.same_act(_entries(visit), number, code, at=visit.at)
    scan_id = again.scan_id if again else _scan_id(typed.get("scan_id", ""))
    answer = await _taken(visit, DeviceScan(
        scan_id=scan_id, number=text, code=code, device_at=visit.at, reason=_reason(visit, code, typed)
    ))  # fmt: skip
    entry = Entry(scan_id, number, code, answer.verdict, int(visit.at.timestamp()))
    return await _page(
        visit,
        code=code,
        entries=(entry, *_entries(visit)),
        answer=answer,
        number=number,
        reason=typed.get("reason", ""),
    )


async def undo(visit: Visit) -> web.Response:
    """Take one of this screen's scans back, by a scan that says so."""
    typed = await visit.typed()
    entries = _entries(visit)
    entry = next((entry for entry in entries if entry.scan_id == typed.get("scan_id")), None)
    if entry is None:
        return await _page(visit, code=typed.get("code", ""), entries=entries)
    answer = await _taken(visit, DeviceScan(
        scan_id=f"{entry.scan_id}-x", number=entry.number, code="correction", device_at=visit.at, reason="wrong_item",
        cancels=entry.scan_id,
    ))  # fmt: skip
    if answer.verdict in {"accepted", "known"}:
        answer = replace(answer, verdict="undone", sentence=_UNDONE, values={})
        entries = last_scans.taken_back(entries, entry.scan_id)
    return await _page(visit, code=entry.code, entries=entries, answer=answer, number=entry.number)


async def strays(visit: Visit) -> web.Response:
    """Show the scans whose item nobody knows yet."""
    waiting = await visit.services.strays.waiting(actor=visit.actor)
    return visit.show(
        "station_strays.html", strays=waiting.shown, more=waiting.more, acts=_acts(visit), **await _station_words(visit)
    )


async def _taken(visit: Visit, one: DeviceScan) -> ScanAnswer:
    batch = ScanBatch(device=f"web-{visit.actor.token_no}", sent_at=visit.at, scans=(one,))
    (answer,) = await visit.services.tracking.take(batch, actor=visit.actor, at=visit.at)
    visit.request.app[METRICS].scanned(answer.verdict, 1)
    return answer


def _scan_id(text: str) -> str:
    return text if len(text) == 32 and set(text) <= set("0123456789abcdef") else secrets.token_hex(16)


def _entries(visit: Visit) -> tuple[Entry, ...]:
    return last_scans.unpacked(visit.request.cookies.get(last_scans.COOKIE, ""))


def _acts(visit: Visit) -> dict[str, str]:
    """Return what may be scanned, in the order of a journey."""
    return {code: _title(visit, rule) for code, rule in _rules(visit).items() if rule.asked and code not in _ELSEWHERE}


def _rules(visit: Visit) -> dict[str, ScanRule]:
    return dict(visit.services.enquiry.table(on=legal_day(visit.at)).codes)


def _title(visit: Visit, one: ScanRule | Reason) -> str:
    return one.title if visit.language == "vi" else one.title_en


def _reasons(visit: Visit, code: str) -> dict[str, str]:
    rule = _rules(visit).get(code)
    known = visit.services.enquiry.reasons(on=legal_day(visit.at)).get(rule.reasons, {}) if rule else {}
    return {reason.code: _title(visit, reason) for reason in known.values()}


def _reason(visit: Visit, code: str, typed: dict[str, str]) -> str:
    return typed.get("reason", "") if _reasons(visit, code) else ""


async def _station_words(visit: Visit) -> dict[str, Any]:
    units = {}
    if "enquiry" in visit.actor.scopes:
        units = await units_of(visit)
    return {"unit_name": units.get(visit.actor.unit, visit.actor.unit), "units": units, "shouts": _SHOUTS}


async def _page(
    visit: Visit, *, code: str, entries: tuple[Entry, ...], answer: ScanAnswer | None = None, number: str = "",
    reason: str = "",
) -> web.Response:  # fmt: skip
    acts = _acts(visit)
    chosen = code if code in acts else _FIRST_ACT
    kept = entries[:10]
    states = titles(visit.services.enquiry.table(on=legal_day(visit.at)), visit.language)
    response = visit.show(
        "station.html", acts=acts, act=chosen, reasons=_reasons(visit, chosen), reason=reason, entries=kept,
        scan_id=secrets.token_hex(16), number=number, states=states, **_answered(visit, answer),
        **await _station_words(visit),
    )  # fmt: skip
    response.set_cookie(
        last_scans.COOKIE, last_scans.packed(kept), max_age=_SHIFT_SECONDS, path="/station", httponly=True,
        samesite="Strict", secure=is_https(visit.request),
    )  # fmt: skip
    return response


def _answered(visit: Visit, answer: ScanAnswer | None) -> dict[str, Any]:
    if answer is None:
        return {"shout": None, "state_now": "", "why": ""}
    why = answer.sentence or (_KNOWN if answer.verdict == "known" else "")
    return {
        "shout": _SPECIAL.get(answer.code, _SHOUTS[answer.verdict]), "state_now": answer.state,
        "why": visit.say(why, **answer.values) if why else "",
    }  # fmt: skip
