"""The list of what the product is made of: whole, true to the lock, the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]
LOCK = (HOUSE / "requirements.lock").read_text("utf-8")


def made() -> bytes:
    """Make the list as `make sbom` does."""
    return subprocess.run([sys.executable, HOUSE / "deploy/sbom.py"], capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return dict(json.loads(made()))


def test_every_package_of_the_lock_is_listed_with_its_version_and_hashes(bill: dict[str, Any]) -> None:
    listed = {
        f"{each['name']}=={each['version']}": {one["content"] for one in each.get("hashes", [])}
        for each in bill["components"]
        if each["purl"].startswith("pkg:pypi/")
    }
    locked = {
        re.split(r"[\s;]", block, maxsplit=1)[0].lower().replace("_", "-"): set(
            re.findall(r"sha256:([0-9a-f]{64})", block)
        )
        for block in re.split(r"\n(?=\S)", LOCK.strip())
    }

    assert listed == locked


def test_what_the_product_runs_on_is_told_from_the_workshop(bill: dict[str, Any]) -> None:
    scope = {each["name"]: each["scope"] for each in bill["components"]}

    assert {scope[name] for name in ("aiohttp", "tortoise-orm", "asyncpg", "cffi", "zxing-wasm", "noto-sans")} == {
        "required"
    }
    assert {scope[name] for name in ("pytest", "ruff", "mypy", "playwright", "hypothesis")} == {"excluded"}


def test_what_it_names_it_lists_and_every_package_in_use_has_a_licence(bill: dict[str, Any]) -> None:
    refs = [bill["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in bill["components"])]
    edges = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}

    assert len(refs) == len(set(refs))
    assert set(edges) | {ref for on in edges.values() for ref in on} <= set(refs)
    assert [each["name"] for each in bill["components"] if each["scope"] == "required" and not each["licenses"]] == []


def test_what_is_brought_along_is_what_lies_there(bill: dict[str, Any]) -> None:
    along = [each for each in bill["components"] if "properties" in each]

    assert len(along) == 2
    for each in along:
        assert each["version"] in (HOUSE / each["properties"][0]["value"] / "README.md").read_text("utf-8")


def test_it_has_the_form_that_readers_of_it_expect_and_is_the_same_each_time(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", bill["serialNumber"]
    )
    assert {each["type"] for each in bill["components"]} == {"library"}
    assert b"://" not in made().replace(b"urn:uuid:", b"")
    assert json.loads(made()) == bill
