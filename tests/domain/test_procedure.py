from __future__ import annotations

from datetime import date

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.procedure import ChecklistLine, Procedure, must_be_listed

BIRTH = Procedure(
    code="2.000635", name="Cấp bản sao trích lục hộ tịch", sector="Hộ tịch", level="commune", agency="UBND cấp xã",
    forms=("send", "return", "both"), valid_from=date(2025, 7, 1), source="Cổng Dịch vụ công của tỉnh",
    papers=(ChecklistLine(name="Tờ khai", kind="original"), ChecklistLine(name="Giấy khai sinh", kind="copy")),
)  # fmt: skip


def test_what_stands_on_the_list_may_be_asked_for() -> None:
    must_be_listed(BIRTH, ("Giấy khai sinh", "  tờ khai "), field="/papers")
    must_be_listed(BIRTH, (), field="/papers")


def test_what_is_beyond_the_list_is_refused_by_name_and_the_list_named() -> None:
    with pytest.raises(Invalid) as told:
        must_be_listed(BIRTH, ("Tờ khai", "Sổ hộ khẩu", "Giấy xác nhận"), field="/papers")
    sentence = str(told.value)
    assert "“Sổ hộ khẩu”, “Giấy xác nhận”" in sentence
    assert "Tờ khai" not in sentence
    assert "Cổng Dịch vụ công của tỉnh" in sentence
    assert (told.value.code, told.value.field) == ("procedure.beyond_list", "/papers/1")


def test_of_a_long_demand_the_refusal_names_only_the_first() -> None:
    with pytest.raises(Invalid) as told:
        must_be_listed(BIRTH, [f"Giấy số {n}" for n in range(400)], field="/papers")
    assert len(str(told.value)) < 400
