"""The rehearsal portal: a national portal that keeps dossiers as it is told, and shows them when it is asked.

It shows no mercy that the real one might not show: a session that has run out is an error code and no more, a dossier
that is there is not added again, one that is not there is not brought up to date, 10 is taken only behind 9 and only
with its moment, and a step told twice stands there twice. What a caller does not send stays as it was; every write of
the moment of 9 is counted, so that a test sees who changed it.

An agency's own system is played by the same wire: `isUpdating` "False" adds a dossier.

Stands on: counter. Used by: doubles, tests.
Source: services, keys and success code as public clients write them; every other error code here is ours.
"""

from __future__ import annotations

import secrets
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from .counter import Act, Answer, BadDay, Counter, Handler, fields_of, json_answer, loopback_only
from .settings import CounterOptions, _told

NO_SESSION, PRESENT, NOT_THERE, NOT_ALLOWED, REFUSED, NOT_UNDERSTOOD = -1, 3, 4, 5, 99, 400
_FINISHED_KEY = "NgayKetThucXuLy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalOptions(CounterOptions):
    """The rehearsal portal."""

    site: str = _told("000.00.00.H42", "mã định danh đơn vị được gọi")
    auth_endpoint: str = _told("/mapi/login", "đường dẫn đăng nhập")
    integration_endpoint: str = _told("/mapi/g", "đường dẫn của mọi dịch vụ")
    session_seconds: int = _told(1200, "phiên làm việc sống bao nhiêu giây")
    text_codes: bool = _told(False, "trả lời mã lỗi bằng chữ, “00” là thành công")


