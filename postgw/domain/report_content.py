"""What is kept of a report, and how it reads on a sheet.

`content_of` puts a report together from its facts: plain values, ready to be kept letter by letter. `sheet_of` reads
such a content and words it for whoever writes CSV, XLSX or paper; an issued report is always read from what was kept.

Stands on: report, report_period. Used by: services.reports.
Source: Circular 17/2017/TT-BTTTT art. 13 (the contents, in its order); Law on Post 2010 art. 33.7 (reported apart).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .case import OUTCOMES
from .legal_day import shown
from .report import (
    BREAKDOWNS,
    COLUMNS,
    FIGURES,
    RATES,
    SECTIONS,
    Fact,
    breakdown_of,
    figures_of,
    on_time,
    rates_of,
    shown_share,
)
from .report_period import Period, ReportRule

SERVICE = "Dịch vụ bưu chính công ích gửi hồ sơ, chuyển trả kết quả theo Quyết định 45/2016/QĐ-TTg, theo dõi riêng"
_LEVELS = {"commune": "Cấp xã", "province": "Cấp tỉnh", "department": "Sở, ngành"}
SPAN_TITLES = {
    "same_district": "Trong một huyện cũ", "same_province": "Khác huyện cũ trong tỉnh",
    "between_cities": "Liên tỉnh giữa hai đô thị loại I", "other_provinces": "Liên tỉnh khác",
}  # fmt: skip
_HEADINGS = (
    "Tổng",
    "Gửi",
    "Trả",
    "Liên thông",
    "Thu hồi",
    "Đúng hạn",
    "Chậm",
    "Quá hạn",
    "Mất, hỏng",
    "Tỷ lệ đúng hạn",
)
_RATINGS = ("Số ý kiến", "Điểm trung bình (1 đến 5)", "Tỷ lệ hài lòng")
_JUDGEMENT = ("figures", "rates", "breakdowns", "outcomes", "satisfaction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above a report."""

    period: Period
    rule: ReportRule
    unit: str
    unit_name: str
    reporter: str
    addressee: str
    as_of: datetime
    rehearsal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """One table of a report: numbers are numbers, shares are words."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A report as it reads."""

    title: str
    reporter: str
    addressee: str
    facts: tuple[tuple[str, str], ...]  #: what stands above the figures, line by line
    tables: tuple[SheetTable, ...]
    notes: tuple[str, ...]
    rehearsal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """One version of a report as it was issued; `content` is its text, letter by letter, and `digest` its SHA-256."""

    period: str
    unit: str
    version: int
    content: str
    figures_digest: str  #: of the figures alone, by which a second issue is known to say the same
    digest: str
    reason: str  #: why there is another version
    issued_at: datetime
    issued_by: str


