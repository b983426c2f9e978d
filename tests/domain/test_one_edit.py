"""One wrong letter: every slip is found, nothing further away is, and folding makes typed and kept words alike."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.folding import fold
from postgw.domain.one_edit import DIGITS, LETTERS, may_have_meant, neighbours, phone_word, words_of

words = st.text(alphabet=LETTERS, min_size=3, max_size=9)
names = st.lists(
    st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ",
            min_size=1, max_size=8),
    min_size=1, max_size=5,
)  # fmt: skip


@given(words, st.integers(0, 8), st.sampled_from(LETTERS), st.sampled_from(["more", "other", "fewer", "swapped"]))
def test_whatever_slip_is_made_the_word_that_was_meant_is_among_those_asked_for(word, place, letter, slip) -> None:
    at = place % len(word)
    typed = {
        "more": word[:at] + letter + word[at:], "other": word[:at] + letter + word[at + 1 :],
        "fewer": word[:at] + word[at + 1 :], "swapped": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }[slip]  # fmt: skip

    assert word in neighbours(typed, LETTERS)
    assert len(typed) < 3 or word in may_have_meant(typed)


@given(words)
def test_no_neighbour_is_longer_or_shorter_by_two(word) -> None:
    assert {len(each) - len(word) for each in neighbours(word, LETTERS)} <= {-1, 0, 1}


@given(names)
def test_a_name_is_found_as_it_was_typed_with_or_without_accents_and_case(parts) -> None:
    name = " ".join(parts)
    ways = (name, name.upper(), unicodedata.normalize("NFD", name), fold(name))

    assert len({words_of(way) for way in ways}) == 1


@given(st.text(max_size=60))
def test_the_words_of_any_text_are_plain_and_bounded(text) -> None:
    assert all(word.isascii() and word.isalnum() and len(word) <= 40 for word in words_of(text))


def test_two_wrong_letters_are_another_word() -> None:
    assert "nguyen" not in may_have_meant("mguyem")


def test_a_short_word_means_itself() -> None:
    assert may_have_meant("vu") == {"vu"}


def test_a_telephone_number_is_one_word_however_it_is_spaced() -> None:
    assert {words_of("0912 000 003"), words_of("0912.000.003"), words_of("+84 912 000 003")} == {("0912000003",)}
    assert phone_word("(0239) 3856-123") == "02393856123"
    assert all(each.isdecimal() for each in neighbours("0912000003", DIGITS))
