"""Who receives instead: which parts are wanted, when somebody can be named, and who counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody
from postgw.domain.errors import Invalid
from postgw.domain.proxy import KeptProxy, Proxy, checked_proxy, current_of, why_not
from postgw.domain.states import STATES
from postgw.rules.book import rule_book

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
BINH = Proxy(name="Trần Thị Bình", relation="vợ", phone="0912000004", id_tail="4567")
ENDS = {state for state, rule in rule_book().scan_table(AT.date()).states.items() if rule.ends}


def carried(state: str, leg: str = "return") -> Consignment:
    return Consignment(
        consignment_no="4K7M29TB6HC", dossier_id=1, leg=leg, desk="TS", consignor=Party(name="A"),
        consignee=Party(name="B"), rules_version="2025-07-01", custody=Custody(state=state, ended=state in ENDS),
    )  # fmt: skip


def kept(ordinal: int, *, taken_back: bool = False) -> KeptProxy:
    return KeptProxy(
        ordinal=ordinal, proxy=BINH, named_at=AT, named_by="citizen.link", withdrawn_at=AT if taken_back else None
    )


@pytest.mark.parametrize(
    ("part", "text", "field"),
    [("name", " ", "/name"), ("relation", "", "/relation"), ("phone", "12", "/phone"), ("id_tail", "45678", "/id_tail"),
     ("id_tail", "١٢٣٤", "/id_tail"), ("name", "A" * 151, "/name"), ("relation", "v?ợ", "/relation")],
)  # fmt: skip
def test_a_part_that_is_missing_or_wrong_is_named(part: str, text: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_proxy(replace(BINH, **{part: text}))

    assert refused.value.field == field


@given(st.builds(Proxy, name=st.text(max_size=30), relation=st.text(max_size=30), phone=st.just("0912 000 004"),
                 id_tail=st.sampled_from(["", " 4567 "])))  # fmt: skip
def test_checking_twice_is_checking_once(proxy: Proxy) -> None:
    try:
        checked = checked_proxy(proxy)
    except Invalid:
        return
    assert checked_proxy(checked) == checked


@given(st.lists(st.booleans(), max_size=5))
def test_the_newest_counts_unless_it_was_taken_back(taken_back: list[bool]) -> None:
    named = [kept(n, taken_back=back) for n, back in enumerate(taken_back, 1)]

    assert current_of(named) == (named[-1] if named and not taken_back[-1] else None)


@given(st.sampled_from(STATES), st.sampled_from(["send", "return", "both"]))
def test_somebody_can_be_named_until_the_result_is_received(state: str, form: str) -> None:
    why = why_not(form, [carried("delivered", "send"), carried(state)])

    if state == "cancelled":
        assert why == ("not_by_post" if form == "send" else "")
    elif state in ENDS:
        assert why == ("delivered" if state.startswith("delivered") else "over")
    elif state == "returning":
        assert why == "returning"
    else:
        assert why == ""


def test_before_the_result_is_ready_whoever_registered_for_it_may_name_somebody() -> None:
    assert (why_not("both", []), why_not("return", []), why_not("send", [])) == ("", "", "not_by_post")
