"""How far the lists were read: nothing skipped, nothing gone back to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.opencps.reading import SEAM, Place, Row, cursor_of, place_of

NOW = 10_000
PLACES = st.builds(
    Place, read=st.tuples(st.integers(0, 9**10), st.integers(0, 9**10)), at=st.integers(0, 1),
    start=st.integers(0, 10**6), until=st.integers(0, 9**10), newest=st.integers(0, 9**10),
    last=st.integers(1, 9**9).map(str) | st.just(""), ordered=st.booleans(), sure=st.booleans(),
)  # fmt: skip


def rows(*moments):
    return [Row(number=str(4500 + n), changed=moment) for n, moment in enumerate(moments)]


@given(PLACES | PLACES.map(lambda place: Place(read=place.read)))
def test_a_place_comes_back_and_fits_the_house_s_note(place):
    assert place_of(cursor_of(place), 2) == place
    assert len(cursor_of(place)) <= 200


def test_the_longest_place_fits_as_well():
    longest = Place(
        read=(10**10,) * 6, at=5, start=10**6, until=10**10, newest=10**10, last="9" * 18, ordered=False, sure=False
    )
    assert len(cursor_of(longest)) <= 200


@pytest.mark.parametrize("cursor", ["", "abc", "r=", "r=1;l=9;s=0;u=0;n=0;i=;o=1;x=1", "r=1,2,3"])
def test_a_cursor_of_other_settings_begins_again_rather_than_failing(cursor):
    place = place_of(cursor, 2)
    assert (place.at, len(place.read)) == (None, 2)


def test_a_list_is_read_until_it_is_older_than_what_is_known():
    place = Place(read=(9000,)).begun(overlap=600, sweep=False)
    place, over = place.turned(rows(9900, 9500, 8399), 500, asked=50, now=NOW)
    assert over
    assert place.through().read == (9900,)
    assert [place.wants(row) for row in rows(9900, 8400, 8399, None)] == [True, True, False, True]


def test_a_sweep_reads_everything():
    place = Place(read=(9000,)).begun(overlap=600, sweep=True)
    _, over = place.turned(rows(9900, 100), 500, asked=50, now=NOW)
    assert not over
    assert place.wants(rows(1)[0])


@pytest.mark.parametrize("moments", [(100, 9900, 50), (9900, None, 50)])
def test_a_list_in_another_order_is_read_to_its_end(moments):
    place = Place(read=(9000,)).begun(overlap=600, sweep=False)
    place, over = place.turned(rows(*moments), 100, asked=50, now=NOW)
    assert not over
    place, over = place.turned(rows(90, 80), 100, asked=50, now=NOW)
    assert not over


def test_pages_overlap_at_their_seam():
    place = Place(read=(0,)).begun(overlap=600, sweep=False)
    place, over = place.turned(rows(*range(900, 880, -1)), 100, asked=50, now=NOW)
    assert (over, place.start, place.last) == (False, 20 - SEAM, "4519")


def test_a_list_that_moved_up_under_our_hands_is_read_again_next_time():
    place = replace(Place(read=(500,)).begun(overlap=60, sweep=False), start=15, last="4519", newest=900)
    kept, over = place.turned(rows(880, 100), 17, asked=50, now=NOW)
    met, _ = place.turned([Row(number="4519", changed=880), *rows(100)], 17, asked=50, now=NOW)
    assert over
    assert kept.through().read == (500,)
    assert met.through().read == (900,)


def test_how_far_we_are_never_goes_back():
    place = Place(read=(9000,)).begun(overlap=600, sweep=True)
    place, _ = place.turned(rows(200, 100), 2, asked=50, now=NOW)
    assert place.through().read == (9000,)


def test_a_moment_far_ahead_is_a_wrong_clock():
    place = Place(read=(0,)).begun(overlap=600, sweep=False)
    place, _ = place.turned(rows(10**9, 9900), 2, asked=50, now=NOW)
    assert place.through().read == (9900,)
    place, _ = Place(read=(0,)).begun(overlap=600, sweep=False).turned(rows(10**9), 1, asked=50, now=None)
    assert place.through().read == (10**9,)


@pytest.mark.parametrize("total", [None, 0, 3])
def test_an_empty_page_is_the_end_of_a_list(total):
    place = Place(read=(0,)).begun(overlap=600, sweep=False)
    assert place.turned([], total, asked=50, now=NOW)[1]


def test_a_short_page_is_no_end_where_the_system_gives_less_than_it_is_asked_for():
    place = Place(read=(0,)).begun(overlap=600, sweep=False)
    place, over = place.turned(rows(900), 500, asked=50, now=NOW)
    assert (over, place.start) == (False, 1)


class Shop:
    """A list that changes while it is read, and a reader of it."""

    def __init__(self) -> None:
        self.changed = {str(n): n for n in range(1, 40)}
        self.seen: dict[str, int] = {}
        self.place, self.clock = Place(read=(0,)), 100

    def turn_a_page(self) -> bool:
        place = self.place if self.place.at is not None else self.place.begun(overlap=1, sweep=False)
        listed = sorted(self.changed, key=lambda number: -self.changed[number])
        page = [Row(number=number, changed=self.changed[number]) for number in listed[place.start : place.start + 12]]
        self.seen.update({row.number: row.changed or 0 for row in page if place.wants(row)})
        turned, over = place.turned(page, len(self.changed), asked=12, now=None)
        self.place = turned.through() if over else turned
        assert self.place.read >= place.read
        return over

    def change(self, numbers: list[str], gone: list[str]) -> None:
        self.clock += 1
        self.changed.update(dict.fromkeys(numbers, self.clock))
        for number in gone:
            self.changed.pop(number, None)


_SOME = st.lists(st.integers(1, 39).map(str), max_size=9, unique=True)


@given(st.lists(st.tuples(_SOME, _SOME), max_size=12))
def test_whatever_changes_while_pages_are_read_every_dossier_is_met_in_the_end(happenings):
    shop = Shop()
    for changed, gone in happenings:
        shop.turn_a_page()
        shop.change(changed, gone)
    while shop.place.at is not None and not shop.turn_a_page():
        pass
    while not shop.turn_a_page():
        pass
    assert {number: shop.seen.get(number) for number in shop.changed} == shop.changed


def test_repeats_and_more_rows_than_asked_for_take_no_place():
    place = Place(read=(0,)).begun(overlap=600, sweep=False)
    page = [*rows(*range(900, 888, -1)), *rows(900, 899)]
    place, over = place.turned(page, 20, asked=10, now=NOW)
    assert (over, place.start) == (False, 10 - SEAM)
