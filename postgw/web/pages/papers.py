"""Paper asked for from a page: the label, the consignment note, the manifest to be signed.

The services draw it under the rights of whoever signed in.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import file_answer
from postgw.web.keys import DOOR

from .visit import Visit

_PDF = "application/pdf"


async def label(visit: Visit) -> web.Response:
    """Draw the label of one consignment on the paper of this house."""
    number, stock = visit.path("number"), visit.request.app[DOOR].stock
    look = await visit.services.labelling.look(number, actor=visit.actor)
    body = await visit.services.labelling.one(look, stock=stock, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"nhan-{number}.pdf")


async def note(visit: Visit) -> web.Response:
    """Draw the consignment note."""
    number = visit.path("number")
    body = await visit.services.labelling.note_pdf(number, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"phieu-gui-{number}.pdf")


async def slip(visit: Visit) -> web.Response:
    """Draw form 01, the receipt with its appointment; the key stands in the query, for it may hold a slash."""
    key = visit.query("key")[:200]
    body = await visit.services.forms.appointment(key, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"phieu-hen-{key}.pdf")


async def manifest(visit: Visit) -> web.Response:
    """Draw the manifest as it is signed on paper."""
    number = visit.path("number")
    body = await visit.services.labelling.manifest_pdf(number, actor=visit.actor, at=visit.at)
    return file_answer(body, _PDF, f"bien-ban-{number}.pdf")
