"""A notice as it leaves the house: CloudEvents attributes around thin data, the same in feed and webhook.

No name, telephone or address is in it; whoever may know more asks the API with the number.

`sequence` is the place in the change feed, padded so that it sorts as text. Webhooks about one item come in its order,
those about different items may overtake one another; whoever keeps the greatest one reads on from there and misses
nothing.

Stands on: ports. Used by: web (the feed), adapters.webhooks.
Source: CloudEvents 1.0.2 with its extension `sequence`, in structured mode, so that a signature over the body covers
the attributes too.
"""

from __future__ import annotations

from typing import Any

from .ports import Notice

#: Who speaks, where an installation gives itself no other name.
SOURCE = "postgw"


def cloud_event(notice: Notice, *, source: str = SOURCE) -> dict[str, Any]:
    """Return a notice as a CloudEvent.

    >>> from datetime import UTC, datetime
    >>> told = Notice(notice_id="n1", kind="consignment.delivered", at=datetime(2026, 11, 23, tzinfo=UTC), desk="TS",
    ...               consignment_no="4K7M29TB6HC", dossier_no="")
    >>> event = cloud_event(told)
    >>> event["type"], event["time"], event["data"]["desk"]
    ('vn.postgw.consignment.delivered.v1', '2026-11-23T00:00:00+00:00', 'TS')
    """
    return {
        "specversion": "1.0",
        "id": notice.notice_id,
        "source": source,
        "type": f"vn.postgw.{notice.kind}.v1",
        "subject": notice.consignment_no or notice.dossier_no,
        "time": notice.at.isoformat(),
        **({"sequence": f"{notice.event_no:020d}"} if notice.event_no else {}),
        "datacontenttype": "application/json",
        "data": {
            "desk": notice.desk,
            "consignment_no": notice.consignment_no,
            "dossier_no": notice.dossier_no,
            "item_no": notice.item_no,
            "leg": notice.leg,
            "state": notice.state,
            "office": notice.office,
            **notice.data,
        },
    }
