"""What a citizen's telephone is told after a failed delivery: with a link where there is one, short, and of nobody."""

from __future__ import annotations

import pytest

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.secret_link import link_of
from postgw.domain.wording import citizen_text, wants_link

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


def test_only_what_may_be_answered_bears_a_link() -> None:
    assert not wants_link("consignment.delivered", RESULT)
    assert "http" not in citizen_text("consignment.delivered", RESULT, rehearsal=False, link=LINK)
