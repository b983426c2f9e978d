"""Templates and the words in them: jinja2 with every value escaped, every sentence through the catalogue.

`_("…")` in a template is a sentence in the caller's language, its values escaped like any other. Nothing is marked safe
but the icons, which stand in `templates/marks.html`.

Stands on: language, moments, assets, compiled. Used by: visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from postgw.domain import consignment_number, item_number
from postgw.domain.privacy import mask_address, mask_name, mask_phone
from postgw.web.language import Language, said

from . import moments
from .assets import address_of
from .compiled import Compiled
from .standing import look_of

_TOLD: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
_LOADER, _COMPILED = PackageLoader("postgw.web.pages", "templates"), Compiled(repr(_TOLD))
_ENVIRONMENT = Environment(
    loader=_LOADER, undefined=StrictUndefined, auto_reload=False, bytecode_cache=_COMPILED, **_TOLD
)
_ENVIRONMENT.filters.update(
    masked_name=mask_name, masked_phone=mask_phone, masked_address=mask_address, clock=moments.clock,
    clock_seconds=moments.clock_seconds, dated=moments.dated, day_before=moments.day_before,
    full_day=moments.full_day, lower_first=lambda text: text[:1].lower() + text[1:],
)  # fmt: skip
_ENVIRONMENT.globals.update(asset=address_of, look_of=look_of)


def grouped(number: str) -> str:
    """Return a number of ours or of the post as people read it.

    >>> grouped("4K7M29TB6HC"), grouped("RR473124829VN"), grouped("?")
    ('4K7M-29TB-6HC', 'RR 473 124 829 VN', '?')
    """
    if consignment_number.is_valid(number):
        return consignment_number.shown(number)
    return item_number.spaced(number) if item_number.is_valid(number) else number


def thousands(amount: int) -> str:
    """Return an amount of money in figures, without its unit.

    >>> thousands(26_000)
    '26.000'
    """
    return f"{amount:,}".replace(",", ".")


def short_unit(name: str) -> str:
    """Return what tells a unit from its neighbours: the name of its kind is the same for every desk.

    >>> short_unit("Trung tâm Phục vụ hành chính công phường Thành Sen"), short_unit("Bưu điện Kỳ Anh")
    ('Phường Thành Sen', 'Bưu điện Kỳ Anh')
    """
    return sentence_case(name.removeprefix("Trung tâm Phục vụ hành chính công "))


def sentence_case(words: str) -> str:
    """Return words as they begin a line.

    >>> sentence_case("thứ Hai 23/11")
    'Thứ Hai 23/11'
    """
    return words[:1].upper() + words[1:]


_ENVIRONMENT.filters.update(grouped=grouped, dong=thousands, sentence_case=sentence_case, short_unit=short_unit)


def drawn(name: str, values: Mapping[str, Any], *, language: Language, now: datetime) -> str:
    """Return a page."""

    def words(template: str, /, **inner: object) -> str:
        return said(template, inner, language)

    context = {
        "_": words, "language": language, "now": now, "day": partial(moments.day, language=language),
        "day_clock": partial(moments.day_clock, now=now),
        "when": partial(moments.when, now=now, language=language),
        "ago": partial(moments.ago, now=now, language=language),
        "span": partial(moments.span, language=language),
    }  # fmt: skip
    return _ENVIRONMENT.get_template(name).render({**context, **values})


def each_template() -> Iterator[str]:
    """Read every template that is kept compiled, one at each step, and yield its name: it is drawn from memory then.

    The others are compiled when they are first drawn: all of them take seconds.
    """
    for name, file in _templates():
        if _COMPILED.holds(name, file):
            _ENVIRONMENT.get_template(name)
            yield name


def _templates() -> Iterator[tuple[str, str]]:
    for name in _ENVIRONMENT.list_templates(extensions=["html"]):
        _, file, _ = _LOADER.get_source(_ENVIRONMENT, name)
        yield name, file or ""


if __name__ == "__main__":
    for made, _ in _templates():
        _ENVIRONMENT.get_template(made)
