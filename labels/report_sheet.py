"""The report sheet: a report of a period on A4, with its figures, its breakdowns and places to sign.

Breakdowns are wide and long: their titles come again on each page, and no row is cut. A draft says that it is one.

Source: TT 17/2017/TT-BTTTT Đ.13 (contents; paper or file); NĐ 30/2020/NĐ-CP Phụ lục I (place names, signatures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .pages import Pages, signatures
from .paper import A4, Stock
from .pdf import pdf
from .table import Cell, Column, table
from .typesetting import Words, shrink

_WIDE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table: its title, its headings, its rows in words."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaper:
    """All that stands on a report sheet, worded for paper."""

    title: str
    reporter: str
    addressee: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...]
    notes: tuple[str, ...] = ()
    digest: str = ""  #: of an issued version
    rehearsal: bool = False


def report_pdf(paper: ReportPaper, stock: Stock = A4) -> bytes:
    """Return the PDF of a report."""
    pages = Pages(stock, running_title=f"{paper.title} · {paper.reporter}", rehearsal=paper.rehearsal)
    _head(pages, paper)
    for each in paper.tables:
        pages.heading(each.title, 11, keep=22)
        table(pages, _columns(each), _cells(each.rows), size=8 if len(each.headings) > _WIDE else 9)
        pages.y += 2
    pages.words([Words(text=f"Ghi chú: {note}" if not n else note, size=8) for n, note in enumerate(paper.notes)])
    if paper.digest:
        pages.words([Words(text=f"Mã băm nội dung (SHA-256): {paper.digest}", size=7.5)])
    pages.y += 3
    signatures(pages, [("Người lập báo cáo", "", ""), ("Thủ trưởng đơn vị", "", "")], height=36)
    return b"".join(pdf(pages.finished(), title=paper.title))


def _head(pages: Pages, paper: ReportPaper) -> None:
    left, middle, right = (pages.left + pages.width * share for share in (0.25, 0.5, 0.75))
    reporter = shrink(paper.reporter.upper(), pages.width / 2 - 4, 9)
    pages.sheet.text(left, pages.y + 4, paper.reporter.upper(), reporter, bold=True, align="centre")
    for n, line in enumerate(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")):
        pages.sheet.text(right, pages.y + 4 + 4.5 * n, line, 9, bold=True, align="centre")
    pages.y += 18
    pages.sheet.text(middle, pages.y, paper.title.upper(), 14, bold=True, align="centre")
    pages.y += 5
    columns = (Column(title="", share=36), Column(title="", share=134))
    table(pages, columns, [(name, text) for name, text in paper.facts], size=9, titled=False)
    pages.y += 2


def _columns(each: ReportTable) -> list[Column]:
    """Let the first column be as wide as names need it, figures be at the right."""
    if len(each.headings) == 3:
        section, title, value = each.headings
        return [Column(title=section, share=46), Column(title=title, share=92),
                Column(title=value, share=32, align="right")]  # fmt: skip
    first, *others = each.headings
    return [Column(title=first, share=52), *(Column(title=title, share=12.5, align="right") for title in others)]


def _cells(rows: Sequence[Sequence[str]]) -> list[tuple[Cell, ...]]:
    """Return the rows; in a table of sections a section is named once."""
    before: list[Sequence[str]] = [("",), *rows]
    return [
        ("", *row[1:]) if len(row) == 3 and row[0] == above[0] else tuple(row)
        for above, row in zip(before, rows, strict=False)
    ]
