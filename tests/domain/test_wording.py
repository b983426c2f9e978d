"""Every text fits one message, bears no accent and no name, and says the day when it is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from postgw.domain import wording
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.secret_link import link_of
from postgw.domain.wording import citizen_text, link_purpose

NAME = "Nguyễn Thị Diễn Tập"
KINDS = sorted({*wording._SEND, *wording._RETURN, *wording._REJECTED})
DUE = {"due_on": "2026-12-07"}


def consignment(leg: str, *, without_result: bool = False) -> Consignment:
    return Consignment(
        consignment_no="4K7M29TB6HC", dossier_id=1, leg=leg, desk="TS", rules_version="2025-07-01",
        without_result=without_result, consignor=Party(name=NAME), consignee=Party(name=NAME),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("leg", "without_result"), [("send", False), ("return", False), ("return", True)])
def test_a_text_fits_one_message_and_names_nobody(kind: str, leg: str, without_result: bool) -> None:
    text = citizen_text(kind, consignment(leg, without_result=without_result), rehearsal=True, data=DUE)

    assert len(text) <= 160
    assert text.isascii()
    assert "Dien Tap" not in text.replace("[DIEN TAP]", "")


@pytest.mark.parametrize("kind", sorted({*KINDS, "consignment.lost"}))
@pytest.mark.parametrize(("leg", "without_result"), [("send", False), ("return", False), ("return", True)])
def test_what_another_carrier_brings_names_no_post_and_asks_nothing(kind: str, leg: str, without_result: bool) -> None:
    other = replace(consignment(leg, without_result=without_result), public_service=False)
    text = citizen_text(kind, other, rehearsal=True, data=DUE)

    assert len(text) <= 160
    assert text.isascii()
    assert not [word for word in ("buu dien", "buu ta", "buu cuc") if word in text.lower()]
    assert link_purpose(kind, other) == ""


def test_what_was_delivered_to_the_agency_is_told_with_the_due_date_when_it_is_known() -> None:
    for due_on in ("2026-12-07", date(2026, 12, 7)):
        text = citizen_text("dossier.filed", consignment("send"), rehearsal=False, data={"due_on": due_on})
        assert text == "Ho so, ma 4K7M-29TB-6HC, da giao den co quan, hen tra ket qua ngay 07/12/2026."
    assert "Thoi han" in citizen_text("dossier.filed", consignment("send"), rehearsal=False)


def test_a_mended_time_is_no_matter_for_the_citizen_and_a_completed_supplement_is() -> None:
    said = [
        citizen_text("dossier.filed", consignment("send"), rehearsal=False, data={"ground": ground})
        for ground in ("correction", "supplement")
    ]

    assert said[0] == ""
    assert "da bo sung du" in said[1]


def test_papers_that_go_home_are_never_called_a_result() -> None:
    told = [citizen_text(kind, consignment("return", without_result=True), rehearsal=False) for kind in KINDS]

    assert any(told)
    assert [text for text in told if "ket qua" in text.lower()] == []


RESULT = Consignment(
    consignment_no="4K7M29TB6HC", dossier_id=1, leg="return", desk="TS", rules_version="2025-07-01",
    consignor=Party(name="Một cửa"), consignee=Party(name="Nguyễn Diễn Tập", phone="0912000003"),
)  # fmt: skip
LINK = "https://hoso.hatinh.example/c/" + link_of(b"secret", "choose", "4K7M29TB6HC")


@pytest.mark.parametrize("kind", ["consignment.attempted", "consignment.held"])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_link_stands_in_one_message_of_plain_letters(kind: str, rehearsal: bool) -> None:
    text = citizen_text(kind, RESULT, rehearsal=rehearsal, link=LINK)

    assert LINK in text
    assert text.isascii()
    assert len(text) <= 160
    assert "Dien Tap" not in text.replace("[DIEN TAP]", "")


def test_without_an_address_the_message_bears_no_link() -> None:
    assert "http" not in citizen_text("consignment.attempted", RESULT, rehearsal=False)


def test_a_delivery_asks_for_a_rating_in_the_same_message() -> None:
    link = LINK.replace("/c/c.", "/r/r.")
    text = citizen_text("consignment.delivered", RESULT, rehearsal=False, link=link)

    assert link_purpose("consignment.delivered", RESULT) == "rate"
    assert text.startswith(citizen_text("consignment.delivered", RESULT, rehearsal=False))
    assert text.endswith(link)
    assert len(text) <= 160


@pytest.mark.parametrize("kind", ["consignment.collected", "consignment.returning", "result.ready"])
def test_what_needs_no_answer_bears_no_link(kind: str) -> None:
    assert link_purpose(kind, RESULT) == ""


def test_nobody_is_asked_to_rate_papers_that_were_sent_back() -> None:
    assert link_purpose("consignment.delivered", consignment("return", without_result=True)) == ""
