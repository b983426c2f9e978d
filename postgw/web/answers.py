"""Answers: JSON, a page of a list, a file, a problem document; with ETag and 304 where it is worth it.

Used by: api, serve, middlewares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from aiohttp import hdrs, web

from postgw.domain.errors import PostgwError
from postgw.domain.page import Page

from .errors import Outdated, headers_of, kind_of, problem_of
from .keys import REQUEST_ID
from .language import language_of

Item = TypeVar("Item")
JSON = "application/json"
_PRIVATE = {"Cache-Control": "no-store"}
_TAGGED = "private, no-cache"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def to_json(value: Any) -> bytes:
    """Return a value as JSON, moments in UTC."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def answered(value: Any, *, status: int = 200, **headers: str) -> web.Response:
    """Answer with JSON that nobody keeps. Header names are given with `_` for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return web.Response(status=status, body=to_json(value), content_type=JSON, headers={**_PRIVATE, **named})


def etag_of(body: bytes) -> str:
    """Return the strong ETag of some bytes."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def tagged(request: web.Request, value: Any, *, status: int = 200, **headers: str) -> web.Response:
    """Answer with JSON and its ETag; 304 without a body when the caller has it already."""
    body = to_json(value)
    return tagged_bytes(request, body, etag_of(body), media=JSON, status=status, **headers)


def tagged_bytes(
    request: web.Request, body: bytes, etag: str, *, media: str, status: int = 200, **headers: str
) -> web.Response:
    """Answer with bytes under their ETag, or with 304."""
    named = {"ETag": etag, "Cache-Control": _TAGGED} | {name.replace("_", "-"): text for name, text in headers.items()}
    if status == 200 and unchanged(request, etag):
        return web.Response(status=304, headers=named)
    return web.Response(status=status, body=body, content_type=media, headers=named)


def unchanged(request: web.Request, etag: str) -> bool:
    """Say whether the caller's If-None-Match names this ETag."""
    known = _none_match(request)
    return etag in known or known == ("*",)


def known_tags(request: web.Request) -> tuple[str, ...]:
    """Return the tags of what the caller has already, without their quotes."""
    return _bare(_none_match(request))


def _none_match(request: web.Request) -> tuple[str, ...]:
    return _tags_in(request.headers.get(hdrs.IF_NONE_MATCH, ""))


@lru_cache(maxsize=256)
def _bare(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tag.strip('"') for tag in tags if tag)


@lru_cache(maxsize=256)
def _tags_in(given: str) -> tuple[str, ...]:
    return tuple(part.strip().removeprefix("W/") for part in given.split(","))


def must_match(request: web.Request, etag: str | None) -> None:
    """Raise Outdated when the caller's If-Match names another version than `etag`, or any where nothing stands."""
    given = request.headers.get(hdrs.IF_MATCH, "")
    if given and etag is None:
        raise Outdated("Chưa có hồ sơ nào như vậy, nên không có bản nào để so. Bỏ If-Match rồi gửi lại.")
    if given and given.strip() != "*" and etag not in {part.strip() for part in given.split(",")}:
        raise Outdated("Dữ liệu đã có người đổi sau lần bạn xem. Tải lại, xem phần đổi rồi làm tiếp.")


def page_answer(request: web.Request, page: Page[Item], view: Callable[[Item], Any]) -> web.Response:
    """Answer with a page of a list and the way to the next."""
    response = answered({"data": [view(item) for item in page.items], "next_cursor": page.next_cursor})
    if page.next_cursor:
        following = request.rel_url.update_query(cursor=page.next_cursor)
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def file_answer(body: bytes, media: str, filename: str, *, etag: str = "") -> web.Response:
    """Answer with a file that a browser shows under a name."""
    safe = _UNSAFE.sub("", filename)
    headers = {"Content-Disposition": f'inline; filename="{safe}"', "Cache-Control": _TAGGED if etag else "no-store"}
    if etag:
        headers["ETag"] = etag
    return web.Response(body=body, content_type=media, headers=headers)


def problem_answer(error: PostgwError, request: web.Request) -> web.Response:
    """Answer with the problem document of an error, in the caller's language."""
    language = language_of(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    problem = problem_of(error, language=language, instance=request.get(REQUEST_ID, ""))
    headers = {**headers_of(error), "Content-Language": language}
    return web.Response(
        status=kind_of(error).status, body=to_json(problem), content_type="application/problem+json", headers=headers
    )
