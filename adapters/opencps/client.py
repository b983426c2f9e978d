"""The calls to OpenCPS: the list, one dossier, a saving, an action.

What is unforgiving here: only 200 with a dossier in it is a yes. Who is not let in is answered 203, and a business no
may come as 500, which is asked again and parked in the end. A saving is believed only when the dossier it answers with
says so: an older release takes an unknown field without a word.

Stands on: wire, mapping, reading, reporting, settings. Used by: services, as `DossierDesk`.
Source: OpenCPS's public dossier controller (203 for strangers, forms for what is written).
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from postgw.domain.dossier import Dossier
from postgw.domain.dossier_number import lookup_key
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import DeskStanding, DossierPage, FeedReject, Notice, OfferedDossier

from ..wire import Answer, Wire
from . import codes, mapping
from .reading import Place, Row, cursor_of, place_of
from .reporting import changes, saving
from .settings import PAGE_LEAST, OpenCpsSettings

OUTSIDER = "OpenCPS"
#: Pages of a list that brought nothing, before the house is told where we are.
_PAGES_A_CALL = 10
#: So often in a row one dossier may answer with trouble before it is put aside so that it holds nobody up.
_PATIENCE = 3
#: So many dossiers with trouble are remembered; beyond, each is tried anew.
_TROUBLES_MOST = 10_000
_ANSWERED_BADLY = frozenset({"wire.trouble", "wire.unreadable"})

Look = OfferedDossier | FeedReject | None


class OpenCpsDesk:
    """OpenCPS as a `DossierDesk`, one site."""

    def __init__(
        self,
        settings: OpenCpsSettings,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._wire = Wire(
            OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file, per_second=settings.per_second
        )
        self._reading = mapping.Reading(
            desks_of=settings.desks_of, words=settings.words(), from_via_postal=settings.from_via_postal
        )
        self._monotonic = monotonic
        self._sweep_due = 0.0
        self._sweeping = False
        self._troubles: Counter[str] = Counter()

    async def offered(self, cursor: str, limit: int) -> DossierPage:
        """Return the dossiers that the system offers since `cursor` (empty: from the beginning), oldest first."""
        place = place_of(cursor, len(self.settings.lists))
        found: dict[str, OfferedDossier | FeedReject] = {}
        for _ in range(_PAGES_A_CALL):
            place, looks = await self._page(place, limit)
            # A list comes newest first; the same dossier may stand at both sides of a seam.
            found.update({one.record_id: one for one in reversed(looks) if one is not None})
            if found or place.at is None:
                break
        return DossierPage(
            offered=tuple(one for one in found.values() if isinstance(one, OfferedDossier)),
            rejects=tuple(one for one in found.values() if isinstance(one, FeedReject)),
            cursor=cursor_of(place), more=place.at is not None,
        )  # fmt: skip

    async def _page(self, place: Place, limit: int) -> tuple[Place, list[Look]]:
        overlap = self.settings.overlap_minutes * 60
        if place.at is None:
            self._sweeping = self._monotonic() >= self._sweep_due
            place = place.begun(overlap=overlap, sweep=self._sweeping)
        number = place.at or 0
        size = max(PAGE_LEAST, min(limit, self.settings.page_size))
        answer = await self._list(self.settings.lists[number], place.start, size)
        rows, total = _rows(answer)
        read = [_row(row) for row in rows]
        looks = await self._looked_at([row for row, one in zip(rows, read, strict=True) if place.wants(one)])
        place, over = place.turned(read, total, asked=size, now=_now(answer))
        if not over:
            return place, looks
        place = place.through()
        if number + 1 < len(self.settings.lists):
            return place.begun(number=number + 1, overlap=overlap, sweep=self._sweeping), looks
        if self._sweeping:
            self._sweep_due = self._monotonic() + self.settings.sweep_hours * 3600
        return place, looks

    async def _list(self, wanted: str, start: int, size: int) -> Answer:
        query = {
            **dict(parse_qsl(wanted)), "start": str(start), "end": str(start + size),
            "sort": self.settings.sort_field, "order": self.settings.newest_first,
        }  # fmt: skip
        return await self._get("list", query=query)

    async def _looked_at(self, rows: Sequence[Any]) -> list[Look]:
        gate = asyncio.Semaphore(self.settings.at_once)

        async def look(row: Any) -> Look:
            async with gate:
                return await self._looked(row)

        looks = await asyncio.gather(*(look(row) for row in rows), return_exceptions=True)
        for one in looks:
            if isinstance(one, BaseException):
                raise one
        return [one for one in looks if not isinstance(one, BaseException)]

    async def _looked(self, row: Any) -> Look:
        """Open one dossier of a list: it alone says all. One that cannot be opened is put aside with the reason."""
        number = mapping.dossier_id(row)
        if not number:
            return mapping.reject(row, "Dòng trong danh sách không có dossierId.")
        if mapping.is_over(row, self._reading.words):
            return None
        try:
            wire = await self._one(number)
        except Refused as no:
            return mapping.reject(row, str(no), about=number)
        except Unreachable as trouble:
            if not self._is_given_up(number, trouble):
                raise
            return mapping.reject(row, str(trouble), about=number)
        self._troubles.pop(number, None)
        if wire is None:
            return None
        return mapping.offered_from_wire(wire, self._reading, changed=mapping.text(row.get("modifiedDate")))

    def _is_given_up(self, number: str, trouble: Unreachable) -> bool:
        if trouble.code not in _ANSWERED_BADLY:
            return False
        if len(self._troubles) >= _TROUBLES_MOST:
            self._troubles.clear()
        self._troubles[number] += 1
        return self._troubles[number] >= _PATIENCE

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Write what a notice means to OpenCPS into the dossier. Safe to say again: nothing moves backwards."""
        step = codes.step_of(notice)
        present = await self._present(dossier) if step and dossier else None
        if present is None or dossier is None:
            return
        told, move = changes(step, notice, dossier, present, self.settings), codes.move_of(step)
        action = self.settings.actions.get(step)
        if action and move.field in told:
            await self._act(action, present)
        elif told and not action:
            await self._save(told, dossier, present, move)

    async def _act(self, action: str, present: Mapping[str, Any]) -> None:
        if mapping.text(present.get("lastActionCode")) == action:
            return
        body = {"actionCode": action} | ({"actionUser": self.settings.action_user} if self.settings.action_user else {})
        _made(await self._send("POST", "act", body, mapping.dossier_id(present), "actions"))

    async def _save(
        self, told: Mapping[str, Any], dossier: Dossier, present: Mapping[str, Any], move: codes.Move
    ) -> None:
        body = saving(told, dossier, present, self.settings)
        saved = _made(await self._send("PUT", "save", body, mapping.dossier_id(present)))
        if move.field in told and mapping.whole(saved.get(move.field)) != move.value:
            raise Refused(
                "{outsider} nhận nhưng không ghi {name} = {value}. Có thể cần mã thao tác trong actions.",
                outsider=OUTSIDER, name=move.field, value=move.value, code="opencps.not_kept",
            )  # fmt: skip

    async def standing(self, dossier: Dossier) -> DeskStanding | None:
        """Return how the system says a dossier stands; nothing when it does not know it."""
        present = await self._present(dossier)
        return mapping.standing_from_wire(present, self._reading.words) if present is not None else None

    async def dossier_by_number(self, dossier_no: str, *, desk: str) -> Dossier | None:
        """Return one dossier as the system has it; nothing when it does not know it."""
        wire = await self._numbered(dossier_no)
        return mapping.known_from_wire(wire, self._reading) if wire is not None else None

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    async def _present(self, dossier: Dossier) -> Mapping[str, Any] | None:
        """Return a dossier as it stands there: by OpenCPS's own number, else by the dossier's; nothing when unknown."""
        if mapping.whole(dossier.intake_ref):
            found = await self._one(dossier.intake_ref)
            if found is not None and _is_same(found, dossier):
                return found
        return await self._numbered(dossier.dossier_no) if dossier.dossier_no else None

    async def _one(self, number: str) -> Mapping[str, Any] | None:
        answer = await self._get("open", number)
        if answer.status in (204, 404):
            return None
        found = _made(answer)
        return found if mapping.dossier_id(found) == number else None

    async def _numbered(self, dossier_no: str) -> Mapping[str, Any] | None:
        """Find a dossier by its number; the list searches loosely, so only the very same counts."""
        rows, _ = _rows(await self._get("find", query={"dossierNo": dossier_no, "start": "0", "end": "20"}))
        same = [row for row in rows if isinstance(row, Mapping) and mapping.text(row.get("dossierNo")) == dossier_no]
        return await self._one(mapping.dossier_id(same[0])) if len(same) == 1 and mapping.dossier_id(same[0]) else None

    async def _get(self, act: str, *path: str, query: Mapping[str, str] | None = None) -> Answer:
        url = self.settings.address(*path)
        return await self._wire.call("GET", url.with_query(query) if query else url, act=act, headers=self._headers())

    async def _send(self, method: str, act: str, body: Mapping[str, str], *path: str) -> Answer:
        is_form = self.settings.body == "form"
        kind = "application/x-www-form-urlencoded" if is_form else "application/json"
        content = urlencode(body) if is_form else json.dumps(body, ensure_ascii=False)
        headers = {**self._headers(), "Content-Type": f"{kind}; charset=UTF-8"}
        url = self.settings.address(*path)
        return await self._wire.call(method, url, act=act, headers=headers, body=content.encode())

    def _headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.settings.key}:{self.settings.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}", "groupId": self.settings.site, "Accept": "application/json"}


