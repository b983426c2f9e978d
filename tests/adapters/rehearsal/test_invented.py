from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from adapters.rehearsal.invented import (
    PHONE_PREFIX,
    agencies,
    as_json,
    desks,
    invented_dossiers,
    offices,
    place_codes,
)
from postgw.domain import dossier_number
from postgw.domain.dossier import Dossier, checked_dossier
from postgw.domain.procedure import in_force, procedure_code, require_form
from postgw.rules import places
from postgw.rules.procedures import load_procedures

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def pile() -> list[Dossier]:
    return list(invented_dossiers(seed=45, count=400, on=DAY, desks=desks()))


def test_the_same_seed_and_day_give_the_same_dossiers(pile: list[Dossier]) -> None:
    assert list(invented_dossiers(seed=45, count=400, on=DAY, desks=desks())) == pile


def test_another_seed_gives_other_dossiers(pile: list[Dossier]) -> None:
    assert list(invented_dossiers(seed=46, count=400, on=DAY, desks=desks())) != pile


def test_every_commune_and_the_province_have_a_desk_of_their_own() -> None:
    communes = {desk.commune_code for desk in desks() if desk.level == "commune"}
    assert communes == {unit.code for unit in places.communes("42")}
    assert [desk.code for desk in desks() if desk.level == "province"] == ["HT"]


def test_desk_codes_and_identifiers_are_unique_and_well_formed() -> None:
    codes = [desk.code for desk in desks()] + [agency.code for agency in agencies()]
    identifiers = [desk.identifier for desk in desks()] + [agency.identifier for agency in agencies()]
    assert max(Counter(codes).values()) == max(Counter(identifiers).values()) == 1
    assert all(re.fullmatch(r"[A-Z0-9]{2,6}", code) for code in codes)


def test_every_place_has_a_code_and_an_office_of_the_post(pile: list[Dossier]) -> None:
    known = {row.commune_code: row for row in place_codes()}
    lived_in = {party.commune_code for d in pile for party in (d.applicant, d.return_to) if party} - {""}
    assert lived_in <= set(known)
    assert {row.office for row in place_codes() if row.province == 48} == {office.code for office in offices()}


def test_offices_of_ha_tinh_lie_within_its_postal_codes() -> None:
    assert all(45000 <= int(office.code) <= 46999 for office in offices())


def test_every_dossier_is_one_that_intake_takes(pile: list[Dossier]) -> None:
    procedures = {each.code: each for each in in_force(load_procedures(), DAY)}
    for dossier in pile:
        checked_dossier(dossier, at=AT)
        require_form(procedures[procedure_code(dossier.procedure_code)], dossier.service_form)


def test_codes_of_every_generation_occur_and_none_twice(pile: list[Dossier]) -> None:
    numbers = [dossier.dossier_no for dossier in pile if dossier.dossier_no]
    assert {dossier_number.parse(number).generation for number in numbers} == {"old", "new", "ministry"}
    assert len(numbers) == len(set(numbers))


def test_twenty_dossiers_are_enough_for_every_generation() -> None:
    few = invented_dossiers(seed=1, count=20, on=DAY, desks=desks()[:2])
    assert {dossier_number.parse(d.dossier_no).generation for d in few if d.dossier_no} == {"old", "new", "ministry"}


def test_what_is_still_to_be_received_has_no_code_and_no_due_date(pile: list[Dossier]) -> None:
    waiting = [dossier for dossier in pile if not dossier.dossier_no]
    assert {dossier.service_form for dossier in waiting} == {"send", "both"}
    assert {dossier.due_on for dossier in waiting} == {None}


def test_no_telephone_is_outside_the_invented_range(pile: list[Dossier]) -> None:
    phones = [party.phone for d in pile for party in (d.applicant, d.return_to) if party]
    assert [phone for phone in phones if not re.fullmatch(rf"{PHONE_PREFIX}[0-9]{{6}}", phone)] == []


def test_mail_goes_to_no_real_domain(pile: list[Dossier]) -> None:
    assert {d.applicant.email.partition("@")[2] for d in pile} == {"", "example.com"}


def test_names_are_composed_unicode_and_some_are_long(pile: list[Dossier]) -> None:
    names = [dossier.applicant.name for dossier in pile]
    assert [name for name in names if not unicodedata.is_normalized("NFC", name)] == []
    assert max(len(name) for name in names) > 40


def test_addresses_of_two_and_of_three_levels_occur(pile: list[Dossier]) -> None:
    three = sum(bool(dossier.applicant.district) for dossier in pile)
    assert 0 < three < len(pile) / 4


def test_nothing_lies_ahead_of_the_day(pile: list[Dossier]) -> None:
    assert all(dossier.consent_at is not None and dossier.consent_at < AT for dossier in pile)
    assert all(dossier_number.parse(d.dossier_no).received_on <= DAY for d in pile if d.dossier_no)


def test_the_json_is_that_of_the_api(pile: list[Dossier]) -> None:
    body = as_json(pile[0])
    assert set(body) == set(Dossier.__dataclass_fields__)
    assert set(body["applicant"]) == {
        "name", "phone", "email", "address", "commune", "district", "province", "commune_code",
    }  # fmt: skip
    assert isinstance(body["consent_at"], str)
