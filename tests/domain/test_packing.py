"""Packing: a seal, a witness, and when an agency may seal by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from postgw.domain.errors import Conflict, Invalid
from postgw.domain.packing import BulkAgreement, Packing, checked_packing, must_be_covered, next_packing

FIRST = Packing(
    seal_no="NP-1", packed_by="Trần Diễn Tập", witness="Nguyễn Diễn Tập", recorded_by="t",
    packed_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
)  # fmt: skip
AGREEMENT = BulkAgreement(
    agreement_no="TT-261123-001", desk="TS", covers="200 bằng", valid_from=date(2026, 11, 23),
    valid_to=date(2026, 12, 1), author="a", reason="r",
)  # fmt: skip


@pytest.mark.parametrize("seal", ["", "A", "niêm phong", "A B C", "-12", "N" * 31])
def test_what_is_no_seal_number_is_refused(seal: str) -> None:
    with pytest.raises(Invalid, match="niêm phong"):
        checked_packing(replace(FIRST, seal_no=seal), "send")


def test_the_post_seals_before_a_witness() -> None:
    with pytest.raises(Invalid, match="chứng kiến"):
        checked_packing(replace(FIRST, witness=" "), "send")


def test_an_agency_seals_only_what_it_gives_away() -> None:
    with pytest.raises(Invalid) as refused:
        checked_packing(replace(FIRST, sealed_by="agency", witness=""), "send")

    assert refused.value.code == "seal.leg"
    assert checked_packing(replace(FIRST, sealed_by="agency", witness=""), "return").witness_of == "agency"


@pytest.mark.parametrize(
    ("desk", "on", "covered"),
    [
        ("TS", date(2026, 11, 22), False), ("TS", date(2026, 11, 23), True), ("TS", date(2026, 11, 30), True),
        ("TS", date(2026, 12, 1), False), ("KA", date(2026, 11, 25), False),
    ],
)  # fmt: skip
def test_an_agreement_covers_its_desk_on_its_days(desk: str, on: date, covered: bool) -> None:
    if covered:
        must_be_covered(AGREEMENT, AGREEMENT.agreement_no, desk, on)
        return
    with pytest.raises(Conflict):
        must_be_covered(AGREEMENT, AGREEMENT.agreement_no, desk, on)


def test_packed_again_it_tells_why_and_what_was_inside() -> None:
    with pytest.raises(Invalid, match="đóng gói lại"):
        next_packing(FIRST, [FIRST])
    with pytest.raises(Invalid, match="[Bb]ản kê"):
        next_packing(replace(FIRST, reason="Rách"), [FIRST])

    assert next_packing(replace(FIRST, reason="Rách", inventory="Đủ 3 giấy"), [FIRST]).ordinal == 2
