"""How the wires fare: each state in a word, what stands still with its reason, and trying it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.ports import FeedReject
from postgw.services.wires import Outside, Wire
from postgw.storage import orders, outbox, wires
from postgw.storage.outbox import NewErrand
from postgw.storage.wires import Backlog
from postgw.web.pages.wires import Health, health_of

AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)


def wire(**told: Any) -> Wire:
    outside = Outside(kind=told.pop("kind", "post"), name=told.pop("name", "hatinh"), title="Bưu điện", is_read=True)
    known = {"heard_at": AT, "failing_since": None, "last_error": "", "backlog": Backlog()}
    return Wire(outside=outside, **{**known, **told})


def looked_at(*watched: Wire) -> list[Health]:
    return list(health_of(watched, at=AT, may_act=True))


@pytest.mark.parametrize(("told", "kind", "word"), [
    ({}, "ok", "Thông"), ({"heard_at": AT - timedelta(minutes=11)}, "warn", "Chậm"),
    ({"heard_at": None}, "quiet", "Chưa gọi lần nào"),
    ({"failing_since": AT - timedelta(hours=2)}, "offline", "Mất tin"),
    ({"backlog": Backlog(waiting=3)}, "warn", "{n} việc chờ"),
    ({"backlog": Backlog(refused=1, waiting=3)}, "stuck", "{n} việc kẹt"),
    ({"backlog": Backlog(unread=2)}, "stuck", "{n} việc kẹt"),
])  # fmt: skip
def test_a_wire_is_well_slow_silent_new_waiting_or_stuck(told: dict[str, Any], kind: str, word: str) -> None:
    [health] = looked_at(wire(**told))

    assert (health.kind, health.word) == (kind, word)


def test_what_a_person_must_mend_comes_before_what_mends_itself() -> None:
    well, stuck, silent = wire(), wire(backlog=Backlog(refused=2)), wire(failing_since=AT)

    assert [health.kind for health in looked_at(well, silent, stuck)] == ["stuck", "offline", "ok"]


def test_a_stuck_wire_that_is_silent_too_still_says_since_when() -> None:
    [health] = looked_at(wire(failing_since=AT, backlog=Backlog(refused=1)))

    assert health.since == AT


def test_a_subscriber_that_was_never_called_is_not_new() -> None:
    [health] = looked_at(wire(kind="hook", heard_at=None))

    assert health.kind == "ok"


async def stuck_errand(gate: Any, channel: str = "desk", target: str = "mot-cua", key: str = "1") -> int:
    async with gate.house.database.writing() as tx:
        new = NewErrand(channel=channel, target=target, key=f"{channel}:{key}", subject="4K7M29TB6HC", payload="{}")
        await outbox.put(tx, [new], at=AT)
        [errand] = await outbox.claim(tx, (channel,), at=AT, limit=1)
        await outbox.park(tx, errand.errand_no, error="Hệ thống Một cửa từ chối.")
    return errand.errand_no


async def test_the_page_names_every_outsider_in_use(browser: Any, said: Any) -> None:
    await browser.sign_in()
    status, page = await browser.open("/desk/wires")

    assert status == 200
    assert all(name in said(page) for name in ("dien-tap", "mot-cua", "Bưu cục diễn tập", "Tin nhắn cho người dân"))


async def test_what_is_stuck_is_shown_with_its_reason_and_tried_again(browser: Any, gate: Any, said: Any) -> None:
    errand_no = await stuck_errand(gate)
    await browser.sign_in()
    _, page = await browser.open("/desk/wires?wire=desk:mot-cua")
    assert "Hệ thống Một cửa từ chối." in said(page)
    assert "4K7M-29TB-6HC" in said(page)
    assert "Cần người xem lý do rồi cho làm lại" in said(page)

    answer = await browser.send("/desk/wires/again", kind="errand", number=str(errand_no), wire="desk:mot-cua")
    assert (answer.status, answer.headers["Location"]) == (303, "/desk/wires?wire=desk%3Amot-cua")
    _, page = await browser.open("/desk/wires?wire=desk:mot-cua")
    assert "Hệ thống Một cửa từ chối." not in said(page)


async def test_everything_on_a_wire_is_tried_again_at_once(browser: Any, gate: Any, said: Any) -> None:
    for key in ("1", "2", "3"):
        await stuck_errand(gate, key=key)
    await stuck_errand(gate, channel="citizen", target="rehearsal")
    await browser.sign_in()
    _, page = await browser.open("/desk/wires?wire=desk:mot-cua")
    assert "Làm lại mọi việc gửi đi" in said(page)

    await browser.send("/desk/wires/again", kind="all", wire="desk:mot-cua")
    shown = (await (await gate.get("/api/v1/wires")).json())["data"]
    assert {one["wire"]: one["refused"] for one in shown if one["refused"]} == {"message:rehearsal": 1}
    assert (await browser.send("/desk/wires/again", kind="all", wire="desk:khong-co")).status == 404


async def test_an_order_is_mended_at_its_consignment_and_not_here(browser: Any, gate: Any, said: Any) -> None:
    await stuck_errand(gate, "post", "dien-tap")
    await browser.sign_in()
    _, page = await browser.open("/desk/wires?wire=post:dien-tap")

    assert "sửa bưu gửi rồi đặt lại" in said(page)
    assert 'action="/desk/wires/again"' not in page


async def test_who_may_not_mend_sees_the_figures_and_no_reasons(browser: Any, gate: Any, said: Any) -> None:
    await stuck_errand(gate)
    await browser.sign_in("enquiry")
    _, page = await browser.open("/desk/wires?wire=desk:mot-cua")

    assert "1 việc kẹt" in said(page)
    assert "Hệ thống Một cửa từ chối." not in said(page)
    assert "Quản trị của cổng xem lý do và cho làm lại" in said(page)
    assert "Cần người xem lý do" not in said(page)
    assert (await browser.send("/desk/wires/again", kind="errand", number="1")).status == 403


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 19, "٣"])
async def test_a_number_that_is_none_is_answered_kindly(browser: Any, number: str) -> None:
    await browser.sign_in()

    assert (await browser.send("/desk/wires/again", kind="errand", number=number, wire="x")).status == 404


async def test_rows_that_nobody_could_read_are_counted_for_a_week(gate: Any) -> None:
    async with gate.house.database.writing() as tx:
        now, long_ago = gate.clock[0], gate.clock[0] - timedelta(days=8)
        await orders.keep_rejects(tx, "dien-tap", [FeedReject(record_id="a", reason="x", raw="{}")], at=now)
        await orders.keep_rejects(tx, "dien-tap", [FeedReject(record_id="b", reason="y", raw="{}")], at=long_ago)
    shown = (await (await gate.get("/api/v1/wires")).json())["data"]
    stuck = (await (await gate.get("/api/v1/wires/troubles?wire=post:dien-tap")).json())["data"]

    assert [one["unread"] for one in shown if one["wire"] == "post:dien-tap"] == [1]
    assert [(one["kind"], one["about"], one["reason"]) for one in stuck] == [("reject", "a", "x")]


async def test_a_silence_is_dated_from_its_first_moment_and_ends_with_an_answer(gate: Any) -> None:
    async def post() -> dict[str, Any]:
        shown = (await (await gate.get("/api/v1/wires")).json())["data"]
        return next(one for one in shown if one["wire"] == "post:dien-tap")

    first, later = gate.clock[0], gate.clock[0] + timedelta(hours=1)
    async with gate.house.database.writing() as tx:
        await wires.fell_silent(tx, "post:dien-tap", error="Không trả lời.", at=first)
        await wires.fell_silent(tx, "post:dien-tap", error="Vẫn không.", at=later)
    silent = await post()
    async with gate.house.database.writing() as tx:
        await wires.heard(tx, ("post:dien-tap",), at=later)

    assert datetime.fromisoformat(silent["failing_since"]) == first
    assert silent["last_error"] == "Vẫn không."
    assert ((await post())["failing_since"], (await post())["last_error"]) == (None, "")


async def test_who_watches_by_prometheus_sees_every_wire(gate: Any) -> None:
    await stuck_errand(gate)
    async with gate.house.database.writing() as tx:
        await wires.fell_silent(tx, "post:dien-tap", error="x", at=gate.clock[0] - timedelta(seconds=90))
    figures = await (await gate.get("/metrics")).text()

    assert 'postgw_wire_stuck{wire="desk:mot-cua"} 1.0' in figures
    assert 'postgw_wire_silent_seconds{wire="post:dien-tap"} 90.0' in figures


async def test_a_wire_that_nobody_has_is_unknown(gate: Any) -> None:
    assert (await gate.get("/api/v1/wires/troubles?wire=post:khong-co")).status == 404
