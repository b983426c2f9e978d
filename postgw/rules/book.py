"""The rule book: every rule value of the nation, read from dated data files.

A file is named `<subject>.<date it begins>.toml`. The version in force on a day is the newest that has begun; a dossier
keeps the version it started under, so old versions stay readable for ever.

Stands on: domain.scan, domain.states, domain.tariff, domain.time_limit. Used by: services (through bootstrap).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from postgw.domain.apology import ApologyRule
from postgw.domain.case import ABOUTS
from postgw.domain.choice import ChoiceRule
from postgw.domain.compensation import CaseRule, RejectionGround
from postgw.domain.filing import FilingRule
from postgw.domain.form import FORMS, Form
from postgw.domain.freshness import FreshnessRule, UsualHours
from postgw.domain.invitation import Ground, InvitationRule
from postgw.domain.lateness import LateRule
from postgw.domain.message_text import MessageText, MessageTexts
from postgw.domain.one_time_code import PageRule
from postgw.domain.promise import DeliveryHours
from postgw.domain.quality import QualityTargets
from postgw.domain.rating import RatingRule
from postgw.domain.report_period import KINDS, ReportRule
from postgw.domain.return_request import ReturnRule
from postgw.domain.scan import CORRECTION, UNKNOWN
from postgw.domain.standstill import StandstillRule, StateStandstill
from postgw.domain.states import HOLDERS, STAGES, STATES, Reason, ScanRule, ScanTable, StateRule
from postgw.domain.tariff import SERVICES, ZONES, Reduction, Tariff, ZoneCeilings
from postgw.domain.telling import QuietHours
from postgw.domain.time_bar import SINCE, TimeBar
from postgw.domain.time_limit import SPANS, TransitLimit, TransitLimits
from postgw.domain.undeliverable import UndeliverableGround, UndeliverableRule
from postgw.rules.public_holidays import HolidayTable, holiday_table, laid_over

_STATE_KEYS = frozenset({"title", "title_en", "stage", "ends", "told"})
_GROUND_KEYS = frozenset({"invited", "attempts", "evidence", "by_sender"})
_CODE_KEYS = frozenset(
    {"title", "title_en", "state", "holder", "after", "after_proof", "keeps", "emsevt", "reasons", "asked"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Every version of every rule."""

    scan_tables: Mapping[str, ScanTable]
    reasons: Mapping[str, Mapping[str, Mapping[str, Reason]]]  #: version → list → code
    invitations: Mapping[str, InvitationRule]
    holidays: Mapping[str, HolidayTable]
    transit_limits: Mapping[str, TransitLimits]
    tariffs: Mapping[str, Tariff]
    remit_hours: Mapping[str, int]  #: version → hours
    retention_years: Mapping[str, int]  #: version → years
    paper_years: Mapping[str, int]  #: version → years
    forms: Mapping[str, Mapping[str, Form]]  #: version → form
    quality: Mapping[str, QualityTargets]
    agency_hours: Mapping[str, time]  #: version → until when the agency begins on the same day
    apologies: Mapping[str, ApologyRule]
    lateness: Mapping[str, LateRule]
    filing: Mapping[str, FilingRule]
    cases: Mapping[str, CaseRule]
    choices: Mapping[str, ChoiceRule]
    undeliverable: Mapping[str, UndeliverableRule]
    standstill: Mapping[str, StandstillRule]
    reports: Mapping[str, ReportRule]
    ratings: Mapping[str, RatingRule]
    citizen_pages: Mapping[str, PageRule]
    return_requests: Mapping[str, ReturnRule]
    message_texts: Mapping[str, MessageTexts]
    promises: Mapping[str, DeliveryHours]
    freshness: Mapping[str, FreshnessRule]
    message_hours: Mapping[str, QuietHours]

    def tariff_on(self, on: date) -> Tariff:
        """Return the tariff in force on a day."""
        return self.tariffs[_in_force(self.tariffs, on)]

    def remit_hours_on(self, on: date) -> int:
        """Return within how many hours fee money collected on a day is handed on, where nothing else was decided."""
        return self.remit_hours[_in_force(self.remit_hours, on)]

    def retention_years_on(self, on: date) -> int:
        """Return for how many years electronic records are kept whole, as in force on a day."""
        return self.retention_years[_in_force(self.retention_years, on)]

    def paper_years_on(self, on: date) -> int:
        """Return for how many years paper is kept, as in force on a day."""
        return self.paper_years[_in_force(self.paper_years, on)]

    def forms_on(self, on: date) -> Mapping[str, Form]:
        """Return the one-stop shop's forms in use on a day, by our word for each."""
        return self.forms[_in_force(self.forms, on)]

    def quality_on(self, on: date) -> QualityTargets:
        """Return the quality targets in force on a day."""
        return self.quality[_in_force(self.quality, on)]

    def agency_closes_on(self, on: date) -> time:
        """Return until when on a day the agency begins with what is handed over, and not on the next working day."""
        return self.agency_hours[_in_force(self.agency_hours, on)]

    def apology_rule_on(self, on: date) -> ApologyRule:
        """Return what holds of apologies for late results on a day."""
        return self.apologies[_in_force(self.apologies, on)]

    def late_rule_on(self, on: date) -> LateRule:
        """Return what follows when the post is late, as in force on a day."""
        return self.lateness[_in_force(self.lateness, on)]

    def filing_rule(self, on: date) -> FilingRule:
        """Return how often a dossier may be asked again and how soon it goes back, as in force on a day."""
        return self.filing[_in_force(self.filing, on)]

    def case_rule(self, on: date) -> CaseRule:
        """Return the rules for complaints and compensation in force on a day."""
        return self.cases[_in_force(self.cases, on)]

    def choice_rule(self, on: date) -> ChoiceRule:
        """Return what a recipient may choose after a failed delivery, as in force on a day."""
        return self.choices[_in_force(self.choices, on)]

    def undeliverable_rule(self, on: date) -> UndeliverableRule:
        """Return the periods of an item that can be neither delivered nor returned, as in force on a day."""
        return self.undeliverable[_in_force(self.undeliverable, on)]

    def standstill_rule(self, on: date) -> StandstillRule:
        """Return when an item counts as stuck, as in force on a day."""
        return self.standstill[_in_force(self.standstill, on)]

    def report_rule(self, on: date) -> ReportRule:
        """Return which reports are due, by when and to whom, as in force on a day."""
        return self.reports[_in_force(self.reports, on)]

    def rating_rule(self, on: date) -> RatingRule:
        """Return how citizens' ratings are taken and shown, as in force on a day."""
        return self.ratings[_in_force(self.ratings, on)]

    def message_texts_on(self, on: date) -> MessageTexts:
        """Return what citizens are told, word for word, as in force on a day."""
        return self.message_texts[_in_force(self.message_texts, on)]

    def message_hours_on(self, on: date) -> QuietHours:
        """Return in which hours no message is sent, as in force on a day."""
        return self.message_hours[_in_force(self.message_hours, on)]

    def scan_table(self, on: date) -> ScanTable:
        """Return the table of scan words in force on a day."""
        return self.scan_tables[_in_force(self.scan_tables, on)]

    def scan_table_of(self, version: str) -> ScanTable:
        """Return the table under which a consignment began. Raises KeyError when that version never was."""
        return self.scan_tables[version]

    def reasons_on(self, on: date) -> Mapping[str, Mapping[str, Reason]]:
        """Return the closed lists of reasons in force on a day, by name of the list."""
        return self.reasons[_in_force(self.reasons, on)]

    def page_rule(self, on: date) -> PageRule:
        """Return how a citizen's own page is opened and a telephone proved, as in force on a day."""
        return self.citizen_pages[_in_force(self.citizen_pages, on)]

    def return_rule(self, on: date) -> ReturnRule:
        """Return what holds of citizens' requests to have a result brought, as in force on a day."""
        return self.return_requests[_in_force(self.return_requests, on)]

    def delivery_hours(self, on: date) -> DeliveryHours:
        """Return until which hours of a day a delivery is awaited, as in force on a day."""
        return self.promises[_in_force(self.promises, on)]

    def freshness_rule(self, on: date) -> FreshnessRule:
        """Return how often each stage usually tells something, as in force on a day."""
        return self.freshness[_in_force(self.freshness, on)]

    def reason_list(self, name: str, on: date) -> Mapping[str, Reason]:
        """Return one closed list; for a day before the first version that knows it, that version's."""
        known = {version: lists[name] for version, lists in self.reasons.items() if name in lists}
        return known[_in_force(known, on)]

    def invitation_rule(self, on: date) -> InvitationRule:
        """Return what must go before a return, as in force on a day."""
        return self.invitations[_in_force(self.invitations, on)]

    def holidays_on(self, on: date) -> HolidayTable:
        """Return the public holidays as they are known on a day: of each year, what the newest file says."""
        known = [version for version in sorted(self.holidays) if date.fromisoformat(version) <= on]
        return laid_over([self.holidays[version] for version in known or [min(self.holidays)]])

    def transit_limits_on(self, on: date) -> TransitLimits:
        """Return the transit limits in force on the day of acceptance."""
        return self.transit_limits[_in_force(self.transit_limits, on)]


