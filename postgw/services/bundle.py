"""The acts together, as the doors get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .accounts import Accounts
from .bagging import Bagging
from .booking import Booking
from .clocks import Clocks
from .delivery import Delivery
from .enquiry import Enquiry
from .evidence import Evidence
from .handover import Handover
from .intake import Intake
from .labelling import Labelling
from .money import Money
from .notices import Notices
from .redirecting import Redirecting
from .remitting import Remitting
from .reports import Reports
from .returns import Returns
from .satisfaction import Satisfaction
from .settling import Settling
from .signing import Signing
from .tracking import Tracking
from .wall import Wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every act of the house. `ready` tells what is wrong, nothing when all is well."""

    intake: Intake
    labelling: Labelling
    booking: Booking
    handover: Handover
    signing: Signing
    bagging: Bagging
    tracking: Tracking
    delivery: Delivery
    returns: Returns
    redirecting: Redirecting
    notices: Notices
    money: Money
    remitting: Remitting
    enquiry: Enquiry
    clocks: Clocks
    reports: Reports
    satisfaction: Satisfaction
    settling: Settling
    wall: Wall
    evidence: Evidence
    accounts: Accounts
    rehearsal: bool
    ready: Callable[[], Awaitable[tuple[str, ...]]]
