"""Publishing a procedure: what a version must tell, which list wins, and where the two lists differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.domain.publication import checked_publication, differences, list_in_force

FORM = ChecklistLine(name="Tờ khai", kind="original")
BIRTH = ChecklistLine(name="Giấy khai sinh", kind="copy")
PORTAL = PaperList(origin="portal", source="Cổng của tỉnh", papers=(FORM, BIRTH))
NATIONAL = PaperList(
    origin="national", source="CSDL quốc gia",
    papers=(replace(FORM, quantity=2), ChecklistLine(name="Sổ hộ khẩu", kind="copy")),
)  # fmt: skip
DRAFT = Procedure(
    code="2.000635.H27", name=" Cấp  bản sao ", sector="Hộ tịch", level="commune", agency="UBND cấp xã",
    forms=("both", "send", "return"), papers=(), lists=(NATIONAL, PORTAL), valid_from=date(2026, 12, 1),
)  # fmt: skip


def test_where_the_two_disagree_the_portals_list_is_the_one_in_force() -> None:
    published = checked_publication(DRAFT)

    assert published.papers == PORTAL.papers
    assert published.source == "Cổng của tỉnh"
    assert (published.code, published.name) == ("2.000635", "Cấp bản sao")


def test_the_national_list_is_in_force_only_where_the_portal_has_none() -> None:
    assert list_in_force((NATIONAL,)) is NATIONAL
    assert list_in_force(()) is None


def test_every_paper_on_which_they_differ_is_shown_with_what_differs() -> None:
    found = {each.name: each.what for each in differences(checked_publication(DRAFT))}

    assert found == {"Tờ khai": ("quantity",), "Giấy khai sinh": ("missing",), "Sổ hộ khẩu": ("missing",)}


def test_names_that_differ_only_in_accents_and_case_are_the_same_paper() -> None:
    national = replace(NATIONAL, papers=(replace(FORM, name="TO KHAI"), BIRTH))

    assert differences(replace(DRAFT, lists=(PORTAL, national))) == ()


def test_one_list_alone_differs_from_nothing() -> None:
    assert differences(replace(DRAFT, lists=(PORTAL,))) == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"forms": ()}, "/excluded_reason"),
        ({"forms": ("return",)}, "/excluded_reason"),
        ({"excluded_reason": "Phải có mặt"}, "/excluded_reason"),
        ({"forms": ("post",)}, "/forms"),
        ({"level": "district"}, "/level"),
        ({"lists": ()}, "/lists"),
        ({"lists": (PORTAL, PORTAL)}, "/lists"),
        ({"lists": (replace(PORTAL, source=" "),)}, "/lists/0/source"),
        ({"lists": (replace(PORTAL, origin="board"),)}, "/lists/0/origin"),
        ({"lists": (replace(PORTAL, papers=(FORM, replace(FORM, name="tờ khai"))),)}, "/lists/0/papers/1/name"),
        ({"lists": (replace(PORTAL, papers=(FORM, replace(BIRTH, kind="scan"))),)}, "/lists/0/papers/1/kind"),
        ({"valid_to": date(2026, 12, 1)}, "/valid_to"),
        ({"fee_dong": -1}, "/fee_dong"),
        ({"code": "x"}, "/code"),
        ({"name": ""}, "/name"),
    ],
)
def test_a_version_that_is_not_whole_is_not_published(change: dict, field: str) -> None:
    with pytest.raises(Invalid) as told:
        checked_publication(replace(DRAFT, **change))

    assert told.value.field == field


def test_what_is_left_out_needs_no_list_but_its_reason() -> None:
    published = checked_publication(replace(DRAFT, forms=(), lists=(), excluded_reason="Phải có mặt."))

    assert (published.served, published.papers) == (False, ())
