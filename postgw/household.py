"""The services of a house, each handed what it stands on: database, book of rules, who is outside, settings.

Stands on: services, outsiders, recurring. Used by: bootstrap.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

from adapters.spreadsheet.report import written
from postgw import hurry
from postgw.domain.account import Terms
from postgw.domain.dossier_system import DossierSystem
from postgw.domain.errors import PostgwError
from postgw.domain.number_supply import LowWater
from postgw.domain.post_account import PostAccount
from postgw.outsiders import Outsiders
from postgw.recurring import planned
from postgw.rules.book import rule_book
from postgw.rules.roles import load_roles
from postgw.services.accounts import Accounts
from postgw.services.bagging import Bagging
from postgw.services.batches import Batches
from postgw.services.booking import Booking
from postgw.services.bundle import Services
from postgw.services.cases import Cases
from postgw.services.catalogue import Catalogue
from postgw.services.changes import Changes
from postgw.services.checklist import Checklist, Setting
from postgw.services.choosing import Choosing
from postgw.services.clocks import Clocks
from postgw.services.compensating import Compensating
from postgw.services.completing import Completing
from postgw.services.conflicts import Conflicts
from postgw.services.counting import Counting
from postgw.services.customers import Customers
from postgw.services.damage import Damage
from postgw.services.day import Days
from postgw.services.day_book import DayBook
from postgw.services.delivery import Delivery
from postgw.services.delivery_routes import DeliveryRoutes
from postgw.services.desks import Desks
from postgw.services.determining import Determining
from postgw.services.device_queue import DeviceQueue
from postgw.services.devices import Devices
from postgw.services.disclosure import Disclosure
from postgw.services.ending import Ending
from postgw.services.enquiry import Enquiry
from postgw.services.evidence import Evidence
from postgw.services.exports import Exports
from postgw.services.feeds import Feeds
from postgw.services.fetching import Fetching
from postgw.services.figures import Figures
from postgw.services.filing import Filings
from postgw.services.forms import Forms
from postgw.services.handover import Handover
from postgw.services.importing import Importing
from postgw.services.in_flight import InFlightActs
from postgw.services.intake import Intake
from postgw.services.labelling import Labelling
from postgw.services.lateness import Lateness
from postgw.services.link_sending import LinkSending
from postgw.services.looking_up import LookingUp
from postgw.services.loss import Loss
from postgw.services.message_wishes import MessageWishes
from postgw.services.messaging import Messaging
from postgw.services.money import Money
from postgw.services.non_delivery import NonDelivery
from postgw.services.notices import Notices
from postgw.services.noting import Noting
from postgw.services.office_day import OfficeDay
from postgw.services.ordering import Ordering
from postgw.services.overview import Overview
from postgw.services.packing import PackingActs
from postgw.services.papers import Papers
from postgw.services.people import People
from postgw.services.post_sheets import PostSheets
from postgw.services.pricing import Pricing
from postgw.services.printing import Printing
from postgw.services.proxies import Proxies
from postgw.services.receipt_codes import ReceiptCodes
from postgw.services.reckoning import Reckoner
from postgw.services.reconciling import Reconciling
from postgw.services.redirecting import Redirecting
from postgw.services.registers import Registers
from postgw.services.remitting import Remitting
from postgw.services.reports import Reports
from postgw.services.results import Results
from postgw.services.retention import Retention
from postgw.services.return_decisions import ReturnDecisions
from postgw.services.return_requests import ReturnRequests
from postgw.services.returns import Returns
from postgw.services.satisfaction import Satisfaction
from postgw.services.searching import Searching
from postgw.services.secret_page import SecretPage
from postgw.services.settling import Settling
from postgw.services.signing import Signing
from postgw.services.single_sign_on import SingleSignOn
from postgw.services.sittings import Sittings
from postgw.services.snapshots import Snapshots
from postgw.services.stalling import Stalling
from postgw.services.stock_taking import StockTaking
from postgw.services.strays import Strays
from postgw.services.supplements import Supplements
from postgw.services.supply import NumberSupply
from postgw.services.timekeeping import Timekeeping
from postgw.services.tracking import Tracking
from postgw.services.trips import Trips
from postgw.services.wall import Wall
from postgw.services.watch import Watch
from postgw.services.wires import Outside
from postgw.services.wires import Wires as WireWatch
from postgw.settings import Settings
from postgw.storage.database import Database
from postgw.storage.token_cards import TokenCards

POST_NAME = "Bưu điện Việt Nam"
#: Whoever asks whether we are ready asks often, and sends callers elsewhere meanwhile.
_READY_SECONDS = 3.0


def household(settings: Settings, database: Database, outsiders: Outsiders) -> Services:
    """Return the services of this house."""
    book = rule_book()

    accounts = {
        account.name: PostAccount(
            name=account.name, cod_carries=account.cod_carries, desks=frozenset(account.desks),
            public_post=outsiders.posts[account.name].card.public_post,
            carrier=outsiders.posts[account.name].card.title,
        )
        for account in settings.post.accounts
    }  # fmt: skip

    def account_of(desk: str) -> PostAccount | None:
        """Return the public post's account that serves a desk; another carrier only where none does."""
        serving = sorted(
            (account for account in accounts.values() if account.serves(desk)),
            key=lambda account: (not account.public_post, not account.desks),
        )
        return serving[0] if serving else None

    def carries_of(name: str, desk: str) -> str:
        """Return what the money is made of; the public post takes fees at its counters even where its COD has none."""
        account = accounts.get(name) or account_of(desk)
        if account is None or (account.public_post and account.cod_carries == "none"):
            return "none"
        return account.cod_carries if account.cod_carries != "none" else "nothing"

    carriers = {account.name: account.carrier for account in accounts.values()}
    cards = TokenCards(database)
    sheets, public_url = outsiders.sheets, settings.web.public_url.rstrip("/")
    most_scans, most_strays = settings.tracking.most_scans_per_item, settings.tracking.most_strays_per_sender
    return Services(
        intake=Intake(database=database, book=book, account_of=account_of, account_named=accounts.get),
        looking_up=LookingUp(database=database, systems=_systems(settings, outsiders, "dossier_by_number")),
        importing=Importing(database=database, reader=sheets),
        in_flight=InFlightActs(database=database, book=book, reader=sheets, account_of=account_of),
        fetching=Fetching(
            database=database, offering=outsiders.able("offered"), answered=outsiders.able("answer")
        ),
        receipt_codes=ReceiptCodes(database=database),
        labelling=Labelling(
            database=database, book=book, post_name=POST_NAME, carriers=carriers, rehearsal=outsiders.rehearsal,
            public_url=public_url,
        ),
        booking=Booking(
            database=database, book_of_rules=book, posts=outsiders.post_offices(), account_of=account_of,
            places_of={name: one.places for name, one in outsiders.posts.items()},
        ),
        batches=Batches(
            database=database, book=book, account_of=account_of, account_named=accounts.get,
            places_of={name: one.places for name, one in outsiders.posts.items()},
        ),
        printing=Printing(database=database, cards=cards, rehearsal=outsiders.rehearsal),
        ordering=Ordering(database=database, book=book, account_of=account_of),
        completing=Completing(database=database),
        customers=Customers(database=database),
        handover=Handover(database=database),
        signing=Signing(database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal),
        bagging=Bagging(database=database),
        counting=Counting(database=database),
        trips=Trips(database=database),
        tracking=Tracking(
            database=database, book=book, most_scans_per_item=most_scans, most_strays_per_sender=most_strays
        ),
        feeds=Feeds(
            database=database, book=book, posts=outsiders.able("feed"), most_scans_per_item=most_scans
        ),
        strays=Strays(database=database, book=book, most_scans_per_item=most_scans),
        post_sheets=PostSheets(
            offices=outsiders.status_sheets(), desks_of={name: one.desks for name, one in accounts.items()}
        ),
        delivery=Delivery(
            database=database, book=book, account_of=account_of, account_named=accounts.get,
            most_scans_per_item=most_scans,
        ),
        papers=Papers(database=database),
        packing=PackingActs(database=database),
        noting=Noting(database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal),
        registers=Registers(database=database),
        filing=Filings(database=database, book=book),
        supplements=Supplements(database=database, book=book, account_of=account_of),
        forms=Forms(database=database, book=book, rehearsal=outsiders.rehearsal, public_url=public_url),
        results=Results(database=database, book=book, account_of=account_of),
        returns=Returns(
            database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal,
            most_scans_per_item=most_scans,
        ),
        redirecting=Redirecting(database=database, book=book),
        choosing=Choosing(database=database, book=book),
        ending=Ending(database=database, book=book),
        non_delivery=NonDelivery(database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal),
        conflicts=Conflicts(database=database, book=book),
        office_day=OfficeDay(database=database, book=book),
        stalling=Stalling(database=database, book=book),
        stock_taking=StockTaking(database=database),
        overview=Overview(database=database, book=book),
        notices=Notices(
            database=database, desks=_systems(settings, outsiders, "tell"), hooks_sender=outsiders.hooks,
            book=book, first_channel=next(iter(outsiders.channels), ""),
            statement_closes=settings.post.statement_closes,
        ),
        messaging=Messaging(
            database=database, book=book, channels=outsiders.messengers(), rehearsal=outsiders.rehearsal,
            public_url=public_url,
        ),
        money=Money(
            database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal, public_url=public_url
        ),
        remitting=Remitting(database=database),
        day_book=DayBook(database=database),
        enquiry=Enquiry(database=database, book=book, emsevt=settings.post.emsevt),
        catalogue=Catalogue(database=database, book=book),
        pricing=Pricing(database=database, book=book),
        evidence=Evidence(database=database, book=book, sheets=sheets, rehearsal=outsiders.rehearsal),
        reckoning=Reckoner(database=database, book=book),
        reconciling=Reconciling(database=database, sheets=sheets, carries_of=carries_of),
        retention=Retention(database=database, book=book),
        disclosure=Disclosure(database=database),
        clocks=Clocks(database=database, book=book),
        watch=Watch(database=database, book=book),
        lateness=Lateness(database=database, book=book, rehearsal=outsiders.rehearsal),
        cases=Cases(database=database, book=book),
        damage=Damage(database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal),
        loss=Loss(database=database, book=book),
        determining=Determining(database=database, book=book, post_name=POST_NAME, rehearsal=outsiders.rehearsal),
        compensating=Compensating(database=database, book=book),
        reports=Reports(
            database=database, book=book, write_sheet=written, reporter=settings.reports.reporter,
            addressee=settings.reports.addressee, rehearsal=outsiders.rehearsal,
        ),
        satisfaction=Satisfaction(database=database, book=book),
        secret_page=SecretPage(database=database, book=book),
        link_sending=LinkSending(
            database=database, book=book, first_channel=next(iter(outsiders.channels), ""),
            public_url=settings.web.public_url.rstrip("/"),
        ),
        proxies=Proxies(database=database, book=book, first_channel=next(iter(outsiders.channels), "")),
        return_requests=ReturnRequests(database=database, book=book),
        return_decisions=ReturnDecisions(
            database=database, book=book, account_of=account_of, first_channel=next(iter(outsiders.channels), "")
        ),
        message_wishes=MessageWishes(database=database, book=book, channels=tuple(outsiders.channels)),
        settling=Settling(
            database=database, statement_closes=settings.post.statement_closes, wired=bool(outsiders.desks),
            answering=_systems(settings, outsiders, "standing"),
        ),
        wall=Wall(database=database, book=book),
        day=Days(database=database, book=book),
        searching=Searching(database=database),
        wires=WireWatch(database=database, outsiders=tuple(_roster(outsiders))),
        accounts=Accounts(database=database, cards=cards, roles=load_roles()),
        exports=Exports(write_sheet=written),
        people=People(database=database, roles=load_roles(), terms=_terms(settings)),
        devices=Devices(database=database), device_queue=DeviceQueue(database=database),
        sittings=Sittings(database=database, roles=load_roles(), terms=_terms(settings)),
        single_sign_on=SingleSignOn(
            database=database, provider=outsiders.sign_in.speaks if outsiders.sign_in else None,
            title=settings.accounts.sign_in_title,
        ),
        changes=Changes(database=database),
        desks=Desks(database=database, schemes=_schemes(outsiders)),
        supply=NumberSupply(
            database=database, low=LowWater(percent=settings.numbers.low_percent, days=settings.numbers.low_days)
        ),
        timekeeping=Timekeeping(database=database, planned=planned()),
        figures=Figures(database=database, book=book, most_strays_per_sender=most_strays),
        checklist=Checklist(
            database=database, book=book, setting=_setting(settings, outsiders), schemes=_schemes(outsiders)
        ),
        delivery_routes=DeliveryRoutes(database=database, roles=load_roles()),
        snapshots=Snapshots(database=database, book=book),
        rehearsal=outsiders.rehearsal,
        carriers=carriers,
        ready=_readiness(settings, database),
    )  # fmt: skip


