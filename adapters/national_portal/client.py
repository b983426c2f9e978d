"""The calls to the national portal.

Each telling begins with a look at the dossier, for three reasons: a dossier that was handed out already needs nothing
more, one that the agency has not finished must not be closed by the post, and what the portal knows of the agency's
own fields is sent back as it stands. The moment of 9 is never sent.

A session is shared by all calls and kept until it is refused. Which `error_code` says that it ran out is not known: as
long as nobody has filled it in, any error under a session that is not brand new is met with one new session and one
more try. An error is a no, nothing was done, so the second try is no repetition.

Stands on: wire, mapping, envelopes, settings. Used by: services, as `DossierDesk`.
Source: success is `error_code` 0, in older versions the text "00"; a look-up answers with the rows in `result`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from postgw.domain.dossier import Dossier
from postgw.domain.errors import PostgwError, Refused, Unreachable
from postgw.domain.ports import DeskStanding, Notice

from ..wire import Answer, Wire
from . import codes
from .envelopes import LOOK_UP, PROGRESS, SYNCHRONISE, Call
from .mapping import Record, code_text, record_from_wire, returned_to_wire, step_of, step_to_wire, text_of, whole
from .settings import PortalSettings

OUTSIDER = "Cổng Dịch vụ công quốc gia"

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Charset": "utf-8"}
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}")
_ENDINGS = frozenset({"delivered", "delivered_by_post_statement"})


class NationalPortal:
    """The portal as a `DossierDesk`: it hears of results on their way, and says how dossiers stand."""

    def __init__(self, settings: PortalSettings) -> None:
        self.settings = settings
        self._wire = Wire(
            OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file, per_second=settings.per_second
        )
        self._session = ""
        self._session_turn = asyncio.Lock()

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Write a step of a result's way into the history, or, on a delivery that closes, the end of the dossier.

        Whatever else a notice says is not the portal's to know: nothing is sent. Told twice is harmless, see the
        package. Raises Refused when the portal does not know the dossier or the agency has not finished it.
        """
        if not _is_of_a_result(notice):
            return
        record = await self._record(notice.dossier_no)
        if record is None:
            raise _unknown(notice.dossier_no)
        word = codes.word_of(record.status, self.settings.words())
        if word == codes.RETURNED:
            return
        if word != codes.FINISHED:
            raise _not_finished(record, word)
        if notice.state in _ENDINGS and notice.data.get("closes") is True:
            await self._close(record, notice)
        else:
            await self._add_step(record, notice)

    async def standing(self, dossier: Dossier) -> DeskStanding | None:
        """Return how the portal says a dossier stands; nothing when it does not know it."""
        record = await self._record(dossier.dossier_no) if dossier.dossier_no else None
        if record is None:
            return None
        is_returned = codes.word_of(record.status, self.settings.words()) == codes.RETURNED
        return DeskStanding(status=record.status, closed_at=record.returned_at if is_returned else None)

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    async def _close(self, record: Record, notice: Notice) -> None:
        status = codes.code_of(codes.RETURNED, self.settings.words())
        row = returned_to_wire(record, status=status, returned_at=notice.at)
        await self._call(Call(service=SYNCHRONISE, values={"isUpdating": "True"}, rows=(row,)))

    async def _add_step(self, record: Record, notice: Notice) -> None:
        status = codes.code_of(codes.FINISHED, self.settings.words())
        step = step_of(notice, status=status, handler=self.settings.handler)
        if step is not None and not record.shows(step):
            await self._call(Call(service=PROGRESS, rows=(step_to_wire(step),)))

    async def _record(self, dossier_no: str) -> Record | None:
        answer = await self._call(Call(service=LOOK_UP, values={"mahoso": dossier_no}))
        rows = answer.get("result")
        rows = [rows] if isinstance(rows, Mapping) else rows
        if rows is not None and not isinstance(rows, list):
            raise _unreadable()
        try:
            records = [record_from_wire(row, progress_list=self.settings.progress_list) for row in rows or ()]
        except ValueError as wrong:
            raise _unreadable() from wrong
        return next((one for one in records if one.dossier_no == dossier_no), None)

    async def _call(self, call: Call) -> Mapping[str, Any]:
        """Make one call, with a new session at most once. Raises Refused at an error code, Unreachable at none."""
        session, is_new = await self._session_now()
        answer = await self._once(call, session)
        if self._ran_out(answer) and not is_new and self.settings.needs_session():
            session, _ = await self._session_now(instead_of=session)
            answer = await self._once(call, session)
        said = _content(answer)
        error = _error_of(said)
        if error is None and not (call.service == LOOK_UP and "error_code" not in said and "result" in said):
            raise _unreadable()
        if error:
            raise Refused(
                "{outsider} không nhận {service} (mã lỗi {error}).", outsider=OUTSIDER, service=call.service,
                error=error, code="portal.refused",
            )  # fmt: skip
        return said

    async def _once(self, call: Call, session: str) -> Answer:
        known, form = self.settings, self.settings.form()
        headers = _HEADERS | ({"dstcode": known.dstcode} if known.dstcode else {})
        if known.session_header:
            headers[known.session_header] = session
        url = form.address(known.address(known.integration_endpoint), call, known.site)
        body = form.body(call, session=session, site=known.site)
        return await self._wire.call("POST", url, act=call.service, headers=headers, body=body)

    def _ran_out(self, answer: Answer) -> bool:
        if answer.status == 401:
            return True
        error = _error_of(_content(answer)) if answer.status == 200 else 0
        known = {code_text(code) for code in self.settings.session_codes}
        return bool(error) and (not known or str(error) in known)

    async def _session_now(self, instead_of: str = "") -> tuple[str, bool]:
        """Return the session, and whether this call is the one that opened it."""
        if not self.settings.needs_session():
            return "", True
        async with self._session_turn:
            if self._session not in ("", instead_of):
                return self._session, False
            self._session = ""
            self._session = await self._log_in()
            return self._session, True

    async def _log_in(self) -> str:
        known = self.settings
        headers = _HEADERS | ({"dstcode": known.dstcode} if known.dstcode else {})
        body = json.dumps({"username": known.key, "password": known.secret}, ensure_ascii=False).encode()
        answer = await self._wire.call(
            "POST", known.address(known.auth_endpoint), act="login", headers=headers, body=body
        )
        if answer.status == 403:
            raise _not_let_in("HTTP 403")
        said = _content(answer)
        error, session = _error_of(said), text_of(said.get("session"))
        if error:
            raise _not_let_in(str(error))
        if error is None or not session or not session.isprintable():
            raise _unreadable()
        return session