def _in_force(versions: Mapping[str, object], on: date) -> str:
    begun = [version for version in versions if date.fromisoformat(version) <= on]
    return max(begun) if begun else min(versions)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """Read the rule book that ships with the product."""
    return RuleBook(
        scan_tables={table.version: table for table in map(_scan_table, _versions("scan_codes"))},
        reasons={data["version"]: _reasons(data) for data in _versions("reasons")},
        invitations={data["version"]: _invitation_rule(data) for data in _versions("invitations")},
        holidays={table.version: table for table in map(holiday_table, _versions("holidays"))},
        transit_limits={table.version: table for table in map(_transit_limits, _versions("transit_limits"))},
        tariffs={data["version"]: _tariff(data) for data in _versions("tariff")},
        remit_hours={data["version"]: data["remit_hours"] for data in _versions("fees")},
        retention_years={data["version"]: data["electronic_years"] for data in _versions("retention")},
        paper_years={data["version"]: data["paper_years"] for data in _versions("retention")},
        forms={data["version"]: _forms(data) for data in _versions("forms")},
        quality={data["version"]: _quality(data) for data in _versions("quality")},
        agency_hours={data["version"]: data["begins_same_day_until"] for data in _versions("agency_hours")},
        apologies={data["version"]: ApologyRule(**_dateless(data)) for data in _versions("apologies")},
        lateness={data["version"]: _late_rule(data) for data in _versions("lateness")},
        filing={data["version"]: _filing_rule(data) for data in _versions("filing")},
        cases={data["version"]: _case_rule(data) for data in _versions("cases")},
        choices={data["version"]: _choice_rule(data) for data in _versions("choices")},
        undeliverable={data["version"]: _undeliverable_rule(data) for data in _versions("undeliverable")},
        standstill={data["version"]: _standstill_rule(data) for data in _versions("standstill")},
        reports={data["version"]: _report_rule(data) for data in _versions("reports")},
        ratings={data["version"]: _rating_rule(data) for data in _versions("ratings")},
        citizen_pages={data["version"]: PageRule(**_dateless(data)) for data in _versions("citizen_page")},
        return_requests={data["version"]: ReturnRule(**_dateless(data)) for data in _versions("return_requests")},
        message_texts={data["version"]: _message_texts(data) for data in _versions("message_texts")},
        promises={data["version"]: DeliveryHours(**_dateless(data)) for data in _versions("promise")},
        freshness={data["version"]: _freshness_rule(data) for data in _versions("freshness")},
        message_hours={data["version"]: QuietHours(**_dateless(data)) for data in _versions("message_hours")},
    )


