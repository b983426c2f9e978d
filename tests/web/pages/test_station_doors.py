"""The forms at a door have a word for whatever the rules may hand them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import postgw.web.pages
from postgw.domain.ledger import LEDGERS
from postgw.domain.note import SIDES
from postgw.domain.paper import KINDS
from postgw.domain.proof import ID_KINDS
from postgw.web.pages.station.words_doors import WORDS

PAGES = Path(postgw.web.pages.__file__).parent
SCRIPTS = [path.read_text("utf-8") for path in sorted((PAGES / "static" / "station").glob("door*.js"))]


@pytest.mark.parametrize(
    ("prefix", "codes"), [("id", ID_KINDS), ("kind", KINDS), ("ledger", LEDGERS), ("side", SIDES)]
)  # fmt: skip
def test_each_code_of_a_closed_list_has_its_word(prefix: str, codes: dict[str, str]) -> None:
    assert [code for code in codes if f"doors.{prefix}_{code}" not in WORDS] == []


def test_no_script_says_a_sentence_that_is_not_there_and_none_is_left_unsaid() -> None:
    said = {key for script in SCRIPTS for key in re.findall(r'"(doors\.\w+)"', script)}
    begun = {key for script in SCRIPTS for key in re.findall(r"`(doors\.\w+_)\$", script)}

    assert sorted(said - set(WORDS)) == []
    assert [key for key in WORDS if key not in said and not any(key.startswith(each) for each in begun)] == []