def _is_of_a_result(notice: Notice) -> bool:
    """Say whether a notice tells a step of a result on its way: not a warning about it, not papers that go home."""
    return bool(
        notice.leg == "return"
        and notice.dossier_no
        and notice.kind == f"consignment.{notice.state}"
        and not notice.data.get("without_result")
        and codes.step_of(notice.state)
    )


def _content(answer: Answer) -> Mapping[str, Any]:
    """Return the object in an answer. Raises Refused at a plain no, Unreachable at all that leaves open what was."""
    if answer.status == 200:
        said = answer.json()
        if isinstance(said, Mapping):
            return said
        raise _unreadable()
    if answer.is_passing_trouble() or answer.status < 400:
        raise answer.unreachable()
    if answer.status == 401:
        raise _not_let_in("HTTP 401")
    raise Refused(
        "{outsider} không nhận yêu cầu (mã HTTP {status}). Kiểm tra địa chỉ trong cấu hình.",
        outsider=answer.outsider, status=answer.status, code="portal.http_refused",
    )  # fmt: skip


def _error_of(said: Mapping[str, Any]) -> int | str | None:
    """Return the error code, 0 for success; nothing when there is none to read."""
    if "error_code" not in said:
        return None
    code = code_text(said["error_code"])
    number = whole(code)
    return number if number is not None else code if _CODE.fullmatch(code) else None


def _unreadable() -> Unreachable:
    return Unreachable(
        "{outsider} trả lời không đọc được. Hệ thống sẽ tự hỏi lại.", outsider=OUTSIDER, code="portal.shape"
    )


def _not_let_in(error: str) -> PostgwError:
    return Unreachable(
        "{outsider} không nhận tài khoản của đơn vị (mã {error}). Kiểm tra tên đăng nhập và mật khẩu.",
        outsider=OUTSIDER, error=error[:20], code="portal.credentials",
    )  # fmt: skip


def _unknown(dossier_no: str) -> Refused:
    return Refused(
        "{outsider} chưa có hồ sơ {dossier_no}. Đồng bộ hồ sơ từ hệ thống một cửa rồi gửi lại tin này.",
        outsider=OUTSIDER, dossier_no=dossier_no, code="portal.unknown",
    )  # fmt: skip


def _not_finished(record: Record, word: str) -> Refused:
    return Refused(
        "Trên {outsider}, hồ sơ {dossier_no} đang ở trạng thái {status} ({title}), chưa phải đã xử lý xong. Cập nhật"
        " trạng thái từ hệ thống một cửa rồi gửi lại tin này.",
        outsider=OUTSIDER, dossier_no=record.dossier_no, status=record.status, title=codes.title_of(word),
        code="portal.not_finished",
    )  # fmt: skip
