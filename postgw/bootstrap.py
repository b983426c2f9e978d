"""Opens the house.

Settings in, a `House` out: the database opened, everybody outside built and introduced to the services by their ports,
the timetable given its acts.

Stands on: outsiders, household, recurring, traced. Used by: cli, serving, the commands, tests.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    import uvloop

from adapters.card import Acts
from postgw.domain.errors import PostgwError
from postgw.household import household
from postgw.outsiders import Outsider, Outsiders, opened_outsiders
from postgw.recurring import DatabaseLeases, acts
from postgw.services.bundle import Services
from postgw.settings import Settings
from postgw.storage import province
from postgw.storage.database import Database, opened
from postgw.storage.migrate import Standing, standing
from postgw.traced import traced, tracing
from scheduler.runner import Runner
from scheduler.timetable import TIMETABLE

if TYPE_CHECKING:
    from adapters.rehearsal.desk import RehearsalDesk
    from adapters.rehearsal.messenger import RehearsalMessenger
    from adapters.rehearsal.post_office import RehearsalPostOffice

logger = logging.getLogger(__name__)


class CannotStart(PostgwError):
    """The house cannot open as it is set; the sentence says what to do."""

    default_code = "start"


@dataclass(slots=True, repr=False)  # told in full it takes a tenth of a second, and whoever waits for one has it told
class House:
    """The house with everybody in it."""

    settings: Settings
    database: Database
    services: Services
    runner: Runner
    rehearsal: bool
    outsiders: Outsiders
    rehearsal_office: RehearsalPostOffice | None = None
    rehearsal_desk: RehearsalDesk | None = None
    rehearsal_messenger: RehearsalMessenger | None = None
    notes: tuple[str, ...] = field(default=())


def now() -> datetime:
    """Return the moment: read at a door, once per act, and handed down."""
    return datetime.now(UTC)


#: How many objects more there are before somebody looks for garbage among the new ones; then, every how many such
#: looks, among the older and the oldest. Measured by `make bench ARGS=single_scans`.
_GARBAGE_AFTER = (20_000, 20, 20)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Do a piece of work to its end, on the quickest event loop that this system has.

    Nearly all that a request makes is gone by its end without anybody looking for it. To look seven hundred objects on,
    as Python does by itself, finds what is still under way and took a fourteenth of the time of a busy gateway.
    """
    gc.set_threshold(*_GARBAGE_AFTER)
    if sys.platform == "win32":
        return asyncio.run(work)
    return uvloop.run(work)


@asynccontextmanager
async def opened_house(
    settings: Settings, *, environ: Mapping[str, str] = os.environ, clock: Callable[[], datetime] = now
) -> AsyncIterator[House]:
    """Open the house for the length of the block.

    Raises CannotStart when the database is behind this release or too far ahead of it, or began in rehearsal and is
    to go live (or the other way round).
    """
    async with AsyncExitStack() as stack:
        must_be_usable(await standing(settings.storage.url))
        patience = settings.storage.patience_seconds
        database = await stack.enter_async_context(opened(settings.storage.url, patience=patience))
        outsiders = await opened_outsiders(settings, environ, stack, clock)
        await _must_suit(database, rehearsal=outsiders.rehearsal, at=clock())
        services = household(settings, database, outsiders)
        for sending in (services.booking, services.notices, services.messaging):
            stack.push_async_callback(sending.close)
        if settings.telemetry.endpoint:
            stack.enter_context(tracing(settings.telemetry, environ))
            services = traced(services)
        runner = Runner(TIMETABLE, acts(services), DatabaseLeases(database), clock)
        yield House(
            settings=settings,
            database=database,
            services=services,
            runner=runner,
            rehearsal=outsiders.rehearsal,
            rehearsal_office=outsiders.office,
            rehearsal_desk=_rehearsing(outsiders.desks),
            rehearsal_messenger=_rehearsing(outsiders.channels),
            outsiders=outsiders,
        )


def must_be_usable(found: Standing) -> None:
    """Raise CannotStart when a database lacks a step of this release, or a later one took something away.

    Steps that only add are of no harm: of two gateways one is upgraded first, and this may be the other.
    """
    if found.waiting:
        raise CannotStart(
            "Cơ sở dữ liệu còn thiếu {count} bước nâng cấp. Chạy: postgw migrate", count=len(found.waiting),
            code="start.migrate",
        )  # fmt: skip
    if found.is_too_new:
        raise CannotStart(
            "Cơ sở dữ liệu là của bản postgw mới hơn (bước {step}), bản này không dùng được nữa. Cài bản mới rồi chạy"
            " lại, hoặc khôi phục bản sao lưu cũ.", step=found.beyond[-1], code="start.newer",
        )  # fmt: skip
    if found.beyond:
        logger.warning("the database is of a later release (%s); this one still works on it", found.beyond[-1])


def _rehearsing(outsiders: Mapping[str, Outsider]) -> Any:
    return next((one.speaks for one in outsiders.values() if one.card.rehearsal), None)


async def _must_suit(database: Database, *, rehearsal: bool, at: datetime) -> None:
    began = await province.began_in_rehearsal(database.reading)
    if began is None:
        async with database.writing() as tx:
            await province.begin(tx, rehearsal=rehearsal, at=at)
    elif began != rehearsal:
        raise CannotStart(
            "Cơ sở dữ liệu này bắt đầu trong diễn tập, không dùng để chạy thật. Chọn [storage] url khác."
            if began
            else "Cơ sở dữ liệu này là của cổng đang chạy thật, không dùng để diễn tập. Chọn [storage] url khác.",
            code="start.rehearsal",
        )


def inbound_routes(house: House, *, clock: Callable[[], datetime] = now) -> tuple[Any, ...]:
    """Return the addresses at which outsiders call us, each handed the acts that answer it."""
    services = house.services
    asked = Acts(
        orders=services.ordering, customers=services.customers, words=services.feeds,
        receipts=services.receipt_codes, messages=services.messaging, clock=clock,
    )  # fmt: skip
    return tuple(
        route for card, in_use in house.outsiders.doors() if card.inbound for route in card.inbound(asked, in_use)
    )
