"""Who may be given what is kept of a person, and what is written down of it.

Use of the post is secret: contents, names, addresses and telephone numbers of both ends. It is told to nobody but on
the written request of a competent body, with a signed record. A desk that is a party of the dossier may use its own
records to answer a complaint or an inspection; it says so, and that is written down as well.

Stands on: nothing. Used by: storage.disclosures, services.disclosure, services.evidence.
Source: Law on post 2010 art. 3.15, 7.6, 14 and 29.10; Law on personal data protection 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

#: For which purposes a party of the dossier uses its own records.
PURPOSES = {"complaint": "Giải quyết khiếu nại", "inspection": "Thanh tra, kiểm tra"}
#: What is written beside a look that nobody gave a purpose for: a system's by the API, a shift's load of a telephone.
BY_MACHINE, FOR_A_SHIFT = "api", "shift"
#: What is written down: names that were uncovered on a screen, evidence that was handed out.
ACCESS_KINDS = {"names": "Xem tên, số điện thoại, địa chỉ", "evidence": "Xuất hồ sơ chứng cứ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRequest:
    """The written request of a competent body."""

    request_no: str = ""
    dossier_key: str = ""
    body: str  #: which body asks
    document_no: str
    document_on: date
    asked_by: str  #: who signed for it
    ground: str  #: on which law
    recorded_at: datetime | None = None
    recorded_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Somebody saw a person's data, or was given them."""

    kind: str  #: a key of ACCESS_KINDS
    subject: str
    purpose: str = ""
    request_no: str = ""
    digest: str = ""  #: of the pack that was given
    unit: str = ""
    seen_at: datetime
    seen_by: str
