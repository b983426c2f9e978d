"""What a province fills in, and what is not let through."""

from __future__ import annotations

import pytest

from adapters.my_vnpost.settings import MyVnPostSettings
from postgw.domain.errors import Invalid


def test_a_path_of_the_base_address_stays(settings_of):
    settings = settings_of(base_url="https://connect.example/customer-partner/")
    assert str(settings.address("create")) == "https://connect.example/customer-partner/CreateOrder"


def test_names_of_citizens_never_travel_unencrypted_over_a_network(settings_of):
    with pytest.raises(Invalid, match="https"):
        settings_of(base_url="http://post.example")
    assert settings_of(base_url="http://127.0.0.1:80")


def test_no_secret_is_shown(settings_of):
    secrets = {name: f"{name}-s3cret-s3cret" for name in ("key", "secret", "hook_secret", "hook_key")}
    shown = repr(settings_of(**secrets, hook_signature="hmac-sha256-hex"))
    assert not [secret for secret in secrets.values() if secret in shown]


@pytest.mark.parametrize("wrong", [
    {"customer_code": ""}, {"key": ""}, {"secret": ""}, {"base_url": ""}, {"service_code": ""}, {"page_size": 501},
    {"page_size": 0}, {"list_days_most": 32}, {"weight_grams": 0}, {"first_page": 2}, {"codes": {"x": "delivered"}},
    {"codes": {"14": "gone"}}, {"retail_codes": {"91": "gone"}}, {"hook_signature": "sha256-hex"},
    {"hook_key": "k"}, {"hook_secret": "short"}, {"hook_signature": "rsa-sha256", "hook_key": "no key"},
], ids=str)  # fmt: skip
def test_a_wrong_setting_is_named(account, wrong):
    with pytest.raises(Invalid) as verdict:
        MyVnPostSettings(**{**account, **wrong})
    assert verdict.value.field


def test_a_province_s_codes_lie_over_ours_and_may_silence_one(settings_of):
    words = settings_of(codes={"7": "collected", "13": "unknown", "99": "held"}).words("partner")
    assert (words[7], words[13], words[99], words[14]) == ("collected", "unknown", "held", "delivered")
