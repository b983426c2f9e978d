from __future__ import annotations

import doctest

import pytest

from labels import bars
from postgw.domain.errors import Invalid


def test_the_doctests_hold() -> None:
    assert doctest.testmod(bars).failed == 0


@pytest.mark.parametrize("text", ["", "Hà Tĩnh", "A\nB", "A" * 81])
@pytest.mark.parametrize("symbol", [bars.code128, bars.qr])
def test_what_a_symbol_cannot_carry_is_refused(symbol: object, text: str) -> None:
    with pytest.raises(Invalid, match="Mã vạch chỉ nhận"):
        symbol(text)  # type: ignore[operator]


def test_a_consignment_number_fits_the_smallest_qr() -> None:
    assert bars.qr("4K7M29TB6HC").modules == 21
