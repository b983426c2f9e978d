"""Which answer names what the next call asks for: the links of the description.

A maker's answer bears the number of what it made; every operation that has this number in its address, or whose whole
body is known with it, follows from there.

Used by: openapi. Source: OpenAPI 3.1.1, Link Object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_BODY = "$response.body#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """An operation that makes something: where its answer names it, and what that is called elsewhere."""

    operation: str
    place: str  #: JSON pointer into the answer
    name: str  #: of the parameter in the addresses that follow
    follows: str = ""  #: an operation whose whole body is known then
    body: Mapping[str, str] = field(default_factory=dict)  #: that body


MAKERS: tuple[Maker, ...] = (
    Maker(
        operation="takeDossiers", place="/dossier/key", name="key", follows="makeConsignment",
        body={"dossier": _BODY + "/dossier/key", "leg": "return"},
    ),
    Maker(operation="makeConsignment", place="/consignment_no", name="number"),
    Maker(operation="openManifest", place="/manifest_no", name="manifest_no"),
    Maker(operation="sealBag", place="/bag_no", name="bag_no"),
    Maker(operation="openComplaint", place="/case_no", name="case_no"),
    Maker(operation="recordDamage", place="/record_no", name="record_no"),
    Maker(operation="collectFee", place="/receipt_no", name="receipt_no"),
    Maker(operation="remit", place="/remittance_no", name="remittance_no"),
    Maker(operation="draftApology", place="/apology_no", name="apology_no"),
    Maker(operation="beginBulkAgreement", place="/agreement_no", name="agreement_no"),
    Maker(operation="publishProcedure", place="/procedure/code", name="code"),
    Maker(operation="declareDegradedDays", place="/entry_no", name="no"),
    Maker(operation="subscribe", place="/hook_no", name="hook_no"),
    Maker(operation="issueToken", place="/token_no", name="token_no"),
    Maker(operation="beginCustomer", place="/customer_no", name="customer_no"),
)  # fmt: skip


def links_of(maker: str, followers: Iterable[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """Return the links of an operation's answer; `followers` are all operations with the names in their address.

    >>> links_of("openManifest", [("getManifest", ["manifest_no"]), ("getRegister", ["number", "manifest_no"])])
    {'getManifest': {'operationId': 'getManifest', 'parameters': {'manifest_no': '$response.body#/manifest_no'}}}
    """
    made = next((each for each in MAKERS if each.operation == maker), None)
    if made is None:
        return {}
    words = {made.name: _BODY + made.place}
    links: dict[str, Any] = {
        name: {"operationId": name, "parameters": words} for name, wanted in followers if list(wanted) == [made.name]
    }
    if made.follows:
        links[made.follows] = {"operationId": made.follows, "requestBody": dict(made.body)}
    return links
