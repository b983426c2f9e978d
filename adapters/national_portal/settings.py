"""What a province fills in to speak to the national portal.

The portal is reached through an adapter of the data axis that stands in the agency's own network, or through a
provincial bus; user name and password are given out per agency, and so are the codes in the header and in each call.

The adapter itself speaks plain http in many places. Names and numbers of dossiers must not cross a network so: put TLS
before it, or run the gateway on its machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from . import codes
from .envelopes import ENVELOPES, Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """One agency's access to the portal."""

    base_url: str  #: of the data axis's adapter or of the provincial bus; a path in it stays
    site: str  #: `madonvi`, the agency's identifier
    integration_endpoint: str  #: what stands behind `base_url` for every service
    key: str = field(repr=False, metadata={"secret": True})  #: user name
    secret: str = field(repr=False, metadata={"secret": True})  #: password
    auth_endpoint: str = ""  #: what stands behind `base_url` for the login; empty: there is none
    dstcode: str = ""  #: header that says whom the data axis brings it to
    envelope: str = "body"  #: `body`, or `path` for the provincial variant
    session_header: str = ""  #: where the envelope holds no session, the header that bears it
    session_codes: tuple[str, ...] = ()  #: `error_code` that says the session ran out; empty: any, once
    progress_list: str = "DanhSachTienDo"  #: where an answer shows the history; the name is ours
    handler: str = "Bưu điện"  #: `NguoiXuLy` of a step
    codes: Mapping[str, str] = field(default_factory=dict)  #: TrangThaiHoSo -> word, beside those shipped
    ca_file: str = ""  #: PEM file of the authority behind the certificate; empty: the system's
    total_seconds: float = 30.0  #: the longest one call may take
    per_second: float = 5.0  #: calls a second at most; 0 for no limit

    def __post_init__(self) -> None:
        for name in ("base_url", "site", "integration_endpoint", "key", "secret"):
            if not getattr(self, name):
                raise Invalid("Chưa điền {name} của Cổng DVCQG.", name=name, code="portal.missing", field=f"/{name}")
        if self.envelope not in ENVELOPES:
            raise Invalid(
                "envelope phải là một trong: {known}.", known=", ".join(ENVELOPES), code="portal.envelope",
                field="/envelope",
            )  # fmt: skip
        codes.checked(self.codes)
        for word in (codes.FINISHED, codes.RETURNED):
            codes.code_of(word, self.words())
        if self.needs_session() and not self.auth_endpoint:
            raise Invalid("Chưa điền auth_endpoint.", code="portal.missing", field="/auth_endpoint")
        self.address(self.integration_endpoint)

    def form(self) -> Envelope:
        """Return the envelope in which calls go."""
        return ENVELOPES[self.envelope]

    def needs_session(self) -> bool:
        """Say whether a call bears a session, in its body or in a header."""
        return self.form().session_key != "" or self.session_header != ""

    def words(self) -> Mapping[str, str]:
        """Return the table of status codes in force; a province's own goes before."""
        return {**codes.shipped(), **self.codes}

    def address(self, endpoint: str) -> URL:
        """Return a whole address. Raises Invalid when it would send what names a citizen over a network unencrypted."""
        try:
            url = URL(self.base_url.rstrip("/") + "/" + endpoint.lstrip("/"))
        except ValueError:
            url = URL()
        if may_be_called(url):
            return url
        raise Invalid(
            "base_url phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).", code="portal.https",
            field="/base_url",
        )  # fmt: skip
