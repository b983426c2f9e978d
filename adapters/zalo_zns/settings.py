"""What a province fills in to send Zalo notifications.

A template is named by its id alone when its blanks have the names of our values, else by a table:
`{ id = "123456", params = { ma_ho_so = "number" }, dong = 300 }`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from postgw.domain.errors import Invalid
from postgw.domain.message_text import BLANKS

from ..address import may_be_called
from .codes import checked, shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An approved template: its id, what its blanks are called, what one message costs."""

    template_id: str
    params: Mapping[str, str] = field(default_factory=dict)  #: their name → ours; empty: ours
    dong: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloSettings:
    """One application with one Official Account."""

    app_id: str
    app_secret: str = field(repr=False, metadata={"secret": True})
    refresh_token: str = field(default="", repr=False, metadata={"secret": True})  #: the first one, given by a person
    oa_secret: str = field(default="", repr=False, metadata={"secret": True})  #: signs what Zalo calls us with
    token_file: str = "data/zalo_tokens.json"  #: where the tokens are kept; one file for all processes
    templates: Mapping[str, Any] = field(default_factory=dict)  #: key of the catalogue → template, Vietnamese
    templates_en: Mapping[str, Any] = field(default_factory=dict)
    send_url: str = "https://business.openapi.zalo.me/message/template"
    token_url: str = "https://oauth.zaloapp.com/v4/oa/access_token"
    development: bool = False  #: Zalo sends to the administrators of the application alone
    dong_per_message: int = 0
    codes: Mapping[int | str, str] = field(default_factory=dict)  #: over those that ship
    total_seconds: float = 20.0
    ca_file: str = ""

    def __post_init__(self) -> None:
        for name in ("app_id", "app_secret", "token_file"):
            if not getattr(self, name):
                raise Invalid("Chưa điền {name} của Zalo.", name=name, code="zalo.missing", field=f"/{name}")
        for name in ("send_url", "token_url"):
            url = URL(getattr(self, name))
            if not may_be_called(url):
                raise Invalid(
                    "{name} phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
                    name=name, code="zalo.https", field=f"/{name}",
                )  # fmt: skip
        checked(self.codes)
        for table in ("templates", "templates_en"):
            for key, said in getattr(self, table).items():
                _template(said, f"/{table}/{key}")

    def template(self, key: str, language: str) -> Template | None:
        """Return the approved template of a text, in a language; nothing when there is none."""
        said = (self.templates_en if language == "en" else self.templates).get(key)
        return _template(said, "") if said else None

    def words(self) -> Mapping[int, str]:
        """Return the table of error codes in force."""
        return {**shipped("ours"), **shipped("known"), **checked(self.codes)}


def _template(said: Any, where: str) -> Template:
    if isinstance(said, str) and said:
        return Template(template_id=said)
    if isinstance(said, Mapping) and isinstance(said.get("id"), str) and not set(said) - {"id", "params", "dong"}:
        params, dong = said.get("params", {}), said.get("dong")
        if isinstance(params, Mapping) and set(params.values()) <= BLANKS and (dong is None or isinstance(dong, int)):
            return Template(template_id=said["id"], params=dict(params), dong=dong)
    raise Invalid(
        "Mẫu Zalo ghi mã mẫu trong ngoặc kép, hoặc bảng id, params, dong; params chỉ dùng: {blanks}.",
        blanks=", ".join(sorted(BLANKS)), code="zalo.template", field=where,
    )  # fmt: skip