def _versions(subject: str) -> list[dict[str, Any]]:
    files = [file for file in _files() if file.name.startswith(f"{subject}.")]
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]


@lru_cache(maxsize=1)
def _files() -> list[Traversable]:
    return sorted(resources.files("postgw.rules").iterdir(), key=lambda file: file.name)


def _dateless(data: dict[str, Any]) -> dict[str, Any]:
    """A rule file without the day it begins on, which its version says already."""
    return {name: value for name, value in data.items() if name != "valid_from"}


def _scan_table(data: dict[str, Any]) -> ScanTable:
    states = {state: _state_rule(state, row) for state, row in data["states"].items()}
    codes = {code: _scan_rule(code, rank, row) for rank, (code, row) in enumerate(data["codes"].items())}
    _refuse(f"scan_codes {data['version']}: states missing or unknown", set(states) ^ set(STATES))
    _refuse(f"scan_codes {data['version']}: no row for", {CORRECTION, UNKNOWN} - set(codes))
    return ScanTable(version=data["version"], codes=codes, states=states)


def _state_rule(state: str, row: dict[str, Any]) -> StateRule:
    _refuse(f"state {state}: unknown keys", set(row) - _STATE_KEYS)
    _refuse(f"state {state}: unknown stage", {row["stage"]} - set(STAGES))
    return StateRule(
        state=state, title=row["title"], title_en=row["title_en"], public_stage=row["stage"],
        ends=row.get("ends", False), told=row.get("told", False),
    )  # fmt: skip


