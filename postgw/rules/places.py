"""The places of Vietnam: provinces and communes in force, and what the old communes of Hà Tĩnh became.

Since 1 July 2025 there are two levels, province and commune; people go on writing three, with the district, and the
old names of communes that were merged. `find` reads either, accents and case or not, and says how sure it is. It is a
help for the eye that reads an address: units change and tables lag behind, so an address is never refused because
`find` does not know it, and the text as written is never replaced.

Stands on: domain.errors, domain.folding. Used by: intake, import, the rehearsal.
Source: codes and names of the National Statistics Office (34 provinces, 3,321 communes, wards and special zones).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Literal, TypeVar

from postgw.domain.errors import Unknown
from postgw.domain.folding import fold

#: exact: named letter by letter, with its province. one: the only unit that can be meant. several: units of that name
#: stand in several places. divided: an old commune went to several new ones; only the person knows which. unknown: not
#: in the table.
Certainty = Literal["exact", "one", "several", "divided", "unknown"]

_Named = TypeVar("_Named")
_SHORT = (
    (r"\btp\b\.?", "thành phố "), (r"\btx\b\.?", "thị xã "), (r"\btt\b\.?", "thị trấn "), (r"\bp\.", "phường "),
    (r"\bx\.", "xã "), (r"\bh\.", "huyện "), (r"\bq\.", "quận "), (r"\bt\.", "tỉnh "),
)  # fmt: skip
_UPPER = re.compile(r"(?<!^)(?<!,)\s+(?=(?:tỉnh|tinh|thành phố|thanh pho|huyện|huyen|thị xã|thi xa|quận|quan)\s)", re.I)
_KIND = re.compile(r"^(tinh|thanh pho|huyen|quan|thi xa|thi tran|phuong|xa|dac khu) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A province or a commune (xã, phường, đặc khu) in force."""

    code: str
    name: str  #: with its kind, `Phường Thành Sen`
    kind: str
    province_code: str  #: empty for a province
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OldUnit:
    """A commune that ended, and what its ground belongs to now."""

    code: str
    name: str
    district: str
    province_code: str
    new_codes: tuple[str, ...]
    valid_to: date  #: first day on which it was no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a written place can mean. `was` is the old commune when one was named."""

    certainty: Certainty
    candidates: tuple[Unit, ...] = ()
    was: OldUnit | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    commune: str
    district: str
    province_code: str


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    units: Mapping[str, Unit]
    by_name: Mapping[str, tuple[Unit, ...]]
    provinces: Mapping[str, Unit]
    old_by_name: Mapping[str, tuple[OldUnit, ...]]


def province(code: str) -> Unit:
    """Return a province. Raises Unknown when there is none of that code."""
    return _unit(code, commune=False)


def commune(code: str) -> Unit:
    """Return a commune. Raises Unknown when there is none of that code."""
    return _unit(code, commune=True)


def provinces() -> tuple[Unit, ...]:
    """Return the provinces in force, in the order of their codes."""
    return tuple(unit for unit in _gazetteer().units.values() if not unit.province_code)


def spelled_out(text: str) -> str:
    """Return a written place with its abbreviations in full.

    >>> spelled_out("P. Thành Sen, TP Hà Tĩnh")
    'phường  Thành Sen, thành phố  Hà Tĩnh'
    """
    text = unicodedata.normalize("NFC", text)
    for short, full in _SHORT:
        text = re.sub(short, full, text, flags=re.IGNORECASE)
    return text


def communes(province_code: str, *, on: date | None = None) -> tuple[Unit, ...]:
    """Return the communes of a province in the order of their codes; with `on`, those in force by that day."""
    return tuple(
        unit
        for unit in _gazetteer().units.values()
        if unit.province_code == province_code and (on is None or unit.valid_from <= on)
    )


def old_communes(province_code: str) -> tuple[OldUnit, ...]:
    """Return the communes of a province that ended; only Hà Tĩnh's are kept."""
    table = _gazetteer().old_by_name
    return tuple(dict.fromkeys(u for key in table for u in table[key] if u.province_code == province_code))


def old_districts(province_code: str) -> dict[str, str]:
    """Return for each commune the former district that most of its ground came from; only Hà Tĩnh's are kept.

    Where two districts gave as many old communes, the first in the order of codes is taken.
    """
    given: dict[str, list[str]] = defaultdict(list)
    for unit in sorted(old_communes(province_code), key=lambda unit: unit.code):
        for code in unit.new_codes:
            given[code].append(unit.district)
    return {code: max(districts, key=districts.count) for code, districts in given.items()}


def find(text: str, *, province_code: str = "") -> Finding:
    """Return what a written place can mean: `xã Kỳ Hoa, tỉnh Hà Tĩnh`, `phuong Nam Ha, TP Ha Tinh`, `18073`.

    `province_code` narrows the search when the text itself names no province.
    """
    table = _gazetteer()
    if (unit := table.units.get(text.strip())) and unit.province_code:
        return Finding(certainty="exact", candidates=(unit,))
    written = _read(text, table)
    where = written.province_code or province_code
    found = _among(table.by_name.get(fold(written.commune), ()), where)
    if written.district or not found:
        old = _old(written, where, table)
        if old.certainty != "unknown":
            return old
    return _judge(found, written)


