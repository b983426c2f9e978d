"""The line of events of one dossier: what happened, when, who says so, and how late we heard.

What happened to the envelope stands open, the newest on top, each consignment under its own heading; what was done
around it (labels drawn, messages sent, orders asked) is folded away. A statement that was corrected stays, struck
through, with the correction beside it. The second witness of a happening stands beside the first.

Used by: dossier.
Source: Circular 17/2017/TT-BTTTT art. 12, 15 (the status is continuous and true); domain.witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from postgw.domain.custody import Happening
from postgw.domain.scan import Scan
from postgw.services.overview import Way, Whole
from postgw.web.language import sentence

from .drawing import grouped

#: A scan that reached us later than this was waiting in a device without a network. Design choice: devices that are
#: on the net send within a minute.
_OFFLINE_FROM = timedelta(minutes=15)
_FLAGS = {
    "clock_skew": sentence("đồng hồ máy quét lệch"), "future": sentence("giờ của nguồn ở tương lai"),
    "past": sentence("giờ của nguồn quá cũ"), "archived_too_early": sentence("lưu trước ngày được phép"),
    "return_too_early": sentence("chuyển hoàn trước ngày được phép"),
    "return_no_attempt": sentence("chuyển hoàn khi chưa có lần phát nào ghi lý do này"),
    "return_no_evidence": sentence("chuyển hoàn thiếu chứng cứ"),
    "return_promised": sentence("chuyển hoàn khi người nhận đã hẹn phát lại"),
}  # fmt: skip
_WITNESSES = {
    "manifest": sentence("Biên bản đã ký"), "device": sentence("Máy quét"), "gateway": sentence("Cổng ghi"),
    "taken_over": sentence("Tiếp quản khi chuyển hệ thống"),
    "proof": sentence("Chứng từ phát"), "desk": sentence("Bộ phận Một cửa"),
}  # fmt: skip
#: What kinds of folded lines are called together.
FOLDED = {
    "message": sentence("tin nhắn"), "label": sentence("in nhãn"), "order": sentence("đặt bưu điện"),
    "notice": sentence("báo hệ thống khác"), "packing": sentence("niêm phong"), "paper": sentence("biên bản"),
    "money": sentence("biên lai"), "intake": sentence("tiếp nhận"),
}  # fmt: skip
_LABELLED, _VOIDED = sentence("In nhãn bản {n}"), sentence("Bỏ nhãn bản {n}")
_CHANNELS = {"arrived": sentence("Tin nhắn đã đến"), "failed": sentence("Tin nhắn không đến"),
             "sent": sentence("Đã gửi tin nhắn"), "unsent": sentence("Không gửi tin nhắn")}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence for the page to say."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who says it, when it reached us, and how much later than it happened."""

    source: Words
    by: str = ""
    received_at: datetime | None = None
    occurred_at: datetime | None = None  #: of a second witness that tells another time
    late: timedelta = timedelta()
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. A `code` names a scan word; without one the `title` is said."""

    at: datetime
    told: Told
    code: str = ""
    title: Words = field(default_factory=lambda: Words(text=""))
    fold: str = ""  #: a key of FOLDED; empty: it stands open
    office: str = ""
    reason: str = ""
    number: str = ""  #: of the handover record
    bag_no: str = ""
    details: tuple[Words, ...] = ()
    others: tuple[Told, ...] = ()
    marks: tuple[str, ...] = ()
    raw_code: str = ""
    is_out_of_turn: bool = False
    corrected: Scan | None = None  #: the correction by which it counts no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one consignment, or of the dossier itself."""

    way: Way | None
    lines: tuple[Line, ...]


def groups_of(whole: Whole, carriers: Mapping[str, str]) -> tuple[Group, ...]:
    """Return the open lines, consignment by consignment, the newest first; then those of the dossier itself."""
    groups = [Group(way=way, lines=_newest_first(_open_lines(way, whole, carriers))) for way in whole.ways]
    own = _newest_first(_of_dossier(whole))
    return (*groups, Group(way=None, lines=own)) if own else tuple(groups)


