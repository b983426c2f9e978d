"""A damage record proves something only when it is whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postgw.domain.damage import PHOTO_MOST, CountedLine, DamageRecord, checked_damage
from postgw.domain.errors import Invalid

JPEG = b"\xff\xd8\xff"
RECORD = DamageRecord(
    record_id="b-1",
    wrapping="torn",
    cause="transport",
    lines=(CountedLine(name=" Giấy  khai sinh ", condition="whole"),),
    new_seal_no="NP-2",
    worker_name="Trần Diễn Tập",
    witness_name="Lê Diễn Tập",
)


def test_a_whole_record_is_taken_with_tidy_texts() -> None:
    assert checked_damage(RECORD).lines[0].name == "Giấy khai sinh"


def test_a_photo_may_have_a_megabyte_and_a_half() -> None:
    assert checked_damage(replace(RECORD, photo_jpeg=JPEG + bytes(PHOTO_MOST - 3))).photo_jpeg


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"wrapping": "x"}, "/wrapping"),
        ({"cause": "x"}, "/cause"),
        ({"lines": ()}, "/lines"),
        ({"lines": (CountedLine(name="A", condition="x"),)}, "/lines/0/condition"),
        ({"lines": (CountedLine(name="A", condition="whole", quantity=0),)}, "/lines/0/quantity"),
        ({"new_seal_no": " "}, "/new_seal_no"),
        ({"witness_name": ""}, "/witness_name"),
        ({"photo_jpeg": b"GIF89a"}, "/photo_jpeg"),
        ({"photo_jpeg": JPEG + bytes(PHOTO_MOST)}, "/photo_jpeg"),
    ],
)
def test_what_is_missing_or_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_damage(replace(RECORD, **change))

    assert refused.value.field == field
