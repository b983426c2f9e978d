"""The life of a consignment, played in any order: scans, attempts, invitations, corrections, and time that passes."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from postgw.domain.custody import Custody, custody_of
from postgw.domain.invitation import counting, may_invite, may_return
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan, Witness
from postgw.domain.states import LEGS
from postgw.domain.witnesses import uncancelled
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

BOOK = rule_book()
TODAY = date(2026, 2, 10)  # Tết 2026 lies ahead
TABLE = BOOK.scan_table(TODAY)
RULE = BOOK.invitation_rule(TODAY)
CALENDAR = calendar_of(BOOK.holidays_on(TODAY))
REASONS = BOOK.reasons_on(TODAY)
HOLDERS = {"sender", "desk", "post", "recipient", "nobody"}
#: What a person or the feed may say without a signature; a correction names another scan and has its own rule.
WORDS = sorted(set(TABLE.codes) - {"correction", "unknown", "attempted", "returning"})
SOURCES = {"device:a": Witness.SCANNED, "device:b": Witness.SCANNED, "feed:post": Witness.STATED}


class Life(RuleBasedStateMachine):
    """One consignment, everybody who speaks of it, and the clock."""

    @initialize(leg=st.sampled_from(LEGS))
    def register(self, leg: str) -> None:
        self.leg = leg
        self.now = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
        self.scans: list[Scan] = []
        self.invited: list[date] = []
        self.unlawful_returns = 0

    def tell(self, code: str, source: str = "device:a", **more: object) -> None:
        number = len(self.scans)
        scan = Scan(
            source=source, source_id=str(number), witness=SOURCES.get(source, Witness.SCANNED), code=code,
            occurred_at=self.now, received_at=self.now, office="480000",
        )  # fmt: skip
        self.scans.append(replace(scan, **more))  # type: ignore[arg-type]

    def custody(self) -> Custody:
        return custody_of(self.leg, self.scans, TABLE)

    @rule(hours=st.integers(1, 96))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(code=st.sampled_from(WORDS), source=st.sampled_from(sorted(SOURCES)), ago=st.integers(0, 48))
    def somebody_scans(self, code: str, source: str, ago: int) -> None:
        self.tell(code, source, occurred_at=self.now - timedelta(hours=ago))

    @rule(reason=st.sampled_from(sorted(REASONS["attempt"])))
    def a_delivery_fails(self, reason: str) -> None:
        self.tell("attempted", reason=reason)

    @rule(signed=st.booleans())
    def it_is_delivered_with_proof(self, signed: bool) -> None:
        how = {"witness": Witness.SIGNED} if signed else {"proved": True}
        self.tell("delivered", "manifest:m" if signed else "device:a", **how)

    @rule()
    def the_recipient_is_invited(self) -> None:
        on = legal_day(self.now)
        if may_invite(self.invited, on, CALENDAR, RULE).allowed:
            self.invited.append(on)

    @rule(reason=st.just("two_invitations") | st.sampled_from(sorted(REASONS["return"])), evidenced=st.booleans())
    def the_office_starts_a_return(self, reason: str, evidenced: bool) -> None:
        attempts = [scan.reason for scan in uncancelled(self.scans) if scan.code == "attempted"]
        on = legal_day(self.now)
        if may_return(reason, attempts, self.invited, on, CALENDAR, RULE, evidenced=evidenced).allowed:
            self.tell("returning", reason=reason)
            if reason == "two_invitations":
                self.unlawful_returns += not self.called_twice(on)

    def called_twice(self, on: date) -> bool:
        first, second = counting(self.invited, CALENDAR, RULE)[:2]
        return CALENDAR.between(first, second) >= 2 and CALENDAR.between(second, on) >= 2

    @precondition(lambda self: self.scans)
    @rule(data=st.data())
    def somebody_corrects(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from(self.scans))
        self.tell("correction", cancels=wrong.key, reason="wrong_act")

    @invariant()
    def exactly_one_holds_it(self) -> None:
        custody = self.custody()
        assert custody.holder in HOLDERS
        assert not custody.office or custody.holder == "post"
        assert (custody.holder == "nobody") <= (custody.state in {"lost", "recalled", "archived"})

    @invariant()
    def nothing_is_delivered_without_proof(self) -> None:
        standing = uncancelled(self.scans)
        proofs = [s for s in standing if s.code == "delivered" and (s.proved or s.witness == Witness.SIGNED)]
        custody = self.custody()
        assert (custody.state == "delivered") <= bool(proofs)
        assert custody.proved == (custody.state == "delivered")

    @invariant()
    def nobody_was_sent_back_for_not_coming_before_the_law_allows(self) -> None:
        assert self.unlawful_returns == 0

    @invariant()
    def the_order_of_hearing_changes_nothing(self) -> None:
        assert custody_of(self.leg, reversed(self.scans), TABLE) == self.custody()

    @invariant()
    def it_can_still_end(self) -> None:
        custody = self.custody()
        assert custody.ended or way_to_an_end(custody.state)

    @precondition(lambda self: self.scans and not self.custody().ended)
    @rule()
    def the_way_to_an_end_is_walked(self) -> None:
        for code in way_to_an_end(self.custody().state):
            self.now += timedelta(hours=13)
            self.tell(code, "manifest:end", witness=Witness.SIGNED)
        assert self.custody().ended


@cache
def way_to_an_end(state: str) -> tuple[str, ...]:
    """Return the shortest row of scan words that leads from a state to an end; empty when none does."""
    waiting: deque[tuple[str, tuple[str, ...]]] = deque([(state, ())])
    seen = {state}
    while waiting:
        here, way = waiting.popleft()
        if way and TABLE.states[here].ends:
            return way
        for code, word in TABLE.codes.items():
            if word.state and here in word.after and word.state not in seen:
                seen.add(word.state)
                waiting.append((word.state, (*way, code)))
    return ()


TestLife = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")(Life.TestCase)
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("state", [name for name, row in TABLE.states.items() if not row.ends])
def test_every_open_state_has_a_way_to_an_end(state: str) -> None:
    assert way_to_an_end(state)
