"""The envelopes in which the same order travels: straight to the national platform, or through a provincial bus.

The seventeen keys of an order are the same everywhere. What differs is how a token is had, how the service is named (by
its own address, by a header, by a query), how a cancellation is written, and what the bus does not carry at all. Each
envelope is a row of `ENVELOPES`, so that the next bus is a row and no code. What a row cannot do it says: the settings
refuse an account whose feed nobody could read.

Stands on: nothing. Used by: settings, client.
Source: public clients of one-stop systems (OpenCPS, a PHP system of Lào Cai, Bến Tre and Vũng Tàu, a .NET system); the
status with which a bus answers is not known, so 200 is taken beside 201, and the body's `Status` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import quote, urlencode

from yarl import URL

from postgw.domain.value import value

Name = Literal["direct", "direct-query", "service-code", "service-name", "service", "bearer", "access-token"]
#: Which acts there are, in the words of the addresses (`order_url`, ..).
ACTS = ("order", "cancel", "tracking", "document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One way in which the post, or the bus before it, is spoken to."""

    #: How a token is asked for: with key and secret, the grant in the body, in the query or nowhere; with the secret
    #: as a bearer token; or not at all, the secret itself going along in `static_header`.
    token: Literal["basic-body", "basic-query", "basic", "bearer", "none"] = "basic-body"
    static_header: str = ""
    one_url: bool = False  #: every act goes to one address, `base_url` as it stands
    header: str = ""  #: names the service of a call
    query: tuple[tuple[str, str], ...] = ()  #: goes along with each call
    query_key: str = ""  #: … and in this one the service is named
    services: Mapping[str, str] = field(default_factory=dict)  #: act → its service's name; settings may add to them
    cannot: frozenset[str] = frozenset()  #: acts it does not carry, whatever its services are called
    cancel_method: Literal["GET", "POST"] = "GET"
    cancel_keys: tuple[str, str] = ("CustomerCode", "OrderNumber")
    extra: Mapping[str, Any] = field(default_factory=dict)  #: keys of an order beside the seventeen
    item_code: bool = False  #: `ItemCode` always goes along
    made: frozenset[int] = frozenset({201})  #: how an act is answered that is done
    read: frozenset[int] = frozenset({200})  #: … and a page of the feed

    def names_services(self) -> bool:
        """Say whether a call must name its service."""
        return bool(self.header or self.query_key)

    def can(self, act: str, services: Mapping[str, str]) -> bool:
        """Say whether an act is carried; `services` are the names that the settings add."""
        if act in self.cannot:
            return False
        return not self.names_services() or bool(self.service(act, services))

    def service(self, act: str, services: Mapping[str, str]) -> str:
        """Return what the bus calls an act; empty when nobody has said."""
        return services.get(act, "") or self.services.get(act, "")


_EITHER = frozenset({200, 201})

ENVELOPES: Mapping[str, Envelope] = MappingProxyType({
    "direct": Envelope(),
    "direct-query": Envelope(token="basic-query"),
    "service-code": Envelope(
        token="basic", one_url=True, header="service-code",
        services={"order": "vnpost_post_order", "cancel": "vnpost_cancel_order"},
        cancel_method="POST", cancel_keys=("maKhachHang", "soDonHang"), made=_EITHER, read=_EITHER,
    ),
    "service-name": Envelope(
        one_url=True, query=(("serviceType", "VNPost"),), query_key="serviceName",
        services={"order": "OrderPost", "cancel": "OrderCancel"},
        cancel_method="POST", cancel_keys=("customerCode", "orderNumber"), made=_EITHER, read=_EITHER,
    ),
    "service": Envelope(one_url=True, query_key="service", made=_EITHER, read=_EITHER),
    "bearer": Envelope(token="bearer"),
    "access-token": Envelope(
        token="none", static_header="access_token", cannot=frozenset({"cancel", "tracking", "document"}),
        extra={"FlagConfig": 2}, item_code=True, made=_EITHER,
    ),
})  # fmt: skip


@value
class Call:
    """One call as it goes out, without its token."""

    method: Literal["GET", "POST"]
    url: URL
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None = None


def posted(
    envelope: Envelope, act: str, url: URL, body: Mapping[str, Any], services: Mapping[str, str], *, own_url: bool
) -> Call:
    """Return the call that posts an order or a notice."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return _named(envelope, act, Call(method="POST", url=url, headers=headers, body=body), services, own_url=own_url)


def cancelled(
    envelope: Envelope, url: URL, customer_code: str, order_no: str, services: Mapping[str, str], *, own_url: bool
) -> Call:
    """Return the call that calls an order off."""
    values = dict(zip(envelope.cancel_keys, (customer_code, order_no), strict=True))
    if envelope.cancel_method == "POST":
        return posted(envelope, "cancel", url, values, services, own_url=own_url)
    return asked(envelope, "cancel", url, values, services, own_url=own_url)


def asked(
    envelope: Envelope, act: str, url: URL, query: Mapping[str, str], services: Mapping[str, str], *, own_url: bool
) -> Call:
    """Return a call that only asks."""
    call = Call(method="GET", url=url, headers={"Accept": "application/json"})
    call = _named(envelope, act, call, services, own_url=own_url)
    return Call(method="GET", url=_with_query(call.url, tuple(query.items())), headers=call.headers)


def _named(envelope: Envelope, act: str, call: Call, services: Mapping[str, str], *, own_url: bool) -> Call:
    """Return a call that names its service; one with an address of its own needs no name."""
    if own_url or not envelope.names_services():
        return call
    service = envelope.service(act, services)
    headers = {**call.headers, **({envelope.header: service} if envelope.header else {})}
    query = (*envelope.query, *([(envelope.query_key, service)] if envelope.query_key else []))
    return Call(method=call.method, url=_with_query(call.url, query), headers=headers, body=call.body)


@lru_cache(maxsize=256)
def _with_query(url: URL, query: tuple[tuple[str, str], ...]) -> URL:
    """Return an address with more in its query; what stood there stays as it was written."""
    if not query:
        return url
    joint = "&" if url.raw_query_string else "?"
    return URL(f"{url}{joint}{urlencode(query, quote_via=quote)}", encoded=True)
