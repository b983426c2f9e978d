"""Whatever is written into the ledgers, nothing appears, nothing vanishes, nothing crosses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.ledger import (
    ACCOUNTS,
    DESTINATIONS,
    Entry,
    balances,
    collected,
    compensated,
    counted,
    handed_on,
    reversed_by,
)

amounts = st.integers(1, 10**9)
acts = st.one_of(
    st.builds(lambda dong: collected("c", ledger="fee", payer="citizen", amount=dong), amounts),
    st.builds(
        lambda payer, dong: collected("p", ledger="postage", payer=payer, amount=dong),
        st.sampled_from(["citizen", "agency", "budget"]), amounts,
    ),
    st.builds(lambda dong: handed_on("r", amount=dong), amounts),
    st.builds(
        lambda payee, refund, rest, late: compensated("k", payee=payee, refund=refund, rest=rest, interest=late),
        st.sampled_from(["citizen", "agency"]), st.integers(0, 10**6), st.integers(1, 10**7), st.integers(0, 10**6),
    ),
    st.builds(
        lambda to, told, received: counted("n", destination=to, told=told, received=received),
        st.sampled_from(DESTINATIONS), amounts, st.integers(0, 10**9),
    ),
)  # fmt: skip
histories = st.lists(acts, max_size=20)


@given(histories)
def test_each_ledger_always_sums_to_zero(history: list[tuple[Entry, ...]]) -> None:
    held = balances(entry for act in history for entry in act)

    for ledger in ACCOUNTS:
        assert sum(amount for (of, _), amount in held.items() if of == ledger) == 0


@given(histories, st.integers(0, 20))
def test_the_balance_of_a_whole_is_that_of_its_parts(history: list[tuple[Entry, ...]], at: int) -> None:
    parts = [balances(e for act in part for e in act) for part in (history[:at], history[at:])]
    whole = balances(e for act in history for e in act)

    assert whole == {key: sum(part.get(key, 0) for part in parts) for key in whole}


@given(acts)
def test_what_is_reversed_leaves_nothing_behind(act: tuple[Entry, ...]) -> None:
    assert set(balances((*act, *reversed_by("back", act))).values()) == {0}


@given(amounts, st.integers(0, 10**9), st.sampled_from(DESTINATIONS))
def test_counting_empties_the_way_and_hides_no_difference(told: int, received: int, destination: str) -> None:
    held = balances(
        (*handed_on("r", amount=told), *counted("n", destination=destination, told=told, received=received))
    )

    assert held["fee", "under_way"] == 0
    assert held.get(("fee", destination), 0) == received
    assert held.get(("fee", "difference"), 0) == told - received


@given(histories)
def test_the_two_ledgers_do_not_know_of_each_other(history: list[tuple[Entry, ...]]) -> None:
    entries = [entry for act in history for entry in act]
    held = balances(entries)

    for ledger in ACCOUNTS:
        alone = balances(entry for entry in entries if entry.ledger == ledger)
        assert alone == {key: amount for key, amount in held.items() if key[0] == ledger}


@pytest.mark.parametrize(
    ("ledger", "giver", "taker", "amount"),
    [
        ("postage", "cash", "treasury", 1),
        ("postage", "cash", "under_way", 1),
        ("fee", "budget", "cash", 1),
        ("fee", "cash", "cash", 1),
        ("fee", "citizen", "cash", 0),
        ("fee", "citizen", "cash", -1),
    ],
)
def test_an_entry_that_may_not_be_is_not(ledger: str, giver: str, taker: str, amount: int) -> None:
    with pytest.raises(ValueError, match="entry"):
        Entry(act="a", ledger=ledger, giver=giver, taker=taker, amount_dong=amount)
