"""Tracking: the scans of devices are taken in, and custody follows.

A batch is answered scan by scan: accepted, known already, kept aside (an item we do not know yet), or refused with a
code and a sentence. Sending it again is always safe: each scan bears the device's own id. What happened is taken even
where a rule would have forbidden it; what cannot be told apart from a misreading is refused.

A scan on a bag, or on a manifest, is one scan on each item inside.

What finds no room in a journey that is told of without end is refused, and kept aside where people see it. Of what is
kept aside each sender has room for so much; the rest is refused, and nothing of it kept.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from postgw import logs
from postgw.domain.actor import Actor
from postgw.domain.errors import Invalid, TooMuch
from postgw.domain.journey_room import NO_ROOM
from postgw.domain.legal_day import legal_day
from postgw.domain.recognise import Recognised, recognise
from postgw.domain.scan import Placed, Scan, Witness, place_in_time
from postgw.domain.states import Reason, ScanTable
from postgw.domain.undeliverable import archive_from
from postgw.domain.value import value
from postgw.rules.book import RuleBook
from postgw.storage import consignments, invitations, journey_room, manifests, scans, strays, undeliverables
from postgw.storage.database import Database, Session
from postgw.storage.scans import Kept, Locked
from postgw.storage.strays import Stray
from postgw.storage.together import Together

_LOG = logging.getLogger(__name__)
#: A batch is at most this long; a station sends the next one when this one is answered.
BATCH_MOST = 500
#: So many shared commits are under way at once: one may wait for an item that somebody else holds. Design choice.
_TURNS = 2
#: So many items of a bag are named in an answer.
_NAMED = 5


@value
class DeviceScan:
    """One scan as a device tells it."""

    scan_id: str  #: the device's own id of it
    number: str  #: what the scanner read, as it is
    code: str
    device_at: datetime
    office: str = ""
    reason: str = ""
    note: str = ""
    cancels: str = ""  #: of a correction: the device's own id of the scan it cancels


@value
class ScanBatch:
    """What a device sends at once. `sent_at` is its clock at the moment of sending."""

    device: str
    sent_at: datetime
    scans: tuple[DeviceScan, ...]


@value
class ScanAnswer:
    """The answer to one scan. `sentence` is a Vietnamese template for `values`."""

    scan_id: str
    verdict: str  #: accepted, known, kept_aside, refused
    code: str = ""
    sentence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    consignment_no: str = ""
    state: str = ""
    flags: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()  #: consignments whose journeys are worth a look for contradictions now


@dataclass(slots=True)
class _Draft:
    """A scan on its way through the batch."""

    asked: DeviceScan
    read: Recognised
    placed: Placed
    refusal: Invalid | None = None
    found: list[Locked] = field(default_factory=list)


@value
class _Brought:
    """A batch as one device brought it."""

    drafts: Sequence[_Draft]
    batch: ScanBatch
    actor: Actor
    at: datetime
    request: str = field(default_factory=logs.request_id.get)  #: the turn is another's, the request is its own


@value
class _Aside:
    """What of a batch was kept aside before, and what found no room there either."""

    known: Set[str] = frozenset()  #: the device's own ids
    left: Set[str] = frozenset()  #: keys of scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """The act of taking scans in."""

    database: Database
    book: RuleBook
    most_scans_per_item: int
    most_strays_per_sender: int
    _shared: Together[_Brought, tuple[ScanAnswer, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        turns = 1 if self.database.sqlite else _TURNS
        shared = Together(self._taken, most=BATCH_MOST, turns=turns, size=lambda brought: len(brought.drafts))
        object.__setattr__(self, "_shared", shared)

    async def take(self, batch: ScanBatch, *, actor: Actor, at: datetime) -> tuple[ScanAnswer, ...]:
        """Take a batch of scans in; return an answer for each, in order.

        Batches that come at one moment share a commit; each is answered when it is kept. Raises TooMuch when the batch
        is too long.
        """
        actor.must("scans")
        if len(batch.scans) > BATCH_MOST:
            raise TooMuch("Mỗi lần gửi nhiều nhất {most} lần quét.", most=BATCH_MOST, code="scans.many", field="/scans")
        drafts = self._drafted(batch, actor, at)
        _must_be_told_apart(drafts)
        return await self._shared.take(_Brought(drafts=drafts, batch=batch, actor=actor, at=at))

    async def _taken(self, brought: Sequence[_Brought]) -> list[tuple[ScanAnswer, ...]]:
        """Keep what several devices brought, at once; what was told twice among it, after that."""
        now, later = _apart(brought)
        kept, waiting = await self._taken_unlocked(now) or await self._taken_locked(now)
        answers = {
            id(each): tuple(_answer(draft, each.batch, kept, aside) for draft in each.drafts)
            for each, aside in zip(now, waiting, strict=True)
        }
        answers |= dict(zip(map(id, later), await self._taken(later), strict=True)) if later else {}
        return [answers[id(each)] for each in brought]

    async def _taken_unlocked(self, now: Sequence[_Brought]) -> tuple[Kept, list[_Aside]] | None:
        """Look, fold, and write in one statement that sees whether anybody came between; nothing where one did.

        That is half the questions of a transaction. Whatever needs more than the items and their journeys is left to
        one. SQLite has one writer at a time and no questions to spare.
        """
        drafts = [draft for each in now for draft in each.drafts if draft.refusal is None]
        if self.database.sqlite or not all(map(_is_plain, drafts)):
            return None
        async with self.database.on_one_connection() as session:
            seen = await scans.look(session, [draft.read.number for draft in drafts])
            if not all(draft.read.number in seen.items for draft in drafts):
                return None
            for draft in drafts:
                draft.found = [seen.items[draft.read.number]]
            statements, requests = _told(now)
            at = max(each.at for each in now)
            kept = await scans.keep_unless_moved(
                session, seen, statements, table_of=self.book.scan_table_of, at=at, requests=requests,
                most=self.most_scans_per_item,
            )  # fmt: skip
        return None if kept is None else (kept, [_Aside() for _ in now])

    async def _taken_locked(self, now: Sequence[_Brought]) -> tuple[Kept, list[_Aside]]:
        """Keep it in a transaction that locks the items; return with it what became of what has no item."""
        async with self.database.writing() as tx:
            await self._find(tx, [draft for each in now for draft in each.drafts])
            told, requests = _told(now)
            statements = [(locked, await self._judged(tx, locked, scan, told)) for locked, scan in told]
            at = max(each.at for each in now)
            kept = await journey_room.keep(
                tx, statements, table_of=self.book.scan_table_of, at=at, requests=requests,
                most=self.most_scans_per_item,
            )  # fmt: skip
            return kept, [await self._keep_aside(tx, each, kept) for each in now]

    def _drafted(self, batch: ScanBatch, actor: Actor, at: datetime) -> list[_Draft]:
        on = legal_day(at)
        table, reasons = self.book.scan_table(on), self.book.reasons_on(on)
        return [
            _Draft(
                asked=scan if scan.office else replace(scan, office=actor.unit), read=(read := recognise(scan.number)),
                placed=place_in_time(device_at=scan.device_at, sent_at=batch.sent_at, received_at=at),
                refusal=_unreadable(read) or _unsayable(scan, table, reasons),
            )
            for scan in batch.scans
        ]  # fmt: skip

    async def _find(self, tx: Session, drafts: Sequence[_Draft]) -> None:
        wanted = [draft for draft in drafts if draft.refusal is None]
        inside = {
            draft.read.number: await self._inside(tx, draft.read)
            for draft in wanted
            if draft.read.kind in {"bag", "manifest"}
        }
        numbers = [n for draft in wanted for n in inside.get(draft.read.number, (draft.read.number,))]
        found = await scans.lock(tx, numbers) if numbers else {}
        for draft in wanted:
            names = inside.get(draft.read.number, (draft.read.number,))
            draft.found = [found[name] for name in names if name in found]
            if draft.read.kind in {"bag", "manifest"} and not draft.found:
                draft.refusal = Invalid(
                    "Chưa có túi hay biên bản nào mang số này, hoặc trong đó chưa có bưu gửi.", code="scan.empty_group",
                    field="/number",
                )  # fmt: skip

    async def _judged(self, tx: Session, locked: Locked, scan: Scan, told: Sequence[tuple[Locked, Scan]]) -> Scan:
        """Return a scan of a return or of an end, flagged for the lead where no ground stands behind it."""
        if scan.code == "archived" and locked.custody.state == "unclaimed":
            return await self._judged_end(tx, locked, scan)
        if scan.code != "returning" or (consignment := await consignments.find(tx, locked.consignment_no)) is None:
            return scan
        attempts = [other.reason for its, other in told if its.id == locked.id and other.code == "attempted"]
        verdict = await invitations.verdict(
            tx, self.book, consignment, scan.reason, legal_day(scan.occurred_at), also=attempts
        )
        return scan if verdict.allowed else replace(scan, flags=(*scan.flags, verdict.code.replace(".", "_")))

    async def _judged_end(self, tx: Session, locked: Locked, scan: Scan) -> Scan:
        on = legal_day(scan.occurred_at)
        entry = await undeliverables.of(tx, locked.consignment_no)
        lawful = archive_from(entry, self.book.undeliverable_rule(entry.declared_on)) if entry else None
        return scan if lawful and on >= lawful else replace(scan, flags=(*scan.flags, "archived_too_early"))

    async def _inside(self, tx: Session, read: Recognised) -> tuple[str, ...]:
        if read.kind == "bag":
            return await consignments.in_bag(tx, read.number)
        manifest = await manifests.find(tx, read.number)
        return tuple(line.consignment_no for line in manifest.passing()) if manifest else ()

    async def _keep_aside(self, tx: Session, brought: _Brought, kept: Kept) -> _Aside:
        """Keep what found no item, or no room in its journey, as far as its sender has room for it."""
        lost = [
            Stray(number=draft.read.number, scan=_scan(draft, brought))
            for draft in brought.drafts if draft.refusal is None and not draft.found
        ]  # fmt: skip
        told = (pair for draft in brought.drafts for pair in _statements(draft, brought))
        lost += journey_room.left_outside(told, kept)
        if not lost:
            return _Aside()
        known = await strays.known(tx, _source(brought.batch), [stray.scan.source_id for stray in lost])
        new = {stray.scan.key: stray for stray in lost if stray.scan.source_id not in known}
        if not new:
            return _Aside(known=known)
        most, (sender, *_) = self.most_strays_per_sender, {stray.sender for stray in new.values()}
        room = await strays.room_of(tx, sender, most=most, at=brought.at)
        await strays.keep(tx, list(new.values())[:room])
        left = frozenset(list(new)[room:])
        if left:
            _LOG.warning("a sender has no room for more strays", extra={"source": _source(brought.batch), "most": most})
        return _Aside(known=known, left=left)


def _unreadable(read: Recognised) -> Invalid | None:
    """Return why what was scanned is no item, bag or manifest."""
    if read.kind == "unknown":
        return Invalid("Sai số, quét lại. Chữ số kiểm tra không khớp.", code="scan.unreadable", field="/number")
    if read.kind == "dossier":
        return Invalid(
            "Đây là mã hồ sơ. Quét mã vạch hoặc mã QR trên nhãn bưu gửi.", code="scan.dossier", field="/number"
        )
    return None


def _unsayable(scan: DeviceScan, table: ScanTable, lists: Mapping[str, Mapping[str, Reason]]) -> Invalid | None:
    """Return why a device may not say this word, or not so."""
    rule = table.codes.get(scan.code)
    if rule is None or not rule.asked:
        return Invalid("Không có việc quét {word}.", word=scan.code, code="scan.code", field="/code")
    if rule.state == "delivered":
        return Invalid(
            "Phát thành công phải kèm chứng từ phát. Ghi ở mục Phát.", code="scan.needs_proof", field="/code"
        )
    if (reasons := lists.get(rule.reasons)) and scan.reason not in reasons:
        return Invalid(
            "Chọn lý do trong danh sách: {reasons}.", reasons=", ".join(reasons), code="scan.reason", field="/reason"
        )
    if scan.code == "correction" and not scan.cancels:
        return Invalid("Đính chính phải nói rõ lần quét nào.", code="scan.cancels", field="/cancels")
    return None


def _must_be_told_apart(drafts: Sequence[_Draft]) -> None:
    """Refuse what bears the id of another scan of the batch: of two under one id only the first would be kept."""
    first: dict[str, DeviceScan] = {}
    for draft in drafts:
        if first.setdefault(draft.asked.scan_id, draft.asked) != draft.asked and draft.refusal is None:
            draft.refusal = Invalid(
                "Mã lần quét này đã dùng cho một lần quét khác trong lô. Quét lại.",
                code="scan.id_twice", field="/scan_id",
            )  # fmt: skip


def _source(batch: ScanBatch) -> str:
    return f"device:{batch.device}"


def _apart(brought: Sequence[_Brought]) -> tuple[list[_Brought], list[_Brought]]:
    """Return what goes now, and what must wait because something earlier bears an id of its: then that one is known."""
    now, later, seen = list[_Brought](), list[_Brought](), set[tuple[str, str]]()
    for each in brought:
        ids = {(each.batch.device, draft.asked.scan_id) for draft in each.drafts}
        (later if ids & seen else now).append(each)
        seen |= ids
    return now, later


def _scan(draft: _Draft, brought: _Brought) -> Scan:
    asked, source, at, actor = draft.asked, _source(brought.batch), brought.at, brought.actor
    return Scan(
        source=source, source_id=asked.scan_id, witness=Witness.SCANNED, code=asked.code,
        occurred_at=draft.placed.occurred_at, received_at=at, device_at=asked.device_at, office=asked.office,
        actor=actor.name, reason=asked.reason, note=asked.note,
        cancels=f"{source}#{asked.cancels}" if asked.cancels else "", flags=draft.placed.flags,
    )  # fmt: skip


def _is_plain(draft: _Draft) -> bool:
    """Say whether a scan asks for nothing but its item and the item's journey."""
    return draft.read.kind not in {"bag", "manifest"} and draft.asked.code not in {"returning", "archived"}


