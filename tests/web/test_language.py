"""Vietnamese first, English where it is asked for, and every sentence has its English."""

from __future__ import annotations

import ast
import re
import string
from functools import cache
from pathlib import Path

import pytest

from postgw.web import catalogue
from postgw.web.language import language_of, said

# Read once for all tests: the whole house is read for its sentences.
sentences, translated = cache(catalogue.sentences), cache(catalogue.translated)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "vi"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("fr", "vi"),
        ("*", "vi"),         ("en;q=0", "vi"), ("en;q=x", "vi"), ("en,vi", "vi"), (";;;,,,q=", "vi"),
    ],
)  # fmt: skip
def test_the_better_liked_language_is_chosen(header: str, language: str) -> None:
    assert language_of(header) == language


def test_values_that_are_words_are_translated_too() -> None:
    assert said("Chưa có {what}.", {"what": "người nhận"}, "en") == "Missing: recipient."


def test_every_sentence_of_the_house_has_its_english() -> None:
    kept = translated()
    wanting = [text for text in sentences() if not (message := kept.get(text)) or not message.string]

    assert wanting == [], "add them: python -m postgw.web.catalogue, then write the English into postgw.po"


def test_the_catalogue_holds_no_sentence_that_is_gone() -> None:
    found = sentences()

    assert [message.id for message in translated() if message.id and message.id not in found] == []


def test_the_compiled_catalogue_is_fresh() -> None:
    assert catalogue.MO.read_bytes() == catalogue.compiled(translated())


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_english_names_only_values_that_the_vietnamese_has() -> None:
    messages = [message for message in translated() if message.id]

    assert [m.id for m in messages if not names_in(str(m.string)) <= names_in(str(m.id))] == []


#: Values that count what the next word names, and words after a number that are verbs.
COUNTS = ("n", "days", "hours", "minutes", "seconds", "months", "left", "count", "wanted")
VERBS = "is|was|has|does|belongs|brings|names|becomes|as|its|this"


def test_the_english_says_one_of_a_thing_as_one() -> None:
    many = re.compile(rf"\b1 (?:(?:more|other|working|old|full) )?(?!(?:{VERBS})\b)[a-z]{{2,}}s\b")
    said_of_one = [
        said(str(message.id), dict.fromkeys(names_in(str(message.id)), "X") | dict.fromkeys(COUNTS, 1), "en")
        for message in translated()
        if message.id and names_in(str(message.id)) & set(COUNTS)
    ]

    assert len(said_of_one) > 150
    assert [text for text in said_of_one if many.search(text)] == []


def is_computed(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id in catalogue.ERRORS
    return named and any(isinstance(arg, (ast.JoinedStr, ast.BinOp)) for arg in call.args[:1])


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


def templates_that_are_computed() -> list[str]:
    files = sorted(path for room in catalogue.ROOMS for path in (catalogue.HOUSE / room).rglob("*.py"))
    return [f"{path.name}:{call.lineno}" for path in files for call in calls(path) if is_computed(call)]


def test_no_sentence_is_put_together_out_of_pieces() -> None:
    assert templates_that_are_computed() == []
