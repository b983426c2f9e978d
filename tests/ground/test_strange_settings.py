"""Settings as nobody should write them: each is read, or refused in a sentence that names the place; never a trace."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import Card
from adapters.registry import cards
from postgw import settings
from postgw.domain.errors import Invalid
from postgw.settings import SettingsError

from ..fuzz import LEAVES, TEXTS, damaged, shaped, tried

HOUSE = Path(__file__).parents[2]
RIGHT = {
    "web": {"public_url": "https://hoso.example", "host": "127.0.0.1", "port": 8045, "proxies": ["127.0.0.1"]},
    "storage": {"url": "sqlite://x.sqlite3"},
    "scheduler": {},
    "post": {"accounts": [{"name": "a", "adapter": "rehearsal", "cod_carries": "fee", "desks": ["TS"]}]},
    "desk": {"systems": [{"name": "b", "adapter": "rehearsal"}]},
    "messages": {"channels": ["rehearsal"]},
    "adapters": {"rehearsal": {"post": {"port": 0}}},
}  # fmt: skip


def _toml(value: Any) -> str:
    """Return a value as TOML writes it inside a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(name))} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return "nan" if value != value else str(value)
    if isinstance(value, str):
        return json.dumps(value.encode(errors="replace").decode()).replace("\x7f", "\\u007f")
    return json.dumps(value if value is not None else "")


def _document(told: Any) -> str:
    pairs = told.items() if isinstance(told, dict) else [("web", told)]
    return "\n".join(f"{_toml(str(name))} = {_toml(value)}" for name, value in pairs)


def test_any_settings_are_read_or_refused() -> None:
    shipped = (HOUSE / "settings.toml").read_bytes()
    written = st.one_of(
        shaped(RIGHT, strange=8).map(_document), damaged(shipped).map(lambda raw: raw.decode("utf-8", "replace")), TEXTS
    )

    @tried(150)
    @given(written)
    def read(text: str) -> None:
        refusal = None
        try:
            settings.parse(text)
        except SettingsError as no:
            refusal = no
        assert refusal is None or str(refusal).startswith("settings.toml: "), refusal

    read()


def test_the_settings_of_the_test_are_right_to_begin_with() -> None:
    assert settings.parse(_document(RIGHT)).storage.url == RIGHT["storage"]["url"]  # type: ignore[index]
    assert tomllib.loads(_document(RIGHT)) == RIGHT


@pytest.mark.parametrize("card", cards(), ids=lambda card: f"{card.kind}-{card.name}")
def test_any_table_of_an_adapter_is_read_or_refused(card: Card) -> None:
    names = sorted(set(card.settings.__dataclass_fields__) - set(card.secrets()))
    secrets = {f"{name}_env": "SECRET" for name in card.secrets()}
    odd = st.sampled_from(["https://[::1", "https://a.example", "http://127.0.0.1:1", "https://a:b", "(", "x=y", 1, {}])
    values = odd | LEAVES | st.lists(odd | TEXTS, max_size=2) | st.dictionaries(TEXTS, odd | LEAVES, max_size=2)

    @tried(60)
    @given(st.dictionaries(st.sampled_from(names), values, max_size=6) if names else st.just({}))
    def read(table: dict[str, Any]) -> None:
        refusal = None
        try:
            card.read({**secrets, **table}, {"SECRET": "mot-bi-mat-du-dai"})
        except Invalid as no:
            refusal = no
        assert refusal is None or str(refusal).endswith("."), refusal

    read()