def _told(now: Iterable[_Brought]) -> tuple[list[tuple[Locked, Scan]], dict[str, str]]:
    """Return what is told of each item, and by which request."""
    by = [(each, pair) for each in now for draft in each.drafts for pair in _statements(draft, each)]
    return [pair for _, pair in by], {scan.key: each.request for each, (_, scan) in by}


def _statements(draft: _Draft, brought: _Brought) -> list[tuple[Locked, Scan]]:
    if draft.refusal is not None:
        return []
    scan = _scan(draft, brought)
    if draft.read.kind not in {"bag", "manifest"}:
        return [(locked, scan) for locked in draft.found]
    group = {"bag": "bag_no", "manifest": "manifest_no"}[draft.read.kind]
    return [(locked, _scan_inside(scan, locked, group, draft.read.number)) for locked in draft.found]


def _scan_inside(scan: Scan, locked: Locked, group: str, number: str) -> Scan:
    """Return the scan of one item that a scan of its bag or manifest stands for."""
    inside = replace(
        scan, source_id=f"{scan.source_id}/{locked.consignment_no}",
        cancels=f"{scan.cancels}/{locked.consignment_no}" if scan.cancels else "",
    )  # fmt: skip
    return replace(inside, bag_no=number) if group == "bag_no" else replace(inside, manifest_no=number)


