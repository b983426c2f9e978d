"""Templates: what a page hands over does not hide behind a macro of the same name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).parents[2] / "postgw" / "web" / "pages"
FRAMES = [PAGES / "templates" / name for name in ("layout.html", "desk.html")]


def macros() -> set[str]:
    """Return the names that every page's frame takes for itself."""
    text = "\n".join(frame.read_text("utf-8") for frame in FRAMES)
    imported = re.findall(r"from \"marks.html\" import ([\w, ]+?) with context", text)
    return {name for names in imported for name in re.split(r",\s*", names)} | set(re.findall(r"macro (\w+)\(", text))


def handed_over() -> Iterator[tuple[str, str]]:
    """Yield each name under which a page of ours hands something to its template."""
    for file in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "show":
                yield from ((file.name, keyword.arg) for keyword in node.keywords if keyword.arg)


def test_no_value_of_a_page_has_the_name_of_a_macro_of_its_frame() -> None:
    assert {"icon", "state", "proof"} <= macros()
    assert [(file, name) for file, name in handed_over() if name in macros()] == []
