"""Draws the readable page from the OpenAPI description.

Used by: app, once at start.
"""

from __future__ import annotations

import json
import re
from functools import partial
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def docs_page(description: dict[str, Any]) -> str:
    """Return the page as HTML."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"prose": prose, "pretty": pretty, "kind": partial(kind_of, description)}
    template = environment.from_string((resources.files("postgw.web") / "docs/page.html").read_text("utf-8"))
    return template.render(spec=description, groups=_groups(description), schemas=description["components"]["schemas"])


def _groups(description: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {tag["name"]: [] for tag in description["tags"]}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            for tag in operation.get("tags", ()):
                groups[tag].append((method.upper(), path, operation))
    return groups


def prose(text: str) -> Markup:
    """Return a text with its `code` and **stress** marked up."""
    safe = str(escape(text))
    return Markup(_BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", safe)).replace("\n", "<br>\n"))


def pretty(value: Any) -> str:
    """Return a JSON value as a person reads it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def kind_of(description: dict[str, Any], schema: dict[str, Any]) -> Markup:
    """Return in a few words what a schema admits, with links to named shapes."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return Markup('<a href="#shape-{0}">{0}</a>').format(name)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return Markup(" | ").join(kind_of(description, each) for each in schema[several])
    if "enum" in schema:
        return Markup(" | ").join(Markup("<code>{}</code>").format(value) for value in schema["enum"])
    if "const" in schema:
        return Markup("<code>{}</code>").format(json.dumps(schema["const"], ensure_ascii=False))
    if schema.get("type") == "array":
        return Markup("[{}]").format(kind_of(description, schema.get("items", {})))
    return Markup(escape(" ".join([str(schema.get("format") or schema.get("type", "any")), *_bounds(schema)])))


def _bounds(schema: dict[str, Any]) -> list[str]:
    signs = {"minLength": "≥", "maxLength": "≤", "minimum": "≥", "maximum": "≤", "minItems": "≥", "maxItems": "≤"}
    return [f"{sign} {schema[name]}" for name, sign in signs.items() if name in schema]
