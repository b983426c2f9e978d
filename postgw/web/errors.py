"""Each kind of error → its status and its problem document. The one table of this kind in the house.

A problem document says what is wrong, where (a JSON pointer for each fault), and what to do. `type` is a stable address
that can be opened; `code` names the matter for machines; `instance` is the id of the request, to be quoted to support.

Stands on: domain.errors, language. Used by: middlewares, serve, idempotency, and handlers that answer row by row.
Source: RFC 9457 (problem details); RFC 6901 (JSON pointer).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from postgw.domain import errors as domain
from postgw.domain.errors import Invalid, Mistake, PostgwError

from .language import Language, said, sentence


class Malformed(Mistake):
    """The request itself cannot be read."""

    default_code = "request.malformed"


class Unauthenticated(Mistake):
    """Nobody knows who asks."""

    default_code = "token.missing"


class Outdated(Mistake):
    """The caller saw an older version than the one that stands (If-Match)."""

    default_code = "etag.outdated"


class WrongMedia(Mistake):
    """The body is not JSON."""

    default_code = "body.media"


class WrongMethod(Mistake):
    """The address is right, the method is not."""

    default_code = "method.wrong"


class TooSlow(Mistake):
    """The body did not come in time."""

    default_code = "body.slow"


class TooOften(Mistake):
    """The quota of this minute is used up."""

    default_code = "calls.too_often"


class Broken(PostgwError):
    """A fault of ours; the log knows more."""

    default_code = "gateway.broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One wrong value of a body or a query."""

    pointer: str
    code: str
    template: str
    values: dict[str, object] = field(default_factory=dict)


class Faulty(Invalid):
    """Several values are wrong at once, each with its place."""

    default_code = "body.faulty"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "Dữ liệu gửi lên có {count} chỗ sai. Sửa từng chỗ nêu dưới đây rồi gửi lại.", count=len(self.faults)
        )

    def beneath(self, place: str) -> Faulty:
        """Return the same faults, each beneath `place`."""
        return Faulty(replace(fault, pointer=place + fault.pointer) for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of error is answered."""

    status: int
    title: str
    retryable: bool = False


KINDS: dict[type[PostgwError], Kind] = {
    Malformed: Kind(400, sentence("Yêu cầu không đọc được")),
    Unauthenticated: Kind(401, sentence("Chưa xác thực")),
    domain.Forbidden: Kind(403, sentence("Không có quyền")),
    domain.Unknown: Kind(404, sentence("Không tìm thấy")),
    WrongMethod: Kind(405, sentence("Phương thức không dùng được ở đây")),
    TooSlow: Kind(408, sentence("Gửi quá chậm"), retryable=True),
    domain.Conflict: Kind(409, sentence("Trái với tình trạng hiện tại")),
    Outdated: Kind(412, sentence("Dữ liệu đã đổi từ lần xem trước")),
    domain.TooMuch: Kind(413, sentence("Quá lớn")),
    WrongMedia: Kind(415, sentence("Sai kiểu nội dung")),
    domain.Invalid: Kind(422, sentence("Dữ liệu chưa đúng")),
    TooOften: Kind(429, sentence("Gọi quá nhiều"), retryable=True),
    Mistake: Kind(422, sentence("Dữ liệu chưa đúng")),
    Broken: Kind(500, sentence("Lỗi của hệ thống")),
    domain.Refused: Kind(502, sentence("Bên ngoài từ chối")),
    domain.Unreachable: Kind(503, sentence("Bên ngoài chưa trả lời"), retryable=True),
    domain.Troubled: Kind(503, sentence("Cơ sở dữ liệu chưa nhận được"), retryable=True),
    PostgwError: Kind(500, sentence("Lỗi của hệ thống")),
}

_BROKEN_SENTENCE = "Hệ thống gặp lỗi ngoài dự kiến. Thử lại sau; nếu vẫn lỗi, báo quản trị kèm mã yêu cầu."


def broken() -> Broken:
    """Return the error shown for a fault of ours."""
    return Broken(sentence(_BROKEN_SENTENCE))


def away() -> domain.Unreachable:
    """Return the error shown while the database cannot be spoken to."""
    return domain.Unreachable(sentence("Cơ sở dữ liệu chưa trả lời. Thử lại sau ít giây."), code="database.away")


def kind_of(error: PostgwError) -> Kind:
    """Return how an error is answered; an unusable token is an unknown caller, not a missing right."""
    if isinstance(error, domain.Forbidden) and error.code.startswith("token."):
        return KINDS[Unauthenticated]
    return next(KINDS[known] for known in type(error).__mro__ if known in KINDS)


def problem_of(error: PostgwError, *, language: Language, instance: str) -> dict[str, Any]:
    """Return the problem document of an error."""
    kind = kind_of(error)
    problem: dict[str, Any] = {
        "type": f"/api/problems/{error.code}",
        "title": said(kind.title, {}, language),
        "status": kind.status,
        "detail": said(error.template, error.values, language),
        "instance": instance,
        "code": error.code,
        "error_source": str(error.values.get("outsider") or "gateway"),
        "retryable": kind.retryable or error.code == "idempotency.running",
        "errors": _faults(error, language),
    }
    if error.link:
        problem["link"] = error.link
    return problem


def _faults(error: PostgwError, language: Language) -> list[dict[str, str]]:
    if isinstance(error, Faulty):
        return [
            {"pointer": fault.pointer, "code": fault.code, "detail": said(fault.template, fault.values, language)}
            for fault in error.faults
        ]
    if not error.field:
        return []
    return [{"pointer": error.field, "code": error.code, "detail": said(error.template, error.values, language)}]


def headers_of(error: PostgwError) -> dict[str, str]:
    """Return the headers that go with an error."""
    status = kind_of(error).status
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="postgw"'
    if status == 405:
        headers["Allow"] = str(error.values["allowed"])
    if status in {429, 503} or error.code == "idempotency.running":
        headers["Retry-After"] = str(error.values.get("retry_after", 30))
    return headers
