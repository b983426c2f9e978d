from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from labels.evidence_sheet import evidence_sheet_pdf
from labels.evidence_words import NOTICE_WORDS, evidence_sheet
from postgw.domain.states import STATES

HOUSE = Path(__file__).parents[2]
DIGEST = sha256(b"content").hexdigest()
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TITLES = {"collected": "Đã thu gom", "delivered": "Đã phát", "attempted": "Phát không thành"}


def link(seq: int, code: str, *, reason: str = "", **rest: Any) -> dict[str, Any]:
    scan = {
        "source": "device:7f3a", "witness": "scanned", "code": code, "occurred_at": "2026-11-23T02:42:00.000000Z",
        "office": "480000", "actor": "buu-ta-01", "reason": reason,
    }  # fmt: skip
    return {
        "seq": seq,
        "scan": scan,
        "hash": f"{seq:064x}",
        "salt": "00",
        "personal": {"note": "", "proof": None},
        **rest,
    }


def content(**rest: Any) -> dict[str, Any]:
    return {
        "rehearsal": False,
        "dossier": {
            "key": "H27.15-261123-0007", "service_form": "return", "procedure_code": "1.001193",
            "receiving_desk": "TS", "returning_desk": "TS", "applicant_name": "Nguyễn Thị Diễn Tập",
        },
        "consignments": [{
            "consignment_no": "4K7M29TB6HC", "item_no": "RR473124829VN", "leg": "return", "state": "delivered",
            "chain": [link(1, "collected"), link(2, "attempted", reason="absent"), link(3, "delivered")],
            "not_linked": 0,
        }],
        "handovers": [{
            "consignment_no": "4K7M29TB6HC", "manifest_no": "BB-TS-261123-02", "outcome": "damaged",
            "note": "rách mép", "signed_at": "2026-11-23T02:44:00.000000Z",
            "giver": {"unit": "TS", "unit_name": "Trung tâm PVHCC phường Thành Sen", "person": "Lê Thị Diễn Tập",
                      "signed_at": "2026-11-23T02:42:00.000000Z"},
            "taker": {"unit": "480000", "unit_name": "Bưu điện Hà Tĩnh", "person": "Trần Văn Tập Dượt",
                      "signed_at": "2026-11-23T02:44:00.000000Z"},
        }],
        "proofs": [{
            "consignment_no": "4K7M29TB6HC", "delivered_at": "2026-11-23T08:00:00.000000Z",
            "receiver_name": "Phạm Thị Diễn Tập", "receiver_kind": "proxy", "id_kind": "citizen_id", "id_tail": "123",
            "authorisation_seen": True, "remarks": "none",
        }],
        "invitations": [
            {"consignment_no": "4K7M29TB6HC", "ordinal": 1, "invited_on": "2026-11-24", "way": "paper", "by": "bc"}
        ],
        "notices": [
            {"consignment_no": "4K7M29TB6HC", "kind": "consignment.delivered", "channel": channel, "target": "",
             "happened_at": "2026-11-23T08:00:00.000000Z", "heard_at": heard, "state": state}
            for channel, heard, state in (
                ("citizen", "2026-11-23T08:01:00.000000Z", "sent"), ("hook", None, "parked"), ("desk", None, "waiting"),
            )
        ],
        "dates": [
            {"date": "due_on", "at": "2026-12-05", "of": "H27.15-261123-0007", "from": "dossier"},
            {"date": "ended_at", "at": "2026-11-23T08:00:00.000000Z", "of": "4K7M29TB6HC", "from": "scan delivered"},
            {"date": "carried_by", "at": "2026-11-25", "of": "4K7M29TB6HC", "from": "clock",
             "reckoning": ["Nhận ngày 23/11/2026, khác huyện cũ trong tỉnh, J+2: hạn 25/11/2026."]},
        ],
        "cases": [
            {"case_no": "VV-261123-001", "kind": "complaint", "consignment_no": "4K7M29TB6HC", "state": "open",
             "opened_at": "2026-11-23T08:10:00.000000Z", "due_on": "2026-11-30", "closed_at": None},
        ],
        "money": {
            "fee_dong": 1_250_000, "to_collect": [{"consignment_no": "4K7M29TB6HC", "collect_dong": 8000}],
            "receipts": [
                {"receipt_no": "LP-26-0000007", "ledger": "fee", "amount_dong": 8000, "remittance_no": "NP-1",
                 "collected_at": "2026-11-23T08:00:00.000000Z", "cancelled_at": "2026-11-23T08:05:00.000000Z"},
            ],
        },
        "units": {"TS": "Trung tâm PVHCC phường Thành Sen", "480000": "Bưu điện Hà Tĩnh"},
        **rest,
    }  # fmt: skip


