"""What contradicts itself: the tray, and one conflict with its two sides and the ways to settle it.

Whoever only looks sees all but the buttons. Two leads on one conflict: the second is told who decided and when, and
sees what was decided. An act that a device told is done before its conflict is settled; it bears its own id, so it is
done once, whoever presses.

Stands on: services.conflicts. Used by: routes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.conflict import DOES_THE_ACT, KINDS, KeptConflict, Side, checked_reason
from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day, shown
from postgw.services.conflicts import Laid
from postgw.web.errors import kind_of
from postgw.web.language import sentence
from postgw.web.pages.desk import units_of
from postgw.web.pages.visit import Visit, go_to

from . import words
from .redoing import redo

_HOME = "/desk/office/conflicts"
_FILE_MOST = 200
_APART = timedelta(minutes=1)
_COLUMNS = (
    sentence("Số"), sentence("Việc"), sentence("Bưu gửi"), sentence("Máy"), sentence("Bưu cục"), sentence("Thấy lúc"),
    sentence("Bên thứ nhất"), sentence("Bên thứ hai"), sentence("Xử lý"), sentence("Người xử lý"),
    sentence("Xử lý lúc"), sentence("Lý do"),
)  # fmt: skip


async def tray(visit: Visit) -> web.Response:
    """Show what waits, or what was settled."""
    asked = _asked(visit)
    page = await visit.services.conflicts.tray(
        actor=visit.actor, cursor=visit.query("cursor")[:18], state=asked["state"], kind=asked["kind"]
    )
    told = {name: value for name, value in asked.items() if value and (name, value) != ("state", "open")}
    return visit.show(
        "desk_office_conflicts.html", rows=page.items, asked=asked, told=urlencode(told),
        counts=await visit.services.conflicts.counts(actor=visit.actor),
        following="?" + urlencode({**told, "cursor": page.next_cursor}) if page.next_cursor else "",
        done=visit.query("done")[:40], people=await _people(visit, page.items), **await _words(visit),
    )  # fmt: skip


def _asked(visit: Visit) -> dict[str, str]:
    return {
        "state": "settled" if visit.query("state") == "settled" else "open",
        "kind": visit.query("kind") if visit.query("kind") in KINDS else "",
    }


async def tray_file(visit: Visit) -> web.Response:
    """Write the tray as a file; of citizens it holds nothing."""
    asked = _asked(visit)
    page = await visit.services.conflicts.tray(
        actor=visit.actor, limit=_FILE_MOST, state=asked["state"], kind=asked["kind"]
    )
    worded = await _words(visit)
    rows = [_row(visit, each, worded) for each in page.items]
    title = visit.say(sentence("Mâu thuẫn"))
    return await visit.sheet(title, [visit.say(each) for each in _COLUMNS], rows, visit.path("kind"))


def _row(visit: Visit, each: KeptConflict, worded: Mapping[str, Any]) -> list[str | int]:
    found, units = each.found, worded["units"]
    sides = [visit.say(told) for side in found.sides if (told := worded["acts"].get(side.word, side.word))]
    ways = {**words.WAYS[found.kind], "gone": words.GONE}
    return [
        each.conflict_no, visit.say(words.KINDS[found.kind]), found.consignment_no, found.device_no,
        units.get(found.unit, found.unit), shown(each.found_at), *(sides + ["", ""])[:2],
        visit.say(ways[each.settled_as]) if each.settled_as in ways else "", each.settled_by,
        shown(each.settled_at) if each.settled_at else "", each.reason,
    ]  # fmt: skip


async def one(visit: Visit) -> web.Response:
    """Show one conflict."""
    return await _page(visit)


async def _page(visit: Visit, mistake: Mistake | None = None, reason: str = "") -> web.Response:
    number = visit.path("conflict_no")
    laid = await visit.services.conflicts.one(number, actor=visit.actor)
    found = laid.conflict.found
    named = await visit.names_shown(found.consignment_no or laid.conflict.conflict_no)
    return visit.show(
        "desk_office_conflict.html", status=kind_of(mistake).status if mistake else 200,
        here=f"{_HOME}/{number}", here_whole=f"{_HOME}/{number}", laid=laid, c=laid.conflict, found=found, named=named,
        headings=words.SIDES[found.kind], stake=words.STAKES[found.kind], titles_of_ways=words.WAYS[found.kind],
        wrong=visit.say(mistake.template, **mistake.values) if mistake else "",
        at_reason=mistake is not None and mistake.field == "/reason", typed=reason,
        proofs=await _proofs(visit, laid, named=named), content=await _content(visit, laid, named=named),
        people=await _people(visit, [laid.conflict]), apart=apart,
        **await _words(visit),
    )  # fmt: skip


async def _proofs(visit: Visit, laid: Laid, *, named: bool) -> dict[str, dict[str, Any]]:
    """Return the proof behind each side, its pictures only while names are uncovered."""
    if "delivery" not in visit.actor.scopes:
        return {}
    kept = await visit.services.conflicts.proofs(laid.conflict, actor=visit.actor)
    return {
        key: {
            "proof": proof, "receiver_kind": words.RECEIVERS.get(proof.receiver_kind, proof.receiver_kind),
            "id_kind": words.PAPERS.get(proof.id_kind, proof.id_kind),
            "signature": _picture("image/png", proof.signature_png) if named else "",
            "photo": _picture("image/jpeg", proof.photo_jpeg) if named else "",
        }
        for key, proof in kept.items()
    }  # fmt: skip


def _picture(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else ""


async def _content(visit: Visit, laid: Laid, *, named: bool) -> list[tuple[str, str]]:
    """Return what an act says, line by line: what names nobody, and the rest while names are uncovered."""
    body = _body(await visit.services.conflicts.text_of_act(laid.conflict, actor=visit.actor))
    codes = {code: title for code, title in (await _words(visit))["acts"].items() if isinstance(title, str)}
    said = {"code": codes, "ledger": {name: visit.say(title) for name, title in words.LEDGERS.items()}}
    lines = [
        (words.PLAIN[name], said.get(name, {}).get(str(body[name]), str(body[name])))
        for name in words.PLAIN
        if body.get(name)
    ]
    if named:
        lines += [(name, told) for name, told in _flat(body) if name.split(".")[-1] not in words.PLAIN]
    return lines


def _body(text: str) -> Mapping[str, Any]:
    try:
        told = json.loads(text) if text else {}
    except ValueError:
        return {}
    body = told.get("body", told) if isinstance(told, dict) else {}
    return body if isinstance(body, dict) else {}


def _flat(body: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Return the texts of an act, pictures left out: those are for the act itself."""
    lines: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{before}{name}.")
        elif value not in (None, "", []) and name not in {"signature_png", "photo_jpeg"}:
            lines.append((f"{before}{name}", str(value)[:300]))
    return lines[:40]


