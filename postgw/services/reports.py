"""Reports of a period: what is due, what stands in it, the lists behind its figures, and issuing it.

A report that is not issued is counted anew each time it is asked for. Once issued it is kept as it was, with its
lists; a correction is another version beside it, with its reason. So what was handed in can be shown and explained
for ever.

Source: Circular 17/2017/TT-BTTTT art. 13; Law on Post 2010 art. 33.7; Decree 174/2026/NĐ-CP art. 10 (late,
incomplete, wrong).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from postgw import hurry
from postgw.domain import rating, report_content
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.report import FIGURES, Fact, list_of
from postgw.domain.report_content import IssuedReport
from postgw.domain.report_period import Period, last_full_quarter, periods_before, quarter_of, read_period
from postgw.domain.sheet_ports import SheetWriter
from postgw.rules.book import RuleBook
from postgw.storage import province, ratings, records, report_facts, reports
from postgw.storage.database import Database, Session

if TYPE_CHECKING:
    from labels.report_sheet import ReportPaper

FORMATS = {"json": "application/json", "csv": "text/csv", "pdf": "application/pdf",
           "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
#: How far back a stranger may ask for the achieved quality.
_QUARTERS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReport:
    """A report that the law wants, and whether it was handed in by its day."""

    period: Period
    before_on: date
    addressee: str
    state: str  #: issued, due, late
    versions: tuple[IssuedReport, ...] = ()
    days_late: int = 0  #: of the first version, or so far

    @property
    def issued_at(self) -> datetime | None:
        """Return when it was first issued."""
        return self.versions[0].issued_at if self.versions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    """A report as it is shown: what stands in it, and under which version it was issued, if it was."""

    content: Mapping[str, Any]
    issued: IssuedReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The acts of reporting."""

    database: Database
    book: RuleBook
    write_sheet: SheetWriter
    reporter: str
    addressee: str  #: empty: the one of the rules
    rehearsal: bool
    _quality: dict[str, tuple[date, dict[str, Any]]] = field(default_factory=dict)
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def due(self, *, actor: Actor, at: datetime, cursor: str = "", limit: int = 50) -> Page[DueReport]:
        """Return the reports of periods that are over, newest first, with their days."""
        actor.must("reports")
        session, today = self.database.reading, legal_day(at)
        begun = await reports.begun_on(session) or today
        issued = await reports.issued(session, unit=actor.unit)
        after = int(cursor) if cursor.isdecimal() else 0
        over = [each for each in periods_before(today) if each.after_on > begun or each.name in issued]
        shown = [self._due(period, issued.get(period.name, ()), today) for period in over[after : after + limit]]
        return Page(items=tuple(shown), next_cursor=str(after + limit) if len(over) > after + limit else "")

    def _due(self, period: Period, versions: tuple[IssuedReport, ...], today: date) -> DueReport:
        rule = self.book.report_rule(period.after_on)
        before_on = rule.before_on(period)
        handed_in = legal_day(versions[0].issued_at) if versions else today
        days_late = max(0, (handed_in - before_on).days + 1)
        state = "issued" if versions else "late" if days_late else "due"
        return DueReport(
            period=period, before_on=before_on, addressee=self.addressee or rule.addressee, state=state,
            versions=versions, days_late=days_late,
        )  # fmt: skip

    async def report(
        self, name: str, *, actor: Actor, at: datetime, unit: str = "", version: int = 0, draft: bool = False
    ) -> ShownReport:
        """Return a report: the version that was issued, else a draft counted now; a draft also where one is asked for.

        Raises Unknown when there is no such version, Invalid when the period is none or has not begun.
        """
        actor.must("reports")
        period, unit = _begun(name, at), await self._unit(actor, unit)
        issued = None if draft else await reports.newest(self.database.reading, period.name, unit, version=version)
        if issued:
            return ShownReport(content=records.from_json(issued.content), issued=issued)
        if version:
            raise _no_version(period, version)
        return ShownReport(content=(await self._counted(period, unit, at))[0])

    async def _unit(self, actor: Actor, unit: str) -> str:
        """Return whose report is meant: a unit's account sees its own alone."""
        wanted = actor.unit or unit
        if wanted and (not actor.may_see(unit or wanted) or not await province.unit(self.database.reading, wanted)):
            raise Unknown("Không có đơn vị mang mã {number}.", number=unit[:40], code="unit.unknown", field="/unit")
        return wanted

    async def _counted(self, period: Period, unit: str, at: datetime) -> tuple[dict[str, Any], list[Fact]]:
        """Return a report as it stands now; to count a year of a nation takes its time, and who asks for it knows."""
        with hurry.time_enough():
            return await self._counted_at_leisure(period, unit, at)

    async def _counted_at_leisure(self, period: Period, unit: str, at: datetime) -> tuple[dict[str, Any], list[Fact]]:
        session = self.database.reading
        facts: list[Fact] = []
        async for batch in report_facts.items(session, self.book, period, unit=unit, at=at):
            facts += [fact for _, fact in batch]
        facts += await report_facts.others(session, period, unit=unit, at=at)
        names = {each.code: each.name for each in await province.units(session)}
        rule = self.book.report_rule(period.after_on)
        heading = report_content.Heading(
            period=period, rule=rule, unit=unit, unit_name=names.get(unit, ""), reporter=self.reporter,
            addressee=self.addressee or rule.addressee, as_of=at, rehearsal=self.rehearsal,
        )  # fmt: skip
        satisfaction = await self._satisfaction(session, period, unit)
        content = await asyncio.to_thread(
            report_content.content_of, heading, facts, satisfaction=satisfaction, names=names
        )
        return content, facts

    async def _satisfaction(self, session: Session, period: Period, unit: str) -> dict[str, object]:
        rule = self.book.rating_rule(period.first_on)
        asked: dict[str, Any] = {
            "since": period.since, "before": period.before, "unit": unit, "satisfied_from": rule.satisfied_from
        }  # fmt: skip
        total = await ratings.total(session, **asked)
        grouped = {by: await ratings.groups(session, by, **asked) for by in rating.GROUPED_BY}
        return rating.summary(total, grouped, rule)

    async def facts_behind(
        self, name: str, figure: str, *, actor: Actor, at: datetime, unit: str = "", draft: bool = False,
        cursor: str = "", limit: int = 50,
    ) -> Page[Fact]:  # fmt: skip
        """Return the list behind a figure, of the issued version or of the draft.

        Raises Unknown when there is no such figure.
        """
        actor.must("reports")
        if figure not in FIGURES:
            raise Unknown("Không có chỉ tiêu {name}.", name=figure[:40], code="report.figure")
        period, unit = _begun(name, at), await self._unit(actor, unit)
        after = int(cursor) if cursor.isdecimal() else 0
        issued = None if draft else await reports.newest(self.database.reading, period.name, unit)
        if issued is None and FIGURES[figure].matter == "item":
            return await self._items_behind(period, figure, unit, at, after, limit)
        behind = list_of(figure, await self._others_behind(period, issued, unit, at))
        more = str(after + limit) if len(behind) > after + limit else ""
        return Page(items=tuple(behind[after : after + limit]), next_cursor=more)

    async def _others_behind(
        self, period: Period, issued: IssuedReport | None, unit: str, at: datetime
    ) -> Sequence[Fact]:
        session = self.database.reading
        with hurry.time_enough():
            if issued is not None:
                return await reports.facts(session, issued)
            return await report_facts.others(session, period, unit=unit, at=at)

    async def _items_behind(
        self, period: Period, figure: str, unit: str, at: datetime, after: int, limit: int
    ) -> Page[Fact]:
        """Return a page of a draft's list, reading no further than the page needs."""
        found: list[tuple[int, Fact]] = []
        async for batch in report_facts.items(self.database.reading, self.book, period, unit=unit, at=at, after=after):
            found += [(row, fact) for row, fact in batch if FIGURES[figure].counts(fact)]
            if len(found) > limit:
                break
        more = str(found[limit - 1][0]) if len(found) > limit else ""
        return Page(items=tuple(fact for _, fact in found[:limit]), next_cursor=more)

    async def issue(self, name: str, *, reason: str = "", unit: str = "", actor: Actor, at: datetime) -> ShownReport:
        """Issue a report; while its figures are those of the newest version, that version is the answer.

        Raises Conflict while the period is not over, or when figures changed and no reason for a correction is given.
        """
        actor.must("lead")
        period, unit = _begun(name, at), await self._unit(actor, unit)
        if legal_day(at) < period.after_on:
            raise Conflict(
                "Kỳ {period} chưa hết. Phát hành được từ ngày {day}.", period=period.name,
                day=f"{period.after_on:%d/%m/%Y}", code="report.running",
            )  # fmt: skip
        content, facts = await self._counted(period, unit, at)
        behind = await asyncio.to_thread(reports.packed, facts)
        async with self.database.writing() as tx:
            await tx.queue_for(f"report:{period.name}:{unit}")
            before = await reports.newest(tx, period.name, unit)
            draft = _to_issue(content, period, unit, before, actor=actor, at=at)
            if before and before.figures_digest == draft.figures_digest:
                return ShownReport(content=records.from_json(before.content), issued=before)
            if before:
                draft = _corrected(draft, before, reason)
            await reports.issue(tx, draft, behind)
        return ShownReport(content=content, issued=draft)

    async def file(self, shown: ShownReport, format: str) -> bytes:
        """Return a report as a file: `xlsx`, `csv` or `pdf`."""
        from labels.report_sheet import report_pdf

        sheet = report_content.sheet_of(shown.content, issued=_version_words(shown.issued))
        if format == "pdf":
            return await asyncio.to_thread(report_pdf, _paper(sheet, shown.issued))
        if format not in FORMATS or format == "json":
            raise Invalid("Chọn định dạng xlsx, csv hoặc pdf.", code="report.format", field="/format")
        above = report_content.SheetTable(title=sheet.title, headings=("Mục", "Nội dung"), rows=sheet.facts)
        notes = report_content.SheetTable(
            title="Ghi chú", headings=("Ghi chú",), rows=tuple((note,) for note in sheet.notes)
        )
        return await asyncio.to_thread(self.write_sheet, (above, *sheet.tables, notes), format)

    async def quality(self, quarter: str, *, at: datetime) -> dict[str, Any]:
        """Return the achieved quality of a full quarter, the last one unless another is named.

        An issued report speaks for its quarter; else it is counted once a day. Raises Invalid when the quarter is not
        over, or long past.
        """
        today = legal_day(at)
        period = read_period(quarter) if quarter else last_full_quarter(today)
        quarters = (each for each in periods_before(today) if each.kind == "quarter")
        if period not in tuple(islice(quarters, _QUARTERS_SHOWN)):
            raise Invalid(
                "Chọn một trong {n} quý đã hết gần nhất, ví dụ {example}.", n=_QUARTERS_SHOWN,
                example=last_full_quarter(today).name, code="quality.quarter", field="/quarter",
            )  # fmt: skip
        issued = await reports.newest(self.database.reading, period.name, "")
        if issued:
            return _quality(records.from_json(issued.content), is_final=True)
        async with self._counting:
            known = self._quality.get(period.name)
            if known is None or known[0] != today:
                content, _ = await self._counted(period, "", at)
                self._quality[period.name] = known = (today, _quality(content, is_final=False))
        return known[1]


