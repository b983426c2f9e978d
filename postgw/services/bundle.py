"""The acts together, as the doors get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .accounts import Accounts
from .bagging import Bagging
from .booking import Booking
from .clocks import Clocks
from .delivery import Delivery
from .disclosure import Disclosure
from .enquiry import Enquiry
from .evidence import Evidence
from .handover import Handover
from .intake import Intake
from .labelling import Labelling
from .money import Money
from .notices import Notices
from .reconciling import Reconciling
from .redirecting import Redirecting
from .remitting import Remitting
from .retention import Retention
from .returns import Returns
from .signing import Signing
from .tracking import Tracking


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
    evidence: Evidence
    reconciling: Reconciling
    retention: Retention
    disclosure: Disclosure
    accounts: Accounts
    rehearsal: bool
    ready: Callable[[], Awaitable[tuple[str, ...]]]
