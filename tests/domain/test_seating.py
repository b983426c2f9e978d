"""A crowd is seated as a few are, and no device makes everybody wait by telling of one item again and again."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postgw.domain.scan import Scan, Witness
from postgw.domain.seating import FEW, seated, seated_in_a_crowd
from postgw.domain.witnesses import by_time, gathered, uncancelled

BEGAN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def _told(n: int, source: str, office: str, minutes: int, witness: Witness, **more: str) -> Scan:
    at = BEGAN + timedelta(minutes=minutes)
    return Scan(
        source=source, source_id=str(n), witness=witness, code=more.pop("code", "arrived"), office=office,
        occurred_at=at, received_at=at, **more,  # type: ignore[arg-type]
    )  # fmt: skip


_TELLINGS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["", "1", "2", "3"]),
        st.integers(0, 40).map(lambda n: n * 90), st.sampled_from(list(Witness)),
    ), max_size=40,
)  # fmt: skip


def _in_order(tellings: list[tuple[str, str, int, Witness]]) -> list[Scan]:
    scans = [_told(n, *telling) for n, telling in enumerate(tellings)]
    return sorted(scans, key=lambda scan: (-scan.witness, by_time(scan)))


@settings(max_examples=400)
@given(_TELLINGS)
def test_a_crowd_sits_as_a_few_do(tellings: list[tuple[str, str, int, Witness]]) -> None:
    scans = _in_order(tellings)

    assert seated_in_a_crowd(scans) == seated(scans)


_SHAPES: dict[str, Callable[[int], list[Scan]]] = {
    "one device": lambda n: [_told(k, "a", "1", k, Witness.SCANNED) for k in range(n)],
    "one feed": lambda n: [_told(k, "a", "1", k, Witness.STATED) for k in range(n)],
    "one device after another": lambda n: [
        _told(k, "ab"[2 * k // n], "1", k % (n // 2), Witness.SCANNED) for k in range(n)
    ],
    "a device and then a feed": lambda n: [
        _told(k, "ab"[2 * k // n], "1", k % (n // 2), Witness(2 - 2 * k // n)) for k in range(n)
    ],
    "a device of many names": lambda n: [_told(k, f"a{k}", "1", k, Witness.SCANNED) for k in range(n)],
    "two devices at many offices": lambda n: [_told(k, "ab"[k % 2], f"o{k}", k, Witness.SCANNED) for k in range(n)],
    "devices that know no office": lambda n: [_told(k, "ab"[k % 2], "", k, Witness.SCANNED) for k in range(n)],
    "all at one moment": lambda n: [_told(k, f"a{k % 3}", f"{k}", 0, Witness.SCANNED) for k in range(n)],
    "corrections of corrections": lambda n: [
        _told(k, "a", "1", k, Witness.SCANNED, code="correction", cancels=f"a#{k - 1}") for k in range(n)
    ],
    "corrections in a circle": lambda n: [
        _told(k, "a", "1", k, Witness.SCANNED, code="correction", cancels=f"a#{(k - 1) % n}") for k in range(n)
    ],
    "attempts": lambda n: [_told(k, "ab"[k % 2], "1", k, Witness.SCANNED, code="attempted") for k in range(n)],
}  # fmt: skip


def _steps(scans: list[Scan]) -> int:
    """Return how many calls it takes to gather statements: what a clock would say, without the clock."""
    profile = cProfile.Profile()
    profile.enable()
    gathered(uncancelled(scans))
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("shape", _SHAPES)
def test_twice_as_many_statements_take_about_twice_as_much(shape: str) -> None:
    many = _SHAPES[shape]

    assert _steps(many(4000)) < 2.4 * _steps(many(2000))


def test_a_long_journey_is_gathered_as_a_crowd_and_tells_the_same() -> None:
    scans = [_told(k, "ab"[k % 2], "1", k * 30, Witness(1 + k % 2)) for k in range(3 * FEW)]

    assert gathered(uncancelled(scans)) == seated(sorted(scans, key=lambda scan: -scan.witness))
