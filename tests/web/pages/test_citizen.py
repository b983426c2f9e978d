"""The citizen's pages: one answer, and nothing that names anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

PERSONAL = ("Nguyễn", "Diễn Tập", "0912000003", "Thôn Đoài", "xã Kỳ Lạc", "Kỳ Lạc")
WRONG = "4K7M29TB6HB"  # the check character does not fit
NOBODYS = "4K7M29TB6HC"  # it fits, and nobody has it
KIB_50 = 50 * 1024


def shape_of(page: str) -> list[str]:
    """Return the tags of a page, without what they say."""
    return re.findall(r"<[a-z/]+", page)


def without_request_id(page: str) -> str:
    """Return a page without what differs from one answer to the next."""
    return re.sub(r"[0-9a-f]{24}", "", page)


async def test_the_first_page_has_a_box_and_says_that_it_rehearses(browser, said) -> None:
    status, page = await browser.open("/")

    assert status == 200
    assert "Hồ sơ của bạn đang ở đâu?" in page
    assert "DIỄN TẬP" in said(page)


async def test_a_number_is_taken_to_its_own_address_however_it_is_typed(browser) -> None:
    answer = await browser.send("/", headers={}, q=" 4k7m-29tb-6hc ")

    assert (answer.status, answer.headers["Location"]) == (303, "/t/4K7M29TB6HC")


async def test_the_link_of_a_qr_is_taken_to_its_own_address(browser) -> None:
    answer = await browser.send("/", headers={}, q="https://hoso.example/t/4K7M29TB6HC?l=vi")

    assert answer.headers["Location"] == "/t/4K7M29TB6HC"


async def test_a_consignment_is_answered_in_one_sentence_with_its_stage(gate, browser, said) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")
    await gate.scan(made["consignment_no"], "departed")
    status, page = await browser.open(f"/t/{made['consignment_no']}")

    assert status == 200
    assert "<h1>Kết quả hồ sơ đang trên đường đến nơi nhận.</h1>" in page
    assert 'aria-label="Chặng 2 trên 4"' in page
    assert "Ai có mã cũng chỉ xem được đến đây" in said(page)


async def test_a_dossier_code_finds_the_same_answer(gate, browser) -> None:
    made = await gate.consignment()
    _, page = await browser.open(f"/t/{made['dossier_no']}")

    assert made["dossier_no"] in page
    assert "Kết quả hồ sơ đã ghi sổ" in page


async def test_the_page_tells_the_stage_and_nothing_that_happens_within_it(gate, browser, clock) -> None:
    made = await gate.consignment()
    pages = []
    for code, more in (
        ("out_for_delivery", {}), ("attempted", {"reason": "absent"}), ("held", {}), ("returning", {}),
    ):  # fmt: skip
        await gate.scan(made["consignment_no"], code, **more)
        clock[0] += timedelta(hours=20)
        pages.append((await browser.open(f"/t/{made['consignment_no']}"))[1])

    assert "Kết quả hồ sơ đang ở chặng phát." in pages[0]
    assert len({without_request_id(page) for page in pages}) == 1


async def test_a_number_leads_a_stranger_to_no_other_number(gate, browser) -> None:
    made = await gate.consignment()
    by_number = (await browser.open(f"/t/{made['consignment_no']}"))[1]
    by_dossier = (await browser.open(f"/t/{made['dossier_no']}"))[1]

    assert made["dossier_no"] not in by_number
    assert made["consignment_no"] not in by_dossier.replace("-", "")


async def test_a_cancelled_posting_is_never_drawn_as_an_arrival(gate, browser, said) -> None:
    made = await gate.consignment()
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/cancel", {"reason": "not_needed"})
    _, page = await browser.open(f"/t/{made['consignment_no']}")

    assert "Lần gửi này đã dừng, không đến nơi." in page
    assert "Đến nơi" not in page
    assert "Đã dừng" in page


async def test_no_personal_data_stands_on_a_public_page_or_in_its_title(gate, browser) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "out_for_delivery")
    _, page = await browser.open(f"/t/{made['consignment_no']}")

    assert [text for text in PERSONAL if text in page] == []
    assert "<title>Tra cứu hồ sơ qua bưu điện</title>" in page


async def test_a_misspelt_and_an_unknown_number_get_the_same_page(browser) -> None:
    wrong, unknown = await browser.open(f"/t/{WRONG}"), await browser.open(f"/t/{NOBODYS}")

    assert wrong[0] == unknown[0] == 404
    assert shape_of(wrong[1]) == shape_of(unknown[1])


async def test_what_is_no_number_is_answered_in_place_and_kept_in_the_box(browser) -> None:
    answer = await browser.send("/", headers={}, q="Nguyễn Văn A")

    assert answer.status == 404
    assert 'value="Nguyễn Văn A"' in await answer.text()


@pytest.mark.parametrize("path", ["/", f"/t/{NOBODYS}", "/khong-co-trang-nay"])
async def test_public_pages_tell_nobody_where_they_were_and_want_no_index(browser, path: str) -> None:
    answer = await browser.ask("GET", path)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


async def test_a_page_with_all_it_brings_along_is_small_enough_for_a_bad_line(gate, browser) -> None:
    made = await gate.consignment()
    for path in ("/", f"/t/{made['consignment_no']}", f"/t/{NOBODYS}"):
        page = await (await browser.ask("GET", path, headers={"Accept-Encoding": "identity"})).text()
        links = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page)
        plain = [
            await (await browser.ask("GET", link, headers={"Accept-Encoding": "identity"})).read() for link in links
        ]

        assert len(plain) == 2
        assert len(page.encode()) + sum(map(len, plain)) <= KIB_50
        assert "<script" not in page
        assert "<img" not in page


async def test_the_switch_turns_the_page_english_and_it_stays_so(gate, browser) -> None:
    made = await gate.consignment()
    await browser.open(f"/t/{made['consignment_no']}?l=en")
    _, page = await browser.open(f"/t/{made['consignment_no']}")

    assert '<html lang="en">' in page
    assert "Track another code" in page


async def test_a_browser_of_an_english_system_is_answered_in_vietnamese(browser) -> None:
    _, page = await browser.open("/", **{"Accept-Language": "en-GB,en;q=0.9"})

    assert '<html lang="vi">' in page


async def test_what_is_typed_is_never_markup(browser) -> None:
    answer = await browser.send("/", headers={}, q='"><script>alert(1)</script>')
    page = await answer.text()

    assert "<script" not in page
    assert "&lt;script&gt;" in page


async def test_a_form_that_is_too_large_is_refused_with_a_page(browser) -> None:
    answer = await browser.send("/", headers={}, q="x" * 20_000)

    assert answer.status == 413
    assert "Nội dung gửi lên quá lớn" in await answer.text()


async def test_where_no_link_can_be_sent_none_is_offered(gate, browser) -> None:
    made = (await gate.consignment())["consignment_no"]

    assert f'action="/t/{made}/link"' not in (await browser.open(f"/t/{made}"))[1]


@pytest.mark.parametrize(
    ("typed", "said_of_it"),
    [
        ("4K7M-29TB-6H", "giống số bưu gửi. Số bưu gửi có 11 ký tự, mã này có 10."),
        ("4K7M-29TB-6HX", "ký tự kiểm tra không khớp"),
        ("4K7M-29TB-6WC", "Số bưu gửi không dùng chữ W. O, I, L, S, Z trên nhãn là số 0, 1, 1, 5, 2."),
        ("RR473124820VN", "giống số hiệu bưu điện. Đủ 13 ký tự, nhưng chữ số kiểm tra không khớp"),
        ("RR47312482VN", "phải có 9 chữ số, mã này có 8"),
        ("RR473124829", "Thiếu hai chữ cuối"),
        ("H27.15-261120", "giống mã hồ sơ. Mã hồ sơ có ba nhóm"),
        ("H27.15-261320-0007", "không có ngày 20/13/2026"),
        ("1.001193.000.00.00.H27", "Đây là mã thủ tục"),
        ("0912 000 003", "Không tra cứu bằng số điện thoại được"),
        ("042199000123", "Không tra cứu bằng số căn cước được"),
        ("RR47312482Ô VN", "Có chữ mang dấu: bàn phím đang gõ tiếng Việt"),
        ("xin chào", "Chưa rõ đây là loại mã nào"),
    ],
)
async def test_what_is_wrong_with_a_number_is_said(browser, said, typed: str, said_of_it: str) -> None:
    answer = await browser.send("/", headers={}, q=typed)
    if answer.status == 303:
        answer = await browser.ask("GET", answer.headers["Location"])

    assert answer.status == 404
    assert said_of_it in said(await answer.text())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rr 473 124 829 vn", "RR473124829VN"), ("RR4731248Z9VN", "RR473124829VN"), ("RR47312482q VN", ""),
        ("h27 . 15 - 26112o - ooo7", "H27.15-261120-0007"), ("4k7m29tb6hc", "4K7M29TB6HC"),
        ("4K7M-29TB-6HC.", "4K7M29TB6HC"),
    ],
)  # fmt: skip
async def test_letters_typed_for_digits_are_read_as_they_were_meant(browser, typed: str, meant: str) -> None:
    answer = await browser.send("/", headers={}, q=typed)

    assert answer.headers.get("Location", "") == (f"/t/{meant}" if meant else "")
