"""Whatever is thrown at the API, it keeps to its own description: no 500, no HTML, nothing undescribed.

Every check that schemathesis has looks at every answer, save its limit of time (a clock is no proof). What does not fit
one operation is left out for that one, beside its reason. That what the description allows is accepted holds of the
reading: what an act says of it is of the world. POSTGW_FUZZ=full asks many times as much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ensure_resource_availability,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    object_level_authorization,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)

from postgw.web.faults import SENTENCES
from postgw.web.openapi import describe
from postgw.web.routes import API

from ..fuzz import FULL
from .conftest import settings_for
from .served import Served

SCHEMA = schemathesis.openapi.from_dict(describe(API, rehearsal=True))
#: The same, to be asked what stands at the edge of each shape (missing, one too many, other methods): thousands of
#: questions, so that the ordinary run asks them of every eighth operation, always the same ones.
EDGES = schemathesis.openapi.from_dict(describe(API, rehearsal=True)).include(
    func=lambda context: FULL or crc32(context.operation.label.encode()) % 8 == 0
)
SCHEMA.config.phases.coverage.enabled = False
Check = Callable[..., bool | None]
CHECKS: list[Check] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, positive_data_acceptance, missing_required_header,
    unsupported_method, allow_header_conformance, use_after_free, ensure_resource_availability, ignored_auth,
    object_level_authorization,
]  # fmt: skip
#: What the reading of a body or an address says. What an act says is of the world, and no schema can promise that.
_READING = {code for code, _ in SENTENCES.values()} | {"value"}
#: What the reading says and the description in words only: a schema has no form for the years of a moment or a day,
#: for a letter that no text may hold, nor for a whole number written like a part (JSON Schema takes 1.0 for one).
_IN_WORDS = {"moment.range": "", "date.range": "", "nul": "", "type": "Phải là số nguyên."}
_BY_ROW = {"/api/v1/dossiers", "/api/v1/scans"}  # a wrong row is answered in its row, and the others are taken
_KEYS = {"If-Match", "Idempotency-Key"}
_shut: set[str] = set()


@pytest.fixture(scope="module")
def server(sqlite_template, tmp_path_factory) -> Iterator[Served]:
    """Give a house at an address."""
    path = tmp_path_factory.mktemp("contract") / "postgw.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with Served(settings_for(f"sqlite://{path}")) as server:
        yield server


def _is_under_another(path: str, method: str) -> bool:
    """Say whether an address is also one of a wider route, whose number may be any word: its methods are allowed."""
    asked = re.sub(r"\{\w+(?::[^}]*)?\}", "x", path)
    wider = [route.path for route in API if route.method == method]
    patterns = [re.sub(r"\\{\w+(:.+?)?\\}", lambda m: ".+" if m[1] else "[^/]+", re.escape(each)) for each in wider]
    return any(re.fullmatch(pattern, asked) for pattern in patterns)


def _left_out(case: schemathesis.Case) -> set[Check]:
    path, left_out = case.operation.path, set[Check]()
    if path in _BY_ROW:
        left_out.add(negative_data_rejection)
    header = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    if header is not None and header.mode == schemathesis.GenerationMode.NEGATIVE and not _KEYS & set(case.headers):
        left_out.add(negative_data_rejection)  # wrong by its missing token, and the token is put in
    declared = {method.upper() for method in case.operation.schema[path]}
    if "GET" not in declared and _is_under_another(path, "GET"):
        left_out.add(allow_header_conformance)
    if case.operation.label in _shut:
        left_out.add(ignored_auth)  # asked once already: each time costs two more calls
    return left_out


def _is_of_the_world(failure: Failure, answer: Any) -> bool:
    """Say whether a body of the right shape was refused by an act and not by the reading."""
    if not isinstance(failure, RejectedPositiveData):
        return False
    problem = answer.json()
    faults = [fault for fault in problem["errors"] if _IN_WORDS.get(fault["code"]) not in ("", fault["detail"])]
    codes = {fault["code"] for fault in faults} if problem["errors"] else {problem["code"]}
    return not codes & _READING


def judge(case: schemathesis.Case, answer: Any, *, but: Check | None = None, **rest: Any) -> None:
    """Look at an answer with every check that fits, save one."""
    checks = [check for check in CHECKS if check not in _left_out(case) and check is not but]
    try:
        case.validate_response(answer, checks=checks, **rest)
    except FailureGroup as group:
        real = [each for each in group.exceptions if not _is_of_the_world(each, answer)]
        if real:
            group = FailureGroup(real)
            group.add_note(f"{case.operation.label} answered {answer.status_code}: {answer.text[-700:]}")
            raise group from None
    if 200 <= answer.status_code < 300:
        _shut.add(case.operation.label)


def tamed(case: schemathesis.Case) -> schemathesis.Case:
    """Take away what would only cost time: a question that waits."""
    if case.operation.path == "/api/v1/events" and case.query:
        case.query.pop("wait", None)
    return case


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=60 if FULL else 4, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_keeps_to_its_description(case: schemathesis.Case, server: Served) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}

    answer = tamed(case).call(base_url=server.url, headers=headers)

    judge(case, answer, headers=headers)


@pytest.mark.slow
@EDGES.parametrize()
@settings(max_examples=1, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_keeps_to_its_description_at_the_edges(case: schemathesis.Case, server: Served) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}

    answer = tamed(case).call(base_url=server.url, headers=headers)

    judge(case, answer, headers=headers)


@pytest.mark.slow
def test_what_was_made_is_found_by_every_link(server: Served) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}

    asked: list[str] = []

    class Journey(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def call(self, case: schemathesis.Case, **kwargs: Any) -> Any:
            asked.append(case.operation.label)
            return tamed(case).call(base_url=server.url, headers=headers)

        # What a body may be is asked operation by operation; here it is asked whether what was made is found.
        def validate_response(self, response: Any, case: schemathesis.Case, **kwargs: Any) -> None:
            judge(
                case,
                response,
                but=positive_data_acceptance,
                headers=headers,
                transport_kwargs={"headers": headers},
                recorder=self.recorder,
            )

    made: type[APIStateMachine] = Journey
    made.run(
        settings=settings(
            max_examples=300 if FULL else 12, stateful_step_count=8 if FULL else 6, derandomize=True, deadline=None,
            suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
    assert requests.get(f"{server.url}/api/v1/dossiers", headers=headers, timeout=60).status_code == 200
    assert len(asked) > 20
