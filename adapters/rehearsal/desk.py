"""The rehearsal desk: a dossier system that keeps what it is told.

A notice told twice is kept once and counted, as a good receiver does.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from dataclasses import asdict
from pathlib import Path

from postgw.domain import dossier_number
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Notice

from .invented import dossier_numbered
from .settings import DeskOptions


class RehearsalDesk:
    """A `DossierDesk` in this process. `refuse` and `unreachable` say how many next notices meet a bad day."""

    def __init__(self, options: DeskOptions | None = None) -> None:
        self.options = options or DeskOptions()
        self.refuse = self.options.refuse
        self.unreachable = self.options.unreachable
        self.times: Counter[str] = Counter()  #: how often each notice was told
        self._told: OrderedDict[str, Notice] = OrderedDict()

    @property
    def told(self) -> tuple[Notice, ...]:
        """Return what it knows, oldest first, each notice once."""
        return tuple(self._told.values())

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Say one thing. Safe to say again: the notice id is the same."""
        if self.unreachable > 0:
            self.unreachable -= 1
            raise Unreachable("Hệ thống Một cửa diễn tập không trả lời.", code="desk.silent")
        if self.refuse > 0:
            self.refuse -= 1
            raise Refused("Hệ thống Một cửa diễn tập từ chối thông báo.", code="desk.refused")
        self.times[notice.notice_id] += 1
        if notice.notice_id not in self._told:
            self._keep(notice)

    async def dossier_by_number(self, dossier_no: str, *, desk: str) -> Dossier | None:
        """Return one dossier as the system has it; nothing when it does not know it."""
        if self.unreachable > 0:
            self.unreachable -= 1
            raise Unreachable("Hệ thống Một cửa diễn tập không trả lời.", code="desk.silent")
        return dossier_numbered(dossier_number.parse(dossier_no), desk) if dossier_number.is_valid(dossier_no) else None

    async def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, notice: Notice) -> None:
        self._told[notice.notice_id] = notice
        if len(self._told) > self.options.keeps:
            forgotten, _ = self._told.popitem(last=False)
            del self.times[forgotten]
        if self.options.file:
            line = json.dumps({**asdict(notice), "at": notice.at.isoformat()}, ensure_ascii=False)
            with Path(self.options.file).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
