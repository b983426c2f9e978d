"""What must be known to post signed notices."""

from __future__ import annotations

from dataclasses import dataclass, field

from postgw.domain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """How notices travel to subscribers."""

    total_seconds: float = 20.0  #: the specification asks for 15 to 30
    ca_file: str = ""
    source: str = "postgw"  #: who speaks; stands in each body
    allow_private: bool = False  #: let addresses inside the own network be called, and plain http there


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHookSettings:
    """The one address of a desk's dossier system. It is named by the operator, so it may lie in the own network."""

    url: str
    secrets: tuple[str, ...] = field(repr=False, metadata={"secret": True})  #: `whsec_…`, newest first
    total_seconds: float = 20.0
    ca_file: str = ""
    source: str = "postgw"
    allow_private: bool = True

    def __post_init__(self) -> None:
        if not self.secrets:
            raise Invalid("Chưa có khóa ký cho hệ thống Một cửa.", code="webhook.secret", field="/secrets")

    def sending(self) -> WebhookSettings:
        """Return the part that says how notices travel."""
        return WebhookSettings(
            total_seconds=self.total_seconds,
            ca_file=self.ca_file,
            source=self.source,
            allow_private=self.allow_private,
        )
