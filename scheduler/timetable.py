"""The timetable: every job that recurs, one line each.

A line says when its slots are, which act is asked, and how long a silent process keeps the job before another may take
it over. Slots are cron fields and not "every so many seconds from now": so they fall on the same moments in each
process, and a lease can say which of them was run. The day's quiet hour is Hà Tĩnh's, where nobody posts at 03:10.

A lease outlives a busy database (SQLite waits up to 20 seconds for its lock) by half as much again at least: it is
renewed when a third of it is gone, and the process that cannot renew it stops before it runs out.

Used by: runner; `bootstrap` gives each act its service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """One job that recurs. `cron` are APScheduler's cron fields, read in `zone`."""

    job: str
    act: str  #: the name under which the runner is handed what to do
    cron: Mapping[str, str]
    zone: str = "UTC"
    lease_seconds: float = 45.0
    rounds: int = field(default=100)  #: the act is asked until it says 0, at most so many times a slot

    def __post_init__(self) -> None:
        object.__setattr__(self, "cron", MappingProxyType(dict(self.cron)))


TIMETABLE: tuple[Recurring, ...] = (
    Recurring(job="fetch_dossiers", act="fetch_dossiers", cron={"second": "10"}, lease_seconds=120),
    Recurring(job="take_offers", act="take_offers", cron={"second": "20-59/20"}, lease_seconds=60),
    Recurring(job="answer_offers", act="answer_offers", cron={"second": "50"}, lease_seconds=60),
    Recurring(job="send_orders", act="send_orders", cron={"second": "*/5"}),
    Recurring(job="read_feeds", act="read_feeds", cron={"second": "*/15"}, lease_seconds=60),
    Recurring(job="send_notices", act="send_notices", cron={"second": "2-59/5"}),
    Recurring(job="send_messages", act="send_messages", cron={"second": "4-59/5"}, lease_seconds=120),
    Recurring(job="send_links", act="send_links", cron={"second": "1-59/5"}),
    Recurring(job="match_strays", act="match_strays", cron={"second": "30"}),
    Recurring(job="find_conflicts", act="find_conflicts", cron={"second": "40"}, lease_seconds=120),
    # One round a slot: an outsider is asked so many times at most, and then left in peace.
    Recurring(job="ask_standings", act="ask_standings", cron={"minute": "5-59/10"}, lease_seconds=180, rounds=1),
    Recurring(job="close_manifests", act="close_manifests", cron={"minute": "*"}),
    # A due date is over at midnight in Vietnam: the quarter after each hour sees it, page by page.
    Recurring(job="watch_clocks", act="watch_clocks", cron={"minute": "15"}, lease_seconds=120, rounds=1000),
    Recurring(job="watch_cases", act="watch_cases", cron={"minute": "20"}, lease_seconds=120, rounds=1000),
    Recurring(job="watch_dossiers", act="watch_dossiers", cron={"minute": "25"}, lease_seconds=120, rounds=1000),
    Recurring(job="link_scans", act="link_scans", cron={"second": "45"}, lease_seconds=120),
    # A night is due from 23:55 in Vietnam; the other hours make good the night that was missed.
    Recurring(
        job="seal_chains", act="seal_chains", cron={"minute": "55"}, zone="Asia/Ho_Chi_Minh", lease_seconds=600,
        rounds=1000,
    ),
    Recurring(
        job="erase_personal", act="erase_personal", cron={"hour": "3", "minute": "40"}, zone="Asia/Ho_Chi_Minh",
        lease_seconds=120, rounds=1000,
    ),
    Recurring(
        job="tell_undeliverable", act="tell_undeliverable", cron={"hour": "6", "minute": "30"}, zone="Asia/Ho_Chi_Minh",
        lease_seconds=120,
    ),
    Recurring(
        job="forget_sittings", act="forget_sittings", cron={"hour": "3", "minute": "15"}, zone="Asia/Ho_Chi_Minh",
        lease_seconds=120,
    ),
    Recurring(
        job="forget_replays", act="forget_replays", cron={"hour": "3", "minute": "10"}, zone="Asia/Ho_Chi_Minh",
        lease_seconds=120,
    ),
)  # fmt: skip
