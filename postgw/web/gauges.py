"""Figures of the path for Prometheus: errands, jobs, feeds, messages, devices, consignments, the database's pool.

They are the same in every process but for the pool's, which is each process's own: an alarm takes the `max`, never
the sum. What has vanished is forgotten, so that no old figure stands for ever.

Used by: metrics. What each means, and what to do: docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Gauge

from postgw.services.figures import Standing
from postgw.services.timekeeping import JobStanding

_GAUGES = {
    "errands": ("postgw_errands", "What is owed to outsiders.", ("channel", "state")),
    "oldest": ("postgw_errand_oldest_seconds", "Age of the oldest errand that waits.", ("channel",)),
    "late": ("postgw_job_late_seconds", "For how long a job's next slot has waited to be run.", ("recurring_job",)),
    "failures": ("postgw_job_failures", "Turns of a job in a row that failed.", ("recurring_job",)),
    "slot": ("postgw_job_last_slot_timestamp_seconds", "The slot a job was run for last.", ("recurring_job",)),
    "feeds": ("postgw_feed_age_seconds", "Since when an account's feed was not read.", ("account",)),
    "messages": ("postgw_messages", "Messages to citizens of the last ten minutes.", ("channel", "outcome")),
    "acts": ("postgw_device_acts_waiting", "Acts that devices still hold, as they said last.", ("unit",)),
    "quiet": ("postgw_device_quiet_seconds", "Since when a device that holds acts is not heard.", ("unit",)),
    "consignments": ("postgw_consignments", "Consignments under way, by state.", ("state",)),
    "tray": ("postgw_stray_tray_filled_ratio", "How much of its room for strays the fullest sender takes up.", ()),
    "connections": ("postgw_database_connections", "Connections of this process.", ("state",)),
    "begun": ("postgw_database_transactions_total", "Transactions begun by this process.", ()),
    "waited": ("postgw_database_wait_seconds_total", "How long all of them together waited to begin.", ()),
    "troubles": ("postgw_database_troubles_total", "What the database could not do when it was asked.", ("kind",)),
    "longest": ("postgw_database_wait_longest_seconds", "The longest such wait since the last look.", ()),
}


class Gauges:
    """The figures of the path."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._all = {key: Gauge(*told, registry=registry) for key, told in _GAUGES.items()}

    def _told(self, key: str, values: dict[tuple[str, ...], float]) -> None:
        gauge = self._all[key]
        gauge.clear()
        for labels, value in values.items():
            gauge.labels(*labels).set(value)

    def jobs(self, jobs: Sequence[JobStanding]) -> None:
        """Take down how the recurring jobs fare; one that never ran has no figures."""
        ran = [job for job in jobs if job.last_slot is not None]
        self._told("late", {(job.job,): (job.late or timedelta(0)).total_seconds() for job in ran})
        self._told("failures", {(job.job,): job.failures for job in ran})
        self._told("slot", {(job.job,): job.last_slot.timestamp() for job in ran if job.last_slot})

    def standing(self, found: Standing, *, at: datetime) -> None:
        """Take down what stands where."""
        waiting = [heap for heap in found.errands if heap.state == "waiting"]
        self._told("errands", {(heap.kind, heap.state): heap.count for heap in found.errands})
        self._told("oldest", {(heap.kind,): _age(heap.oldest_at, at) for heap in waiting})
        self._told("feeds", {(account,): _age(read_at, at) for account, read_at in found.feeds.items()})
        self._told("messages", {(heap.kind, heap.state): heap.count for heap in found.messages})
        self._told("acts", {(heap.kind,): heap.count for heap in found.on_devices})
        self._told("quiet", {(heap.kind,): _age(heap.oldest_at, at) for heap in found.on_devices})
        self._told("consignments", {(state,): count for state, count in found.consignments.items()})
        self._all["tray"].set(found.tray_filled)
        pool = found.pool
        self._told("connections", {("busy",): pool.busy, ("idle",): pool.idle, ("most",): pool.most})
        self._told("troubles", {(kind,): times for kind, times in pool.troubles.items()})
        self._all["begun"].set(pool.begun)
        self._all["waited"].set(pool.waited_seconds)
        self._all["longest"].set(pool.longest_seconds)


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0
