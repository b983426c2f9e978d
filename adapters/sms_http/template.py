"""Filling a request's template: every value is escaped for the place in which it stands.

A JSON template is a structure whose texts are filled and written by the JSON writer; a form goes through the form
writer; in an address a value is percent-encoded whole; in XML its five signs are written as entities. A value can
therefore never end the text it stands in. Other braces than those of a known blank stay as they are.

Source: RFC 8259, RFC 3986 §2.1, WHATWG URL (application/x-www-form-urlencoded), XML 1.0 §2.4.

>>> filled("{to}: {text} {x}", {"to": "84912000003", "text": "{to}"})
'84912000003: {to} {x}'
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

BLANKS = ("to", "text", "id", "sender", "key", "secret", "basic", "coding", "parts")
_BLANK = re.compile(r"\{(" + "|".join(BLANKS) + r")\}")


def blanks_in(template: Any) -> set[str]:
    """Return the blanks in a template of any shape."""
    if isinstance(template, Mapping):
        return set().union(*(blanks_in(part) for part in template.values()))
    if isinstance(template, list | tuple):
        return set().union(*(blanks_in(part) for part in template))
    return set(_BLANK.findall(template)) if isinstance(template, str) else set()


def filled(template: str, values: Mapping[str, str], escaped: Callable[[str], str] = str) -> str:
    """Return a text with its blanks filled; what was filled in is not looked at again."""
    return _BLANK.sub(lambda blank: escaped(values[blank[1]]), template)


def address(template: str, values: Mapping[str, str]) -> str:
    """Return an address; a value is one part of a path or of a query, whatever is in it."""
    return filled(template, values, lambda value: quote(value, safe=""))


def json_body(template: Any, values: Mapping[str, str]) -> bytes:
    """Return a JSON body."""
    return json.dumps(_structure(template, values), ensure_ascii=False).encode()


def form_body(template: Mapping[str, Any], values: Mapping[str, str]) -> bytes:
    """Return a form."""
    return urlencode({name: filled(str(part), values) for name, part in template.items()}).encode()


def xml_body(template: str, values: Mapping[str, str]) -> bytes:
    """Return an XML body; signs that XML cannot hold at all are left out."""
    return filled(template, values, lambda value: escape(_xml_signs(value), {'"': "&quot;", "'": "&apos;"})).encode()


def _structure(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {name: _structure(inner, values) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [_structure(inner, values) for inner in part]
    return filled(part, values) if isinstance(part, str) else part


def _xml_signs(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " and sign not in "\ufffe\uffff" or sign in "\t\n\r")
