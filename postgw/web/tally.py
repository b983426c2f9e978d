"""How many requests were answered and how long each took: two additions for each, told when Prometheus asks.

The library's own counters lock at every step, which a door that answers thousands a second on one loop pays for and
does not need; its text is still the library's.

Used by: metrics, on the one loop of a process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

#: Upper bounds in seconds; what took longer than the last counts in a bucket without one.
BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_SUM = len(BOUNDS) + 1
_TEXTS = (*map(floatToGoString, BOUNDS), "+Inf")


class Tally(Collector):
    """Requests by method, route and status: how many took how long, and the sum of their seconds."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int], list[float]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (method, route, status)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = [0] * (_SUM + 1)
        row[bisect_left(BOUNDS, seconds)] += 1
        row[_SUM] += seconds

    def collect(self) -> Iterator[Metric]:
        """Tell both figures as the library writes them."""
        requests = CounterMetricFamily("postgw_requests", "Requests answered.", labels=("method", "route", "status"))
        took = HistogramMetricFamily("postgw_request_seconds", "Time to answer.", labels=("method", "route"))
        together: dict[tuple[str, str], list[float]] = {}
        for (method, route, status), row in self._rows.items():
            requests.add_metric((method, route, str(status)), sum(row[:_SUM]))
            all_of_it = together.setdefault((method, route), [0] * (_SUM + 1))
            together[method, route] = [one + other for one, other in zip(all_of_it, row, strict=True)]
        for labels, row in together.items():
            took.add_metric(labels, list(zip(_TEXTS, accumulate(row[:_SUM]), strict=True)), row[_SUM])
        yield requests
        yield took
