"""Disclosure: written requests of competent bodies are recorded, and so is who uncovered names and was given evidence.

Handing the evidence out is `evidence.export`, which wants one of these requests, or the purpose of a party's own use.

Source: Law on post 2010 art. 7.6, 14 and 29.10.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.disclosure import BY_MACHINE, Access, DisclosureRequest
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.storage import disclosures, dossiers
from postgw.storage.database import Database

#: How long a machine may look at the same again before it is written down anew. Design choice.
_AGAIN_AFTER = timedelta(hours=1)
_WRITTEN_MOST, _SUBJECT_MOST = 20_000, 40
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The act of telling what is secret, to whom the law says so."""

    database: Database
    #: Token and subject → when this process last wrote it down. A machine asks the same again and again.
    _written: dict[tuple[str, str], datetime] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def ask(self, key: str, request: DisclosureRequest, *, actor: Actor, at: datetime) -> DisclosureRequest:
        """Record a written request; the same document again is the same request.

        Raises Conflict when that document is recorded with other words.
        """
        actor.must("evidence")
        request = _checked(request, at)
        async with self.database.writing() as tx:
            kept = await dossiers.find(tx, key)
            if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Unknown("Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100],
                              code="dossier.unknown")  # fmt: skip
            known = await disclosures.ask(tx, kept.dossier_id, request, actor=actor.name, at=at)
        if _words(known) != _words(request):
            raise Conflict("Văn bản {number} đã ghi với nội dung khác.", number=known.document_no,
                           code="disclosure.known", field="/document_no")  # fmt: skip
        return known

    async def requests(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[DisclosureRequest]:
        """Return requests, newest first."""
        actor.must("evidence")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await disclosures.requests(self.database.reading, desk=actor.unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(request for _, request in rows[:limit]), next_cursor=more)

    async def uncovered(self, number: str, *, actor: Actor, at: datetime) -> None:
        """Write down that names were uncovered on a screen."""
        access = Access(kind="names", subject=number, unit=actor.unit, seen_at=at, seen_by=actor.name)
        async with self.database.writing() as tx:
            await disclosures.note(tx, access)

    async def read(self, subject: str, *, actor: Actor, at: datetime) -> None:
        """Write down that a machine was told names, once an hour for each token and subject."""
        subject, reader = subject[:_SUBJECT_MOST], actor.token_no or actor.name
        if at - self._written.get((reader, subject), _NEVER) < _AGAIN_AFTER:
            return
        access = Access(
            kind="names", subject=subject, purpose=BY_MACHINE, unit=actor.unit, seen_at=at, seen_by=actor.name
        )
        async with self.database.writing() as tx:
            await disclosures.note(tx, access)
        if len(self._written) >= _WRITTEN_MOST:
            self._written.clear()
        self._written[reader, subject] = at

    async def accesses(self, *, subject: str = "", actor: Actor, cursor: str = "", limit: int = 50) -> Page[Access]:
        """Return who saw or was given what, newest first."""
        actor.must("admin")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await disclosures.accesses(self.database.reading, subject=subject, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(access for _, access in rows[:limit]), next_cursor=more)


def _checked(request: DisclosureRequest, at: datetime) -> DisclosureRequest:
    if request.document_on > legal_day(at):
        raise Invalid("Văn bản mang ngày chưa đến.", code="disclosure.future", field="/document_on")
    return replace(
        request,
        body=checked_text(request.body, what="cơ quan yêu cầu", field="/body", most=200),
        document_no=checked_text(request.document_no, what="số văn bản", field="/document_no", most=100),
        asked_by=checked_text(request.asked_by, what="người ký", field="/asked_by", most=150),
        ground=checked_text(request.ground, what="căn cứ pháp luật", field="/ground", most=300),
    )


def _words(request: DisclosureRequest) -> tuple[object, ...]:
    return request.body, request.document_no, request.document_on, request.asked_by, request.ground