def folded_of(whole: Whole) -> tuple[Line, ...]:
    """Return the lines that are folded away, the newest first."""
    return _newest_first(line for way in whole.ways for line in _around(way))


def _newest_first(lines: Iterator[Line]) -> tuple[Line, ...]:
    return tuple(reversed(sorted(lines, key=lambda line: line.at)))


def _open_lines(way: Way, whole: Whole, carriers: Mapping[str, str]) -> Iterator[Line]:
    filed = {each.source: each for each in whole.filing.filings}
    for happening in way.happenings:
        line = _of_happening(happening, carriers, way)
        if happening.lead.manifest_no in filed and happening.state == "delivered":
            line = replace(line, details=(*line.details, Words(text=sentence("tính là lúc nộp hồ sơ"))))
        yield line
    for scan in way.cancelled:
        line = _of_scan(scan, carriers, way)
        yield replace(line, corrected=way.corrections.get(scan.key))
    for each in way.redirections:
        if each.kind == "address":
            yield Line(at=each.asked_at, title=Words(text=sentence("Đổi địa chỉ nhận")), told=_by(each.asked_by, way))
    for call in way.invitations:
        title = Words(text=sentence("Mời người nhận lần {n}"), values={"n": call.ordinal})
        yield Line(at=call.made_at, title=title, told=Told(source=Words(text=_WITNESSES["gateway"]), by=call.made_by))


def _of_happening(happening: Happening, carriers: Mapping[str, str], way: Way) -> Line:
    line = _of_scan(happening.lead, carriers, way)
    others = tuple(_told(scan, carriers, way, beside=happening.lead) for scan in happening.statements[1:])
    return replace(line, others=others, is_out_of_turn=happening.out_of_turn)


def _of_scan(scan: Scan, carriers: Mapping[str, str], way: Way) -> Line:
    return Line(
        at=scan.occurred_at, code=scan.code, office=scan.office, reason=scan.reason, number=scan.manifest_no,
        bag_no=scan.bag_no, told=_told(scan, carriers, way), raw_code=scan.raw_code if scan.code == "unknown" else "",
        details=_taken_over(scan), marks=tuple(_FLAGS[flag] for flag in scan.flags if flag in _FLAGS),
    )  # fmt: skip


def _taken_over(scan: Scan) -> tuple[Words, ...]:
    """Return where it was last known to be, where the list it was taken over from said so."""
    if scan.source != "taken_over" or not scan.note:
        return ()
    return (Words(text=sentence("nơi biết lần cuối: {place}"), values={"place": scan.note}),)


def _told(scan: Scan, carriers: Mapping[str, str], way: Way, *, beside: Scan | None = None) -> Told:
    late = max(scan.received_at - scan.occurred_at, timedelta())
    is_device = scan.source.startswith("device:")
    differs = beside is not None and scan.occurred_at != beside.occurred_at
    return Told(
        source=_source(scan, carriers), received_at=scan.received_at, late=late,
        by="" if scan.source.startswith("feed:") or scan.actor in {"", "gateway"} else scan.actor,
        offline=is_device and late >= _OFFLINE_FROM, occurred_at=scan.occurred_at if differs else None,
    )  # fmt: skip


def _source(scan: Scan, carriers: Mapping[str, str]) -> Words:
    kind, _, name = scan.source.partition(":")
    if kind == "feed":
        return Words(text=carriers.get(name, "") or name or sentence("Bưu điện"))
    if scan.proved and kind != "manifest":
        return Words(text=_WITNESSES["proof"])
    return Words(text=_WITNESSES.get(kind, sentence("Cổng ghi")))


def _by(name: str, way: Way) -> Told:
    return Told(source=Words(text=_WITNESSES["desk"]), by=name)


