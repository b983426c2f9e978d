"""Labelling: what goes on paper is put together here and drawn in `labels/`.

A label is a version of its consignment: drawn again it says the same, and a changed address makes the next version
and voids the one before. Drawing is work for the processor, so it runs in a thread; the fonts are made for that.

Source: Circular 17/2017/TT-BTTTT art. 9 (the note), art. 11.3 (nothing readable from outside); Decision
45/2016/QĐ-TTg art. 6.4, 7.3.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from labels import bag_label, handover_record, item_label, paper
from labels.consignment_note import consignment_note_pdf, consignment_notes_pdf
from postgw.domain import item_number
from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.change import made
from postgw.domain.consignment import LEG_TITLES, Consignment
from postgw.domain.errors import Conflict, Invalid, TooMuch, Unknown
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.manifest import DIRECTIONS, Manifest, ManifestLine
from postgw.domain.note import Note, digest_of, listed, of_wording, signed, worded
from postgw.domain.recognise import item_named, recognise
from postgw.domain.seen import Look, any_version
from postgw.rules.book import RuleBook
from postgw.storage import (
    changes,
    consignments,
    dossiers,
    item_numbers,
    labels,
    manifests,
    notes,
    province,
    records,
    scans,
    secret_pages,
    signature_pictures,
)
from postgw.storage.database import Database, Session
from postgw.storage.labels import LentRange, NewLabel

_MANY = 10_000
_SLICE = 200
#: A bag is read from afar.
_BAG_STOCK = "100x150"
_STATES = {"expected": "", "ticked": "complete", "missing": "missing", "extra": "different", "damaged": "different"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """What one label says, and whether it will be drawn for the first time."""

    label: item_label.ItemLabel
    digest: str
    new: tuple[NewLabel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """The act of putting things on paper."""

    database: Database
    book: RuleBook
    post_name: str
    carriers: Mapping[str, str]  #: by account: who it is with
    rehearsal: bool
    public_url: str = ""  #: where citizens reach the pages; empty: no note leads there

    async def pdf(
        self,
        numbers: Sequence[str],
        *,
        stock: str,
        first_place: int = 1,
        shift: tuple[float, float] = (0.0, 0.0),
        actor: Actor,
        at: datetime,
    ) -> AsyncIterator[bytes]:
        """Return the pieces of one PDF with the labels of all these consignments, in a memory that does not grow.

        Raises Unknown, before the first piece, when one of them is not there.
        """
        actor.must("labels")
        sheet, names = paper.shifted(paper.label_stock(stock), *shift), _names(numbers)
        first = await self._drawn(names[:_SLICE], actor, at)
        for start in range(_SLICE, len(names), _SLICE):
            await self._found_all(names[start : start + _SLICE], actor)
        loop = asyncio.get_running_loop()

        def feed() -> Iterator[item_label.ItemLabel]:
            """Yield the labels; runs in the drawing thread and asks the loop for the next slice."""
            yield from first
            for start in range(_SLICE, len(names), _SLICE):
                following = self._drawn(names[start : start + _SLICE], actor, at)
                yield from asyncio.run_coroutine_threadsafe(following, loop).result()

        return _pieces(item_label.item_labels_pdf(feed(), sheet, first_place))

    async def _found_all(self, names: Sequence[str], actor: Actor) -> list[Consignment]:
        found = await consignments.named(self.database.reading, names)
        for name in names:
            if name not in found or not actor.may_see(found[name].desk, found[name].to_desk):
                raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown")
        return [found[name] for name in names]

    async def _found(self, session: Session, name: str, actor: Actor, *, lock: bool = False) -> Consignment:
        consignment = await consignments.find(session, name, lock=lock)
        if consignment is None or not actor.may_see(consignment.desk, consignment.to_desk):
            raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown")
        return consignment

    async def _labels(self, names: Sequence[str], actor: Actor) -> tuple[list[item_label.ItemLabel], list[NewLabel]]:
        """Return the labels in force, and which of them are drawn for the first time.

        One that was drawn says what it said then, so that a reprint never differs.
        """
        found = await labels.to_draw(self.database.reading, names)
        content, new = [], []
        for name in names:
            consignment, id_, drawn = _reached(found.get(name), name, actor)
            label = _label_from(records.from_json(drawn)) if drawn else self._worded(consignment)
            content.append(label)
            if not drawn:
                new.append(
                    NewLabel(
                        consignment_id=id_, version=label.version, digest=item_label.digest(label),
                        content=records.to_json(label),
                    )
                )  # fmt: skip
        return content, new

    def _worded(self, consignment: Consignment) -> item_label.ItemLabel:
        return item_label.ItemLabel(
            consignment_no=consignment.consignment_no, item_no=consignment.item_no, dossier_no=consignment.dossier_no,
            issue=consignment.issue, version=consignment.version, leg=LEG_TITLES[consignment.leg],
            consignor=_label_party(consignment.consignor), consignee=_label_party(consignment.consignee),
            post_name=self._carrier(consignment), collect_dong=consignment.collect_dong,
            collects_at_posting=consignment.leg == "send", rehearsal=self.rehearsal,
        )  # fmt: skip

    def _carrier(self, consignment: Consignment) -> str:
        """Return whose name stands on the label: the public post's, or that of the carrier it travels with."""
        return self.post_name if consignment.public_service else self.carriers.get(consignment.account, "")

    async def _drawn(self, names: Sequence[str], actor: Actor, at: datetime) -> list[item_label.ItemLabel]:
        content, new = await self._labels(names, actor)
        await self._note_drawn(new, actor, at)
        return content

    async def _note_drawn(self, new: Sequence[NewLabel], actor: Actor, at: datetime) -> None:
        if new:
            async with self.database.writing_once() as tx:
                await labels.draw(tx, new, actor=actor.name, at=at)

    async def look(self, number: str, *, actor: Actor) -> Drawable:
        """Return what the label in force says, before anything is drawn."""
        actor.must("labels")
        [label], new = await self._labels([item_named(number)], actor)
        return Drawable(label=label, digest=item_label.digest(label), new=tuple(new))

    async def one(self, look: Drawable, *, stock: str, actor: Actor, at: datetime) -> bytes:
        """Return one label as PDF. It takes a thousandth of a second, so it is drawn on the spot."""
        sheet = paper.label_stock(stock)
        await self._note_drawn(look.new, actor, at)
        return item_label.item_label_pdf(look.label, sheet)

    async def zpl(
        self,
        numbers: Sequence[str],
        *,
        stock: str,
        dpi: int,
        shift: tuple[float, float] = (0.0, 0.0),
        actor: Actor,
        at: datetime,
    ) -> str:
        """Return the printer's own language for these labels."""
        actor.must("labels")
        sheet = paper.shifted(paper.label_stock(stock).at(dpi), *shift)
        drawn = await self._drawn(_names(numbers), actor, at)
        return await asyncio.to_thread(lambda: "".join(item_label.item_label_zpl(label, sheet, dpi) for label in drawn))

    async def png(self, number: str, *, stock: str, dpi: int, actor: Actor, at: datetime) -> bytes:
        """Return one label as a picture at the printer's resolution."""
        actor.must("labels")
        [label] = await self._drawn([item_named(number)], actor, at)
        return await asyncio.to_thread(item_label.item_label_png, label, paper.label_stock(stock), dpi)

    async def note_pdf(self, number: str, *, actor: Actor, at: datetime) -> bytes:
        """Return the consignment note, the slip with the value of a contract; signed by both, as it was kept."""
        actor.must("labels")
        [consignment] = await self._found_all([item_named(number)], actor)
        consignment.must_be_public(what="phiếu gửi hồ sơ")
        note, page_link = await self._note_for_hand(consignment, at)
        return await asyncio.to_thread(consignment_note_pdf, note, page_link=page_link)

    async def notes_pdf(
        self, numbers: Sequence[str], *, stock: str, copies: int, actor: Actor, at: datetime
    ) -> AsyncIterator[bytes]:
        """Return the pieces of one PDF with the notes of all these consignments, so many copies of each.

        What travels with another carrier has no note and is passed over.
        """
        actor.must("labels")
        sheet, names = paper.document_stock(stock), _names(numbers)
        found = [one for one in await self._found_all(names, actor) if one.public_service]
        loop = asyncio.get_running_loop()

        def feed() -> Iterator[tuple[Note, str]]:
            """Yield the notes; runs in the drawing thread and asks the loop for the next."""
            for consignment in found:
                yield asyncio.run_coroutine_threadsafe(self._note_for_hand(consignment, at), loop).result()

        return _pieces(consignment_notes_pdf(feed(), sheet, copies))

    async def _note_for_hand(self, consignment: Consignment, at: datetime) -> tuple[Note, str]:
        """Return a note, and the link of the citizen's page where it is the citizen who keeps it: as its sender."""
        note = await self._note(consignment, at)
        if consignment.leg != "send" or not self.public_url:
            return note, ""
        async with self.database.writing() as tx:
            kept, rule = await dossiers.by_id(tx, consignment.dossier_id), self.book.page_rule(legal_day(at))
            return note, await secret_pages.paper_link(tx, self.public_url, kept, rule, at=at)

    async def _note(self, consignment: Consignment, at: datetime) -> Note:
        """Return the note as both have signed it; else what it says today, with the signatures under these words."""
        reading = self.database.reading
        if kept := await notes.frozen(reading, consignment.consignment_no):
            return kept.note
        facts = await notes.gather(reading, self.book, consignment, at=at)
        note = worded(facts, post_name=self.post_name, rehearsal=self.rehearsal)
        given = await notes.signatures(reading, consignment.consignment_no)
        return signed(note, of_wording(given, digest_of(note)))

    async def bag_pdf(self, bag_no: str, *, stock: str = "", actor: Actor) -> bytes:
        """Return the label of a bag as a PDF. Raises Unknown."""
        return await asyncio.to_thread(bag_label.bag_label_pdf, *await self._bag(bag_no, stock, actor))

    async def bag_png(self, bag_no: str, *, stock: str, dpi: int, actor: Actor) -> bytes:
        """Return the label of a bag as a picture of dots. Raises Unknown."""
        return await asyncio.to_thread(bag_label.bag_label_png, *await self._bag(bag_no, stock, actor), dpi)

    async def bag_zpl(self, bag_no: str, *, stock: str, dpi: int, actor: Actor) -> str:
        """Return the label of a bag as a job of a thermal printer. Raises Unknown."""
        return await asyncio.to_thread(bag_label.bag_label_zpl, *await self._bag(bag_no, stock, actor), dpi)

    async def _bag(self, bag_no: str, stock: str, actor: Actor) -> tuple[bag_label.BagLabel, paper.Stock]:
        actor.must("labels")
        bag = await manifests.bag(self.database.reading, recognise(bag_no).number)
        if bag is None or not actor.may_see(bag.desk):
            raise Unknown("Không có túi mang số {number}.", number=bag_no, code="bag.unknown")
        inside = await consignments.several(self.database.reading, bag.consignment_nos)
        ends = {consignment.consignee.commune for consignment in inside.values()}
        return bag_label.BagLabel(
            bag_no=bag.bag_no, post_name=self.post_name, from_office=await self._unit_name(bag.desk),
            to_office=ends.pop() if len(ends) == 1 else "Nhiều nơi nhận", items=len(bag.consignment_nos),
            closed_at=shown(bag.sealed_at), rehearsal=self.rehearsal,
        ), paper.label_stock(stock or _BAG_STOCK)  # fmt: skip

    async def _unit_name(self, code: str) -> str:
        unit = await province.unit(self.database.reading, code)
        return unit.name if unit else code

    async def manifest_pdf(self, manifest_no: str, *, copies: int = 1, actor: Actor, at: datetime) -> bytes:
        """Return the handover record, to be signed or as it was signed."""
        actor.must("labels")
        manifest = await manifests.find(self.database.reading, manifest_no)
        if manifest is None or not actor.may_see(manifest.desk, manifest.office):
            raise Unknown("Không có biên bản {number}.", number=manifest_no, code="manifest.unknown")
        record = await self._record(manifest, at)
        return await asyncio.to_thread(handover_record.handover_record_pdf, record, copies=copies)

    async def _record(self, manifest: Manifest, at: datetime) -> handover_record.HandoverRecord:
        desk, office = await self._unit_name(manifest.desk), await self._unit_name(manifest.office)
        giver, taker = (desk, office) if manifest.direction == "to_post" else (office, desk)
        signed_at = manifest.signed_at()
        return handover_record.HandoverRecord(
            manifest_no=manifest.manifest_no,
            giver=_side(manifest, "giver", giver, await self._strokes(manifest, "giver")),
            taker=_side(manifest, "taker", taker, await self._strokes(manifest, "taker")),
            drawn_up_at=shown(signed_at or at),
            place=desk,
            trip=DIRECTIONS[manifest.direction],
            rows=tuple([await self._row(line, at) for line in manifest.lines]),
            totals=f"Tổng số bưu gửi: {len(manifest.lines)}; đủ: {len(manifest.passing())}.",
            rehearsal=self.rehearsal,
        )

    async def _strokes(self, manifest: Manifest, side: str) -> bytes:
        """Return what was drawn on a screen; a scanned sheet is a paper of its own."""
        signature = manifest.signature(side)
        if signature is None or signature.way != "screen":
            return b""
        found = await signature_pictures.find(self.database.reading, manifest.manifest_no, side)
        return found.content if found else b""

    async def _row(self, line: ManifestLine, at: datetime) -> handover_record.HandoverRow:
        consignment = await consignments.find(self.database.reading, line.consignment_no)
        assert consignment is not None
        inside = listed(await self._note(consignment, at))
        return handover_record.HandoverRow(
            consignment_no=line.consignment_no, dossier_no=consignment.dossier_no, item_no=consignment.item_no,
            papers=inside, state=_STATES[line.outcome], remark=_remark(line),  # type: ignore[arg-type]
        )  # fmt: skip

    async def bind(
        self, number: str, item_no: str, *, office: str, seen: Look[Consignment] = any_version, actor: Actor,
        at: datetime,
    ) -> Consignment:  # fmt: skip
        """Bind the post's own sticker to a consignment; from then on either code finds the item, and no label is void.

        Raises Conflict, with who, when and where, when one of the two is bound already.
        """
        actor.must("scans")
        item_no = item_number.validate_domestic(item_no)
        async with self.database.writing() as tx:
            found = (await scans.lock(tx, [item_named(number)])).get(item_named(number))
            if found is None:
                raise Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")
            shown = await self._found(tx, found.consignment_no, replace(actor, unit=""))
            seen(shown)
            if found.item_no == item_no:
                return shown
            held = await item_numbers.give(
                tx, found, item_no, source="bind", office=office or actor.unit, actor=actor.name, at=at,
                table_of=self.book.scan_table_of,
            )  # fmt: skip
            if held:
                raise _bound_already(held)
            return await self._found(tx, found.consignment_no, replace(actor, unit=""))

    async def void(
        self, number: str, *, reason: str, seen: Look[Consignment] = any_version, actor: Actor, at: datetime
    ) -> Consignment:
        """Void the label in force and begin the next version."""
        actor.must("labels")
        reasons = self.book.reasons_on(legal_day(at))["void"]
        if reason not in reasons:
            raise Invalid(
                "Chọn lý do bỏ nhãn trong danh sách: {reasons}.",
                reasons=", ".join(reasons),
                code="reason",
                field="/reason",
            )
        async with self.database.writing() as tx:
            consignment = await self._found(tx, item_named(number), actor, lock=True)
            seen(consignment)
            consignment.must_not_have_left()
            renewed = replace(consignment, version=consignment.version + 1)
            await consignments.change(tx, renewed)
            await labels.void(tx, consignment.consignment_no, reason=reason, at=at)
        return renewed

    async def lend(
        self, indicator: str, first: int, last: int, account: str, *, actor: Actor, at: datetime
    ) -> LentRange:
        """Take over a range of item numbers that the post lent us. Raises Conflict when it overlaps one we have."""
        actor.must("admin")
        item_number.NumberRange(indicator=indicator, first=first, last=last)
        async with self.database.writing() as tx:
            held = await labels.lend(tx, indicator, first, last, account, actor=actor.name, at=at)
            if not held:
                told = {"indicator": indicator, "first": first, "last": last, "account": account}
                await changes.note(tx, made("number_range", f"{indicator} {first:08d}", told, actor=actor, at=at))
        if held:
            raise Conflict(
                "Dải số trùng với dải {indicator} {first} đến {last} đã có.",
                indicator=held.indicator,
                first=held.first,
                last=held.last,
                code="range.overlap",
            )
        return LentRange(indicator=indicator, first=first, last=last, taken=0, account=account)

    async def ranges(self, *, actor: Actor) -> tuple[LentRange, ...]:
        """Return the lent ranges and how far each is used."""
        actor.must("admin")
        return await labels.ranges(self.database.reading)


