"""Devices, shifts and answered acts in the database: kept once, whoever asks at the same time."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from postgw.domain.actor import Actor
from postgw.domain.device_act import ActAnswer
from postgw.domain.errors import Forbidden
from postgw.services.devices import BegunShift, Devices
from postgw.storage import device_acts, device_keys, devices, province
from postgw.storage.device_acts import KeptAct
from postgw.storage.province import Unit

WORKER = Actor(name="hoang.td", scopes=frozenset({"scans"}), unit="480000")
LEAD = Actor(name="nghia.vt", scopes=frozenset({"scans", "lead"}), unit="480000")


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def new_key() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def act(house: Any, counter: int = 1, verdict: str = "accepted", content: str = "") -> KeptAct:
    answer = ActAnswer(
        counter=counter, act_id=f"act-{counter:06d}", verdict=verdict, state="at_office", flags=("future",)
    )
    return KeptAct(
        device_no="TB-0001", counter=counter, digest="d" * 32, act_id=answer.act_id, shift_no="CA-1", kind="scan",
        device_at=house.at, received_at=house.at, answer=answer, content=content,
    )  # fmt: skip


@pytest.fixture
async def office(house: Any) -> Any:
    """Give a house with a post office."""
    unit = Unit(code="480000", kind="office", name="Bưu điện", address="", phone="")
    async with house.database.writing() as tx:
        await province.put_units(tx, [unit])
    return house


async def begun(house: Any, key: str) -> BegunShift:
    service = Devices(database=house.database)
    return await service.begin_shift(device_key=key, device_name="Máy", worker_key=key, actor=WORKER, at=house.at)


async def test_an_answer_is_kept_once_and_comes_back_as_it_was(house) -> None:
    async with house.database.writing() as tx:
        await device_acts.keep(tx, [act(house), act(house, 2, "refused", "{}")])
        await device_acts.keep(tx, [act(house, 1, "refused")])
    kept = await device_acts.answered(house.database.reading, "TB-0001", [1, 2, 3])

    assert {n: each.answer.verdict for n, each in kept.items()} == {1: "accepted", 2: "refused"}
    assert (kept[1], kept[2].content) == (act(house), "{}")


async def test_two_sendings_at_once_keep_one_answer_each(house, gather) -> None:
    async def keep() -> None:
        async with house.database.writing() as tx:
            await device_acts.keep(tx, [act(house, n) for n in range(1, 21)])

    await gather(*(keep() for _ in range(6)))

    assert await house.count("device_act") == 20


async def test_what_was_settled_keeps_its_answer_and_drops_its_text(house) -> None:
    async with house.database.writing() as tx:
        await device_acts.keep(tx, [act(house, 1, "held", "{}")])
        await device_acts.settle(tx, "TB-0001", 1)
    kept = await device_acts.one(house.database.reading, "TB-0001", 1)

    assert kept is not None
    assert (kept.answer.verdict, kept.content) == ("held", "")


async def test_devices_that_enrol_at_once_get_numbers_of_their_own(office, gather) -> None:
    made = await gather(*(begun(office, new_key()) for _ in range(8)))

    assert len({each.device.device_no for each in made}) == len({each.shift.shift_no for each in made}) == 8


async def test_a_device_counts_up_and_never_down(office) -> None:
    number = (await begun(office, new_key())).device.device_no
    async with office.database.writing() as tx:
        await devices.hear(tx, number, counter=7, waiting=3, skew_seconds=-5, at=office.at + timedelta(minutes=1))
        await devices.hear(tx, number, counter=5, waiting=0, skew_seconds=0, at=office.at + timedelta(minutes=2))
    found = await devices.find(office.database.reading, number)

    assert found is not None
    assert (found.last_counter, found.waiting, found.seen_at) == (7, 0, office.at + timedelta(minutes=2))


async def test_a_device_that_was_lost_begins_no_shift_and_reads_nothing(office) -> None:
    key, service = new_key(), Devices(database=office.database)
    shift = await begun(office, key)
    for _ in range(2):
        lost = await service.revoke(shift.device.device_no, reason="Mất ở chợ", actor=LEAD, at=office.at)

    assert (lost.revoked_by, await office.count("change")) == ("nghia.vt", 1)
    with pytest.raises(Forbidden, match="báo mất"):
        await begun(office, key)
    with pytest.raises(Forbidden, match="báo mất"):
        await service.shift(shift.secret, at=office.at)


async def test_whoever_works_on_a_device_now_stands_beside_it(office) -> None:
    shift, service = await begun(office, new_key()), Devices(database=office.database)
    [running] = await service.devices(actor=LEAD, at=office.at)
    await service.end_shift(shift.shift, at=office.at)
    [ended] = await service.devices(actor=LEAD, at=office.at)

    assert ([each.worker for each in running.shifts], ended.shifts) == (["hoang.td"], ())


def test_a_signature_belongs_to_one_text_and_one_key() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    key = base64url(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    r, s = decode_dss_signature(private.sign("Đã phát".encode(), ec.ECDSA(SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    assert device_keys.is_signed(key, "Đã phát", signature)
    assert not device_keys.is_signed(key, "Đã phat", signature)
    assert not device_keys.is_signed(new_key(), "Đã phát", signature)
    assert not any(device_keys.is_signed(key, "Đã phát", wrong) for wrong in ("", "=", "ấ", "A" * 86, signature[:-4]))
    assert not any(device_keys.is_point(wrong) for wrong in ("", "B" * 87, "ấ"))
