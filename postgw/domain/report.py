"""The figures of a report, counted from plain rows, and the lists behind them.

Everything that is reported is first a `Fact`: one item, one movement of postage, one complaint, one compensation, one
apology, one supplement. A `Figure` says which facts it counts, or whose đồng it adds up; its list is those same facts.
So a figure and its list cannot differ, and a report that keeps its facts can still be explained years later.

Only items of this service (Decision 45/2016/QĐ-TTg) are facts: the public postal service of dossiers is thus reported
apart from all else that the post carries. No fact names a person.

An item belongs to the period in which the post took it over. Loss, damage and misrouting belong to the period in
which they were stated; the level of safety is that of the items taken over in the period, whenever the harm was
found. Whether an item was on time is told by its transit clock; what is still running, or cannot be reckoned, counts
neither for nor against.

Stands on: report_period. Used by: storage.report_facts, services.reports.
Source: Circular 17/2017/TT-BTTTT art. 7 and 13; Law on Post 2010 art. 33.7.

>>> item = Fact(matter="item", ref="4K7M29TB6HC", on="2026-11-23", leg="return", form="both",
...             marks=frozenset({"accepted", "met", "safe"}))
>>> counted = figures_of([item])
>>> counted["accepted"], counted["leg_return"], counted["leg_send"], rates_of(counted)["on_time"]
(1, 1, 0, 1000)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .time_limit import SPANS

MATTERS = ("item", "postage", "complaint", "compensation", "apology", "supplement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a report counts; `ref` is the number under which it is found again."""

    matter: str
    ref: str
    on: str  #: legal day, as it is written in ISO 8601
    desk: str = ""
    office: str = ""
    leg: str = ""
    form: str = ""
    level: str = ""
    span: str = ""
    outcome: str = ""
    dong: int = 0
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: the facts of a matter that bear a mark (and go on a leg, under a form); or the sum of their đồng."""

    code: str
    section: str
    title: str
    matter: str = "item"
    mark: str = ""
    leg: str = ""
    form: str = ""
    in_dong: bool = False

    def counts(self, fact: Fact) -> bool:
        """Say whether a fact stands in this figure's list."""
        return (
            fact.matter == self.matter
            and (not self.mark or self.mark in fact.marks)
            and (not self.leg or fact.leg == self.leg)
            and (not self.form or fact.form == self.form)
        )

    def worth(self, fact: Fact) -> int:
        """Return what a fact of the list adds to the figure."""
        return fact.dong if self.in_dong else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of figures in figures, in tenths of a percent."""

    code: str
    title: str
    part: tuple[str, ...]
    whole: tuple[str, ...]


SECTIONS = {
    "services": "Dịch vụ và sản lượng",
    "legs": "Sản lượng theo chiều chuyển",
    "revenue": "Doanh thu",
    "complaints": "Khiếu nại và kết quả giải quyết",
    "harm": "Bưu gửi mất, lạc hướng, hư hỏng",
    "compensation": "Bồi thường",
    "transit": "Thời gian toàn trình",
    "safety": "An toàn",
    "apologies": "Xin lỗi",
    "supplements": "Yêu cầu bổ sung hồ sơ",
}


def _item(code: str, section: str, title: str, mark: str = "", *, leg: str = "", form: str = "") -> Figure:
    return Figure(code=code, section=section, title=title, mark=mark or code, leg=leg, form=form)


FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in (
    _item("accepted", "services", "Tổng số bưu gửi đã nhận"),
    _item("form_send", "services", "Dịch vụ nhận gửi hồ sơ", "accepted", form="send"),
    _item("form_return", "services", "Dịch vụ chuyển trả kết quả", "accepted", form="return"),
    _item("form_both", "services", "Dịch vụ nhận gửi hồ sơ và chuyển trả kết quả", "accepted", form="both"),
    _item("leg_send", "legs", "Gửi hồ sơ đến cơ quan", "accepted", leg="send"),
    _item("leg_return", "legs", "Trả kết quả cho người dân", "accepted", leg="return"),
    _item("leg_transfer", "legs", "Chuyển giữa các cơ quan", "accepted", leg="transfer"),
    _item("leg_withdrawal", "legs", "Đưa giấy tờ thu hồi về cơ quan", "accepted", leg="withdrawal"),
    Figure(code="postage_dong", section="revenue", title="Cước đã thu (đồng)", matter="postage", in_dong=True),
    Figure(code="complaints", section="complaints", title="Số khiếu nại nhận trong kỳ", matter="complaint"),
    Figure(code="complaints_answered", section="complaints", title="Đã trả lời", matter="complaint", mark="answered"),
    Figure(code="complaints_open", section="complaints", title="Đang giải quyết", matter="complaint", mark="open"),
    Figure(code="complaints_in_time", section="complaints", title="Trả lời đúng hạn", matter="complaint",
           mark="in_time"),
    Figure(code="complaints_late", section="complaints", title="Trả lời quá hạn, hoặc quá hạn chưa trả lời",
           matter="complaint", mark="late"),
    _item("lost", "harm", "Số bưu gửi mất"),
    _item("found_again", "harm", "Trong đó đã tìm lại được"),
    _item("misrouted", "harm", "Số bưu gửi lạc hướng"),
    _item("damaged", "harm", "Số bưu gửi hư hỏng, rách bao bì"),
    Figure(code="compensations", section="compensation", title="Số vụ bồi thường", matter="compensation"),
    Figure(code="compensation_dong", section="compensation", title="Tổng số tiền bồi thường (đồng)",
           matter="compensation", in_dong=True),
    _item("met", "transit", "Đúng thời gian toàn trình"),
    _item("late", "transit", "Chậm so với thời gian toàn trình"),
    _item("overdue", "transit", "Quá hạn, chưa phát"),
    _item("running", "transit", "Đang đi, chưa đến hạn"),
    _item("ended", "transit", "Kết thúc trước khi phát, không tính"),
    _item("unknown", "transit", "Chưa tính được hạn vì thiếu khu vực bưu chính"),
    _item("safe", "safety", "Bưu gửi an toàn"),
    _item("unsafe", "safety", "Bưu gửi mất hoặc hư hỏng"),
    Figure(code="apologies", section="apologies", title="Số văn bản xin lỗi đã phát hành", matter="apology"),
    Figure(code="supplements_late", section="supplements", title="Yêu cầu từ lần thứ hai, tính là trễ hạn",
           matter="supplement"),
)}  # fmt: skip

_JUDGED = ("met", "late", "overdue")
RATES: Mapping[str, Rate] = {rate.code: rate for rate in (
    Rate(code="on_time", title="Tỷ lệ đúng thời gian toàn trình", part=("met",), whole=_JUDGED),
    Rate(code="safety", title="Mức độ an toàn", part=("safe",), whole=("safe", "unsafe")),
    Rate(code="complaints_in_time", title="Tỷ lệ khiếu nại trả lời đúng hạn", part=("complaints_in_time",),
         whole=("complaints_in_time", "complaints_late")),
)}  # fmt: skip

#: What a report is broken down by: a field of the facts, and the title of its groups.
BREAKDOWNS = {
    "desk": "Theo bộ phận Một cửa", "office": "Theo bưu cục nhận", "level": "Theo cấp giải quyết",
    "span": "Theo chặng đường",
}  # fmt: skip
COLUMNS = ("accepted", "leg_send", "leg_return", "leg_transfer", "leg_withdrawal", "met", "late", "overdue", "unsafe")


def figures_of(facts: Iterable[Fact]) -> dict[str, int]:
    """Return every figure of these facts."""
    by_matter: dict[str, list[Figure]] = defaultdict(list)
    for figure in FIGURES.values():
        by_matter[figure.matter].append(figure)
    counted = dict.fromkeys(FIGURES, 0)
    for fact in facts:
        for figure in by_matter[fact.matter]:
            if figure.counts(fact):
                counted[figure.code] += figure.worth(fact)
    return counted


def list_of(code: str, facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts behind a figure."""
    return [fact for fact in facts if FIGURES[code].counts(fact)]


