"""OpenCPS v2, the one-stop system that many provinces run, over its dossier REST interface.

It has no feed: dossiers are read from a list that can be filtered and sorted, page by page, and each that may concern
the post is then opened. It hears nothing either: what became of a dossier is written into it, field by field, or done
by one of its process actions. The post's software calls it with the code printed on the citizen's receipt; we answer
that call in its place.

What is unforgiving here: saving a dossier saves all of it, and a field that is not sent is blanked, so whatever is read
is sent back. A stranger is answered 203, which looks like success.

Source: public code of OpenCPS v2 (docs/adapters/opencps.md names the files).
"""

from __future__ import annotations

from ..card import Card
from . import inbound
from .client import OpenCpsDesk
from .settings import OpenCpsSettings

CARD = Card(
    name="opencps",
    title="Hệ thống Một cửa OpenCPS v2",
    kind="desk",
    abilities=frozenset({"offered", "tell", "standing", "dossier_by_number"}),
    settings=OpenCpsSettings,
    serves=OpenCpsDesk,
    build=OpenCpsDesk,
    inbound=inbound.routes,
)
