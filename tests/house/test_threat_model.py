"""The threat model names guards and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs/threat-model.md").read_text("utf-8")
TABLES = [table for table in re.split(r"\n\n", PAGE) if table.partition("\n")[0].endswith("| held by |")]


def named(pattern: str) -> set[str]:
    """Return the names in backticks that look like this."""
    return {name for name in re.findall(r"`([^`\s]+)`", PAGE) if re.fullmatch(pattern, name)}


def test_every_test_that_it_names_is_there() -> None:
    tests = [str(path.relative_to(HOUSE)) for path in (HOUSE / "tests").rglob("test_*.py")]
    folders = {str(path.relative_to(HOUSE)) for path in (HOUSE / "tests").rglob("*") if path.is_dir()}
    named_tests = named(r"(?:[\w/]+/)?test_\w+\.py")

    assert named_tests
    assert [name for name in named_tests if not any(path.endswith(f"/{name}") or path == name for path in tests)] == []
    assert named(r"tests/[\w/]+") - folders == set()


def test_every_file_that_guards_is_there() -> None:
    files = [str(path.relative_to(HOUSE)) for room in ("postgw", "adapters", "labels", "deploy")
             for path in (HOUSE / room).rglob("*") if path.is_file()]  # fmt: skip
    guards = {name for name in named(r"[\w/.]+\.(?:py|toml|conf)") if not name.rpartition("/")[2].startswith("test_")}

    assert guards
    assert [name for name in guards if not any(path.endswith(name) for path in files)] == []


def test_every_guard_of_a_door_has_the_test_that_holds_it() -> None:
    guards = [row for table in TABLES for row in table.strip().splitlines()[2:]]
    holders = [row.strip("| ").rpartition(" | ")[2] for row in guards]

    assert len(guards) > 40
    assert [guard for guard, holder in zip(guards, holders, strict=True) if "test" not in holder] == []
