"""The documents know every word that the product speaks."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from postgw.command_line import parser
from postgw.web.routes import API, STANDING
from scheduler.timetable import TIMETABLE

HOUSE = Path(__file__).parents[2]
CUSTODY = (HOUSE / "docs" / "custody.md").read_text("utf-8")
GLOSSARY = (HOUSE / "docs" / "glossary.md").read_text("utf-8")

README = (HOUSE / "README.md").read_text("utf-8")
INTERFACE = (HOUSE / "docs" / "api.md").read_text("utf-8")
OPERATIONS = (HOUSE / "docs" / "operations.md").read_text("utf-8")
ARCHITECTURE = (HOUSE / "docs" / "architecture.md").read_text("utf-8")
PAGES = [*sorted(HOUSE.glob("*.md")), *sorted((HOUSE / "docs").rglob("*.md"))]
ROOMS = ("postgw", "adapters", "labels", "scheduler")

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_what_a_document_links_to_within_the_house_exists(page: Path):
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)", page.read_text("utf-8"))

    assert [link for link in links if not is_there(page, link)] == []


def is_there(page: Path, link: str) -> bool:
    """Say whether a link leads to a file of the house and, where it names one, to a heading of it."""
    name, _, anchor = link.partition("#")
    aim = page.parent / name if name else page
    return aim.exists() and (not anchor or anchor in anchors_of(aim))


def anchors_of(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(parser: argparse.ArgumentParser, words: str = "postgw") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command that can be given, and the parser that reads it."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield words, parser
    for action in inner:
        for name, each in action.choices.items():
            yield from commands(each, f"{words} {name}")


COMMANDS = dict(commands(parser()))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str):
    assert re.search(rf"`(postgw )?{command.removeprefix('postgw ')}\b", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_explained(command: str):
    told = README + (HOUSE / "docs" / "adapters" / "rehearsal.md").read_text("utf-8")
    words = set(re.findall(r"--[\w-]+|(?<=`)[\w]+(?=`)", told))
    options = {max(action.option_strings, key=len) for action in COMMANDS[command]._actions if action.option_strings}

    assert {one for one in options - {"--help"} if not {one, one.strip("-").replace("-", "_")} & words} == set()


def told_commands() -> list[str]:
    """Return each line of the code blocks of the pages that whoever runs a house reads, as far as it is a command."""
    pages = [HOUSE / "docs" / name for name in ("operations.md", "evidence.md", "roles.md", "importing.md", "desk.md")]
    blocks = [block for page in pages for block in re.findall(r"```\w*\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
    lines = [re.split(r"\s{3,}|\s+#", line)[0] for block in blocks for line in block.splitlines()]
    return sorted({line.replace("[", "").replace("]", "") for line in lines if line.startswith("postgw ")})


@pytest.mark.parametrize("line", told_commands())
def test_a_command_in_a_page_is_one_that_is_understood(line: str):
    parser().parse_args(shlex.split(line)[1:])


def test_who_is_called_at_night_is_told_commands_as_they_are_typed():
    """The one that is installed runs as the services do; the file in the environment knows no settings, no secrets."""
    blocks = "".join(re.findall(r"```\w*\n(.*?)```", OPERATIONS, re.DOTALL))

    assert len(told_commands()) > 20
    assert ".venv/bin/postgw" not in blocks


def test_the_readme_names_no_command_that_does_not_exist():
    named = re.findall(r"^\| `postgw ([a-z-]+)", README, re.MULTILINE)

    assert set(named) - {command.split()[1] for command in COMMANDS} == set()


def keys_of(table: dict[str, Any], head: str = "") -> Iterator[str]:
    """Yield every key of the settings as a document writes it: `[web] port`; of an empty table its name."""
    for name, value in table.items():
        path = f"{head}.{name}" if head else name
        if isinstance(value, dict):
            yield from keys_of(value, path) if value else [f"[{path}]"]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (f"[[{path}]] {key}" for each in value for key in each)
        else:
            yield f"[{head}] {name}"


SETTINGS = tomllib.loads((HOUSE / "settings.toml").read_text("utf-8"))


@pytest.mark.parametrize("key", sorted(set(keys_of(SETTINGS))))
def test_every_setting_is_explained(key: str):
    assert row_of(key, OPERATIONS)


@pytest.mark.parametrize("route", API, ids=lambda route: route.operation.name)
def test_every_address_of_the_interface_is_listed_as_it_is(route: Any):
    marks = {"K": route.operation.creates, "M": route.operation.matches}
    address = f"{route.method} {route.path.replace(':.+}', '}').removeprefix('/api/v1')}"
    row = row_of(address, INTERFACE.replace("/api/v1", ""))

    assert row[1:3] == [route.scope, " ".join(mark for mark, bears in marks.items() if bears)]


def test_no_address_is_listed_that_does_not_exist():
    listed = re.findall(r"^\| `([A-Z]+ /api/v1\S+)`", INTERFACE, re.MULTILINE)

    assert set(listed) - {f"{route.method} {route.path.replace(':.+}', '}')}" for route in API} == set()


@pytest.mark.parametrize("address", [str(route.path) for route in STANDING if route.path != "/api/docs.css"])
def test_every_address_beside_the_interface_is_named(address: str):
    assert f"`{address}`" in INTERFACE


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z][a-z-]+)", README))))
def test_what_the_readme_makes_the_makefile_knows(target: str):
    assert re.search(rf"^{target}:", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_readme_tells_how_the_tests_are_run():
    assert re.search(r"^make test\b", README, re.MULTILINE)


@pytest.mark.parametrize("line", TIMETABLE, ids=lambda line: line.job)
def test_every_recurring_job_is_explained(line: Any):
    assert row_of(line.job, OPERATIONS)


def folders() -> list[str]:
    with_code = {path.parent for room in ROOMS for path in (HOUSE / room).rglob("*.py")}
    return sorted(f"{folder.relative_to(HOUSE)}/" for folder in with_code if folder != HOUSE / "postgw")


@pytest.mark.parametrize("folder", folders())
def test_every_folder_has_its_line_in_the_walk_through_the_house(folder: str):
    assert row_of(folder, ARCHITECTURE)


@pytest.mark.parametrize(
    "named",
    sorted(
        set(re.findall(r"`(tests/[\w/]+\.py|(?:postgw|adapters|labels|scheduler)/[\w/]+\.py)`", ARCHITECTURE + README))
    ),
)
def test_every_file_that_is_named_exists(named: str):
    assert (HOUSE / named).is_file()


def contracts() -> set[str]:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    return {contract["id"] for contract in project["tool"]["importlinter"]["contracts"]}


def test_every_contract_is_named_beside_the_rule_that_it_keeps():
    rules = ARCHITECTURE.split("\n## Rules of the road")[1].split("\n## ")[0]

    assert {contract for contract in contracts() if f"`{contract}`" not in rules} == set()
