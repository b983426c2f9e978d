"""The zone of the tariff between two communes: from tables, or a sentence."""

from __future__ import annotations

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.tariff import ZONES
from postgw.domain.tariff_zone import REGIONS, zone_across, zone_within
from postgw.domain.time_limit import Zone


def _zone(area: str) -> Zone:
    return Zone(commune_code="18073", area=area, province="42")


def test_inside_a_province_the_former_districts_tell() -> None:
    assert zone_within(_zone("Thạch Hà"), _zone("Thạch Hà")) == "in_district"
    assert zone_within(_zone("Thạch Hà"), _zone("Kỳ Anh")) == "inter_district"


@pytest.mark.parametrize(
    ("near", "far", "zone"),
    [
        (1, 1, "same_region"), (2, 2, "same_region"), (3, 3, "same_region"), (1, 2, "neighbour_region"),
        (2, 3, "neighbour_region"), (3, 2, "neighbour_region"), (1, 3, "far_region"), (3, 1, "far_region"),
    ],
)  # fmt: skip
def test_between_provinces_the_regions_tell(near: int, far: int, zone: str) -> None:
    assert zone_across("a", "b", {"a": near, "b": far}, names={}) == zone


def test_whichever_regions_the_answer_is_a_zone_of_the_tariff() -> None:
    assert {zone_across("a", "b", {"a": one, "b": two}, names={}) for one in REGIONS for two in REGIONS} <= set(ZONES)


def test_a_region_that_nobody_told_is_never_guessed() -> None:
    with pytest.raises(Invalid, match="Chưa khai tỉnh Nghệ An thuộc vùng cước nào"):
        zone_across("42", "40", {"42": 2}, names={"40": "tỉnh Nghệ An"})
