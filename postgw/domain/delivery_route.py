"""A delivery route (tuyến phát): a postman's round at a post office, and which round an address lies on.

A round serves communes. Where one round has a whole commune, its line says no more; where several share it, each line
names its hamlets and streets (`Thôn Đông Thượng`, `đường Nguyễn Du`). An address lies on the round whose words stand
in it, the longest words first, so that `thôn 10` is never taken for `thôn 1`; else on the round that has the rest of
the commune. Two rounds may not claim the same: nobody would know who goes.

Stands on: folding, errors. Used by: services.delivery_routes, services.snapshots, storage.delivery_routes.

>>> east = RoutePlace(commune_code="18628", words=("thôn Đông Thượng",))
>>> rest = RoutePlace(commune_code="18628")
>>> routes = [Route(office="45010", route_no="3", places=(east,)), Route(office="45010", route_no="4", places=(rest,))]
>>> [route_for("18628", text, routes).route_no for text in ("Nhà 4, Thon Dong Thuong", "Thôn Kim Sơn", "")]
['3', '4', '4']
>>> route_for("18073", "Thôn Đông Thượng", routes) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from .address import checked_text
from .errors import Conflict, Invalid
from .folding import fold

NAME_MOST = 60
PLACES_MOST = 40
WORDS_MOST = 60
_WORD_MOST = 80
_ROUTE_NO = re.compile(r"[0-9A-Z][0-9A-Z.-]{0,11}")
_SIGNS = re.compile(r"[\W_]+")
#: What an address shortens: the neighbourhood of a town, a street, a block, a hamlet.
_SHORT = {"tdp": "to dan pho", "kp": "khu pho", "kdc": "khu dan cu", "d": "duong"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlace:
    """A commune of a round; no words: the whole of it, but for what the words of others take."""

    commune_code: str
    words: tuple[str, ...] = ()  #: hamlets and streets as they are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One round of one post office."""

    office: str
    route_no: str
    name: str = ""
    worker: str = ""  #: login of who walks it today; empty: nobody yet
    places: tuple[RoutePlace, ...] = field(default=())
    version: int = 1
    is_closed: bool = False
    changed_by: str = field(default="", compare=False)
    changed_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What two rounds both claim: a commune, whole where `word` is empty."""

    commune_code: str
    word: str
    route: Route  #: that has it already


@lru_cache(maxsize=16384)
def compared(text: str) -> str:
    """Return an address or a word of one as it is compared: folded, without signs, its abbreviations in full.

    >>> compared("TDP 3, Đ. Nguyễn Du"), compared("Tổ dân phố 3")
    ('to dan pho 3 duong nguyen du', 'to dan pho 3')
    """
    words = _SIGNS.sub(" ", fold(text)).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def route_for(commune_code: str, address: str, routes: Iterable[Route]) -> Route | None:
    """Return the open round on which an address lies; nothing when nobody has it."""
    found = place_for(commune_code, address, routes)
    return found[0] if found else None


def place_for(commune_code: str, address: str, routes: Iterable[Route]) -> tuple[Route, str] | None:
    """Return the round of an address with the words that led there, empty where it has the whole commune."""
    if not commune_code:
        return None
    line = f" {compared(address)} "
    best: tuple[int, Route, str] | None = None
    for route, word in _lines_of(commune_code, routes):
        as_compared = compared(word)
        if word and f" {as_compared} " not in line:
            continue
        if best is None or len(as_compared) > best[0]:
            best = (len(as_compared), route, word)
    return best[1:] if best else None


def _lines_of(commune_code: str, routes: Iterable[Route]) -> Iterator[tuple[Route, str]]:
    for route in routes:
        if route.is_closed:
            continue
        for place in route.places:
            if place.commune_code == commune_code:
                yield from ((route, word) for word in place.words or ("",))


def claimed_twice(route: Route, others: Iterable[Route]) -> Claim | None:
    """Return the first that a round claims and another open one has already, in whatever office."""
    theirs: dict[tuple[str, str], Route] = {}
    for other in others:
        if not other.is_closed and (other.office, other.route_no) != (route.office, route.route_no):
            for place in other.places:
                theirs.update({(place.commune_code, compared(word)): other for word in place.words or ("",)})
    for place in route.places:
        for word in place.words or ("",):
            if held := theirs.get((place.commune_code, compared(word))):
                return Claim(commune_code=place.commune_code, word=word, route=held)
    return None


def must_be_apart(
    route: Route, others: Iterable[Route], *, commune: Callable[[str], str], office: Callable[[str], str]
) -> None:
    """Raise Conflict, saying which round has it, where two would claim one place.

    `commune` and `office` give a code's name for the sentence.
    """
    claim = claimed_twice(route, others)
    if claim is None:
        return
    theirs = claim.route
    told = {
        "commune": commune(claim.commune_code), "number": theirs.route_no, "name": theirs.name,
        "office": office(theirs.office),
    }  # fmt: skip
    if claim.word:
        raise Conflict(
            "“{word}” ở {commune} đang thuộc tuyến {number} {name} của {office}. Bỏ ở tuyến kia trước, hoặc ghi nơi"
            " khác.", word=claim.word, code="route.taken", field="/places", **told,
        )  # fmt: skip
    raise Conflict(
        "Cả {commune} đang thuộc tuyến {number} {name} của {office}. Ghi thôn, đường của tuyến này để chia xã.",
        code="route.taken", field="/places", **told,
    )  # fmt: skip


def checked_route_no(text: str) -> str:
    """Return the number of a round, short enough for a label. Raises Invalid when it is none."""
    number = text.strip().upper()
    if not _ROUTE_NO.fullmatch(number):
        raise Invalid(
            "Số tuyến gồm 1 đến 12 chữ số, chữ cái không dấu, ví dụ 3 hoặc 12A.", code="route.number",
            field="/route_no",
        )  # fmt: skip
    return number


def checked_places(places: Iterable[RoutePlace]) -> tuple[RoutePlace, ...]:
    """Return the places of a round, each commune once, each word once. Raises Invalid where there are too many."""
    words: dict[str, dict[str, str]] = {}
    whole: set[str] = set()
    for place in places:
        told = words.setdefault(place.commune_code, {})
        tidy = [checked_text(word, what="thôn, đường", field="/places", most=_WORD_MOST) for word in place.words]
        for word in filter(compared, tidy):
            told.setdefault(compared(word), word)
        if not tidy:
            whole.add(place.commune_code)
    if not words:
        raise Invalid("Chọn ít nhất một xã, phường.", code="route.places", field="/places")
    if len(words) > PLACES_MOST or any(len(told) > WORDS_MOST for told in words.values()):
        raise Invalid(
            "Một tuyến nhiều nhất {most} xã, mỗi xã nhiều nhất {words} thôn, đường.", most=PLACES_MOST,
            words=WORDS_MOST, code="route.places", field="/places",
        )  # fmt: skip
    return tuple(
        RoutePlace(commune_code=code, words=() if code in whole else tuple(told.values()))
        for code, told in words.items()
    )


_HOUSE = re.compile(r"^(?:(?:nhà )?số|sn|nhà)\.?\s*\d+\w*(?:[/-]\w+)*\s*", re.IGNORECASE)
_SOMEBODY = re.compile(r"^(?:nha|ong|ba|anh|chi|em|gia dinh|c o|ho)\b")


def street_of(address: str) -> str:
    """Return the hamlet or street of an address line, without house number and whose house it is.

    A list of items that are no personal data may show this much.

    >>> street_of("Số 12 đường Nguyễn Du"), street_of("nhà ông Bình, Thôn Hoa Tân"), street_of("Số 4A/12, TDP 3")
    ('đường Nguyễn Du', 'Thôn Hoa Tân', 'TDP 3')
    """
    parts = [_HOUSE.sub("", part.strip()) for part in address.split(",")]
    kept = [part for part in parts if part and not part.isdigit() and not _SOMEBODY.match(compared(part))]
    return ", ".join(kept)[:_WORD_MOST]
