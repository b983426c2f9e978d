"""What somebody filled into a form: sums, days, and what was wrong with it, to be said beside the field.

Whoever typed something wrong sees the same page again with all that was typed; nothing is lost.

Used by: the desk's pages with forms.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from postgw.domain.errors import Invalid, Mistake
from postgw.web.errors import kind_of

from .visit import Visit

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_DONG = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Why an act was not done: the sentence, the form and the field that it is about, and what was typed."""

    why: str
    name: str = ""
    form: str = ""
    status: int = 422
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


def wrong_of(visit: Visit, mistake: Mistake, typed: Mapping[str, str], *, form: str = "f") -> Wrong:
    """Return what was wrong, in the visitor's language."""
    return Wrong(
        why=visit.say(mistake.template, **mistake.values), name=mistake.field.strip("/").replace("/", "-"), form=form,
        status=kind_of(mistake).status, typed=typed,
    )  # fmt: skip


def new_id() -> str:
    """Return an id for one act: a form that is sent twice bears the same."""
    return secrets.token_hex(8)


def dong_of(text: str, name: str) -> int:
    """Return a sum as people write it. Raises Invalid when it is none.

    >>> dong_of("8.000 đ", "amount_dong")
    8000
    """
    bare = re.sub(r"[\s.,đĐ]", "", text)
    if not _DONG.fullmatch(bare):
        raise Invalid("Ghi số tiền bằng chữ số, ví dụ 8.000.", code="form.dong", field=f"/{name}")
    return int(bare)


def count_of(text: str, name: str) -> int:
    """Return a whole number. Raises Invalid when it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Invalid("Ghi số bằng chữ số.", code="form.count", field=f"/{name}")
    return int(text)


def day_of(text: str, name: str) -> date:
    """Return a day as people or a date field write it. Raises Invalid when it is none.

    >>> day_of("23/11/2026", "on"), day_of("2026-11-23", "on")
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23))
    """
    read = _DAY.fullmatch(text)
    try:
        return date(int(read[3]), int(read[2]), int(read[1])) if read else date.fromisoformat(text)
    except ValueError:
        raise Invalid("Ghi ngày như 23/11/2026.", code="form.day", field=f"/{name}") from None


def day_asked(visit: Visit, name: str) -> date | None:
    """Return the day in the address; nothing when there is none that can be read."""
    try:
        return day_of(visit.query(name), name)
    except Invalid:
        return None
