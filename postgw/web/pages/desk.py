"""Words that the desk's pages share: legs, states, units.

Stands on: visit. Used by: the desk's pages.
"""

from __future__ import annotations

from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.states import ScanTable, StateRule
from postgw.web.language import Language, sentence

from .visit import Visit

LEGS = {
    "send": sentence("Gửi hồ sơ"), "return": sentence("Trả kết quả"), "transfer": sentence("Chuyển giữa các cơ quan"),
    "withdrawal": sentence("Thu hồi giấy tờ"),
}  # fmt: skip


def titles(table: ScanTable, language: Language) -> dict[str, str]:
    """Return the title of each state."""

    def title(rule: StateRule) -> str:
        return rule.title if language == "vi" else rule.title_en

    return {state: title(rule) for state, rule in table.states.items()}


async def units_of(visit: Visit) -> dict[str, str]:
    """Return the names of desks and post offices by their codes."""
    return {unit.code: unit.name for unit in await visit.services.enquiry.units(actor=visit.actor)}


async def desk_words(visit: Visit) -> dict[str, Any]:
    """Return what lists of consignments are worded with: states, legs, units."""
    units = await units_of(visit)
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    return {
        "states": titles(table, visit.language), "legs": LEGS, "units": units,
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip
