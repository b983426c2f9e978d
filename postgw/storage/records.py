"""Domain words to JSON text and back, for columns that hold a whole record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.paper import Paper
from postgw.domain.ports import Notice
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure


def to_json(record: object) -> str:
    """Return a record as JSON text; dataclasses, dates and moments included."""
    return orjson.dumps(record).decode()


def from_json(text: str) -> Any:
    """Return what a JSON text holds."""
    return orjson.loads(text)


def day(value: date | str) -> date:
    """Return a stored day, which one of the databases gives as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def party(data: dict[str, Any]) -> Party:
    """Return a stored party."""
    return Party(**data)


def parties(**each: Party) -> str:
    """Return parties as JSON text, by their part; of what is not said only name and commune, which are asked for."""
    return to_json({
        part: {key: value for key, value in asdict(one).items() if value or key in {"name", "commune_code"}}
        for part, one in each.items()
    })  # fmt: skip


def dossier(text: str) -> Dossier:
    """Return a stored dossier."""
    data = orjson.loads(text)
    data["applicant"] = party(data["applicant"])
    data["return_to"] = party(data["return_to"]) if data["return_to"] else None
    data["papers"] = tuple(Paper(**paper) for paper in data["papers"])
    data["due_on"] = date.fromisoformat(data["due_on"]) if data["due_on"] else None
    data["consent_at"] = datetime.fromisoformat(data["consent_at"]) if data["consent_at"] else None
    return Dossier(**data)


def notice(text: str) -> Notice:
    """Return a stored notice."""
    return Notice(**notice_parts(orjson.loads(text)))


def notice_parts(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a notice, by name; what is empty was left out."""
    data: dict[str, Any] = {"consignment_no": "", "dossier_no": "", **stored}
    data["at"] = datetime.fromisoformat(data["at"])
    return data


@lru_cache(maxsize=4096)
def procedure(text: str) -> Procedure:
    """Return a stored procedure. Versions never change, so each of the some two thousand is read once."""
    data = orjson.loads(text)
    data["papers"] = _lines(data["papers"])
    data["lists"] = tuple(PaperList(**{**each, "papers": _lines(each["papers"])}) for each in data.get("lists", ()))
    data["forms"] = tuple(data["forms"])
    for name in ("valid_from", "valid_to"):
        data[name] = date.fromisoformat(data[name]) if data[name] else None
    return Procedure(**data)


def _lines(data: list[dict[str, Any]]) -> tuple[ChecklistLine, ...]:
    return tuple(ChecklistLine(**line) for line in data)
