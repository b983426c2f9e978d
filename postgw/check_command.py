"""`postgw check`: what is wrong with this installation, each in one sentence with what to do.

It looks at everything it can reach and stops at nothing: a newcomer mends all of it in one round. Exit status 1 when
something keeps the gateway from its work, or is still missing on a live one.

Used by: cli.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from adapters import registry
from postgw import ownership
from postgw.bootstrap import opened_house
from postgw.domain.actor import GATEWAY
from postgw.domain.checklist import CheckLine
from postgw.domain.errors import PostgwError
from postgw.installation import doors, machine, memory, secrets, work
from postgw.installation.finding import Finding, doubtful, wrong
from postgw.outsiders import is_rehearsal, long_texts, post
from postgw.settings import Settings, SettingsError, load


@dataclass(slots=True)
class Looked:
    """All that was found."""

    rehearsal: bool
    findings: list[Finding] = field(default_factory=list)
    lines: Sequence[CheckLine] = ()

    @property
    def is_wrong(self) -> bool:
        """Say whether something must be mended."""
        missing = not self.rehearsal and any(line.state == "missing" for line in self.lines)
        return missing or any(finding.state == "wrong" for finding in self.findings)


async def check(environ: Mapping[str, str], *, as_json: bool, say: Callable[[str], None], at: datetime) -> int:
    """Look at everything and say what was found."""
    try:
        looked = await look(load(), environ, at=at)
    except SettingsError as fault:
        if not as_json:
            raise
        looked = Looked(False, [wrong("settings", str(fault))])
    if as_json:
        say(json.dumps(_told(looked), ensure_ascii=False, indent=2))
    else:
        _say(looked, say)
    return 1 if looked.is_wrong else 0


async def look(settings: Settings, environ: Mapping[str, str], *, at: datetime) -> Looked:
    """Return all that is wrong or doubtful, what stands beneath first."""
    try:
        looked = Looked(is_rehearsal(settings))
    except PostgwError as fault:  # an adapter that nobody knows: nothing more can be told of it
        return Looked(False, [wrong("adapter", str(fault))])
    looked.findings += machine.looked_at(settings, at=at)
    looked.findings += secrets.looked_at(settings, environ)
    looked.findings += doors.looked_at(settings.web, rehearsal=looked.rehearsal, at=at)
    looked.findings += [finding async for finding in memory.looked_at(settings)]
    looked.findings += [finding async for finding in _of_adapters(settings, environ, at=at)]
    if not any(finding.state == "wrong" and finding.code in _CLOSED for finding in looked.findings):
        await _inside(looked, settings, environ, at=at)
    return looked


#: With one of these the house does not open.
_CLOSED = frozenset({"database", "secret", "adapter"})


async def _of_adapters(settings: Settings, environ: Mapping[str, str], *, at: datetime) -> AsyncIterator[Finding]:
    try:
        for sentence in (*doubts(settings, environ), *[text async for text in long_texts(settings, environ, at=at)]):
            yield wrong("adapter_table", sentence)
    except (PostgwError, SettingsError) as fault:
        if getattr(fault, "code", "") != "settings.variable":  # that one has been said, with its place
            yield wrong("adapter", str(fault))


def doubts(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the settings of adapters leave in doubt; nothing when all is well."""
    found = [f"Gói {stranger} chiếm tên của postgw trong môi trường này." for stranger in ownership.strangers()]
    for account in settings.post.accounts:
        card = registry.find("post", account.adapter)
        if card.rehearsal:
            continue
        codes_are_ours = getattr(post(account, settings, environ, "").settings, "codes_are_ours", None)
        if codes_are_ours and codes_are_ours():
            found.append(
                f"Tài khoản {account.name}: bảng mã trạng thái vẫn là bảng diễn tập. Hỏi Bưu điện rồi khai"
                f" [adapters.{account.adapter}] codes."
            )
    return tuple(found)


async def _inside(looked: Looked, settings: Settings, environ: Mapping[str, str], *, at: datetime) -> None:
    """Look at what only an open house can tell."""
    try:
        async with opened_house(settings, environ=environ) as house:
            session = house.database.reading
            looked.findings += [finding async for finding in memory.clock(session, at=at)]
            looked.findings += [finding async for finding in memory.tools(session)]
            jobs = await house.services.timekeeping.standing(actor=GATEWAY, at=at)
            looked.findings += work.looked_at(jobs, enabled=settings.scheduler.enabled, at=at)
            looked.lines = await house.services.checklist.lines(actor=GATEWAY, at=at)
            looked.findings += _mixed(looked.rehearsal, [one.card for one in house.outsiders.everybody()])
    except (PostgwError, SettingsError) as fault:
        looked.findings.append(wrong("start", str(fault)))


def _mixed(rehearsal: bool, cards: Sequence[object]) -> list[Finding]:
    """Point out real outsiders beside rehearsed ones: half a rehearsal is taken for real by somebody."""
    real = sorted({str(getattr(card, "name", "")) for card in cards if not getattr(card, "rehearsal", False)})
    if not rehearsal or not real:
        return []
    return [
        doubtful(
            "mixed",
            f"Bộ nối thật ({', '.join(real)}) đang bật cạnh bộ nối diễn tập: lệnh qua đó ĐI THẬT."
            " Tắt một bên trong settings.toml.",
        )
    ]


def _told(looked: Looked) -> dict[str, object]:
    lines = [{"code": line.code, "state": line.state, "title": line.what, "why": line.why} for line in looked.lines]
    return {
        "rehearsal": looked.rehearsal,
        "problems": [finding.sentence for finding in looked.findings if finding.state == "wrong"],
        "findings": [asdict(finding) for finding in looked.findings],
        "checklist": lines,
    }


def _say(looked: Looked, say: Callable[[str], None]) -> None:
    say("DIỄN TẬP: có bộ nối diễn tập đang bật." if looked.rehearsal else "Chạy thật: không có bộ nối diễn tập nào.")
    for finding in sorted(looked.findings, key=lambda one: one.state != "wrong"):
        say(f"{'SAI' if finding.state == 'wrong' else 'CẦN XEM'} · {finding.sentence}")
    if not looked.findings:
        say("Không thấy gì sai.")
    _say_checklist(looked.lines, say)


def _say_checklist(lines: Sequence[CheckLine], say: Callable[[str], None]) -> None:
    done = sum(line.state == "done" for line in lines)
    if lines:
        say(f"Trước khi chạy thật: xong {done} trên {len(lines)} việc. Trang /desk/admin/checklist có đường dẫn.")
    for line in lines:
        if line.state != "done":
            say(f"{'THIẾU' if line.state == 'missing' else 'CẦN XEM'} · {line.what}: {line.why}")
