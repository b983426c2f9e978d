"""An invented day at the one-stop shops of Hà Tĩnh: real procedures, real communes, nobody's dossiers.

No person here exists. Names are drawn part by part; telephones come from `054`, a prefix that no Vietnamese mobile
network was found to use, so that a message sent by mistake reaches nobody; e-mail goes to `example.com`, kept for
examples. Desk codes, unit identifiers, office codes and the post's place codes are made up as well: the files beside
this one say which words are facts.

The same seed and day give the same dossiers. They carry what a real pile carries: codes of both generations and of the
ministries, dossiers still on their way in and so without a code, addresses of two levels and of three, results that
have lain for a year, long names, names with stacked marks.

Stands on: domain, rules (procedures, places). Used by: the rehearsal desk, `make demo`, tests.
Source: QĐ45/2016/QĐ-TTg Đ.5 (three forms); the shares are ours: results outnumber dossiers about 2.6 to 1, as the
province of Bình Định reported for 2021.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib import resources
from random import Random
from typing import Any

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.dossier_number import DossierNumber
from postgw.domain.paper import Paper
from postgw.domain.procedure import Procedure, in_force
from postgw.rules import places
from postgw.rules.procedures import load_procedures

HA_TINH = "42"
PHONE_PREFIX = "0540"
#: A dossier of nobody. The fields are those of `POST /api/v1/dossiers`.
InventedDossier = Dossier

_VIETNAM = timezone(timedelta(hours=7))
_FORMS = {"return": 58, "both": 24, "send": 18}
#: Of every twenty dossiers: these places in the row bear a code of an earlier generation, or a ministry's.
_OLD_CODES, _MINISTRY_CODES = {3}, {7, 14}
#: The day on which the districts ended; codes of the old generation are older.
_OLD_CODES_END = date(2025, 7, 1)
#: The rehearsal desk knows dossiers of any day up to this serial, so that a higher one is a dossier nobody knows yet.
_LAST_SERIAL, _SERIAL_DIGITS = 500, 4
_SECTORS_OF_BODIES = {"Đất đai", "Hộ kinh doanh", "Hoạt động xây dựng"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A one-stop shop. `identifier` opens its dossier codes."""

    code: str
    name: str
    agency: str
    commune_code: str
    level: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A body of the province that resolves dossiers."""

    code: str
    name: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A post office."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCode:
    """What the post calls a commune, from a day on."""

    commune_code: str
    province: int
    district: int
    office: str
    valid_from: date


@lru_cache(maxsize=1)
def desks() -> tuple[Desk, ...]:
    """Return the provincial centre and the 69 commune centres, the provincial one first."""
    return tuple(Desk(**row) for row in _file("desks")["desks"])


@lru_cache(maxsize=1)
def agencies() -> tuple[Agency, ...]:
    """Return the bodies of the province that resolve what the centres receive."""
    return tuple(Agency(**row) for row in _file("desks")["agencies"])


@lru_cache(maxsize=1)
def offices() -> tuple[Office, ...]:
    """Return the post offices."""
    return tuple(Office(**row) for row in _file("post")["offices"])


@lru_cache(maxsize=1)
def place_codes() -> tuple[PlaceCode, ...]:
    """Return the post's codes of every commune that the invented people live in."""
    return tuple(PlaceCode(**row) for row in _file("post")["places"])


def invented_dossiers(*, seed: int, count: int, on: date, desks: Sequence[Desk]) -> Iterator[InventedDossier]:
    """Yield `count` dossiers as the intake systems of `desks` would hand them over on a day."""
    chance = Random(f"{seed}/{on.isoformat()}")
    procedures = tuple(procedure for procedure in in_force(load_procedures(), on) if procedure.served)
    for n in range(count):
        yield _dossier(chance, n, on, chance.choice(desks), procedures)


