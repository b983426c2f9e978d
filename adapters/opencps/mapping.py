"""Dossiers between OpenCPS's fields and our words. Pure: no call is made here.

Numbers come as numbers or as text (`viaPostal` is asked for as a number and answered as text), moments as
`dd/MM/yyyy HH:mm:ss` of Vietnam. The address of the way back stands in `postal*`, that of the way in inside
`vnpostalProfile`, a JSON text within the JSON.

Stands on: ports, codes. Used by: client, inbound.
Source: the field lists of OpenCPS's public dossier models.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier, digest
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.ports import DeskStanding, FeedReject, OfferedDossier, ReceiptHolder

from ..foreign_json import read_json
from . import codes

_STAMP = "%d/%m/%Y %H:%M:%S"
_SHAPES = (_STAMP, "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y%m%d%H%M%S")
_WHOLE = re.compile(r"-?[0-9]{1,18}(?:\.0+)?")
#: What a row that cannot be read is kept with: nothing that names a person or opens a door.
_HARMLESS = (
    "dossierId", "dossierNo", "govAgencyCode", "serviceCode", "dossierStatus", "viaPostal", "vnpostalStatus",
    "fromViaPostal", "modifiedDate",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one OpenCPS is to be read."""

    desks_of: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=codes.shipped)
    from_via_postal: bool = True


def whole(value: Any) -> int | None:
    """Return a number that came as a number or as text; nothing when it is none.

    >>> whole(2), whole("2"), whole("2.0"), whole(""), whole(True), whole(2.5)
    (2, 2, 2, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    shown = str(value).strip()
    return int(shown.partition(".")[0]) if _WHOLE.fullmatch(shown) else None


def text(value: Any) -> str:
    """Return a value as text, empty for none."""
    return str(value).replace("\0", "").strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def moment(value: Any) -> datetime | None:
    """Return a moment; nothing when there is none to read.

    >>> moment("23/11/2026 08:00:00"), moment("hôm qua")
    (datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.timezone.utc), None)
    """
    for shape in _SHAPES:
        try:
            return datetime.strptime(text(value), shape).replace(tzinfo=VIETNAM).astimezone(UTC)
        except ValueError:
            continue
    return None


def stamp(at: datetime) -> str:
    """Return a moment as OpenCPS writes it."""
    return at.astimezone(VIETNAM).strftime(_STAMP)


def dossier_id(row: Any) -> str:
    """Return the number of a dossier; empty where the row has none."""
    number = whole(row.get("dossierId")) if isinstance(row, Mapping) else None
    return str(number) if number and number > 0 else ""


def reject(row: Any, reason: str, *, about: str = "") -> FeedReject:
    """Return a dossier that could not be read, with the reason, and of its content only what is harmless."""
    kept = {name: row[name] for name in _HARMLESS if name in row} if isinstance(row, Mapping) else {}
    raw = json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)[:2000]
    whence = hashlib.sha256(f"{reason}|{json.dumps(row, sort_keys=True, default=str)}".encode()).hexdigest()
    return FeedReject(record_id=f"{dossier_id(row) or about}:{whence[:32]}"[-64:], reason=reason, raw=raw)


def service_form(row: Mapping[str, Any], *, from_via_postal: bool = True) -> str:
    """Return what the citizen chose of the post; empty for nothing."""
    returns = whole(row.get("viaPostal")) in codes.RETURNS
    came = from_via_postal and (whole(row.get("fromViaPostal")) or 0) > 0
    sends = whole(row.get("vnpostalStatus")) in codes.SENDS or came
    return {(True, True): "both", (True, False): "send", (False, True): "return"}.get((sends, returns), "")


def is_over(row: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    """Say whether a dossier is closed or called off: nothing of it is to travel any more."""
    return codes.word_of(text(row.get("dossierStatus")), words) in {"closed", "off"}


def offered_from_wire(
    wire: Mapping[str, Any], reading: Reading, *, changed: str = ""
) -> OfferedDossier | FeedReject | None:
    """Return what a dossier offers us; nothing when it is none of the post's, or not yet.

    `changed` is when it was changed by the word of the list: a state that comes back is another record than it was.
    """
    form = service_form(wire, from_via_postal=reading.from_via_postal)
    if not form or is_over(wire, reading.words) or (form == "return" and not text(wire.get("dossierNo"))):
        return None
    number, agency = dossier_id(wire), text(wire.get("govAgencyCode"))
    if not number:
        return reject(wire, "Hồ sơ không có dossierId.")
    desk = reading.desks_of.get(agency)
    if desk is None:
        return reject(wire, f"Cơ quan {agency[:60] or '(trống)'} chưa khai thuộc bộ phận Một cửa nào (desks_of).")
    dossier = dossier_from_wire(wire, form, desk)
    legs, code = _legs(wire, reading.words), receipt_code(wire)
    whole_state = hashlib.sha256(f"{digest(dossier)}|{sorted(legs)}|{code}|{changed}".encode()).hexdigest()
    return OfferedDossier(record_id=f"{number}:{whole_state[:32]}", dossier=dossier, legs=legs, receipt_code=code)


def known_from_wire(wire: Mapping[str, Any], reading: Reading) -> Dossier:
    """Return a dossier as a counter may ask for it, chosen for the post or not."""
    form = service_form(wire, from_via_postal=reading.from_via_postal)
    return dossier_from_wire(wire, form, reading.desks_of.get(text(wire.get("govAgencyCode")), ""))


def dossier_from_wire(wire: Mapping[str, Any], form: str, desk: str) -> Dossier:
    """Return a dossier in our words."""
    due = moment(wire.get("dueDate"))
    return Dossier(
        dossier_no=text(wire.get("dossierNo")), intake_ref=dossier_id(wire), receiving_desk=desk,
        procedure_code=text(wire.get("serviceCode")), service_form=form, applicant=_applicant(wire, form),
        return_to=_return_to(wire) if form != "send" else None, due_on=legal_day(due) if due else None,
    )  # fmt: skip


def _applicant(wire: Mapping[str, Any], form: str) -> Party:
    """Return who hands in, where the post is to fetch the papers when it is."""
    party = Party(
        name=text(wire.get("applicantName")), phone=text(wire.get("contactTelNo")),
        email=text(wire.get("contactEmail")), address=text(wire.get("address")), commune=text(wire.get("wardName")),
        district=text(wire.get("districtName")), province=text(wire.get("cityName")),
    )  # fmt: skip
    where = _profile(wire) if form != "return" else {}
    return _moved(party, where) if text(where.get("postalAddress")) else party


def _return_to(wire: Mapping[str, Any]) -> Party | None:
    """Return who is to receive the result, and where; nothing where only the applicant's own address is known."""
    party = Party(
        name=text(wire.get("delegateName")) or text(wire.get("applicantName")),
        phone=text(wire.get("delegateTelNo")) or text(wire.get("contactTelNo")),
        email=text(wire.get("delegateEmail")) or text(wire.get("contactEmail")),
    )
    return _moved(party, wire) if text(wire.get("postalAddress")) else None


