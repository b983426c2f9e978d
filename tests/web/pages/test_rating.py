"""The rating page and the wall as pages: one answer, thanks, and no name; figures that open their lists."""

from __future__ import annotations

import pytest

from postgw.domain.secret_link import link_of
from postgw.services.wall import FIGURES, Count, Row
from postgw.storage import province
from postgw.web.pages.wall import _shortened

PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}


async def link_to_rate(gate, deliver: bool = True) -> str:
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "collected")
    if deliver:
        now = gate.clock[0].isoformat()
        told = {"number": number, "scan_id": number, "device": "d", "device_at": now, "sent_at": now,
                "office": "480000", "proof": PROOF}  # fmt: skip
        assert (await gate.post("/api/v1/deliveries", told)).status == 201
    async with gate.house.database.writing() as tx:
        return f"/r/{link_of(await province.link_secret(tx), 'rate', number)}"


async def test_the_question_has_five_answers_and_names_nobody(gate, browser) -> None:
    status, page = await browser.open(await link_to_rate(gate))

    assert status == 200
    assert page.count('type="radio"') == 5
    assert [text for text in ("Nguyễn", "0912000003", "Kỳ Lạc") if text in page] == []


async def test_an_answer_is_thanked_and_a_second_changes_nothing(gate, browser) -> None:
    path = await link_to_rate(gate)
    first = await browser.send(path, headers={}, score="5", comment="Tốt")
    second = await browser.send(path, headers={}, score="1", comment="")
    told = await gate.house.database.reading.rows("SELECT score, comment FROM rating")

    assert "Cảm ơn bạn" in await first.text()
    assert "Cảm ơn bạn" in await second.text()
    assert told == [{"score": 5, "comment": "Tốt"}]


@pytest.mark.parametrize("score", ["", "0", "6", "năm"])
async def test_without_an_answer_the_question_stays_and_keeps_what_was_written(gate, browser, score) -> None:
    answer = await browser.send(await link_to_rate(gate), headers={}, score=score, comment="Đã viết <b>rồi</b>")
    page = await answer.text()

    assert answer.status == 422
    assert "Chọn một trong năm mức." in page
    assert "Đã viết &lt;b&gt;rồi&lt;/b&gt;" in page


@pytest.mark.parametrize("broken", ["x", "A", ".4K7M29TB6HC"])
async def test_a_link_that_is_not_ours_opens_nothing(gate, browser, broken) -> None:
    status, page = await browser.open(await link_to_rate(gate) + broken)

    assert status == 404
    assert "Đường dẫn đánh giá này không đúng." in page


async def test_what_is_not_delivered_is_not_rated(gate, browser) -> None:
    answer = await browser.send(await link_to_rate(gate, deliver=False), headers={}, score="5", comment="")

    assert "Đã hết hạn đánh giá" in await answer.text()
    assert await gate.house.database.reading.rows("SELECT id FROM rating") == []


async def test_the_question_is_asked_in_english_too(gate, browser) -> None:
    _, page = await browser.open(await link_to_rate(gate) + "?l=en")

    assert "Are you satisfied with this delivery" in page
    assert "Very satisfied" in page


def test_a_long_wall_is_shortened_without_losing_a_figure() -> None:
    rows = [Row(unit=str(n), name="", counts=dict.fromkeys(FIGURES, Count(count=n, dong=n))) for n in range(69)]
    shown = _shortened(rows, 30)

    assert len(shown) == 30
    assert sum(row.counts["late"].count for row in shown) == sum(range(69))


async def test_the_wall_asks_for_itself_again_only_where_it_hangs(browser) -> None:
    await browser.sign_in("enquiry", unit="TS")
    _, still = await browser.open("/desk/wall")
    _, hung = await browser.open("/desk/wall?live=1")

    assert 'http-equiv="refresh"' not in still
    assert '<meta http-equiv="refresh" content="60">' in hung


async def test_a_figure_of_the_wall_opens_the_list_it_counts(gate, browser) -> None:
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "collected", office="480000")
    await browser.sign_in("enquiry", unit="TS")
    _, wall = await browser.open("/desk/wall")
    _, listed = await browser.open("/desk/wall/transit?unit=TS")
    status, _ = await browser.open("/desk/wall/weather")

    assert 'href="/desk/wall/transit?unit=TS"' in wall
    assert number in listed
    assert status == 404
