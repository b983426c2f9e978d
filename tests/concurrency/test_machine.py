"""The machine of `machine.py`, let live: a few short lives in every run.

POSTGW_MACHINE_EXAMPLES is how many lives there are, POSTGW_MACHINE_STEPS how long one is; POSTGW_SEED gives back what
chance chose.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from .conftest import opened_town, seed, signatories
from .machine import Life

LIVES = int(os.environ.get("POSTGW_MACHINE_EXAMPLES", "5"))
STEPS = int(os.environ.get("POSTGW_MACHINE_STEPS", "25"))


@pytest.mark.timeout(900)
@pytest.mark.postgres
@pytest.mark.slow
def test_whatever_happens_in_whatever_order_the_books_stay_right(watched_url: str) -> None:
    lives = hypothesis.settings(
        max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    ends = AsyncExitStack()
    with asyncio.Runner() as runner:
        Life.runner = runner
        Life.town = runner.run(ends.enter_async_context(opened_town(watched_url, 2)))
        try:
            Life.signs = runner.run(signatories(Life.town))
            Life.steps = Life.calls = 0
            run_state_machine_as_test(hypothesis.seed(seed())(Life), settings=lives)
            print(f"{Life.steps} steps, {Life.calls} acts")  # noqa: T201 - the figure of a long run
            assert Life.calls > LIVES
        finally:
            runner.run(ends.aclose())
