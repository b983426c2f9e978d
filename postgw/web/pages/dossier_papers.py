"""Every paper of a dossier that exists, as a link; and the evidence of it, given out on a ground that is written down.

The services draw the papers under the rights of whoever signed in; what this account may not see is not listed.

Stands on: dossier_words. Used by: routes, dossier.
Source: Circular 17/2017/TT-BTTTT art. 14; Law on post 2010 art. 29.10.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from aiohttp import web

from postgw.domain.actor import Actor
from postgw.domain.disclosure import DisclosureRequest
from postgw.domain.errors import Forbidden, Invalid, PostgwError, Unknown
from postgw.services.overview import Way, Whole
from postgw.web.answers import file_answer
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .desk import units_of
from .dossier_lines import Words
from .dossier_words import path_of, whole_of
from .drawing import grouped
from .visit import Visit, go_to

_PDF, _CSV, _JSON = "application/pdf", "text/csv", "application/json"
PURPOSES = {"complaint": sentence("Giải quyết khiếu nại"), "inspection": sentence("Thanh tra, kiểm tra")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper: what it is called and where it is drawn."""

    title: Words
    href: str


def documents_of(visit: Visit, whole: Whole) -> tuple[Document, ...]:
    """Return the papers of a dossier that exist and that this account may draw."""
    actor = visit.actor.as_reader()
    scopes = actor.scopes
    found = [each for way in whole.ways for each in _of_way(way, actor)]
    return (*found, *_of_dossier(whole, scopes)) if whole.is_ours else tuple(found)


def _of_way(way: Way, actor: Actor) -> Iterator[Document]:
    number, public = way.consignment.consignment_no, way.consignment.public_service
    base = f"/desk/consignments/{number}"
    if "labels" in actor.scopes and actor.may_see(way.consignment.desk, way.consignment.to_desk):
        values = {"n": way.consignment.version, "number": grouped(number)}
        yield Document(title=Words(text=sentence("Nhãn bản {n}, {number}"), values=values), href=f"{base}/label.pdf")
        if public:
            title = Words(text=sentence("Phiếu gửi hồ sơ {number}"), values={"number": grouped(number)})
            yield Document(title=title, href=f"{base}/note.pdf")
    for each in way.manifests:
        if "labels" in actor.scopes and actor.may_see(each.desk, each.office):
            title = Words(text=sentence("Biên bản giao nhận {number}"), values={"number": each.manifest_no})
            yield Document(title=title, href=f"/desk/manifests/{quote(each.manifest_no, safe='')}/manifest.pdf")
    if "delivery" in actor.scopes:
        yield from _of_failure(way, base)


def _of_failure(way: Way, base: str) -> Iterator[Document]:
    for call in way.invitations:
        title = Words(text=sentence("Giấy mời lần {n}"), values={"n": call.ordinal})
        yield Document(title=title, href=f"{base}/invitation-{call.ordinal}.pdf")
    if way.has_failure_record and way.consignment.public_service:
        yield Document(title=Words(text=sentence("Biên bản phát không được")), href=f"{base}/non-delivery.pdf")
    if any(each.lead.code == "returning" for each in way.happenings) and way.consignment.public_service:
        yield Document(title=Words(text=sentence("Phiếu chuyển hoàn")), href=f"{base}/return-note.pdf")


def _of_dossier(whole: Whole, scopes: frozenset[str]) -> Iterator[Document]:
    base = path_of(whole.kept.dossier.key, "/papers")
    if "labels" in scopes:
        yield from _forms(whole, base)
    for sorry in whole.apologies:
        title = Words(text=sentence("Phiếu xin lỗi {number}"), values={"number": sorry.apology_no})
        yield Document(title=title, href=f"{base}/apology-{sorry.apology_no}.pdf")
    for taken in whole.receipts if "money" in scopes else ():
        title = Words(text=sentence("Biên lai {number}"), values={"number": taken.receipt_no})
        yield Document(title=title, href=f"{base}/receipt-{quote(taken.receipt_no, safe='')}.pdf")
    if "handover" in scopes and any(each.state == "signed" for way in whole.ways for each in way.manifests):
        yield Document(title=Words(text=sentence("Các lần giao nhận, mẫu 06")), href=f"{base}/handovers.csv")


def _forms(whole: Whole, base: str) -> Iterator[Document]:
    """Yield the forms that the agency gives the citizen."""
    if whole.filing.slip_no:
        yield Document(title=Words(text=sentence("Giấy tiếp nhận và hẹn trả")), href=f"{base}/appointment.pdf")
    for each in whole.supplements:
        title = Words(text=sentence("Yêu cầu bổ sung lần {n}"), values={"n": each.ordinal})
        yield Document(title=title, href=f"{base}/supplement-{each.ordinal}.pdf")
    if whole.rejection:
        yield Document(title=Words(text=sentence("Giấy trả lại hồ sơ")), href=f"{base}/rejection.pdf")


