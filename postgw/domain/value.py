"""Values that are made thousands of times a second: frozen for whoever writes code, cheap for whoever runs it.

A frozen dataclass sets each of its fields by a detour and takes three times as long to make; one request with a scan
makes a dozen of them. These are dataclasses that the type checker holds to be frozen, and nothing of ours is run that
it has not read. They are compared and hashed by their fields like every other value.

Used by: scan, custody, ports, recognise, actor; tracking, serve; the adapters' wire and envelope.

>>> @value
... class Mark:
...     number: str
...     version: int = 1
>>> Mark(number="4K7M29TB6HC"), Mark(number="A") == Mark(number="A"), len({Mark(number="A"), Mark(number="A")})
(Mark(number='4K7M29TB6HC', version=1), True, 1)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[Made]) -> type[Made]:
    """Make a class a value: its fields are named when it is made, and never change."""
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)
