"""The lock file: every package pinned and hashed, and no host of any registry named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HOUSE = Path(__file__).parents[2]
LOCK = (HOUSE / "requirements.lock").read_text("utf-8")
PINS = re.split(r"\n(?=\S)", LOCK.strip())


def _key(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_the_lock_names_no_host() -> None:
    assert (
        re.findall(r"\S*://\S*|^\s*-\S+.*$", re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}.*$", "", LOCK, flags=re.M)) == []
    )


def test_every_package_of_the_lock_has_one_version_and_its_hashes() -> None:
    assert [pin for pin in PINS if not re.match(r"[\w.-]+==\S+[\s\S]*--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_everything_the_project_asks_for_is_in_the_lock() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]

    assert {_key(each) for each in asked} - {_key(pin) for pin in PINS} == set()


def test_every_package_asked_for_has_its_reason() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    reasons = (HOUSE / "docs/dependencies.md").read_text("utf-8")
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]

    assert [_key(each) for each in asked if f"| {_key(each)} |" not in reasons] == []
