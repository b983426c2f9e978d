"""The rehearsal post office, desk and messenger that ship with the product: for the demo, for training, for tests.

The post office is a *server*: it speaks the government wire as VNPost does, and the adapter for that wire is pointed
at it, so that a rehearsal exercises the very code that goes live. Desk and messenger live in the process and keep
what they are told. While any of the three is in use, every screen, label and message bears DIỄN TẬP.
"""

from __future__ import annotations

from ..card import Card
from .desk import RehearsalDesk
from .messenger import RehearsalMessenger
from .post_office import RehearsalPostOffice
from .settings import DeskOptions, MessengerOptions, OfficeOptions

POST = Card(
    name="rehearsal",
    title="Bưu cục diễn tập",
    kind="post",
    abilities=frozenset(),
    settings=OfficeOptions,
    serves=RehearsalPostOffice,
    build=RehearsalPostOffice,
    rehearsal=True,
    spoken_to_with="vnpost_ngsp",
)

DESK = Card(
    name="rehearsal",
    title="Hệ thống Một cửa diễn tập",
    kind="desk",
    abilities=frozenset({"tell", "dossier_by_number"}),
    settings=DeskOptions,
    serves=RehearsalDesk,
    build=RehearsalDesk,
    rehearsal=True,
)

MESSENGER = Card(
    name="rehearsal",
    title="Tin nhắn diễn tập",
    kind="messages",
    abilities=frozenset({"send", "price"}),
    settings=MessengerOptions,
    serves=RehearsalMessenger,
    build=RehearsalMessenger,
    rehearsal=True,
)
