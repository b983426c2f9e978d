"""The second factor against the vectors of its standard, and what a code must not do."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.totp import STEP_SECONDS, as_text, code_at, key_uri, step_of, step_used

SECRET = b"12345678901234567890"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
secrets = st.binary(min_size=20, max_size=20)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(("seconds", "code"), [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
])  # fmt: skip
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // STEP_SECONDS) == code[-6:]  # the vectors have eight digits, an app shows six


@given(secret=secrets, at=moments, drift=st.integers(-1, 1))
def test_a_telephone_whose_clock_is_half_a_minute_off_is_forgiven(secret: bytes, at: datetime, drift: int) -> None:
    shown = code_at(secret, step_of(at) + drift)

    assert step_used(secret, shown, at, after=0) is not None


@given(at=moments, drift=st.sampled_from([-3, -2, 2, 3]))
def test_a_code_of_another_minute_is_none(at: datetime, drift: int) -> None:
    shown = code_at(SECRET, step_of(at) + drift)
    near = {code_at(SECRET, step_of(at) + step) for step in (-1, 0, 1)}

    assert (step_used(SECRET, shown, at, after=0) is None) == (shown not in near)


@given(secret=secrets, at=moments, drift=st.integers(-1, 1), wait=st.integers(0, 90))
def test_a_code_that_was_used_never_counts_again(secret: bytes, at: datetime, drift: int, wait: int) -> None:
    shown = code_at(secret, step_of(at) + drift)
    used = step_used(secret, shown, at, after=0)
    assert used is not None

    again = step_used(secret, shown, at + timedelta(seconds=wait), after=used)

    assert again is None or again > used  # the same digits may come up for another half minute


def test_a_code_is_read_as_people_type_it() -> None:
    shown = code_at(SECRET, step_of(AT))

    assert step_used(SECRET, f" {shown[:3]} {shown[3:]} ", AT, after=0) == step_of(AT)


@pytest.mark.parametrize("typed", ["", "12345", "mã số", "٣٣٣٣٣٣", "1" * 5000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_used(SECRET, typed, AT, after=0) is None


@given(secret=secrets)
def test_an_app_reads_the_same_secret_from_the_picture_and_from_the_text(secret: bytes) -> None:
    uri = urlsplit(key_uri(secret, login="duong.ntt", issuer="postgw"))
    told = parse_qs(uri.query)

    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/postgw:duong.ntt")
    assert told["secret"] == [as_text(secret)]
    assert base64.b32decode(as_text(secret)) == secret
