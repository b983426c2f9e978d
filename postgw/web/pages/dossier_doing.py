"""What each act of a dossier's page asks of the services, from what was typed.

Used by: dossier_acts.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from postgw.domain.address import Party
from postgw.domain.errors import Invalid
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.paper import Paper
from postgw.rules import places
from postgw.services.overview import Way, Whole
from postgw.services.pricing import Asked
from postgw.services.tracking import DeviceScan, ScanBatch

from .visit import Visit

_PAPERS_MOST = 6
_GRAMS = 100  #: of an envelope with a few sheets; the officer may say another weight
_LISTS = {
    "recall": ("recall",), "cancel": ("cancel", "not_carried"), "void": ("void",), "return": ("return",),
    "correct": ("correction",),
}  # fmt: skip

Do = Callable[[Visit, Whole, "Way | None", Mapping[str, str]], Awaitable[str]]


def reasons_for(visit: Visit, name: str, way: Way | None) -> dict[str, str]:
    """Return the closed list from which the reason of an act comes, in the language of the visit."""
    known = visit.services.enquiry.reasons(on=legal_day(visit.at))
    rows = [row for each in _LISTS.get(name, ()) for row in known.get(each, {}).values()]
    public = way is not None and way.consignment.public_service
    return {
        row.code: row.title if visit.language == "vi" else row.title_en
        for row in rows
        if not (public and row.code == "post_refused") and not (name == "void" and row.code == "address_changed")
    }


def _number(way: Way | None) -> str:
    assert way is not None
    return way.consignment.consignment_no


def _dong(text: str, field: str) -> int:
    digits = text.replace(".", "").replace(" ", "").removesuffix("đ")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise Invalid("Ghi số tiền bằng chữ số, ví dụ 30.000.", code="dong", field=field)
    return int(digits)


async def _order(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.booking.book(_number(way), actor=visit.actor, at=visit.at)
    return "order"


def address_asked(way: Way, typed: Mapping[str, str]) -> Party:
    """Return the new recipient; what was left empty stays as it was.

    Raises Invalid when a commune is not known, or when its name stands for several.
    """
    old = way.consignment.consignee
    party = replace(
        old, name=typed.get("name") or old.name, phone=typed.get("phone") or old.phone,
        address=typed.get("address") or old.address,
    )  # fmt: skip
    commune = typed.get("commune", "")
    if not commune:
        return party
    province = typed.get("province") or old.province
    found = places.find(", ".join(part for part in (commune, province) if part))
    chosen = next((unit for unit in found.candidates if unit.code == typed.get("commune_code")), None)
    if chosen is None and len(found.candidates) == 1 and found.certainty in {"exact", "one"}:
        chosen = found.candidates[0]
    if chosen is None:
        _must_choose(commune, found.candidates)
    assert chosen is not None
    return replace(
        party, commune=chosen.name, commune_code=chosen.code, district="",
        province=places.province(chosen.province_code).name,
    )  # fmt: skip


def _must_choose(commune: str, candidates: tuple[places.Unit, ...]) -> None:
    if not candidates:
        raise Invalid("Chưa có xã, phường tên {commune}. Soát lại tên và tỉnh.", commune=commune[:60],
                      code="place.unknown", field="/commune")  # fmt: skip
    raise Invalid(
        "{commune} là tên của {n} nơi. Chọn một nơi bên dưới.", commune=commune[:60], n=len(candidates[:20]),
        places=tuple(candidates[:20]), code="place.several", field="/commune",
    )  # fmt: skip


async def price_of(visit: Visit, way: Way, to: Party, typed: Mapping[str, str]) -> int:
    """Return what the carriage to a party costs. Raises Invalid when it cannot be reckoned."""
    grams = _dong(typed.get("grams") or str(_GRAMS), "/grams")
    asked = Asked(
        service="return", grams=grams, from_commune=way.consignment.consignor.commune_code,
        to_commune=to.commune_code,
    )  # fmt: skip
    quote = await visit.services.pricing.quote(asked, on=legal_day(visit.at))
    return quote.postage.price_dong


async def _cost(visit: Visit, way: Way, to: Party, typed: Mapping[str, str]) -> int:
    if typed.get("cost_dong"):
        return _dong(typed["cost_dong"], "/cost_dong")
    return await price_of(visit, way, to, typed)


async def _address(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    assert way is not None
    party = address_asked(way, typed)
    if party == way.consignment.consignee:
        raise Invalid("Chưa ghi gì khác với nơi nhận hiện nay.", code="address.same", field="/address")
    await visit.services.redirecting.new_address(
        _number(way), party, fault=typed.get("fault", ""), cost_dong=await _cost(visit, way, party, typed),
        seen_version=way.consignment.version, actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return "address"


async def _recall(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    assert way is not None
    await visit.services.redirecting.recall(
        _number(way), reason=typed.get("reason", ""), fault=typed.get("fault", ""),
        cost_dong=await _cost(visit, way, way.consignment.consignee, typed), actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return "recall"


async def _cancel(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    order = await visit.services.booking.cancel(
        _number(way), reason=typed.get("reason", ""), actor=visit.actor, at=visit.at
    )
    return "cancelling" if order and order.state == "cancelling" else "cancel"


async def _void(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.labelling.void(_number(way), reason=typed.get("reason", ""), actor=visit.actor, at=visit.at)
    return "void"


async def _return(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.returns.start_return(
        _number(way), reason=typed.get("reason", ""), note=typed.get("note", "")[:300], actor=visit.actor, at=visit.at
    )
    return "return"


async def _correct(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    """Say by another scan that one does not count; it speaks in the name of the device that said the first."""
    assert way is not None
    wrong = next((scan for scan in way.correctable if scan.key == typed.get("scan")), None)
    if wrong is None:
        raise Invalid("Chọn lần quét phải đính chính.", code="scan.cancels", field="/scan")
    correction = DeviceScan(
        scan_id=f"{secrets.token_hex(12)}-x", number=_number(way), code="correction", device_at=visit.at,
        reason=typed.get("reason", ""), note=typed.get("note", "")[:300], cancels=wrong.source_id,
    )  # fmt: skip
    batch = ScanBatch(device=wrong.source.removeprefix("device:"), sent_at=visit.at, scans=(correction,))
    (answer,) = await visit.services.tracking.take(batch, actor=visit.actor, at=visit.at)
    if answer.verdict == "refused":
        field = "/reason" if answer.code == "scan.reason" else ""
        raise Invalid(visit.say(answer.sentence, **answer.values), code=answer.code, field=field)
    return "correct"


async def _dossier_no(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.intake.assign_number(
        whole.kept.dossier.key, typed.get("dossier_no", ""), actor=visit.actor, at=visit.at
    )
    return "number"


async def _service_form(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    if typed.get("consent") != "yes":
        raise Invalid("Hình thức do người nộp chọn. Đánh dấu khi người nộp đã đồng ý.", code="form.consent",
                      field="/consent")  # fmt: skip
    await visit.services.filing.choose_form(
        whole.kept.dossier.key, service_form=typed.get("service_form", ""), consent_at=None, actor=visit.actor,
        at=visit.at,
    )  # fmt: skip
    return "form"


async def _result(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    papers = [
        Paper(name=name, kind=typed.get(f"kind_{n}", "original"))
        for n in range(_PAPERS_MOST)
        if (name := typed.get(f"paper_{n}", ""))
    ]
    await visit.services.results.ready(
        whole.kept.dossier.key, papers=papers, ready_at=_moment(typed, visit.at), actor=visit.actor, at=visit.at
    )
    return "result"


def _moment(typed: Mapping[str, str], at: datetime) -> datetime | None:
    """Return the moment that was typed as a day and a clock in Vietnam; none when it was left empty."""
    text = typed.get("moment", "")
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("Ghi ngày và giờ, ví dụ 14:30 ngày 23/11/2026.", code="moment", field="/moment") from None
    told = told.replace(tzinfo=VIETNAM) if told.tzinfo is None else told
    return min(told, at) if told - at < timedelta(minutes=1) else told


async def _register(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.intake.register(
        whole.kept.dossier.key, leg=typed.get("leg", ""), actor=visit.actor, at=visit.at
    )
    return "register"


async def _decide(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    number, _, word = typed.get("press", "").partition(":")
    if word not in {"accept", "decline"} or number not in {each.change_request_no for each in whole.changes}:
        raise Invalid("Chọn nhận hay không nhận đề nghị.", code="change.word")
    await visit.services.intake.decide(number, accept=word == "accept", actor=visit.actor, at=visit.at)
    return "decide"


async def _close(visit: Visit, whole: Whole, way: Way | None, typed: Mapping[str, str]) -> str:
    await visit.services.settling.close(
        whole.kept.dossier.key, closed_at=_moment(typed, visit.at) or visit.at, actor=visit.actor, at=visit.at
    )
    return "close"


#: Each act that has a form here.
DOING: Mapping[str, Do] = {
    "order": _order, "address": _address, "recall": _recall, "cancel": _cancel, "void": _void, "return": _return,
    "correct": _correct, "number": _dossier_no, "form": _service_form, "result": _result, "register": _register,
    "decide": _decide, "close": _close,
}  # fmt: skip
