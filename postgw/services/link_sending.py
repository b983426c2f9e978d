"""Link sending: one-time codes and secret links go to the telephone that stands on the dossier, and to no other.

A code is asked for on the citizen's own page, before an act that moves a paper to somebody. It is worded when it is
sent, and stands in no table and no outbox.

Next on the path: messaging.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (who is told more must prove himself).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.errors import Conflict, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.one_time_code import PURPOSES
from postgw.domain.ports import Notice
from postgw.domain.privacy import mask_phone
from postgw.domain.wording import CODE_ASKED
from postgw.rules.book import RuleBook
from postgw.storage import one_time_codes, outbox, province, records, secret_pages
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.outbox import NewErrand


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSending:
    """The acts of sending what proves a telephone."""

    database: Database
    book: RuleBook
    first_channel: str  #: which channel of messages is tried first; empty: none is there

    async def send_code(self, token: str, purpose: str, *, at: datetime) -> str:
        """Send a code for an act on the page that a token opens; return the telephone it goes to, masked.

        Raises Unknown when the link opens nothing, Conflict when there is no telephone or the day has had its codes.
        """
        if purpose not in PURPOSES:
            raise Unknown("Không có việc này.", code="one_time_code.purpose")
        async with self.database.writing() as tx:
            kept = await secret_pages.opened(tx, token, at=at)
            if kept is None:
                raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
            phone = phone_of(kept)
            if not phone or not self.first_channel:
                raise Conflict(
                    "Hồ sơ chưa có số điện thoại nhận mã. Gọi bộ phận Một cửa nơi nộp.", code="one_time_code.no_phone"
                )
            await province.link_secret(tx)
            code_id = await one_time_codes.make(tx, kept.dossier_id, purpose, self.book.page_rule(legal_day(at)), at=at)
            if not code_id:
                raise Conflict(
                    "Hôm nay đã gửi nhiều mã cho hồ sơ này. Thử lại ngày mai hoặc gọi bộ phận Một cửa.",
                    code="one_time_code.enough",
                )
            await owe(tx, kept, CODE_ASKED, f"{CODE_ASKED}:{code_id}", self.first_channel, {"code_id": code_id}, at)
        return mask_phone(phone)


def phone_of(kept: KeptDossier) -> str:
    """Return the telephone that proves its holder: the applicant's, else that of who receives the result."""
    ends = (kept.dossier.applicant, kept.dossier.return_to)
    return next((party.phone for party in ends if party and party.phone), "")


async def owe(
    tx: Session, kept: KeptDossier, kind: str, notice_id: str, channel: str, data: dict[str, object], at: datetime
) -> None:
    """Owe the citizen of a dossier a message about their page."""
    notice = Notice(
        notice_id=notice_id, kind=kind, at=at, desk=kept.dossier.receiving_desk, consignment_no="",
        dossier_no=kept.dossier.key, data=data,
    )  # fmt: skip
    errand = NewErrand(
        channel="citizen", target=channel, key=f"citizen:{channel}:{notice_id}", subject=kept.dossier.key[:40],
        payload=records.to_json(notice),
    )  # fmt: skip
    await outbox.put(tx, [errand], at=at)
