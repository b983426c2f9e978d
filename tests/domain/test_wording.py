"""Every text fits its messages, names nobody, says the same in both languages, and the day when it is known."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.folding import unaccented
from postgw.domain.message_text import MessageText, blanks_of
from postgw.domain.ports import Notice
from postgw.domain.sms_length import sms_length
from postgw.domain.wording import ADDRESS_CHANGED, CODE_ASKED, Worded, sample_link, sampled, worded
from postgw.rules.book import rule_book

NAME = "Nguyễn Thị Diễn Tập"
TEXTS = rule_book().message_texts_on(date(2026, 11, 23))
URL = "https://hoso.hatinh.example"
LONGEST = list(sampled(TEXTS, public_url=URL, rehearsal=True))
MATTERS = sorted({key.partition(".")[2] for key in TEXTS.texts} - {"dossier.filed.due", "dossier.filed.supplement"})
LEGS = [("send", False), ("return", False), ("return", True)]


def consignment(leg: str, *, without_result: bool = False) -> Consignment:
    return Consignment(
        consignment_no="4K7M29TB6HC", dossier_id=1, leg=leg, desk="TS", rules_version="2025-07-01",
        without_result=without_result, consignor=Party(name=NAME), consignee=Party(name=NAME),
    )  # fmt: skip


def told(kind: str, about: Consignment | None, **rest: Any) -> Worded | None:
    notice = Notice(
        notice_id="n", kind=kind, at=datetime(2026, 11, 23, tzinfo=UTC), desk="TS", consignment_no="4K7M29TB6HC",
        dossier_no="000.00.15.H27-261120-0007", data=rest.pop("data", {}),
    )  # fmt: skip
    return worded(TEXTS, notice, about, **{"rehearsal": False, **rest})


def text(kind: str, about: Consignment | None, **rest: Any) -> str:
    said = told(kind, about, **rest)
    return said.text if said else ""


@pytest.mark.parametrize("said", LONGEST, ids=lambda said: f"{said.key}-{said.language}")
def test_a_text_takes_no_more_parts_than_the_catalogue_promises(said: Worded) -> None:
    accented = sms_length(said.text)

    if said.language == "en":
        assert (accented.coding, accented.parts) == ("gsm7", TEXTS.english_parts)
    else:
        assert accented.parts <= TEXTS.accented_parts
        assert sms_length(unaccented(said.text)).parts == TEXTS.unaccented_parts
        assert unaccented(said.text).isascii()


@pytest.mark.parametrize("one", TEXTS.texts.values(), ids=lambda one: one.key)
def test_a_text_speaks_plainly_in_both_languages(one: MessageText) -> None:
    for vietnamese, english in ((one.vi, one.en), (one.vi_link, one.en_link), (one.subject_vi, one.subject_en)):
        assert bool(vietnamese) == bool(english)
        assert blanks_of(vietnamese) == blanks_of(english)
        assert not vietnamese or not vietnamese.isascii()
        assert english.isascii()
        assert "  " not in vietnamese + english
    assert one.vi.endswith(".")
    assert one.en.endswith(".")
    assert "{link}" not in one.vi + one.en
    assert all(text.endswith("{link}") for text in (one.vi_link, one.en_link) if text)


@pytest.mark.parametrize("kind", MATTERS)
@pytest.mark.parametrize(("leg", "without_result"), LEGS)
def test_a_text_names_nobody(kind: str, leg: str, without_result: bool) -> None:
    said = text(kind, consignment(leg, without_result=without_result), data={"due_on": "2026-12-07"})

    assert "Diễn Tập" not in said


@pytest.mark.parametrize("kind", MATTERS)
@pytest.mark.parametrize(("leg", "without_result"), LEGS)
@pytest.mark.parametrize("link", ["", sample_link(URL)])
def test_what_another_carrier_brings_names_no_post_and_asks_nothing(
    kind: str, leg: str, without_result: bool, link: str
) -> None:
    other = replace(consignment(leg, without_result=without_result), public_service=False)
    said = text(kind, other, data={"due_on": "2026-12-07", "case_no": "KN-1"}, link=link).lower()

    assert not [word for word in ("bưu điện", "bưu tá", "bưu cục", "cách nhận", "đánh giá") if word in said]


def test_what_was_delivered_to_the_agency_is_told_with_the_due_date_when_it_is_known() -> None:
    for due_on in ("2026-12-07", date(2026, 12, 7)):
        said = text("dossier.filed", consignment("send"), data={"due_on": due_on})
        assert said == "Hồ sơ, mã 4K7M-29TB-6HC, đã giao đến cơ quan, hẹn trả kết quả: 07/12/2026."
    assert "Thời hạn" in text("dossier.filed", consignment("send"))


def test_a_mended_time_is_no_matter_for_the_citizen_and_a_completed_supplement_is() -> None:
    said = [text("dossier.filed", consignment("send"), data={"ground": each}) for each in ("correction", "supplement")]

    assert said[0] == ""
    assert "đã bổ sung đủ" in said[1]


def test_papers_that_go_home_are_never_called_a_result() -> None:
    home = consignment("return", without_result=True)
    matters = [kind for kind in MATTERS if kind != "dossier.rescheduled"]  # speaks of the day that was promised
    said = [text(kind, home, language=language) for kind in matters for language in ("vi", "en")]

    assert any(said)
    assert [each for each in said if "kết quả" in each.lower() or "result" in each.lower()] == []


@pytest.mark.parametrize("leg", ["transfer", "withdrawal"])
def test_what_travels_between_agencies_is_no_matter_for_the_citizen(leg: str) -> None:
    assert {text(kind, consignment(leg)) for kind in MATTERS if kind != "dossier.rescheduled"} == {""}


def test_an_apology_says_both_days_and_wants_no_consignment() -> None:
    data = {"due_on": "2026-11-24", "new_due_on": "2026-11-26"}

    assert text("dossier.rescheduled", None, data=data) == (
        "Hồ sơ 000.00.15.H27-261120-0007: cơ quan xin lỗi vì trả kết quả chậm."
        " Hẹn lại: 26/11/2026, thay cho 24/11/2026."
    )
    assert text("dossier.rescheduled", None, data=data, language="en").startswith("Dossier 000.00.15.H27-261120-0007:")


def test_a_rehearsal_says_so_first_in_either_language_and_in_the_subject() -> None:
    for language, mark in (("vi", "[DIỄN TẬP] "), ("en", "[DIEN TAP] ")):
        said = told("consignment.collected", consignment("send"), rehearsal=True, language=language)
        assert said
        assert said.text.startswith(mark)
        assert said.subject.startswith(mark)


RESULT = replace(consignment("return"), consignee=Party(name=NAME, phone="0912000003"))
LINK = sample_link(URL)


@pytest.mark.parametrize("one", TEXTS.texts.values(), ids=lambda one: one.key)
def test_every_text_but_that_of_a_code_and_of_a_new_address_leads_to_the_dossiers_own_page(one: MessageText) -> None:
    assert bool(one.vi_link) == (one.key not in {CODE_ASKED, ADDRESS_CHANGED})


@pytest.mark.parametrize("kind", [kind for kind in MATTERS if kind not in {CODE_ASKED, ADDRESS_CHANGED}])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_where_citizens_reach_the_pages_a_message_ends_with_its_link_and_elsewhere_it_has_none(
    kind: str, language: str
) -> None:
    about = RESULT if kind not in {"supplement.asked", "dossier.rejected"} else None
    linked, plain = (text(kind, about, language=language, link=link) for link in (LINK, ""))

    assert linked.endswith(LINK) or not plain
    assert "http" not in plain


#: Words that without accents read as others: fine, give, new, sell, bee and three, at once.
MISREAD = ("phát", "chờ", "mời", "bạn", "ông", "bà", "ngày")


@pytest.mark.parametrize("one", TEXTS.texts.values(), ids=lambda one: one.key)
def test_without_accents_a_text_says_nothing_else(one: MessageText) -> None:
    words = f"{one.vi} {one.vi_link}".lower().replace(",", " ").replace(".", " ").replace("/", " ").split()

    assert [word for word in MISREAD if word in words] == []


@pytest.mark.parametrize("one", TEXTS.texts.values(), ids=lambda one: one.key)
def test_a_text_is_polite_and_names_one_matter(one: MessageText) -> None:
    for said in (one.vi, one.vi_link, one.en, one.en_link):
        assert "!" not in said
        assert "vui lòng" not in said
        assert len(blanks_of(said) & {"number", "dossier", "code"}) == (1 if "{" in said.replace("{link}", "") else 0)


def test_what_the_post_alone_says_of_a_delivery_is_told_as_its_word() -> None:
    said = text("consignment.delivered_by_post_statement", RESULT, link=LINK)

    assert said.startswith("Bưu điện báo đã giao")
    assert said.endswith(f"Chưa nhận được thì báo tại {LINK}")


def test_the_values_are_those_of_the_blanks_for_a_channel_that_keeps_the_texts() -> None:
    said = told("consignment.held", RESULT, link=LINK)
    assert said

    assert (said.key, dict(said.values)) == ("return.consignment.held", {"number": "4K7M-29TB-6HC", "link": LINK})


@pytest.mark.parametrize(("row", "wrong"), [
    ({"key": "nowhere.x"}, "no such group"),
    ({"vi": "Hồ sơ {name}."}, "unknown blanks"),
    ({"en": "Dossier {due}."}, "both languages"),
    ({"vi_link": "Xem {link}"}, "both languages"),
])  # fmt: skip
def test_a_catalogue_that_is_wrong_is_not_read(row: dict[str, str], wrong: str) -> None:
    right = {
        "key": "any.x",
        "vi": "Hồ sơ {number}.",
        "en": "Dossier {number}.",
        "subject_vi": "Hồ sơ",
        "subject_en": "D",
    }

    with pytest.raises(ValueError, match=wrong):
        MessageText(**{**right, **row})


def test_every_blank_of_the_catalogue_is_filled() -> None:
    assert [said.key for said in LONGEST if set(string.punctuation) & set("{}") & set(said.text)] == []
