"""Which zone of the tariff lies between two communes: looked up, never guessed.

Inside a province the tariff asks whether both communes lay in one district. Districts are no more, so each commune has
a post area in a dated table of the province. Between provinces it asks in which of the three regions each lies. **Which
province belongs to which region is not confirmed**, so that too is a dated table which the post fills; where a row is
missing the answer is a sentence that says which.

Stands on: time_limit (the zone of a commune), tariff (the zones' names), errors. Used by: services.pricing.
Source: TT22/2017/TT-BTTTT, appendix (the five columns of both tables); the membership of regions is UNVERIFIED.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .errors import Invalid
from .time_limit import Zone

REGIONS = (1, 2, 3)
#: The region that lies between the two others.
_MIDDLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The region of a province from a day on."""

    province_code: str
    region: int
    valid_from: date
    author: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownZone:
    """The post area of a commune, the day from which it holds, who set it and why."""

    zone: Zone
    valid_from: date
    author: str
    reason: str


def zone_within(one: Zone, other: Zone) -> str:
    """Return the zone between two communes of one province.

    >>> zone_within(Zone(commune_code="18073", area="Thành phố Hà Tĩnh", province="42"),
    ...     Zone(commune_code="18754", area="Thị xã Kỳ Anh", province="42"))
    'inter_district'
    """
    return "in_district" if one.area == other.area else "inter_district"


def zone_across(one: str, other: str, regions: Mapping[str, int], *, names: Mapping[str, str]) -> str:
    """Return the zone between two provinces, from the region of each.

    Raises Invalid, naming the province, when nobody has told its region.

    >>> zone_across("01", "42", {"01": 1, "42": 2}, names={})
    'neighbour_region'
    """
    for province in (one, other):
        if province not in regions:
            raise Invalid(
                "Chưa khai {province} thuộc vùng cước nào nên chưa tính được. Báo quản trị khai bảng vùng, hoặc chọn "
                "vùng tính cước.",
                province=names.get(province, province), code="tariff.region_unknown", field="/zone",
            )  # fmt: skip
    near, far = regions[one], regions[other]
    if near == far:
        return "same_region"
    return "neighbour_region" if _MIDDLE in (near, far) else "far_region"
