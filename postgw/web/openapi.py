"""The OpenAPI 3.1 description, built from the same routes and models that serve: it cannot say anything else.

Used by: app. Source: OpenAPI 3.1.1; JSON Schema 2020-12 as pydantic writes it; Standard Webhooks 1.0 for `webhooks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from .errors import KINDS
from .idempotency import HEADER as IDEMPOTENCY
from .idempotency import LONGEST, WRITTEN
from .links import links_of
from .operation import Answer
from .schemas.notices import NoticeOut
from .schemas.shapes import ProblemOut
from .schemas.tables import AliveOut, ReadyOut
from .serve import PUBLIC, Route

VERSION = "1.0.0"
_PROBLEM_MEDIA = "application/problem+json"
_REFS = "#/components/schemas/{model}"
_PATH_PART = re.compile(r"\{(\w+)(?::[^}]*)?\}")
Mode = Literal["validation", "serialization"]

INTRODUCTION = """\
Cổng nối bộ phận Một cửa với Bưu điện: nhận hồ sơ, ra bưu gửi và nhãn, đặt Bưu điện, quét, giao nhận, phát, báo tin.

**Xác thực**: `Authorization: Bearer <mã truy cập>`. Mỗi lời gọi ghi rõ quyền nó cần.
**Gửi lại an toàn**: kèm `Idempotency-Key` (tối đa 255 ký tự) ở mọi lời gọi tạo mới. Cùng khoá, cùng nội dung: nhận \
đúng câu trả lời cũ với `Idempotency-Replayed: true`; cùng khoá khác nội dung: 422; lần đầu còn chạy: 409, \
`Retry-After` nói bao giờ hỏi lại.
**Lỗi**: `application/problem+json` (RFC 9457), chỉ đúng chỗ sai bằng JSON pointer. Tiếng Anh: `Accept-Language: en`.
**Danh sách**: `limit` tối đa 200, `next_cursor` và `Link: rel="next"` dẫn sang trang sau.
**Thời điểm** tên kết thúc `_at`, RFC 3339 có múi giờ, từ năm 1970 đến 2200; **ngày** kết \
thúc `_on`; **tiền** kết thúc `_dong`, số nguyên.
**Chuỗi** không chứa ký tự NUL (U+0000); **số nguyên** viết không có phần lẻ (`1`, không phải `1.0`).
**Phiên bản**: `ETag` trên từng tài nguyên; gửi lại bằng `If-None-Match` (304) hoặc `If-Match` (412 khi đã bị đổi).
"""


def describe(routes: Sequence[Route], *, rehearsal: bool) -> dict[str, Any]:
    """Return the description of these routes."""
    shapes = _Shapes(routes)
    followers = [(route.operation.name, _PATH_PART.findall(route.path)) for route in routes]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = _operation(route, shapes)
        if links := links_of(route.operation.name, followers):
            described["responses"][str(route.operation.answers[0].status)]["links"] = links
        paths.setdefault(_PATH_PART.sub(r"{\1}", route.path), {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": _info(rehearsal),
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": paths | _standing(shapes),
        "webhooks": {"notice": {"post": _webhook(shapes)}},
        "components": {
            "schemas": shapes.definitions,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _info(rehearsal: bool) -> dict[str, Any]:
    title = "postgw: DIỄN TẬP" if rehearsal else "postgw"
    return {"title": title, "version": VERSION, "description": INTRODUCTION, "x-rehearsal": rehearsal}


class _Shapes:
    """Every model that is named, written once, and the reference to each."""

    def __init__(self, routes: Iterable[Route]) -> None:
        wanted: dict[tuple[str, Mode], Any] = {}
        for operation in (route.operation for route in routes):
            if operation.body is not None:
                wanted[repr(operation.body), "validation"] = operation.body
            wanted.update(((repr(a.model), "serialization"), a.model) for a in operation.answers if a.model is not None)
        wanted.update(((repr(model), "serialization"), model) for model in (ProblemOut, NoticeOut, AliveOut, ReadyOut))
        adapters = [(key, mode, TypeAdapter(model)) for (key, mode), model in wanted.items()]
        self._schemas, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REFS)
        self.definitions = definitions.get("$defs", {})

    def of(self, model: Any, mode: Mode = "serialization") -> dict[str, Any]:
        """Return the reference to a model."""
        return dict(self._schemas[repr(model), mode])


def _operation(route: Route, shapes: _Shapes) -> dict[str, Any]:
    operation = route.operation
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": _text(route),
        "tags": [route.tag],
        "security": [] if route.scope == PUBLIC else [{"token": []}],
        "x-scope": route.scope,
        "parameters": [*_path_parameters(route), *_query_parameters(operation.query), *_header_parameters(route)],
        "responses": _responses(route, shapes),
    }
    if operation.body is not None:
        media: dict[str, Any] = {"schema": shapes.of(operation.body, "validation")}
        if operation.example is not None:
            media["examples"] = {"example": {"value": operation.example}}
        described["requestBody"] = {"required": True, "content": {"application/json": media}}
    return described


def _text(route: Route) -> str:
    scope = "Không cần mã truy cập." if route.scope == PUBLIC else f"Quyền: `{route.scope}`."
    return f"{route.operation.text} {scope}".strip()


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    names = _PATH_PART.findall(route.path)
    return [{"name": name, "in": "path", "required": True, "schema": text} for name in names]


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": shape}
        for name, shape in schema.get("properties", {}).items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    key = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": WRITTEN}
    etag = {"type": "string", "pattern": '^("[0-9a-f]{24}"|\\*)$'}
    named = {IDEMPOTENCY: (route.operation.creates, key), "If-Match": (route.operation.matches, etag)}
    return [
        {"name": name, "in": "header", "required": False, "schema": schema}
        for name, (taken, schema) in named.items() if taken
    ]  # fmt: skip


def _responses(route: Route, shapes: _Shapes) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for answer in route.operation.answers:
        _add(responses, answer, shapes)
    if route.method == "GET" and route.operation.answers[0].status == 200:
        responses["304"] = {"description": "Chưa đổi so với If-None-Match."}
    titles = {kind.status: kind.title for kind in KINDS.values()}
    for status in sorted({*route.operation.problems, *_derived_problems(route)}):
        problem = {_PROBLEM_MEDIA: {"schema": shapes.of(ProblemOut)}}
        responses[str(status)] = {"description": titles[status], "content": problem}
    return responses


def _add(responses: dict[str, Any], answer: Answer, shapes: _Shapes) -> None:
    response = responses.setdefault(str(answer.status), {"description": answer.text})
    if answer.model is not None:
        response.setdefault("content", {})[answer.media] = {"schema": shapes.of(answer.model)}
    elif answer.media != "application/json":
        response.setdefault("content", {})[answer.media] = {"schema": {"type": "string", "format": "binary"}}


def _derived_problems(route: Route) -> set[int]:
    problems = {422, 429}
    if route.scope != PUBLIC:
        problems |= {401, 403}
    if route.operation.body is not None:
        problems |= {400, 408, 413, 415}
    if route.operation.creates:
        problems |= {400, 409}
    return problems | ({404} if "{" in route.path else set())


def _standing(shapes: _Shapes) -> dict[str, Any]:
    def described(name: str, summary: str, answers: dict[str, Any]) -> dict[str, Any]:
        responses = {
            status: {"description": summary, "content": {"application/json": {"schema": shapes.of(model)}}}
            for status, model in answers.items()
        }
        return {"get": {"operationId": name, "summary": summary, "security": [], "responses": responses}}

    return {
        "/healthz": described("alive", "Tiến trình còn sống", {"200": AliveOut}),
        "/readyz": described("ready", "Sẵn sàng nhận việc; nếu không, đang sai gì", {"200": ReadyOut, "503": ReadyOut}),
    }


def _webhook(shapes: _Shapes) -> dict[str, Any]:
    headers = {
        "webhook-id": "Giữ nguyên khi gửi lại; đã có thì bỏ qua.",
        "webhook-timestamp": "Giây Unix lúc gửi; lệch quá 5 phút thì bỏ.",
        "webhook-signature": "`v1,<base64 HMAC-SHA256 của id.timestamp.body>`; nhiều chữ ký thì cách nhau dấu cách.",
    }
    return {
        "operationId": "notice",
        "summary": "Tin gửi tới địa chỉ đã đăng ký (Standard Webhooks 1.0)",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": shapes.of(NoticeOut)}}},
        "responses": {
            "2XX": {"description": "Đã nhận."},
            "410": {"description": "Không nhận nữa: đăng ký bị tắt."},
        },
    }
