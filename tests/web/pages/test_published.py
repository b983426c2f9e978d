"""The published pages: anybody reads them, in two languages, without an account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.price_list import Price
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.domain.unit import Unit

ADMIN = Actor(name="admin", scopes=frozenset(SCOPES))
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LINES = (
    ChecklistLine(name="Đơn đề nghị", kind="original"),
    ChecklistLine(name="Giấy phép cũ", kind="original", must_withdraw=True),
    ChecklistLine(name="Bằng tốt nghiệp", kind="certified", quantity=2, must_return=True),
)
SERVED = Procedure(
    code="9.000001", name="Cấp đổi giấy phép thử", sector="Thử nghiệm", level="department", agency="Sở Thử nghiệm",
    forms=("send", "return", "both"), papers=(), fee_dong=135_000, fee_per="lần", same_day=True, valid_from=TODAY,
    lists=(PaperList(origin="portal", source="Cổng của tỉnh Hà Tĩnh", papers=LINES),),
)  # fmt: skip
EXCLUDED = replace(
    SERVED, code="9.000002", name="Ký trước mặt", forms=(), lists=(), same_day=False,
    excluded_reason="Người yêu cầu phải ký trước mặt người chứng thực.",
)  # fmt: skip
PAGES = ["/procedures", "/procedures?list=excluded", "/procedures/9.000001", "/tariff", "/quality", "/contacts"]


@pytest.fixture
async def published(gate):
    for each in (SERVED, EXCLUDED):
        await gate.house.services.catalogue.publish(each, reason="QĐ 1", actor=ADMIN, at=AT)


@pytest.mark.parametrize("path", PAGES)
async def test_anybody_opens_it_without_an_account_or_a_script(browser, published, path):
    status, page = await browser.open(path)

    assert status == 200
    assert "<script" not in page


@pytest.mark.parametrize("path", PAGES)
async def test_it_is_said_in_english_too(browser, published, said, path):
    status, page = await browser.open(path + ("&" if "?" in path else "?") + "l=en")

    assert status == 200
    assert 'lang="en"' in page
    assert "Procedures Postage Quality Contacts" in said(page)


async def test_the_citizens_first_page_leads_to_them(browser):
    _, page = await browser.open("/")

    assert [path for path in ("/procedures", "/tariff", "/quality", "/contacts") if f'href="{path}"' not in page] == []


async def test_a_procedure_is_found_without_accents(browser, published, said):
    _, page = await browser.open("/procedures?q=cap+doi+GIAY+phep+thu")

    assert "Nhận qua bưu điện (1)" in said(page)
    assert 'href="/procedures/9.000001"' in page


@pytest.mark.parametrize("query", ["sector=Thử+nghiệm", "level=department&q=phep+thu"])
async def test_a_procedure_is_found_by_sector_and_level(browser, published, query):
    _, page = await browser.open(f"/procedures?{query}")

    assert 'href="/procedures/9.000001"' in page
    assert 'href="/procedures/1.001193"' not in page


async def test_nothing_found_says_what_to_do(browser, said):
    _, page = await browser.open("/procedures?q=khong+co+viec+nay")

    assert "Không có thủ tục nào khớp." in said(page)


async def test_what_is_excluded_stands_apart_with_its_reason(browser, published, said):
    _, served = await browser.open("/procedures?q=ky+truoc+mat")
    _, excluded = await browser.open("/procedures?q=ky+truoc+mat&list=excluded")

    assert EXCLUDED.excluded_reason not in said(served)
    assert EXCLUDED.excluded_reason in said(excluded)


async def test_the_page_of_a_procedure_tells_what_goes_in_comes_back_and_costs(browser, published, said):
    _, page = await browser.open("/procedures/9.000001")
    words = said(page)

    for told in (
        "Đơn đề nghị Bản chính 1", "Giấy phép cũ Giấy cũ nộp lại khi nhận kết quả. Bản chính 1",
        "Bằng tốt nghiệp Bản chính được trả lại cùng kết quả. Bản chứng thực 2", "135.000 đồng một lần",
        "Trả kết quả trong ngày làm việc", "từ 23/11/2026", "Nguồn: Cổng của tỉnh Hà Tĩnh",
        "gửi hồ sơ; nhận kết quả; gửi hồ sơ và nhận kết quả",
    ):  # fmt: skip
        assert told in words


async def test_the_page_of_an_excluded_procedure_says_so_first(browser, published, said):
    _, page = await browser.open("/procedures/9.000002")

    assert "Không gửi, không nhận qua bưu điện. Người yêu cầu phải ký trước mặt" in said(page)


async def test_an_earlier_version_can_still_be_read(browser, gate, published, said):
    later = replace(SERVED, name="Tên mới", valid_from=date(2026, 12, 1))
    await gate.house.services.catalogue.publish(later, reason="QĐ 2", actor=ADMIN, at=AT)
    gate.clock[0] = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)

    assert "Tên mới" in said((await browser.open("/procedures/9.000001"))[1])
    assert "Cấp đổi giấy phép thử" in said((await browser.open("/procedures/9.000001?on=2026-11-30"))[1])


@pytest.mark.parametrize("path", ["/procedures/9.999999", "/procedures/x", "/procedures/9.000001?on=1999-01-01"])
async def test_what_is_not_published_ends_at_a_page(browser, published, path):
    status, page = await browser.open(path)

    assert (status, "không" in page.lower()) == (404, True)


async def test_long_lists_go_on_to_a_next_page(browser, gate, said):
    for n in range(62):
        one = replace(SERVED, code=f"8.{n:06}", name=f"Việc thứ {n:02}", sector="Dài")
        await gate.house.services.catalogue.publish(one, reason="QĐ", actor=ADMIN, at=AT)
    _, first = await browser.open("/procedures?sector=Dài")
    _, second = await browser.open("/procedures?sector=D%C3%A0i&from=60")

    assert ("Việc thứ 59" in first, "Việc thứ 60" in first, "from=60" in first) == (True, False, True)
    assert ("Việc thứ 61" in second, "Trang sau" in said(second)) == (True, False)


async def test_the_tariff_shows_ceilings_own_prices_and_who_pays_less(browser, gate, said):
    row = Price(service="return", zone="in_district", price_dong=21_500)
    await gate.house.services.pricing.publish_prices([row], valid_from=TODAY, reason="CV", actor=ADMIN, at=AT)
    words = said((await browser.open("/tariff"))[1])

    for told in ("Trong một huyện cũ mọi khối lượng 21.500", "Trong một huyện cũ 26.000 26.000 26.500 2.200",
                 "Bà mẹ Việt Nam anh hùng", "Được giảm 50 % cước", "Thông tư 22/2017/TT-BTTTT"):  # fmt: skip
        assert told in words


async def test_the_quality_owed_is_shown(browser, said):
    words = said((await browser.open("/quality"))[1])

    for told in ("100 %", "trong tỉnh 5 ngày làm việc, liên tỉnh 7 ngày làm việc", "6 tháng",
                 "Trong một huyện cũ 1 ngày 2 ngày", "Liên tỉnh, nơi khác 4 ngày 8 ngày", "Đã đạt trong"):  # fmt: skip
        assert told in words


async def test_desks_and_post_offices_stand_by_commune_with_how_to_reach_them(browser, gate, said):
    point = Unit(code="CX", kind="office", name="Bưu cục Kỳ Lạc", commune_code="18628", phone="02393855555",
                 email="kl@hatinh.invalid", website="https://kl.invalid", opening_hours="7:00 đến 18:00")  # fmt: skip
    await gate.house.services.desks.put(point, actor=ADMIN, at=gate.clock[0])
    _, page = await browser.open("/contacts?q=ky+lac")
    words = said(page)

    assert "7:00 đến 18:00" in words
    for link in ("tel:02393855555", "mailto:kl@hatinh.invalid", "https://kl.invalid"):
        assert f'href="{link}"' in page
    assert "Bưu điện Hà Tĩnh" not in words
