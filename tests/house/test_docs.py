"""The documents know every word that the product speaks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]
CUSTODY = (HOUSE / "docs" / "custody.md").read_text("utf-8")
GLOSSARY = (HOUSE / "docs" / "glossary.md").read_text("utf-8")

RESOURCES = [
    "dossiers", "consignments", "items", "bags", "labels", "pickups", "manifests", "scans", "deliveries", "track",
    "fees", "remittances", "cases", "reports", "procedures", "states", "events", "webhooks",
]  # fmt: skip


def newest_table() -> dict[str, Any]:
    newest = max((HOUSE / "postgw" / "rules").glob("scan_codes.*.toml"))
    return tomllib.loads(newest.read_text("utf-8"))


TABLE = newest_table()


def row_of(word: str, page: str) -> list[str]:
    """Return the cells of the table row that begins with this word."""
    rows = [line for line in page.splitlines() if line.startswith(f"| `{word}` |")]
    return [cell.strip() for cell in rows[-1].strip("|").split("|")] if rows else []


def section(title: str) -> str:
    return GLOSSARY.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("word", TABLE["codes"])
def test_every_scan_word_is_explained_under_its_title(word: str):
    assert row_of(word, section("Scan words"))[1:2] == [TABLE["codes"][word]["title"]]


@pytest.mark.parametrize("state", TABLE["states"])
def test_every_state_is_explained_under_its_title_and_stage(state: str):
    row = row_of(state, section("States of a consignment"))

    assert (row[1], row[3]) == (TABLE["states"][state]["title"], TABLE["states"][state]["stage"])


@pytest.mark.parametrize("word", TABLE["codes"])
def test_the_drawn_table_says_of_every_scan_word_what_the_rules_say(word: str):
    _, leads_to, holder, follows, stays = row_of(word, CUSTODY)
    rule = TABLE["codes"][word]
    plain, _, proved = follows.partition("; p: ")

    assert leads_to.split(",")[0] == rule.get("state", "")
    assert holder == rule.get("holder", "same" if "state" in rule else "")
    assert states_in(plain) == set(rule.get("after", []))
    assert states_in(proved) == set(rule.get("after_proof", []))
    assert states_in(stays) == set(rule.get("keeps", []))


def states_in(cell: str) -> set[str]:
    """Read a cell of the drawn table: states, the short word for several, and what it leaves out."""
    named, _, left_out = cell.partition(" without ")
    left, *more = re.split(r"[,;]", left_out)
    words = {word.strip() for word in [*re.split(r"[,;]", named), *more]}
    under_way = (
        set(re.findall(r"\w+", CUSTODY.split("*Under way*: ")[1].split(".")[0])) if "*under way*" in words else set()
    )
    return (words | under_way) - {"", "*under way*", left.strip()}


def test_the_states_that_end_are_named():
    named = CUSTODY.split("\nEnded: ")[1].split(".")[0]

    assert set(re.findall(r"\w+", named)) == {state for state, row in TABLE["states"].items() if row.get("ends")}


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_resource_of_the_interface_is_explained(resource: str):
    assert row_of(resource, section("Resources of the interface"))


@pytest.mark.parametrize("page", sorted((HOUSE / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_what_a_document_links_to_within_the_house_exists(page: Path):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
