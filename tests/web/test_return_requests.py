"""Citizens' requests over the API: listed, confirmed, refused, for the desk that they belong to."""

from __future__ import annotations

import pytest

from postgw.domain.address import Party
from postgw.domain.one_time_code import reckoned
from postgw.domain.return_request import Wish
from postgw.storage import dossiers, province, secret_pages

ALL = "/api/v1/return-requests"


async def asked(gate, **rest) -> tuple[str, str]:
    """Ask for a return by the service; return the key of the dossier and the number."""
    key, at, services = (await gate.sent(service_form="send"))["key"], gate.clock[0], gate.house.services
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept is not None
        token = (await secret_pages.link_of(tx, kept, days=30, at=at)).removeprefix("/m/")
    await services.link_sending.send_code(token, "register", at=at)
    session = gate.house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    party = Party(name="", address="Số 7", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh", commune_code="18838")
    made = await services.return_requests.ask(
        token, Wish(kind="register", party=party, **rest), mine=True, quote=None, picture=b"",
        consent=services.return_requests.consent_version(at=at),
        code=reckoned(await province.known_link_secret(session), row["id"]), at=at,
    )  # fmt: skip
    return key, made.request_no


async def listed(gate, state: str = "asked", **rest) -> list[str]:
    page = await (await gate.get(f"{ALL}?state={state}", **rest)).json()
    return [each["request_no"] for each in page["data"]]


async def test_a_desks_system_lists_confirms_and_finds_it_decided(gate) -> None:
    key, number = await asked(gate)
    assert await listed(gate) == [number]
    done = await gate.post(f"{ALL}/{number}/confirm", {"seen": 1})
    again = await gate.post(f"{ALL}/{number}/confirm", {"seen": 1})

    assert [answer.status for answer in (done, again)] == [200, 200]
    assert (await listed(gate), await listed(gate, "decided")) == ([], [number])
    dossier = await (await gate.get(f"/api/v1/dossiers/{key}")).json()
    assert (dossier["service_form"], dossier["version"]) == ("both", 2)
    chosen = await (await gate.get(f"/api/v1/dossiers/{key}/service-form")).json()
    assert [(each["old_form"], each["new_form"]) for each in chosen["changes"]] == [("send", "both")]
    kept = await (await gate.get(f"{ALL}/{number}")).json()
    assert (kept["state"], kept["party"]["address"], kept["consent"] != "") == ("confirmed", "Số 7", True)


async def test_a_refusal_wants_its_reason_and_is_not_followed_by_a_yes(gate) -> None:
    _, number = await asked(gate)
    wrong = await gate.post(f"{ALL}/{number}/refuse", {"reason": " "})
    done = await gate.post(f"{ALL}/{number}/refuse", {"reason": "Địa chỉ chưa đủ."})
    late = await gate.post(f"{ALL}/{number}/confirm", {})

    assert [answer.status for answer in (wrong, done, late)] == [422, 200, 409]
    assert (await late.json())["code"] == "return_request.decided"


async def test_what_was_changed_since_it_was_seen_is_a_conflict(gate) -> None:
    _, number = await asked(gate)
    stale = await gate.post(f"{ALL}/{number}/confirm", {"seen": 7})

    assert (stale.status, (await stale.json())["code"]) == (409, "return_request.changed")


@pytest.mark.parametrize("unit", ["KA"])
async def test_another_desk_is_shown_none(gate, unit: str) -> None:
    _, number = await asked(gate)
    token = await gate.token_for("intake", unit=unit)

    assert await listed(gate, token=token) == []
    for path in (f"{ALL}/{number}", f"{ALL}/{number}/picture"):
        assert (await gate.get(path, token=token)).status == 404
    assert (await gate.post(f"{ALL}/{number}/refuse", {"reason": "x"}, token=token)).status == 404
