"""Translation there and back loses nothing; what comes in another dress is read all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.national_portal import codes
from adapters.national_portal.mapping import (
    RECORD_KEYS,
    Record,
    Step,
    code_text,
    moment_from_wire,
    moment_to_wire,
    record_from_wire,
    record_to_wire,
    returned_to_wire,
    step_from_wire,
    step_to_wire,
)
from adapters.national_portal.settings import PortalSettings
from postgw.domain.errors import Invalid
from postgw.domain.states import STATES

NUMBER = "000.00.16.H42-261120-0007"
moments = st.datetimes(datetime(1990, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
texts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30)
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
statuses = st.sampled_from([str(n) for n in range(12)])
agencys = [key for key in RECORD_KEYS if key not in ("MaHoSo", "TrangThaiHoSo", "NgayTra")]
told = st.dictionaries(st.sampled_from(agencys), texts | st.lists(st.dictionaries(texts, texts), max_size=2))


@given(moments)
def test_a_moment_comes_back(at):
    assert moment_from_wire(moment_to_wire(at)) == at
    assert moment_from_wire(int(moment_to_wire(at))) == at


@given(st.builds(Step, dossier_no=names, at=moments, status=statuses, text=texts, handler=texts))
def test_a_step_comes_back(step):
    assert step_from_wire(step_to_wire(step)) == step


@given(told, statuses, moments | st.none())
def test_a_record_comes_back(told, status, returned_at):
    known = {**told, "MaHoSo": NUMBER, "TrangThaiHoSo": status}
    if returned_at:
        known["NgayTra"] = moment_to_wire(returned_at)
    record = Record(dossier_no=NUMBER, status=status, returned_at=returned_at, told=known)
    assert record_from_wire(record_to_wire(record)) == record


@given(told, moments)
def test_a_returned_record_differs_in_status_moment_and_way_alone(told, at):
    record = record_from_wire({**told, "MaHoSo": NUMBER, "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261122160000"})
    row = returned_to_wire(record, status="10", returned_at=at)
    ours = {"TrangThaiHoSo": "10", "NgayTra": moment_to_wire(at), "HinhThuc": "1"}
    assert row == {**record.told, **ours}
    assert "NgayKetThucXuLy" not in row


def test_keys_in_another_case_and_numbers_for_text_are_read():
    record = record_from_wire({"mahoso": NUMBER, "TRANGTHAIHOSO": 9, "sobiennhan": 25000.0, "la": 1, "Email": None})
    assert record.told == {"MaHoSo": NUMBER, "TrangThaiHoSo": "9", "SoBienNhan": "25000"}
    assert record.status == "9"


@pytest.mark.parametrize("wire", [None, [], {}, {"MaHoSo": NUMBER}, {"TrangThaiHoSo": 9}, {"MaHoSo": [], "x": 1}])
def test_a_record_without_number_or_status_cannot_be_read(wire):
    with pytest.raises(ValueError, match="không"):
        record_from_wire(wire)


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none(), st.booleans(), st.lists(st.integers())))
def test_every_code_has_a_word_and_a_title(value):
    word = codes.word_of(code_text(value), codes.shipped())
    assert word in codes.WORDS | {codes.UNKNOWN}
    assert codes.title_of(word)


def test_the_table_holds_the_eleven_codes_and_each_step_is_one_of_our_states():
    assert list(codes.shipped()) == [str(n) for n in range(11)]
    assert set(codes.shipped().values()) == codes.WORDS
    assert {state for state in STATES if codes.step_of(state)} >= {"collected", "attempted", "delivered", "returning"}
    assert codes.step_of("nonsense") == ""


def test_a_step_is_shown_whoever_wrote_it():
    step = Step(dossier_no=NUMBER, at=datetime(2026, 11, 23, 2, tzinfo=UTC), status="9", text="Đã nhận")
    shown = Record(dossier_no=NUMBER, status="9", steps=(Step(dossier_no="", at=step.at, status="", text=step.text),))
    later = Step(dossier_no=NUMBER, at=step.at + timedelta(seconds=1), status="9", text=step.text)
    assert (shown.shows(step), shown.shows(later)) == (True, False)


GIVEN: dict[str, Any] = {"base_url": "https://truc.example", "site": "000.00.00.H42", "integration_endpoint": "/mapi/g",
         "auth_endpoint": "/mapi/login", "key": "k", "secret": "s"}  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [
    ({"base_url": ""}, "portal.missing"), ({"site": ""}, "portal.missing"), ({"key": ""}, "portal.missing"),
    ({"secret": ""}, "portal.missing"), ({"integration_endpoint": ""}, "portal.missing"),
    ({"auth_endpoint": ""}, "portal.missing"), ({"base_url": "http://truc.example"}, "portal.https"),
    ({"base_url": "truc.example"}, "portal.https"), ({"base_url": "https://[x"}, "portal.https"),
    ({"envelope": "soap"}, "portal.envelope"), ({"codes": {"11": "xong"}}, "codes.word"),
    ({"codes": {"10": "finished"}}, "codes.missing"),
])  # fmt: skip
def test_a_wrong_setting_is_named(change, code):
    with pytest.raises(Invalid) as verdict:
        PortalSettings(**{**GIVEN, **change})
    assert verdict.value.code == code


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"])
def test_this_machine_may_be_spoken_to_without_tls(base):
    assert PortalSettings(**{**GIVEN, "base_url": base}).address("/x").path == "/x"


def test_no_secret_is_shown():
    shown = repr(PortalSettings(**{**GIVEN, "key": "ten-dang-nhap", "secret": "mat-khau"}))
    assert "ten-dang-nhap" not in shown
    assert "mat-khau" not in shown
