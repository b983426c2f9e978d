"""One box takes every number, typed under any input method, and never takes one for another."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import (
    bag_number,
    consignment_number,
    dossier_number,
    item_number,
    manifest_number,
)
from postgw.domain.recognise import UNKNOWN, Recognised, recognise

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
sources = st.randoms(use_true_random=False)

consignments = sources.map(lambda source: consignment_number.mint(source.randrange))
bags = sources.map(lambda source: bag_number.mint(source.randrange))
items = st.builds(item_number.from_serial, st.text(CAPITALS, min_size=2, max_size=2), st.integers(0, 99_999_999))
foreign_items = st.builds(
    lambda number, country: number[:11] + country, items, st.text(CAPITALS, min_size=2, max_size=2)
)
manifests = st.builds(
    manifest_number.make, st.text(CAPITALS + "0123456789", min_size=2, max_size=6), days, st.integers(1, 9999)
)
dossiers = st.one_of(
    st.builds(lambda on, n: f"000.{n % 90 + 10}.22.H27-{on:%y%m%d}-{n:04}", days, st.integers(0, 9999)),
    st.builds(lambda on, n: f"H27.{n % 90 + 10}.2-{on:%y%m%d}-{n:04}", days, st.integers(0, 9999)),
    st.builds(lambda on, n: f"G22.99-{on:%y%m%d}-{n:06}", days, st.integers(0, 9999999)),
)
kinds = {
    "consignment": (consignments, consignment_number.is_valid),
    "item": (foreign_items, item_number.is_valid),
    "bag": (bags, bag_number.is_valid),
    "manifest": (manifests, manifest_number.is_valid),
    "dossier": (dossiers, dossier_number.is_valid),
}
any_number = st.one_of(*(st.tuples(st.just(kind), numbers) for kind, (numbers, _) in kinds.items()))


# --- a small model of Vietnamese input methods ------------------------------------------------------------------------

TONES = "\u0301\u0300\u0309\u0303\u0323"
CIRCUMFLEX, HORN, BREVE = "\u0302", "\u031b", "\u0306"


class Word:
    """Letters of the word being typed, each with its accents."""

    def __init__(self) -> None:
        self.letters: list[list[str]] = []

    def put(self, key: str) -> None:
        self.letters.append([key, ""])

    def last(self, among: str) -> list[str] | None:
        return next((letter for letter in reversed(self.letters) if letter[0].upper() in among), None)

    def tone(self, mark: str) -> bool:
        vowel = next((letter for letter in reversed(self.letters) if set(letter[1]) & {CIRCUMFLEX, HORN, BREVE}), None)
        vowel = vowel or self.last("AEIOUY")
        if vowel is None:
            return False
        if mark in vowel[1]:  # pressed twice: the accent goes and the key stands
            vowel[1] = vowel[1].replace(mark, "")
            return False
        for letter in self.letters:
            letter[1] = "".join(old for old in letter[1] if old not in TONES)
        vowel[1] += mark
        return True

    def no_tone(self) -> bool:
        toned = next((letter for letter in self.letters if set(letter[1]) & set(TONES)), None)
        if toned is not None:
            toned[1] = "".join(mark for mark in toned[1] if mark not in TONES)
        return toned is not None

    def accent(self, among: str, mark: str) -> bool:
        letter = self.last(among)
        if letter is not None and mark in letter[1]:
            letter[1] = letter[1].replace(mark, "")
            return False
        if letter is None or set(letter[1]) & {CIRCUMFLEX, HORN, BREVE, "/"}:
            return False
        letter[1] += mark
        return True

    def text(self) -> str:
        return "".join({"D": "Đ", "d": "đ"}[base] if "/" in marks else base + marks for base, marks in self.letters)


def telex(word: Word, key: str) -> bool:
    upper = key.upper()
    if upper in "SFRXJ":
        return word.tone(TONES["SFRXJ".index(upper)])
    if upper == "Z":
        return word.no_tone()
    if upper in "AEO":
        return word.accent(upper, CIRCUMFLEX)
    if upper == "D":
        return word.accent("D", "/")
    if upper == "W":
        if not (word.accent("UO", HORN) or word.accent("A", BREVE)):
            word.letters.append(["U" if key == "W" else "u", HORN])
        return True
    return False


def vni(word: Word, key: str) -> bool:
    if key in "12345":
        return word.tone(TONES["12345".index(key)])
    if key == "0":
        return word.no_tone()
    rule = {"6": ("AEO", CIRCUMFLEX), "7": ("UO", HORN), "8": ("A", BREVE), "9": ("D", "/")}.get(key)
    return rule is not None and word.accent(*rule)


Method = Callable[[Word, str], bool]


def typed(text: str, method: Method, *, digits_end_a_word: bool = False) -> str:
    """Return what stands on the screen when `text` is typed under an input method."""
    done, word = "", Word()
    for key in text:
        if not key.isalnum():
            done, word = done + word.text() + key, Word()
        elif not method(word, key):
            word.put(key)
            if digits_end_a_word and key.isdigit():
                done, word = done + word.text(), Word()
    return unicodedata.normalize("NFC", done + word.text())


methods = st.sampled_from([telex, vni])


@pytest.mark.parametrize(
    ("keys", "method", "screen"),
    [
        ("ddoongf", telex, "đồng"), ("dd", telex, "đ"), ("w", telex, "ư"), ("RW", telex, "RƯ"),
        ("d9o6ng2", vni, "đồng"), ("EA123", vni, "EẢ"), ("RR473124829VN", vni, "RR473124829VN"),
    ],
)  # fmt: skip
def test_the_model_types_vietnamese(keys: str, method: Method, screen: str) -> None:
    assert typed(keys, method) == unicodedata.normalize("NFC", screen)


# --- what input methods do to our numbers -----------------------------------------------------------------------------


@given(st.one_of(consignments, bags), methods, st.booleans())
def test_no_input_method_changes_a_number_of_ours(number: str, method: Method, ends: bool) -> None:
    assert typed(number, method, digits_end_a_word=ends) == number
    assert typed(number.lower(), method, digits_end_a_word=ends) == number.lower()


@given(st.text(consignment_number.ALPHABET + "-"), methods)
def test_no_row_of_our_alphabet_is_changed_at_all(text: str, method: Method) -> None:
    assert typed(text, method) == text


vowel_items = st.builds(
    item_number.from_serial,
    st.sampled_from(
        [
            "EA",
            "EE",
            "ES",
            "EW",
            "RA",
            "RW",
            "DD",
            "AD",
            "UA",
            "UW",
            "OO",
            "AA",
            "AS",
            "DA",
            "ED",
            "LO",
            "UO",
            "RO",
            "TO",
            "IO",
            "CI",
        ]
    ),
    st.integers(0, 99_999_999),
)


@given(st.one_of(vowel_items, foreign_items), methods, st.booleans(), st.booleans())
def test_a_damaged_item_number_is_made_out_or_refused_and_never_another(
    number: str, method: Method, ends: bool, decomposed: bool
) -> None:
    screen = unicodedata.normalize("NFD" if decomposed else "NFC", typed(number, method, digits_end_a_word=ends))
    assert recognise(screen) in {Recognised(kind="item", number=number), UNKNOWN}


@given(
    st.sampled_from(["ES", "EF", "ER", "EX", "EJ", "EE", "AS", "AW", "UW", "RW", "DD", "OO", "UR"]),
    st.integers(0, 99_999_999),
)
def test_what_telex_made_of_the_service_letters_is_made_out(indicator: str, serial: int) -> None:
    number = item_number.from_serial(indicator, serial)
    screen = typed(number, telex)
    assert screen != number
    assert recognise(screen) == recognise(screen.lower()) == Recognised(kind="item", number=number)


def test_one_digit_that_vni_took_is_made_out_when_only_one_place_fits_the_check_digit() -> None:
    assert typed("EA193079198VN", vni, digits_end_a_word=True) == "EÁ93079198VN"
    assert recognise("EÁ93079198VN") == recognise("eá93079198vn") == Recognised(kind="item", number="EA193079198VN")


def test_an_item_number_that_lost_digits_without_trace_is_not_a_consignment() -> None:
    """VNI 1 puts an accent upon O and 0 takes it away: both keys are gone."""
    short = next(
        screen
        for serial in range(10_000_000, 10_099_999)
        if consignment_number.is_valid(screen := typed(item_number.from_serial("RO", serial), vni))
    )
    assert recognise(short) == UNKNOWN


def test_two_digits_taken_of_which_one_left_no_trace_are_not_guessed() -> None:
    assert typed("EA123456785VN", vni) != "EA123456785VN"
    assert recognise(typed("EA123456785VN", vni)) == UNKNOWN


# --- kinds ------------------------------------------------------------------------------------------------------------


@given(any_number)
def test_each_number_is_recognised_as_its_own_kind(given_: tuple[str, str]) -> None:
    kind, number = given_
    assert recognise(number) == Recognised(kind=kind, number=number)  # type: ignore[arg-type]


@given(any_number)
def test_no_number_is_valid_as_another_kind(given_: tuple[str, str]) -> None:
    kind, number = given_
    assert [name for name, (_, is_valid) in kinds.items() if is_valid(number)] == [kind]


@given(any_number)
def test_case_and_outer_blanks_change_nothing(given_: tuple[str, str]) -> None:
    assert recognise(f" {given_[1].lower()}\r\n") == recognise(given_[1])


@given(any_number, st.sampled_from("\u2010\u2011\u2013\u2014"))
def test_a_number_copied_off_a_page_is_the_same_number(given_: tuple[str, str], dash: str) -> None:
    kind, number = given_
    copied = number.replace("-", dash) if kind in {"manifest", "dossier"} else f"{number[:4]}{dash}{number[4:]}"
    assert recognise(f"\ufeff\u00a0{copied}\u200b") == recognise(number)


@given(consignments, st.integers(1, 999))
def test_the_version_of_a_label_is_read_off_it_and_look_alikes_are_the_digits_they_mean(number: str, n: int) -> None:
    typed = number.replace("0", "O").replace("1", "l").replace("5", "s")
    assert recognise(f"{typed}-{n}") == Recognised(kind="consignment", number=number, version=n)


@given(any_number, st.sampled_from(["/t/{}", "/t/{}/", "/a/b/{}?l=vi", "/t/{}#top"]))
def test_a_scanned_link_is_the_number_it_ends_in(given_: tuple[str, str], path: str) -> None:
    assert recognise("https://hoso.example.vn" + path.format(given_[1])) == recognise(given_[1])


@given(any_number)
def test_dots_and_dashes_left_out_never_make_another_kind(given_: tuple[str, str]) -> None:
    kind, number = given_
    found = recognise(number.replace("-", "").replace(".", ""))
    assert found.kind in {kind, "unknown"}
    if kind == "dossier":
        assert dossier_number.lookup_key(found.number) == dossier_number.lookup_key(number)
    elif found != UNKNOWN:
        assert found.number == number


@given(st.text())
def test_nothing_that_is_scanned_makes_it_stumble(text: str) -> None:
    assert recognise(text).kind in {*kinds, "unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "84912000003",
        "0912000003",
        "042000000123",
        "Nguyễn Văn A",
        "https://",
        "https://[/",
        "ĐĐĐĐĐĐĐĐĐĐĐĐĐ",
        "ấ" * 59,
    ],
)
def test_what_is_no_number_is_unknown(text: str) -> None:
    assert recognise(text) == UNKNOWN
