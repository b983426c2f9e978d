"""The lists of words on the pages of money and cases have the codes of the domain, each of them."""

from __future__ import annotations

import pytest

from postgw.domain import case, compensation, damage, ledger, reconciliation, tariff
from postgw.web.pages import wordlists

PAIRS = (
    (wordlists.LEDGERS, ledger.LEDGERS), (wordlists.DESTINATIONS, ledger.DESTINATIONS),
    (wordlists.ZONES, tariff.ZONES), (wordlists.KINDS, case.KINDS), (wordlists.STATES, case.STATES),
    (wordlists.ABOUTS, case.ABOUTS), (wordlists.OUTCOMES, case.OUTCOMES), (wordlists.DECISIONS, case.DECISIONS),
    (wordlists.STEPS, case.STEPS), (wordlists.FAULTS, compensation.FAULTS), (wordlists.PAYEES, compensation.PAYEES),
    (wordlists.WAYS, compensation.WAYS), (wordlists.WRAPPINGS, damage.WRAPPINGS), (wordlists.CAUSES, damage.CAUSES),
    (wordlists.CONDITIONS, damage.CONDITIONS), (wordlists.SOURCES, reconciliation.SOURCES),
    (wordlists.BUCKETS, {**reconciliation.LINE_BUCKETS, **reconciliation.CLAIM_BUCKETS}),
)  # fmt: skip


@pytest.mark.parametrize(("words", "codes"), PAIRS, ids=range(len(PAIRS)))
def test_every_code_of_the_domain_has_its_word(words: dict[str, str], codes: dict[str, object]) -> None:
    assert set(words) == set(codes)
