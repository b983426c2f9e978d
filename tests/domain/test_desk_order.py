from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.address import Party
from postgw.domain.desk_order import DeskCard, DeskOrder, Direction, checked_desk_order, direction_of, stem_of
from postgw.domain.errors import Invalid

DESK = DeskCard(desk="TS", names=("Trung tâm PVHCC phường Thành Sen", "Bộ phận Một cửa"), phones=("0540000001",))
OTHER = DeskCard(desk="KA", names=("Trung tâm PVHCC phường Kỳ Anh",))
CITIZEN = Party(name="Nguyễn Văn Ánh", phone="0912000003", address="Tổ 3")


def an_order(consignor: Party, consignee: Party) -> DeskOrder:
    return DeskOrder(customer_code="HCC", order_no="X", consignor=consignor, consignee=consignee)


@pytest.mark.parametrize(
    "written",
    [
        Party(name="BỘ PHẬN MỘT CỬA"), Party(name="Bo phan Mot cua"), Party(name="Văn phòng", phone="+84 540 000 001"),
        Party(name="trung tâm pvhcc  phường thành sen"),
    ],
)  # fmt: skip
def test_a_desk_is_known_by_its_names_however_typed_and_by_its_telephone(written: Party) -> None:
    assert direction_of(an_order(written, CITIZEN), [DESK, OTHER]) == Direction(leg="return", desk="TS")
    assert direction_of(an_order(CITIZEN, written), [DESK, OTHER]) == Direction(leg="send", desk="TS", to_desk="TS")


def test_between_two_desks_it_is_a_transfer_and_between_strangers_nobody_knows() -> None:
    here, there = Party(name="Bộ phận Một cửa"), Party(name="Trung tâm PVHCC phường Kỳ Anh")

    assert direction_of(an_order(here, there), [DESK, OTHER]) == Direction(leg="transfer", desk="TS", to_desk="KA")
    assert direction_of(an_order(CITIZEN, CITIZEN), [DESK, OTHER]) is None
    assert direction_of(an_order(Party(name="x", phone="khong co so"), CITIZEN), [DESK]) is None


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=40), st.floats(1e-9, 0.999))
def test_the_dice_of_a_collection_come_off_whatever_number_and_fraction_java_writes(number: str, dice: float) -> None:
    fraction = repr(dice).replace("e-0", "E-").replace("e-", "E-")

    if "\n" not in number and "." in fraction:
        assert stem_of(f"{number}__{fraction}") == stem_of(number) or stem_of(f"{number}__{fraction}") == number


@pytest.mark.parametrize("side", ["consignor", "consignee"])
@pytest.mark.parametrize("part", ["name", "phone", "address"])
def test_an_order_without_an_end_is_refused_by_the_name_the_wire_has_for_it(side: str, part: str) -> None:
    ends: dict[str, Any] = {"consignor": CITIZEN, "consignee": CITIZEN}
    ends[side] = Party(**{"name": "A", "phone": "1", "address": "B", part: " "})

    with pytest.raises(Invalid) as refused:
        checked_desk_order(DeskOrder(customer_code="HCC", order_no="X", **ends))

    wire = {"name": "Name", "phone": "Tel", "address": "Address"}[part]
    assert refused.value.field == f"/{'Sender' if side == 'consignor' else 'Receiver'}{wire}"
