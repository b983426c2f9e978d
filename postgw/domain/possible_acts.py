"""What may be done now with a dossier and each of its consignments, and why another act may not.

An officer who wants to stop an envelope must not find out by trying. So every act stays on the page: one that is not to
be had says why, in a sentence, and names the act to use in its place. The answers are those of the services, asked
beforehand: the table of states says what may follow, the rights of the account who may do it, the unit whose side it
speaks for. Nothing is decided here: the service decides again when the act is asked for.

One answer is stricter than the service's: a person is not offered to close a dossier whose result has not arrived. A
desk's own system that says it did so is believed, and the dossier then stands among those that do not agree.

Stands on: consignment, states, dossier, actor. Used by: services.overview.
Source: Law on Post 2010 art. 16 (the sender disposes of the item until it is delivered), 17; Decision 45/2016/QĐ-TTg
art. 5, 10, 12.4.

>>> from datetime import UTC, datetime
>>> from .address import Party
>>> from .custody import Custody
>>> officer = Actor(name="can-bo", scopes=frozenset({"booking"}), unit="TS")
>>> held = Consignment(
...     consignment_no="4K7M29TB6HC", dossier_id=1, leg="return", desk="TS", consignor=Party(name="Một cửa"),
...     consignee=Party(name="Diễn Tập"), rules_version="x", custody=Custody(state="collected", holder="post"))
>>> rules = {"recalled": frozenset({"booked", "collected"}), "delivered": frozenset({"collected"}),
...          "returning": frozenset({"collected"})}
>>> acts = {act.name: act for act in acts_on_item(Item(consignment=held, may_follow=rules), who=officer)}
>>> acts["cancel"].allowed, acts["cancel"].instead, acts["recall"].allowed, acts["address"].allowed
(False, 'recall', True, True)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .actor import Actor
from .consignment import BEFORE_COLLECTION, DELIVERED, Consignment
from .dossier import LEGS_OF_FORM, SERVICE_FORMS, Dossier
from .invitation import Verdict
from .time_limit import Words

#: Which kind of right each act wants.
SCOPE_OF = {
    "address": "booking", "recall": "booking", "cancel": "booking", "order": "booking", "print": "labels",
    "void": "labels", "return": "delivery", "correct": "scans", "complain": "cases", "number": "intake",
    "form": "intake", "result": "intake", "register": "intake", "decide": "intake", "close": "intake",
    "apology": "cases", "evidence": "evidence",
}  # fmt: skip
_OF_ITS_DESKS = frozenset({"order", "address", "recall", "cancel", "void", "print"})
_NO_RIGHT = Words(sentence="Không thuộc việc của tài khoản này.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: whether it may be done, what it does or why not, and what to use in its place.

    `{state}` and `{moment}` in the words stand for a state and a moment, which the page says in its own way.
    """

    name: str
    allowed: bool
    words: Words = field(default_factory=lambda: Words(sentence=""))
    instead: str = ""  #: another act that does what was wanted
    has_right: bool = True  #: false: it is not this account's work, whatever the state
    number: str = ""  #: the consignment it is about; empty: the dossier
    leg: str = ""
    moment: datetime | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A consignment, and what else decides on its acts."""

    consignment: Consignment
    may_follow: Mapping[str, frozenset[str]]  #: of `recalled`, `delivered`, `returning`: the states they may follow
    order_state: str = ""  #: of what was asked of the post; empty: nothing
    left_at: datetime | None = None  #: when the post took it
    return_verdict: Verdict | None = None  #: the best of the lawful grounds of a return; none: nobody looked
    correctable: int = 0  #: how many scans of devices of ours stand


def acts_on_item(item: Item, *, who: Actor) -> tuple[Act, ...]:
    """Return the acts on one consignment, in the order in which they are shown."""
    number = item.consignment.consignment_no
    made = (
        _order(item), _address(item, who), _recall(item, who), _cancel(item), _void(item),
        _may("print", sentence=""), _return(item),
        _correct(item), _complain(item),
    )  # fmt: skip
    shown = (_seen(act, item.consignment, who) for act in made)
    return tuple(_rightful(replace(act, number=number, leg=item.consignment.leg), who) for act in shown)


def _seen(act: Act, consignment: Consignment, who: Actor) -> Act:
    """Return the act, or that it belongs to the desks at which the envelope begins and ends."""
    if act.allowed and act.name in _OF_ITS_DESKS and not who.may_see(consignment.desk, consignment.to_desk):
        return _is_anothers(act.name)
    return act


def _rightful(act: Act, who: Actor) -> Act:
    """Return the act, or that it is not this account's work."""
    if SCOPE_OF[act.name] in who.scopes:
        return act
    return replace(act, allowed=False, has_right=False, words=_NO_RIGHT, instead="")


def _may(name: str, *, sentence: str, **values: object) -> Act:
    return Act(name=name, allowed=True, words=Words(sentence=sentence, values=values))


def _not(name: str, *, sentence: str, instead: str = "", item: Item | None = None, **values: object) -> Act:
    return Act(
        name=name, allowed=False, words=Words(sentence=sentence, values=values), instead=instead,
        state=item.consignment.custody.state if item else "", moment=item.left_at if item else None,
    )  # fmt: skip


def _is_over(name: str, item: Item) -> Act:
    return _not(name, sentence="Không được: bưu gửi đã kết thúc, {state}.", item=item)


def _is_anothers(name: str) -> Act:
    return _not(name, sentence="Không được: việc này của nơi gửi bưu gửi.")


def _has_left(name: str, item: Item) -> Act:
    """Return why what belongs to the time before the post is over."""
    if item.consignment.custody.ended:
        return _is_over(name, item)
    if item.consignment.custody.state not in item.may_follow["recalled"]:
        return _not(name, sentence="Không được: bưu gửi đã rời nơi gửi, {state}.", item=item)
    if item.left_at:
        return _not(name, sentence="Không được: bưu điện đã nhận lúc {moment}. Hãy gọi lại.", instead="recall",
                    item=item)  # fmt: skip
    return _not(name, sentence="Không được: bưu điện đã nhận bưu gửi. Hãy gọi lại.", instead="recall", item=item)


_ORDER_STATES = {
    "waiting": _not("order", sentence="Đã đặt, đang chờ gửi sang bưu điện."),
    "unknown": _not("order", sentence="Đã đặt, chờ bưu điện trả lời."),
    "accepted": _not("order", sentence="Đã đặt: bưu điện đã nhận đơn."),
    "cancelling": _not("order", sentence="Đã yêu cầu huỷ, chờ bưu điện trả lời."),
    "cancelled": _not("order", sentence="Đơn đã huỷ với bưu điện."),
}


def _order(item: Item) -> Act:
    if item.consignment.custody.state not in BEFORE_COLLECTION:
        return _has_left("order", item)
    if item.order_state not in {"", "refused"}:
        return _ORDER_STATES[item.order_state]
    return _may("order", sentence="Gửi đơn để bưu điện đến nhận")


def _address(item: Item, who: Actor) -> Act:
    consignment, custody = item.consignment, item.consignment.custody
    if consignment.leg != "return":
        return _not("address", sentence="Chỉ đổi được ở chiều trả kết quả. Gọi lại rồi lập bưu gửi khác.",
                    instead="recall", item=item)  # fmt: skip
    if custody.ended:
        return _is_over("address", item)
    if custody.state not in item.may_follow["delivered"]:
        return _not("address", sentence="Không được: bưu gửi không còn trên đường đến người nhận, {state}.", item=item)
    if not who.may_see(consignment.desk):
        return _is_anothers("address")
    return _may("address", sentence="Trước khi phát; bên có lỗi trả thêm cước")


def _recall(item: Item, who: Actor) -> Act:
    state = item.consignment.custody.state
    if state == "registered":
        return _not("recall", sentence="Chưa cần: chưa đặt bưu điện. Hãy huỷ.", instead="cancel", item=item)
    if state == "recalled":
        return _not("recall", sentence="Đã gọi lại rồi.")
    if state not in item.may_follow["recalled"]:
        return _is_over("recall", item)
    if not who.may_see(item.consignment.desk):
        return _is_anothers("recall")
    return _may("recall", sentence="Đưa phong bì quay về nơi gửi")


