"""What a province fills in, and what is not let through."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.vnpost_ngsp.settings import NgspSettings
from postgw.domain.errors import Invalid

ACCOUNT: dict[str, Any] = {
    "customer_code": "HCC-DEMO",
    "key": "k3y",
    "secret": "s3cret",
    "base_url": "https://post.example",
}


def test_the_five_addresses_follow_from_the_base():
    settings = NgspSettings(**ACCOUNT)
    assert str(settings.address("cancel_url")) == "https://post.example/apiVNPostNGSP/p1.0/order/cancel"


def test_an_address_given_whole_wins():
    settings = NgspSettings(**ACCOUNT, order_url="https://bus.example/lgsp?service=OrderPost")
    assert str(settings.address("order_url")) == "https://bus.example/lgsp?service=OrderPost"


def test_names_of_citizens_never_travel_unencrypted_over_a_network():
    with pytest.raises(Invalid, match="https"):
        NgspSettings(**{**ACCOUNT, "base_url": "http://post.example"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8046", "http://localhost:8046", "http://[::1]:8046"])
def test_plain_http_is_for_this_machine_alone(url):
    assert NgspSettings(**{**ACCOUNT, "base_url": url})


def test_key_and_secret_are_not_shown():
    shown = repr(NgspSettings(**ACCOUNT))
    assert "k3y" not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize("wrong", [
    {"customer_code": ""}, {"key": ""}, {"secret": ""}, {"base_url": ""}, {"page_size": 1001}, {"page_size": 0},
    {"expires_in_unit": "min"}, {"event_time_unit": "us"}, {"codes": {"x": "delivered"}}, {"codes": {"4": "gone"}},
])  # fmt: skip
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(Invalid) as verdict:
        NgspSettings(**{**ACCOUNT, **wrong})
    assert verdict.value.field


def test_a_province_s_table_replaces_ours_and_only_the_known_code_stays():
    settings = NgspSettings(**ACCOUNT, codes={"20": "collected"})
    assert settings.words() == {4: "delivered", 20: "collected"}
    assert not settings.codes_are_ours()


def test_without_a_table_the_codes_are_said_to_be_ours():
    assert NgspSettings(**ACCOUNT).codes_are_ours()
