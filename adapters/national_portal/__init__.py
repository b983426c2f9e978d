"""The national public-service portal, which shows the citizen how a dossier stands.

Cổng Dịch vụ công quốc gia hears of every dossier of every agency: who filed it, in which state it is, when it was
finished (9, Đã xử lý xong) and when the result was handed out (10, Đã trả kết quả). All but the last is the agency's
to say. The way of a result by post lies between 9 and 10: each step is written into the history with 9, and the proof
of delivery makes 10. So three services of the wire are spoken here: one dossier is looked up (`TraCuuHoSo`), a step is
added to its history (`CapNhatTienDoHoSoMC`), its record is brought up to date (`DongBoHoSoMC`). A dossier is never
added: that is the agency's own system's.

What makes a second telling harmless: the portal is asked first. A dossier that stands at 10 is left alone, and a step
that its history already shows is not written again. Where the portal's answer shows no history, a step whose answer
was lost may stand there twice, with the same words and the same time.

Source: public code of one-stop systems that speak this wire; order 7349/UBND-KSTT of Hà Tĩnh, 22/11/2018 (no dossier
handed out on paper and left open in the software). No official description of the wire is public.
"""

from __future__ import annotations

from ..card import Card
from .client import NationalPortal
from .settings import PortalSettings

CARD = Card(
    name="national_portal",
    title="Cổng Dịch vụ công quốc gia",
    kind="desk",
    abilities=frozenset({"tell", "standing"}),
    settings=PortalSettings,
    serves=NationalPortal,
    build=NationalPortal,
)
