"""`docs/decision-45.md` is true: each obligation has its place, and tests that exist. `conftest` says if they ran."""

from __future__ import annotations

import pytest

from .conftest import HOUSE, Obligation, names_of_tests, obligations

ROWS = obligations()
EACH = pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))


def test_all_forty_four_obligations_stand_on_the_page_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, 45))


@EACH
def test_an_obligation_names_its_article_and_a_place_that_exists(row: Obligation) -> None:
    assert row.text
    assert row.article
    assert row.where
    assert [place for place in row.where if not (HOUSE / place).exists()] == []


@EACH
def test_an_obligation_names_tests_that_exist(row: Obligation) -> None:
    named = [test.partition("::") for test in row.tests]

    assert named
    assert [f"{path}::{name}" for path, _, name in named if name not in set(names_of_tests(HOUSE / path))] == []