def _answer(draft: _Draft, batch: ScanBatch, kept: Kept, aside: _Aside) -> ScanAnswer:
    scan_id, refusal = draft.asked.scan_id, draft.refusal
    if refusal is not None:
        return ScanAnswer(
            scan_id=scan_id, verdict="refused", code=refusal.code, sentence=refusal.template, values=refusal.values
        )
    if not draft.found:
        return _answer_unknown(draft, batch, aside)
    return _answer_found(draft, batch, kept, aside)


def _answer_unknown(draft: _Draft, batch: ScanBatch, aside: _Aside) -> ScanAnswer:
    scan_id = draft.asked.scan_id
    if f"{_source(batch)}#{scan_id}" in aside.left:
        return ScanAnswer(
            scan_id=scan_id, verdict="refused", code="scan.tray_full", flags=draft.placed.flags,
            sentence="Chưa có bưu gửi mang số này, và nơi gửi đã có quá nhiều lần quét chờ khớp nên lần này không được"
            " giữ lại. Báo phụ trách bưu cục.",
        )  # fmt: skip
    return ScanAnswer(
        scan_id=scan_id, verdict="known" if scan_id in aside.known else "kept_aside", code="scan.kept_aside",
        sentence="Chưa có bưu gửi mang số này. Lần quét được giữ lại, tự khớp khi bưu gửi xuất hiện.",
        flags=draft.placed.flags,
    )  # fmt: skip


