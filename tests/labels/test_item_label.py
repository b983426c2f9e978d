from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace

import pypdfium2
import pytest

from labels.item_label import ItemLabel, Party, digest, item_label_pdf, item_labels_pdf
from labels.paper import A4_8, LABEL_STOCKS, THERMAL_100X75, THERMAL_100X150, Stock
from postgw.domain.errors import Invalid

Make = Callable[..., ItemLabel]
Symbols = Callable[..., list[tuple[str, str]]]
STOCKS = pytest.mark.parametrize("stock", LABEL_STOCKS.values(), ids=LABEL_STOCKS)

_LONG_NAME = (
    "Công ty trách nhiệm hữu hạn thương mại dịch vụ xuất nhập khẩu và phát triển nông nghiệp công nghệ cao "
    "NGUYỄN THƯỢNG PHƯỢNG QUỲNH ỄẬỮ miền Trung Hà Tĩnh"
)
_LONG_ADDRESS = (
    "Thửa đất số 315, tờ bản đồ số 27, ngách 12/45/7 ngõ 128 đường liên thôn Đông Thượng – Tây Thượng, khu đô thị "
    "mới phía Nam sông Ngàn Phố, tổ dân phố số 12, gần nhà văn hoá thôn, đối diện trạm y tế cũ, hỏi nhà ông trưởng "
    "thôn Nguyễn Ngọc Ưng, cổng sơn màu xanh lá cây"
)
_COMMUNE = "Xã Sơn Kim 2 (khu vực cửa khẩu), tỉnh Hà Tĩnh"


def expected(label: ItemLabel) -> list[tuple[str, str]]:
    return [("Code128", label.item_no or label.consignment_no), ("QRCode", label.consignment_no)]


@STOCKS
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_both_symbols_read_back_exactly(label: Make, symbols: Symbols, stock: Stock, dpi: int) -> None:
    assert symbols(item_label_pdf(label(), stock.at(dpi)), dpi) == expected(label())


def test_both_symbols_of_many_numbers_read_back_at_203_dpi(
    label: Make, symbols: Symbols, numbers: Callable[[int], list[tuple[str, str]]]
) -> None:
    for position, (consignment_no, item_no) in enumerate(numbers(40)):
        drawn = label(consignment_no=consignment_no, item_no=item_no if position % 2 else "")
        assert symbols(item_label_pdf(drawn, THERMAL_100X75)) == expected(drawn)


@STOCKS
def test_every_place_of_a_page_reads_back(
    label: Make, symbols: Symbols, numbers: Callable[[int], list[tuple[str, str]]], stock: Stock
) -> None:
    for place, (consignment_no, item_no) in enumerate(numbers(stock.per_page), 1):
        drawn = label(consignment_no=consignment_no, item_no=item_no)
        document = b"".join(item_labels_pdf([drawn], stock, place))
        assert symbols(document, 203) == expected(drawn)


def test_a_full_page_holds_its_labels_and_the_next_page_the_rest(label: Make, symbols: Symbols) -> None:
    many = [label(consignment_no=f"4K7M29TB{number:03d}") for number in range(10)]
    document = b"".join(item_labels_pdf(many, A4_8, 5))
    found = [{text for kind, text in symbols(document, 300, page) if kind == "QRCode"} for page in range(2)]
    assert found == [{each.consignment_no for each in many[:4]}, {each.consignment_no for each in many[4:]}]


@STOCKS
def test_the_page_box_equals_the_stock(label: Make, stock: Stock) -> None:
    with pypdfium2.PdfDocument(item_label_pdf(label(), stock)) as document:
        size = document[0].get_size()
    assert size == pytest.approx((stock.width * 72 / 25.4, stock.height * 72 / 25.4), abs=0.002)


@STOCKS
@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_label_says_so_and_no_other_does(
    label: Make, words: Callable[[bytes], str], stock: Stock, rehearsal: bool
) -> None:
    assert ("DIỄN TẬP" in words(item_label_pdf(label(rehearsal=rehearsal), stock))) is rehearsal


@STOCKS
def test_what_was_put_on_the_label_can_be_taken_out_as_text(
    label: Make, words: Callable[[bytes], str], stock: Stock
) -> None:
    drawn = label(collect_dong=1250000, issue=2, version=3)
    text = words(item_label_pdf(drawn, stock))
    put = (
        drawn.post_name,
        drawn.leg,
        drawn.dossier_no,
        "RR 473 124 829 VN",
        "4K7M-29TB-6HC",
        drawn.consignor.name,
        drawn.consignee.name,
        drawn.consignee.phone,
        *drawn.consignee.address,
        "14:05 23/11/2026, Bưu cục Hà Tĩnh",
        *drawn.service_marks,
        "Thu khi phát: 1.250.000 ₫",
        "Lần gửi 2 · Bản nhãn 3",
    )
    assert [each for each in put if each not in text] == []


