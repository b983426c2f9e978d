"""MyVNPost as a `PostOffice`: what is asked, and what each answer means.

What is unforgiving here: an order asked for twice may become two parcels. An answer to CreateOrder that is no plain yes
leaves open what was done; the next try then looks first and orders only when the look proves that the post has nothing
(`lookup`). A cancellation may wait for somebody's approval (`02`): it is neither done nor refused, so it is
`Unreachable` with a code of its own and asked about again; the case's number is remembered in this process, and in
another one the order's own state answers.

Stands on: door, mapping, lookup, listing, following. Used by: services, as `PostOffice`.
Source: public clients of the partner API (docs/adapters/my_vnpost.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from postgw.domain.errors import PostgwError, Refused, Unreachable
from postgw.domain.ports import FeedPage, PostedOrder, PostOrder, PostReceipt

from ..wire import Answer
from . import codes
from .door import OUTSIDER, TOKEN_REFUSED, Door, made, unreadable
from .following import Following
from .listing import listed, spans
from .lookup import CALLED_OFF, Record, is_called_off, matching, must_have_settled, must_prove, the_one
from .mapping import (
    bears_ref,
    case_of,
    numbers_of,
    order_to_wire,
    receipt_of,
    records,
    ref_of,
    said_no,
    text,
    without_persons,
)
from .settings import MyVnPostSettings


class MyVnPost:
    """One account of MyVNPost."""

    def __init__(self, settings: MyVnPostSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._door = Door(settings, monotonic=monotonic)
        self._following = Following(self._door)
        self._cases: dict[str, str] = {}  #: the post's id of an order → the case its cancellation became

    async def book(self, order: PostOrder) -> PostReceipt:
        """Ask the post to carry one consignment; where an earlier try may have got through, look first."""
        wire = order_to_wire(order, self.settings)
        if order.asked_before and (known := await self._surely_looked(order)):
            return known
        answer = await self._door.ask("POST", "create", body=wire)
        told = self._taken(answer, order)
        record: Any = next(iter(records(told) or ()), None)
        receipt = receipt_of(record) if isinstance(record, Mapping) else None
        named = numbers_of(record, self.settings.order_no_keys)
        if receipt is None or (named and order.order_no not in named):
            raise unreadable("CreateOrder")
        return receipt

    async def cancel(self, posted: PostedOrder) -> None:
        """Call an order off before the post has come for it. Raises Unreachable while its approval is awaited."""
        record = await self._posted(posted)
        if record is not None and is_called_off(record, self.settings):
            self._cases.pop(ref_of(record), None)
            return
        ref = (ref_of(record) if record else "") or posted.post_ref
        if not ref:
            raise Refused(
                "{outsider} không có đơn nào mang số phiếu {order_no}.",
                outsider=OUTSIDER, order_no=posted.order_no, code="post.cancel_unknown",
            )  # fmt: skip
        if ref in self._cases:
            self._judge(await self._approval(posted, ref), posted, ref)
        elif record is not None and text(record.get("caseStatus")) in self.settings.cases_pending:
            raise self._waiting(posted)
        else:
            self._judge(made(await self._door.ask("POST", "cancel", body={"OriginalId": ref})), posted, ref)

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        """Return what has changed since `cursor` (empty: from the beginning): one page of the list at a time."""
        return await self._following.page(cursor, limit)

    async def close(self) -> None:
        """Give back the connections."""
        await self._door.close()

    # --- booking ---

    def _taken(self, answer: Answer, order: PostOrder) -> Any:
        """Return the answer to an order. Raises Refused at a plain no, with the post's words but no person's."""
        is_no = 400 <= answer.status < 500 and answer.status not in TOKEN_REFUSED and not answer.is_passing_trouble()
        message = said_no(_json_or_none(answer) if is_no else made(answer))
        if message is None:
            return made(answer)
        raise Refused(
            "{outsider} không nhận phiếu {order_no}: {message}",
            outsider=OUTSIDER, order_no=order.order_no, code="post.order_refused",
            message=without_persons(message, order) or "không nêu lý do",
        )  # fmt: skip

    async def _surely_looked(self, order: PostOrder) -> PostReceipt | None:
        """Look. Whoever is refused the look has learned nothing: that is no refusal of the order."""
        try:
            return await self._looked(order)
        except Refused as no:
            if no.code == CALLED_OFF:
                raise
            raise _unclear(order, no) from no

    async def _looked(self, order: PostOrder) -> PostReceipt | None:
        """Return the receipt of an order that the post has; None when it is proved that it has none.

        Raises Unreachable as long as it is not clear.
        """
        named = await self._by(self.settings.lookup_by_order, order.order_no)
        found = matching(named or [], order.order_no, self.settings) or await self._on_the_list(order)
        record = the_one(found, order.order_no, self.settings, OUTSIDER)
        if record is None:
            must_have_settled(order.order_no, order.asked_at, self._door.clock.now(), self.settings, OUTSIDER)
            return None
        receipt = receipt_of(record, known_already=True)
        if receipt is None:
            raise unreadable("getOrder")
        return receipt

    async def _by(self, kind: str, code: str) -> list[Any] | None:
        """Return the orders that one look-up names; None when its answer cannot be read.

        That a look-up finds nothing proves nothing: what its `type` means is not published.
        """
        answer = await self._door.ask("GET", "get", query={"type": kind, "code": code})
        if 400 <= answer.status < 500 and answer.status not in TOKEN_REFUSED and not answer.is_passing_trouble():
            return []
        return records(_json_or_none(answer)) if answer.status == 200 else None

    async def _on_the_list(self, order: PostOrder) -> list[Record]:
        """Return the orders with our number on the list since it was first asked for. Raises Unreachable if unclear."""
        now = self._door.clock.now()
        rows: list[Record] = []
        pages = 0
        for span in spans(order.asked_at or now, now, self.settings):
            page = self.settings.first_page
            while True:
                if pages >= self.settings.lookup_pages:
                    raise _too_long(order)
                pages += 1
                more = await listed(self._door, span, page, self.settings.page_size)
                rows += more
                if len(more) < self.settings.page_size:
                    break
                page += 1
        found = matching(rows, order.order_no, self.settings)
        if not found:
            must_prove(rows, order.order_no, self.settings, OUTSIDER)
        return found

    # --- cancelling ---

    async def _posted(self, posted: PostedOrder) -> Record | None:
        """Return the order's record by the surest name it goes under; None when no look-up names it.

        Raises Unreachable when it has no name by which it could be cancelled, and a look-up was not clear.
        """
        names = (
            (self.settings.lookup_by_item, posted.item_no),
            (self.settings.lookup_by_order, posted.order_no),
            (self.settings.lookup_by_origin, posted.post_ref),
        )
        unclear = False
        for kind, code in names:
            named = await self._by(kind, code) if code else []
            unclear = unclear or named is None
            found: list[Record] = [one for one in named or () if _is_it(one, posted, self.settings)]
            if ours := [one for one in found if bears_ref(one, posted.post_ref)]:
                return ours[0]
            if len({ref_of(one) for one in found}) > 1:
                raise _ordered_twice(posted, len(found))
            if found:
                return found[0]
        if unclear and not posted.post_ref:
            raise unreadable("getOrder")
        return None

    async def _approval(self, posted: PostedOrder, ref: str) -> Any:
        """Ask what became of a cancellation that waits. The public client sends this GET with a body."""
        asked = [{"OriginalId": ref, "CaseId": self._cases[ref]}]
        answer = await self._door.ask("GET", "case", body=asked)
        try:
            return made(answer)
        except Refused as no:  # the question was refused, not the cancellation
            raise self._waiting(posted) from no

    def _judge(self, told: Any, posted: PostedOrder, ref: str) -> None:
        case = case_of(told)
        if case is None:
            raise unreadable("orderCancel")
        kind, case_no = case
        if kind == codes.WAITING:
            if case_no or ref not in self._cases:
                self._cases[ref] = case_no
            raise self._waiting(posted)
        self._cases.pop(ref, None)
        if kind != codes.DONE:
            raise Refused(
                "{outsider} không huỷ phiếu {order_no} (mã {status}). Có thể bưu tá đã nhận hàng.",
                outsider=OUTSIDER, order_no=posted.order_no, status=kind, code="post.cancel_refused",
            )  # fmt: skip

    def _waiting(self, posted: PostedOrder) -> Unreachable:
        return Unreachable(
            "{outsider} đã nhận yêu cầu huỷ phiếu {order_no}, đang chờ duyệt. Hệ thống sẽ tự hỏi lại.",
            outsider=OUTSIDER, order_no=posted.order_no, retry_after=self.settings.ask_again_seconds,
            code="post.cancel_waiting",
        )  # fmt: skip


def _is_it(record: Any, posted: PostedOrder, settings: MyVnPostSettings) -> bool:
    """Say whether a record is the order's: it bears our number, or an id that only this order has."""
    if not isinstance(record, Mapping):
        return False
    numbers = numbers_of(record, settings.order_no_keys)
    if numbers:
        return posted.order_no in numbers
    by_item = bool(posted.item_no) and text(record.get("itemCode")) == posted.item_no
    return by_item or bears_ref(record, posted.post_ref)


def _ordered_twice(posted: PostedOrder, count: int) -> Refused:
    return Refused(
        "{outsider} đang có {count} đơn cùng số phiếu {order_no}. Gọi Bưu điện để huỷ.",
        outsider=OUTSIDER, count=count, order_no=posted.order_no, code="my_vnpost.ordered_twice",
    )  # fmt: skip


def _json_or_none(answer: Answer) -> Any:
    try:
        return answer.json()
    except Unreachable:
        return None


def _unclear(order: PostOrder, why: PostgwError) -> Unreachable:
    return Unreachable(
        "Chưa tìm được phiếu {order_no} trên {outsider} nên chưa đặt lại: {why}",
        outsider=OUTSIDER, order_no=order.order_no, why=str(why), code="my_vnpost.look_up",
    )  # fmt: skip


def _too_long(order: PostOrder) -> Unreachable:
    return Unreachable(
        "Danh sách đơn của {outsider} quá dài để tìm phiếu {order_no}. Tăng lookup_pages rồi chờ hệ thống tự tìm lại.",
        outsider=OUTSIDER, order_no=order.order_no, code="my_vnpost.list_too_long",
    )  # fmt: skip