def rates_of(counted: Mapping[str, int]) -> dict[str, int | None]:
    """Return every rate in tenths of a percent; none where there is nothing to judge."""
    return {rate.code: share(_sum(counted, rate.part), _sum(counted, rate.whole)) for rate in RATES.values()}


def share(part: int, whole: int) -> int | None:
    """Return a share in tenths of a percent, never rounded up: 9,999 of 10,000 are not all.

    >>> share(9999, 10000), share(1, 3), share(0, 0)
    (999, 333, None)
    """
    return part * 1000 // whole if whole else None


def shown_share(tenths: int | None) -> str:
    """Return a share as Vietnamese write it.

    >>> shown_share(984), shown_share(1000), shown_share(None)
    ('98,4%', '100%', 'chưa có số liệu')
    """
    if tenths is None:
        return "chưa có số liệu"
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}%" if tenth else f"{whole}%"


def breakdown_of(facts: Sequence[Fact], by: str) -> dict[str, dict[str, int]]:
    """Return the figures of `COLUMNS` for each group of the items that were taken over, in the order of the groups."""
    groups: dict[str, dict[str, int]] = {}
    for fact in facts:
        if fact.matter == "item" and "accepted" in fact.marks:
            line = groups.setdefault(getattr(fact, by), dict.fromkeys(COLUMNS, 0))
            for code in COLUMNS:
                line[code] += FIGURES[code].counts(fact)
    order = {span: n for n, span in enumerate(SPANS)} if by == "span" else {}
    return {key: groups[key] for key in sorted(groups, key=lambda key: (order.get(key, len(order)), key))}


def on_time(line: Mapping[str, int]) -> int | None:
    """Return the share of a group that was on time."""
    return share(line["met"], _sum(line, _JUDGED))


def _sum(counted: Mapping[str, int], codes: Sequence[str]) -> int:
    return sum(counted[code] for code in codes)
