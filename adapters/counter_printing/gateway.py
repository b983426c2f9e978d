"""The gateway as a counter's program sees it: the next jobs, a paper of a job, the word that it was printed or not.

Stands on: wire. Used by: rounds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from yarl import URL

from postgw.domain.errors import Refused, Unreachable

from ..wire import Answer, Wire

NAME = "cổng"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper of a job and where it goes."""

    n: int
    kind: str
    count: int
    media: str
    stock: str
    queue: str
    tray: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of this counter."""

    job_no: str
    papers: tuple[Paper, ...]


class Gateway:
    """The calls of one counter's program."""

    def __init__(self, url: str, token: str, *, ca_file: str = "") -> None:
        self._base = URL(url.rstrip("/") + "/api/v1/print-jobs")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._wire = Wire(NAME, total_seconds=120.0, ca_file=ca_file, connections=2)

    async def jobs(self) -> tuple[Job, ...]:
        """Take the next jobs. Raises Refused when the token is no counter's, Unreachable when nobody answers."""
        answer = await self._asked("GET", self._base, act="take print jobs")
        return tuple(_job(each) for each in answer.json()["data"])

    async def paper(self, job_no: str, n: int) -> bytes:
        """Return one paper as it goes to the printer."""
        return (await self._asked("GET", self._of(job_no, f"papers/{n}"), act="get paper")).body

    async def printed(self, job_no: str) -> None:
        """Say that a job was printed."""
        await self._asked("POST", self._of(job_no, "done"), act="report printed")

    async def failed(self, job_no: str, reason: str) -> None:
        """Say that a job could not be printed, and why."""
        body = json.dumps({"reason": reason[:300]}, ensure_ascii=False).encode()
        await self._asked("POST", self._of(job_no, "failed"), act="report failed", body=body)

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    def _of(self, job_no: str, rest: str) -> URL:
        return URL(f"{self._base}/{quote(job_no, safe='')}/{rest}", encoded=True)

    async def _asked(self, method: str, url: URL, *, act: str, body: bytes | None = None) -> Answer:
        headers: Mapping[str, str] = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        answer = await self._wire.call(method, url, act=act, headers=headers, body=body)
        if answer.is_passing_trouble():
            raise answer.unreachable()
        if answer.status >= 300:
            raise Refused("{why}", why=_why(answer), status=answer.status, code="print.refused")
        return answer


def _job(data: Mapping[str, Any]) -> Job:
    papers = (Paper(**{name: each[name] for name in Paper.__slots__}) for each in data["papers"])
    return Job(job_no=data["job_no"], papers=tuple(papers))


def _why(answer: Answer) -> str:
    """Return the sentence of a problem document; what is none is told by its status."""
    try:
        said = answer.json()
    except Unreachable:
        said = {}
    detail = said.get("detail", "") if isinstance(said, dict) else ""
    return detail or f"Cổng từ chối (mã HTTP {answer.status})."
