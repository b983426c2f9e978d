"""Which scans do not count, as a condition of SQL: where a whole journey is too much to fold for one figure.

A correction names the scan that it takes back, and a correction may be taken back too. Who counts asks this of few
rows, after all that narrows them; what an item *is* tells only the fold (`domain.custody`).

Used by: day_sources, office_days.
"""

from __future__ import annotations


def _named(scan: str, correction: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM scan {correction} WHERE {correction}.consignment_id = {scan}.consignment_id"
        f" AND {correction}.code = 'correction' AND {correction}.detail LIKE"
        f" '%\"cancels\":\"' || {scan}.source || '#' || {scan}.source_id || '\"%'"
    )


#: A scan `s` was taken back, by a correction that stands.
TAKEN_BACK = f"{_named('s', 'x')} AND NOT {_named('x', 'y')}))"
