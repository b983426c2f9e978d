"""What a dossier's page offers is what the services would take: tried, in every state of the table, on both legs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.possible_acts import Act
from postgw.domain.scan import Scan, Witness
from postgw.services.overview import Whole
from postgw.storage import scans

EVERYBODY = Actor(name="tat-ca", scopes=frozenset(SCOPES))
OTHER_END = Actor(name="dau-kia", scopes=frozenset(SCOPES), unit="KA")
#: The words that lead to each state, the strongest witness last.
WAYS = {
    "registered": (), "booked": ("booked",), "collected": ("collected",), "in_transit": ("collected", "departed"),
    "at_office": ("collected", "arrived"), "out_for_delivery": ("out_for_delivery",), "attempted": ("attempted",),
    "held": ("held",), "delivered": ("collected", "delivered!"), "delivered_by_post_statement": ("delivered",),
    "returning": ("collected", "returning"), "returned": ("collected", "returned"),
    "unclaimed": ("arrived", "unclaimed"), "archived": ("arrived", "unclaimed", "archived"),
    "lost": ("collected", "lost"), "cancelled": ("cancelled",), "recalled": ("collected", "recalled"),
}  # fmt: skip
PARTY = Party(name="Trần Diễn Tập", phone="0912000009", address="Thôn Hạ", commune="xã Kỳ Lạc",
              province="tỉnh Hà Tĩnh", commune_code="18628")  # fmt: skip
_COUNTER = itertools.count()


async def brought_to(gate: Any, state: str, leg: str) -> tuple[str, str]:
    """Make a consignment that stands in a state; return its number and the key of its dossier."""
    key = (await gate.sent())["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})).json()
    number = made["consignment_no"]
    for word in WAYS[state]:
        await said(gate, number, word)
    return number, key


async def said(gate: Any, number: str, word: str) -> None:
    gate.clock[0] += timedelta(seconds=1)
    at, signed = gate.clock[0], word.endswith("!")
    scan = Scan(
        source=f"device:d{next(_COUNTER)}", source_id="1", witness=Witness.SIGNED if signed else Witness.STATED,
        code=word.rstrip("!"), occurred_at=at, received_at=at, office="480000", actor="x",
        reason="absent" if word == "attempted" else "", proved=signed,
    )  # fmt: skip
    async with gate.house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        book = gate.house.services.redirecting.book
        await scans.keep(tx, [(locked, scan)], table_of=book.scan_table_of, at=at)


async def looked_at(gate: Any, key: str, who: Actor = EVERYBODY) -> Whole:
    whole: Whole = await gate.house.services.overview.dossier(key, who=who, actor=EVERYBODY, at=gate.clock[0])
    return whole


async def tried(gate: Any, name: str, number: str, who: Actor) -> bool:
    """Say whether the service takes an act."""
    services, common = gate.house.services, {"actor": who, "at": gate.clock[0]}
    acts = {
        "order": lambda: services.booking.book(number, **common),
        "cancel": lambda: services.booking.cancel(number, reason="not_needed", **common),
        "recall": lambda: services.redirecting.recall(
            number, reason="changed_mind", fault="citizen", cost_dong=0, **common
        ),
        "address": lambda: services.redirecting.new_address(number, PARTY, fault="citizen", cost_dong=0, **common),
        "void": lambda: services.labelling.void(number, reason="damaged", **common),
        "return": lambda: services.returns.start_return(number, reason="sender_asked", **common),
    }  # fmt: skip
    try:
        await acts[name]()
    except (Conflict, Forbidden, Unknown):
        return False
    return True


def of_item(whole: Whole, name: str) -> Act:
    assert whole.ways
    return next(act for act in whole.ways[0].acts if act.name == name)


@pytest.mark.parametrize("leg", ["send", "return"])
async def test_an_act_on_an_envelope_is_offered_exactly_when_the_service_takes_it(gate, leg) -> None:
    wrong = []
    for state, name in itertools.product(WAYS, ("order", "cancel", "recall", "address", "void", "return")):
        number, key = await brought_to(gate, state, leg)
        whole = await looked_at(gate, key)
        assert whole.ways[0].custody.state == state
        act = of_item(whole, name)
        done_already = {"recalled": "recall", "cancelled": "cancel", "returning": "return"}.get(state) == name
        taken = await tried(gate, name, number, EVERYBODY) and not done_already
        if act.allowed != taken:
            wrong.append((state, name, act.allowed, taken, act.words.sentence))

    assert wrong == []


async def test_whoever_is_not_the_sender_is_offered_neither_recall_nor_another_address(gate) -> None:
    key = (await gate.sent(returning_desk="KA", service_form="both"))["key"]
    for asked in ({"leg": "transfer", "to_desk": "KA"}, {"leg": "send"}):
        made = await (await gate.post("/api/v1/consignments", {"dossier": key, **asked})).json()
        await said(gate, made["consignment_no"], "booked")
        for name in ("recall", "void", "order", "cancel"):
            offered = of_item(await looked_at(gate, key, OTHER_END), name).allowed
            assert offered == await tried(gate, name, made["consignment_no"], OTHER_END), (asked, name)


async def test_an_act_that_is_not_this_accounts_work_is_never_offered(gate) -> None:
    _, key = await brought_to(gate, "collected", "return")
    whole = await looked_at(gate, key, replace(EVERYBODY, scopes=frozenset({"enquiry"})))

    assert [act.name for act in (*whole.acts, *whole.ways[0].acts) if act.allowed or act.has_right] == []


@pytest.mark.parametrize("state", list(WAYS))
async def test_another_form_and_another_issue_are_offered_exactly_when_they_are_taken(gate, state) -> None:
    services = gate.house.services
    _, key = await brought_to(gate, state, "return")
    whole = await looked_at(gate, key)
    offered = {act.leg: act.allowed for act in whole.acts if act.name == "register"}
    form = next(act for act in whole.acts if act.name == "form")
    common = {"actor": EVERYBODY, "at": gate.clock[0]}
    forms = []
    for each in SERVICE_FORMS:
        if each == whole.kept.dossier.service_form:
            continue
        try:
            await services.filing.choose_form(key, service_form=each, consent_at=None, **common)
        except (Conflict, Invalid):
            continue
        forms.append(each)
        await services.filing.choose_form(key, service_form="both", consent_at=None, **common)
    taken = {}
    for leg in ("send", "return"):
        try:
            await services.intake.register(key, leg=leg, **common)
            taken[leg] = True
        except (Conflict, Invalid):
            taken[leg] = False

    assert form.allowed == bool(forms), forms
    assert offered == taken


async def test_every_act_that_is_not_allowed_says_why_in_a_sentence_of_its_own(gate) -> None:
    for state in WAYS:
        _, key = await brought_to(gate, state, "return")
        whole = await looked_at(gate, key)
        closed = [act for act in (*whole.acts, *whole.ways[0].acts) if not act.allowed]

        assert [act.name for act in closed if not act.words.sentence.endswith(".")] == []
        assert [act.name for act in closed if act.instead and not _is_to_be_had(whole, act)] == [], state


def _is_to_be_had(whole: Whole, act: Act) -> bool:
    """Say whether the act named in another's place may itself be done."""
    return any(each.allowed for each in (*whole.acts, *whole.ways[0].acts) if each.name == act.instead)


