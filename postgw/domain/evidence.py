"""Evidence: each statement about an item is hashed onto the one before it, so that nobody can rewrite what was said.

An auditor asks years later who held the envelope, and whether the answer is still the one given then. Each item has a
**chain**: one link for each scan, in order of receipt, whose hash covers the scan and the hash of the link before. Each
night a **seal** covers the heads of all chains that grew, and the seal before it: whoever keeps one seal can tell
whether anything it covers was changed, removed, put in between or put in another order.

What names a person (a note, a proof of delivery) enters the hash only as a **salted digest**. When its term is over the
text and the salt are erased; the digest stays, tells nothing any more, and the chain still holds. Where there was
nothing personal there is nothing to hide and no salt: the digest is the same in every such link.

Everything is hashed as canonical JSON: keys in order, no spaces, UTF-8; moments in UTC with six digits of the second.
So an exported chain can be checked with nothing but JSON and SHA-256 (`docs/evidence.md` has the program).

Stands on: scan, legal_day. Used by: storage.evidence, services.evidence.
Source: Circular 17/2017/TT-BTTTT art. 14 (accurate, kept, produced on request); NIST FIPS 180-4 for SHA-256.

>>> canonical({"b": "Đ", "a": None})
b'{"a":null,"b":"\\xc4\\x90"}'
>>> personal_digest("00ff", {"note": "Cổng khoá", "proof": None})
'96f581b92d82ba0a1994e81427f80d895a2353392cad51372cc3470c08e7f390'
>>> first = link_hash("", "4K7M29TB6HC", 1, {"code": "collected"}, "00")
>>> first
'83e76476121a8fc49f2c5ab1a8a4fb7a561a5150ff017dc68607b49c476f2352'
>>> link_hash(first, "4K7M29TB6HC", 2, {"code": "delivered"}, "00") == link_hash("", "4K7M29TB6HC", 2, {}, "00")
False
>>> from datetime import date
>>> heads = [Head(consignment_no="B", seq=1, hash="11"), Head(consignment_no="A", seq=2, hash="22")]
>>> seal_digest("", date(2026, 11, 23), heads) == seal_digest("", date(2026, 11, 23), heads[::-1])
True
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from .legal_day import VIETNAM, legal_day
from .scan import Scan

FORM = "postgw-evidence-1"  #: names this way of hashing; another way gets another name
SEALED_FROM = time(23, 55)  #: by the clock of Vietnam; design choice

#: What a verification may find wrong, and how it is said to an auditor.
FAULTS = {
    "missing": "sự kiện đã nối không còn",
    "changed": "nội dung sự kiện hoặc mã băm đã bị sửa",
    "personal": "phần thông tin cá nhân đã bị sửa",
    "torn": "mắt xích không nối vào mắt xích trước",
    "inserted": "có sự kiện bị chèn vào trước sự kiện đã nối",
    "seal": "niêm phong không khớp các chuỗi",
}


def canonical(value: object) -> bytes:
    """Return the one way in which a value is written to be hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    """Return a moment as it is hashed.

    >>> stamp(datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM))
    '2026-11-23T02:00:00.000000Z'
    """
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def plain_part(scan: Scan) -> dict[str, Any]:
    """Return what of a scan names no person: all but its note."""
    return {
        "source": scan.source, "source_id": scan.source_id, "witness": scan.witness.name.lower(), "code": scan.code,
        "occurred_at": stamp(scan.occurred_at), "received_at": stamp(scan.received_at),
        "device_at": stamp(scan.device_at) if scan.device_at else None, "office": scan.office, "actor": scan.actor,
        "reason": scan.reason, "cancels": scan.cancels, "bag_no": scan.bag_no, "manifest_no": scan.manifest_no,
        "proved": scan.proved, "raw_code": scan.raw_code, "flags": list(scan.flags),
    }  # fmt: skip


