"""The label of a bag for the counter's printer, at the door."""

from __future__ import annotations


async def test_a_counter_prints_the_label_of_its_own_bags_alone(gate, browser) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(2)]
    bag = (await (await gate.post("/api/v1/bags", {"desk": "480000", "numbers": numbers})).json())["bag_no"]
    await browser.sign_in("scans", "labels", unit="480000")
    own = await browser.ask("GET", f"/station/bags/{bag}/label.pdf")
    await browser.sign_in("scans", "labels", unit="KA")
    foreign = await browser.ask("GET", f"/station/bags/{bag}/label.pdf")
    await browser.sign_in("scans", unit="480000")
    without = await browser.ask("GET", f"/station/bags/{bag}/label.pdf")

    assert (own.headers["Content-Type"], (await own.read())[:5]) == ("application/pdf", b"%PDF-")
    assert (foreign.status, without.status) == (404, 403)
