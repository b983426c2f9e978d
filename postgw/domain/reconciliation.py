"""Reconciliation: what is due, what was collected, what was received, and why the three differ, to the đồng.

A **claim** is money of ours that somebody else must know of as well: towards the post the money taken on one
consignment, towards the bank one remittance (or a fee that nobody has handed on yet). A **line** is one row of a
statement of theirs. Both sides are laid out in full: every claim and every line stands in exactly one bucket, so no
đồng can hide between two lists. The answer depends on what was said and not on the order in which files came in.

Two lines that name one claim and make up its amount together are both matched (a transfer in two parts); what is said
beyond that is a duplicate. One transfer may pay several remittances.

Stands on: folding, recognise, errors. Used by: adapters.spreadsheet, storage.reconciliations, services.reconciling.
Source: Decision 45/2016/QĐ-TTg art. 7.5, 11 and 15.2 (fees in full and on time); Circular 74/2022/TT-BTC (24 hours).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .errors import Invalid
from .folding import bare, fold
from .recognise import recognise

SOURCES = {"post": "Bảng kê của Bưu điện", "bank": "Sao kê ngân hàng"}
#: Where a line of theirs may stand.
LINE_BUCKETS = {
    "matched": "Khớp",
    "differs": "Lệch số tiền",
    "duplicate": "Báo hai lần",
    "unrecorded": "Bên kia có, sổ ta không có",
    "unknown": "Không phải của ta hoặc không đọc được",
}
#: Where a claim of ours may stand.
CLAIM_BUCKETS = {
    "matched": "Khớp",
    "differs": "Lệch số tiền",
    "missing": "Đã thu, bên kia chưa báo",
    "owed": "Phải thu, chưa thu",
}
#: Days up to which what is missing is counted together; what is older stands in a group of its own. Design choice.
AGES = (1, 7, 30)

_REMITTANCE = re.compile(r"\bNP[-. ]?[A-Z0-9-]{1,20}?[-. ]?\d{6}[-. ]?\d{2,3}\b")
_RECEIPT = re.compile(r"\b(?=\d{0,9}[A-Z])[A-Z0-9]{3,10}[-. ]?\d{6}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One row of a file of theirs, read."""

    row: int  #: as the spreadsheet counts
    on: date
    amount_dong: int
    number: str = ""  #: what names the consignment, as written
    reference: str = ""  #: the other side's own number of it
    text: str = ""  #: a bank's free text; it may name a person


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRow:
    """A row that could not be read, and what to do."""

    row: int
    column: str
    error: Invalid

    @property
    def sentence(self) -> str:
        """Return what is wrong, with its place."""
        place = f"Dòng {self.row}, cột {self.column}" if self.column else f"Dòng {self.row}"
        return f"{place}: {self.error}"


