"""How long records are kept whole, and what is left of a person afterwards.

Paper is kept at least one year and electronic records at least five, from the day of acceptance. We count from the last
word about the dossier, which is later, and let the whole last day pass: nothing goes earlier. Then what names a person
goes and everything else stays: numbers, states, dates, money.

Stands on: nothing. Used by: domain.evidence_pack, storage.retention, services.retention.
Source: Circular 17/2017/TT-BTTTT art. 14; Civil Code 2015 art. 148 (a term in years ends on the same day of the year;
where the month has no such day, on its last day).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

#: Stands in place of a name whose term is over, so that nobody takes the gap for a fault.
ERASED = "Đã xoá theo hạn lưu"
#: Parts of a party that tell who and where it is; commune and province stay, for reports.
_OF_A_PARTY = ("phone", "email", "address", "lines")
#: A shorter word would be found inside innocent ones.
_WORD_SHORTEST = 5


def kept_until(on: date, years: int) -> date:
    """Return the last day on which a record of `on` must still be whole.

    >>> kept_until(date(2021, 11, 23), 5), kept_until(date(2024, 2, 29), 5)
    (datetime.date(2026, 11, 23), datetime.date(2029, 2, 28))
    """
    year = on.year + years
    return on.replace(year=year, day=min(on.day, monthrange(year, on.month)[1]))


def first_kept(today: date, years: int) -> date:
    """Return the first day whose records must still be whole today; those of any day before it may be erased.

    >>> first_kept(date(2026, 11, 23), 5), first_kept(date(2028, 2, 29), 5)
    (datetime.date(2021, 11, 23), datetime.date(2023, 3, 1))
    """
    year = today.year - years
    if today.day > monthrange(year, today.month)[1]:
        return date(year, today.month + 1, 1)
    return today.replace(year=year)


def is_party(value: Any) -> bool:
    """Say whether a part of a record is a person or body with an address."""
    return isinstance(value, dict) and "name" in value and bool({"phone", "address", "lines"} & set(value))


def without_person(value: Any, keys: Iterable[str] = ()) -> Any:
    """Return a record without what names a person: its parties, and the values under these keys at any depth.

    >>> without_person({"to": {"name": "Lê An", "phone": "0912000003", "address": "Số 1", "commune": "xã Kỳ Lạc"}})
    {'to': {'name': 'Đã xoá theo hạn lưu', 'phone': '', 'address': '', 'commune': 'xã Kỳ Lạc'}}
    >>> without_person({"note": "Gặp ông An", "code": "held"}, ["note"])
    {'note': '', 'code': 'held'}
    """
    if isinstance(value, list):
        return [without_person(each, keys) for each in value]
    if not isinstance(value, dict):
        return value
    if is_party(value):
        gone: dict[str, Any] = {name: type(value[name])() for name in _OF_A_PARTY if name in value}
        return {**value, "name": ERASED if value["name"] else "", **gone}
    named = set(keys)
    return {
        key: type(each)() if key in named and isinstance(each, (str, list, dict)) else without_person(each, named)
        for key, each in value.items()
    }


def words_of(value: Any) -> set[str]:
    """Return the words by which the parties of a record could be known, to be looked for elsewhere.

    >>> sorted(words_of({"a": [{"name": "Lê An Bình", "phone": "0912000003", "address": "Số 1"}]}))
    ['0912000003', 'Lê An Bình']
    """
    if isinstance(value, list):
        return set().union(*map(words_of, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    if is_party(value):
        told = (str(value.get(name) or "") for name in ("name", *_OF_A_PARTY))
        return {word for word in told if len(word) >= _WORD_SHORTEST}
    return words_of(list(value.values()))


def without_words(text: str, words: Iterable[str]) -> str:
    """Return a text without these words, longest first.

    >>> without_words("Gọi Lê An Bình, 0912000003.", {"Lê An Bình", "0912000003"})
    'Gọi •••, •••.'
    """
    for word in sorted(words, key=lambda each: (-len(each), each)):
        text = text.replace(word, "•••")
    return text
