from __future__ import annotations

from datetime import timedelta

from postgw.domain.proof import Proof
from postgw.storage import proofs

NO = "4K7M29TB6HC"
PROOF = Proof(
    receiver_name="Nguyễn Văn Đức", id_kind="citizen_id", id_tail="1234", remarks="none",
    signature_png=b"\x89PNG\x00\xff", photo_jpeg=b"\xff\xd8\x00",
)  # fmt: skip


async def _keep(house, proof, source_id):
    async with house.database.writing() as tx:
        await proofs.keep(
            tx, NO, proof, source="device:1", source_id=source_id, actor="vt01", at=house.at + timedelta(hours=1)
        )


async def test_a_proof_comes_back_with_its_pictures(house):
    await house.posted(NO)

    await _keep(house, PROOF, "1")

    assert await proofs.latest(house.database.reading, NO) == PROOF


async def test_the_same_proof_again_changes_nothing_and_another_is_newer(house):
    await house.posted(NO)
    other = Proof(receiver_name="Trần Thị B", id_kind="passport", id_tail="77", remarks="ướt")

    for proof, source_id in ((PROOF, "1"), (other, "1"), (other, "2")):
        await _keep(house, proof, source_id)

    assert await house.count("proof") == 2
    assert await proofs.latest(house.database.reading, NO) == other


async def test_what_has_no_proof_has_none(house):
    await house.posted(NO)

    assert await proofs.latest(house.database.reading, NO) is None