def _scan_rule(code: str, rank: int, row: dict[str, Any]) -> ScanRule:
    after, after_proof, keeps = (frozenset(row.get(key, ())) for key in ("after", "after_proof", "keeps"))
    _refuse(f"scan word {code}: unknown keys", set(row) - _CODE_KEYS)
    named = {row.get("state", STATES[0])} | after | after_proof | keeps
    _refuse(f"scan word {code}: unknown states", named - set(STATES))
    _refuse(f"scan word {code}: unknown holder", {row.get("holder", "same")} - set(HOLDERS))
    _refuse(f"scan word {code}: states both kept and left", keeps & (after | after_proof))
    return ScanRule(
        code=code, rank=rank, title=row["title"], title_en=row["title_en"], state=row.get("state", ""),
        holder=row.get("holder", "same"), after=after, after_proof=after_proof, keeps=keeps,
        emsevt=row.get("emsevt", ""), reasons=row.get("reasons", ""), asked=row.get("asked", True),
    )  # fmt: skip


def _refuse(what: str, wrong: set[str] | frozenset[str]) -> None:
    if wrong:
        raise ValueError(f"{what}: {', '.join(sorted(wrong))}")


def _reasons(data: dict[str, Any]) -> dict[str, dict[str, Reason]]:
    lists = {name: rows for name, rows in data.items() if isinstance(rows, dict)}
    return {
        name: {
            code: Reason(code=code, title=row["title"], title_en=row["title_en"], source=row.get("source", ""))
            for code, row in rows.items()
        }
        for name, rows in lists.items()
    }


def _tariff(data: dict[str, Any]) -> Tariff:
    reductions = {code: Reduction(code=code, **row) for code, row in data["reductions"].items()}
    return Tariff(
        version=data["version"], title=data["title"], bands=tuple(data["bands"]), step=data["step"],
        services={service: _ceilings(data, service) for service in SERVICES}, reductions=reductions,
    )  # fmt: skip


def _ceilings(data: dict[str, Any], service: str) -> dict[str, ZoneCeilings]:
    rows = data[service]
    _refuse(f"tariff {data['version']} {service}: zones missing or unknown", set(rows) ^ set(ZONES))
    _refuse(
        f"tariff {data['version']} {service}: not one ceiling for each band",
        {zone for zone, row in rows.items() if len(row["ceilings"]) != len(data["bands"])},
    )
    return {zone: ZoneCeilings(ceilings=tuple(row["ceilings"]), next=row["next"]) for zone, row in rows.items()}


def _forms(data: dict[str, Any]) -> dict[str, Form]:
    _refuse(f"forms {data['version']}: unknown", set(data["forms"]) - set(FORMS))
    return {form: Form(form=form, basis=data["basis"], **row) for form, row in data["forms"].items()}


def _quality(data: dict[str, Any]) -> QualityTargets:
    return QualityTargets(**_dateless(data))


def _filing_rule(data: dict[str, Any]) -> FilingRule:
    return FilingRule(
        version=data["version"], supplements=data["supplements"], examination_days=data["examination_days"]
    )