@STOCKS
def test_a_fee_that_the_sender_pays_is_not_asked_of_the_desk_that_receives(
    label: Make, words: Callable[[bytes], str], stock: Stock
) -> None:
    text = words(item_label_pdf(label(collect_dong=200000, collects_at_posting=True), stock))

    assert "Thu khi nhận gửi: 200.000 ₫" in text
    assert "Thu khi phát" not in text


@STOCKS
@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_longest_names_and_addresses_lose_no_letter(
    label: Make, words: Callable[[bytes], str], symbols: Symbols, stock: Stock, rehearsal: bool
) -> None:
    assert len(_LONG_NAME) >= 150
    assert len(_LONG_ADDRESS + _COMMUNE) >= 298
    long = Party(name=_LONG_NAME, address=(_LONG_ADDRESS, _COMMUNE), phone="0239 3 855 555 – 0912 345 678")
    drawn = label(consignor=long, consignee=long, rehearsal=rehearsal)
    document = item_label_pdf(drawn, stock)
    text = words(document)
    assert [text.count(each) for each in (_LONG_NAME, _LONG_ADDRESS, _COMMUNE)] == [2, 2, 2]
    assert symbols(document, 203) == expected(drawn)


def test_decomposed_text_is_printed_composed(label: Make, words: Callable[[bytes], str]) -> None:
    receiver = Party(name=unicodedata.normalize("NFD", "NGUYỄN THỊ ẬU NỮ"), address=("Hà Tĩnh",))
    assert "NGUYỄN THỊ ẬU NỮ" in words(item_label_pdf(label(consignee=receiver), THERMAL_100X150))


def test_a_letter_outside_the_everyday_face_is_printed_too(label: Make, words: Callable[[bytes], str]) -> None:
    document = item_label_pdf(
        label(consignee=Party(name="Łukasz Wójcik Müller", address=("Hà Tĩnh",))), THERMAL_100X150
    )
    assert "Łukasz Wójcik Müller" in words(document)


def test_what_cannot_fit_is_refused_with_a_sentence(label: Make) -> None:
    endless = Party(name="Nguyễn " * 300, address=("Hà Tĩnh",))
    with pytest.raises(Invalid, match="Không đủ chỗ in người nhận"):
        item_label_pdf(label(consignee=endless), THERMAL_100X75)


def test_a_label_without_numbers_of_others_says_less_and_still_prints(
    label: Make, words: Callable[[bytes], str]
) -> None:
    bare = label(item_no="", dossier_no="", accepted_at="", accepted_office="", service_marks=())
    text = words(item_label_pdf(bare, THERMAL_100X150))
    assert "Mã hồ sơ" not in text
    assert "Không thu tiền" in text


def test_a_reprint_gives_the_same_bytes(label: Make) -> None:
    assert item_label_pdf(label(), THERMAL_100X150) == item_label_pdf(label(), THERMAL_100X150)


def test_the_digest_follows_the_content_and_nothing_else(label: Make) -> None:
    moved = label(consignee=replace(label().consignee, address=("Xã Đức Thọ, tỉnh Hà Tĩnh",)))
    assert digest(label()) == digest(label())
    assert digest(label()) != digest(moved)
    assert digest(label()) == "1ea45cdea726cae1ab25edfb034e8743bf5053952075ad546aa8725432126b64"


def test_threads_draw_the_same_bytes_as_one_thread(label: Make) -> None:
    many = [label(consignment_no=f"4K7M29TB{number:03d}", version=number) for number in range(120)]
    alone = [item_label_pdf(each, THERMAL_100X150) for each in many]
    together = [b""] * len(many)

    def draw(start: int) -> None:
        for position in range(start, len(many), 4):
            together[position] = item_label_pdf(many[position], THERMAL_100X150)

    threads = [threading.Thread(target=draw, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_the_content_has_no_field_for_what_the_outside_may_not_show() -> None:
    assert {field.name for field in fields(ItemLabel)} == {
        "consignment_no",
        "item_no",
        "dossier_no",
        "issue",
        "version",
        "leg",
        "consignor",
        "consignee",
        "accepted_at",
        "accepted_office",
        "service_marks",
        "post_name",
        "collect_dong",
        "collects_at_posting",
        "rehearsal",
    }
    assert {field.name for field in fields(Party)} == {"name", "address", "phone"}
