"""Names: nobody else owns ours, and nothing is named for want of a word."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from postgw import ownership

HOUSE = Path(__file__).parents[2]
WORDLESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def _modules() -> list[Path]:
    rooms = (*ownership.OURS, "tests", "benchmarks")
    return [path for room in rooms for path in sorted((HOUSE / room).rglob("*.py"))]


def _wordless(name: str) -> bool:
    return not WORDLESS.isdisjoint(name.lower().split("_"))


def _definitions(path: Path) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)]


def _strange_distribution(folder: Path, package: str) -> None:
    card = folder / f"stranger_{package}-1.0.dist-info"
    card.mkdir()
    (card / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stranger-{package}\nVersion: 1.0\n")
    (card / "RECORD").write_text(f"{package}/__init__.py,,\n")


def test_no_other_distribution_owns_our_names() -> None:
    assert ownership.strangers() == []


@pytest.mark.parametrize("package", ownership.OURS)
def test_a_stranger_with_one_of_our_names_is_named(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _strange_distribution(tmp_path, package)
    monkeypatch.syspath_prepend(tmp_path)

    assert ownership.strangers() == [f"{package}: stranger-{package}"]


def test_the_modules_under_test_are_those_of_this_checkout() -> None:
    assert Path(ownership.__file__).is_relative_to(HOUSE)


def test_no_file_or_folder_is_named_for_want_of_a_word() -> None:
    parts = [(path, part) for path in _modules() for part in path.relative_to(HOUSE).with_suffix("").parts]

    assert [str(path.relative_to(HOUSE)) for path, part in parts if _wordless(part)] == []


def test_no_function_or_class_is_named_for_want_of_a_word() -> None:
    named = [(path.relative_to(HOUSE), name) for path in _modules() for name in _definitions(path)]

    assert [f"{path}: {name}" for path, name in named if name.lower().strip("_") in WORDLESS] == []


def test_every_init_file_holds_a_docstring_or_a_card_and_nothing_else() -> None:
    inits = [path for path in _modules() if path.name == "__init__.py" and path.parent.parent.name != "adapters"]
    bodies = {path: ast.parse(path.read_text("utf-8")).body for path in inits}

    assert [str(path.relative_to(HOUSE)) for path, body in bodies.items() if len(body) != 1] == []


def test_no_file_leans_on_a_place_of_one_machine() -> None:
    place = re.compile(r"""["'](/tmp|/home|/root|/Users)/""")

    assert [str(path.relative_to(HOUSE)) for path in _modules() if place.search(path.read_text("utf-8"))] == []


def test_there_is_no_init_file_under_tests() -> None:
    assert list((HOUSE / "tests").rglob("__init__.py")) == []


def test_the_environment_is_whole() -> None:
    subprocess.run([sys.executable, "-m", "pip", "check"], check=True, capture_output=True)