def _report_rule(data: dict[str, Any]) -> ReportRule:
    _refuse(f"reports {data['version']}: kinds missing or unknown", set(data["before_day"]) ^ set(KINDS))
    return ReportRule(**{name: data[name] for name in ("version", "before_day", "addressee", "basis")})


def _rating_rule(data: dict[str, Any]) -> RatingRule:
    return RatingRule(**{name: data[name] for name in ("open_days", "satisfied_from", "smallest_group")})


def _message_texts(data: dict[str, Any]) -> MessageTexts:
    texts = {key: MessageText(key=key, **row) for key, row in data["texts"].items()}
    return MessageTexts(texts=texts, **data["limits"])


def _transit_limits(data: dict[str, Any]) -> TransitLimits:
    _refuse(f"transit_limits {data['version']}: spans missing or unknown", set(data["limits"]) ^ set(SPANS))
    limits = {span: TransitLimit(**row) for span, row in data["limits"].items()}
    return TransitLimits(version=data["version"], limits=limits)


def _late_rule(data: dict[str, Any]) -> LateRule:
    _refuse(f"lateness {data['version']}: spans missing or unknown", set(data["answer_working_days"]) ^ set(SPANS))
    return LateRule(**_dateless(data))


def _invitation_rule(data: dict[str, Any]) -> InvitationRule:
    return InvitationRule(
        invitations=data["invitations"], working_days_apart=data["working_days_apart"],
        working_days_before_return=data["working_days_before_return"],
        grounds={reason: _ground(reason, row) for reason, row in data["grounds"].items()},
    )  # fmt: skip


def _ground(reason: str, row: dict[str, Any]) -> Ground:
    _refuse(f"ground {reason}: unknown keys", set(row) - _GROUND_KEYS)
    return Ground(**{**row, "attempts": frozenset(row.get("attempts", ()))})


def _case_rule(data: dict[str, Any]) -> CaseRule:
    return CaseRule(
        version=data["version"], days_same_province=data["answer"]["working_days_same_province"],
        days_between_provinces=data["answer"]["working_days_between_provinces"], **data["compensation"],
        bars=tuple(_time_bar(data["version"], row) for row in data["time_bars"]),
        grounds={code: RejectionGround(code=code, **row) for code, row in data["grounds"].items()},
    )  # fmt: skip


def _time_bar(version: str, row: dict[str, Any]) -> TimeBar:
    _refuse(f"cases {version}: unknown matters", set(row["abouts"]) - set(ABOUTS))
    _refuse(f"cases {version}: unknown beginnings", {row["since"]} - set(SINCE))
    return TimeBar(**{**row, "abouts": frozenset(row["abouts"])})


def _choice_rule(data: dict[str, Any]) -> ChoiceRule:
    wanted = ("days_offered", "cut_off_hour", "free_redeliveries", "redelivery_dong", "faults")
    return ChoiceRule(**{name: data[name] for name in wanted})


def _undeliverable_rule(data: dict[str, Any]) -> UndeliverableRule:
    return UndeliverableRule(
        publicised_months=data["publicised_months"], no_recipient_months=data["no_recipient_months"],
        answer_days=data["answer_days"],
        grounds={code: UndeliverableGround(**row) for code, row in data["grounds"].items()},
        ends={code: UndeliverableGround(**row) for code, row in data["ends"].items()},
    )  # fmt: skip


def _freshness_rule(data: dict[str, Any]) -> FreshnessRule:
    _refuse(f"freshness {data['version']}: unknown states", set(data["states"]) - set(STATES))
    states = {state: UsualHours(**row) for state, row in data["states"].items()}
    return FreshnessRule(
        version=data["version"], moves_from=data["moves_from"], moves_until=data["moves_until"], states=states
    )


def _standstill_rule(data: dict[str, Any]) -> StandstillRule:
    _refuse(f"standstill {data['version']}: unknown states", set(data["states"]) - set(STATES))
    rows = data["states"].items()
    return StandstillRule(
        states={state: StateStandstill(days=row["days"], next=tuple(row["next"])) for state, row in rows}
    )