def _begun(name: str, at: datetime) -> Period:
    period = read_period(name)
    if period.first_on > legal_day(at):
        raise Invalid(
            "Kỳ {period} chưa bắt đầu; kỳ đang chạy là {now}.", period=period.name, now=quarter_of(legal_day(at)).name,
            code="report.future", field="/period",
        )  # fmt: skip
    return period


def _no_version(period: Period, version: int) -> Unknown:
    return Unknown("Báo cáo {period} chưa có bản số {version}.", period=period.name, version=version,
                   code="report.version")  # fmt: skip


def _to_issue(
    content: Mapping[str, Any], period: Period, unit: str, before: IssuedReport | None, *, actor: Actor, at: datetime
) -> IssuedReport:
    text = records.to_json(content)
    return IssuedReport(
        period=period.name, unit=unit, version=before.version + 1 if before else 1, content=text,
        figures_digest=_digest(records.to_json(report_content.judgement_of(content))), digest=_digest(text),
        reason="", issued_at=at, issued_by=actor.name,
    )  # fmt: skip


def _corrected(draft: IssuedReport, before: IssuedReport, reason: str) -> IssuedReport:
    if not reason.strip():
        raise Conflict(
            "Báo cáo {period} đã phát hành bản {version}, số liệu nay đã khác. Ghi lý do để phát hành bản đính chính.",
            period=before.period, version=before.version, code="report.issued", link=f"/api/v1/reports/{before.period}",
        )  # fmt: skip
    kept = checked_text(reason, what="lý do", field="/reason", most=300)
    return replace(draft, reason=kept)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _version_words(issued: IssuedReport | None) -> str:
    if issued is None:
        return ""
    why = f", đính chính: {issued.reason}" if issued.reason else ""
    return f"Bản {issued.version}, phát hành ngày {legal_day(issued.issued_at):%d/%m/%Y}{why}"


