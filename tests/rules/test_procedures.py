from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.procedure import Procedure, compare_papers, in_force, require_form
from postgw.rules.procedures import load_procedures, read_procedures

TODAY = date(2026, 11, 23)
ONE = """
[sources]
here = "a place"
[[procedures]]
code = "9.000001"
name = "Việc thử"
sector = "Thử"
level = "commune"
agency = "Ủy ban nhân dân cấp xã"
valid_from = 2025-07-01
checked = true
source = "here"
papers = [{ name = "Đơn", kind = "original" }]
"""


def test_at_least_25_procedures_are_in_force_today() -> None:
    assert len(in_force(load_procedures(), TODAY)) >= 25


def test_no_code_has_two_versions_on_one_day() -> None:
    codes = [procedure.code for procedure in in_force(load_procedures(), TODAY)]
    assert len(codes) == len(set(codes))


def test_whatever_may_not_travel_says_why() -> None:
    silent = [p.code for p in load_procedures() if len(p.forms) < 3 and not p.excluded_reason.endswith(".")]
    assert silent == []


def test_every_checked_code_names_where_it_was_read() -> None:
    assert [p.code for p in load_procedures() if p.checked and not p.source] == []


def test_every_procedure_lists_papers_unless_it_is_electronic() -> None:
    assert [p.code for p in load_procedures() if not p.papers] == ["3.000722", "2.002913"]


def test_only_originals_come_back() -> None:
    lines = [line for p in load_procedures() for line in p.papers if line.must_return or line.must_withdraw]
    assert {line.kind for line in lines} == {"original"}


def test_every_text_is_composed_unicode() -> None:
    texts = [text for p in load_procedures() for text in (p.name, p.agency, *(line.name for line in p.papers))]
    assert [text for text in texts if not unicodedata.is_normalized("NFC", text)] == []


def shipped(code: str, on: date = TODAY) -> Procedure:
    """Return the version of a procedure that ships and is in force on a day."""
    [found] = [each for each in in_force(load_procedures(), on) if each.code == code]
    return found


def test_marriage_is_refused_with_its_reason() -> None:
    with pytest.raises(Invalid, match="cùng có mặt") as caught:
        require_form(shipped("1.000894"), "return")
    assert caught.value.field == "/procedure_code"


def test_a_passport_may_come_home_but_not_be_asked_for_by_post() -> None:
    passport = shipped("1.001456")
    require_form(passport, "return")
    with pytest.raises(Invalid) as caught:
        require_form(passport, "both")
    assert caught.value.field == "/service_form"


def test_a_code_that_ended_is_known_on_its_days_only() -> None:
    ended = date(2025, 3, 1)
    assert shipped("2.000488", ended - timedelta(days=1)).agency == "Sở Tư pháp"
    assert "2.000488" not in {each.code for each in in_force(load_procedures(), ended)}


def test_papers_are_held_against_the_list() -> None:
    extract = shipped("2.000635")
    difference = compare_papers(extract, ["tờ khai cấp bản sao trích lục hộ tịch", "Sổ hộ khẩu"])
    assert [line.name for line in difference.missing] == ["Giấy tờ tùy thân của người yêu cầu"]
    assert difference.beyond == ("Sổ hộ khẩu",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('level = "commune"', 'level = "huyện"'), "unknown level"),
        (('kind = "original"', 'kind = "photo"'), "unknown kinds"),
        (("checked = true", 'checked = true\nforms = ["fax"]\nexcluded_reason = "x"'), "unknown forms"),
        (("checked = true", "checked = true\nforms = []"), "without a reason"),
        (("checked = true", "checked = true\npaperless = true"), "paperless"),
        (('source = "here"', 'source = ""'), "without a source"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused_by_name(change: tuple[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=f"9.000001.*{said}"):
        read_procedures(ONE.replace(*change))


def test_two_versions_of_one_day_are_refused() -> None:
    second = ONE[ONE.index("[[procedures]]") :].replace("2025-07-01", "2026-01-01")
    with pytest.raises(ValueError, match="two versions in force on 2026-01-01"):
        read_procedures(ONE + second)
