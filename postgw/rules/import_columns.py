"""The sheet that a clerk hands in: its columns, and how a cell that lists papers is read.

The words of the sheet are the clerk's; `data/import_columns.toml` maps them to the fields of a dossier and holds the
grammar of a papers cell: `Giấy chứng nhận QSDĐ (bản chính, trả lại) x1; CCCD (bản sao) x2`.

Stands on: domain.paper, domain.folding, domain.errors. Used by: services.intake (import, the template file).
Source: TT17/2017/TT-BTTTT Đ.5.1.b (each line says original or copy).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from postgw.domain.errors import Invalid
from postgw.domain.folding import fold
from postgw.domain.paper import Paper

READS = ("text", "phone", "form", "date", "money", "desk", "papers")
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the sheet. `field` is the JSON pointer that its value fills and its errors name."""

    heading: str
    also: tuple[str, ...]
    field: str
    required_for: frozenset[str]
    reads: str  #: one of READS
    example: str


@lru_cache(maxsize=1)
def import_columns() -> tuple[Column, ...]:
    """Return the columns in the order of the template."""
    return tuple(
        Column(**{**row, "also": tuple(row["also"]), "required_for": frozenset(row["required_for"])})
        for row in _data()["columns"]
    )


def column_of(heading: str) -> Column | None:
    """Return the column that a heading means, however it is accented, cased or punctuated; None when it means none."""
    return _headings().get(_heading_key(heading))


def service_form_of(cell: str) -> str:
    """Return the service form that a cell means.

    Raises Invalid when it means none.
    """
    if form := _folded("forms").get(fold(cell)):
        return form
    raise Invalid("Hình thức phải ghi: gửi, nhận hoặc cả hai.", code="service_form", field="/service_form")


def papers_of(cell: str) -> tuple[Paper, ...]:
    """Return the papers that a cell lists.

    Raises Invalid at the first one that does not say its kind, `field` pointing at it.
    """
    texts = [text.strip() for text in re.split(r"[;\n]", cell)]
    return tuple(_paper(text, f"/papers/{n}") for n, text in enumerate(filter(None, texts)))


def _paper(text: str, field: str) -> Paper:
    match = re.match(_data()["papers"]["paper"], text, re.IGNORECASE)
    if match is None:
        raise _unclear(field)
    words = [fold(word) for word in match["words"].split(",") if word.strip()]
    kinds = {kind for word in words if (kind := _folded("kinds").get(word))}
    duties = {duty for word in words if (duty := _folded("duties").get(word))}
    if len(kinds) != 1 or len(duties) > 1 or len(words) != len(kinds) + len(duties):
        raise _unclear(field)
    return Paper(
        name=match["name"].strip(), kind=kinds.pop(), quantity=int(match["quantity"] or 1),
        must_return="must_return" in duties, must_withdraw="must_withdraw" in duties,
    )  # fmt: skip


def _unclear(field: str) -> Invalid:
    return Invalid(
        "Giấy tờ thứ {nth} chưa rõ. Ghi: tên (bản chính, bản chứng thực hoặc bản sao) x số lượng; "
        "mỗi giấy cách nhau dấu chấm phẩy.",
        nth=int(field.rsplit("/", 1)[1]) + 1, code="paper.cell", field=field,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, Column]:
    return {_heading_key(name): column for column in import_columns() for name in (column.heading, *column.also)}


def _heading_key(heading: str) -> str:
    return _PUNCTUATION.sub("", fold(heading))


@lru_cache(maxsize=3)
def _folded(table: str) -> Mapping[str, str]:
    words = _data()["forms"] if table == "forms" else _data()["papers"][table]
    return {fold(word): meaning for word, meaning in words.items()}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    file = resources.files("postgw.rules") / "data/import_columns.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
