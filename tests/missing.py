"""What a test wanted and was not there, and how to get it: a server, a browser, a program of Debian's."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

#: What was wanted and not there → how to get it.
MISSED: dict[str, str] = {}


def cannot_run(what: str, remedy: str) -> NoReturn:
    """Skip a test, or have it fail where nothing may be skipped."""
    MISSED[what] = remedy
    sentence = f"{what} is not here: {remedy}"
    if os.environ.get("POSTGW_NOTHING_SKIPPED") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