async def _pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(next, pieces, None):
        yield piece


def _names(numbers: Sequence[str]) -> list[str]:
    if not numbers:
        raise Invalid("Chọn ít nhất một bưu gửi.", code="labels.none", field="/numbers")
    if len(numbers) > _MANY:
        raise TooMuch("Mỗi lần in nhiều nhất {most} nhãn.", most=_MANY, code="labels.many", field="/numbers")
    return [item_named(number, field=f"/numbers/{n}") for n, number in enumerate(numbers)]


def _reached(
    found: tuple[Consignment, int, str | None] | None, name: str, actor: Actor
) -> tuple[Consignment, int, str | None]:
    if found is None or not actor.may_see(found[0].desk, found[0].to_desk):
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown")
    return found


def _label_party(party: Party) -> item_label.Party:
    return item_label.Party(name=party.name, address=party.lines(), phone=party.phone)


def _label_from(data: dict[str, object]) -> item_label.ItemLabel:
    fields = dict(data)
    for end in ("consignor", "consignee"):
        party = dict(fields[end])  # type: ignore[call-overload]
        fields[end] = item_label.Party(name=party["name"], address=tuple(party["address"]), phone=party["phone"])
    fields["service_marks"] = tuple(fields["service_marks"])  # type: ignore[arg-type]
    return item_label.ItemLabel(**fields)  # type: ignore[arg-type]


def _side(manifest: Manifest, side: str, body: str, png: bytes) -> handover_record.Side:
    signature = manifest.signature(side)
    if signature is None:
        return handover_record.Side(body=body)
    return handover_record.Side(body=body, person=signature.name, signed_at=shown(signature.signed_at), png=png)


def _remark(line: ManifestLine) -> str:
    seal = f"Niêm phong {line.seal_no}" if line.seal_no else ""
    return ". ".join(part for part in (seal, line.note) if part)


def _bound_already(held: dict[str, object]) -> Conflict:
    at = held["bound_at"]
    assert isinstance(at, datetime)
    return Conflict(
        "Số hiệu {item_no} đã gắn với bưu gửi {number}, do {by} gắn lúc {when} tại {where}.",
        item_no=held["item_no"], number=held["consignment_no"], by=held["bound_by"], when=shown(at),
        where=held["office"] or "cổng", code="bind.taken", field="/item_no",
        link=f"/api/v1/consignments/{held['consignment_no']}",
    )  # fmt: skip
