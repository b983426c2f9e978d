"""Pickups, manifests, bags and signatories through the door."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from postgw.web.schemas.handover import BagOut, ManifestOut, ManifestPage, PickupList, SignatoryList

from .conftest import DESK, OFFICE


async def opened(gate, *numbers: str, direction: str = "to_post"):
    answer = await gate.post(
        "/api/v1/manifests", {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": numbers}
    )
    assert answer.status == 201, await answer.text()
    ManifestOut.model_validate_json(await answer.read())
    return await answer.json()


async def closed(gate) -> str:
    """Count and close a manifest of one item; return its address."""
    manifest = await opened(gate, (await gate.consignment())["consignment_no"])
    path = f"/api/v1/manifests/{manifest['manifest_no']}"
    await gate.post(f"{path}/tick", {"number": manifest["manifest_no"]})
    await gate.post(f"{path}/close")
    return path


async def appointed(gate, unit_kind: str, unit: str, name: str = ""):
    answer = await gate.post(
        "/api/v1/signatories",
        {"unit_kind": unit_kind, "unit": unit, "name": name or f"Trần Diễn Tập {unit}", "valid_from": "2026-11-01"},
    )
    assert answer.status == 201, await answer.text()
    return (await answer.json())["signatory_no"]


async def test_the_post_is_asked_to_come(gate) -> None:
    asked = {"desk": DESK, "office": OFFICE, "on": "2026-11-24", "from_time": "08:00:00", "to_time": "09:30:00"}
    first, again = await gate.post("/api/v1/pickups", asked), await gate.post("/api/v1/pickups", asked)
    listed = await gate.get(f"/api/v1/pickups?desk={DESK}")

    assert first.status == 201
    assert await again.json() == await first.json()
    assert len(PickupList.model_validate_json(await listed.read()).data) == 1


async def test_a_pickup_by_another_zones_clock_is_refused(gate) -> None:
    asked = {"desk": DESK, "office": OFFICE, "on": "2026-11-24", "from_time": "08:00:00Z", "to_time": "09:30:00Z"}

    assert (await gate.post("/api/v1/pickups", asked)).status == 422


async def test_a_manifest_is_counted_closed_and_signed_by_two_hands(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    manifest = await opened(gate, number)
    path = f"/api/v1/manifests/{manifest['manifest_no']}"
    giver, taker = await appointed(gate, "desk", DESK), await appointed(gate, "office", OFFICE)
    await gate.post(f"{path}/tick", {"number": manifest["manifest_no"]})
    await gate.post(f"{path}/close")
    signed_on = {"way": "paper", "signed_at": "2026-11-23T08:30:00+07:00"}
    first = await gate.post(f"{path}/sign", {"side": "giver", "signatory_no": giver, **signed_on})
    second = await gate.post(f"{path}/sign", {"side": "taker", "signatory_no": taker, **signed_on})
    moved = await (await gate.get(f"/api/v1/consignments/{number}")).json()

    assert first.status == 200, await first.text()
    assert second.status == 200, await second.text()
    assert (await second.json())["state"] == "signed"
    assert (await second.json())["signed_at"] == "2026-11-23T01:30:00Z"
    assert moved["custody"]["state"] == "collected"


@pytest.mark.parametrize(("giver_at", "taker_at"), [("08:10", "08:45"), ("08:45", "08:10")])
async def test_the_later_of_the_two_hands_says_when_it_was_handed_over(gate, giver_at: str, taker_at: str) -> None:
    path, giver, taker = (
        await closed(gate),
        await appointed(gate, "desk", DESK),
        await appointed(gate, "office", OFFICE),
    )
    for side, hand, moment in (("giver", giver, giver_at), ("taker", taker, taker_at)):
        on_paper = {"way": "paper", "signed_at": f"2026-11-23T{moment}:00+07:00"}
        answer = await gate.post(f"{path}/sign", {"side": side, "signatory_no": hand, **on_paper})

    assert (await answer.json())["signed_at"] == "2026-11-23T01:45:00Z"


async def test_one_person_who_is_appointed_on_both_sides_signs_one_of_them(gate) -> None:
    path = await closed(gate)
    giver = await appointed(gate, "desk", DESK, name="Lê Diễn Tập")
    taker = await appointed(gate, "office", OFFICE, name="Lê Diễn Tập")
    signed_on = {"way": "paper", "signed_at": "2026-11-23T08:30:00+07:00"}
    first = await gate.post(f"{path}/sign", {"side": "giver", "signatory_no": giver, **signed_on})
    second = await gate.post(f"{path}/sign", {"side": "taker", "signatory_no": taker, **signed_on})

    assert (first.status, second.status, (await second.json())["code"]) == (200, 403, "sign.both_sides")


async def test_more_is_put_on_an_open_manifest(gate) -> None:
    manifest = await opened(gate)
    other = (await gate.consignment())["consignment_no"]
    answer = await gate.post(f"/api/v1/manifests/{manifest['manifest_no']}/lines", {"numbers": [other]})

    assert [line["consignment_no"] for line in (await answer.json())["lines"]] == [other]


async def test_who_saw_an_older_manifest_does_not_close_it(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    manifest = await opened(gate, number)
    path = f"/api/v1/manifests/{manifest['manifest_no']}"
    etag = (await gate.get(path)).headers["ETag"]
    await gate.post(f"{path}/tick", {"number": number})

    assert (await gate.post(f"{path}/close", headers={"If-Match": etag})).status == 412


async def test_manifests_are_listed_and_drawn(gate) -> None:
    manifest = await opened(gate, (await gate.consignment())["consignment_no"])
    listed = await gate.get("/api/v1/manifests?state=open")
    paper = await gate.get(f"/api/v1/manifests/{manifest['manifest_no']}/paper")

    assert [each.manifest_no for each in ManifestPage.model_validate_json(await listed.read()).data] == [
        manifest["manifest_no"]
    ]
    assert (await paper.read())[:4] == b"%PDF"


async def test_a_bag_is_sealed_shown_and_labelled(gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(2)]
    sealed = await gate.post("/api/v1/bags", {"desk": DESK, "numbers": numbers})
    bag = BagOut.model_validate_json(await sealed.read())
    paper = await gate.get(f"/api/v1/bags/{bag.bag_no}/label")

    assert sorted(bag.consignment_nos) == sorted(numbers)
    assert await (await gate.get(sealed.headers["Location"])).json() == await sealed.json()
    assert (await paper.read())[:4] == b"%PDF"


@pytest.mark.parametrize(("asked", "media", "begins"), [
    ("", "application/pdf", b"%PDF"), ("format=pdf&stock=a6", "application/pdf", b"%PDF"),
    ("format=png&stock=100x75&dpi=300", "image/png", b"\x89PNG"), ("format=zpl", "application/zpl", b"^XA"),
])  # fmt: skip
async def test_the_label_of_a_bag_comes_as_its_printer_reads_it(gate, asked: str, media: str, begins: bytes) -> None:
    bag_no = await sealed_bag(gate)
    drawn = await gate.get(f"/api/v1/bags/{bag_no}/label?{asked}")
    body = await drawn.read()

    assert (drawn.status, drawn.content_type) == (200, media)
    assert body.startswith(begins)
    assert bag_no.encode() in body or media != "application/zpl"


async def test_the_label_of_a_bag_keeps_to_its_stock_and_dots(gate) -> None:
    path = f"/api/v1/bags/{await sealed_bag(gate)}/label?format=png"
    sizes = {}
    for asked in ("", "&stock=100x75&dpi=203", "&stock=100x75&dpi=300"):
        with Image.open(BytesIO(await (await gate.get(path + asked)).read())) as picture:
            sizes[asked] = picture.size

    assert [round(width / height, 1) for width, height in sizes.values()] == [0.7, 1.3, 1.3]
    assert sizes["&stock=100x75&dpi=203"] < sizes["&stock=100x75&dpi=300"]


@pytest.mark.parametrize(("asked", "status"), [("stock=a3", 422), ("dpi=72", 422), ("format=gif", 422)])
async def test_a_bag_is_labelled_on_no_stock_that_is_not_there(gate, asked: str, status: int) -> None:
    assert (await gate.get(f"/api/v1/bags/{await sealed_bag(gate)}/label?{asked}")).status == status


async def sealed_bag(gate) -> str:
    """Seal a bag of one; return its number."""
    numbers = [(await gate.consignment())["consignment_no"]]
    answer = await gate.post("/api/v1/bags", {"desk": DESK, "numbers": numbers})
    return str((await answer.json())["bag_no"])


async def test_those_who_may_sign_are_listed(gate) -> None:
    number = await appointed(gate, "desk", DESK)
    listed = SignatoryList.model_validate_json(await (await gate.get(f"/api/v1/signatories?unit={DESK}")).read())

    assert [each.signatory_no for each in listed.data] == [number]
