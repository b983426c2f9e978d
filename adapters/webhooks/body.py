"""The bytes of a webhook: a notice as a CloudEvent, the same at each retry."""

from __future__ import annotations

import json

from postgw.domain.cloud_event import cloud_event
from postgw.domain.ports import Notice


def body_of(notice: Notice, source: str) -> bytes:
    """Return the bytes of a notice."""
    return json.dumps(cloud_event(notice, source=source), ensure_ascii=False, separators=(",", ":")).encode()
