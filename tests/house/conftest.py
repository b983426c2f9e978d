"""The page of obligations, read, and whether the tests that it names have run.

In a run of everything, each test that `docs/decision-45.md` names must have passed: one that was skipped or has gone
is told at the end and fails the run. A run of some tests says nothing about the others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "decision-45.md"
_ROW = re.compile(r"^\| (\d+) \|(.+)\|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_passed: set[str] = set()


@dataclass(frozen=True)
class Obligation:
    """One row: what the law asks, by which article, where it lives, what proves it."""

    number: int
    text: str
    article: str
    where: tuple[str, ...]
    tests: tuple[str, ...]


def obligations() -> list[Obligation]:
    """Return the rows of the page in their order."""
    return [_obligation(match) for match in _ROW.finditer(PAGE.read_text("utf-8"))]


def _obligation(match: re.Match[str]) -> Obligation:
    text, article, where, tests = (cell.strip() for cell in match[2].split("|"))
    return Obligation(int(match[1]), text, article, tuple(_CODE.findall(where)), tuple(_CODE.findall(tests)))


def names_of_tests(path: Path) -> Iterator[str]:
    """Yield the names of the tests that a file defines; a state machine's test is a name that is given a value."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what passed, without its parameters."""
    if report.when == "call" and report.passed:
        _passed.add(report.nodeid.partition("[")[0])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of everything in which a test that the page names did not pass."""
    if session.exitstatus == 0 and _is_whole(session.config) and _not_run():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the tests of obligations that did not pass in a run of everything."""
    if _is_whole(config) and (missing := _not_run()):
        terminalreporter.section("OBLIGATIONS WITHOUT PROOF", sep="!", red=True, bold=True)
        for test in missing:
            terminalreporter.write_line(f"named in docs/decision-45.md, not passed in this run: {test}")


def _is_whole(config: pytest.Config) -> bool:
    if hasattr(config, "workerinput"):
        return False  # one of several at work: whoever sent them hears of all
    everything = config.args == config.getini("testpaths") and not config.option.keyword and not config.option.markexpr
    return everything and not config.option.collectonly and not config.option.maxfail


def _not_run() -> list[str]:
    return sorted({test for row in obligations() for test in row.tests} - _passed)
