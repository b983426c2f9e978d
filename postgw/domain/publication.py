"""Publishing a procedure: what a version must tell before anybody may stand on it, and which paper list wins.

An agency publishes two lists, of the procedures served by post and of those excluded, and for each what goes in. The
paper list stands in two places, on the agency's own portal and in the National database; where they differ **the
portal's list is the one in force**, and the difference is a fault that somebody must mend.

A procedure is left out because the person must come in person; a form alone may be left out too. Either way the citizen
reads why.

Stands on: procedure, paper, dossier (the service forms), folding, address, errors. Used by: services.catalogue.
Source: QĐ45/2016/QĐ-TTg Đ.1.2 (personal presence), Đ.6.2 (the portal wins), Đ.13.1-2, Đ.18.1 (both lists published).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from .address import checked_text
from .dossier import SERVICE_FORMS
from .errors import Invalid
from .folding import fold
from .paper import checked_paper
from .procedure import LEVELS, ChecklistLine, PaperList, Procedure, procedure_code

#: Where a paper list stands, the stronger first.
ORIGINS = {"portal": "Cổng thông tin của cơ quan", "national": "Cơ sở dữ liệu quốc gia về thủ tục hành chính"}
FEE_MOST = 100_000_000
_LINES_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One version as it was published."""

    procedure: Procedure
    author: str
    reason: str
    published_at: datetime | None  #: None: it came with the installation


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDifference:
    """One paper about which the two lists do not agree; a side that does not have it is None."""

    name: str
    portal: ChecklistLine | None
    national: ChecklistLine | None
    what: tuple[str, ...]  #: in what they differ: `missing`, or names of the line's fields


def checked_publication(draft: Procedure) -> Procedure:
    """Return a version as it is published, with the list that wins.

    Raises Invalid at the first part that is missing or contradicts another.
    """
    lists = tuple(_checked_list(one, n) for n, one in enumerate(draft.lists))
    _must_be_whole(draft, lists)
    winner = list_in_force(lists)
    return replace(
        draft,
        code=procedure_code(draft.code, field="/code"),
        name=checked_text(draft.name, what="tên thủ tục", field="/name", most=500),
        sector=checked_text(draft.sector, what="lĩnh vực", field="/sector", most=100),
        agency=checked_text(draft.agency, what="cơ quan giải quyết", field="/agency", most=200),
        forms=tuple(form for form in SERVICE_FORMS if form in draft.forms),
        excluded_reason=checked_text(
            draft.excluded_reason, what="lý do không nhận qua bưu chính", field="/excluded_reason", most=500,
            required=set(draft.forms) != set(SERVICE_FORMS),
        ),
        fee_per=checked_text(draft.fee_per, what="đơn vị tính phí", field="/fee_per", most=30, required=False),
        lists=lists, papers=winner.papers if winner else (), source=winner.source if winner else "", checked=True,
    )  # fmt: skip


def list_in_force(lists: Sequence[PaperList]) -> PaperList | None:
    """Return the list that wins: the portal's, and the National database's only where the portal has none.

    >>> portal, national = (PaperList(origin=each, source=each, papers=()) for each in ("portal", "national"))
    >>> list_in_force((national, portal)).origin, list_in_force((national,)).origin
    ('portal', 'national')
    """
    by_origin = {one.origin: one for one in lists}
    return next((by_origin[origin] for origin in ORIGINS if origin in by_origin), None)


def differences(procedure: Procedure) -> tuple[ListDifference, ...]:
    """Return every paper on which portal and National database do not agree; none where only one list stands."""
    by_origin = {one.origin: {fold(line.name): line for line in one.papers} for one in procedure.lists}
    if set(by_origin) != set(ORIGINS):
        return ()
    portal, national = by_origin["portal"], by_origin["national"]
    pairs = ((portal.get(name), national.get(name)) for name in dict.fromkeys((*portal, *national)))
    return tuple(_difference(one, other) for one, other in pairs if not _agree(one, other))


def _agree(one: ChecklistLine | None, other: ChecklistLine | None) -> bool:
    return one is not None and other is not None and replace(one, name=other.name) == other


def _difference(portal: ChecklistLine | None, national: ChecklistLine | None) -> ListDifference:
    line = portal or national
    assert line is not None, "a name stands in one of the lists at least"
    what: tuple[str, ...] = ("missing",)
    if portal and national:
        named = (each.name for each in fields(ChecklistLine) if each.name != "name")
        what = tuple(name for name in named if getattr(portal, name) != getattr(national, name))
    return ListDifference(name=line.name, portal=portal, national=national, what=what)


def _must_be_whole(draft: Procedure, lists: Sequence[PaperList]) -> None:
    if draft.level not in LEVELS:
        raise _wrong("level", sentence="Chọn cấp giải quyết trong danh sách: {known}.", known=", ".join(LEVELS))
    if set(draft.forms) - set(SERVICE_FORMS):
        raise _wrong("forms", sentence="Chọn hình thức trong danh sách: {known}.", known=", ".join(SERVICE_FORMS))
    if set(draft.forms) == set(SERVICE_FORMS) and draft.excluded_reason.strip():
        raise _wrong("excluded_reason", sentence="Thủ tục nhận cả ba hình thức thì không ghi lý do loại trừ.")
    if draft.forms and not lists:
        raise _wrong("lists", sentence="Thủ tục nhận qua bưu chính phải có danh mục giấy tờ kèm nguồn.")
    if len({one.origin for one in lists}) < len(lists):
        raise _wrong("lists", sentence="Mỗi nguồn chỉ có một danh mục giấy tờ.")
    if draft.valid_to is not None and draft.valid_to <= draft.valid_from:
        raise _wrong("valid_to", sentence="Ngày hết hiệu lực phải sau ngày bắt đầu.")
    if draft.fee_dong is not None and not 0 <= draft.fee_dong <= FEE_MOST:
        raise _wrong("fee_dong", sentence="Phí, lệ phí phải từ 0 đến {most} đồng.", most=FEE_MOST)


def _checked_list(one: PaperList, n: int) -> PaperList:
    field = f"/lists/{n}"
    if one.origin not in ORIGINS:
        raise _wrong(
            f"lists/{n}/origin", sentence="Chọn nguồn danh mục trong danh sách: {known}.", known=", ".join(ORIGINS)
        )
    if len(one.papers) > _LINES_MOST:
        raise _wrong(f"lists/{n}/papers", sentence="Danh mục dài nhất {most} dòng.", most=_LINES_MOST)
    papers = tuple(_checked_line(line, f"{field}/papers/{place}") for place, line in enumerate(one.papers))
    names = [fold(line.name) for line in papers]
    if twice := [place for place, name in enumerate(names) if name in names[:place]]:
        raise _wrong(f"lists/{n}/papers/{twice[0]}/name", sentence="Giấy tờ này đã có ở dòng trên.")
    source = checked_text(one.source, what="nguồn của danh mục", field=f"{field}/source", most=300)
    return replace(one, source=source, papers=papers)


def _checked_line(line: ChecklistLine, field: str) -> ChecklistLine:
    return replace(line, name=checked_paper(line.paper(), field=field).name)


def _wrong(field: str, *, sentence: str, **values: Any) -> Invalid:
    return Invalid(sentence, code=f"publication.{field.split('/')[-1]}", field=f"/{field}", **values)
