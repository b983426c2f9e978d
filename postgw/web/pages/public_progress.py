"""What a stranger is told of a number: one sentence and four stages, the same words whoever carries it.

The law lets an open look-up show the dossier code and the degree of completion. So the words tell the stage and nothing
within it: not that nobody was at home, not which post office has it, not when it was last heard of, not why it stopped.
Within the last stage lies the way back as well, so that one names no place where the item would be going.
The holder of the secret link reads all that on the page of the dossier.

Stands on: progress. Used by: citizen.
Source: Circular 01/2018/TT-VPCP art. 16.2.d.
"""

from __future__ import annotations

from dataclasses import dataclass

from postgw.domain.states import STAGES
from postgw.services.enquiry import PublicTrack
from postgw.web.language import sentence

from .progress import WHAT, WHERE

_ANSWERS = {
    "registered": sentence("{what} đã ghi sổ, đang chờ chuyển đi."),
    "with_post": sentence("{what} đang trên đường đến {where}."),
    "delivering": sentence("{what} đang ở chặng phát."),
    "finished": sentence("{what} đã đến {where}."),
}
_STOPPED = sentence("Lần gửi này đã dừng, không đến nơi.")
_NOTHING_YET = sentence("Hồ sơ đã ghi sổ, chưa có gì gửi qua bưu điện.")
_WORDS = {
    "registered": sentence("Ghi sổ"), "with_post": sentence("Trên đường"), "delivering": sentence("Đang phát"),
    "finished": sentence("Đến nơi"),
}  # fmt: skip
_STOP = sentence("Đã dừng")
#: In the order of the stages; the first waits, the others move.
_ICONS = ("due", "run", "run", "ok")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage as it is drawn: a word, an icon, and whether it is behind us, now, or ahead."""

    word: str
    icon: str
    mark: str  #: done, now, ahead, stop


def answer_of(found: PublicTrack) -> tuple[str, dict[str, str]]:
    """Return the sentence that answers, and what fills it."""
    if found.stopped:
        return _STOPPED, {}
    if not found.leg:
        return _NOTHING_YET, {}
    return _ANSWERS[found.stage], {"what": WHAT[found.leg], "where": WHERE[found.leg]}


def steps_of(found: PublicTrack) -> tuple[Step, ...]:
    """Return the four stages. An end that is no arrival is never drawn as one."""
    if found.stopped:
        ahead = tuple(Step(_WORDS[name], "ahead", "ahead") for name in STAGES[1:3])
        return (Step(_WORDS[STAGES[0]], "ok", "done"), *ahead, Step(_STOP, "stuck", "stop"))
    return tuple(_step(number, found.stages_done - 1) for number in range(len(STAGES)))


def _step(number: int, reached: int) -> Step:
    word = _WORDS[STAGES[number]]
    if number < reached or reached == len(STAGES) - 1:
        return Step(word, "ok", "done")
    return Step(word, _ICONS[number], "now") if number == reached else Step(word, "ahead", "ahead")
