"""The consignment note in words: honest about the price, about what is inside, and about who signed what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Forbidden, Invalid
from postgw.domain.note import Note, NoteFacts, NoteSignature, checked_signature, digest_of, of_wording, signed, worded
from postgw.domain.paper import Paper
from postgw.domain.receipt import Receipt

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CITIZEN, DESK = Party(name="Nguyễn Diễn Tập"), Party(name="Một cửa")
SEND = Consignment(
    consignment_no="4K7M29TB6HC", dossier_id=1, leg="send", desk="TS", consignor=CITIZEN, consignee=DESK,
    rules_version="2025-07-01",
)  # fmt: skip
RETURN = replace(SEND, leg="return", consignor=DESK, consignee=CITIZEN)
PNG = b"\x89PNG\r\n\x1a\n"


def note(**facts: Any) -> Note:
    given: dict[str, Any] = {"consignment": SEND, "subject": "Cải chính hộ tịch", **facts}
    return worded(NoteFacts(**given), post_name="Bưu điện", rehearsal=False)


def taken(ledger: str, dong: int) -> Receipt:
    return Receipt(
        receipt_no=f"{ledger[:1].upper()}HT26-000001", ledger=ledger, consignment_no="4K7M29TB6HC", unit="480000",
        desk="TS", payer="citizen", amount_dong=dong, collected_at=AT, collected_by="t",
    )  # fmt: skip


def test_postage_that_was_taken_stands_beside_the_fee_with_its_receipt() -> None:
    drawn = note(receipts=(taken("postage", 26_000), taken("fee", 8_000)))

    assert drawn.prices == (
        ("Cước, đã thu (phiếu thu PHT26-000001)", "26.000 ₫"),
        ("Phí, lệ phí, đã thu (biên lai FHT26-000001)", "8.000 ₫"),
    )
    assert drawn.total == "34.000 ₫"


def test_postage_that_nobody_took_is_a_ceiling_and_in_no_sum() -> None:
    drawn = note(consignment=replace(SEND, collect_dong=8_000), ceiling_dong=30_000, ceiling_grams=100)

    assert drawn.prices[0][1] == "≤ 30.000 ₫"
    assert "tối đa theo Thông tư 22/2017" in drawn.prices[0][0]
    assert drawn.total == "8.000 ₫ (chưa gồm cước)"


def test_without_a_zone_no_price_is_invented() -> None:
    assert note().prices[0] == ("Cước, chưa thu: theo bảng giá công bố của Bưu điện", "……………")


def test_old_papers_travel_within_the_price_of_the_result() -> None:
    drawn = note(consignment=replace(SEND, leg="withdrawal"))

    assert (drawn.prices[0][0], drawn.total) == ("Cước: nằm trong giá trả kết quả", "0 ₫")


def test_a_result_and_each_original_stand_on_the_note_of_the_agency() -> None:
    birth = Paper(name="Giấy khai sinh", kind="original")

    drawn = note(consignment=RETURN, originals=(birth,), to_collect=("Bằng cũ",))

    assert [(line.name, line.kind, line.remark) for line in drawn.papers] == [
        ("Cải chính hộ tịch", "Kết quả", ""), ("Giấy khai sinh", "bản chính", "Bản chính trả lại"),
    ]  # fmt: skip
    assert (drawn.consignor.name, drawn.also) == ("Một cửa", "Thu lại khi phát: Bằng cũ.")


def test_a_signature_stands_under_the_words_that_were_signed() -> None:
    first = note()
    hand = NoteSignature(side="consignor", name="Nguyễn Diễn Tập", digest=digest_of(first), signed_at=AT)
    changed = note(papers=(Paper(name="Tờ khai", kind="original"),))

    assert of_wording([hand], digest_of(first)) == (hand,)
    assert of_wording([hand], digest_of(changed)) == ()
    assert digest_of(signed(first, [hand])) == digest_of(first)


def test_two_people_sign_and_each_side_once() -> None:
    hand = NoteSignature(side="consignor", name="A", digest="d", signed_at=AT, signature_png=PNG)

    with pytest.raises(Conflict):
        checked_signature(replace(hand, name="B"), [hand])
    with pytest.raises(Forbidden):
        checked_signature(replace(hand, side="post"), [hand])
    with pytest.raises(Invalid):
        checked_signature(replace(hand, signature_png=b"no picture"), [])
    assert checked_signature(replace(hand, side="post", name=" C "), [hand]).name == "C"
