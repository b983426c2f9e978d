"""A case (khiếu nại, bồi thường): a complaint, a loss, damage or lateness, followed until it is answered.

A case is about one consignment. What happens in it is kept as steps, written once; where it stands follows from them.

Used by: services.cases, storage.cases, services.lateness (which opens a case for what came late).
Source: Circular 17/2017/TT-BTTTT art. 8; Law on Post 2010 art. 38 to 41; Decree 47/2011/NĐ-CP art. 24 to 27.
"""

from __future__ import annotations

KINDS = {
    "complaint": "khiếu nại",
    "late": "chậm so với thời gian toàn trình",
    "damage": "hư hỏng, rách bao bì",
    "loss": "mất, thất lạc",
}
STATES = {"open": "đang xử lý", "answered": "đã trả lời", "closed": "đã đóng"}