def personal_part(note: str, proof: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what of a scan may name a person: its note, and the proof that was taken with it."""
    return {"note": note, "proof": dict(proof) if proof is not None else None}


def proof_part(content: Mapping[str, Any], signature_png: bytes, photo_jpeg: bytes) -> dict[str, Any]:
    """Return a proof as it is hashed: its words, and the digests of its pictures."""
    pictures = {"signature_sha256": signature_png, "photo_sha256": photo_jpeg}
    return {**content, **{name: sha256(picture).hexdigest() if picture else "" for name, picture in pictures.items()}}


def personal_digest(salt: str, personal: Mapping[str, Any]) -> str:
    """Return the digest of a personal part, which nobody can guess back without the salt."""
    return sha256(bytes.fromhex(salt) + canonical(personal)).hexdigest()


#: The digest where a scan has neither a note nor a proof.
NOTHING_PERSONAL = personal_digest("", personal_part("", None))


def link_hash(previous: str, consignment_no: str, seq: int, plain: Mapping[str, Any], personal: str) -> str:
    """Return the hash of a link; `previous` is the hash before it (empty for the first), `personal` a digest."""
    link = {"previous": previous, "consignment_no": consignment_no, "seq": seq, "scan": plain, "personal": personal}
    return sha256(canonical({"form": FORM, **link})).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One scan as it stands in storage now, ready to be hashed."""

    scan_id: int  #: its place in the order of receipt
    plain: Mapping[str, Any]
    personal: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as it was made."""

    scan_id: int
    consignment_no: str
    seq: int
    hash: str
    previous_hash: str
    personal_digest: str
    salt: str  #: empty once the personal part was erased, and where there never was one

    @property
    def is_erased(self) -> bool:
        """Say whether there was a personal part and it is gone: without its salt it can be held against nothing."""
        return not self.salt and self.personal_digest != NOTHING_PERSONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest link of one chain."""

    consignment_no: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What one night sealed."""

    sealed_on: date
    digest: str
    heads: int  #: how many chains it covers anew
    through_link: int  #: the last link it covers
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One place where the evidence does not hold."""

    fault: str  #: a key of FAULTS
    where: str  #: consignment number, or the day of a seal
    seq: int = 0


def linked(consignment_no: str, head: Head | None, statement: Statement, *, salt: str) -> Link:
    """Return the link that puts a statement at the end of its item's chain."""
    seq, previous = (head.seq + 1, head.hash) if head else (1, "")
    if statement.personal == personal_part("", None):
        salt = ""
    personal = personal_digest(salt, statement.personal)
    return Link(
        scan_id=statement.scan_id, consignment_no=consignment_no, seq=seq, previous_hash=previous, salt=salt,
        personal_digest=personal, hash=link_hash(previous, consignment_no, seq, statement.plain, personal),
    )  # fmt: skip


def broken_links(links: Sequence[Link], statements: Mapping[int, Statement]) -> Iterator[Broken]:
    """Yield where the chain of one item does not hold; `statements` are all scans of that item by id."""
    before = ""
    for seq, link in enumerate(links, 1):
        fault = _fault(link, seq, before, statements.get(link.scan_id))
        if fault:
            yield Broken(fault=fault, where=link.consignment_no, seq=link.seq)
        before = link.hash
    if inserted(links, statements):
        yield Broken(fault="inserted", where=links[-1].consignment_no, seq=links[-1].seq)


def _fault(link: Link, seq: int, before: str, statement: Statement | None) -> str:
    if statement is None:
        return "missing"
    if link.seq != seq or link.previous_hash != before:
        return "torn"
    if link.hash != link_hash(before, link.consignment_no, seq, statement.plain, link.personal_digest):
        return "changed"
    if not link.is_erased and personal_digest(link.salt, statement.personal) != link.personal_digest:
        return "personal"
    return ""


def inserted(links: Sequence[Link], statements: Collection[int]) -> set[int]:
    """Return scans that are not linked although a later one of the same item is: they were not there when it was."""
    if not links:
        return set()
    latest = max(link.scan_id for link in links)
    return {id_ for id_ in statements if id_ < latest} - {link.scan_id for link in links}


def seal_digest(previous: str, sealed_on: date, heads: Iterable[Head]) -> str:
    """Return the digest of a night: the heads of the chains that grew, upon the digest of the night before."""
    rows = sorted([head.consignment_no, head.seq, head.hash] for head in heads)
    return sha256(
        canonical({"form": FORM, "previous": previous, "sealed_on": sealed_on.isoformat(), "heads": rows})
    ).hexdigest()


def night_due(first_unsealed: datetime, last_sealed: date | None) -> date:
    """Return the next night to be sealed: that of the oldest link without a seal, or the one after the last sealed.

    >>> night_due(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), None)
    datetime.date(2026, 11, 23)
    >>> night_due(datetime(2026, 11, 23, 16, 58, tzinfo=UTC), date(2026, 11, 23))   # linked after that night's seal
    datetime.date(2026, 11, 24)
    """
    night = legal_day(first_unsealed)
    return max(night, last_sealed + timedelta(days=1)) if last_sealed else night


def may_be_sealed(night: date, at: datetime) -> bool:
    """Say whether a night's hour of sealing has come.

    >>> may_be_sealed(date(2026, 11, 23), datetime(2026, 11, 23, 16, 54, tzinfo=UTC))
    False
    >>> may_be_sealed(date(2026, 11, 23), datetime(2026, 11, 23, 16, 55, tzinfo=UTC))
    True
    """
    return at >= datetime.combine(night, SEALED_FROM, VIETNAM)


def end_of(night: date) -> datetime:
    """Return the moment at which a legal day is over."""
    return datetime.combine(night + timedelta(days=1), time(), VIETNAM)
