"""One visit: who looks, in which language, at which moment; and how it ends: a page, an error page, another address.

`public` and `staff` make a handler of what draws a page. Whatever goes wrong inside ends at a page in the visitor's
language with the id of the request, never at a problem document: those are for machines.

Stands on: session, drawing. Used by: routes, and every face.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from postgw.domain.actor import Actor
from postgw.domain.errors import Forbidden, PostgwError, TooMuch, Unknown
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.web.answers import file_answer
from postgw.web.errors import Broken, Malformed, TooOften, Unauthenticated, away, broken, headers_of, kind_of
from postgw.web.keys import AT, REQUEST_ID, SERVICES
from postgw.web.language import Language, said_on_page
from postgw.web.reading import MIB, read_at_most
from postgw.web.serve import NOBODY, PUBLIC, address_of

from . import session
from .drawing import drawn

if TYPE_CHECKING:
    from datetime import datetime

    from postgw.services.bundle import Services
    from postgw.services.sittings import Holder

_FAULTS = logging.getLogger("postgw.web.faults")
_HOME = {"citizen": "/", "desk": "/desk", "station": "/station", "signin": "/signin", "me": "/me"}
_SCOPES = {"desk": "enquiry", "station": "scans", "me": ""}
_LANGUAGE_COOKIE = "l"
_LANGUAGE_SECONDS = 365 * 86400
#: How large a form may be and how many fields it may have: a citizen's, and one of the staff (a pile, a signature).
_FORM_MOST, _FIELDS_MOST = 16 * 1024, 30
_STAFF_FORM_MOST, _STAFF_FIELDS_MOST = 512 * 1024, 2000
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: What anybody should find by a search, for the law wants it published; every other page wants no index. A crawler that
#: `robots.txt` keeps out never reads that, and lists a secret address by itself when somebody let it slip: so no secret
#: page is named there.
_TO_BE_FOUND = frozenset({"/", "/procedures", "/procedures/{code}", "/tariff", "/quality", "/contacts"})
_STAFF_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SHEETS = {
    "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_NO_INDEX = "noindex, nofollow, noarchive, nosnippet"
_STAFF = frozenset({"desk", "station", "me"})
#: No file that a page takes is larger; each page has its own, smaller limit.
_FILE_MOST = 10 * MIB
#: Each handler of a page of the staff → the scope it wants; empty where signing in is enough.
_WANTED: dict[Handler, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A form that came with a file, or without one."""

    typed: dict[str, str] = field(repr=False)
    name: str = field(default="", repr=False)  #: as the file is called on its owner's machine
    content: bytes = field(default=b"", repr=False)


