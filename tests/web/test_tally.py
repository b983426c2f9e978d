"""The plain counts of requests say to Prometheus what the library's own counters would."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

from postgw.web.tally import BOUNDS, Tally

ANSWERED = (
    ("GET", "/a", 200, 0.001), ("GET", "/a", 200, 0.002), ("GET", "/a", 404, 0.0021), ("GET", "/a", 200, 10.0),
    ("POST", "/a", 200, 11.0), ("POST", "/b", 500, 0.3),
)  # fmt: skip


def told(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_the_plain_counts_are_those_of_the_librarys_counter_and_histogram() -> None:
    ours, theirs, tally = CollectorRegistry(), CollectorRegistry(), Tally()
    ours.register(tally)
    requests = Counter("postgw_requests", "", ("method", "route", "status"), registry=theirs)
    seconds = Histogram("postgw_request_seconds", "", ("method", "route"), buckets=BOUNDS, registry=theirs)
    for method, route, status, took in ANSWERED:
        tally.answered(method, route, status, took)
        requests.labels(method, route, str(status)).inc()
        seconds.labels(method, route).observe(took)

    assert told(ours) == told(theirs)
