"""The contract every adapter keeps: what its card declares is what it has."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from adapters.card import PORTS, Card
from adapters.registry import CARDS, find
from postgw.domain.errors import Unknown

EVERY_CARD = pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.kind}-{card.name}")


def _methods(port: type) -> set[str]:
    return {name for name, value in vars(port).items() if inspect.isfunction(value) and not name.startswith("_")}


@EVERY_CARD
def test_a_declared_ability_has_its_method_with_the_signature_of_the_port(card: Card):
    port = PORTS[card.kind]
    for ability in card.abilities | ({"close"} if card.abilities else set()):
        ours, asked = getattr(card.serves, ability), getattr(port, ability)
        assert inspect.signature(ours) == inspect.signature(asked)
        assert inspect.iscoroutinefunction(ours)


@EVERY_CARD
def test_an_ability_that_is_not_declared_is_not_there(card: Card):
    undeclared = _methods(PORTS[card.kind]) - card.abilities - {"close"}
    assert not [name for name in undeclared if hasattr(card.serves, name)]


@EVERY_CARD
def test_a_card_declares_only_what_its_port_has(card: Card):
    assert card.abilities <= _methods(PORTS[card.kind])


@EVERY_CARD
def test_a_card_is_found_by_its_kind_and_name(card: Card):
    assert find(card.kind, card.name) is card


@EVERY_CARD
def test_settings_are_a_frozen_record_whose_secrets_are_never_shown(card: Card):
    assert dataclasses.is_dataclass(card.settings)
    shown = {one.name for one in dataclasses.fields(card.settings) if one.repr}
    assert not shown & set(card.secrets())
    assert card.settings.__dataclass_params__.frozen  # type: ignore[attr-defined]


@EVERY_CARD
def test_a_card_without_abilities_names_the_client_that_speaks_to_it(card: Card):
    assert bool(card.abilities) != bool(card.spoken_to_with)
    if card.spoken_to_with:
        assert find(card.kind, card.spoken_to_with).abilities


def test_an_unknown_adapter_is_named_with_its_nearest_neighbour():
    with pytest.raises(Unknown, match="vnpost_ngsp"):
        find("post", "vnpost_ng")