def _too_large(most: int) -> TooMuch:
    return TooMuch(
        "Tệp lớn hơn {most} MB. Tách thành nhiều tệp rồi nhập từng tệp.", most=most // MIB, code="body.too_large"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a page is drawn from."""

    request: web.Request
    face: str  #: citizen, desk, station, me, signin
    actor: Actor = NOBODY  #: for a page that only reads, with all that it may look at
    holder: Holder | None = None
    unit_name: str = ""  #: of the desk or post office for which this account works
    unit_kind: str = ""  #: desk or office

    @property
    def may(self) -> frozenset[str]:
        """Return what this account may do, not only look at: by this a page offers its acts."""
        return self.holder.actor.scopes if self.holder else self.actor.scopes

    @property
    def services(self) -> Services:
        """Return the acts of the house."""
        return self.request.app[SERVICES]

    @property
    def at(self) -> datetime:
        """Return the moment of this request."""
        return self.request[AT]

    @property
    def language(self) -> Language:
        """Return the language asked for by the switch, now or before; else Vietnamese.

        What the browser likes does not count: many a counter runs an English system for people who read Vietnamese.
        """
        for asked in (self.query("l"), self.request.cookies.get(_LANGUAGE_COOKIE, "")):
            if asked in ("vi", "en"):
                return "en" if asked == "en" else "vi"
        return "vi"

    def query(self, name: str) -> str:
        """Return a value of the address, without the sign that no text may hold."""
        return self.request.query.get(name, "").replace("\0", "").strip()

    def path(self, name: str) -> str:
        """Return a part of the address."""
        return self.request.match_info[name]

    def say(self, template: str, **values: object) -> str:
        """Return a sentence in the visitor's language."""
        return said_on_page(template, values, self.language)

    async def typed(self) -> dict[str, str]:
        """Return what was typed into the form. Raises TooMuch, or Malformed when it is no form."""
        return dict(await self._pairs())

    async def chosen(self, name: str) -> tuple[str, ...]:
        """Return every value of one name in the form: what was ticked in a list. Raises as `typed` does."""
        return tuple(value for each, value in await self._pairs() if each == name)

    async def _pairs(self) -> list[tuple[str, str]]:
        of_staff = self.face in _STAFF
        most, fields = (_STAFF_FORM_MOST, _STAFF_FIELDS_MOST) if of_staff else (_FORM_MOST, _FIELDS_MOST)
        try:
            raw = await read_at_most(self.request, most)
        except TooMuch:
            raise TooMuch("Nội dung gửi lên quá lớn. Chia nhỏ rồi gửi từng phần.", code="body.too_large") from None
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=fields)
        except ValueError:
            raise Malformed("Yêu cầu không đọc được.") from None
        return [(name, value.replace("\0", "").strip()) for name, value in pairs]

    async def names_shown(self, subject: str) -> bool:
        """Say whether names are uncovered on this screen; that they were seen of `subject` is then written down."""
        if self.holder is None or not self.holder.names_uncovered(self.at):
            return False
        await self.services.disclosure.uncovered(subject, actor=self.actor, at=self.at)
        return True

    async def handed_in(self, most: int) -> HandedIn:
        """Return a form that may hold a file of up to `most` bytes. Raises TooMuch, or Malformed when it is no form."""
        if not self.request.content_type.startswith("multipart/"):
            return HandedIn(typed=await self.typed())
        if (
            self.request.content_length or 0
        ) > most * 3 // 2 + _FORM_MOST:  # a file goes along as text between two pages
            raise _too_large(most)
        try:
            fields = await self.request.post()
        except web.HTTPRequestEntityTooLarge:
            raise _too_large(most) from None
        except (ValueError, web.RequestPayloadError):
            raise Malformed("Yêu cầu không đọc được.") from None
        typed = {name: value.replace("\0", "").strip() for name, value in fields.items() if isinstance(value, str)}
        if self.face in _STAFF and not self.request.get(session.PROVED):
            session.prove(self.request, typed.get(session.PROOF_FIELD, ""))
        file = next((value for value in fields.values() if isinstance(value, web.FileField)), None)
        if file:
            file.file.seek(0)
        content = file.file.read(most + 1) if file else b""
        if len(content) > most:
            raise _too_large(most)
        return HandedIn(typed=typed, name=file.filename.replace("\0", "")[:120] if file else "", content=content)

    async def sheet(
        self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str | int]], kind: str
    ) -> web.Response:
        """Answer with a list as a file, CSV or XLSX; its title, in plain letters, names the file."""
        body = await self.services.exports.sheet(title, headings, rows, format=kind)
        name = "-".join(fold(title).split()) or "danh-sach"
        return file_answer(body, _SHEETS[kind], f"{name}-{legal_day(self.at):%Y%m%d}.{kind}")

    def drawn(self, name: str, /, **values: Any) -> str:
        """Return a page, or a piece of one, as text."""
        return drawn(name, {**self._everywhere(), **values}, language=self.language, now=self.at)

    def headers(self) -> dict[str, str]:
        """Return the headers of a page that is sent piece by piece."""
        return self._headers()

    def show(self, name: str, /, *, status: int = 200, **values: Any) -> web.Response:
        """Answer with a page."""
        text = self.drawn(name, **values)
        response = web.Response(text=text, status=status, content_type="text/html", headers=self._headers())
        if self.face == "citizen" and "token" not in self.request.match_info:
            response.enable_compression()  # never where a secret stands beside what somebody typed (BREACH)
        if self.query("l") in ("vi", "en"):
            response.set_cookie(
                _LANGUAGE_COOKIE, self.query("l"), max_age=_LANGUAGE_SECONDS, path="/", httponly=True, samesite="Lax",
                secure=session.is_https(self.request),
            )  # fmt: skip
        return response

    def _everywhere(self) -> dict[str, Any]:
        return {
            "rehearsal": self.services.rehearsal, "actor": self.actor, "scopes": self.may, "face": self.face,
            "reads": self.actor.as_reader().scopes, "unit_name": self.unit_name,
            "is_of_desk": self.unit_kind == "desk",
            "here": self.request.path if self.request.method == "GET" else _HOME[self.face],
            "here_whole": self.request.path_qs if self.request.method == "GET" else _HOME[self.face],
            "known_pages": {resource.canonical for resource in self.request.app.router.resources()},
            "has_post_sheets": self.services.post_sheets.are_used_by(self.actor),
            "request_id": self.request.get(REQUEST_ID, ""), "public_url": self.services.messaging.public_url,
            "to_be_found": self._is_to_be_found(), "in_english": self._here_in("en"),
            "in_vietnamese": self._here_in("vi"), **self._of_the_holder(),
        }  # fmt: skip

    def _here_in(self, language: Language) -> str:
        """Return the address of this page in another language, with all else that it says."""
        if self.request.method != "GET":
            return f"{_HOME[self.face]}?l={language}"
        asked = {name: text for name, text in self.request.query.items() if name != "l"}
        return f"{self.request.rel_url.raw_path}?{urlencode({**asked, 'l': language})}"

    def _is_to_be_found(self) -> bool:
        resource = self.request.match_info.route.resource
        return not self.services.rehearsal and resource is not None and resource.canonical in _TO_BE_FOUND

    def _of_the_holder(self) -> dict[str, Any]:
        holder = self.holder
        if holder is None:
            return {"title_of_me": "", "form_proof": "", "names_until": None}
        until = holder.sitting.names_until if holder.names_uncovered(self.at) else None
        return {"title_of_me": holder.title, "form_proof": session.proof_of(self.request), "names_until": until}

    def _headers(self) -> dict[str, str]:
        # A form sent under `no-referrer` has no Origin, by which older browsers prove where it comes from.
        referrer = "no-referrer" if self.face == "citizen" else "same-origin"
        policy = _STAFF_POLICY if self.face in _STAFF else _POLICY
        return {
            "Cache-Control": "no-store", "Content-Language": self.language,
            "Vary": "Accept-Language, Accept-Encoding, Cookie", "Content-Security-Policy": policy,
            "Referrer-Policy": referrer, **({} if self._is_to_be_found() else {"X-Robots-Tag": _NO_INDEX}),
        }  # fmt: skip