def _unit(code: str, *, commune: bool) -> Unit:
    unit = _gazetteer().units.get(code)
    if unit is None or bool(unit.province_code) is not commune:
        raise Unknown(
            "Không có {what} mã {number}.", what="xã, phường" if commune else "tỉnh, thành phố", number=code[:20],
            code="place.unknown",
        )  # fmt: skip
    return unit


def _read(text: str, table: _Gazetteer) -> _Written:
    """Take a written place apart: the province stands last, the district before it, then the commune."""
    parts = _parts(text)
    if len(parts) == 1:
        parts = _split_province(parts[0], table)
    province_code = ""
    if len(parts) > 1 and (unit := table.provinces.get(fold(parts[-1]))):
        province_code = unit.code
        parts.pop()
    district = parts.pop() if len(parts) > 1 and _is_district(parts[-1], table) else ""
    return _Written(parts[-1] if parts else "", district, province_code)


def _parts(text: str) -> list[str]:
    text = _UPPER.sub(", ", spelled_out(text))
    return [" ".join(part.split()) for part in re.split(r"[,;]|\s[-–]\s", text) if part.strip()]


def _split_province(text: str, table: _Gazetteer) -> list[str]:
    """Part a text without commas before the province that ends it."""
    words = text.split()
    for at in range(len(words) - 1, 1, -1):
        if fold(" ".join(words[at:])) in table.provinces:
            return [" ".join(words[:at]), " ".join(words[at:])]
    return [text]


def _is_district(part: str, table: _Gazetteer) -> bool:
    if re.match(r"(huyen|quan|thi xa|thanh pho) ", fold(part)):
        return True
    return fold(part) in {_bare(fold(u.district)) for units in table.old_by_name.values() for u in units}


def _old(written: _Written, province_code: str, table: _Gazetteer) -> Finding:
    named = [u for u in table.old_by_name.get(fold(written.commune), ()) if province_code in ("", u.province_code)]
    if written.district:
        named = [u for u in named if _same_district(written.district, u.district)]
    if not named:
        return Finding(certainty="unknown")
    units = tuple(dict.fromkeys(table.units[code] for old in named for code in old.new_codes))
    if len(units) == 1:
        return Finding(certainty="one", candidates=units, was=named[0] if len(named) == 1 else None)
    if len(named) == 1:
        return Finding(certainty="divided", candidates=units, was=named[0])
    return Finding(certainty="several", candidates=units)


def _same_district(written: str, known: str) -> bool:
    return fold(written) in (fold(known), _bare(fold(known)))


def _among(units: Iterable[Unit], province_code: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if province_code in ("", unit.province_code))


def _judge(found: tuple[Unit, ...], written: _Written) -> Finding:
    if not found:
        return Finding(certainty="unknown")
    if len(found) > 1:
        return Finding(certainty="several", candidates=found)
    letter_by_letter = written.commune.casefold() == found[0].name.casefold()
    sure = letter_by_letter and bool(written.province_code) and not written.district
    return Finding(certainty="exact" if sure else "one", candidates=found)


def _bare(folded: str) -> str:
    return _KIND.sub("", folded)


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    units = {row["code"]: _as_unit(row) for row in _rows("communes.csv")}
    old = [_as_old_unit(row) for row in _rows("communes_before_2025_07.csv")]
    provinces = [unit for unit in units.values() if not unit.province_code]
    return _Gazetteer(
        units=units,
        by_name=_index((unit.name, unit) for unit in units.values() if unit.province_code),
        provinces={key: unit for unit in provinces for key in (fold(unit.name), _bare(fold(unit.name)))},
        old_by_name=_index((unit.name, unit) for unit in old),
    )


def _index(pairs: Iterable[tuple[str, _Named]]) -> dict[str, tuple[_Named, ...]]:
    table: dict[str, list[_Named]] = defaultdict(list)
    for name, unit in pairs:
        folded = fold(name)
        for key in dict.fromkeys((folded, _bare(folded))):
            table[key].append(unit)
    return {key: tuple(units) for key, units in table.items()}


def _as_unit(row: Mapping[str, str]) -> Unit:
    return Unit(
        code=row["code"], name=row["name"], kind=row["kind"], province_code=row["province_code"],
        valid_from=date.fromisoformat(row["valid_from"]),
    )  # fmt: skip


def _as_old_unit(row: Mapping[str, str]) -> OldUnit:
    return OldUnit(
        code=row["old_code"], name=row["old_name"], district=row["old_district"], province_code=row["province_code"],
        new_codes=tuple(row["new_codes"].split()), valid_to=date.fromisoformat(row["valid_to"]),
    )  # fmt: skip


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("postgw.rules") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