def _paper(sheet: report_content.Sheet, issued: IssuedReport | None) -> ReportPaper:
    from labels.report_sheet import ReportPaper, ReportTable

    tables = tuple(
        ReportTable(
            title=each.title, headings=each.headings, rows=tuple(tuple(map(_in_words, row)) for row in each.rows)
        )
        for each in sheet.tables
    )
    return ReportPaper(
        title=sheet.title, reporter=sheet.reporter, addressee=sheet.addressee, facts=sheet.facts, tables=tables,
        notes=sheet.notes, digest=issued.digest if issued else "", rehearsal=sheet.rehearsal,
    )  # fmt: skip


def _in_words(cell: str | int) -> str:
    return f"{cell:,}".replace(",", ".") if isinstance(cell, int) else cell


def _quality(content: Mapping[str, Any], *, is_final: bool) -> dict[str, Any]:
    """Return what the public is shown of a report."""
    counted, rates = content["figures"], content["rates"]
    return {
        "quarter": content["period"], "title": content["title"].removeprefix("Báo cáo "), "is_final": is_final,
        "as_of": content["as_of"], "accepted": counted["accepted"],
        "on_time": [
            {"span": line["key"], "title": line["name"], "judged": line["met"] + line["late"] + line["overdue"],
             "tenths": line["on_time"]}
            for line in content["breakdowns"]["span"] if line["key"]
        ],
        "on_time_tenths": rates["on_time"], "safety_tenths": rates["safety"],
        "complaints": counted["complaints"], "complaints_in_time_tenths": rates["complaints_in_time"],
    }  # fmt: skip
