"""The paper check: nothing beyond the list is demanded, nothing on it is passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid
from postgw.domain.paper import Paper
from postgw.domain.paper_check import Counted, beyond_list, checked_count
from postgw.domain.procedure import ChecklistLine, Procedure, must_be_listed

LIST = Procedure(
    code="1.004859", name="Cải chính hộ tịch", sector="Hộ tịch", level="commune", agency="UBND", forms=("both",),
    valid_from=date(2025, 7, 1),
    papers=(
        ChecklistLine(name="Tờ khai", kind="original"),
        ChecklistLine(name="Giấy khai sinh", kind="original", must_return=True),
        ChecklistLine(name="Ảnh thẻ", kind="original", quantity=2),
        ChecklistLine(name="Văn bản uỷ quyền", kind="original", required=False),
    ),
)  # fmt: skip
FORM, BIRTH = Paper(name="Tờ khai", kind="original"), Paper(name="giay khai sinh", kind="original")
PHOTOS = Paper(name="Ảnh thẻ", kind="original", quantity=2)


def refusal(**counted: object) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        checked_count(LIST, Counted(**counted))  # type: ignore[arg-type]
    return refused.value.code, refused.value.field


def test_a_paper_outside_the_list_is_never_demanded() -> None:
    demanded = ("Sổ hộ khẩu",)

    assert refusal(present=(FORM, BIRTH, PHOTOS), missing=demanded, guided=True) == (
        "procedure.beyond_list",
        "/missing/0",
    )
    with pytest.raises(Invalid):
        must_be_listed(LIST, demanded, field="/papers")


def test_a_paper_beyond_the_list_may_be_handed_in() -> None:
    book = Paper(name="Sổ hộ khẩu", kind="copy")

    counted = checked_count(LIST, Counted(present=(FORM, BIRTH, PHOTOS, book)))

    assert (beyond_list(LIST, counted), counted.missing) == (("Sổ hộ khẩu",), ())


def test_a_required_paper_that_nobody_counted_is_asked_for() -> None:
    assert refusal(present=(FORM, PHOTOS)) == ("check.not_counted", "/present")


def test_too_few_of_a_paper_are_missing_too() -> None:
    one = replace(PHOTOS, quantity=1)

    assert refusal(present=(FORM, BIRTH, one)) == ("check.not_counted", "/present")
    assert checked_count(LIST, Counted(present=(FORM, BIRTH, one), missing=("Ảnh thẻ",), guided=True)).missing


def test_a_paper_is_not_both_there_and_missing() -> None:
    assert refusal(present=(FORM, BIRTH, PHOTOS), missing=("Tờ khai",), guided=True) == ("check.both", "/missing/0")


def test_whoever_finds_something_missing_guides_the_citizen() -> None:
    assert refusal(present=(FORM, PHOTOS), missing=("Giấy khai sinh",)) == ("check.guide", "/guided")


def test_a_checked_original_is_owed_as_the_list_says() -> None:
    counted = checked_count(LIST, Counted(present=(FORM, BIRTH, PHOTOS)))

    assert [paper.must_return for paper in counted.present] == [False, True, False]


@given(there=st.sets(st.sampled_from(["Tờ khai", "Giấy khai sinh", "Ảnh thẻ"])))
def test_whatever_is_not_there_is_missing_and_nothing_else(there: set[str]) -> None:
    papers = tuple(paper for paper in (FORM, replace(BIRTH, name="Giấy khai sinh"), PHOTOS) if paper.name in there)
    missing = {"Tờ khai", "Giấy khai sinh", "Ảnh thẻ"} - there

    counted = checked_count(LIST, Counted(present=papers, missing=tuple(missing), guided=bool(missing)))

    assert (set(counted.missing), beyond_list(LIST, counted)) == (missing, ())
