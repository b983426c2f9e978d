"""Which language a caller reads, and an error's sentence in it. Vietnamese first; English where it is asked for.

An error keeps its template and its values apart, so the template is looked up as it stands in the code.

Used by: errors, api. Source: RFC 9110 section 12.5.4 (Accept-Language).
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, Literal

Language = Literal["vi", "en"]

#: A template that ends by naming the codes of a closed list; its English ends in the same way.
_LISTED = re.compile(r"danh sách: \{\w+\}\.$")
_CODES = re.compile(r": \{\w+\}\.$")


def sentence(text: str) -> str:
    """Mark a template that is kept in a table, so that the catalogue finds it."""
    return text


@lru_cache(maxsize=256)
def language_of(header: str) -> Language:
    """Return the better liked of our two languages.

    >>> language_of(""), language_of("en-GB,en;q=0.9"), language_of("vi;q=0.9, en;q=0.2"), language_of("fr")
    ('vi', 'en', 'vi', 'vi')
    """
    liking = {"vi": 0.0, "en": 0.0}
    for part in header.lower().split(","):
        tag, _, weight = part.partition(";")
        name = tag.strip().partition("-")[0]
        if name in liking:
            liking[name] = max(liking[name], _weight(weight))
    return "en" if liking["en"] > liking["vi"] else "vi"


def _weight(text: str) -> float:
    try:
        return float(text.partition("q=")[2] or 1) if text.strip() else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=1)
def _english() -> gettext.NullTranslations:
    with (resources.files("postgw.web") / "locale/en/LC_MESSAGES/postgw.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


class _Counting(Formatter):
    """Fills a template whose English may tell one from many: `{n:item waits|items wait}`."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return super().format_field(value, format_spec)
        return one if str(value) == "1" else many


_COUNTING = _Counting()


def said(template: str, values: Mapping[str, object], language: Language) -> str:
    """Return a sentence in a language; where a translation is wanting, in Vietnamese.

    >>> [said("{n} ngày", {"n": n}, "en") for n in (1, 2)]
    ['1 day', '2 days']
    """
    if language == "vi":
        return template.format(**values) if values else template
    english = _english()
    inner = {key: _in_english(english, value) for key, value in values.items()}
    words = english.gettext(template)
    return _COUNTING.vformat(words, (), inner) if values else words


def said_on_page(template: str, values: Mapping[str, object], language: Language) -> str:
    """Return a sentence for a page: it shows its list in words, so the codes that a program may send are left out.

    >>> said_on_page("Chọn kết quả trong danh sách: {outcomes}.", {"outcomes": "upheld, partly"}, "vi")
    'Chọn kết quả trong danh sách.'
    """
    if not _LISTED.search(template):
        return said(template, values, language)
    words = template if language == "vi" else _english().gettext(template)
    return _COUNTING.vformat(_CODES.sub(".", words), (), values)


def _in_english(english: gettext.NullTranslations, value: object) -> object:
    """Return a value that is words in English, as the beginning of a sentence too; any other value as it is."""
    if not value or not isinstance(value, str):
        return value
    plain = value[0].lower() + value[1:]
    words = english.gettext(plain)
    if words == plain:
        return english.gettext(value)
    return words if plain == value else words[0].upper() + words[1:]