def drawn(seal: tuple[date, str] | None = None, **rest: Any) -> bytes:
    return evidence_sheet_pdf(
        evidence_sheet(
            content(**rest),
            digest=DIGEST,
            titles=TITLES,
            reasons={"absent": "Vắng nhà"},
            seal=seal,
            issued_at=AT,
            issued_by="thanh-tra",
        )
    )


def pages_of(document: bytes) -> list[str]:
    with pypdfium2.PdfDocument(document) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_one_scan_of_the_sheet_gives_the_digest_of_the_file(
    symbols: Callable[..., list[tuple[str, str]]], dpi: int
) -> None:
    assert symbols(drawn(), dpi) == [("QRCode", DIGEST)]


@pytest.mark.parametrize(
    "words",
    [
        "H27.15-261123-0007", "Nguyễn Thị Diễn Tập", "4K7M-29TB-6HC", "RR 473 124 829 VN", "Đã thu gom",
        "quét mã: buu-ta-01", "09:42 23/11/2026", "lý do: Vắng nhà", "mẫu số 06",
        "Lê Thị Diễn Tập, ký lúc 09:42 23/11/2026", "rách mép", "Phạm Thị Diễn Tập (người được uỷ quyền)",
        "căn cước ••• 123; đã xem giấy uỷ quyền", "không có", "chưa, đã dừng gửi",
        "Giấy mời lần 1 người nhận 24/11/2026", "15:01 23/11/2026", "05/12/2026", "1.250.000 đồng", "8.000 đồng",
        "biên lai LP-26-0000007", "nộp theo NP-1; đã huỷ lúc 15:05 23/11/2026", DIGEST, "thanh-tra",
        "cũ trong tỉnh, J+2:", "VV-261123-001: khiếu nại", "hạn trả lời 30/11/2026",
    ],
)  # fmt: skip
def test_what_is_known_stands_on_the_sheet_as_real_text(words: str) -> None:
    assert words in " ".join(pages_of(drawn()))


def test_a_seal_is_named_with_its_night_and_its_lack_as_well() -> None:
    sealed, open_ = (" ".join(pages_of(drawn(seal))) for seal in ((date(2026, 11, 23), "ab" * 32), None))

    assert f"đêm 23/11/2026, mã niêm phong {'ab' * 32}" in sealed
    assert "chưa được niêm phong" in open_


def test_an_erased_note_and_a_scan_that_is_gone_are_said_aloud() -> None:
    (carried,) = content()["consignments"]
    chain = [link(1, "collected", salt="", personal=None), link(2, "attempted", scan=None)]

    text = " ".join(pages_of(drawn(consignments=[{**carried, "chain": chain, "not_linked": 4}])))

    assert "đã xoá khi hết hạn lưu" in text
    assert "SỰ KIỆN KHÔNG CÒN" in text
    assert "Còn 4 sự kiện chưa nối" in text


def test_a_long_chain_goes_on_over_pages_that_count_themselves() -> None:
    (carried,) = content()["consignments"]
    chain = [link(seq, "attempted") for seq in range(1, 121)]

    pages = pages_of(drawn(consignments=[{**carried, "chain": chain}]))

    assert len(pages) > 3
    assert [f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_every_page_of_a_rehearsal_says_so(rehearsal: bool) -> None:
    assert {"DIỄN TẬP" in page for page in pages_of(drawn(rehearsal=rehearsal))} == {rehearsal}


def test_the_same_pack_is_drawn_with_the_same_bytes() -> None:
    assert drawn() == drawn()


def test_every_notice_that_the_house_tells_has_words() -> None:
    rooms = [HOUSE / "postgw" / room for room in ("services", "storage")]
    told = set()
    for file in (file for room in rooms for file in room.glob("*.py")):
        text = file.read_text("utf-8")
        told |= set(re.findall(r'kind="([a-z_]+\.[a-z_]+)"', text))
        told |= set(re.findall(r'(?:told_of\(tx, kept, |_told\(locked, )"([a-z_.]+)"', text))
        told |= {f"case.{step}" for step in re.findall(r'(?:kept|cases)\.announce\(tx, "([a-z_]+)"', text)}

    assert len(told) > 15
    assert {kind for kind in told if kind not in NOTICE_WORDS and kind.partition(".")[2] not in STATES} == set()
