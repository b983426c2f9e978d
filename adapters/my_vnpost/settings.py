"""What a province fills in to speak to VNPost as a customer of MyVNPost.

What nobody has published about the wire is a setting with a stated default, so that an answer of the post changes a
line of `settings.toml` and no code. `key` and `secret` are the user name and the password of the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from . import signature
from .codes import Interface, in_force
from .moments import FORMATS
from .signature import Algorithm, Signed

#: The largest page the list gives, and the longest span of days it takes.
PAGE_MOST, DAYS_MOST = 500, 31

#: What stands behind `base_url`.
PATHS = {
    "token": "/GetAccessToken",
    "create": "/CreateOrder",
    "get": "/getOrder",
    "list": "/GetListOrder",
    "history": "/GetStatusHistoryOrder",
    "cancel": "/orderCancel",
    "case": "/orderCorrection/updateCase",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MyVnPostSettings:
    """One account of MyVNPost."""

    customer_code: str  #: the customer's code with the post (CMS)
    key: str = field(repr=False, metadata={"secret": True})  #: user name
    secret: str = field(repr=False, metadata={"secret": True})  #: password
    base_url: str  #: with its path, where the account was given one: `https://host/customer-partner`
    service_code: str  #: the post's service under which dossiers travel, as the contract names it
    contract_code: str = ""
    ca_file: str = ""  #: PEM file of the authority that signed the post's certificate; empty: the system's
    total_seconds: float = 20.0  #: the longest one call may take
    calls_per_second: float = 5.0
    token_seconds: float = 3000.0  #: how long a token is used; how long it lives is not published

    weight_grams: int = 100  #: of a dossier's envelope; the post weighs it anyway
    district: str = "VNPOST"  #: stands for the district of an address with two levels
    vehicle: str = "BO"
    send_type: str = "1"  #: the postman comes
    delivery_require: str = "1"  #: the envelope is not opened before it is taken
    cod_service: str = "GTG021"
    cod_property: str = "PROP0018"

    lookup_by_item: str = "1"  #: `type` of a look-up by the post's item number
    lookup_by_order: str = "2"  #: … by our own number
    lookup_by_origin: str = "3"  #: … by the post's id of the order
    order_no_keys: tuple[str, ...] = ("saleOrderCode",)  #: where an answer bears our own number
    settle_seconds: int = 120  #: how long after the first try an order that is not listed may still appear
    lookup_pages: int = 4  #: pages of the list that one look-up reads; more leave the question open
    empty_list_proves: bool = (
        False  #: whether an empty list says that nothing was ordered; true once the list was tried
    )
    cases_pending: tuple[str, ...] = ()  #: values of `caseStatus` that mean: a cancellation waits for approval
    ask_again_seconds: int = 600  #: how long to wait before asking whether a cancellation was approved

    list_type: str = "GUI"  #: parcels that this account sends
    list_date_format: str = "%d-%m-%Y"
    list_days_most: int = DAYS_MOST
    first_page: int = 0
    page_size: int = PAGE_MOST
    feed_first_days: int = 30  #: how far back an account's feed begins
    feed_overlap_days: int = 1  #: days that are listed again, so that no change between two clocks is missed
    history: bool = True  #: ask for each changed order's history; false: its present state alone is kept
    histories_a_page: int = 25
    moment_formats: tuple[str, ...] = FORMATS

    codes: Mapping[int | str, str] = field(default_factory=dict)  #: status of the partner API → scan word, over ours
    retail_codes: Mapping[int | str, str] = field(default_factory=dict)  #: OrderStatusId → scan word, over ours
    reasons: Mapping[str, str] = field(default_factory=dict)  #: CauseCode or CauseName of the retail push → our reason

    hook_secret: str = field(default="", repr=False, metadata={"secret": True})  #: in the address, or in a header
    hook_signature: Algorithm = ""
    hook_key: str = field(default="", repr=False, metadata={"secret": True})
    hook_signed: Signed = "data"
    hook_moment_keys: tuple[str, ...] = ("updatedDate", "lastUpdateDate", "statusDate")  #: in the partner API's push

    def __post_init__(self) -> None:
        for name in ("customer_code", "key", "secret", "base_url", "service_code"):
            if not getattr(self, name):
                raise Invalid(
                    "Chưa điền {name} của tài khoản MyVNPost.", name=name, code="my_vnpost.missing", field=f"/{name}"
                )
        for name, least, most in _BOUNDS:
            if not least <= getattr(self, name) <= most:
                raise Invalid(
                    "{name} phải từ {least} đến {most}.", name=name, least=least, most=most, code="my_vnpost.bounds",
                    field=f"/{name}",
                )  # fmt: skip
        self.address("token")
        self.words("partner")
        self.words("retail")
        self._check_hook()

    def address(self, act: str) -> URL:
        """Return the address of an act. Raises Invalid where names of citizens would travel unencrypted."""
        url = URL(self.base_url.rstrip("/") + PATHS[act])
        if may_be_called(url):
            return url
        raise Invalid(
            "base_url phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
            code="my_vnpost.https", field="/base_url",
        )  # fmt: skip

    def words(self, interface: Interface) -> Mapping[int, str]:
        """Return the table of status codes in force for one of the two interfaces."""
        return in_force(interface, self.codes if interface == "partner" else self.retail_codes)

    def _check_hook(self) -> None:
        if bool(self.hook_signature) != bool(self.hook_key):
            raise Invalid(
                "hook_signature và hook_key phải điền cùng nhau.", code="my_vnpost.hook", field="/hook_signature"
            )
        if self.hook_secret and len(self.hook_secret) < _SECRET_LEAST:
            raise Invalid(
                "hook_secret phải dài ít nhất {least} ký tự.", least=_SECRET_LEAST, code="my_vnpost.hook",
                field="/hook_secret",
            )  # fmt: skip
        if self.hook_signature == "rsa-sha256":
            try:
                signature.public_key(self.hook_key)
            except ValueError:
                raise Invalid(
                    "hook_key phải là khoá công khai RSA (PEM hoặc base64).", code="my_vnpost.hook", field="/hook_key"
                ) from None


#: What a stranger could not guess in a lifetime of tries. Design choice.
_SECRET_LEAST = 16
_BOUNDS = (
    ("weight_grams", 1, 50_000), ("page_size", 1, PAGE_MOST), ("list_days_most", 2, DAYS_MOST), ("first_page", 0, 1),
    ("feed_first_days", 1, 365), ("feed_overlap_days", 1, 7), ("histories_a_page", 1, 200), ("lookup_pages", 1, 20),
    ("settle_seconds", 0, 3600), ("ask_again_seconds", 1, 86_400),
)  # fmt: skip