def _key(draft: _Draft, batch: ScanBatch, locked: Locked) -> str:
    inside = f"/{locked.consignment_no}" if draft.read.kind in {"bag", "manifest"} else ""
    return f"{_source(batch)}#{draft.asked.scan_id}{inside}"


def _answer_found(draft: _Draft, batch: ScanBatch, kept: Kept, aside: _Aside) -> ScanAnswer:
    taken = [locked for locked in draft.found if _key(draft, batch, locked) not in kept.outside]
    if len(taken) < len(draft.found):
        return _answer_full(draft, batch, kept, aside, taken)
    key = _key(draft, batch, first := draft.found[0])
    if key in kept.foreign:
        return ScanAnswer(
            scan_id=draft.asked.scan_id, verdict="refused", code="scan.id_taken",
            sentence="Mã lần quét này đã dùng cho bưu gửi khác nên lần quét không được ghi. Quét lại.",
        )  # fmt: skip
    void = draft.read.kind == "consignment" and draft.read.version < first.version
    return ScanAnswer(
        scan_id=draft.asked.scan_id,
        verdict="accepted" if key in kept.new else "known",
        code="label.void" if void else "",
        sentence="Nhãn này đã bỏ, địa chỉ đã đổi. In và dán nhãn mới (bản {version})." if void else "",
        values={"version": first.version} if void else {},
        consignment_no=first.consignment_no,
        state=kept.custody[first.consignment_no].state,
        flags=(*draft.placed.flags, *(["void_label"] if void else [])),
        doubtful=tuple(each.consignment_no for each in draft.found if each.consignment_no in kept.doubtful),
    )


