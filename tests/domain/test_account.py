"""Logins, passwords that nobody guesses first, and locks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.account import Account, checked_login, must_be_good_password
from postgw.domain.errors import Forbidden, Invalid

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ACCOUNT = Account(account_no="ac-1", login="duong.ntt", name="Dương", unit="TS", roles=("officer",))


@pytest.mark.parametrize("login", ["", "1a", "a b", "dương", "a..b", "a.", "-a", "a_b", "a" * 61, "a\n.b", "a@b.vn"])
def test_what_is_no_login_is_refused_at_its_field(login: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_login(login)

    assert refused.value.field == "/login"


@given(st.from_regex(r"[a-z][a-z0-9]{0,9}([.-][a-z0-9]{1,9}){0,3}", fullmatch=True))
def test_a_login_is_kept_as_it_is_however_it_was_typed(login: str) -> None:
    assert checked_login(f" {login.upper()} ") == login


@pytest.mark.parametrize("password", [
    "ngan9", "a" * 201, "duong.ntt!2026", "Duong.NTT 88", "matkhau-moi-2026", "MatKhau moi 1", "aaaaaaaaaaaa",
    "ababababab", "1234567890", "postgw postgw", "qwerty qwerty 9",
])  # fmt: skip
def test_a_password_that_somebody_tries_first_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        must_be_good_password(password, login="duong.ntt", least=10)

    assert refused.value.field == "/password"
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", [
    "con đường về làng đỏ", "tan-tay-nguoi-dan", "ngày mai trời lại sáng và gió lại thổi qua cánh đồng làng ta " * 3,
    "x7?Lk2_qPv",
])  # fmt: skip
def test_a_sentence_is_a_good_password_however_long(password: str) -> None:
    must_be_good_password(password, login="duong.ntt", least=10)


def test_a_short_login_forbids_no_sentence_in_which_it_stands_by_chance() -> None:
    must_be_good_password("anh cả đi làng", login="an", least=10)


def test_a_lock_ends_by_itself_and_says_when() -> None:
    shut = Account(**{**{name: getattr(ACCOUNT, name) for name in ACCOUNT.__slots__},
                      "locked_until": AT + timedelta(minutes=15)})  # fmt: skip
    with pytest.raises(Forbidden) as refused:
        shut.must_not_be_locked(AT)

    assert refused.value.values == {"minutes": 15}
    shut.must_not_be_locked(AT + timedelta(minutes=15))
    ACCOUNT.must_not_be_locked(AT)
