"""What a device takes along to hold a form at a door to the law where there is no signal.

Which failed attempts want a signed record, because a return may stand on them; how often and how far apart a recipient
is called; what the postage is by zone and weight. A device that knows these says at the door what the gateway would
say hours later.

Stands on: invitation, price_list, tariff. Used by: services.snapshots.
Source: Joint Circular 18/2015 art. 3; Circular 17/2017/TT-BTTTT art. 5.2.h; Circular 22/2017/TT-BTTTT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .invitation import InvitationRule
from .price_list import PriceList
from .tariff import SERVICES, ZONES, Carriage, Tariff

#: Up to which weight a device knows the price; a heavier envelope is priced at the counter.
GRAMS_KNOWN = 2000


def door_rules(
    rule: InvitationRule, attempt_reasons: Iterable[str], tariff: Tariff, own: PriceList | None
) -> dict[str, Any]:
    """Return the rules of one day: which reasons are recorded, how often people are called, what postage is."""
    return {
        "recorded": [reason for reason in attempt_reasons if wants_record(reason, rule)],
        "invitations": rule.invitations, "working_days_apart": rule.working_days_apart,
        "postage": postage_table(tariff, own),
    }  # fmt: skip


def wants_record(attempt_reason: str, rule: InvitationRule) -> bool:
    """Say whether a failed attempt for a reason is to be recorded and signed, for a return may stand on it.

    >>> from postgw.domain.invitation import Ground
    >>> grounds = {"refused": Ground(evidence=True), "moved": Ground(attempts=frozenset({"moved"}), evidence=True)}
    >>> rule = InvitationRule(invitations=2, working_days_apart=2, working_days_before_return=2, grounds=grounds)
    >>> [wants_record(reason, rule) for reason in ("refused", "moved", "absent")]
    [True, True, False]
    """
    return any(
        ground.evidence and (attempt_reason in ground.attempts or attempt_reason == name)
        for name, ground in rule.grounds.items()
    )


def postage_table(tariff: Tariff, own: PriceList | None) -> Mapping[str, Any]:
    """Return what one way costs, by service and zone: pairs of a weight and the price up to it."""
    own = own or PriceList(valid_from=date.min, prices=())
    weights = [*tariff.bands, *range(tariff.bands[-1] + tariff.step, GRAMS_KNOWN + 1, tariff.step)]
    return {
        service: {
            zone: [[grams, own.total([Carriage(service=service, zone=zone, grams=grams)], tariff)] for grams in weights]
            for zone in ZONES
        }
        for service in SERVICES
    }
