"""The rehearsal OpenCPS: dossiers in memory behind the dossier REST interface, with its traps.

A saving writes all fields of the form: one that is missing becomes empty, a missing number 0. Who is not let in is
answered 203 with an error in it. The list shows less than a dossier does, and nothing of its password. The back door
(`/rehearsal/…`) puts dossiers in and shows them, to this machine alone.

Source: OpenCPS's public dossier controller and models.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from .counter import Answer, BadDay, Counter, fields_of, json_answer, loopback_only
from .office import now
from .settings import CounterOptions

_BASE = "/o/rest/v2/dossiers"
_VIETNAM = timezone(timedelta(hours=7))
_NUMBERS = ("viaPostal", "vnpostalStatus", "fromViaPostal", "originality", "sampleCount")
#: What a saving can write.
_WRITABLE = (
    "applicantName", "applicantIdType", "applicantIdNo", "applicantIdDate", "address", "cityCode", "districtCode",
    "wardCode", "contactName", "contactTelNo", "contactEmail", "applicantNote", "delegateName", "delegateIdNo",
    "delegateTelNo", "delegateEmail", "delegateAddress", "delegateCityCode", "delegateDistrictCode",
    "delegateWardCode", "postalServiceCode", "postalServiceName", "postalAddress", "postalCityCode", "postalCityName",
    "postalDistrictCode", "postalDistrictName", "postalWardCode", "postalWardName", "postalTelNo", "vnpostalProfile",
    "postalCodeSend", "postalCodeReceived", "lastSendDate", "lastReceiveDate",
)  # fmt: skip
#: What the list does not show.
_INSIDE = (
    "password", "postalDistrictCode", "postalDistrictName", "postalWardCode", "postalWardName", "fromViaPostal",
    "postalCodeSend", "postalCodeReceived",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCpsOptions(CounterOptions):
    """The rehearsal OpenCPS."""

    site: str = field(default="55301", metadata={"help": "groupId của cơ quan"})
    unsorted: bool = field(default=False, metadata={"help": "danh sách không theo thứ tự được hỏi"})
    old_release: bool = field(default=False, metadata={"help": "bản cũ: không biết vnpostalStatus"})


class RehearsalOpenCps:
    """An OpenCPS at its counter."""

    def __init__(self, options: OpenCpsOptions | None = None, *, clock: Callable[[], datetime] = now) -> None:
        self.options = options or OpenCpsOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.dossiers: dict[int, dict[str, Any]] = {}
        self.savings = 0
        self.acted: list[tuple[int, str]] = []
        self._clock = clock
        self._counter = Counter(self.routes(), self.bad_day.closing)

    async def start(self) -> str:
        """Open the counter where the options say; return its address."""
        return await self._counter.start(self.options.host, self.options.port)

    async def stop(self) -> None:
        """Close the counter."""
        await self._counter.stop()

    def put(self, **fields: Any) -> int:
        """Put a dossier in, or change one; return its number."""
        number = int(fields.get("dossierId") or max(self.dossiers, default=4500) + 1)
        known = self.dossiers.get(number, {"dossierId": number, "counter": number + 70, "viaPostal": 1})
        self.dossiers[number] = {**known, "modifiedDate": self._stamp(), **fields}
        return number

    def _stamp(self) -> str:
        return self._clock().astimezone(_VIETNAM).strftime("%d/%m/%Y %H:%M:%S")

    def routes(self) -> list[web.RouteDef]:
        """Return all its addresses."""
        served, guard = self.bad_day.served, self._guard
        return [
            web.get(_BASE, served("list", self._list, guard=guard), allow_head=False),
            web.get(_BASE + "/{id}", served("open", self._open, guard=guard), allow_head=False),
            web.put(_BASE + "/{id}", served("save", self._save, guard=guard)),
            web.post(_BASE + "/{id}/actions", served("act", self._act, guard=guard)),
            web.get("/rehearsal/dossiers", loopback_only(self._see)),
            web.post("/rehearsal/dossiers", loopback_only(self._put)),
            *self.bad_day.back_door(),
        ]

    def _guard(self, request: web.Request) -> Answer | None:
        kind, _, pair = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(pair.strip(), validate=True)
        except (binascii.Error, ValueError):
            given = b""
        wanted = f"{self.options.key}:{self.options.secret}".encode()
        is_known = kind.lower() == "basic" and hmac.compare_digest(given, wanted)
        if is_known and request.headers.get("groupId") == self.options.site:
            return None
        return 203, {"code": 203, "message": "Non-Authoritative Information."}

    async def _list(self, request: web.Request) -> Answer:
        query = request.query
        found = [one for one in self.dossiers.values() if _suits(one, query)]
        if not self.options.unsorted:
            found.sort(key=_changed, reverse=query.get("order") == "true")
        start, end = _whole(query.get("start")), _whole(query.get("end"))
        page = [self._row(one) for one in (found[start:end] if end else found)]
        return 200, {"total": len(found), "data": self._spoiled(page)}

    def _row(self, dossier: dict[str, Any]) -> dict[str, Any]:
        row = {name: value for name, value in self._shown(dossier).items() if name not in _INSIDE}
        return {**row, "applicantName": str(row.get("applicantName", "")).upper()}

    def _shown(self, dossier: dict[str, Any]) -> dict[str, Any]:
        hidden = {"vnpostalStatus", "vnpostalProfile"} if self.options.old_release else set()
        shown = {name: value for name, value in dossier.items() if name not in hidden and value is not None}
        return {**shown, "viaPostal": str(dossier.get("viaPostal", 0))}

    def _spoiled(self, rows: list[dict[str, Any]]) -> list[Any]:
        faults, dice = self.bad_day.faults, self.bad_day.dice
        shown: list[Any] = []
        for row in rows:
            shown.append(row)
            if dice.hits(faults.duplicate_events):
                shown.append(row)
            if dice.hits(faults.bad_rows):
                shown.append({"dossierId": "bốn nghìn", "applicantName": row.get("applicantName")})
        return dice.shuffled(shown) if dice.hits(faults.reordered_events) else shown

    def _named(self, request: web.Request) -> dict[str, Any] | None:
        return self.dossiers.get(_whole(request.match_info["id"]))

    async def _open(self, request: web.Request) -> Answer:
        dossier = self._named(request)
        return (200, self._shown(dossier)) if dossier else (404, {"code": 404, "message": "Not found"})

    async def _save(self, request: web.Request) -> Answer:
        dossier, fields = self._named(request), await _said(request)
        if dossier is None:
            return 404, {"code": 404, "message": "Not found"}
        self.savings += 1
        dossier.update({name: fields.get(name, "") for name in _WRITABLE})
        numbers = [name for name in _NUMBERS if not (self.options.old_release and name == "vnpostalStatus")]
        dossier.update({name: _whole(fields.get(name)) for name in numbers})
        dossier["modifiedDate"] = self._stamp()
        return 200, self._shown(dossier)

    async def _act(self, request: web.Request) -> Answer:
        dossier, action = self._named(request), (await _said(request)).get("actionCode", "")
        if dossier is None or not action:
            return 404, {"code": 404, "message": "Not found"}
        self.acted.append((dossier["dossierId"], action))
        dossier.update(lastActionCode=action, modifiedDate=self._stamp())
        return 200, {"dossierActionId": len(self.acted), "actionCode": action}

    async def _see(self, request: web.Request) -> web.StreamResponse:
        return json_answer(200, {"dossiers": list(self.dossiers.values()), "savings": self.savings})

    async def _put(self, request: web.Request) -> web.StreamResponse:
        fields = await fields_of(request)
        if fields is None:
            return json_answer(400, {"detail": "Cần một đối tượng JSON."})
        return json_answer(201, {"dossierId": self.put(**fields)})


def _suits(dossier: dict[str, Any], query: Any) -> bool:
    for asked, name in (("viapostal", "viaPostal"), ("vnpostalStatus", "vnpostalStatus")):
        if asked in query and _whole(dossier.get(name)) != _whole(query[asked]):
            return False
    # The list searches a number loosely.
    return query.get("dossierNo", "") in str(dossier.get("dossierNo", ""))


def _changed(dossier: dict[str, Any]) -> datetime:
    return datetime.strptime(dossier["modifiedDate"], "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007  # only compared


async def _said(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return await fields_of(request) or {}
    return dict(await request.post())


def _whole(value: Any) -> int:
    return int(str(value)) if str(value or "").isdecimal() else 0
