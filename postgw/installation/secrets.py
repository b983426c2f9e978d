"""Secrets that the settings name and the environment does not hold.

Used by: check_command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from postgw.secret_files import SecretFileError, secret_under
from postgw.settings import Settings

from .finding import Finding, wrong


def looked_at(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield each secret that is named and kept nowhere, with the places that name it, and each file that is no good."""
    missing: dict[str, list[str]] = {}
    for place, variable in named(settings, ""):
        try:
            if not secret_under(variable, environ):
                missing.setdefault(variable, []).append(place)
        except SecretFileError as fault:
            yield wrong("secret", f"{place}: {fault}")
    for variable, places in missing.items():
        yield wrong(
            "secret",
            f"Chưa đặt biến môi trường {variable} mà {', '.join(places)} nói tới. Đặt trong tệp biến môi trường của"
            f" dịch vụ, hoặc trong tệp mà {variable}_FILE nêu, rồi chạy lại.",
        )


def named(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield each place that ends in `_env`, and the variable it names."""
    if is_dataclass(value):
        value = {part.name: getattr(value, part.name) for part in fields(value)}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from named(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, (tuple, list)):
        for number, inner in enumerate(value, 1):
            yield from named(inner, place if place.endswith("_env") else f"{place}[{number}]")
    elif isinstance(value, str) and value and place.endswith("_env"):
        yield place, value
