"""The page of rights says what the data says, and the data names no act that the house does not know."""

from __future__ import annotations

from pathlib import Path

from postgw.domain.actor import SCOPES
from postgw.rules.roles import load_acts, load_roles, rights_table
from postgw.web.routes import API
from postgw.web.serve import PUBLIC

PAGE = (Path(__file__).parents[2] / "docs" / "roles.md").read_text("utf-8")


def test_the_page_of_rights_holds_the_table_as_the_data_has_it() -> None:
    first = PAGE.index("| quyền |")

    assert PAGE[first:].split("\n\n")[0] == rights_table()


def test_every_act_has_a_title_and_stands_where_the_house_knows_it() -> None:
    assert tuple(sorted(load_acts())) == tuple(sorted(SCOPES))


def test_every_act_is_done_by_somebody_and_roles_name_no_other() -> None:
    done = frozenset().union(*(role.does for role in load_roles().values()))
    named = frozenset().union(*(role.does | role.reads for role in load_roles().values()))

    assert sorted(done) == sorted(SCOPES)
    assert sorted(named - set(SCOPES)) == []


def test_no_role_both_does_an_act_and_only_reads_it() -> None:
    assert {code: role.does & role.reads for code, role in load_roles().items() if role.does & role.reads} == {}


def test_every_address_wants_a_scope_that_exists() -> None:
    assert {route.scope for route in API} - {PUBLIC} <= set(SCOPES)


def test_an_auditor_looks_at_everything_and_changes_nothing_of_it() -> None:
    auditor = load_roles()["auditor"]

    assert auditor.does | auditor.reads == set(SCOPES)
    assert auditor.does == {"enquiry", "evidence"}
