"""JSON as outsiders write it, read so that whatever comes of it can be kept.

JSON can spell what no database takes: a NUL (`\\u0000`) and half of a character (`\\ud83d` alone, as a text cut off in
the middle of an emoji ends). One such row in a post's feed would be refused by memory each time anew, and nothing
behind it would ever be read. So a NUL falls away and half a character becomes the sign for such.

Used by: wire, the adapters' inbound files. Source: RFC 8259 §8.2 (unpaired surrogates); PostgreSQL, character types.
"""

from __future__ import annotations

import json
import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_json(body: bytes, *, keep_nul: bool = False) -> Any:
    """Return what a body says; `keep_nul` is for a reader that refuses a NUL by the name of its field.

    Raises ValueError when it is no JSON, or deeper than anybody needs.

    >>> read_json(b'["a\\\\u0000b", {"\\\\ud83d": "x\\\\ud83d\\\\ude00"}, 7]')
    ['ab', {'�': 'x😀'}, 7]
    """
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        told = json.loads(text.removeprefix("\ufeff"))
        return _storable(told, "" if keep_nul else "\0") if _ESCAPED.search(text) else told
    except RecursionError:
        raise ValueError("too deep") from None


def _storable(told: Any, without: str) -> Any:
    if isinstance(told, str):
        return _HALF.sub("\ufffd", told.replace(without, "") if without else told)
    if isinstance(told, list):
        return [_storable(one, without) for one in told]
    if isinstance(told, dict):
        return {_storable(name, without): _storable(one, without) for name, one in told.items()}
    return told