class RehearsalPortal:
    """A portal in this process. `start` opens its counter, `stop` closes it."""

    def __init__(
        self, options: PortalOptions | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.options = options or PortalOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.steps: dict[str, list[dict[str, Any]]] = {}
        self.finished_written: Tally[str] = Tally()  #: how often the moment of 9 was written, by dossier
        self.asked: Tally[str] = Tally()  #: how often each service was carried out
        self._clock = clock
        self._sessions: dict[str, datetime] = {}
        self._counter = Counter(self._routes(), self.bad_day.closing)

    async def start(self, host: str | None = None, port: int | None = None) -> str:
        """Open the counter where the options say, or elsewhere; return its address."""
        return await self._counter.start(
            self.options.host if host is None else host, self.options.port if port is None else port
        )

    async def stop(self) -> None:
        """Close the counter."""
        await self._counter.stop()

    def _routes(self) -> list[web.RouteDef]:
        options = self.options
        return [
            web.post(options.auth_endpoint, self.bad_day.served("login", self._log_in)),
            web.post(options.integration_endpoint, self._in_the_body()),
            web.post(options.integration_endpoint + "/{service}", self._in_the_path()),
            web.get("/rehearsal/dossiers", loopback_only(self._see)),
            *self.bad_day.back_door(),
        ]

    def _in_the_body(self) -> Handler:
        services = {name: self.bad_day.served(name, self._with_session(act)) for name, act in self._acts().items()}
        stranger = self.bad_day.served("", self._not_understood)

        async def handler(request: web.Request) -> web.StreamResponse:
            fields = await fields_of(request) or {}
            return await services.get(str(fields.get("service")), stranger)(request)

        return handler

    def _in_the_path(self) -> Handler:
        """Return the handler of the provincial form, which wants no session."""
        services = {name: self.bad_day.served(name, act) for name, act in self._acts().items()}
        stranger = self.bad_day.served("", self._not_understood)

        async def handler(request: web.Request) -> web.StreamResponse:
            return await services.get(request.match_info["service"], stranger)(request)

        return handler

    def _acts(self) -> dict[str, Act]:
        return {
            "TraCuuHoSo": self._look_up, "DongBoHoSoMC": self._synchronise, "CapNhatTienDoHoSoMC": self._add_steps,
        }  # fmt: skip

    async def _log_in(self, request: web.Request) -> Answer:
        fields = await fields_of(request) or {}
        if (fields.get("username"), fields.get("password")) != (self.options.key, self.options.secret):
            return 200, self._error(NOT_ALLOWED)
        session = secrets.token_hex(16)
        self._sessions[session] = self._clock()
        self.asked["login"] += 1
        return 200, {"session": session, **self._error(0)}

    def _with_session(self, act: Act) -> Act:
        async def guarded(request: web.Request) -> Answer:
            fields = await fields_of(request) or {}
            began = self._sessions.get(str(fields.get("session")))
            if began is None or (self._clock() - began).total_seconds() >= self.options.session_seconds:
                return 200, self._error(NO_SESSION)
            if fields.get("madonvi") != self.options.site:
                return 200, self._error(NOT_ALLOWED)
            return await act(request)

        return guarded

    async def _not_understood(self, request: web.Request) -> Answer:
        return 200, self._error(NOT_UNDERSTOOD)

    async def _look_up(self, request: web.Request) -> Answer:
        fields = await self._fields(request)
        number = str(fields.get("mahoso", ""))
        self.asked["TraCuuHoSo"] += 1
        kept = self.dossiers.get(number)
        rows = [] if kept is None else [{**kept, "DanhSachTienDo": self.steps.get(number, [])}]
        return 200, {"result": rows, **self._error(0)}

    async def _synchronise(self, request: web.Request) -> Answer:
        fields = await self._fields(request)
        rows, is_update = fields.get("data"), fields.get("isUpdating") == "True"
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("MaHoSo") for row in rows):
            return 200, self._error(NOT_UNDERSTOOD)
        errors = [self._keep(row, is_update) for row in rows]
        return 200, self._error(next((error for error in errors if error), 0))

    def _keep(self, row: dict[str, Any], is_update: bool) -> int:
        number = str(row["MaHoSo"])
        kept = self.dossiers.get(number)
        if error := self._error_in(row, kept, is_update):
            return error
        self.asked["DongBoHoSoMC"] += 1
        self.finished_written[number] += _FINISHED_KEY in row
        self.dossiers[number] = {**(kept or {}), **row}
        return 0

    def _error_in(self, row: dict[str, Any], kept: dict[str, Any] | None, is_update: bool) -> int:
        if self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return REFUSED
        if is_update != (kept is not None):
            return NOT_THERE if is_update else PRESENT
        returns = str(row.get("TrangThaiHoSo")) == "10" and (kept or {}).get("TrangThaiHoSo") != "10"
        unfinished = kept is not None and str(kept.get("TrangThaiHoSo")) != "9"
        return NOT_ALLOWED if returns and (unfinished or not row.get("NgayTra")) else 0

    async def _add_steps(self, request: web.Request) -> Answer:
        rows = (await self._fields(request)).get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return 200, self._error(NOT_UNDERSTOOD)
        if self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return 200, self._error(REFUSED)
        if any(str(row.get("MaHoSo")) not in self.dossiers for row in rows):
            return 200, self._error(NOT_THERE)
        for row in rows:
            self.asked["CapNhatTienDoHoSoMC"] += 1
            self.steps.setdefault(str(row["MaHoSo"]), []).append(row)
        return 200, self._error(0)

    async def _fields(self, request: web.Request) -> dict[str, Any]:
        """Return what a call says, whichever form it came in."""
        if "service" not in request.match_info:
            return await fields_of(request) or {}
        content = await request.text()
        return {**request.query, "data": await request.json() if content else []}

    def _error(self, code: int) -> dict[str, Any]:
        return {"error_code": f"{code:02}" if self.options.text_codes else code}

    async def _see(self, request: web.Request) -> web.StreamResponse:
        seen = [{**kept, "steps": self.steps.get(number, [])} for number, kept in self.dossiers.items()]
        return json_answer(200, {"dossiers": seen, "asked": dict(self.asked)})
