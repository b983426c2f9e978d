"""The acts together, as the doors get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .accounts import Accounts
from .bagging import Bagging
from .booking import Booking
from .cases import Cases
from .clocks import Clocks
from .compensating import Compensating
from .damage import Damage
from .delivery import Delivery
from .determining import Determining
from .enquiry import Enquiry
from .evidence import Evidence
from .handover import Handover
from .intake import Intake
from .labelling import Labelling
from .loss import Loss
from .money import Money
from .notices import Notices
from .redirecting import Redirecting
from .remitting import Remitting
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
    cases: Cases
    damage: Damage
    loss: Loss
    determining: Determining
    compensating: Compensating
    accounts: Accounts
    rehearsal: bool
    ready: Callable[[], Awaitable[tuple[str, ...]]]
