"""The body of a notice: CloudEvents attributes around thin data. No name, telephone or address is in it.

Whoever may know more asks the API with the number.

Source: CloudEvents 1.0.2, structured mode, so that the signature covers the attributes too.
"""

from __future__ import annotations

import json
from typing import Any

from postgw.domain.ports import Notice


def body_of(notice: Notice, source: str) -> bytes:
    """Return the bytes of a notice, the same at each retry."""
    return json.dumps(event_of(notice, source), ensure_ascii=False, separators=(",", ":")).encode()


def event_of(notice: Notice, source: str) -> dict[str, Any]:
    """Return a notice as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": notice.notice_id,
        "source": source,
        "type": f"vn.postgw.{notice.kind}.v1",
        "subject": notice.consignment_no,
        "time": notice.at.isoformat(),
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
