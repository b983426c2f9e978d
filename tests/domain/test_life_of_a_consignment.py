"""The life of a consignment, played in any order: scans, attempts, invitations, choices, corrections, time."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from postgw.domain.choice import (
    WAYS,
    Choice,
    KeptChoice,
    checked_choice,
    current,
    cut_off,
    days_offered,
    must_be_changeable,
)
from postgw.domain.custody import Custody, custody_of, journey_of
from postgw.domain.errors import Conflict
from postgw.domain.invitation import counting, may_invite, may_return
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan, Witness
from postgw.domain.states import LEGS
from postgw.domain.undeliverable import Undeliverable, archive_from, next_step
from postgw.domain.witnesses import uncancelled
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

BOOK = rule_book()
TODAY = date(2026, 2, 10)  # Tết 2026 lies ahead
TABLE = BOOK.scan_table(TODAY)
RULE = BOOK.invitation_rule(TODAY)
CALENDAR = calendar_of(BOOK.holidays_on(TODAY))
REASONS = BOOK.reasons_on(TODAY)
CHOICES = BOOK.choice_rule(TODAY)
UNDELIVERABLE = BOOK.undeliverable_rule(TODAY)
#: How an end may be left by what happens afterwards; a correction takes the end itself away.
AFTER_AN_END = {("delivered_by_post_statement", "delivered"), ("returned", "archived")}
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
        self.made: list[KeptChoice] = []
        self.broken_promises = 0

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
            standing = current(self.made, self.custody().attempts, on)
            if reason == "two_invitations" and standing and standing.choice.on:
                return
            self.tell("returning", reason=reason)
            if reason == "two_invitations":
                self.unlawful_returns += not self.called_twice(on)
                self.broken_promises += any(
                    each.choice.on and each.choice.on >= on
                    for each in self.made[-1:]
                    if each.attempts == self.custody().attempts
                )

    def called_twice(self, on: date) -> bool:
        first, second = counting(self.invited, CALENDAR, RULE)[:2]
        return CALENDAR.between(first, second) >= 2 and CALENDAR.between(second, on) >= 2

    @rule(way=st.sampled_from(sorted(WAYS)), n=st.integers(0, 4), window=st.sampled_from(["morning", "afternoon"]))
    def the_recipient_chooses(self, way: str, n: int, window: str) -> None:
        before = self.custody()
        offered = days_offered(self.now, CALENDAR, CHOICES)
        assert all(CALENDAR.is_working(day) and self.now < cut_off(day, CALENDAR, CHOICES) for day in offered)
        choice = checked_choice(Choice(way=way, on=offered[n], window=window, place="TS"), offered, ["TS"])
        standing = current(self.made, before.attempts, legal_day(self.now))
        try:
            must_be_changeable(standing, self.now, CALENDAR, CHOICES)
        except Conflict:
            assert standing
            assert standing.choice.on
            return
        if standing is None or standing.choice != choice:
            self.made.append(
                KeptChoice(
                    ordinal=len(self.made) + 1, choice=choice, attempts=before.attempts, office=before.office,
                    paid_by="citizen", cost_dong=0, by="test", at=self.now,
                )
            )  # fmt: skip
        assert self.custody() == before

    @precondition(lambda self: self.custody().state == "unclaimed")
    @rule(refuses=st.booleans())
    def the_lawful_way_of_what_nobody_takes_is_walked(self, refuses: bool) -> None:
        accepted = min(legal_day(scan.occurred_at) for scan in self.scans)
        entry = Undeliverable(ground="sender_silent", accepted_on=accepted, declared_on=legal_day(self.now))
        step, lawful = next_step(entry, UNDELIVERABLE)
        assert (step, archive_from(entry, UNDELIVERABLE)) == ("request", None)
        entry = replace(entry, requested_on=lawful)
        if refuses:
            entry = replace(entry, answer="refused", answered_on=lawful)
        step, lawful = next_step(entry, UNDELIVERABLE)
        assert step == "archive"
        self.now = max(self.now, datetime(lawful.year, lawful.month, lawful.day, 2, 0, tzinfo=UTC))
        self.tell("archived")
        assert self.custody().ended

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
    def nobody_was_sent_back_before_the_day_they_named(self) -> None:
        assert self.broken_promises == 0

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        _, happenings = journey_of(self.leg, self.scans, TABLE)
        states = [happening.state for happening in happenings]
        for before, after in zip(states, states[1:], strict=False):
            if before != after and TABLE.states[before].ends:
                assert before == "lost" or (before, after) in AFTER_AN_END

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