Draw = Callable[[Visit], Awaitable[web.StreamResponse]]


def go_to(path: str) -> web.Response:
    """Answer with another address, to be asked for anew."""
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


def public(draw: Draw, *, face: str = "citizen") -> Handler:
    """Make a handler of a page that anybody may see."""

    async def handle(request: web.Request) -> web.StreamResponse:
        request[session.OF_CITIZEN] = face == "citizen"
        return await _answered(Visit(request=request, face=face), draw)

    return handle


def staff(draw: Draw, *, face: str, scope: str = "") -> Handler:
    """Make a handler of a page for those who signed in and bear `scope` (of several, one), else that of its face.

    A page that only reads is drawn for the account with all that it may look at; an act wants the right to do it.
    """
    wanted = scope or _SCOPES[face]

    async def admitted(visit: Visit) -> web.StreamResponse:
        request = visit.request
        try:
            holder = await session.holder_of(request)
        except (Unauthenticated, Forbidden):
            session.count(request, PUBLIC, address_of(request))
            return _to_signin(request)
        if (first := _still_to_do(holder, request.path)) and request.path != first:
            return go_to(first)
        actor = holder.actor.as_reader() if request.method == "GET" else holder.actor
        session.count(request, "scans" if face == "station" else "default", actor.token_no or actor.name)
        known = Visit(request=request, face=face, actor=actor, holder=holder, **await _unit(request, actor))
        if request.method == "POST":
            await _must_be_ours(known)
        if wanted and actor.scopes.isdisjoint(wanted.split()):
            return no_such_right(known)
        return await _answered(known, draw)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _answered(Visit(request=request, face=face), admitted)

    _WANTED[handle] = wanted
    return handle


