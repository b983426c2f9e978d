"""The page of the texts that citizens get: every one, in both languages, for the administrator alone."""

from __future__ import annotations

from datetime import date

from postgw.rules.book import rule_book


async def test_every_text_stands_there_in_both_languages_with_its_length_and_cost(browser, said) -> None:
    await browser.sign_in("enquiry", "admin")
    status, page = await browser.open("/desk/messages")
    text = said(page).replace("\xa0", " ")

    assert status == 200
    for one in rule_book().message_texts_on(date(2026, 11, 23)).texts.values():
        assert page.count(f">{one.key}<") == 2
    assert "[DIỄN TẬP] Bưu điện đã nhận hồ sơ, mã 4K7M-29TB-6HC, để mang đến cơ quan." in text
    assert "[DIEN TAP] The post has taken over your dossier, no. 4K7M-29TB-6HC, for the agency." in text
    assert "Kênh, theo thứ tự thử: rehearsal." in text
    assert "1 phần" in text
    assert 'lang="en"' in page


async def test_the_page_speaks_english_where_it_is_asked_to(browser, said) -> None:
    await browser.sign_in("enquiry", "admin")
    _, page = await browser.open("/desk/messages?l=en")

    assert "Messages to citizens" in said(page)
    assert "parts: 1" in said(page).replace("\xa0", " ")


async def test_who_is_no_administrator_sees_neither_the_page_nor_its_door(browser) -> None:
    await browser.sign_in("enquiry")
    status, _ = await browser.open("/desk/messages")
    _, desk = await browser.open("/desk")

    assert status == 403
    assert "/desk/messages" not in desk
