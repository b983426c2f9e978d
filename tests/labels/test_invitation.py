from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.invitation import InvitationPaper, invitation_pdf

PAPER = InvitationPaper(
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    ordinal=2,
    post_name="Bưu điện Việt Nam",
    recipient="Nguyễn Thị Thuỳ Dương",
    address="Số 17 ngõ 4 đường Nguyễn Công Trứ, phường Trần Phú, tỉnh Hà Tĩnh",
    invited_on="23/02/2026",
    office="Bưu cục Hà Tĩnh",
    office_address="Số 3 đường Diễn Tập",
    office_phone="0540000002",
    return_from="25/02/2026",
    is_last=True,
)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_bars_of_an_invitation_read_back(symbols: Callable[..., list[tuple[str, str]]], dpi: int) -> None:
    assert symbols(invitation_pdf(PAPER), dpi) == [("Code128", "4K7M29TB6HC")]


def test_an_invitation_says_who_is_called_where_and_until_when(words: Callable[[bytes], str]) -> None:
    text = words(invitation_pdf(PAPER))
    said = (
        PAPER.recipient, PAPER.address, "Lần 2, ngày 23/02/2026", PAPER.office, PAPER.office_address,
        PAPER.office_phone, "25/02/2026", "RR 473 124 829 VN",
    )  # fmt: skip

    assert [each for each in said if each not in text] == []


def test_the_first_invitation_says_that_another_follows(words: Callable[[bytes], str]) -> None:
    first = replace(PAPER, ordinal=1, is_last=False)

    assert "mời lần nữa" in words(invitation_pdf(first))


def test_an_office_that_is_not_known_leaves_lines_to_write_on(words: Callable[[bytes], str]) -> None:
    text = words(invitation_pdf(replace(PAPER, office="", office_address="", office_phone="")))

    assert "Bưu cục: …" in text


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_invitation_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(invitation_pdf(replace(PAPER, rehearsal=rehearsal)))) is rehearsal


def test_long_names_and_addresses_stay_on_one_page() -> None:
    long = replace(PAPER, recipient="Nguyễn Thị Thuỳ " * 9, address="Số 17 ngõ 4 đường Nguyễn Công Trứ, " * 8)

    with pypdfium2.PdfDocument(invitation_pdf(long)) as document:
        assert len(document) == 1
