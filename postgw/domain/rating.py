"""The citizen's rating of a delivery, and how little of it may be shown.

One question, five answers, a remark. Whoever answered stays unknown: a group with few answers is not shown in any
breakdown, and where its figures could be had by taking the shown groups from the total, the next smallest group is
hidden with it.

Used by: services.satisfaction, services.reports, storage.ratings.
Source: Decree 61/2018/NĐ-CP art. 27, 31 (what citizens rate; who answered is confidential); Circular 01/2018/TT-VPCP
art. 12 to 14.

>>> groups = {"TS": Tally(answers=9, points=36, satisfied=6), "KA": Tally(answers=2, points=4, satisfied=0)}
>>> shown_groups(groups, smallest=5)
{}
>>> groups["HS"] = Tally(answers=12, points=50, satisfied=10)
>>> list(shown_groups(groups, smallest=5))
['HS']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .errors import Invalid

SCORES = {1: "Rất không hài lòng", 2: "Không hài lòng", 3: "Bình thường", 4: "Hài lòng", 5: "Rất hài lòng"}
COMMENT_MOST = 1000
#: What answers are broken down by.
GROUPED_BY = ("desk", "office")


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRule:
    """One version of how long answers are taken, which mark satisfies, and which group is too small to show."""

    open_days: int
    satisfied_from: int
    smallest_group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Answers added up."""

    answers: int = 0
    points: int = 0
    satisfied: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            answers=self.answers + other.answers, points=self.points + other.points,
            satisfied=self.satisfied + other.satisfied,
        )  # fmt: skip

    @property
    def average_tenths(self) -> int | None:
        """Return the average mark in tenths, rounded half up."""
        return (self.points * 20 + self.answers) // (self.answers * 2) if self.answers else None


def checked_rating(score: int, comment: str) -> tuple[int, str]:
    """Return a score and a remark that may be kept. Raises Invalid."""
    if score not in SCORES:
        raise Invalid("Chọn một trong năm mức.", code="rating.score", field="/score")
    comment = comment.strip()
    if len(comment) > COMMENT_MOST:
        raise Invalid(
            "Ý kiến dài nhất {most} ký tự. Rút gọn rồi gửi lại.", most=COMMENT_MOST, code="rating.comment",
            field="/comment",
        )  # fmt: skip
    return score, comment


def total_of(groups: Iterable[Tally]) -> Tally:
    """Return all answers together."""
    return sum(groups, Tally())


def shown_total(total: Tally, *, smallest: int) -> Tally | None:
    """Return a total, or nothing where it is of too few."""
    return total if total.answers >= smallest else None


def shown_groups(groups: Mapping[str, Tally], *, smallest: int) -> dict[str, Tally]:
    """Return the groups that may be shown beside their total.

    What is left out is never one group alone, and never fewer answers than `smallest`.
    """
    by_size = sorted(groups, key=lambda key: (groups[key].answers, key))
    hidden: list[str] = []
    for key in by_size:
        too_few = groups[key].answers < smallest
        open_to_subtraction = hidden and total_of(groups[each] for each in hidden).answers < smallest
        if not too_few and not open_to_subtraction:
            break
        hidden.append(key)
    return {key: groups[key] for key in sorted(groups) if key not in hidden}


def summary(total: Tally, grouped: Mapping[str, Mapping[str, Tally]], rule: RatingRule) -> dict[str, object]:
    """Return what may be shown of a time's answers; `too_few` says that there were some, but not enough.

    >>> rule = RatingRule(open_days=30, satisfied_from=4, smallest_group=5)
    >>> summary(Tally(answers=3, points=15, satisfied=3), {}, rule)
    {'smallest_group': 5, 'too_few': True, 'total': None, 'groups': {}}
    """
    shown = shown_total(total, smallest=rule.smallest_group)
    return {
        "smallest_group": rule.smallest_group, "too_few": shown is None and total.answers > 0,
        "total": _shown(shown) if shown else None,
        "groups": {
            by: [
                {"key": key, **_shown(tally)}
                for key, tally in (shown_groups(groups, smallest=rule.smallest_group) if shown else {}).items()
            ]
            for by, groups in grouped.items()
        },
    }  # fmt: skip


def _shown(tally: Tally) -> dict[str, int | None]:
    return {
        "answers": tally.answers, "average_tenths": tally.average_tenths,
        "satisfied_tenths": tally.satisfied * 1000 // tally.answers,
    }  # fmt: skip
