"""Pages of a workbook, and their bytes.

The library that writes them is large and is loaded for the first workbook, not at the start of a gateway.

Stands on: page, written_workbook. Used by: mending, report, template.
"""

from __future__ import annotations

from collections.abc import Sequence

from .page import Page as Page


def workbook(pages: Sequence[Page]) -> bytes:
    """Return an XLSX of these pages."""
    from .written_workbook import written

    return written(pages)
