"""The label of a bag that a counter has sealed, for its printer.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import file_answer

from ..visit import Visit


async def label(visit: Visit) -> web.Response:
    """Draw the label of a bag."""
    number = visit.path("bag_no")
    body = await visit.services.labelling.bag_pdf(number, actor=visit.actor)
    return file_answer(body, "application/pdf", f"tui-{number}.pdf")
