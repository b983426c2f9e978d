"""From a table of `settings.toml` to an adapter's settings: what is wrong is named, a secret is never written."""

from __future__ import annotations

import pytest

from adapters import rehearsal, vnpost_ngsp, webhooks
from adapters.registry import cards, table_of
from adapters.rehearsal.faults import Faults
from postgw.domain.errors import Invalid

ENVIRON = {"POST_KEY": "k3y", "POST_SECRET": "s3cret", "NEW": "whsec_bmV3", "OLD": "whsec_b2xk"}
ACCOUNT = {"key_env": "POST_KEY", "secret_env": "POST_SECRET", "base_url": "https://post.example"}


def test_a_secret_is_taken_from_the_variable_that_is_named():
    settings = vnpost_ngsp.CARD.read(ACCOUNT, ENVIRON, customer_code="HCC-DEMO")
    assert (settings.key, settings.secret, settings.customer_code) == ("k3y", "s3cret", "HCC-DEMO")


def test_a_secret_of_an_adapter_may_lie_in_a_file_and_one_that_is_open_is_refused(tmp_path):
    file = tmp_path / "post_secret"
    file.write_text("fr0m-file\n")
    file.chmod(0o400)
    environ = {"POST_KEY": "k3y", "POST_SECRET_FILE": str(file)}
    assert vnpost_ngsp.CARD.read(ACCOUNT, environ, customer_code="X").secret == "fr0m-file"

    file.chmod(0o644)
    with pytest.raises(Invalid, match="chmod 0440") as verdict:
        vnpost_ngsp.CARD.read(ACCOUNT, environ, customer_code="X")
    assert verdict.value.code == "settings.secret_file"


def test_several_secrets_are_taken_in_their_order():
    table = {"url": "https://desk.example", "secrets_env": ["NEW", "OLD"]}
    assert webhooks.DESK.read(table, ENVIRON).secrets == ("whsec_bmV3", "whsec_b2xk")


def test_a_table_in_a_table_is_read_too():
    table = {"speed": 5, "faults": {"lost_answer": 1}}
    settings = rehearsal.POST.read(table, {})
    assert (settings.speed, settings.faults) == (5.0, Faults(lost_answer=1.0))


def test_the_codes_of_a_province_come_with_text_for_numbers():
    settings = vnpost_ngsp.CARD.read({**ACCOUNT, "codes": {"20": "collected"}}, ENVIRON, customer_code="X")
    assert settings.words()[20] == "collected"


@pytest.mark.parametrize(("change", "code", "said"), [
    ({"ca_fil": "x"}, "settings.unknown", "ca_file"),
    ({"secret": "x"}, "settings.secret", "secret_env"),
    ({"key_env": "NOWHERE"}, "settings.variable", "NOWHERE"),
    ({"total_seconds": "5"}, "settings.kind", "cần số"),
    ({"page_size": True}, "settings.kind", "số nguyên"),
    ({"page_size": 1.5}, "settings.kind", "số nguyên"),
    ({"expires_in_unit": "h"}, "settings.kind", "một trong: s, ms"),
    ({"codes": []}, "settings.kind", "một bảng"),
    ({"key_env": ""}, "settings.missing", "key"),
    ({"page_size": 5000}, "ngsp.page_size", "1000"),
])  # fmt: skip
def test_what_is_wrong_is_named(change, code, said):
    with pytest.raises(Invalid, match=said) as verdict:
        vnpost_ngsp.CARD.read({**ACCOUNT, **change}, ENVIRON, customer_code="X")
    assert verdict.value.code == code


def test_a_wrong_switch_is_led_to():
    with pytest.raises(Invalid) as verdict:
        rehearsal.POST.read({"faults": {"lost_answers": 1.0}}, {})
    assert verdict.value.field == "/faults/lost_answers"


@pytest.mark.parametrize("card", [card for card in cards() if card.rehearsal], ids=lambda card: card.kind)
def test_the_rehearsal_needs_no_settings(card):
    assert card.read(table_of(card, {}), {}) == card.settings()


def test_a_name_of_several_kinds_has_a_part_for_each():
    adapters = {"rehearsal": {"post": {"speed": 1.0}, "desk": {"keeps": 5}}}
    assert table_of(rehearsal.DESK, adapters) == {"keeps": 5}
    assert table_of(rehearsal.MESSENGER, adapters) == {}


def test_a_name_of_one_kind_has_its_table_whole():
    assert table_of(vnpost_ngsp.CARD, {"vnpost_ngsp": {"page_size": 5}}) == {"page_size": 5}


@pytest.mark.parametrize("own", [{"speed": 1.0}, {"posts": {}}, {"post": 5}])
def test_a_part_there_is_none_of_is_named(own):
    with pytest.raises(Invalid, match="desk, messages, post"):
        table_of(rehearsal.POST, {"rehearsal": own})
