"""What a citizen is told of a consignment: one sentence that answers, and four stages.

The law lets an open look-up show the dossier code and the degree of completion, so these words name no person, no
address and no office. An end that is no arrival (returned, cancelled, lost) is never drawn as one: the last stage then
says that the journey stopped.

Stands on: domain.states. Used by: citizen.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (what an open look-up may show); Law on Post 2010 (complaints).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from postgw.domain.states import STAGES, STOPPED
from postgw.web.language import sentence

WHAT = {
    "send": sentence("Bộ hồ sơ"), "return": sentence("Kết quả hồ sơ"), "transfer": sentence("Bộ hồ sơ"),
    "withdrawal": sentence("Giấy tờ thu lại"),
}  # fmt: skip
WHERE = {
    "send": sentence("bộ phận Một cửa"), "return": sentence("nơi nhận"), "transfer": sentence("cơ quan tiếp nhận"),
    "withdrawal": sentence("cơ quan thu lại"),
}  # fmt: skip
ANSWERS = {
    "registered": sentence("{what} đã ghi sổ gửi, đang chờ giao cho bưu điện."),
    "booked": sentence("{what} đã báo bưu điện, đang chờ bưu điện nhận."),
    "collected": sentence("{what} đã giao cho bưu điện."),
    "in_transit": sentence("{what} đang trên đường đến {where}."),
    "at_office": sentence("{what} đang ở bưu cục, trên đường đến {where}."),
    "out_for_delivery": sentence("{what} đang được bưu tá mang đến {where}."),
    "attempted": sentence("{what} chưa phát được lần này, bưu điện vẫn giữ."),
    "held": sentence("{what} đang ở bưu cục, chờ đến nhận."),
    "delivered": sentence("{what} đã đến {where}."),
    "delivered_by_post_statement": sentence("{what} đã đến {where}, theo tin bưu điện."),
    "returning": sentence("{what} chưa phát được, đang quay về nơi gửi."),
    "returned": sentence("{what} đã quay về nơi gửi."),
    "unclaimed": sentence("{what} chưa có người nhận, bưu điện vẫn giữ."),
    "archived": sentence("{what} không phát được, đã đưa vào lưu."),
    "lost": sentence("{what} được ghi nhận là thất lạc."),
    "cancelled": sentence("Lần gửi này đã huỷ."),
    "recalled": sentence("Lần gửi này đã được người gửi gọi lại."),
}
#: What is said otherwise of what travels with another carrier: no post office and no postman has it.
_ELSEWHERE = {
    "registered": sentence("{what} đã ghi sổ gửi, đang chờ giao cho bên chuyển phát."),
    "booked": sentence("{what} đã báo bên chuyển phát, đang chờ họ nhận."),
    "collected": sentence("{what} đã giao cho bên chuyển phát."),
    "at_office": sentence("{what} đang ở kho của bên chuyển phát, trên đường đến {where}."),
    "out_for_delivery": sentence("{what} đang được mang đến {where}."),
    "attempted": sentence("{what} chưa phát được lần này, bên chuyển phát vẫn giữ."),
    "held": sentence("{what} đang ở điểm giao của bên chuyển phát, chờ đến nhận."),
    "delivered_by_post_statement": sentence("{what} đã đến {where}, theo tin của bên chuyển phát."),
    "unclaimed": sentence("{what} chưa có người nhận, bên chuyển phát vẫn giữ."),
}
#: What the citizen can do now, where there is something to do.
ADVICE = {
    "attempted": sentence("Giữ điện thoại bên mình để bưu tá gọi được."),
    "held": sentence("Khi đến bưu cục, mang theo căn cước hoặc hộ chiếu và giấy mời."),
    "returning": sentence("Cần phát lại thì gọi bộ phận Một cửa nơi nộp hồ sơ."),
    "returned": sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hẹn cách nhận khác."),
    "unclaimed": sentence("Mang căn cước hoặc hộ chiếu ra bưu cục, hoặc gọi bộ phận Một cửa."),
    "archived": sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hẹn cách nhận khác."),
    "lost": sentence("Hỏi bộ phận Một cửa nơi nộp hồ sơ. Bạn có quyền khiếu nại và đòi bồi thường."),
    "cancelled": sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ nếu bạn vẫn cần gửi."),
    "recalled": sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ nếu bạn chưa biết việc này."),
    "delivered_by_post_statement": sentence("Chưa nhận được thì báo ngay bộ phận Một cửa nơi nộp hồ sơ."),
}
_ADVICE_ELSEWHERE = {
    "attempted": sentence("Giữ điện thoại bên mình để người phát gọi được."),
    "held": sentence("Khi đến nhận, mang theo căn cước hoặc hộ chiếu."),
    "unclaimed": sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hỏi nơi đang giữ."),
    "lost": sentence("Hỏi bộ phận Một cửa nơi nộp hồ sơ. Khiếu nại gửi cho bên chuyển phát."),
}
#: The states that the post has not told of.
BEFORE_THE_POST = frozenset({"registered", "booked", "cancelled"})
_WORDS = {
    "registered": sentence("Ghi sổ gửi"), "with_post": sentence("Bưu điện giữ"), "delivering": sentence("Đang phát"),
    "finished": sentence("Đến nơi"),
}  # fmt: skip
_STOP = sentence("Đã dừng")
_HELD_ELSEWHERE = sentence("Bên chuyển giữ")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage as it is drawn: a word, an icon, and whether it is behind us, now, or ahead."""

    word: str
    icon: str
    mark: str  #: done, now, ahead, stop


def answer_of(state: str, *, public_service: bool) -> str:
    """Return the sentence that answers, for `what` and `where`."""
    return ANSWERS[state] if public_service else _ELSEWHERE.get(state, ANSWERS[state])


def advice_of(state: str, *, public_service: bool) -> str:
    """Return what the citizen can do now, empty where there is nothing to do."""
    advice = ADVICE.get(state, "")
    return advice if public_service else _ADVICE_ELSEWHERE.get(state, advice)


def steps_with(steps: tuple[Step, ...], *, public_service: bool) -> tuple[Step, ...]:
    """Return the stages in the words of whoever carries."""
    if public_service:
        return steps
    return tuple(replace(step, word=_HELD_ELSEWHERE) if step.word == _WORDS["with_post"] else step for step in steps)


def steps_of(state: str, stage: str) -> tuple[Step, ...]:
    """Return the four stages of a consignment in this state.

    >>> [step.mark for step in steps_of("in_transit", "with_post")]
    ['done', 'now', 'ahead', 'ahead']
    >>> [step.mark for step in steps_of("delivered", "finished")], steps_of("returned", "finished")[-1].mark
    (['done', 'done', 'done', 'done'], 'stop')
    """
    if state in STOPPED:
        ahead = tuple(Step(_WORDS[name], "ahead", "ahead") for name in STAGES[1:3])
        return (Step(_WORDS[STAGES[0]], "ok", "done"), *ahead, Step(_STOP, "stuck", "stop"))
    reached = STAGES.index(stage)
    return tuple(_step(name, number, reached) for number, name in enumerate(STAGES))


def _step(name: str, number: int, reached: int) -> Step:
    if number < reached or reached == len(STAGES) - 1:
        return Step(_WORDS[name], "ok", "done")
    if number == reached:
        return Step(_WORDS[name], "due" if number == 0 else "run", "now")
    return Step(_WORDS[name], "ahead", "ahead")
