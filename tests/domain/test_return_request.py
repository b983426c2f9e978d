"""Which request a citizen may make, and what one must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.return_request import (
    Facts,
    KeptRequest,
    Wish,
    brought_home,
    checked_consent,
    checked_picture,
    checked_wish,
    must_be_open,
    possible,
)
from postgw.domain.states import STATES
from postgw.rules.book import rule_book

BEFORE = rule_book().scan_table(date(2026, 11, 23)).rule("delivered").after
PARTY = Party(
    name="Diễn Tập", phone="0912000003", address="Số 7", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh",
    commune_code="18838",
)  # fmt: skip
WISH = Wish(kind="register", party=PARTY)
AT = datetime(2026, 11, 23, tzinfo=UTC)


def item(state: str, *, ended: bool = False, public: bool = True) -> Consignment:
    return Consignment(
        consignment_no="4K7M29TB6HC", dossier_id=1, leg="return", desk="TS", consignor=PARTY, consignee=PARTY,
        rules_version="x", custody=Custody(state=state, holder="post", ended=ended), public_service=public,
    )  # fmt: skip


facts = st.builds(
    Facts, service_form=st.sampled_from(["send", "return", "both"]), may_return=st.booleans(), is_closed=st.booleans(),
    has_phone=st.booleans(), fetches=st.booleans(),
    home=st.lists(
        st.builds(item, st.sampled_from(sorted(STATES)), ended=st.booleans(), public=st.booleans()), max_size=2
    ),
)  # fmt: skip


@given(facts)
def test_there_is_always_one_kind_of_request_or_one_reason(known: Facts) -> None:
    found = possible(known, BEFORE)

    assert (found.kind in {"register", "readdress"}) is (found.why is None)
    assert found.kind == "" or known.has_phone
    assert str(found.why) if found.why else found.kind


@given(facts)
def test_nothing_is_registered_while_a_way_home_lives_or_the_law_leaves_it_out(known: Facts) -> None:
    found = possible(known, BEFORE)

    if found.kind == "register":
        assert known.may_return
        assert not known.is_closed
        assert all(one.custody.state == "cancelled" for one in known.home[-1:])
    if found.carried:
        assert found.kind == "readdress"
        assert found.carried.custody.state in BEFORE
        assert not found.carried.custody.ended


@pytest.mark.parametrize(("state", "kind"), [("registered", "readdress"), ("out_for_delivery", "readdress"),
                                             ("delivered", ""), ("returning", "")])  # fmt: skip
def test_an_address_is_changed_until_the_delivery(state: str, kind: str) -> None:
    assert possible(Facts(service_form="both", may_return=True, home=(item(state),)), BEFORE).kind == kind


def test_a_citizen_who_meant_to_fetch_it_may_register_again() -> None:
    known = Facts(service_form="both", may_return=True, fetches=True, home=(item("cancelled", ended=True),))

    assert possible(known, BEFORE).kind == "register"
    assert possible(replace(known, fetches=False), BEFORE).kind == "readdress"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"party": replace(PARTY, commune_code="")}, "/party/commune"),
        ({"party": replace(PARTY, address=" ")}, "/party/address"),
        ({"party": replace(PARTY, phone="12")}, "/party/phone"),
        ({"party": replace(PARTY, name="")}, "/party/name"),
        ({"reduction": "rich"}, "/reduction"),
        ({"reduction": "poor"}, "/proof"),
        ({"reduction": "poor", "proof": "desk"}, "/note"),
    ],
)
def test_a_wish_is_told_at_the_field_what_is_wanting(change, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        checked_wish(replace(WISH, **change), {"poor"})
    assert wrong.value.field == field


def test_who_claims_nothing_shows_nothing() -> None:
    told = checked_wish(replace(WISH, proof="photo", note="GCN 12"), {"poor"})

    assert (told.proof, told.note) == ("", "")


def test_a_consent_is_to_the_words_in_force() -> None:
    rule = rule_book().return_rule(date(2026, 11, 23))

    assert checked_consent(rule.consent_version, rule) == rule.consent_version
    for given_ in ("", "2020-01-01", "on"):
        with pytest.raises(Invalid):
            checked_consent(given_, rule)


@given(st.binary(max_size=40))
def test_a_picture_is_one_by_its_content(content: bytes) -> None:
    good = not content or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))

    if good:
        assert checked_picture(content, 100) == content
    else:
        with pytest.raises(Invalid):
            checked_picture(content, 100)


def test_what_was_sent_stays_what_it_was_when_the_result_is_to_be_brought() -> None:
    dossier = Dossier(
        intake_ref="1", receiving_desk="TS", procedure_code="1.001193", service_form="send", applicant=PARTY
    )
    brought = brought_home(dossier, WISH, AT)

    assert (brought.service_form, brought.return_to, brought.applicant, brought.consent_at) == (
        "both", PARTY, PARTY, AT,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["confirmed", "refused", "withdrawn"])
def test_what_was_decided_is_not_decided_again(state: str) -> None:
    kept = KeptRequest(
        request_no="DK-1", dossier_id=1, dossier_key="k", desk="TS", state="asked", version=2, wish=WISH,
        consent_at=AT, asked_at=AT, asked_by="citizen.link",
    )  # fmt: skip
    must_be_open(kept, 2)
    for wrong in (lambda: must_be_open(kept, 1), lambda: must_be_open(replace(kept, state=state), 2)):
        with pytest.raises(Conflict):
            wrong()
