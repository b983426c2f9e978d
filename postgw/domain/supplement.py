"""A supplement: what a dossier still lacks, asked for once and whole.

The agency may ask a citizen to complete a dossier one single time, and for everything at once; it may ask for nothing
beyond the published list. A second request made here is refused. One that is heard of from the desk's own system has
happened, so it is kept, told to the agency's lead and counted as late.

Stands on: paper, errors. Used by: services.supplements, storage.supplements.
Source: Decree 61/2018/NĐ-CP art. 11.2.c, 15.3, 17.1, 19.4; Decision 45/2016/QĐ-TTg art. 7.4, 16.5.b.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from .address import checked_text
from .errors import Conflict, Invalid
from .legal_day import shown
from .paper import Paper, checked_paper

STATES = ("asked", "completed", "lapsed")
_PAPERS_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementDraft:
    """What is asked for, and why."""

    papers: tuple[Paper, ...]
    reason: str
    asked_at: datetime | None = None  #: when the desk asked; none: now
    heard_from_desk: bool = False

    def digest(self) -> str:
        """Return what makes two requests the same one."""
        text = json.dumps([[asdict(paper) for paper in self.papers], self.reason], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """One request to complete a dossier."""

    supplement_no: str
    ordinal: int
    desk: str
    state: str  #: one of STATES
    heard_from_desk: bool
    escalated: bool
    counts_late: bool
    papers: tuple[Paper, ...]
    reason: str
    digest: str
    asked_at: datetime
    entered_by: str
    completed_at: datetime | None = None
    consignment_no: str = ""


def checked_supplement(draft: SupplementDraft, *, at: datetime) -> SupplementDraft:
    """Return the request with tidy texts. Raises Invalid at the first wrong part."""
    if not 1 <= len(draft.papers) <= _PAPERS_MOST:
        raise Invalid(
            "Ghi đủ giấy tờ cần bổ sung, từ 1 đến {most} dòng, trong một lần yêu cầu.", most=_PAPERS_MOST,
            code="supplement.papers", field="/papers",
        )  # fmt: skip
    if draft.asked_at and draft.asked_at > at:
        raise Invalid("Giờ yêu cầu bổ sung chưa đến.", code="supplement.future", field="/asked_at")
    return replace(
        draft,
        papers=tuple(checked_paper(paper, field=f"/papers/{n}") for n, paper in enumerate(draft.papers)),
        reason=checked_text(draft.reason, what="lý do yêu cầu bổ sung", field="/reason", most=1000),
    )


def must_be_first(earlier: tuple[Supplement, ...], *, most: int, heard_from_desk: bool, key: str) -> None:
    """Raise Conflict, naming the first request, when one more may not be made here."""
    if len(earlier) < most or heard_from_desk:
        return
    first = earlier[0]
    raise Conflict(
        "Hồ sơ đã yêu cầu bổ sung {number} lúc {at}; chỉ được yêu cầu một lần. Giải quyết theo giấy tờ đã có hoặc"
        " từ chối có lý do.",
        number=first.supplement_no, at=shown(first.asked_at), code="supplement.second",
        link=f"/api/v1/dossiers/{key}/supplements",
    )  # fmt: skip


def waiting(supplements: tuple[Supplement, ...]) -> Supplement | None:
    """Return the request that still waits for its papers, if one does."""
    return next((each for each in reversed(supplements) if each.state == "asked"), None)