def content_of(
    heading: Heading, facts: Sequence[Fact], *, satisfaction: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return a report as it is kept and shown."""
    counted = figures_of(facts)
    period = heading.period
    return {
        "period": period.name, "title": f"Báo cáo {period.title}", "service": SERVICE,
        "first_on": period.first_on.isoformat(), "last_on": (period.after_on - timedelta(days=1)).isoformat(),
        "before_on": heading.rule.before_on(period).isoformat(), "basis": heading.rule.basis,
        "unit": heading.unit, "unit_name": heading.unit_name, "reporter": heading.reporter,
        "addressee": heading.addressee, "as_of": heading.as_of.isoformat(), "rehearsal": heading.rehearsal,
        "figures": counted, "rates": rates_of(counted),
        "breakdowns": {by: _lines(facts, by, names) for by in BREAKDOWNS},
        "outcomes": dict(sorted(Counter(fact.outcome for fact in facts if "answered" in fact.marks).items())),
        "satisfaction": dict(satisfaction),
    }  # fmt: skip


def judgement_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says, without when it was said: two that are equal here are one report."""
    return {name: content[name] for name in _JUDGEMENT}


def _lines(facts: Sequence[Fact], by: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    titles = {"level": _LEVELS, "span": SPAN_TITLES}.get(by, names)
    return [
        {"key": key, "name": titles.get(key, key) or "Chưa rõ", **line, "on_time": on_time(line)}
        for key, line in breakdown_of(facts, by).items()
    ]


def sheet_of(content: Mapping[str, Any], *, issued: str = "") -> Sheet:
    """Return a report as it reads; `issued` says which version it is, and is empty for a draft."""
    as_of = datetime.fromisoformat(content["as_of"])
    above = (
        ("Kính gửi", content["addressee"]), ("Đơn vị báo cáo", content["reporter"]),
        *((("Phạm vi", content["unit_name"]),) if content["unit"] else ()),
        ("Kỳ báo cáo", f"từ {_day(content['first_on'])} đến {_day(content['last_on'])}"),
        ("Nộp trước ngày", _day(content["before_on"])), ("Căn cứ", content["basis"]),
        ("Dịch vụ", content["service"]), ("Số liệu tính lúc", shown(as_of)),
        ("Bản", issued or "DỰ THẢO, chưa phát hành"),
    )  # fmt: skip
    return Sheet(
        title=content["title"], reporter=content["reporter"], addressee=content["addressee"], facts=above,
        tables=tuple(_tables(content)), notes=_NOTES, rehearsal=content["rehearsal"],
    )  # fmt: skip


_NOTES = (
    "Bưu gửi tính vào kỳ mà bưu điện nhận. Mất, lạc hướng, hư hỏng tính vào kỳ được ghi nhận.",
    "Mức độ an toàn là phần bưu gửi nhận trong kỳ không mất, không hư hỏng, tính đến lúc lấy số liệu.",
    "Tỷ lệ đúng thời gian không tính bưu gửi đang đi chưa đến hạn, kết thúc trước khi phát, hoặc chưa tính được hạn.",
    "Nhóm có quá ít ý kiến đánh giá không được hiện, để không ai nhận ra người trả lời.",
)


def _tables(content: Mapping[str, Any]) -> list[SheetTable]:
    counted = content["figures"]
    lines: list[tuple[str | int, ...]] = []
    for section, title in SECTIONS.items():
        lines += [(title, figure.title, counted[figure.code]) for figure in FIGURES.values()
                  if figure.section == section]  # fmt: skip
        if section == "complaints":
            lines += [(title, f"Kết quả: {OUTCOMES.get(outcome, outcome) or 'không ghi'}", n)
                      for outcome, n in content["outcomes"].items()]  # fmt: skip
    lines += [("Tỷ lệ", rate.title, shown_share(content["rates"][rate.code])) for rate in RATES.values()]
    lines += [("Hài lòng", name, value) for name, value in _satisfaction(content["satisfaction"])]
    return [
        SheetTable(title="Chỉ tiêu", headings=("Mục", "Chỉ tiêu", "Số liệu"), rows=tuple(lines)),
        *(_breakdown(content, by) for by in BREAKDOWNS if content["breakdowns"][by]),
    ]


def _breakdown(content: Mapping[str, Any], by: str) -> SheetTable:
    rows = tuple(
        (line["name"], *(line[code] for code in COLUMNS), shown_share(line["on_time"]))
        for line in content["breakdowns"][by]
    )
    return SheetTable(title=BREAKDOWNS[by], headings=("Nhóm", *_HEADINGS), rows=rows)


def _satisfaction(told: Mapping[str, Any]) -> list[tuple[str, str | int]]:
    total = told["total"]
    if total is None:
        few = f"dưới {told['smallest_group']} ý kiến, không hiện" if told["too_few"] else "chưa có ý kiến"
        return [(_RATINGS[0], few)]
    average = str(total["average_tenths"] / 10).replace(".", ",")
    return list(zip(_RATINGS, (total["answers"], average, shown_share(total["satisfied_tenths"])), strict=True))


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"