def _cancel(item: Item) -> Act:
    if item.order_state in {"cancelling", "cancelled"}:
        return replace(_ORDER_STATES[item.order_state], name="cancel")
    if item.consignment.custody.state == "cancelled":
        return _not("cancel", sentence="Đã huỷ rồi.")
    if item.consignment.custody.state not in BEFORE_COLLECTION:
        return _has_left("cancel", item)
    return _may("cancel", sentence="Trước khi bưu điện đến nhận")


def _void(item: Item) -> Act:
    if item.consignment.custody.state not in BEFORE_COLLECTION:
        return _has_left("void", item)
    return _may("void", sentence="Nhãn rách, in hỏng: bỏ bản cũ, in bản mới")


def _return(item: Item) -> Act:
    custody, verdict = item.consignment.custody, item.return_verdict
    if custody.state == "returning":
        return _not("return", sentence="Đang chuyển hoàn rồi.")
    if custody.ended:
        return _is_over("return", item)
    if custody.holder != "post" or custody.state not in item.may_follow["returning"]:
        return _not("return", sentence="Chưa được: bưu điện không giữ bưu gửi.")
    if verdict is not None and not verdict.allowed:
        return Act(name="return", allowed=False, words=Words(sentence=verdict.sentence, values=verdict.values))
    return _may("return", sentence="Đủ căn cứ: bưu gửi quay về nơi gửi")


def _correct(item: Item) -> Act:
    if not item.correctable:
        return _not("correct", sentence="Chưa có lần quét nào của máy bên mình để đính chính.")
    return _may("correct", sentence="Lần quét sai không xoá: thêm một dòng đính chính có lý do")