def scope_wanted(handler: object) -> str | None:
    """Return the scope that a page wants, empty where signing in is enough; None where anybody may see it."""
    return next((wanted for known, wanted in _WANTED.items() if known is handler), None)


def quiet(draw: Draw, *, face: str = "desk") -> Handler:
    """Make a handler of what a screen asks for by itself: no sitting lives on because a page keeps asking.

    Without a sitting it answers 403 and nothing else, for nobody reads what comes back.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        text = session.kept(request)
        try:
            holder = await request.app[SERVICES].sittings.watcher(text, at=request[AT])
        except Forbidden:
            session.count(request, PUBLIC, address_of(request))
            return web.Response(status=403, headers={"Cache-Control": "no-store"})
        actor = holder.actor.as_reader()
        session.count(request, "default", actor.token_no or actor.name)
        if _SCOPES[face] not in actor.scopes or not holder.sitting.is_whole:
            return web.Response(status=403, headers={"Cache-Control": "no-store"})
        unit = await _unit(request, actor)
        return await _answered(Visit(request=request, face=face, actor=actor, holder=holder, **unit), draw)

    _WANTED[handle] = _SCOPES[face]
    return handle


async def _unit(request: web.Request, actor: Actor) -> dict[str, str]:
    found = await request.app[SERVICES].enquiry.unit(actor.unit) if actor.unit else None
    return {"unit_name": found.name, "unit_kind": found.kind} if found else {"unit_name": actor.unit}


def _still_to_do(holder: Holder, path: str) -> str:
    """Return the page that comes before every other: the second factor, then a password of one's own."""
    if not holder.sitting.is_whole:
        return "/signin/code"
    return "/me/password" if holder.account and holder.account.must_change and path != "/me/password" else ""


async def _must_be_ours(visit: Visit) -> None:
    """Raise Forbidden unless the form was sent from a page of ours: nothing is drawn or done before."""
    request = visit.request
    session.must_come_from_here(request)
    if session.PROOF_HEADER in request.headers:
        session.prove(request, request.headers[session.PROOF_HEADER])
    elif request.content_type.startswith("multipart/"):
        await visit.handed_in(_FILE_MOST)
    else:
        session.prove(request, (await visit.typed()).get(session.PROOF_FIELD, ""))


def _to_signin(request: web.Request) -> web.Response:
    wanted = request.path_qs if request.method == "GET" else request.path
    stale = "&stale=1" if session.kept(request) else ""
    response = go_to(f"/signin?next={quote(wanted, safe='')}{stale}")
    if stale:
        session.forget(response, request)
    return response


async def _answered(visit: Visit, draw: Draw) -> web.StreamResponse:
    """Draw the page, or the page that says why not."""
    try:
        if "\0" in visit.request.path:
            raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
        return await draw(visit)
    except PostgwError as error:
        return failure(visit, error)
    except web.HTTPException:
        raise
    except ConnectionError:
        if visit.request.transport is None or visit.request.transport.is_closing():
            raise  # whoever looked has hung up
        return failure(visit, away())
    except Exception:
        resource = visit.request.match_info.route.resource
        route = resource.canonical if resource is not None else "unknown"
        _FAULTS.exception("a fault of ours", extra={"method": visit.request.method, "route": route})
        return failure(visit, broken())


def failure(visit: Visit, error: PostgwError) -> web.Response:
    """Answer with the page of an error."""
    kind = kind_of(error)
    if kind.status >= 500 and not isinstance(error, Broken):
        _FAULTS.warning("an act failed", extra={"code": error.code, "route": visit.face})
    patience = isinstance(error, TooOften) and visit.face == "citizen"
    response = visit.show(
        "citizen_wait.html" if patience else "failure.html", status=kind.status, title=visit.say(kind.title),
        why=visit.say(error.template, **error.values), seconds=error.values.get("seconds", 0),
    )  # fmt: skip
    response.headers.update({
        name: text for name, text in headers_of(error).items() if name in {"Retry-After", "Allow"}
    })  # fmt: skip
    return response


def no_such_right(visit: Visit) -> web.Response:
    """Answer that this account has other work than this face's."""
    return visit.show("no_right.html", status=403)
