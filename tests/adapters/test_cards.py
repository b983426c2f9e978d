"""The contract every adapter keeps: what its card declares is what it has."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import PORTS, Card
from adapters.registry import cards, find
from postgw.domain.errors import Unknown

EVERY_CARD = pytest.mark.parametrize("card", cards(), ids=lambda card: f"{card.kind}-{card.name}")


def _methods(port: type) -> set[str]:
    """Return the acts of a port: what it does without calling anybody is no ability."""
    return {name for name, value in vars(port).items() if inspect.iscoroutinefunction(value) and name[0] != "_"}


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


#: What four tests show of each act that speaks over a wire.
SIDES = {"request", "call", "answer", "refusal"}
#: These speak over no wire: one keeps what it is told, the other reads and writes files.
WITHOUT_A_WIRE = {"rehearsal", "spreadsheet"}
WIRED = [card for card in cards() if card.name not in WITHOUT_A_WIRE]


def _sides_shown(name: str) -> Iterator[tuple[str, str]]:
    """Yield each act with each of its sides that some test of an adapter says it shows."""
    for file in sorted((Path(__file__).parent / name).glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.act":
                act, *sides = (ast.literal_eval(part) for part in node.args)
                yield from ((act, side) for side in sides)


@pytest.mark.parametrize("card", WIRED, ids=lambda card: f"{card.kind}-{card.name}")
def test_each_act_is_shown_from_its_request_to_its_refusal(card: Card):
    shown = set(_sides_shown(card.name))
    wanted = {(ability, side) for ability in card.abilities - {"price"} for side in SIDES}

    assert wanted - shown == set()
    assert {side for _, side in shown} <= SIDES


CODED = [card.name for card in WIRED if (Path(inspect.getfile(card.settings)).parent / "codes.py").exists()]


@pytest.mark.parametrize("name", CODED)
@given(code=st.one_of(st.none(), st.integers(), st.text(max_size=8)))
def test_whatever_code_an_outsider_sends_it_has_a_word(name: str, code: int | str | None):
    codes = importlib.import_module(f"adapters.{name}.codes")

    assert codes.word_of(code, {}) == codes.UNKNOWN
