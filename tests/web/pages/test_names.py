"""Names on a screen: covered until asked for, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta


async def test_names_are_uncovered_by_an_act_and_covered_again_by_themselves(gate, browser) -> None:
    await browser.sign_in()
    holder = gate.house.services.sittings
    text = browser.gate.client.session.cookie_jar.filter_cookies(gate.client.make_url("/"))["postgw"].value
    await browser.send("/desk/names", act="show", next="/desk")
    shown = await holder.holder(text, at=gate.clock[0])
    gate.clock[0] += timedelta(minutes=15)
    later = await holder.holder(text, at=gate.clock[0])

    assert (shown.names_uncovered(gate.clock[0] - timedelta(minutes=1)), later.names_uncovered(gate.clock[0])) == (
        True,
        False,
    )


async def test_names_are_covered_when_the_officer_says_so(gate, browser) -> None:
    await browser.sign_in()
    await browser.send("/desk/names", act="show", next="/desk")
    answer = await browser.send("/desk/names", act="cover", next="https://evil.example")
    text = browser.gate.client.session.cookie_jar.filter_cookies(gate.client.make_url("/"))["postgw"].value
    holder = await gate.house.services.sittings.holder(text, at=gate.clock[0])

    assert answer.headers["Location"] == "/desk"
    assert not holder.names_uncovered(gate.clock[0])


async def test_a_list_is_written_as_a_file_without_formulas(gate) -> None:
    body = await gate.house.services.exports.sheet("Tiền trong ngày", ("Mã",), [("=1+1",)], format="csv")

    assert body.decode("utf-8-sig").splitlines() == ["Tiền trong ngày", "Mã", "'=1+1"]
