"""The one-stop shop's own forms: which number and title a form bears on a day.

The forms were renewed with Circular 03/2025; a paper drawn up under the earlier circular keeps the earlier title. The
fields are drawn in `labels`; what a form is called, and on what it stands, follows the date alone.

Used by: rules.book, services that draw forms.
Source: Circular 01/2018/TT-VPCP (in force from 6 January 2019); Circular 03/2025/TT-VPCP, Annex I (15 September 2025,
read second-hand); the list of both stands side by side in `rules/forms.*.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Our word → what it is for. `stop` exists only since 2025.
FORMS = ("appointment", "supplement", "refusal", "apology", "stop", "control", "register")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form as it is called under one circular."""

    form: str  #: one of FORMS
    number: str  #: `Mẫu số 04`
    title: str
    basis: str  #: the circular, as printed at the head
