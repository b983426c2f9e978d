"""What a province fills in."""

from __future__ import annotations

import pytest

from adapters.viettel_post import CARD
from postgw.domain.errors import Invalid

ENVIRON = {"K": "nguoi-dung", "S": "mat-khau", "W": "bi-mat"}
TABLE = {"key_env": "K", "secret_env": "S", "webhook_secret_env": "W", "service": "VCN"}


def test_the_table_is_read_with_its_secrets_from_the_environment():
    read = CARD.read({**TABLE, "known_already": ["đã tồn tại"], "codes": {"508": "arrived"}}, ENVIRON)
    assert (read.key, read.secret, read.webhook_secret) == ("nguoi-dung", "mat-khau", "bi-mat")
    assert read.known_already == ("đã tồn tại",)
    assert str(read.address("order")) == "https://partner.viettelpost.vn/v2/order/createOrderNlp"


def test_no_secret_is_shown():
    assert not [word for word in ENVIRON.values() if word in repr(CARD.read(TABLE, ENVIRON))]


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": ""}, {"base_url": "http://vtp.example"}, {"base_url": "ftp://x"}, {"weight_grams": 0},
        {"product_type": "XX"}, {"codes": {"501": "đã phát"}}, {"codes": {"x": "arrived"}}, {"servise": "VCN"},
        {"secret": "viet-thang-vao"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(wrong):
    with pytest.raises(Invalid):
        CARD.read({**TABLE, **wrong}, ENVIRON)


@pytest.mark.parametrize("missing", TABLE)
def test_what_must_be_filled_in_is_asked_for(missing):
    with pytest.raises(Invalid):
        CARD.read({name: value for name, value in TABLE.items() if name != missing}, ENVIRON)


def test_it_is_not_the_provider_of_the_public_service_and_takes_plain_addresses():
    assert (CARD.public_post, CARD.places, set(CARD.abilities)) == (False, "", {"book", "cancel"})
