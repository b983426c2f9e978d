"""What a province fills in to speak to its OpenCPS.

`base_url`, `site` (OpenCPS's groupId), `key` and `secret` stand in the block of the system; what no public code says,
or what each installation sets up for itself, stands in the adapter's own table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from . import codes

_SEND_OR_RETURN = frozenset({"send", "return"})
#: The place in every list must fit the house's note of how far it was read.
LISTS_MOST = 6
PAGE_LEAST, PAGE_MOST = 10, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCpsSettings:
    """One OpenCPS, as one user of one of its sites sees it."""

    base_url: str
    site: str  #: groupId
    key: str = field(repr=False, metadata={"secret": True})
    secret: str = field(repr=False, metadata={"secret": True})
    desks_of: Mapping[str, str] = field(default_factory=dict)  #: govAgencyCode -> our desk
    rest_path: str = "/o/rest/v2"
    #: The lists that are read: each a filter of the dossier list.
    lists: tuple[str, ...] = ("viapostal=2", "vnpostalStatus=1")
    sort_field: str = "modified"  #: inferred: what the search index calls the moment of the last change
    newest_first: str = "true"  #: what `order` says for it
    page_size: int = 50
    overlap_minutes: int = 10  #: what was changed so shortly before the newest is read again: the index lags
    sweep_hours: float = 24.0  #: after so long everything in the lists is read again
    at_once: int = 5  #: dossiers that are opened at the same time
    statuses: Mapping[str, str] = field(default_factory=dict)  #: dossierStatus -> our word, over those shipped
    from_via_postal: bool = True  #: papers that came in by post (fromViaPostal) count as sent by post
    body: Literal["form", "json"] = "form"  #: how a saving is written
    saved_fields: tuple[str, ...] = field(default_factory=codes.saved_fields)  #: sent back as read when saving
    actions: Mapping[str, str] = field(default_factory=dict)  #: step -> actionCode that does it instead of saving
    action_user: str = ""
    #: Leg -> where its item number and its date belong. Inferred from the names.
    item_fields: Mapping[str, str] = field(
        default_factory=lambda: {"send": "postalCodeSend", "return": "postalCodeReceived"}
    )
    date_fields: Mapping[str, str] = field(
        default_factory=lambda: {"send": "lastSendDate", "return": "lastReceiveDate"}
    )
    city_codes: Mapping[str, str] = field(default_factory=dict)  #: province, by name -> postalCityCode
    receipt_user: str = ""  #: whom the post's software calls itself when it asks with a receipt; empty: nobody need
    receipt_secret: str = field(default="", repr=False, metadata={"secret": True})
    ca_file: str = ""  #: PEM file of the authority that signed its certificate; empty: the system's
    total_seconds: float = 30.0  #: the longest one call may take
    per_second: float = 0.0  #: at most so many calls a second; 0: as they come

    def __post_init__(self) -> None:
        for name in ("base_url", "site", "key", "secret"):
            if not getattr(self, name):
                raise Invalid("Chưa điền {name} của OpenCPS.", name=name, code="opencps.missing", field=f"/{name}")
        if not PAGE_LEAST <= self.page_size <= PAGE_MOST:
            raise Invalid(
                "page_size phải từ {least} đến {most}.", least=PAGE_LEAST, most=PAGE_MOST, code="opencps.page_size",
                field="/page_size",
            )  # fmt: skip
        self._check_lists()
        self._check_names()
        codes.checked(self.statuses)
        self.address()

    def _check_lists(self) -> None:
        for wanted in self.lists:
            if not parse_qsl(wanted, strict_parsing=False):
                raise Invalid("Bộ lọc “{name}” phải là tên=giá trị.", name=wanted, code="opencps.list", field="/lists")
        if not 1 <= len(self.lists) <= LISTS_MOST:
            raise Invalid(
                "Cần từ 1 đến {most} danh sách để đọc.", most=LISTS_MOST, code="opencps.lists", field="/lists"
            )
        for name in ("at_once", "overlap_minutes", "sweep_hours"):
            if getattr(self, name) <= 0:
                raise Invalid("{name} phải lớn hơn 0.", name=name, code="opencps.number", field=f"/{name}")

    def _check_names(self) -> None:
        known = {"actions": codes.steps(), "item_fields": _SEND_OR_RETURN, "date_fields": _SEND_OR_RETURN}
        for name, names in known.items():
            for one in getattr(self, name):
                if one not in names:
                    raise Invalid(
                        "{name} không có “{one}”. Chỉ có: {names}.", name=name, one=one,
                        names=", ".join(sorted(names)), code="opencps.name", field=f"/{name}/{one}",
                    )  # fmt: skip
        if self.body not in ("form", "json"):
            raise Invalid("body phải là form hoặc json.", code="opencps.body", field="/body")
        if bool(self.receipt_user) != bool(self.receipt_secret):
            raise Invalid(
                "Khai cả receipt_user và receipt_secret, hoặc để trống cả hai.", code="opencps.receipt",
                field="/receipt_user",
            )  # fmt: skip

    def address(self, *more: str) -> URL:
        """Return the address of the dossiers, or of one of them.

        Raises Invalid when it would send citizens' names unencrypted over a network.
        """
        url = URL(self.base_url.rstrip("/") + self.rest_path.rstrip("/"))
        if not may_be_called(url):
            raise Invalid(
                "base_url phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
                code="opencps.https", field="/base_url",
            )  # fmt: skip
        for part in ("dossiers", *more):
            url = url / part
        return url

    def words(self) -> Mapping[str, str]:
        """Return the statuses in force."""
        return {**codes.shipped(), **self.statuses}