def _complain(item: Item) -> Act:
    if not item.consignment.public_service:
        return _not("complain", sentence="Không được: bưu gửi đi ngoài dịch vụ công ích, theo hợp đồng với bên chuyển.")
    return _may("complain", sentence="Người dân phản ánh về bưu gửi này")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A dossier, and what else decides on its acts."""

    dossier: Dossier
    consignments: tuple[Consignment, ...] = ()
    forms: tuple[str, ...] = ()  #: what its procedure lets go by post
    filing: str = "none"  #: none, stands, void
    is_result_ready: bool = False
    is_put_off: bool = False  #: an apology was issued
    waiting_changes: int = 0
    closed_at: datetime | None = None
    awaits_supplement: bool = False  #: the citizen was asked for more papers, which may travel on another `send`


def acts_on_dossier(matter: Matter, *, who: Actor) -> tuple[Act, ...]:
    """Return the acts on a dossier, in the order in which they are shown."""
    made = (
        _number(matter), *_registers(matter), _form(matter), _result(matter), _decide(matter), _close(matter),
        _apology(matter), _may("evidence", sentence="Ghi mục đích; mỗi lần xuất được ghi lại"),
    )  # fmt: skip
    return tuple(_rightful(act, who) for act in made)


def other_forms(matter: Matter) -> tuple[str, ...]:
    """Return the service forms that the citizen may choose instead, as things stand."""
    left = [each for each in matter.consignments if not _before(each) and each.custody.state != "cancelled"]
    if left:
        return ()
    live = {each.leg for each in matter.consignments if not each.custody.ended} & {"send", "return"}
    return tuple(
        form
        for form in SERVICE_FORMS
        if form != matter.dossier.service_form and form in matter.forms and live <= LEGS_OF_FORM[form]
    )


def _before(consignment: Consignment) -> bool:
    return consignment.custody.state in BEFORE_COLLECTION


def _number(matter: Matter) -> Act:
    if matter.dossier.dossier_no:
        return _not("number", sentence="Hồ sơ đã có mã; mã chỉ ghi một lần.")
    return _may("number", sentence="Ghi mã hồ sơ một lần, sau khi tiếp nhận")


def _registers(matter: Matter) -> Iterator[Act]:
    legs = LEGS_OF_FORM[matter.dossier.service_form]
    for leg in ("send", "return"):
        if leg in legs or (leg == "send" and matter.awaits_supplement):
            yield replace(_register(matter, leg), leg=leg)


def _register(matter: Matter, leg: str) -> Act:
    issues = [each for each in matter.consignments if each.leg == leg]
    if live := next((each for each in issues if not each.custody.ended), None):
        number = live.consignment_no
        return _not("register", sentence="Không được: bưu gửi {number} còn đang đi trên chiều này.", number=number)
    if leg == "send" and matter.dossier.arrived_by and not matter.awaits_supplement:
        return _not("register", sentence="Không được: hồ sơ đã đến bằng doanh nghiệp bưu chính khác.")
    if leg != "send" and not matter.dossier.dossier_no:
        return _not("register", sentence="Chưa được: hồ sơ chưa có mã.", instead="number")
    if issues:
        return _may("register", sentence="Lần gửi trước đã kết thúc; lần này là lần {n}", n=len(issues) + 1)
    return _may("register", sentence="Chiều này chưa có bưu gửi")


def _form(matter: Matter) -> Act:
    if other_forms(matter):
        return _may("form", sentence="Người nộp chọn lại trước khi bưu điện nhận")
    if gone := [each for each in matter.consignments if not _before(each) and each.custody.state != "cancelled"]:
        return _not("form", sentence="Không được: bưu điện đã nhận bưu gửi {number}.", number=gone[0].consignment_no)
    if any(form in matter.forms for form in SERVICE_FORMS if form != matter.dossier.service_form):
        return _not("form", sentence="Chưa được: huỷ bưu gửi đang có rồi đổi hình thức.", instead="cancel")
    return _not("form", sentence="Không được: thủ tục này chỉ có một hình thức qua bưu chính.")


def _result(matter: Matter) -> Act:
    if matter.is_result_ready:
        return _not("result", sentence="Đã báo có kết quả rồi.")
    if matter.closed_at:
        return _not("result", sentence="Không cần: hồ sơ đã đóng.")
    if _is_delivered(matter):
        return _not("result", sentence="Không cần: kết quả đã phát cho người dân.")
    if matter.filing == "void":
        return _not("result", sentence="Không được: hồ sơ đã trả lại, không còn nộp.")
    if not matter.dossier.dossier_no:
        return _not("result", sentence="Chưa được: hồ sơ chưa có mã.", instead="number")
    return _may("result", sentence="Người dân và bưu điện được báo")


def _decide(matter: Matter) -> Act:
    if not matter.waiting_changes:
        return _not("decide", sentence="Không có đề nghị sửa nào đang chờ.")
    return _may("decide", sentence="{n} đề nghị sửa đang chờ quyết", n=matter.waiting_changes)


def _close(matter: Matter) -> Act:
    if matter.closed_at:
        act = _not("close", sentence="Đã đóng lúc {moment}.")
        return replace(act, moment=matter.closed_at)
    if "return" in LEGS_OF_FORM[matter.dossier.service_form] and not _has_arrived(matter):
        return _not("close", sentence="Chưa được: chưa có chứng từ phát.")
    return _may("close", sentence="Ghi lúc hồ sơ đã trả xong trong sổ một cửa")


def _is_delivered(matter: Matter) -> bool:
    home = [each for each in matter.consignments if each.leg == "return"]
    return bool(home) and home[-1].brought_result


def _has_arrived(matter: Matter) -> bool:
    """Say whether the result reached the citizen, or was called off so that they fetch it."""
    home = [each.custody.state for each in matter.consignments if each.leg == "return"]
    return bool(home) and home[-1] in DELIVERED | {"cancelled"}


def _goes_home(consignment: Consignment) -> bool:
    return consignment.leg == "return" and consignment.custody.state != "cancelled"


def _apology(matter: Matter) -> Act:
    if matter.is_put_off:
        return _not("apology", sentence="Không được: mỗi hồ sơ chỉ hẹn lại một lần.")
    if matter.is_result_ready or any(_goes_home(each) for each in matter.consignments):
        return _not("apology", sentence="Không cần: kết quả đã có.")
    if matter.dossier.due_on is None or not matter.dossier.dossier_no:
        return _not("apology", sentence="Chưa được: hồ sơ chưa có mã hoặc ngày hẹn trả.")
    return _may("apology", sentence="Kết quả sẽ chậm: xin lỗi, nêu lý do và một ngày mới")