def dossier_numbered(number: DossierNumber, desk_code: str) -> Dossier | None:
    """Return the dossier that the rehearsal desk has under a number, always the same; nothing beyond its last serial.

    The number opens with the identifier of its desk; where it names none of ours, the desk that asks has it.
    """
    if int(number.serial[-_SERIAL_DIGITS:]) > _LAST_SERIAL:
        return None
    known = {desk.identifier: desk for desk in desks()} | {desk.code: desk for desk in desks()}
    desk = known.get(number.agency) or known.get(desk_code) or desks()[1]
    chance = Random(number.text)
    procedures = tuple(each for each in in_force(load_procedures(), number.received_on) if "both" in each.forms)
    procedure = _procedure(chance, procedures or in_force(load_procedures(), _OLD_CODES_END))
    applicant = _party(chance, int(number.serial), desk, procedure)
    return Dossier(
        dossier_no=number.text, receiving_desk=desk_code, resolving_agency=_resolves(procedure, desk),
        procedure_code=procedure.code, service_form="return", applicant=applicant, papers=_papers(chance, procedure),
        due_on=_due_on(chance, procedure, number.received_on), fee_dong=_fee(chance, procedure),
    )  # fmt: skip


def as_json(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier as the body of `POST /api/v1/dossiers`."""
    body = asdict(dossier)
    body["papers"] = list(body["papers"])
    body["due_on"] = dossier.due_on and dossier.due_on.isoformat()
    body["consent_at"] = dossier.consent_at and dossier.consent_at.isoformat()
    return body


def _dossier(chance: Random, n: int, on: date, desk: Desk, procedures: Sequence[Procedure]) -> Dossier:
    form = chance.choices(list(_FORMS), list(_FORMS.values()))[0]
    if n % 20 in _OLD_CODES | _MINISTRY_CODES:
        form = "return"  # such a code is there already, so the dossier has been received
    procedure = _procedure(chance, [procedure for procedure in procedures if form in procedure.forms])
    filed_on = _filed_on(chance, n, on)
    at_desk = form == "return" or (form == "both" and chance.random() < 0.3)
    applicant = _party(chance, n, desk, procedure)
    return Dossier(
        dossier_no=_dossier_no(chance, n, desk, filed_on) if at_desk else "",
        intake_ref=f"{desk.code}-{on:%y%m%d}-{n + 1:04d}", receiving_desk=desk.code,
        resolving_agency=_resolves(procedure, desk), returning_desk=_returns(chance, desk),
        procedure_code=procedure.code, service_form=form, applicant=applicant,
        return_to=_return_to(chance, applicant) if form != "send" else None,
        papers=_papers(chance, procedure), due_on=_due_on(chance, procedure, filed_on) if at_desk else None,
        fee_dong=_fee(chance, procedure), consent_at=_consent_at(chance, filed_on, on),
    )  # fmt: skip


def _procedure(chance: Random, procedures: Sequence[Procedure]) -> Procedure:
    popular = _file("people")["popular"]
    return chance.choices(procedures, [popular.get(procedure.code, 1) for procedure in procedures])[0]


def _filed_on(chance: Random, n: int, on: date) -> date:
    if n % 20 in _OLD_CODES:
        return _working_day_before(min(on, _OLD_CODES_END), chance.randint(1, 540))
    return _working_day_before(on, chance.randint(0, 12))


def _dossier_no(chance: Random, n: int, desk: Desk, filed_on: date) -> str:
    """Return a code of one of the generations; the serial carries `n`, so that no two are equal."""
    if n % 20 in _OLD_CODES:
        return f"000.00.{chance.randint(10, 40)}.H27-{filed_on:%y%m%d}-{n + 1:04d}"
    if n % 20 in _MINISTRY_CODES:
        return f"G22.99.{chance.randint(1, 20):02d}-{filed_on:%y%m%d}-{890000 + n:06d}"
    return f"{desk.identifier}-{filed_on:%y%m%d}-{n + 1:04d}"


def _resolves(procedure: Procedure, desk: Desk) -> str:
    names = {agency.name: agency.code for agency in agencies()}
    for name, code in names.items():
        if name.startswith(procedure.agency):
            return code
    return desk.code


def _returns(chance: Random, desk: Desk) -> str:
    return chance.choice(desks()).code if chance.random() < 0.08 else desk.code


def _party(chance: Random, n: int, desk: Desk, procedure: Procedure) -> Party:
    commune = places.commune(desk.commune_code)
    if desk.level == "province":
        commune = chance.choice(places.communes(HA_TINH))
    party = Party(
        name=_applicant_name(chance, n, procedure), phone=_phone(chance),
        email=f"khach{n + 1:04d}@example.com" if n % 4 == 0 else "",
        address=_address(chance, commune), commune=_spoken(commune), province="tỉnh Hà Tĩnh", commune_code=commune.code,
    )  # fmt: skip
    return _as_before(chance, party) if n % 8 == 5 else party


def _as_before(chance: Random, party: Party) -> Party:
    """Return the same place written with its district, as many people still do."""
    was = [unit for unit in places.old_communes(HA_TINH) if party.commune_code in unit.new_codes]
    unit = chance.choice(was)
    known = unit.new_codes == (party.commune_code,)
    return replace(
        party, commune=_lowered(unit.name), district=_lowered(unit.district),
        commune_code=party.commune_code if known else "",
    )  # fmt: skip


def _return_to(chance: Random, applicant: Party) -> Party | None:
    """Return who receives: mostly the applicant, at times a relation at home or a child who works far away."""
    draw = chance.random()
    if draw < 0.75:
        return None
    name, phone = _name(chance), _phone(chance)
    if draw < 0.9:
        return replace(applicant, name=name, phone=phone, email="")
    far = [row.commune_code for row in place_codes() if places.commune(row.commune_code).province_code != HA_TINH]
    commune = places.commune(chance.choice(far))
    return Party(
        name=name, phone=phone, address=_address(chance, commune), commune=_spoken(commune),
        province=_lowered(places.province(commune.province_code).name), commune_code=commune.code,
    )  # fmt: skip


def _applicant_name(chance: Random, n: int, procedure: Procedure) -> str:
    if n % 50 == 11:
        return str(chance.choice(_file("people")["long_names"]))
    if procedure.sector in _SECTORS_OF_BODIES and chance.random() < 0.1:
        return str(chance.choice(_file("people")["bodies"]))
    return _name(chance)


def _name(chance: Random) -> str:
    words = _file("people")
    who = chance.choice(("women", "men"))
    return " ".join(chance.choice(words[part]) for part in ("surnames", f"middle_{who}", f"given_{who}"))


def _phone(chance: Random) -> str:
    return f"{PHONE_PREFIX}{chance.randrange(1_000_000):06d}"


def _address(chance: Random, commune: places.Unit) -> str:
    words = _file("people")
    if commune.kind != "phường":
        return f"Thôn {chance.choice(words['hamlets'])}"
    if chance.random() < 0.5:
        return f"Tổ dân phố {chance.randint(1, 14)}"
    return f"Số {chance.randint(1, 280)} đường {chance.choice(words['streets'])}"


def _spoken(commune: places.Unit) -> str:
    return _lowered(commune.name)


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]


def _papers(chance: Random, procedure: Procedure) -> tuple[Paper, ...]:
    return tuple(line.paper() for line in procedure.papers if line.required or chance.random() < 0.4)


def _fee(chance: Random, procedure: Procedure) -> int:
    if procedure.fee_dong is None:
        return int(_file("people")["fees"].get(procedure.code, 0))
    return procedure.fee_dong * (chance.randint(1, 12) if procedure.fee_per in ("bản", "trang") else 1)


def _due_on(chance: Random, procedure: Procedure, filed_on: date) -> date:
    day = filed_on if procedure.same_day else filed_on + timedelta(days=chance.randint(3, 20))
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _working_day_before(on: date, days: int) -> date:
    day = on - timedelta(days=days)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _consent_at(chance: Random, filed_on: date, on: date) -> datetime:
    """Return when the citizen chose the post: not before the filing; on the day itself early in the morning."""
    day = max(filed_on, _working_day_before(on, chance.randint(1, 6)))
    hour = 7 if day == on else chance.choice((7, 8, 9, 10, 14, 15, 16))
    return datetime.combine(day, time(hour, chance.randrange(30)), _VIETNAM).astimezone(UTC)


@lru_cache(maxsize=3)
def _file(name: str) -> Mapping[str, Any]:
    folder = resources.files("adapters.rehearsal") / "invented"
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
