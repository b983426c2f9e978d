"""A consignment: one posting of one dossier in one direction, always one item.

Legs: `send` brings the citizen's papers to the desk, `return` brings the result home, `transfer` carries between two
desks, `withdrawal` brings papers given up at delivery back to the agency. At most one consignment of a dossier and
leg is alive at a time; when one has ended, another may be made, with the next `issue`.

What travels with another carrier than the provider of the public postal service is marked so. It has none of that
service's terms, prices, papers and report lines: the agency takes it under ordinary law (docs/other-carriers.md).

Stands on: address, custody. Used by: every service.
Source: Decision 45/2016/QĐ-TTg art. 1.3, 5, 16.2; Circular 17/2017/TT-BTTTT art. 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .address import Party
from .custody import Custody
from .errors import Conflict

LEG_TITLES = {
    "send": "Gửi hồ sơ",
    "return": "Trả kết quả",
    "transfer": "Chuyển giữa các cơ quan",
    "withdrawal": "Thu hồi giấy tờ",
}
#: While in one of these nobody has taken the item away: data may change, the order may be called off.
BEFORE_COLLECTION = frozenset({"registered", "booked"})
DELIVERED = frozenset({"delivered", "delivered_by_post_statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """One posting, and where it stands."""

    consignment_no: str
    dossier_id: int
    dossier_no: str = ""
    leg: str
    issue: int = 1
    desk: str  #: the desk at which it begins or ends; it belongs to this unit
    to_desk: str = ""  #: where a `send`, `transfer` or `withdrawal` ends
    consignor: Party
    consignee: Party
    item_no: str = ""
    collect_dong: int = 0
    without_result: bool = False  #: a `return` that brings a rejected dossier home
    account: str = ""  #: with which post, under which contract it travels; empty: nobody serves its desk yet
    #: By the public postal service. Another carrier's parcel has none of its terms, price ceilings and report lines.
    public_service: bool = True
    rules_version: str
    version: int = 1  #: rises with each change of what the label shows
    custody: Custody = field(default_factory=Custody)

    @property
    def brought_result(self) -> bool:
        """Say whether this one brought the result home, by our proof or by the post's own word."""
        return self.leg == "return" and not self.without_result and self.custody.state in DELIVERED

    def must_be_public(self, *, what: str) -> None:
        """Raise Conflict for what travels with another carrier: `what` belongs to the public postal service."""
        if not self.public_service:
            raise Conflict(
                "Bưu gửi {number} không đi bằng dịch vụ bưu chính công ích nên ở đây không có {what}. Việc này theo hợp"
                " đồng và giấy tờ của bên chuyển phát.",
                number=self.consignment_no, what=what, code="consignment.not_public",
            )  # fmt: skip

    def must_not_have_left(self) -> None:
        """Raise Conflict once the post has the item."""
        if self.custody.state not in BEFORE_COLLECTION:
            raise Conflict(
                "Bưu gửi {number} đang ở trạng thái {state}, không đổi hay huỷ được nữa.",
                number=self.consignment_no, state=self.custody.state, code="consignment.left",
            )  # fmt: skip
