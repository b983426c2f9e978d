"""The acts together, as the doors get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .accounts import Accounts
from .booking import Booking
from .delivery import Delivery
from .enquiry import Enquiry
from .handover import Handover
from .intake import Intake
from .labelling import Labelling
from .notices import Notices
from .tracking import Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every act of the house. `ready` tells what is wrong, nothing when all is well."""

    intake: Intake
    labelling: Labelling
    booking: Booking
    handover: Handover
    tracking: Tracking
    delivery: Delivery
    notices: Notices
    enquiry: Enquiry
    accounts: Accounts
    rehearsal: bool
    ready: Callable[[], Awaitable[tuple[str, ...]]]
