"""Two ledgers: postage is the post's money, fees are the state's, and no đồng ever passes from one into the other.

An entry says that an amount went from one account to another. Having both ends in one line it cannot be out of
balance, whatever is added to the ledger. Nothing is ever changed or taken out: what was wrong is set right by the same
entry the other way round.

A fee goes from the citizen into the cash of whoever collected it, from there under way to the agency, and arrives when
the agency has counted it. What is missing or too much at the counting stands in `difference` until somebody explains
it; it is never smoothed. Refunded postage, and compensation with its interest, go from `compensation` to whoever is
paid; what an owner gives back when a lost item is found comes in by the same entries the other way round.

Stands on: errors. Used by: services.money, services.compensating, storage.ledger_entries.
Source: Decision 45/2016/QĐ-TTg art. 6.6, 7.5, 11 and 15.2; double entry as Vietnamese accounting law asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

LEDGERS = {"fee": "Phí, lệ phí", "postage": "Cước bưu chính"}
ACCOUNTS = {
    "fee": {
        "citizen": "Người nộp",
        "cash": "Tiền mặt tại đơn vị thu",
        "under_way": "Đang nộp, chưa kiểm đếm",
        "agency": "Cơ quan giải quyết",
        "treasury": "Kho bạc Nhà nước",
        "difference": "Chênh lệch khi kiểm đếm",
    },
    "postage": {
        "citizen": "Người gửi, người nhận",
        "agency": "Cơ quan có lỗi",
        "budget": "Ngân sách hỗ trợ",
        "cash": "Tiền mặt tại đơn vị thu",
        "compensation": "Bồi thường, hoàn cước",
    },
}
#: Where fee money may be handed on to.
DESTINATIONS = ("agency", "treasury")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One amount that went from one account to another of the same ledger. `act` and `line` name it for ever.

    Raises ValueError when an account is not of its ledger, both ends are one, or nothing moves.
    """

    act: str
    line: int = 1
    ledger: str
    giver: str
    taker: str
    amount_dong: int

    def __post_init__(self) -> None:
        accounts = ACCOUNTS[self.ledger]
        if self.giver not in accounts or self.taker not in accounts or self.giver == self.taker:
            raise ValueError(f"{self.ledger}: no entry goes from {self.giver} to {self.taker}")
        if self.amount_dong <= 0:
            raise ValueError(f"{self.act}: an entry moves a positive amount, not {self.amount_dong}")


def collected(act: str, *, ledger: str, payer: str, amount: int) -> tuple[Entry, ...]:
    """Return the entry of money that was taken at a door or counter."""
    return (Entry(act=act, ledger=ledger, giver=payer, taker="cash", amount_dong=amount),)


def handed_on(act: str, *, amount: int) -> tuple[Entry, ...]:
    """Return the entry of fee money that left the cash of its collector."""
    return (Entry(act=act, ledger="fee", giver="cash", taker="under_way", amount_dong=amount),)


def counted(act: str, *, destination: str, told: int, received: int) -> tuple[Entry, ...]:
    """Return the entries of fee money that was counted on arrival; what differs stands by itself.

    >>> [(e.giver, e.taker, e.amount_dong) for e in counted("a", destination="agency", told=100, received=90)]
    [('under_way', 'agency', 90), ('under_way', 'difference', 10)]
    >>> [(e.giver, e.taker, e.amount_dong) for e in counted("a", destination="agency", told=100, received=101)]
    [('under_way', 'agency', 100), ('difference', 'agency', 1)]
    """
    moves = (
        ("under_way", destination, min(told, received)),
        ("under_way", "difference", told - received),
        ("difference", destination, received - told),
    )
    real = [move for move in moves if move[2] > 0]
    return tuple(
        Entry(act=act, line=line, ledger="fee", giver=giver, taker=taker, amount_dong=amount)
        for line, (giver, taker, amount) in enumerate(real, 1)
    )


def compensated(act: str, *, payee: str, refund: int, rest: int, interest: int = 0) -> tuple[Entry, ...]:
    """Return the entries of a refund of postage, of what is paid above it, and of interest, a line for each.

    >>> [(e.line, e.taker, e.amount_dong) for e in compensated("a", payee="citizen", refund=26_000, rest=78_000)]
    [(1, 'citizen', 26000), (2, 'citizen', 78000)]
    """
    return tuple(
        Entry(act=act, line=line, ledger="postage", giver="compensation", taker=payee, amount_dong=amount)
        for line, amount in enumerate((refund, rest, interest), 1)
        if amount
    )


def reversed_by(act: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that set others right: the same, the other way round."""
    return tuple(replace(entry, act=act, giver=entry.taker, taker=entry.giver) for entry in entries)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return what each account of each ledger holds after these entries; an account that gave more is negative.

    >>> balances(collected("a", ledger="fee", payer="citizen", amount=8000))
    {('fee', 'citizen'): -8000, ('fee', 'cash'): 8000}
    """
    held: dict[tuple[str, str], int] = {}
    for entry in entries:
        for account, amount in ((entry.giver, -entry.amount_dong), (entry.taker, entry.amount_dong)):
            held[entry.ledger, account] = held.get((entry.ledger, account), 0) + amount
    return held
