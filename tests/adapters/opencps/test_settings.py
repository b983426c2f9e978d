"""What a province fills in, and what is not let through."""

from __future__ import annotations

import pytest

from adapters.opencps.settings import OpenCpsSettings
from postgw.domain.errors import Invalid

from .conftest import SYSTEM


def test_the_address_follows_from_the_base():
    settings = OpenCpsSettings(**{**SYSTEM, "base_url": "https://motcua.example/cong/"})
    assert str(settings.address("4501")) == "https://motcua.example/cong/o/rest/v2/dossiers/4501"


def test_names_of_citizens_never_travel_unencrypted_over_a_network():
    with pytest.raises(Invalid, match="https"):
        OpenCpsSettings(**{**SYSTEM, "base_url": "http://motcua.example"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8047", "http://localhost:8047", "http://[::1]:8047"])
def test_plain_http_is_for_this_machine_alone(url):
    assert OpenCpsSettings(**{**SYSTEM, "base_url": url})


def test_secrets_are_not_shown():
    shown = repr(OpenCpsSettings(**SYSTEM, receipt_user="buucuc", receipt_secret="b1mat"))
    assert not [secret for secret in ("postgw@example.vn", "s3cret", "b1mat") if secret in shown]


@pytest.mark.parametrize("wrong", [
    {"base_url": ""}, {"site": ""}, {"key": ""}, {"secret": ""}, {"page_size": 9}, {"page_size": 201}, {"lists": ()},
    {"lists": ("viapostal",)}, {"lists": ("a=1",) * 7}, {"statuses": {"done": "xong"}}, {"actions": {"nộp": "12"}},
    {"item_fields": {"withdrawal": "x"}}, {"date_fields": {"x": "y"}}, {"body": "xml"}, {"receipt_user": "a"},
    {"receipt_secret": "b"}, {"at_once": 0}, {"overlap_minutes": 0}, {"sweep_hours": 0.0},
])  # fmt: skip
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(Invalid) as verdict:
        OpenCpsSettings(**{**SYSTEM, **wrong})
    assert verdict.value.field


def test_a_province_s_statuses_stand_over_those_shipped():
    words = OpenCpsSettings(**SYSTEM, statuses={"posting": "ready"}).words()
    assert (words["posting"], words["releasing"]) == ("ready", "ready")
