"""Which round an address lies on: whole words, the longest first, the same however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.delivery_route import (
    Route,
    RoutePlace,
    checked_places,
    checked_route_no,
    claimed_twice,
    compared,
    must_be_apart,
    route_for,
    street_of,
)
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.folding import unaccented

COMMUNE = "18628"
HAMLETS = st.sampled_from(["Đông Thượng", "Tân Phú", "Hòa Bình", "Vĩnh Hưởng", "Kim Sơn", "1", "10", "12"])


def route(number: str, *words: str, office: str = "45010", commune: str = COMMUNE, closed: bool = False) -> Route:
    place = RoutePlace(commune_code=commune, words=words)
    return Route(office=office, route_no=number, name=f"Tuyến {number}", places=(place,), is_closed=closed)


@given(st.lists(HAMLETS, unique=True, min_size=2), HAMLETS, st.integers(1, 300))
def test_a_hamlet_is_found_by_its_whole_name_and_by_no_part_of_it(hamlets: list[str], home: str, house: int) -> None:
    routes = [route(f"R{n}", f"thôn {name}") for n, name in enumerate(hamlets)]

    found = route_for(COMMUNE, f"Số {house}, Thôn {home}", routes)

    assert found == (routes[hamlets.index(home)] if home in hamlets else None)


@given(HAMLETS, st.sampled_from([str, str.upper, str.lower, unaccented]))
def test_accents_and_capitals_do_not_matter(name: str, written) -> None:
    own = route("1", f"thôn {name}")

    assert route_for(COMMUNE, written(f"Nhà 4, thôn {name}"), [own]) == own


@given(st.permutations(["1", "2", "3"]))
def test_the_order_of_the_routes_plays_no_part(order: list[str]) -> None:
    by_number = {"1": route("1"), "2": route("2", "đường Nguyễn Du"), "3": route("3", "đường Nguyễn Du kéo dài")}
    routes = [by_number[number] for number in order]

    assert [
        (found := route_for(COMMUNE, address, routes)) and found.route_no
        for address in ("Ngõ 2", "Số 4 đường Nguyễn Du", "Số 4 đường Nguyễn Du kéo dài")
    ] == ["1", "2", "3"]


def test_short_forms_of_an_address_are_read_as_the_long_ones() -> None:
    own = route("1", "Tổ dân phố 3", "đường Nguyễn Du")

    assert route_for(COMMUNE, "TDP 3", [own]) == route_for(COMMUNE, "Số 5 Đ. Nguyễn Du", [own]) == own
    assert route_for(COMMUNE, "TDP 13", [own]) is None


def test_a_closed_route_has_nothing_and_stands_in_nobodys_way() -> None:
    closed = route("1", closed=True)

    assert route_for(COMMUNE, "Thôn 1", [closed]) is None
    assert claimed_twice(route("2"), [closed]) is None


@pytest.mark.parametrize(
    ("mine", "theirs", "apart"),
    [
        ((), (), False), (("thôn 1",), (), True), ((), ("thôn 1",), True), (("Thôn 1",), ("thon  1",), False),
        (("TDP 3",), ("tổ dân phố 3",), False), (("thôn 1",), ("thôn 10",), True),
    ],
)  # fmt: skip
def test_two_routes_share_a_commune_only_where_words_tell_them_apart(mine, theirs, apart) -> None:
    other = route("7", *theirs, office="45110")
    names = {"commune": lambda code: "Xã Thạch Lạc", "office": lambda code: "Bưu điện Thạch Hà"}

    if apart:
        must_be_apart(route("1", *mine), [other], **names)
        return
    with pytest.raises(Conflict, match="tuyến 7 Tuyến 7 của Bưu điện Thạch Hà") as no:
        must_be_apart(route("1", *mine), [other], **names)
    assert (no.value.code, no.value.field) == ("route.taken", "/places")


def test_a_route_does_not_stand_in_its_own_way() -> None:
    assert claimed_twice(route("1", "thôn 1", "thôn 2"), [route("1", "thôn 1")]) is None


def test_places_told_twice_become_one_and_the_whole_commune_swallows_its_parts() -> None:
    told = [
        RoutePlace(commune_code=COMMUNE, words=("Thôn 1", "thon 1")), RoutePlace(commune_code="18604"),
        RoutePlace(commune_code=COMMUNE, words=("Thôn 2",)), RoutePlace(commune_code="18604", words=("Thôn 9",)),
    ]  # fmt: skip

    assert checked_places(told) == (
        RoutePlace(commune_code=COMMUNE, words=("Thôn 1", "Thôn 2")), RoutePlace(commune_code="18604"),
    )  # fmt: skip


@pytest.mark.parametrize("wrong", ["", "a b", "tuyến", "-3", "1" * 13])
def test_a_number_that_no_label_can_bear_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid):
        checked_route_no(wrong)


def test_a_number_is_kept_in_capitals() -> None:
    assert checked_route_no(" 12a ") == "12A"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("Số 12 đường Nguyễn Du", "đường Nguyễn Du"), ("Nhà bà Lan, ngõ 4, thôn Tân Phú", "ngõ 4, thôn Tân Phú"),
        ("Thôn Kim Sơn", "Thôn Kim Sơn"), ("Gia đình ông Hùng", ""), ("", ""), ("SN 4B, Khối 2", "Khối 2"),
    ],
)  # fmt: skip
def test_a_street_is_shown_without_house_number_and_without_whose_house_it_is(address: str, shown: str) -> None:
    assert street_of(address) == shown


@given(st.text())
def test_what_is_compared_stays_as_it_is(text: str) -> None:
    assert compared(compared(text)) == compared(text)
