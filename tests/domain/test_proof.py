"""The proof of a delivery: by which paper, by what right, and what the receiver remarked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.proof import ID_KINDS, Proof, checked_proof

PROOF = Proof(receiver_name="Nguyễn Diễn Tập", id_kind="citizen_id", id_tail="4821", remarks="none")


@pytest.mark.parametrize("kind", sorted(ID_KINDS))
def test_every_kind_of_identity_counts_the_electronic_one_too(kind: str) -> None:
    assert checked_proof(replace(PROOF, id_kind=kind)).id_kind == kind


@pytest.mark.parametrize("kind", ["proxy", "organisation"])
def test_who_takes_it_for_another_shows_by_what_right(kind: str) -> None:
    unseen = replace(PROOF, receiver_kind=kind, relation="con")
    unnamed = replace(PROOF, receiver_kind=kind, authorisation_seen=True)

    for proof, field in ((unseen, "/authorisation_seen"), (unnamed, "/authorisation")):
        with pytest.raises(Invalid) as refused:
            checked_proof(proof)
        assert refused.value.field == field


@pytest.mark.parametrize("shown", [{"authorisation": " 12/UQ  ngày 20/11/2026 "}, {"relation": "con"}])
def test_the_authorisation_or_the_relation_is_kept_tidy(shown: dict[str, Any]) -> None:
    kept = checked_proof(replace(PROOF, receiver_kind="proxy", authorisation_seen=True, **shown))

    assert (kept.authorisation, kept.relation) in {("12/UQ ngày 20/11/2026", ""), ("", "con")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"receiver_kind": "cat"}, "/receiver_kind"), ({"id_kind": "smile"}, "/id_kind"),
        ({"id_tail": "038202004821"}, "/id_tail"), ({"id_tail": "1"}, "/id_tail"), ({"remarks": " "}, "/remarks"),
        ({"receiver_name": ""}, "/receiver_name"),
    ],
)  # fmt: skip
def test_without_any_of_its_parts_nothing_counts_as_delivered(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_proof(replace(PROOF, **wrong))

    assert refused.value.field == field
