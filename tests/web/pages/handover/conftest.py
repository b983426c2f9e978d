"""A desk and a post office at one counter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

MAY = ("enquiry", "handover", "labels", "intake")


def caught(pattern: str, page: str) -> str:
    """Return what a page says where the pattern fits; nothing where it fits nowhere."""
    found = re.search(pattern, page)
    return found[1] if found else ""


@dataclass
class Counter:
    """A desk and a post office at one counter, each with somebody appointed to sign on paper."""

    gate: Any
    browser: Any
    desk_signs: str = ""
    office_signs: str = ""

    async def furnish(self) -> None:
        for unit_kind, unit in (("desk", "TS"), ("office", "480000")):
            made = await (await self.gate.post("/api/v1/signatories", {
                "unit_kind": unit_kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-11-01",
            })).json()  # fmt: skip
            setattr(self, f"{unit_kind}_signs", made["signatory_no"])
        await self.browser.sign_in(*MAY, unit="TS")

    async def items(self, n: int, leg: str = "return") -> list[str]:
        return [(await self.gate.consignment(leg))["consignment_no"] for _ in range(n)]

    async def opened(self, numbers: list[str], direction: str = "to_post") -> str:
        made = await self.gate.post(
            "/api/v1/manifests", {"desk": "TS", "office": "480000", "direction": direction, "numbers": numbers}
        )
        number: str = (await made.json())["manifest_no"]
        return number

    async def standing(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.gate.get(f"/api/v1/manifests/{number}")).json()
        return found

    async def outcomes(self, number: str) -> dict[str, str]:
        return {line["consignment_no"]: line["outcome"] for line in (await self.standing(number))["lines"]}

    async def scan(self, number: str, text: str) -> tuple[int, str]:
        """Scan into the field; return the status of the answer and its word."""
        answer = await self.browser.send(f"/desk/handover/{number}/scan", q=text)
        status = answer.status
        page = await answer.text()
        if status == 303:
            _, page = await self.browser.open(answer.headers["Location"])
        return status, caught(r'<p class="word">([^<]+)', page)

    async def seen(self, path: str) -> str:
        _, page = await self.browser.open(path)
        return caught(r'name="seen" value="(\w+)"', page)

    async def close(self, number: str) -> int:
        seen = await self.seen(f"/desk/handover/{number}")
        return int((await self.browser.send(f"/desk/handover/{number}/close", seen=seen)).status)

    async def sign_paper(self, number: str, side: str, signatory: str, at: str) -> Any:
        seen = await self.seen(f"/desk/handover/{number}")
        return await self.browser.send(
            f"/desk/handover/{number}/sign", way="paper", side=side, signatory_no=signatory, signed_at=at, seen=seen
        )

    async def signed(self, number: str) -> None:
        for line, outcome in (await self.outcomes(number)).items():
            if outcome == "expected":
                await self.scan(number, line)
        await self.close(number)
        to_post = (await self.standing(number))["direction"] == "to_post"
        sides = (self.desk_signs, self.office_signs) if to_post else (self.office_signs, self.desk_signs)
        for side, signatory in zip(("giver", "taker"), sides, strict=True):
            assert (await self.sign_paper(number, side, signatory, "2026-11-23T08:30")).status == 303


@pytest.fixture
async def counter(gate, browser) -> Counter:
    made = Counter(gate, browser)
    await made.furnish()
    return made
