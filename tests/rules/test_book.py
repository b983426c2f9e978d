from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from postgw.domain.states import STATES
from postgw.rules import book
from postgw.rules.book import rule_book

TODAY = date(2026, 11, 23)
ROW = {"title": "Đến", "title_en": "Arrived"}


def rows_of_states() -> dict[str, Any]:
    return {state: {"title": state, "title_en": state, "stage": "registered"} for state in STATES}


def data_with(**codes: dict[str, Any]) -> dict[str, Any]:
    return {"version": "2030-01-01", "states": rows_of_states(), "codes": {"correction": ROW, "unknown": ROW, **codes}}


def test_the_table_in_force_is_the_newest_that_has_begun():
    assert rule_book().scan_table(TODAY).version == "2025-07-01"


def test_of_several_versions_a_day_finds_its_own():
    versions = {"2025-07-01": 1, "2026-12-01": 2, "2027-01-01": 3}

    assert book._in_force(versions, date(2026, 12, 31)) == "2026-12-01"


def test_a_version_begins_on_its_day():
    assert book._in_force({"2025-07-01": 1, "2026-12-01": 2}, date(2026, 12, 1)) == "2026-12-01"


def test_a_day_before_the_first_version_finds_the_first():
    assert rule_book().scan_table(date(1999, 1, 1)).version == "2025-07-01"


def test_a_consignment_finds_the_table_under_which_it_began():
    assert rule_book().scan_table_of("2025-07-01").version == "2025-07-01"


def test_a_version_that_never_was_is_not_replaced_by_another():
    with pytest.raises(KeyError):
        rule_book().scan_table_of("1999-01-01")


def test_every_version_begins_on_the_day_it_is_named_after():
    for data in [*book._versions("scan_codes"), *book._versions("reasons")]:
        assert data["version"] == data["valid_from"].isoformat()


def test_every_list_of_reasons_that_a_word_names_exists():
    named = {rule.reasons for rule in rule_book().scan_table(TODAY).codes.values() if rule.reasons}

    assert named <= set(rule_book().reasons_on(TODAY))


def test_every_word_state_and_reason_has_a_title_in_both_languages():
    table, reasons = rule_book().scan_table(TODAY), rule_book().reasons_on(TODAY)
    entries: list[Any] = [
        *table.codes.values(),
        *table.states.values(),
        *(reason for rows in reasons.values() for reason in rows.values()),
    ]

    assert all(entry.title and entry.title_en for entry in entries)


def test_a_return_may_have_every_reason_that_the_postal_law_knows():
    assert set(rule_book().reasons_on(TODAY)["return"]) >= {
        "two_invitations",
        "refused",
        "address",
        "moved",
        "not_found",
    }


def test_only_codes_that_a_published_source_shows_are_shipped_as_international_codes():
    assert {rule.emsevt for rule in rule_book().scan_table(TODAY).codes.values()} <= {"", "EMH", "EMI"}


def test_the_book_is_read_once():
    assert rule_book() is rule_book()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({**ROW, "state": "vanished"}, "scan word arrived: unknown states: vanished"),
        ({**ROW, "after": ["vanished"]}, "scan word arrived: unknown states: vanished"),
        ({**ROW, "keep": ["held"]}, "scan word arrived: unknown keys: keep"),
        ({**ROW, "holder": "postman"}, "scan word arrived: unknown holder: postman"),
        ({**ROW, "after": ["held"], "keeps": ["held"]}, "scan word arrived: states both kept and left: held"),
    ],
)
def test_a_wrong_row_is_refused_with_its_name(row: dict[str, Any], sentence: str):
    with pytest.raises(ValueError, match=sentence):
        book._scan_table(data_with(arrived=row))


def test_a_table_without_one_of_the_states_is_refused():
    data = data_with()
    del data["states"]["held"]

    with pytest.raises(ValueError, match="states missing or unknown: held"):
        book._scan_table(data)


def test_a_state_of_an_unknown_stage_is_refused():
    data = data_with()
    data["states"]["held"]["stage"] = "limbo"

    with pytest.raises(ValueError, match="state held: unknown stage: limbo"):
        book._scan_table(data)


@pytest.mark.parametrize("word", ["correction", "unknown"])
def test_a_table_without_the_words_that_the_fold_needs_is_refused(word: str):
    data = data_with()
    del data["codes"][word]

    with pytest.raises(ValueError, match=f"no row for: {word}"):
        book._scan_table(data)


def test_a_form_bears_the_title_of_the_circular_in_force_on_its_day():
    before, since = (rule_book().forms_on(date(2025, 9, day)) for day in (14, 15))

    assert (before["apology"].title, before["apology"].basis) == (
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "Thông tư 01/2018/TT-VPCP",
    )
    assert since["apology"].title == "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    assert "stop" not in before
    assert (since["stop"].number, since["control"].number) == ("Mẫu số 05", "Mẫu số 06")


def test_a_newer_list_of_reasons_keeps_every_reason_of_the_one_before():
    versions = [rule_book().reasons[version] for version in sorted(rule_book().reasons)]

    for older, newer in pairwise(versions):
        for name, reasons in older.items():
            assert {code: newer[name][code] for code in reasons} == dict(reasons)


def test_every_reason_not_to_carry_and_to_send_back_names_its_law():
    for name in ("not_carried", "rejection"):
        reasons = rule_book().reason_list(name, date(2026, 11, 23))
        assert [code for code, reason in reasons.items() if not reason.source] == []


def test_a_dossier_is_asked_again_once_and_examined_within_three_days():
    rule = rule_book().filing_rule(date(2026, 11, 23))

    assert (rule.supplements, rule.examination_days) == (1, 3)
