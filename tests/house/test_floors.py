"""The floors: nobody imports upward or sideways, each library lives in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level name of each absolute import; a relative one stays at home."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def _at_home(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names or name.startswith("postgw.domain")


def test_every_import_contract_is_kept() -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr


def test_the_domain_imports_only_the_standard_library() -> None:
    found = [(path.name, name) for path in (HOUSE / "postgw/domain").rglob("*.py") for name in _imported(path)]

    assert [f"{path}: {name}" for path, name in found if not _at_home(name)] == []
