"""What a citizen reads from first to last: which matter, at which hour, by which link, on both databases."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from postgw.domain.legal_day import VIETNAM

from .conftest import OFFICE, Day
from .test_ending import page, scanned
from .test_filing import HERE, NUMBER, filed
from .test_parcel import delivered, handed_over


class Telephone:
    """Notes what arrives, and at which hour in Vietnam."""

    def __init__(self, day: Day) -> None:
        self.day, self.read, self.seen = day, list[tuple[str, str]](), 0

    async def until(self, day: int, hour: int, minute: int = 0) -> None:
        """Let time pass to an hour of a day, with a knock at each half hour."""
        until = datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)
        while self.day.clock[0] < until:
            self.day.clock[0] = min(until, self.day.clock[0] + timedelta(minutes=30))
            await self.looked_at()

    async def looked_at(self) -> None:
        """Let what is due go out, and note what came."""
        await self.day.time_knocks()
        messenger = self.day.house.rehearsal_messenger
        assert messenger
        new = messenger.sent[self.seen :]
        self.seen += len(new)
        hour = f"{self.day.clock[0].astimezone(VIETNAM):%d %H:%M}"
        self.read += [(hour, message.kind) for message in new]


async def test_a_citizen_is_told_each_matter_once_by_day_and_every_message_opens_one_page(day: Day) -> None:
    phone = Telephone(day)
    signers = await filed(day)
    await day.ask("officer", "POST", f"{HERE}/appointment", {"due_on": "2026-12-07", "slip_no": "GH-01"}, expect=201)
    await phone.looked_at()
    await day.ask("officer", "POST", f"{HERE}/number", {"dossier_no": NUMBER}, expect=200)
    await phone.until(23, 15)
    ready = {"papers": [{"name": "Quyết định", "kind": "original"}]}
    result = await day.ask("officer", "POST", f"/api/v1/dossiers/{NUMBER}/result-ready", ready, expect=201)
    back = result["consignment_no"]
    await phone.looked_at()

    await phone.until(23, 21, 30)
    await handed_over(day, back, "to_post", giver=signers["desk"], taker=signers["post"])
    await phone.until(24, 5, 30)
    await scanned(day, back, "out_for_delivery")
    await phone.until(24, 10)
    await scanned(day, back, "attempted", reason="absent", office=OFFICE)
    await phone.until(24, 20, 40)
    await scanned(day, back, "held", office=OFFICE)
    await phone.until(24, 22)
    await scanned(day, back, "out_for_delivery")
    await phone.until(25, 9)
    await delivered(day, back)
    await phone.until(25, 9, 30)

    assert phone.read == [
        ("23 08:02", "send.dossier.appointed"),
        ("23 15:00", "return.result.ready"),
        ("24 07:00", "return.consignment.out_for_delivery"),  # not that the post took it at night as well
        ("24 10:30", "return.consignment.attempted"),
        ("25 07:00", "return.consignment.out_for_delivery"),  # not that it waited at the office for an evening
        ("25 09:30", "return.consignment.delivered"),
    ]  # fmt: skip
    links = [found[1] for text in day.texts() if (found := re.search(r"https://hoso\.example(/m/\S+)$", text))]
    assert len(links) == len(phone.read)
    assert {(await page(day, link))[0] for link in links} == {200}
    told = (await day.ask("officer", "GET", f"/api/v1/consignments/{back}/messages", expect=200))["data"]
    assert [row["reason"] for row in told if row["state"] == "unsent"] == ["message.overtaken"] * 2
