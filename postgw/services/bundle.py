"""The acts together, as the doors get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from .accounts import Accounts
from .bagging import Bagging
from .batches import Batches
from .booking import Booking
from .cases import Cases
from .catalogue import Catalogue
from .changes import Changes
from .checklist import Checklist
from .choosing import Choosing
from .clocks import Clocks
from .compensating import Compensating
from .completing import Completing
from .conflicts import Conflicts
from .counting import Counting
from .customers import Customers
from .damage import Damage
from .day import Days
from .day_book import DayBook
from .delivery import Delivery
from .delivery_routes import DeliveryRoutes
from .desks import Desks
from .determining import Determining
from .device_queue import DeviceQueue
from .devices import Devices
from .disclosure import Disclosure
from .ending import Ending
from .enquiry import Enquiry
from .evidence import Evidence
from .exports import Exports
from .feeds import Feeds
from .fetching import Fetching
from .figures import Figures
from .filing import Filings
from .forms import Forms
from .handover import Handover
from .importing import Importing
from .in_flight import InFlightActs
from .intake import Intake
from .labelling import Labelling
from .lateness import Lateness
from .link_sending import LinkSending
from .looking_up import LookingUp
from .loss import Loss
from .message_wishes import MessageWishes
from .messaging import Messaging
from .money import Money
from .non_delivery import NonDelivery
from .notices import Notices
from .noting import Noting
from .office_day import OfficeDay
from .ordering import Ordering
from .overview import Overview
from .packing import PackingActs
from .papers import Papers
from .people import People
from .post_sheets import PostSheets
from .pricing import Pricing
from .printing import Printing
from .proxies import Proxies
from .receipt_codes import ReceiptCodes
from .reckoning import Reckoner
from .reconciling import Reconciling
from .redirecting import Redirecting
from .registers import Registers
from .remitting import Remitting
from .reports import Reports
from .results import Results
from .retention import Retention
from .return_decisions import ReturnDecisions
from .return_requests import ReturnRequests
from .returns import Returns
from .satisfaction import Satisfaction
from .searching import Searching
from .secret_page import SecretPage
from .settling import Settling
from .signing import Signing
from .single_sign_on import SingleSignOn
from .sittings import Sittings
from .snapshots import Snapshots
from .stalling import Stalling
from .stock_taking import StockTaking
from .strays import Strays
from .supplements import Supplements
from .supply import NumberSupply
from .timekeeping import Timekeeping
from .tracking import Tracking
from .trips import Trips
from .wall import Wall
from .watch import Watch
from .wires import Wires


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Services:
    """Every act of the house. `ready` tells what is wrong, nothing when all is well."""

    intake: Intake
    looking_up: LookingUp
    importing: Importing
    in_flight: InFlightActs
    fetching: Fetching
    receipt_codes: ReceiptCodes
    labelling: Labelling
    booking: Booking
    batches: Batches
    printing: Printing
    ordering: Ordering
    completing: Completing
    customers: Customers
    handover: Handover
    signing: Signing
    bagging: Bagging
    counting: Counting
    trips: Trips
    tracking: Tracking
    feeds: Feeds
    strays: Strays
    post_sheets: PostSheets
    delivery: Delivery
    conflicts: Conflicts
    office_day: OfficeDay
    papers: Papers
    packing: PackingActs
    noting: Noting
    registers: Registers
    filing: Filings
    supplements: Supplements
    forms: Forms
    results: Results
    returns: Returns
    redirecting: Redirecting
    choosing: Choosing
    ending: Ending
    non_delivery: NonDelivery
    stalling: Stalling
    stock_taking: StockTaking
    notices: Notices
    messaging: Messaging
    money: Money
    remitting: Remitting
    day_book: DayBook
    enquiry: Enquiry
    overview: Overview
    catalogue: Catalogue
    pricing: Pricing
    clocks: Clocks
    watch: Watch
    lateness: Lateness
    reports: Reports
    satisfaction: Satisfaction
    secret_page: SecretPage
    link_sending: LinkSending
    proxies: Proxies
    return_requests: ReturnRequests
    return_decisions: ReturnDecisions
    message_wishes: MessageWishes
    settling: Settling
    wall: Wall
    day: Days
    searching: Searching
    wires: Wires
    evidence: Evidence
    reckoning: Reckoner
    cases: Cases
    damage: Damage
    loss: Loss
    determining: Determining
    compensating: Compensating
    reconciling: Reconciling
    retention: Retention
    disclosure: Disclosure
    accounts: Accounts
    exports: Exports
    people: People
    sittings: Sittings
    devices: Devices
    device_queue: DeviceQueue
    single_sign_on: SingleSignOn
    changes: Changes
    desks: Desks
    supply: NumberSupply
    timekeeping: Timekeeping
    figures: Figures
    checklist: Checklist
    delivery_routes: DeliveryRoutes
    snapshots: Snapshots
    rehearsal: bool
    carriers: Mapping[str, str]  #: by account: who it is with, for people
    ready: Callable[[], Awaitable[tuple[str, ...]]]
