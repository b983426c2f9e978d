"""What a device says of each kind of act, as models: the same strictness as at the API.

Used by: doing.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import orjson
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from postgw.domain.device_act import DeviceAct
from postgw.services.stock_taking import MOST
from postgw.web.errors import Faulty
from postgw.web.faults import faults_of
from postgw.web.schemas.money import FeeIn
from postgw.web.schemas.packing import NoteSignatureIn, PackingIn
from postgw.web.schemas.papers import PaperCheckIn, WithdrawnIn
from postgw.web.schemas.returns import RefusalIn, Way
from postgw.web.schemas.scans import ProofIn
from postgw.web.schemas.shapes import Code, In, Note, Number

MOST_NUMBERS = 1000
Body = TypeVar("Body", bound=BaseModel)
Scanned = Field(min_length=1, max_length=500)


class ScanBody(In):
    """A scan."""

    number: str = Scanned
    code: Code
    reason: Code = ""
    note: Note = ""


class UndoBody(In):
    """A scan taken back."""

    number: str = Scanned
    act_id: str = Field(min_length=8, max_length=36)
    reason: Code


class BindBody(In):
    """Our label, then the post's own sticker."""

    number: Number
    item_no: Number


class DeliverBody(In):
    """A delivery with its proof."""

    number: Number
    proof: ProofIn
    withdrawn: tuple[WithdrawnIn, ...] = Field((), max_length=200)


class AttemptBody(In):
    """A delivery that failed."""

    number: Number
    reason: Code
    note: Note = ""
    evidence: RefusalIn | None = None


class InviteBody(In):
    """A word left for whoever was not met."""

    number: Number
    way: Way = "paper"


class CheckBody(PaperCheckIn):
    """Papers counted together with the citizen; the id is the act's."""

    number: Number
    check_id: str = ""


class FeeBody(FeeIn):
    """Money taken; the id is the act's."""

    fee_id: str = ""


class PackBody(PackingIn):
    """An envelope closed under a seal."""

    number: Number


class SignBody(NoteSignatureIn):
    """A signature under the consignment note."""

    number: Number


class TickBody(In):
    """Lines of a manifest that were counted."""

    manifest_no: Number
    numbers: tuple[Number, ...] = Field(min_length=1, max_length=MOST_NUMBERS)
    outcome: Literal["ticked", "missing", "damaged"] = "ticked"
    reason: Note = ""


class BagBody(In):
    """A bag sealed, under the number that was drawn when it was."""

    bag_no: Number
    numbers: tuple[Number, ...] = Field(min_length=1, max_length=MOST_NUMBERS)


class StockTakeBody(In):
    """A round along the shelves: what was found, what should have lain there."""

    found: tuple[Number, ...] = Field((), max_length=MOST)
    expected: tuple[Number, ...] = Field((), max_length=MOST)


class StopBody(In):
    """The worker stands at a door or a desk."""

    number: str = Field("", max_length=100)
    desk: Code = ""
    what: Literal["arrived"] = "arrived"


_ADAPTERS: dict[type[BaseModel], TypeAdapter[BaseModel]] = {}


def body_of(act: DeviceAct, model: type[Body]) -> Body:
    """Return what an act says. Raises Faulty when it does not say it as it should."""
    adapter = _ADAPTERS.setdefault(model, TypeAdapter(model))
    try:
        read = adapter.validate_json(orjson.dumps(act.body))
    except ValidationError as error:
        raise Faulty(faults_of(error)) from None
    assert isinstance(read, model)
    return read
