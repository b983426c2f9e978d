"""The paper check: citizen and postal worker count the papers against the published list before anything is sealed.

Each paper that the list requires is either there (original, certified or copy, how many) or missing; of what is missing
the citizen is told, and guided to complete it. A paper beyond the list may be handed in by the citizen's own wish and
can never be demanded. What was checked becomes the list on the consignment note.

Stands on: paper, procedure, folding, errors. Used by: services.papers, storage.paper_checks, note.
Source: QĐ45/2016/QĐ-TTg Đ.6.2-3, Đ.16.5.b; TT17/2017/TT-BTTTT Đ.5.1.a-b.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from .errors import Invalid
from .folding import fold
from .paper import Paper, checked_paper
from .procedure import ChecklistLine, Procedure, compare_papers, must_be_listed

_LINES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What citizen and postal worker found, line by line."""

    present: tuple[Paper, ...]
    missing: tuple[str, ...] = ()
    guided: bool = False  #: the citizen was told what is missing and how to complete it


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCheck:
    """One check, as it is kept."""

    check_id: str
    procedure_code: str
    list_from: date  #: from which day the list that was used is in force
    present: tuple[Paper, ...]
    missing: tuple[str, ...]
    beyond: tuple[str, ...]  #: handed in by the citizen's own wish
    citizen: str
    office: str
    checked_at: datetime
    checked_by: str
    guided_at: datetime | None = None
    guided_by: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def checked_count(procedure: Procedure, counted: Counted) -> Counted:
    """Return the count with tidy names, each line marked as the published list marks it.

    Raises Invalid when a paper outside the list is demanded, a required one was not counted, one is both there and
    missing, or the citizen was not told what is missing.
    """
    if len(counted.present) > _LINES_MOST:
        raise Invalid("Nhiều nhất {most} dòng giấy tờ.", most=_LINES_MOST, code="papers.many", field="/present")
    present = tuple(checked_paper(paper, field=f"/present/{n}") for n, paper in enumerate(counted.present))
    must_be_listed(procedure, counted.missing, field="/missing")
    _must_be_one_or_the_other(procedure, present, counted.missing)
    _must_all_be_counted(procedure, present, counted.missing)
    if counted.missing and not counted.guided:
        raise Invalid(
            "Hồ sơ còn thiếu giấy tờ. Hướng dẫn người nộp bổ sung, rồi đánh dấu đã hướng dẫn.",
            code="check.guide", field="/guided",
        )  # fmt: skip
    missing = tuple(line.name for line in procedure.papers if fold(line.name) in _folded(counted.missing))
    return Counted(present=marked(present, procedure.papers), missing=missing, guided=counted.guided and bool(missing))


def beyond_list(procedure: Procedure, counted: Counted) -> tuple[str, ...]:
    """Return what the citizen handed in although the list does not ask for it."""
    return compare_papers(procedure, [paper.name for paper in counted.present]).beyond


def marked(papers: Iterable[Paper], known: Iterable[ChecklistLine | Paper]) -> tuple[Paper, ...]:
    """Return papers with what is owed of them, as the known line of the same name says.

    >>> line = ChecklistLine(name="Bằng lái cũ", kind="original", must_withdraw=True)
    >>> [paper.must_withdraw for paper in marked([Paper(name="bang lai cu", kind="original")], [line])]
    [True]
    """
    by_name = {fold(line.name): line for line in known}
    return tuple(_marked(paper, by_name.get(fold(paper.name))) for paper in papers)


def _marked(paper: Paper, line: ChecklistLine | Paper | None) -> Paper:
    if line is None:
        return paper
    return replace(
        paper, must_return=paper.must_return or line.must_return,
        must_withdraw=paper.must_withdraw or line.must_withdraw,
    )  # fmt: skip


def _folded(names: Iterable[str]) -> set[str]:
    return {fold(name) for name in names}


def _quantities(papers: Iterable[Paper]) -> dict[str, int]:
    found: dict[str, int] = {}
    for paper in papers:
        found[fold(paper.name)] = found.get(fold(paper.name), 0) + paper.quantity
    return found


def _must_be_one_or_the_other(procedure: Procedure, present: Sequence[Paper], missing: Sequence[str]) -> None:
    wanted = {fold(line.name): line.quantity for line in procedure.papers}
    at_hand = _quantities(present)
    for n, name in enumerate(missing):
        if at_hand.get(fold(name), 0) >= wanted[fold(name)]:
            raise Invalid("Giấy tờ này vừa ghi đủ vừa ghi thiếu.", code="check.both", field=f"/missing/{n}")


def _must_all_be_counted(procedure: Procedure, present: Sequence[Paper], missing: Sequence[str]) -> None:
    at_hand, told = _quantities(present), _folded(missing)
    for line in procedure.papers:
        short = at_hand.get(fold(line.name), 0) < line.quantity
        if line.required and short and fold(line.name) not in told:
            raise Invalid(
                "Chưa kiểm “{name}” ({quantity} bản). Ghi có, hoặc ghi thiếu.", name=line.name, quantity=line.quantity,
                code="check.not_counted", field="/present",
            )  # fmt: skip
