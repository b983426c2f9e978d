"""The clocks of one dossier, each with how it was reckoned and the article it rests on.

Three run beside each other and never into each other: the post's, from hand to hand; the agency's, from the filing to
the promised day; and that of the fee money, from its taking to its handing on.

Used by: dossier.
Source: Circular 17/2017/TT-BTTTT art. 3, 7.2; Decision 45/2016/QĐ-TTg art. 7.4; Circular 74/2022/TT-BTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.legal_day import legal_day, shown
from postgw.services.overview import Way, Whole
from postgw.web.language import sentence

from .dossier_lines import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article of law, as it is named and what it says in short."""

    name: str
    says: str


TRANSIT = Article(
    name="TT17 Đ.7.2",
    says=sentence(
        "Thông tư 17/2017/TT-BTTTT, điều 7 khoản 2: thời gian toàn trình là J cộng n ngày làm việc, J là ngày bưu điện"
        " nhận ghi trên phiếu gửi. Chiều trả kết quả dừng ở lần phát thứ nhất, hoặc khi người nhận được mời đến điểm"
        " phục vụ."
    ),
)
FILING = Article(
    name="QĐ45 Đ.7.4",
    says=sentence(
        "Quyết định 45/2016/QĐ-TTg, điều 7 khoản 4: lúc nộp hồ sơ là lúc hai bên ký biên bản giao nhận; thời hạn giải"
        " quyết của cơ quan tính từ đó."
    ),
)
REMITTANCE = Article(
    name="TT74/2022",
    says=sentence(
        "Thông tư 74/2022/TT-BTC: tổ chức thu hộ phí, lệ phí nộp toàn bộ số tiền trong 24 giờ từ lúc nhận. Tỉnh có thể"
        " quy định khác theo từng thủ tục."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One clock: colour and icon, word, how it was reckoned, on which article."""

    title: Words
    kind: str
    icon: str
    word: Words
    reckoned: tuple[Words, ...]
    article: Article


_TRANSIT_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "running": ("ok", "ok", sentence("còn {days} ngày")), "today": ("warn", "warn", sentence("hạn hôm nay")),
    "overdue": ("late", "late", sentence("trễ {days} ngày")), "met": ("ok", "ok", sentence("đúng hạn")),
    "late": ("late", "late", sentence("xong, trễ {days} ngày")), "ended": ("quiet", "box", sentence("không tính")),
    "not_started": ("quiet", "ahead", sentence("chưa chạy")), "unknown": ("warn", "warn", sentence("chưa tính được")),
    "no_limit": ("quiet", "ahead", sentence("không có hạn")),
}  # fmt: skip
_TITLES = {
    "send": sentence("Toàn trình gửi hồ sơ"), "return": sentence("Toàn trình trả kết quả"),
    "transfer": sentence("Toàn trình chuyển hồ sơ"), "withdrawal": sentence("Toàn trình thu hồi"),
}  # fmt: skip


def cards_of(whole: Whole, *, at: datetime) -> tuple[Card, ...]:
    """Return the clocks of a dossier, the one that runs now first."""
    newest = {way.consignment.leg: way for way in reversed(whole.ways)}
    legs = [_transit(way) for way in sorted(newest.values(), key=lambda way: way.custody.ended)]
    return (*legs, *_agency(whole, at), *_money(whole, at))


def _transit(way: Way) -> Card:
    clock = way.clock
    verdict = "today" if clock.verdict == "running" and clock.days == 0 else clock.verdict
    verdict = "ended" if verdict == "not_started" and way.custody.ended else verdict
    kind, icon, word = _TRANSIT_LOOKS[verdict]
    reckoned = clock.words[1:] if clock.due else clock.words
    return Card(
        title=Words(text=_TITLES[way.consignment.leg]), kind=kind, icon=icon,
        word=Words(text=word, values={"days": clock.days} if "{days}" in word else {}),
        reckoned=tuple(Words(text=each.sentence, values=each.values) for each in reckoned), article=TRANSIT,
    )  # fmt: skip


def _agency(whole: Whole, at: datetime) -> Iterator[Card]:
    due_on, filed = whole.kept.dossier.due_on, whole.filed
    if not whole.is_ours or (due_on is None and filed is None):
        return
    kind, icon, word = _agency_look(whole)
    reckoned = []
    if due_on:
        reckoned.append(Words(text=sentence("Hẹn trả ngày {day}."), values={"day": f"{due_on:%d/%m/%Y}"}))
    if filed:
        values = {"moment": shown(filed.filed_at), "source": filed.source, "day": f"{filed.agency_starts_on:%d/%m/%Y}"}
        told = sentence("Nộp lúc {moment} theo {source}; cơ quan bắt đầu tính ngày {day}.")
        reckoned.append(Words(text=told, values=values))
    if whole.ready_at:
        values = {"moment": shown(whole.ready_at)}
        reckoned.append(Words(text=sentence("Có kết quả lúc {moment}."), values=values))
    yield Card(title=Words(text=sentence("Giải quyết hồ sơ")), kind=kind, icon=icon, word=word,
               reckoned=tuple(reckoned), article=FILING)  # fmt: skip


def _agency_look(whole: Whole) -> tuple[str, str, Words]:
    due_on = whole.kept.dossier.due_on
    if whole.filing.state == "void":
        return "quiet", "box", Words(text=sentence("đã trả lại"))
    if due_on is None:
        return "warn", "warn", Words(text=sentence("chưa hẹn ngày"))
    if whole.ready_at:
        ready_on = legal_day(whole.ready_at)
        if ready_on > due_on:
            return "late", "late", Words(text=sentence("xong trễ"))
        return "ok", "ok", Words(text=sentence("xong sớm") if ready_on < due_on else sentence("xong đúng hạn"))
    if whole.due_days < 0:
        return "late", "late", Words(text=sentence("trễ {days} ngày"), values={"days": -whole.due_days})
    if whole.due_days == 0:
        return "warn", "warn", Words(text=sentence("hạn hôm nay"))
    return "ok", "ok", Words(text=sentence("còn {days} ngày"), values={"days": whole.due_days})


def _money(whole: Whole, at: datetime) -> Iterator[Card]:
    """Yield the clock of the fee money that was taken last and not given back."""
    taken = [each for each in whole.receipts if each.ledger == "fee" and not each.cancelled_at and each.remit_by]
    if not taken:
        return
    last = taken[-1]
    assert last.remit_by is not None
    values: dict[str, object] = {"taken": shown(last.collected_at), "due": shown(last.remit_by)}
    if last.remitted_at:
        is_late = last.remitted_at > last.remit_by
        kind, icon = ("late", "late") if is_late else ("ok", "ok")
        word = Words(text=sentence("nộp trễ") if is_late else sentence("đã nộp"))
        values["remitted"] = shown(last.remitted_at)
        reckoned = Words(text=sentence("Thu {taken}, hạn nộp {due}, đã nộp {remitted}."), values=values)
    else:
        is_late = at > last.remit_by
        kind, icon = ("late", "late") if is_late else ("warn", "warn")
        word = Words(text=sentence("chưa nộp, quá hạn") if is_late else sentence("chưa nộp"))
        reckoned = Words(text=sentence("Thu {taken}, hạn nộp {due}."), values=values)
    yield Card(title=Words(text=sentence("Nộp phí, lệ phí")), kind=kind, icon=icon, word=word, reckoned=(reckoned,),
               article=REMITTANCE)  # fmt: skip
