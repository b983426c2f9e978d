"""What a citizen's telephone is told: one matter a message, short, polite, nothing a stranger may not read.

A message bears the consignment number, or the dossier code, perhaps a day, and the link of the dossier's own page where
citizens reach the pages; no name, address or procedure. While in rehearsal every text says so first. The words stand in
the catalogue (`rules/message_texts`); here is decided which of them a matter wants, and what fills its blanks. Texts
have their accents; a channel that carries none folds them.

Stands on: consignment, consignment_number, message_text, secret_link. Used by: services.notices, services.messaging.
Source: Circular 17/2017/TT-BTTTT art. 12 (the citizen is told that the dossier arrived, and of the result's delivery).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from . import consignment_number
from .consignment import Consignment
from .message_text import MessageTexts, blanks_of
from .ports import Notice
from .secret_link import PageKey, page_link

#: In English the mark is written without accents, so that one letter does not halve what a message holds.
_MARK = {"vi": "[DIỄN TẬP] ", "en": "[DIEN TAP] "}
#: Of the page itself: what proves a telephone goes to a telephone, and each wants its answer now.
LINK_ASKED, CODE_ASKED = "page.link", "page.code"
PROVING = frozenset({LINK_ASKED, CODE_ASKED})
#: Somebody was named to receive in the recipient's place.
PROXY_NAMED = "page.proxy"
#: What became of a citizen's request on that page; of a new address the telephone of before is told.
ADDRESS_CHANGED, REQUEST_TAKEN, REQUEST_REFUSED = "page.address", "page.registered", "page.refused"
_OF_PAGE = PROVING | {PROXY_NAMED, ADDRESS_CHANGED, REQUEST_TAKEN, REQUEST_REFUSED}
#: Invented, and as long as the real ones are: for whoever asks how long a text gets.
_SAMPLE = MappingProxyType({
    "number": "4K7M-29TB-6HC", "due": "07/12/2026", "new": "09/12/2026", "old": "07/12/2026",
    "case_no": "KN-261123-0042", "dossier": "000.00.15.H27-261120-0007", "code": "000000",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A matter in words. `key` is its place in the catalogue, `values` what its blanks were filled with."""

    key: str
    language: str
    text: str = field(repr=False)
    subject: str
    values: Mapping[str, str] = field(repr=False)


def text_key(texts: MessageTexts, notice: Notice, consignment: Consignment | None) -> str:
    """Return which text of the catalogue a matter wants; empty when there is nothing to say.

    A result is spoken of to whom one is on its way; papers that go home are never called one.
    """
    if notice.kind in _OF_PAGE:
        return _known(texts, notice.kind)
    if consignment is None:
        return _known(texts, f"dossier.{notice.kind}")
    if notice.kind == "dossier.filed":
        return _filing_key(texts, notice.data, consignment)
    own = "rejected" if consignment.without_result else consignment.leg
    elsewhere = "" if consignment.public_service else _elsewhere_key(texts, notice.kind, own)
    return (
        elsewhere
        or _known(texts, f"dossier.{notice.kind}")
        or _known(texts, f"{own}.{notice.kind}")
        or (_known(texts, f"any.{notice.kind}") if consignment.leg in ("send", "return") else "")
    )


def _elsewhere_key(texts: MessageTexts, kind: str, own: str) -> str:
    """Return the text for what another carrier has: it speaks of no post office, no postman and no choice of ours."""
    return _known(texts, f"{own}_elsewhere.{kind}") or _known(texts, f"any_elsewhere.{kind}")


def worded(
    texts: MessageTexts,
    notice: Notice,
    consignment: Consignment | None,
    *,
    rehearsal: bool,
    language: str = "vi",
    link: str = "",
) -> Worded | None:
    """Return a matter in the words of the catalogue; nothing when there is nothing to say.

    `link` is the address of the dossier's own page.
    """
    key = text_key(texts, notice, consignment)
    if not key:
        return None
    number = consignment_number.shown(consignment.consignment_no) if consignment else ""
    return _filled(texts, key, _values(notice, number), rehearsal=rehearsal, language=language, link=link)


def sampled(texts: MessageTexts, *, public_url: str, rehearsal: bool) -> Iterator[Worded]:
    """Yield every text of the catalogue in both languages, as long as it gets, where links are sent with its link."""
    for key in texts.texts:
        for language in ("vi", "en"):
            link = sample_link(public_url)
            yield _filled(texts, key, _SAMPLE, rehearsal=rehearsal, language=language, link=link)


def sample_link(public_url: str) -> str:
    """Return an address as long as that of a citizen's page; this one opens nothing."""
    if not public_url:
        return ""
    return f"{public_url}/m/{page_link(b'', PageKey(dossier_id=0, last_day=date(2026, 1, 1), epoch=0))}"


def sample_data() -> dict[str, str]:
    """Return what a notice may bear besides its consignment, invented."""
    return {"due_on": "2026-12-07", "new_due_on": "2026-12-09", "case_no": _SAMPLE["case_no"]}


def _known(texts: MessageTexts, key: str) -> str:
    return key if key in texts.texts else ""


def _filing_key(texts: MessageTexts, data: Mapping[str, Any], consignment: Consignment) -> str:
    """Return the text for what reached the agency. A mended time is no matter for the citizen."""
    ground = data.get("ground")
    if ground == "correction" or consignment.leg not in ("send", "return"):
        return ""
    if ground == "supplement":
        return _known(texts, "any.dossier.filed.supplement")
    own = "rejected" if consignment.without_result else consignment.leg
    with_due = _known(texts, f"{own}.dossier.filed.due") if data.get("due_on") else ""
    return with_due or _known(texts, f"{own}.dossier.filed")


def _values(notice: Notice, number: str) -> dict[str, str]:
    data = notice.data
    return {
        "number": number, "due": _day(data.get("due_on")), "old": _day(data.get("due_on")),
        "new": _day(data.get("new_due_on")), "case_no": str(data.get("case_no", "")), "dossier": notice.dossier_no,
        "code": str(data.get("code", "")),
    }  # fmt: skip


def _filled(
    texts: MessageTexts, key: str, values: Mapping[str, str], *, rehearsal: bool, language: str, link: str
) -> Worded:
    text = texts.texts[key]
    template, mark = text.template(language, linked=bool(link)), _MARK[language] if rehearsal else ""
    known = {**values, "link": link}
    return Worded(
        key=key, language=language, text=mark + template.format(**known), subject=mark + text.subject(language),
        values={name: known[name] for name in sorted(blanks_of(template) | {"number"})},
    )  # fmt: skip


def _day(value: Any) -> str:
    """Return a day as people write it; in a notice that was kept it is text."""
    day = date.fromisoformat(value) if isinstance(value, str) and value else value
    return f"{day:%d/%m/%Y}" if isinstance(day, date) else ""
