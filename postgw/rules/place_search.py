"""Searching for a commune as a clerk types: a few letters, no accents, abbreviations, the district of before.

What is typed is held against the names in force and those of before July 2025. A commune that was merged leads to where
its ground lies now; where that was divided, each part is a choice of its own and none is the answer: only the person
knows. The name that was typed is kept beside the choice, for the paper in the citizen's hand bears it.

Stands on: places, domain.folding. Used by: the desk's intake page.
Source: as places; Resolution 202/2025/QH15 (two levels since 1 July 2025).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from postgw.domain.folding import fold

from . import places

#: How many choices are offered at once: what fits under a field.
MOST = 12
_KINDS = frozenset({"xa", "phuong", "thi", "tran", "dac", "khu", "huyen", "quan", "tinh", "thanh", "pho"})
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A commune that may be meant. `was` is the old one that led to it, `doubt` that its ground was divided."""

    unit: places.Unit
    province: str
    district: str = ""  #: of before; of the old commune where one led here
    was: places.OldUnit | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    choice: Choice
    name: tuple[str, ...]  #: folded words of its own name, without the kind
    text: str  #: those, its kind, its district of before, its province; a blank before and behind each word


def search(text: str, *, province_code: str = "", most: int = MOST) -> tuple[Choice, ...]:
    """Return the communes that a few typed words can mean, the likeliest first; those of `province_code` lead.

    >>> [(each.unit.name, each.was.name, each.doubt) for each in search("ky tay", province_code="42")]
    [('Xã Kỳ Văn', 'Xã Kỳ Tây', False)]
    >>> [each.unit.name for each in search("p. thanh sen, tp ha tinh")]
    ['Phường Thành Sen']
    """
    asked = _words(places.spelled_out(text))
    if not asked or max(map(len, asked)) < 2:
        return ()
    found = _matching(asked) or _matching([word for word in asked if word not in _KINDS])
    found.sort(key=lambda entry: _rank(entry, asked, province_code))
    return tuple(entry.choice for entry in found[:most])


def choices_of(text: str, *, province_code: str = "") -> tuple[Choice, ...]:
    """Return the choices that a written place leaves open: one where it is sure, several where only a person knows."""
    found = places.find(text, province_code=province_code)
    return tuple(
        Choice(
            unit=unit, province=places.province(unit.province_code).name, was=found.was,
            district=found.was.district if found.was else "", doubt=found.certainty == "divided",
        )
        for unit in found.candidates
    )  # fmt: skip


def _matching(asked: list[str]) -> list[_Entry]:
    if not asked:
        return []
    wanted = [f" {word}" if len(word) > 1 else f" {word} " for word in asked]
    return [entry for entry in _entries() if all(each in entry.text for each in wanted)]


def _rank(entry: _Entry, asked: list[str], province_code: str) -> tuple[bool, int, bool, str]:
    own = [word for word in asked if word not in _KINDS]
    size = len(entry.name)
    begins = own[:size] == list(entry.name)
    named = sum(any(each.startswith(word) for each in entry.name) for word in own)
    unit = entry.choice.unit
    return (
        bool(province_code) and unit.province_code != province_code, -len(own) - 1 if begins else -named,
        entry.choice.was is not None, unit.code,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    return (*_of_today(), *_of_before())


def _of_today() -> Iterator[_Entry]:
    for province in places.provinces():
        districts = places.old_districts(province.code)
        for unit in places.communes(province.code):
            district = districts.get(unit.code, "")
            choice = Choice(unit=unit, province=province.name, district=district)
            yield _entry(choice, unit.name, f"{district} {province.name}")


def _of_before() -> Iterator[_Entry]:
    for province in places.provinces():
        today = {unit.code: unit for unit in places.communes(province.code)}
        for was in places.old_communes(province.code):
            for code in was.new_codes:
                if fold(today[code].name) == fold(was.name):
                    continue  # it goes on under its name
                choice = Choice(
                    unit=today[code], province=province.name, district=was.district, was=was,
                    doubt=len(was.new_codes) > 1,
                )  # fmt: skip
                yield _entry(choice, was.name, f"{was.district} {province.name}")


def _entry(choice: Choice, name: str, around: str) -> _Entry:
    words = _words(name)
    own = tuple(word for n, word in enumerate(words) if n > 1 or word not in _KINDS)
    return _Entry(choice, own, f" {' '.join((*words, *_words(around)))} ")


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
