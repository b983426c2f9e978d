"""What a form at a door refuses is what the services refuse: the same cases before both, here and in Chromium."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import postgw.web.pages
from postgw.domain.errors import Mistake
from postgw.domain.folding import fold
from postgw.domain.note import NoteSignature, checked_signature
from postgw.domain.packing import Packing, checked_packing
from postgw.domain.paper import Paper
from postgw.domain.paper_check import Counted, checked_count
from postgw.domain.paper_duty import Withdrawn, checked_withdrawn, matched, must_be_settled
from postgw.domain.procedure import ChecklistLine, Procedure
from postgw.domain.proof import ID_KINDS, Proof, checked_proof
from postgw.domain.refusal import Refusal, checked_refusal

pytestmark = pytest.mark.browser

RULES = Path(postgw.web.pages.__file__).parent / "static" / "station" / "door_rules.js"
AT = datetime(2026, 11, 26, 2, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"
TEXTS = (
    "", " ", "Nguyễn Thị Diễn Tập", "  Trần\u00a0 Diễn  Tập ", "Nguy?n V?n A", "Có nhà không ?", "a" * 150, "ễ" * 151,
    "Lê" + " " * 200 + "An", "𝒜" * 150, "none", "Nhà khoá, gọi hai lần", "�",
)  # fmt: skip
TAILS = ("", "1", "12", "3071", " 3071 ", "12345", "042099003071", "c07a", "ß", "3 71", "30-7", "Đ071", "３０７１")
SEALS = ("", "NP", "np-0042", " NP 0042 ", "NP/26.0042", "-NP42", "Đ-0042", "A" * 30, "A" * 31)
NAMES = ("Giấy chứng sinh", "giay  CHUNG sinh", "Căn cước của cha", "Tờ khai", "Sổ hộ khẩu cũ")
LIST = (
    ChecklistLine(name="Giấy chứng sinh", kind="original", quantity=1, required=True),
    ChecklistLine(name="Căn cước của cha", kind="certified", quantity=2, required=True),
    ChecklistLine(name="Tờ khai", kind="copy", quantity=1, required=False),
)
PROCEDURE = Procedure(
    code="1.012783", name="Khai sinh", sector="Hộ tịch", level="commune", agency="UBND xã", forms=("send",),
    papers=LIST, valid_from=date(2026, 1, 1),
)  # fmt: skip
#: A word of ours for a field of theirs, where one screen asks for both in one place.
SAME = {"citizen": "citizen", "name": "consignor", "signature_png": "signature"}


@pytest_asyncio.fixture(loop_scope="session")
async def rules(chrome) -> Any:
    page = await chrome.new_page()
    await page.add_script_tag(path=str(RULES))
    yield page
    await page.close()


def refused_here(act: Callable[[], Any]) -> str:
    """Return the field that the house refuses, or nothing."""
    try:
        act()
    except Mistake as mistake:
        return mistake.field.strip("/").split("/")[0] or mistake.code
    return ""


def differing(cases: Iterable[Any], theirs: list[list[list[str]]], ours: Callable[[Any], str]) -> list[Any]:
    """Return the cases that one side refuses and the other does not, or where the house's field is not among theirs."""
    found = []
    for case, said in zip(cases, theirs, strict=True):
        field, named = ours(case), {SAME.get(each[0], each[0]) for each in said}
        if bool(field) is not bool(said) or (field and SAME.get(field, field) not in named):
            found.append((case, field, sorted(named)))
    return found


async def test_a_proof_is_refused_at_the_form_where_delivery_refuses_it(rules) -> None:
    dice = random.Random(2)
    cases = [
        {
            "receiver_name": dice.choice(TEXTS),
            "receiver_kind": dice.choice(("addressee", "proxy", "organisation", "")),
            "id_kind": dice.choice((*ID_KINDS, "")), "id_tail": dice.choice(TAILS),
            "authorisation_seen": dice.random() < 0.7, "authorisation": dice.choice(TEXTS),
            "relation": dice.choice(TEXTS), "remarks": dice.choice((*TEXTS, "ê" * 1000, "ê" * 1001)),
        }
        for _ in range(1200)
    ]  # fmt: skip
    said = await rules.evaluate(
        "([cases, kinds]) => cases.map((one) => station.rules.proof(one, kinds))", [cases, list(ID_KINDS)]
    )

    assert differing(cases, said, lambda one: refused_here(lambda: checked_proof(Proof(**one)))) == []
    assert 0 < sum(not each for each in said) < len(cases)


