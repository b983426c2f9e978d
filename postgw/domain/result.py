"""A result that is ready: the agency has decided, and the citizen and the post must hear of it.

Stands on: paper. Used by: services.results, storage.results.
Source: Decision 45/2016/QĐ-TTg art. 3 (what a result is), 8.4 (both are told), 9.1.b (all that must be given back).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import Invalid
from .paper import Paper, checked_paper

_PAPERS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result that is ready, and how it leaves."""

    key: str
    dossier_no: str
    desk: str
    ready_at: datetime
    papers: tuple[Paper, ...]
    consignment_no: str  #: empty: the citizen comes for it
    state: str = "registered"  #: of the consignment
    pickup_no: str = ""
    entered_by: str
    age_days: int = 0  #: working days since it was ready

    @property
    def way(self) -> str:
        """Return how the citizen gets it."""
        return "post" if self.consignment_no else "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupTask:
    """A coming of the post that somebody needs."""

    key: str
    kind: str  #: result or same_day
    desk: str
    pickup_no: str  #: empty: to book
    asked_at: datetime


def checked_result_papers(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """Return the papers of a result with tidy names. Raises Invalid at the first wrong one, or when there is none."""
    if not 1 <= len(papers) <= _PAPERS_MOST:
        raise Invalid(
            "Ghi đủ giấy tờ kết quả, từ 1 đến {most} dòng.", most=_PAPERS_MOST, code="result.papers", field="/papers"
        )
    return tuple(checked_paper(paper, field=f"/papers/{n}") for n, paper in enumerate(papers))
