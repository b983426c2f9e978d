"""The page of unsettled dossiers in a real browser: no barrier, and nothing wider than its window."""

from __future__ import annotations

import pytest

from postgw.domain.proof import Proof
from postgw.storage import closings

from .barriers import violations

pytestmark = pytest.mark.browser

PROOF = Proof(receiver_name="Nguyễn Thị Diễn Tập", id_kind="citizen_id", id_tail="4821", remarks="không")


async def unsettled(gate) -> None:
    """Deliver a result whose word is parked, and close a dossier whose result is on its way."""
    number, at = gate.numbers[3], gate.clock[0]
    actor = await gate.house.services.accounts.authenticate(gate.token, at=at)
    await gate.house.services.delivery.deliver(
        number, PROOF, scan_id="d", device="d", device_at=at, sent_at=at, office="480000", actor=actor, at=at
    )
    async with gate.house.database.writing() as tx:
        await tx.run(
            "UPDATE outbox SET state = 'parked', last_error = $2 WHERE subject = $1 AND key LIKE '%.delivered.%'",
            number, "Cổng Dịch vụ công quốc gia chưa có hồ sơ này. Đồng bộ hồ sơ từ hệ thống một cửa rồi gửi lại.",
        )  # fmt: skip
        row = await tx.row(
            "SELECT dossier_id FROM consignment WHERE leg = 'return' AND state NOT LIKE 'delivered%'"
            " AND state <> 'cancelled' ORDER BY id LIMIT 1"
        )
        assert row is not None
        await closings.close(tx, row["dossier_id"], closed_at=at, actor="mot-cua", at=at)


@pytest.mark.parametrize("width", [1920, 1366, 1024, 768, 390, 320])
async def test_the_page_has_no_barrier_and_stays_in_its_window(look, gate, width) -> None:
    await unsettled(gate)
    window = await look(width=width, height=900)
    await window.sign_in("enquiry", "scans")
    found = []
    for path in ("/desk/settling", "/desk/settling?l=en", "/desk/settling?kind=closed_undelivered&l=vi"):
        await window.open(path)
        seen = await violations(window.page)
        found += [f"{path} {one['id']}: {node['html'][:120]}" for one in seen for node in one["nodes"]]
        over = await window.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )  # fmt: skip
        found += [f"{path} wider by {over}"] * (over > 0)
        shown = await window.page.locator("tbody tr").count()
        assert shown >= 1

    assert (found, window.wrong) == ([], [])