def _moved(party: Party, where: Mapping[str, Any]) -> Party:
    return replace(
        party, phone=text(where.get("postalTelNo")) or party.phone, address=text(where.get("postalAddress")),
        commune=text(where.get("postalWardName")), district=text(where.get("postalDistrictName")),
        province=text(where.get("postalCityName")),
    )  # fmt: skip


def _profile(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    said = wire.get("vnpostalProfile")
    try:
        read = read_json(said.encode()) if isinstance(said, str) and said else said
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}


def _legs(wire: Mapping[str, Any], words: Mapping[str, str]) -> frozenset[str]:
    ready = codes.word_of(text(wire.get("dossierStatus")), words) == "ready"
    due = {
        "send": whole(wire.get("vnpostalStatus")) == codes.ASKED_FOR,
        "return": ready and whole(wire.get("viaPostal")) == codes.CHOSEN,
    }
    return frozenset(leg for leg, is_due in due.items() if is_due)


def receipt_code(wire: Mapping[str, Any]) -> str:
    """Return the code printed on the citizen's receipt; empty where a part of it is missing.

    >>> receipt_code({"password": "k12", "dossierId": 4501, "counter": "77"})
    'D-k12-4501-77'
    """
    parts = (text(wire.get("password")), dossier_id(wire), text(wire.get("counter")))
    return "D-" + "-".join(parts) if all(parts) else ""


def standing_from_wire(wire: Mapping[str, Any], words: Mapping[str, str]) -> DeskStanding:
    """Return how a dossier stands, and when it was closed as handed out."""
    status = text(wire.get("dossierStatus"))
    closed = codes.word_of(status, words) == "closed"
    return DeskStanding(status=status[:40], closed_at=moment(wire.get("finishDate")) if closed else None)


def postal_to_wire(party: Party) -> dict[str, str]:
    """Return where a result is to be brought, in OpenCPS's fields; places by name alone, its codes are not ours."""
    return {
        "postalAddress": party.address or party.one_line(), "postalWardName": party.commune,
        "postalDistrictName": party.district, "postalCityName": party.province, "postalTelNo": party.phone,
    }  # fmt: skip


def postal_from_wire(form: Mapping[str, Any], name: str) -> Party:
    """Return the address that somebody filled in, for a name that is known."""
    return _moved(Party(name=name), form)


def holder_to_wire(holder: ReceiptHolder) -> dict[str, Any]:
    """Return a dossier as OpenCPS shows it to who holds its receipt."""
    dossier = holder.dossier
    applicant, receiver = dossier.applicant, dossier.return_to or dossier.applicant
    return {
        "dossierId": whole(dossier.intake_ref), "dossierNo": dossier.dossier_no,
        "serviceCode": dossier.procedure_code, "applicantName": applicant.name, "address": applicant.address,
        "wardName": applicant.commune, "districtName": applicant.district, "cityName": applicant.province,
        "contactTelNo": applicant.phone, "delegateName": receiver.name, "delegateTelNo": receiver.phone,
        "dueDate": dossier.due_on.strftime("%d/%m/%Y 00:00:00") if dossier.due_on else "",
        "viaPostal": "1" if dossier.service_form == "send" else "2", **postal_to_wire(receiver),
    }  # fmt: skip
