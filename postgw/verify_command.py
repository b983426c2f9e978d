"""`postgw verify`: every chain and every seal is checked, every result reckoned anew, and what does not hold is said.

Used by: cli.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.evidence import FAULTS
from postgw.domain.reckoning import CONTRADICTIONS
from postgw.services.evidence import Report
from postgw.services.reckoning import Reckoning

Say = Callable[[str], None]


async def verify(house: House, *, kept_digest: str, as_json: bool, say: Say) -> int:
    """Check the evidence and reckon the house anew; return 0 when all holds."""
    report = await house.services.evidence.verify(kept_digest=kept_digest, actor=GATEWAY)
    reckoned = await house.services.reckoning.reckon(actor=GATEWAY)
    holds = report.holds and reckoned.agrees
    if as_json:
        told = {"holds": holds, **asdict(report), "reckoning": {"agrees": reckoned.agrees, **asdict(reckoned)}}
        say(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        _say_evidence(report, say)
        _say_reckoning(reckoned, say)
    return 0 if holds else 1


def _say_evidence(report: Report, say: Say) -> None:
    say(f"{report.items} bưu gửi, {report.linked} sự kiện đã nối, {report.seals} niêm phong.")
    say(f"Chưa nối: {report.not_linked}. Chưa niêm phong: {report.not_sealed}. Đã xoá theo hạn lưu: {report.erased}.")
    if report.last_seal:
        say(f"Niêm phong mới nhất, đêm {report.last_seal.sealed_on:%d/%m/%Y}: {report.last_seal.digest}")
    if report.kept_digest == "unknown":
        say("KHÔNG TÌM THẤY mã niêm phong đã giữ.")
    for broken in report.broken:
        place = f", mắt xích {broken.seq}" if broken.seq else ""
        say(f"SAI · {broken.where}{place}: {FAULTS[broken.fault]}")
    say("Chứng cứ nguyên vẹn." if report.holds else f"Chứng cứ KHÔNG nguyên vẹn: {report.broken_count} chỗ sai.")


def _say_reckoning(reckoned: Reckoning, say: Say) -> None:
    for each in reckoned.contradictions:
        say(f"SAI · {each.where}: {CONTRADICTIONS[each.kind]}.")
    result = "khớp." if reckoned.agrees else f"KHÔNG khớp, {reckoned.count} chỗ sai."
    say(f"Đối chiếu lại {reckoned.consignments} bưu gửi, sổ tiền, biên bản, giờ nộp và việc phải báo: {result}")