def _around(way: Way) -> Iterator[Line]:
    """Yield what was done around an envelope."""
    gateway = Told(source=Words(text=_WITNESSES["gateway"]))
    registered = Words(
        text=sentence("Lập bưu gửi {number}"), values={"number": grouped(way.consignment.consignment_no)}
    )
    yield Line(at=way.born.created_at, title=registered, told=_by(way.born.created_by, way), fold="intake")
    yield from _of_labels(way)
    yield from _of_order(way)
    for sent in way.messages:
        title = Words(text=_CHANNELS.get(sent.state, _CHANNELS["sent"]))
        yield Line(at=sent.sent_at, title=title, told=Told(source=Words(text=sent.channel)), fold="message")
    for told in way.notices:
        title = Words(text=sentence("Báo cho hệ thống {target}"), values={"target": told.target or told.channel})
        yield Line(at=told.owed_at, title=title, told=replace(gateway, received_at=told.heard_at), fold="notice")
    for each in way.packings:
        title = Words(text=sentence("Niêm phong {number}"), values={"number": each.seal_no})
        yield Line(at=each.packed_at, title=title, told=replace(gateway, by=each.recorded_by), fold="packing")
    for record in way.manifests:
        title = Words(text=sentence("Lập biên bản {number}"), values={"number": record.manifest_no})
        yield Line(at=record.opened_at, title=title, told=gateway, fold="paper")


def _of_labels(way: Way) -> Iterator[Line]:
    for each in way.labels:
        drawn = Words(text=_LABELLED, values={"n": each.version})
        yield Line(at=each.drawn_at, title=drawn, told=_by(each.drawn_by, way), fold="label")
        if each.void_at:
            void = Words(text=_VOIDED, values={"n": each.version})
            yield Line(at=each.void_at, title=void, reason=each.void_reason, told=Told(source=drawn), fold="label")


def _of_order(way: Way) -> Iterator[Line]:
    if way.order:
        told = Told(source=Words(text=_WITNESSES["gateway"]), received_at=way.order.answered_at)
        yield Line(at=way.order.asked_at, title=Words(text=sentence("Gửi đơn cho bưu điện")), told=told, fold="order")


def _of_dossier(whole: Whole) -> Iterator[Line]:
    """Yield what happened to the dossier itself, on the agency's side."""
    if not whole.is_ours:
        return
    desk = Words(text=_WITNESSES["desk"])
    if whole.result:
        title = Words(text=sentence("Có kết quả"))
        yield Line(at=whole.result.ready_at, title=title, told=Told(source=desk, by=whole.result.entered_by))
    for asked in whole.supplements:
        title = Words(text=sentence("Yêu cầu bổ sung lần {n}"), values={"n": asked.ordinal})
        yield Line(at=asked.asked_at, title=title, told=Told(source=desk))
        if asked.completed_at:
            yield Line(at=asked.completed_at, title=Words(text=sentence("Bổ sung xong")), told=Told(source=desk))
    for filing in whole.filing.filings:
        if filing.ground == "correction":
            title = Words(text=sentence("Đính chính giờ nộp"), values={})
            yield Line(at=filing.entered_at, title=title, number=filing.source,
                       told=Told(source=desk, by=filing.entered_by))  # fmt: skip
    yield from _of_its_end(whole, desk)


def _of_its_end(whole: Whole, desk: Words) -> Iterator[Line]:
    for sorry in whole.apologies:
        if sorry.issued_at:
            title = Words(text=sentence("Xin lỗi và hẹn lại, phiếu {number}"), values={"number": sorry.apology_no})
            yield Line(at=sorry.issued_at, title=title, told=Told(source=desk, by=sorry.issued_by))
    if whole.rejection:
        title = Words(text=sentence("Trả lại hồ sơ"))
        yield Line(at=whole.rejection.rejected_at, title=title, reason=whole.rejection.code, told=Told(source=desk))
    if whole.closing:
        told = Told(source=desk, by=whole.closing.told_by, received_at=whole.closing.told_at)
        yield Line(at=whole.closing.closed_at, title=Words(text=sentence("Đóng hồ sơ")), told=told)


def count_of(groups: Sequence[Group], folded: Sequence[Line]) -> int:
    """Return how many events there are in all."""
    return sum(len(group.lines) for group in groups) + len(folded)


def kinds_of(folded: Sequence[Line]) -> tuple[str, ...]:
    """Return what kinds of lines are folded away, the most frequent first."""
    kinds = [line.fold for line in folded]
    return tuple(FOLDED[kind] for kind in sorted(set(kinds), key=lambda kind: (-kinds.count(kind), kind)))
