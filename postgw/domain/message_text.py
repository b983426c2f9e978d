"""The catalogue of what citizens are told: each text in both languages, with its link and without, and its subject.

A text is found by its key: the group (`return`, `rejected`, `send`, `any`, `dossier`) and the matter. What another
carrier than the public post brings has groups of its own (`return_elsewhere`). The same key
names the template of a channel that keeps the texts itself.

Used by: wording; rules.book reads the catalogue.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

#: What may stand in braces.
BLANKS = frozenset({"number", "due", "new", "old", "case_no", "dossier", "link", "code"})
GROUPS = frozenset({
    "return", "rejected", "send", "any", "dossier", "return_elsewhere", "rejected_elsewhere", "send_elsewhere",
    "any_elsewhere", "page",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText:
    """One text of the catalogue."""

    key: str
    vi: str
    en: str
    subject_vi: str
    subject_en: str
    vi_link: str = ""
    en_link: str = ""

    def __post_init__(self) -> None:
        if self.key.partition(".")[0] not in GROUPS:
            raise ValueError(f"message text {self.key}: no such group")
        for text in (self.vi, self.en, self.vi_link, self.en_link):
            unknown = blanks_of(text) - BLANKS
            if unknown:
                raise ValueError(f"message text {self.key}: unknown blanks {sorted(unknown)}")
        if bool(self.vi_link) != bool(self.en_link) or blanks_of(self.vi) != blanks_of(self.en):
            raise ValueError(f"message text {self.key}: both languages must say the same")

    def template(self, language: str, *, linked: bool) -> str:
        """Return the text with its blanks, the one with a link where it has one and one is to stand in it."""
        plain, with_link = (self.en, self.en_link) if language == "en" else (self.vi, self.vi_link)
        return with_link if linked and with_link else plain

    def subject(self, language: str) -> str:
        """Return what heads an e-mail."""
        return self.subject_en if language == "en" else self.subject_vi


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTexts:
    """One version of the catalogue, and the number of parts its texts take at most."""

    texts: Mapping[str, MessageText]
    unaccented_parts: int
    accented_parts: int
    english_parts: int


def blanks_of(template: str) -> set[str]:
    """Return the names that stand in braces.

    >>> sorted(blanks_of("Hồ sơ {dossier}: hẹn mới {new}."))
    ['dossier', 'new']
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