@pytest.mark.parametrize("state", ["delivered", "delivered_by_post_statement"])
async def test_a_result_that_was_delivered_is_not_to_be_told_ready_and_travels_once(gate, state) -> None:
    number, key = await brought_to(gate, state, "return")
    act = next(each for each in (await looked_at(gate, key)).acts if each.name == "result")
    ready = {"papers": [{"name": "Giấy khai sinh", "kind": "original"}]}
    told = await (await gate.post(f"/api/v1/dossiers/{key}/result-ready", ready)).json()
    after = await looked_at(gate, key)

    assert (act.allowed, act.words.sentence) == (False, "Không cần: kết quả đã phát cho người dân.")
    assert told["consignment_no"] == number
    assert [way.consignment.consignment_no for way in after.ways] == [number]
    assert (await (await gate.get("/api/v1/pickup-tasks")).json())["data"] == []


async def test_a_closed_dossier_is_not_offered_to_tell_its_result_ready(gate) -> None:
    key = (await gate.sent(service_form="send"))["key"]
    closed = await gate.post(f"/api/v1/dossiers/{key}/closed", {"at": gate.clock[0].isoformat()})
    assert closed.status < 300, await closed.text()
    act = next(each for each in (await looked_at(gate, key)).acts if each.name == "result")

    assert (act.allowed, act.words.sentence) == (False, "Không cần: hồ sơ đã đóng.")
