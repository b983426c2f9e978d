"""How much is tried, and what strangers send: for every test that throws at a reader what nobody should send.

POSTGW_FUZZ=full tries many times as much, at random; its seed is in what a failure prints (`--hypothesis-seed` brings
it back). The ordinary run tries the same few each time, so that nobody's change fails for another's bad luck.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FULL = os.environ.get("POSTGW_FUZZ") == "full"
#: How many times the full run tries what the ordinary one tries once.
TIMES = 20

#: Signs that have made readers stumble: none, half of a pair, right to left, wide, combining, digits of others.
ODD_SIGNS = "\0\x1b\x7f\x85\u2028\u202e\ufeff\ufffd\ud800\udcff٣１²½ﬁßİıỆ💌\u0301\t\r\n \"'\\;,|<>&%{}[]=+-@"
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(codec=None), max_size=20),  # half pairs too: JSON can write them
    st.text(st.sampled_from(ODD_SIGNS), max_size=12),
    st.sampled_from([
        "", "0", "-1", "1e999", "NaN", "null", "true", "9" * 30, "2026-11-23", "2026-02-30", "0000-00-00",
        "2026-11-23T08:00:00+07:00", "9999-12-31T23:59:59Z", "24:60", "4K7M29TB6HC", "RR473124829VN",
        "../../etc/passwd", "=1+1", "A" * 5000, "http://[::1", "%00", "${x}", "{0.__class__}", "TS",
        "18628", "0912000003",
    ]),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(), st.integers(min_value=-(2**70), max_value=2**70), st.floats(),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, 1e308, -0.0, 0.5]),
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def tried(few: int) -> Callable[[Any], Any]:
    """Try a property so many times, and in the full run many more."""
    return settings(
        max_examples=few * TIMES if FULL else few, derandomize=not FULL, deadline=None, print_blob=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def shaped(sample: Any, *, strange: int = 6) -> st.SearchStrategy[Any]:
    """Give values of the shape of a right one, where here and there something else stands, is missing or is more."""
    right: st.SearchStrategy[Any]
    if isinstance(sample, dict):
        right = st.fixed_dictionaries({}, optional={name: shaped(value) for name, value in sample.items()})
        more = st.dictionaries(TEXTS, JSON, max_size=2)
        right = st.builds(lambda known, new: {**sample, **new, **known}, right, more) | right
    elif isinstance(sample, list):
        right = st.lists(shaped(sample[0]) if sample else JSON, max_size=4)
    else:
        right = st.just(sample)
    return st.integers(0, strange).flatmap(lambda n: JSON if n == 0 else right)


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """Give a right file with some bytes changed, cut out, doubled or cut off."""
    places = st.integers(0, max(len(whole) - 1, 0))

    def change(edits: list[tuple[int, int, bytes]]) -> bytes:
        made = bytearray(whole)
        for place, length, put in edits:
            made[place : place + length] = put
        return bytes(made)

    edits = st.tuples(places, st.sampled_from([0, 1, 2, 40, 10**9]), st.binary(max_size=6))
    return st.lists(edits, min_size=1, max_size=4).map(change)