async def paper(visit: Visit) -> web.Response:
    """Draw one paper of a dossier."""
    key, name = visit.path("key"), visit.path("paper")
    stem, _, number = name.partition("-")
    bare = number.rpartition(".")[0]
    services, actor, at = visit.services, visit.actor, visit.at
    if name == "handovers.csv":
        body = await services.evidence.handover_table(key, actor=actor)
        return file_answer(body, _CSV, _file_name("giao-nhan", key, "csv"))
    draw: dict[str, Callable[[], Awaitable[bytes]]] = {
        "appointment.pdf": lambda: services.forms.appointment(key, actor=actor, at=at),
        "rejection.pdf": lambda: services.forms.rejection(key, actor=actor, at=at),
        "supplement": lambda: services.forms.supplement(key, _ordinal(bare), actor=actor, at=at),
        "apology": lambda: _apology(visit, key, bare), "receipt": lambda: _receipt(visit, key, bare),
    }  # fmt: skip
    if (drawing := draw.get(stem)) is None:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return file_answer(await drawing(), _PDF, _file_name(name.rpartition(".")[0], key, "pdf"))


def _file_name(what: str, key: str, ending: str) -> str:
    return f"{what}-{key.replace('/', '-')}.{ending}"


def _ordinal(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return int(text)


async def _apology(visit: Visit, key: str, number: str) -> bytes:
    """Draw an apology of this dossier and of no other."""
    whole = await whole_of(visit, key)
    if number not in {each.apology_no for each in whole.apologies}:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return await visit.services.lateness.paper(number, actor=visit.actor, at=visit.at)


async def _receipt(visit: Visit, key: str, number: str) -> bytes:
    """Draw a receipt of this dossier and of no other."""
    whole = await whole_of(visit, key)
    if number not in {each.receipt_no for each in whole.receipts}:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return await visit.services.money.paper(number, actor=visit.actor, at=visit.at)


async def invitation(visit: Visit) -> web.Response:
    """Draw an invitation to the recipient."""
    number, ordinal = visit.path("number"), _ordinal(visit.path("ordinal"))
    body = await visit.services.returns.paper(number, ordinal, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"giay-moi-{number}-{ordinal}.pdf")


async def non_delivery(visit: Visit) -> web.Response:
    """Draw the signed record of an item that was not handed over."""
    number = visit.path("number")
    body = await visit.services.non_delivery.record(number, reason="", actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"phat-khong-duoc-{number}.pdf")


async def return_note(visit: Visit) -> web.Response:
    """Draw the note that goes home with an item."""
    number = visit.path("number")
    body = await visit.services.non_delivery.return_note(number, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"phieu-chuyen-hoan-{number}.pdf")


async def evidence(visit: Visit) -> web.Response:
    """Ask on which ground the evidence of a dossier is wanted."""
    return await _evidence(visit, {})


async def _evidence(visit: Visit, typed: dict[str, str], error: PostgwError | None = None) -> web.Response:
    whole = await whole_of(visit, visit.path("key"))
    return visit.show(
        "desk_dossier_evidence.html", status=kind_of(error).status if error else 200, whole=whole, typed=typed,
        dossier=whole.kept.dossier, path=path_of(whole.kept.dossier.key), purposes=PURPOSES,
        wrong=visit.say(error.template, **error.values) if error else "",
        field=error.field.removeprefix("/") if error else "", recorded=visit.query("recorded")[:40],
        units=await units_of(visit),
    )  # fmt: skip


async def give_evidence(visit: Visit) -> web.StreamResponse:
    """Hand the evidence out, or record the written request on which it will be."""
    typed = await visit.typed()
    try:
        if typed.get("act") == "request":
            return await _record_request(visit, typed)
        return await _given(visit, typed)
    except (Invalid, Forbidden) as error:
        return await _evidence(visit, typed, error)


async def _given(visit: Visit, typed: dict[str, str]) -> web.Response:
    key = (await whole_of(visit, visit.path("key"))).kept.dossier.key
    pack = await visit.services.evidence.export(
        key, request_no=typed.get("request_no", ""), purpose=typed.get("purpose", ""), actor=visit.actor, at=visit.at
    )
    if typed.get("kind") == "json":
        return file_answer(pack.json, _JSON, _file_name("chung-cu", key, "json"))
    return file_answer(pack.pdf, _PDF, _file_name("chung-cu", key, "pdf"))


async def _record_request(visit: Visit, typed: dict[str, str]) -> web.Response:
    try:
        document_on = date.fromisoformat(typed.get("document_on", ""))
    except ValueError:
        raise Invalid("Ghi ngày của văn bản.", code="disclosure.day", field="/document_on") from None
    key = (await whole_of(visit, visit.path("key"))).kept.dossier.key
    known = await visit.services.disclosure.ask(
        key,
        DisclosureRequest(
            body=typed.get("body", ""), document_no=typed.get("document_no", ""), document_on=document_on,
            asked_by=typed.get("asked_by", ""), ground=typed.get("ground", ""),
        ),
        actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return go_to(path_of(key, f"/evidence?recorded={quote(known.request_no, safe='')}"))