async def test_evidence_of_a_refusal_is_refused_at_the_form_where_returns_refuse_it(rules) -> None:
    dice = random.Random(3)
    cases = [
        {
            "refuser_name": dice.choice(("", *TEXTS)), "organisation": dice.choice(TEXTS),
            "id_kind": dice.choice((*ID_KINDS, "")), "id_tail": dice.choice(TAILS), "worker_name": dice.choice(TEXTS),
            "statement": dice.choice(TEXTS), "signature_png": dice.choice(("", "iVBO", "iVBO")),
        }
        for _ in range(1000)
    ]  # fmt: skip
    said = await rules.evaluate(
        "([cases, kinds]) => cases.map((one) => station.rules.refusal(one, kinds))", [cases, list(ID_KINDS)]
    )

    def ours(one: dict[str, Any]) -> str:
        tidy = {**one, "refuser_name": " ".join(one["refuser_name"].split())}
        return refused_here(
            lambda: checked_refusal(Refusal(**tidy | {"signature_png": PNG * bool(one["signature_png"])}))
        )

    assert differing(cases, said, ours) == []


async def test_a_count_of_papers_is_refused_at_the_form_where_the_check_refuses_it(rules) -> None:
    dice = random.Random(4)
    cases = [
        {
            "present": [
                {
                    "name": dice.choice((*NAMES, "", "x" * 301)),
                    "kind": dice.choice(("original", "certified", "copy", "scan")),
                    "quantity": dice.choice((1, 1, 2, 2, 0, 501)),
                }
                for _ in range(dice.randrange(4))
            ],
            "missing": [name for name in NAMES[:3] if dice.random() < 0.4], "guided": dice.random() < 0.7,
            "citizen": "Lê Diễn Tập",
        }
        for _ in range(1200)
    ]  # fmt: skip
    told = [asdict(line) for line in LIST]
    said = await rules.evaluate("([cases, list]) => cases.map((one) => station.rules.count(list, one))", [cases, told])

    def ours(one: dict[str, Any]) -> str:
        counted = Counted(
            present=tuple(Paper(**paper) for paper in one["present"]),
            missing=tuple(one["missing"]),
            guided=one["guided"],
        )
        return (
            "papers"
            if (field := refused_here(lambda: checked_count(PROCEDURE, counted))) not in {"", "guided"}
            else field
        )

    assert differing(cases, said, ours) == []
    assert sum(not each for each in said) > 0


async def test_an_old_paper_without_an_outcome_is_refused_at_the_form(rules) -> None:
    dice, asked = random.Random(5), ["Giấy phép lái xe cũ", "Thẻ cũ"]
    cases = [
        [
            {"name": name, "outcome": dice.choice(("collected", "lost", "")), "note": dice.choice(TEXTS)}
            for name in asked if dice.random() < 0.9
        ]
        for _ in range(1000)
    ]  # fmt: skip
    said = await rules.evaluate(
        "([cases, asked]) => cases.map((one) => station.rules.withdrawn(one, asked))", [cases, asked]
    )

    def ours(told: list[dict[str, str]]) -> str:
        def act() -> None:
            found = matched(checked_withdrawn([Withdrawn(**each) for each in told]), asked)
            must_be_settled("4K7M29TB6HC", [name for name in asked if name not in found])

        return refused_here(act)

    assert [case for case, each in zip(cases, said, strict=True) if bool(each) is not bool(ours(case))] == []


async def test_a_seal_and_two_signatures_are_refused_at_the_form_where_the_house_refuses_them(rules) -> None:
    dice = random.Random(6)
    packings = [
        {"seal_no": dice.choice(SEALS), "packed_by": dice.choice(TEXTS), "witness": dice.choice(TEXTS)}
        for _ in range(800)
    ]
    said = await rules.evaluate("(cases) => cases.map((one) => station.rules.packing(one))", packings)
    assert differing(packings, said, lambda one: refused_here(
        lambda: checked_packing(Packing(**one, packed_at=AT, recorded_by="t"), "send")
    )) == []  # fmt: skip

    notes = [
        [{"name": dice.choice(TEXTS), "signature_png": dice.choice(("", "iVBO"))} for _ in ("consignor", "post")]
        for _ in range(800)
    ]
    said = await rules.evaluate("(cases) => cases.map(([one, other]) => station.rules.note(one, other))", notes)

    def signed(told: list[dict[str, str]]) -> str:
        def act() -> None:
            given: list[NoteSignature] = []
            for side, each in zip(("consignor", "post"), told, strict=True):
                png = PNG * bool(each["signature_png"])
                one = NoteSignature(side=side, name=each["name"], digest="d", signed_at=AT, signature_png=png)
                given.append(checked_signature(one, given))

        return refused_here(act)

    assert [case for case, each in zip(notes, said, strict=True) if bool(each) is not bool(signed(case))] == []


async def test_names_are_folded_as_the_house_folds_them(rules) -> None:
    words = [*TEXTS, *NAMES, "Ðức Thọ", "XÃ KỲ LẠC", "ﬁ", "Căn\u0301 cước", "đ", "Đ"]

    assert await rules.evaluate("(words) => words.map(station.rules.fold)", words) == [fold(word) for word in words]