def _setting(settings: Settings, outsiders: Outsiders) -> Setting:
    """Return what the settings say of going live, without any secret of theirs."""
    web = settings.web
    return Setting(
        public_url=web.public_url, has_tls=bool(web.tls_cert_file or web.proxies), rehearsal=outsiders.rehearsal,
        backups=settings.storage.backups,
        posts=tuple((name, one.card.rehearsal) for name, one in outsiders.posts.items()),
        channels=tuple((name, one.card.rehearsal) for name, one in outsiders.channels.items()),
        systems=tuple((name, one.card.rehearsal) for name, one in outsiders.desks.items()),
    )  # fmt: skip


def _schemes(outsiders: Outsiders) -> tuple[str, ...]:
    """Return the schemes of place codes that the carriers in use speak in."""
    return tuple(sorted({one.places for one in outsiders.posts.values() if one.places}))


def _terms(settings: Settings) -> Terms:
    asked = settings.accounts
    return Terms(
        shift=timedelta(hours=asked.shift_hours), idle=timedelta(minutes=asked.idle_minutes),
        lock_after=asked.lock_after, lock_for=timedelta(minutes=asked.lock_minutes),
        password_least=asked.password_least,
    )  # fmt: skip


def _readiness(settings: Settings, database: Database) -> Callable[[], Awaitable[tuple[str, ...]]]:
    async def ready() -> tuple[str, ...]:
        try:
            with hurry.at_the_door(_READY_SECONDS):
                await database.reading.rows("SELECT 1 AS one")
        except Exception as error:  # whatever the driver says, the answer to "are you ready" is no
            return (f"database: {error.code if isinstance(error, PostgwError) else type(error).__name__}",)
        return ()

    return ready


def _roster(outsiders: Outsiders) -> Iterator[Outside]:
    """Yield everybody outside as people know them."""
    kinds = (("post", outsiders.posts), ("desk", outsiders.desks), ("message", outsiders.channels))
    for kind, named in kinds:
        for name, one in named.items():
            is_read = one.can("feed") or one.can("offered")
            yield Outside(kind=kind, name=name, title=one.card.title, is_read=is_read, rehearsal=one.card.rehearsal)


def _systems(settings: Settings, outsiders: Outsiders, ability: str) -> tuple[DossierSystem, ...]:
    """Return the systems of desks that have an ability, each with the desks that are its own."""
    able = outsiders.able(ability)
    return tuple(
        DossierSystem(name=system.name, desks=frozenset(system.desks), desk=able[system.name])
        for system in settings.desk.systems
        if system.name in able
    )
