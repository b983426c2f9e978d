"""Dossiers between OpenCPS's fields and our words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.opencps import codes, mapping
from adapters.opencps.mapping import Reading, offered_from_wire
from postgw.domain.address import Party
from postgw.domain.ports import FeedReject, OfferedDossier, ReceiptHolder

from .conftest import PERSONAL, WIRE

READING = Reading(desks_of={"H27.15": "TS"})


def offered(changed: str = "", **other) -> OfferedDossier:
    found = offered_from_wire({**WIRE, **other}, READING, changed=changed)
    assert isinstance(found, OfferedDossier), found
    return found


def test_a_dossier_is_read_in_our_words(dossier):
    read = offered().dossier
    assert (read.dossier_no, read.intake_ref, read.receiving_desk) == ("H27.15-261123-0007", "4501", "TS")
    assert (read.procedure_code, read.service_form, read.due_on) == ("1.001193", "return", date(2026, 11, 30))
    assert read.applicant == Party(
        name="Nguyễn Thị Diễn Tập", phone="0540123456", email="dientap@example.vn", address="Tổ dân phố 3",
        commune="Phường Thành Sen", province="Tỉnh Hà Tĩnh",
    )  # fmt: skip
    assert read.return_to == replace(dossier.return_to, email="dientap@example.vn")


@pytest.mark.parametrize(("via", "status", "came", "form"), [
    (2, 0, 0, "return"), ("2", None, None, "return"), (1, 1, 0, "send"), (2, 1, 0, "both"), (3, 2, 0, "both"),
    (4, 3, 0, "both"), (1, 4, 0, ""), (1, 0, 0, ""), (0, 0, 1, "send"), (None, None, None, ""), ("hai", "một", {}, ""),
])  # fmt: skip
def test_the_service_form_follows_from_the_two_numbers(via, status, came, form):
    row = {"viaPostal": via, "vnpostalStatus": status, "fromViaPostal": came}
    assert mapping.service_form(row) == form


def test_papers_that_came_by_post_count_only_where_the_province_says_so():
    assert mapping.service_form({"fromViaPostal": 1}, from_via_postal=False) == ""


@pytest.mark.parametrize(("other", "legs"), [
    ({}, set()), ({"dossierStatus": "releasing"}, {"return"}), ({"vnpostalStatus": 1}, {"send"}),
    ({"vnpostalStatus": 1, "dossierStatus": "releasing"}, {"send", "return"}),
    ({"vnpostalStatus": 2}, set()), ({"dossierStatus": "releasing", "viaPostal": 3}, set()),
    ({"dossierStatus": "chưa từng có"}, set()),
])  # fmt: skip
def test_a_leg_is_due_when_the_system_says_so(other, legs):
    assert offered(**other).legs == legs


@pytest.mark.parametrize("other", [
    {"viaPostal": "1"}, {"dossierStatus": "done"}, {"dossierStatus": "cancelled"}, {"dossierNo": ""},
])  # fmt: skip
def test_what_is_not_of_the_post_or_over_or_without_a_number_is_not_offered(other):
    assert offered_from_wire({**WIRE, **other}, READING) is None


def test_a_dossier_still_to_be_sent_in_needs_no_number():
    assert offered(vnpostalStatus=1, dossierNo=None).dossier.key == "TS/4501"


def test_papers_are_fetched_where_the_profile_says():
    profile = json.dumps({"postalAddress": "Xóm Mới", "postalTelNo": "0540999888", "postalCityName": "Tỉnh Hà Tĩnh"})
    applicant = offered(vnpostalStatus=1, vnpostalProfile=profile).dossier.applicant
    assert (applicant.address, applicant.phone, applicant.commune) == ("Xóm Mới", "0540999888", "")
    assert applicant.name == "Nguyễn Thị Diễn Tập"


@pytest.mark.parametrize("profile", ["{", "[]", "null", "", None, 5, '{"postalAddress": ""}'])
def test_a_profile_that_cannot_be_read_leaves_the_applicant_s_own_address(profile):
    assert offered(vnpostalStatus=1, vnpostalProfile=profile).dossier.applicant.address == "Tổ dân phố 3"


def test_without_an_address_of_its_own_the_result_goes_to_the_applicant():
    assert offered(postalAddress="").dossier.return_to is None


def test_the_receipt_code_needs_all_its_parts():
    assert offered().receipt_code == "D-k12x-4501-77"
    assert [offered("", **{part: None}).receipt_code for part in ("password", "counter")] == ["", ""]


def test_the_same_state_has_the_same_record_and_another_state_another():
    same = {offered(**other).record_id for other in ({}, {"lockState": "1"}, {"lastActionCode": "1"})}
    others = {
        offered(**other).record_id
        for other in ({"dossierStatus": "releasing"}, {"postalTelNo": "0540111223"}, {"password": "k13"})
    }
    assert (len(same), len(same | others)) == (1, 4)
    assert all(len(one) <= 120 for one in same | others)


def test_a_state_that_comes_back_is_another_record():
    assert offered("23/11/2026 08:00:00").record_id != offered("24/11/2026 08:00:00").record_id


def test_an_agency_that_no_desk_is_named_for_is_put_aside_with_the_reason():
    found = offered_from_wire({**WIRE, "govAgencyCode": "H27.99"}, READING)
    assert isinstance(found, FeedReject)
    assert "H27.99" in found.reason
    assert len(found.record_id) <= 64
    assert not [word for word in PERSONAL if word in f"{found.raw}{found.reason}"]
    assert json.loads(found.raw)["dossierId"] == 4501


@pytest.mark.parametrize(("said", "read"), [
    ("23/11/2026 08:00:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
    ("23/11/2026", datetime(2026, 11, 22, 17, tzinfo=UTC)),
    ("20261123080000", datetime(2026, 11, 23, 1, tzinfo=UTC)), ("31/02/2026 08:00:00", None), ("", None), (None, None),
    (True, None), ({}, None),
])  # fmt: skip
def test_moments_are_vietnam_s(said, read):
    assert mapping.moment(said) == read


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_second(at):
    assert mapping.moment(mapping.stamp(at)) == at.replace(microsecond=0)


_WORDS = st.text(st.characters(whitelist_categories=["L", "N"], whitelist_characters=" ,"), min_size=1).map(str.strip)


@given(st.builds(Party, name=st.just("A"), phone=_WORDS, address=_WORDS.filter(bool), commune=_WORDS, province=_WORDS))
def test_an_address_comes_back_as_it_went(party):
    assert mapping.postal_from_wire(mapping.postal_to_wire(party), "A") == party


@given(st.dictionaries(st.sampled_from(sorted(WIRE)), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_no_dossier_is_so_bad_that_reading_it_fails(other):
    found = offered_from_wire({**WIRE, **other}, READING)
    assert found is None or isinstance(found, OfferedDossier | FeedReject)


def test_a_holder_is_shown_in_opencps_s_own_fields(dossier):
    shown = mapping.holder_to_wire(ReceiptHolder(dossier=dossier))
    assert (shown["dossierId"], shown["dossierNo"], shown["viaPostal"]) == (4501, "H27.15-261123-0007", "2")
    assert (shown["postalAddress"], shown["delegateName"]) == ("Số 5 ngõ 2", "Trần Văn Diễn Tập")
    assert mapping.postal_from_wire(shown, "Trần Văn Diễn Tập") == dossier.return_to


def test_a_closed_dossier_says_when():
    closed = {**WIRE, "dossierStatus": "done", "finishDate": "30/11/2026 09:30:00"}
    assert mapping.standing_from_wire(closed, codes.shipped()).closed_at == datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
    still = {**closed, "dossierStatus": "releasing"}
    assert mapping.standing_from_wire(still, codes.shipped()).closed_at is None


def test_what_is_offered_shows_no_person_in_its_repr():
    assert not [word for word in PERSONAL if word in repr(offered())]
