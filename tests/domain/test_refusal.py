from __future__ import annotations

from dataclasses import replace

import pytest

from postgw.domain.errors import Invalid
from postgw.domain.redirection import must_be_payable
from postgw.domain.refusal import Refusal, checked_refusal

PNG = b"\x89PNG\r\n\x1a\nx"
BY_REFUSER = Refusal(refuser_name="Nguyễn Diễn Tập", id_kind="passport", id_tail="4c21", signature_png=PNG)
BY_WORKER = Refusal(worker_name="Trần Diễn Tập", statement="Không ai mở cửa", signature_png=PNG)


@pytest.mark.parametrize(("evidence", "field"), [
    (replace(BY_REFUSER, signature_png=b""), "/signature_png"),
    (replace(BY_REFUSER, signature_png=b"\xff\xd8 jpeg"), "/signature_png"),
    (replace(BY_REFUSER, id_kind=""), "/id_kind"),
    (replace(BY_REFUSER, id_tail=""), "/id_tail"),
    (replace(BY_REFUSER, id_tail="012345678901"), "/id_tail"),
    (replace(BY_WORKER, worker_name=" "), "/worker_name"),
    (replace(BY_WORKER, statement=""), "/statement"),
])  # fmt: skip
def test_evidence_that_lacks_a_part_is_refused_where_it_lacks(evidence: Refusal, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_refusal(evidence)

    assert refused.value.field == field


def test_the_refusers_record_keeps_the_last_characters_alone() -> None:
    assert checked_refusal(BY_REFUSER).id_tail == "4C21"


def test_the_workers_record_needs_no_identity_paper() -> None:
    assert checked_refusal(BY_WORKER) == BY_WORKER


@pytest.mark.parametrize(
    ("fault", "cost", "field"), [("nobody", 0, "/fault"), ("post", -1, "/cost_dong"), ("post", 10**8, "/cost_dong")]
)
def test_a_redirection_names_who_pays_and_a_cost_that_can_be(fault: str, cost: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        must_be_payable(fault, cost)

    assert refused.value.field == field