async def settle(visit: Visit) -> web.Response:
    """Settle one conflict; the lead comes back to the tray."""
    number, typed = visit.path("conflict_no"), await visit.typed()
    way, reason = typed.get("way", ""), typed.get("reason", "")
    try:
        if way in DOES_THE_ACT:
            await _do(visit, number, way, reason)
        await visit.services.conflicts.settle(number, way, reason=reason, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _page(visit, mistake, reason)
    return go_to(f"{_HOME}?{urlencode({'done': number})}")


async def _do(visit: Visit, number: str, way: str, reason: str) -> None:
    """Do the act that a device told; first see that this word may be said at all, and that nobody said one before."""
    checked_reason(reason)
    laid = await visit.services.conflicts.one(number, actor=visit.actor)
    laid.conflict.must_be_open()
    if way in laid.ways:
        await redo(visit, laid.conflict)


def apart(one: datetime, other: datetime | None) -> bool:
    """Say whether two moments differ enough to be shown both."""
    return other is None or abs(one - other) >= _APART


def device_of(side: Side) -> str:
    """Return the device that said it, or who else did, as the page shows it."""
    return side.device_no or side.source.partition(":")[2] or side.source


async def _people(visit: Visit, rows: Sequence[KeptConflict]) -> Mapping[str, str]:
    """Return the names of the officials of these conflicts, by how they sign in."""
    logins = {side.actor for each in rows for side in each.found.sides} | {each.settled_by for each in rows}
    return await visit.services.conflicts.people(logins - {""}, actor=visit.actor)


async def _words(visit: Visit) -> dict[str, Any]:
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    codes = {code: rule.title if visit.language == "vi" else rule.title_en for code, rule in table.codes.items()}
    states = {name: rule.title if visit.language == "vi" else rule.title_en for name, rule in table.states.items()}
    return {
        "kinds": words.KINDS, "looks": words.LOOKS, "gone": words.GONE, "ways_of": words.WAYS, "states": states,
        "acts": {**{name: visit.say(title) for name, title in words.ACTS.items()}, **codes},
        "units": await units_of(visit), "device_of": device_of,
    }  # fmt: skip