def _row(row: Any) -> Row:
    changed = mapping.moment(row.get("modifiedDate")) if isinstance(row, Mapping) else None
    return Row(number=mapping.dossier_id(row), changed=int(changed.timestamp()) if changed else None)


def _is_same(found: Mapping[str, Any], dossier: Dossier) -> bool:
    """Say whether a dossier found by its id is ours: another list's reference may look like an id of OpenCPS."""
    theirs = mapping.text(found.get("dossierNo"))
    return not theirs or not dossier.dossier_no or lookup_key(theirs) == lookup_key(dossier.dossier_no)


def _rows(answer: Answer) -> tuple[Sequence[Any], int | None]:
    """Return the rows of a list and how many there are in all. Raises Unreachable when it is no list."""
    page = _made(answer)
    rows = page.get("data", []) if page.get("data") is not None else []
    if not isinstance(rows, list):
        raise _unreadable()
    return rows, mapping.whole(page.get("total"))


def _now(answer: Answer) -> int | None:
    """Return the outsider's own moment, by which its moments of change are judged; nothing where it names none."""
    try:
        return int(parsedate_to_datetime(answer.headers.get("Date", "")).timestamp())
    except ValueError:
        return None


def _made(answer: Answer) -> Mapping[str, Any]:
    """Return the object in an answer of 200.

    Raises Refused at a plain no, Unreachable when we are not let in or at anything that leaves open what was done.
    """
    if answer.status == 200:
        made = answer.json()
        if isinstance(made, Mapping):
            return made
        raise _unreadable()
    if answer.status in (203, 401):
        raise Unreachable(
            "{outsider} không nhận tài khoản (mã HTTP {status}). Kiểm tra tên, mật khẩu và site (groupId).",
            outsider=OUTSIDER, status=answer.status, code="opencps.credentials",
        )  # fmt: skip
    if answer.is_passing_trouble() or answer.status < 400:
        raise answer.unreachable()
    raise Refused(
        "{outsider} không nhận yêu cầu (mã HTTP {status}). Kiểm tra quyền của tài khoản và cấu hình.",
        outsider=OUTSIDER, status=answer.status, code="opencps.http_refused",
    )  # fmt: skip


def _unreadable() -> Unreachable:
    return Unreachable(
        "{outsider} trả lời không đúng dạng. Hệ thống sẽ tự hỏi lại.", outsider=OUTSIDER, code="wire.unreadable"
    )
