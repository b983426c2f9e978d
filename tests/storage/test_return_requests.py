"""Requests of citizens as they are kept: one open at a time, listed for the desk, erased with the dossier."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.address import Party
from postgw.domain.return_request import Agreed, KeptRequest, Wish
from postgw.storage import dossiers, retention, return_requests
from postgw.storage.database import IntegrityError

PARTY = Party(
    name="Trần Thị Bạch Tuyết", phone="0987654321", address="Ngõ Hàng Bè 9", commune="xã Kỳ Lạc",
    province="tỉnh Hà Tĩnh", commune_code="18838",
)  # fmt: skip
QUOTE = Agreed(
    tariff="2018-01-01", zone="in_district", grams=100, price_dong=26_000, reduced_dong=13_000, due_dong=13_000
)
JPEG = b"\xff\xd8\xff\xe0 a picture"


def wanted(house, dossier_id: int, number: str = "DK-261123-0001", **other) -> KeptRequest:
    wish = Wish(
        kind="register", party=PARTY, reduction="poor_household", proof="photo", note="GCN của Bạch Tuyết",
        consent="2025-07-01",
    )  # fmt: skip
    told = {
        "request_no": number, "dossier_id": dossier_id, "dossier_key": "TS/1", "desk": "TS", "state": "asked",
        "version": 1, "wish": wish, "old": replace(PARTY, phone="0912000003"), "quote": QUOTE, "has_picture": True,
        "consent_at": house.at, "asked_at": house.at, "asked_by": "citizen.link",
    }  # fmt: skip
    return KeptRequest(**{**told, **other})


async def keep(house, kept: KeptRequest, picture: bytes = JPEG) -> None:
    async with house.database.writing() as tx:
        await return_requests.add(tx, kept, picture=picture)


async def decided(house, kept: KeptRequest, state: str) -> KeptRequest:
    done = replace(kept, state=state, decided_at=house.at, decided_by="duong.ntt", reason="")
    async with house.database.writing() as tx:
        await return_requests.decide(tx, done)
    return done


async def test_a_request_comes_back_as_it_was_asked_and_its_picture_by_itself(house) -> None:
    kept = wanted(house, (await house.dossier()).dossier_id)
    await keep(house, kept)
    session = house.database.reading

    assert await return_requests.find(session, kept.request_no) == kept
    assert await return_requests.picture(session, kept.request_no) == JPEG


async def test_one_request_of_a_dossier_is_open_however_many_are_asked(house) -> None:
    dossier_id = (await house.dossier()).dossier_id
    first = wanted(house, dossier_id)
    await keep(house, first)
    with pytest.raises(IntegrityError):
        await keep(house, wanted(house, dossier_id, "DK-261123-0002"))
    await decided(house, first, "withdrawn")
    second = wanted(house, dossier_id, "DK-261123-0002")
    await keep(house, second)

    assert await return_requests.last_of(house.database.reading, dossier_id) == second
    assert await house.count("return_request", "state = 'asked'") == 1


async def test_a_changed_request_keeps_its_picture_while_one_is_spoken_of(house) -> None:
    kept = wanted(house, (await house.dossier()).dossier_id)
    await keep(house, kept)
    session = house.database.reading
    for wish, picture, then in (
        (kept.wish, b"", JPEG), (kept.wish, b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n"),
        (replace(kept.wish, proof="desk"), b"", b""),
    ):  # fmt: skip
        async with house.database.writing() as tx:
            await return_requests.change(tx, replace(kept, wish=wish, version=2), picture=picture)
        assert await return_requests.picture(session, kept.request_no) == then


async def test_numbers_follow_each_other_and_two_at_once_get_two(house) -> None:
    async def asked(reference: str) -> str:
        kept = await house.dossier(reference)
        async with house.database.writing() as tx:
            number = await return_requests.next_number(tx, house.at)
            await return_requests.add(tx, wanted(house, kept.dossier_id, number), picture=b"")
        return number

    numbers = await asyncio.gather(*(asked(str(n)) for n in range(4)))
    assert sorted(numbers) == [f"DK-261123-{n:04d}" for n in range(1, 5)]


async def test_what_waits_is_listed_oldest_first_and_what_was_decided_newest_first(house) -> None:
    made = []
    for n in range(1, 5):
        kept = wanted(house, (await house.dossier(str(n))).dossier_id, f"DK-261123-000{n}")
        await keep(house, replace(kept, desk="KA" if n == 4 else "TS"))
        made.append(kept)
    await decided(house, made[0], "confirmed")
    await decided(house, made[1], "refused")
    session = house.database.reading

    async def numbers(*, was_decided: bool, after: int = 0, limit: int = 5, desk: str = "TS") -> list[str]:
        rows = await return_requests.listed(session, desk=desk, decided=was_decided, after=after, limit=limit)
        return [kept.request_no[-1] for _, kept in rows]

    assert await numbers(was_decided=False) == ["3"]
    assert await numbers(was_decided=False, desk="") == ["3", "4"]
    assert await numbers(was_decided=True) == ["2", "1"]
    first = await return_requests.listed(session, desk="TS", decided=True, after=0, limit=1)
    assert await numbers(was_decided=True, after=first[0][0]) == ["1"]
    assert [await return_requests.waiting(session, desk=desk) for desk in ("TS", "KA", "")] == [1, 1, 2]


async def test_only_what_a_desk_confirmed_was_agreed(house) -> None:
    made = []
    for n in range(1, 4):
        kept = wanted(house, (await house.dossier(str(n))).dossier_id, f"DK-261123-000{n}")
        await keep(house, kept)
        made.append(kept)
    await decided(house, made[0], "confirmed")
    await decided(house, made[1], "refused")

    agreed = await return_requests.agreed(house.database.reading, [kept.dossier_id for kept in made])
    assert {key: kept.quote for key, kept in agreed.items()} == {made[0].dossier_id: QUOTE}


async def test_names_words_and_picture_go_with_the_dossier(house) -> None:
    kept = await house.dossier()
    async with house.database.writing() as tx:
        renewed = await dossiers.rewrite(tx, kept, replace(kept.dossier, return_to=PARTY), at=house.at)
        await return_requests.add(tx, wanted(house, renewed.dossier_id), picture=JPEG)
        await retention.erase(tx, [renewed.dossier_id], at=house.at + timedelta(days=4000))
    row = await house.database.reading.row("SELECT content, evidence FROM return_request")
    found = await return_requests.find(house.database.reading, "DK-261123-0001")

    assert [
        word for word in ("Bạch Tuyết", "0987654321", "0912000003", "Hàng Bè", "GCN") if word in row["content"]
    ] == []
    assert found is not None
    assert bytes(row["evidence"] or b"") == b""
    assert (found.has_picture, found.quote) == (False, QUOTE)


async def test_a_request_of_five_digits_is_counted_with_the_others_of_its_day(house) -> None:
    """As text 9999 stands after 10000; as numbers they do not."""
    for n, number in enumerate(("DK-261123-9999", "DK-261123-10000")):
        kept = wanted(house, (await house.dossier(f"{n}")).dossier_id, number)
        await keep(house, kept)
    async with house.database.writing() as tx:
        following = await return_requests.next_number(tx, house.at)

    assert following == "DK-261123-0003"
