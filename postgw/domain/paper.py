"""The papers of a dossier, line by line: original, certified copy or copy, and how many.

An original that goes in is owed back (`must_return`); an old licence or certificate is given up at delivery
(`must_withdraw`). Both are obligations until the line says they are met.

Stands on: errors. Used by: dossier, manifest, labels' consignment note.
Source: Circular 17/2017/TT-BTTTT art. 5.1.b, 5.2.đ; Decision 45/2016/QĐ-TTg art. 8.3, 9.1.c.
"""

from __future__ import annotations

from dataclasses import dataclass

from .address import checked_text
from .errors import Invalid

KINDS = {"original": "bản chính", "certified": "bản chứng thực", "copy": "bản sao"}
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One line of the paper list."""

    name: str
    kind: str
    quantity: int = 1
    must_return: bool = False
    must_withdraw: bool = False

    def line(self) -> str:
        """Return the line as a clerk writes it.

        >>> Paper(name="Giấy khai sinh", kind="original", quantity=2).line()
        'Giấy khai sinh (bản chính) x2'
        """
        times = f" x{self.quantity}" if self.quantity > 1 else ""
        return f"{self.name} ({KINDS[self.kind]}){times}"


def checked_paper(paper: Paper, *, field: str) -> Paper:
    """Return the line with a tidy name. Raises Invalid at the first wrong part."""
    if paper.kind not in KINDS:
        raise Invalid(
            "Loại giấy phải là original (bản chính), certified (bản chứng thực) hoặc copy (bản sao).",
            code="paper.kind", field=f"{field}/kind",
        )  # fmt: skip
    if not 1 <= paper.quantity <= _MOST:
        raise Invalid(
            "Số lượng giấy phải từ 1 đến {most}.", most=_MOST, code="paper.quantity", field=f"{field}/quantity"
        )
    return Paper(
        name=checked_text(paper.name, what="tên giấy tờ", field=f"{field}/name", most=300),
        kind=paper.kind, quantity=paper.quantity, must_return=paper.must_return, must_withdraw=paper.must_withdraw,
    )  # fmt: skip


def contents_line(papers: tuple[Paper, ...]) -> str:
    """Return the papers in one line, as the post is told what is inside."""
    return "; ".join(paper.line() for paper in papers)