def _answer_full(draft: _Draft, batch: ScanBatch, kept: Kept, aside: _Aside, taken: Sequence[Locked]) -> ScanAnswer:
    """Say that an item has no room; of a bag or a list the others are told of all the same."""
    full = [locked.consignment_no for locked in draft.found if locked not in taken]
    is_aside = not any(_key(draft, batch, locked) in aside.left for locked in draft.found)
    new = any(_key(draft, batch, locked) in kept.new for locked in taken)
    first = taken[0] if taken else draft.found[0]
    return ScanAnswer(
        scan_id=draft.asked.scan_id, verdict="refused" if not taken else "accepted" if new else "known", code=NO_ROOM,
        sentence="Bưu gửi {numbers} đã có quá nhiều lần quét nên lần này không ghi vào hành trình, chỉ giữ lại ở mục"
        " Chưa có trong sổ. Báo phụ trách bưu cục." if is_aside else
        "Bưu gửi {numbers} đã có quá nhiều lần quét nên lần này không được ghi, cũng không giữ lại. Báo phụ trách.",
        values={"numbers": ", ".join(full[:_NAMED]) + ("…" if len(full) > _NAMED else "")},
        consignment_no=first.consignment_no, state=kept.custody[first.consignment_no].state, flags=draft.placed.flags,
        doubtful=tuple(each.consignment_no for each in taken if each.consignment_no in kept.doubtful),
    )  # fmt: skip
