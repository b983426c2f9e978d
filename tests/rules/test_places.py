from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from postgw.domain.errors import Unknown
from postgw.rules import places


def test_ha_tinh_has_sixty_nine_communes() -> None:
    units = places.communes("42")
    assert len(units) == 69
    assert {unit.kind for unit in units} == {"xã", "phường"}


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    table = places._gazetteer()
    assert len(set(table.provinces.values())) == 34
    assert sum(bool(unit.province_code) for unit in table.units.values()) == 3321


def test_no_commune_is_in_force_before_the_two_levels_began() -> None:
    assert places.communes("42", on=date(2025, 6, 30)) == ()
    assert len(places.communes("42", on=date(2025, 7, 1))) == 69


def test_every_name_is_composed_unicode() -> None:
    names = [unit.name for unit in places._gazetteer().units.values()]
    names += [name for unit in places.old_communes("42") for name in (unit.name, unit.district)]
    assert [name for name in names if not unicodedata.is_normalized("NFC", name)] == []


def test_a_code_finds_its_unit() -> None:
    assert places.commune("18073").name == "Phường Thành Sen"
    assert places.province("42").name == "Tỉnh Hà Tĩnh"


@pytest.mark.parametrize("code", ["42", "99999", ""])
def test_a_code_of_no_commune_is_unknown(code: str) -> None:
    with pytest.raises(Unknown):
        places.commune(code)


@pytest.mark.parametrize(
    ("text", "certainty", "names"),
    [
        ("Phường Thành Sen, tỉnh Hà Tĩnh", "exact", ["Phường Thành Sen"]),
        ("18073", "exact", ["Phường Thành Sen"]),
        ("phường Hải Ninh tỉnh Hà Tĩnh", "exact", ["Phường Hải Ninh"]),
        ("phuong thanh sen ha tinh", "one", ["Phường Thành Sen"]),
        ("XÃ KỲ LẠC", "one", ["Xã Kỳ Lạc"]),
        ("Số 5 đường Nguyễn Du, P. Thành Sen, Hà Tĩnh", "exact", ["Phường Thành Sen"]),
        ("x. Kỳ Xuân, h. Kỳ Anh, t. Hà Tĩnh", "one", ["Xã Kỳ Xuân"]),
        ("P. Nam Hà, TP Hà Tĩnh", "one", ["Phường Thành Sen"]),
        ("thị trấn Nghèn huyện Can Lộc", "one", ["Xã Can Lộc"]),
        ("phường Đại Nài, thành phố Hà Tĩnh, tỉnh Hà Tĩnh", "divided", ["Phường Thành Sen", "Phường Hà Huy Tập"]),
        ("xã không có ở đâu, tỉnh Hà Tĩnh", "unknown", []),
        ("", "unknown", []),
    ],
)
def test_a_written_place_finds_what_it_can_mean(text: str, certainty: str, names: list[str]) -> None:
    found = places.find(text)
    assert (found.certainty, [unit.name for unit in found.candidates]) == (certainty, names)


def test_a_name_borne_in_several_provinces_asks_back() -> None:
    found = places.find("xã Yên Hòa")
    assert found.certainty == "several"
    assert "42" in {unit.province_code for unit in found.candidates}


def test_the_province_at_hand_decides_between_equal_names() -> None:
    assert places.find("xã Yên Hòa", province_code="42").candidates[0].province_code == "42"


def test_the_old_commune_is_told_beside_what_it_became() -> None:
    found = places.find("xã Kỳ Lợi, thị xã Kỳ Anh, tỉnh Hà Tĩnh")
    assert found.was is not None
    assert found.was.name == "Xã Kỳ Lợi"
    assert len(found.candidates) == 3


def test_every_commune_of_the_province_has_the_former_district_most_of_it_came_from():
    districts = places.old_districts("42")

    assert set(districts) == {unit.code for unit in places.communes("42")}
    assert districts["18073"] == "Thành phố Hà Tĩnh"
    assert districts["18814"] == "Huyện Kỳ Anh"  # one old commune from each: the first code decides
    assert len(set(districts.values())) == 12