class WrongRows(Invalid):
    """Some rows of a file cannot be read, so nothing of it is kept."""

    default_code = "statement.rows"

    def __init__(self, rows: Sequence[WrongRow]) -> None:
        self.rows = tuple(rows)
        super().__init__(
            "Tệp có {count} dòng sai, chưa nhận dòng nào. Sửa các dòng nêu dưới đây rồi nhập lại cả tệp.",
            count=len(rows), field="/content",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A file of theirs, read. With wrong rows it is not to be kept."""

    rows: tuple[StatementRow, ...]
    wrong: tuple[WrongRow, ...] = ()
    notes: tuple[str, ...] = ()  #: what was passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of theirs. `key` says which it is wherever it came from; `names` what it may be about."""

    line_no: str
    key: str
    on: date
    amount_dong: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Money of ours: what is due, what of it was collected (or handed on), and under which names they may know it."""

    key: str
    names: frozenset[str]
    on: date
    unit: str = ""
    desk: str = ""
    due_dong: int = 0
    collected_dong: int = 0
    receipt_nos: tuple[str, ...] = ()
    counted_dong: int | None = None  #: of a remittance: what the receiving hand counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """A line in its bucket. `period_on` is the day by which it and what it is tied to are counted together."""

    line: Line
    bucket: str
    period_on: date
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClaim:
    """A claim in its bucket, and what they say they have of it. `group` is shared by claims that lines tie together."""

    claim: Claim
    bucket: str
    period_on: date
    group: str
    received_dong: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """Both sides, laid out in full."""

    claims: tuple[PlacedClaim, ...]
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Three columns and what lies between them."""

    due_dong: int = 0
    collected_dong: int = 0
    received_dong: int = 0
    short_dong: int = 0  #: due and not collected
    over_dong: int = 0  #: collected beyond what is due
    missing_dong: int = 0  #: collected and not received
    differs_dong: int = 0  #: collected less received, where both have it
    duplicate_dong: int = 0
    unrecorded_dong: int = 0
    unknown_dong: int = 0
    claims: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    missing_by_age: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_explained(self) -> bool:
        """Say whether the buckets explain both differences to the đồng."""
        beyond = self.duplicate_dong + self.unrecorded_dong + self.unknown_dong
        return (
            self.due_dong - self.collected_dong == self.short_dong - self.over_dong
            and self.collected_dong - self.received_dong == self.missing_dong + self.differs_dong - beyond
        )


def names_in(row: StatementRow, source: str) -> tuple[str, ...]:
    """Return what a row may be about, each name as `bare` writes it.

    >>> from datetime import date
    >>> on = date(2026, 11, 23)
    >>> names_in(StatementRow(row=2, on=on, amount_dong=1, number="4K7M-29TB-6HC"), "post")
    ('4K7M29TB6HC',)
    >>> names_in(StatementRow(row=2, on=on, amount_dong=1, text="Nop phi NP-480000-261123-01 DT 0912000003"), "bank")
    ('NP48000026112301',)
    >>> names_in(StatementRow(row=2, on=on, amount_dong=1, text="nop le phi pht26 000042"), "bank")
    ('PHT26000042',)
    """
    if source == "post":
        read = recognise(row.number)
        return (read.number,) if read.kind in {"consignment", "item"} else ()
    text = f"{row.number} {row.reference} {row.text}".upper()
    found = [bare(match[0]) for pattern in (_REMITTANCE, _RECEIPT) for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(name for name in found if name))


def keys_of(rows: Iterable[StatementRow], source: str, account: str) -> list[str]:
    """Return what each row is known by: its own reference, else its content, and its ordinal among equal ones.

    >>> from datetime import date
    >>> row = StatementRow(row=2, on=date(2026, 11, 23), amount_dong=8000, number="4K7M29TB6HC")
    >>> first, second = keys_of([row, row], "post", "a")
    >>> first == second, [first] == keys_of([row], "post", "a"), [first] == keys_of([row], "post", "b")
    (False, True, False)
    """
    seen: Counter[str] = Counter()
    keys = []
    for row in rows:
        told = [row.reference] if row.reference else [bare(row.number), fold(row.text)]
        content = json.dumps([source, account, row.on.isoformat(), row.amount_dong, *told], ensure_ascii=False)
        seen[content] += 1
        keys.append(hashlib.sha256(f"{content}#{seen[content]}".encode()).hexdigest())
    return keys


def reconcile(claims: Iterable[Claim], lines: Iterable[Line]) -> Reconciled:
    """Return every claim and every line in its bucket; claims of which nothing is due or collected are left out."""
    every = sorted(claims, key=lambda claim: claim.key)
    ours = {claim.key: claim for claim in every if claim.collected_dong}
    by_name = {name: claim.key for claim in every for name in claim.names}
    placed_lines: list[PlacedLine] = []
    touching: dict[str, list[tuple[Line, tuple[str, ...]]]] = defaultdict(list)
    groups = _Groups()
    for line in sorted(lines, key=lambda line: (line.on, line.key)):
        named = tuple(sorted({by_name[name] for name in line.names if name in by_name}))
        real = tuple(key for key in named if key in ours)
        if not real:
            bucket = "unrecorded" if named else "unknown"
            placed_lines.append(PlacedLine(line=line, bucket=bucket, period_on=line.on, claims=named))
            continue
        groups.join(real)
        touching[real[0]].append((line, real))
    placed_claims = [_untouched(claim) for claim in every if claim.key not in groups and _is_something(claim)]
    for keys in groups.whole():
        told = sorted((pair for key in keys for pair in touching[key]), key=lambda pair: (pair[0].on, pair[0].key))
        group_claims, group_lines = _place([ours[key] for key in keys], told)
        placed_claims += group_claims
        placed_lines += group_lines
    return Reconciled(
        claims=tuple(sorted(placed_claims, key=lambda placed: (placed.claim.on, placed.claim.key))),
        lines=tuple(sorted(placed_lines, key=lambda placed: (placed.line.on, placed.line.key))),
    )


class _Groups:
    """Claims that lines tie together, each in one group."""

    def __init__(self) -> None:
        self._group_of: dict[str, set[str]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._group_of

    def join(self, keys: Sequence[str]) -> None:
        """Tie these together, and with them whatever they are tied to."""
        merged = set(keys).union(*(self._group_of.get(key, set()) for key in keys))
        for key in merged:
            self._group_of[key] = merged

    def whole(self) -> Iterator[list[str]]:
        """Yield each group once, sorted."""
        seen: set[int] = set()
        for group in self._group_of.values():
            if id(group) not in seen:
                seen.add(id(group))
                yield sorted(group)


def _is_something(claim: Claim) -> bool:
    return bool(claim.due_dong or claim.collected_dong)


def _untouched(claim: Claim) -> PlacedClaim:
    bucket = "missing" if claim.collected_dong else "owed"
    return PlacedClaim(claim=claim, bucket=bucket, period_on=claim.on, group=claim.key)


def _place(
    claims: Sequence[Claim], told: Sequence[tuple[Line, tuple[str, ...]]]
) -> tuple[list[PlacedClaim], list[PlacedLine]]:
    """Place one group: claims and the lines that name them."""
    wanted, on = sum(claim.collected_dong for claim in claims), min(claim.on for claim in claims)
    matched = _making_up(wanted, [line for line, _ in told], alone=len(claims) == 1)
    beyond = "duplicate" if matched else "differs"
    lines = [
        PlacedLine(line=line, bucket="matched" if line.key in matched else beyond, period_on=on, claims=named)
        for line, named in told
    ]
    shares = [claim.collected_dong for claim in claims] if matched else list(_shares(claims, told))
    placed = [
        PlacedClaim(
            claim=claim, bucket="matched" if matched else "differs", period_on=on, group=claims[0].key,
            received_dong=share,
        )
        for claim, share in zip(claims, shares, strict=True)
    ]  # fmt: skip
    return placed, lines


def _making_up(wanted: int, lines: Sequence[Line], *, alone: bool) -> set[str]:
    """Return the keys of the lines that make up an amount: all, one alone, or the first so many; else none."""
    if sum(line.amount_dong for line in lines) == wanted:
        return {line.key for line in lines}
    if not alone:
        return set()
    if exact := next((line for line in lines if line.amount_dong == wanted), None):
        return {exact.key}
    total, keys = 0, set()
    for line in lines:
        total += line.amount_dong
        keys.add(line.key)
        if total == wanted:
            return keys
    return set()


def _shares(claims: Sequence[Claim], told: Sequence[tuple[Line, tuple[str, ...]]]) -> Iterator[int]:
    """Yield what falls to each claim of lines that do not make up the amount: one is filled after the other."""
    left = sum(line.amount_dong for line, _ in told)
    for n, claim in enumerate(claims):
        share = left if n == len(claims) - 1 else min(left, claim.collected_dong)
        left -= share
        yield share


def totals(reconciled: Reconciled, *, today: date) -> Totals:
    """Return the three columns and the sums of the buckets between them."""
    claims, lines = reconciled.claims, reconciled.lines

    def told(bucket: str) -> int:
        return sum(each.line.amount_dong for each in lines if each.bucket == bucket)

    missing = [each.claim for each in claims if each.bucket == "missing"]
    ages: Counter[str] = Counter()
    for claim in missing:
        ages[age_group((today - claim.on).days)] += claim.collected_dong
    return Totals(
        due_dong=sum(each.claim.due_dong for each in claims),
        collected_dong=sum(each.claim.collected_dong for each in claims),
        received_dong=sum(each.line.amount_dong for each in lines),
        short_dong=sum(max(each.claim.due_dong - each.claim.collected_dong, 0) for each in claims),
        over_dong=sum(max(each.claim.collected_dong - each.claim.due_dong, 0) for each in claims),
        missing_dong=sum(claim.collected_dong for claim in missing),
        differs_dong=sum(e.claim.collected_dong - e.received_dong for e in claims if e.bucket == "differs"),
        duplicate_dong=told("duplicate"), unrecorded_dong=told("unrecorded"), unknown_dong=told("unknown"),
        claims=_counted(CLAIM_BUCKETS, (each.bucket for each in claims)),
        lines=_counted(LINE_BUCKETS, (each.bucket for each in lines)), missing_by_age=dict(ages),
    )  # fmt: skip


def _counted(buckets: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {bucket: counts[bucket] for bucket in buckets}


def age_group(days: int) -> str:
    """Return the group in which what is missing for so many days is counted.

    >>> age_group(0), age_group(7), age_group(8), age_group(31)
    ('1', '7', '30', 'older')
    """
    return next((str(most) for most in AGES if days <= most), "older")
