"""The description says what the routes do, and nothing else."""

from __future__ import annotations

from typing import get_args

import pytest
from openapi_spec_validator import validate

from postgw.domain.actor import SCOPES
from postgw.web.answers import to_json
from postgw.web.docs.page import docs_page
from postgw.web.openapi import INTRODUCTION, describe
from postgw.web.routes import API, STANDING
from postgw.web.schemas import accounts, cases, conflicts, ending, money, shapes
from postgw.web.serve import PUBLIC
from postgw.web.values import read_json

DESCRIPTION = describe(API, rehearsal=True)

#: What anybody may read without a token. Nothing joins this list by accident.
OPEN_TO_ALL = {
    "/api/v1/track/{number}", "/api/v1/undeliverable", "/api/v1/states", "/api/v1/procedures",
    "/api/v1/calendar/{year}", "/api/v1/tariff", "/api/v1/tariff/quote", "/api/v1/procedures/{code}",
    "/api/v1/prices", "/api/v1/quality-targets", "/api/v1/quality", "/api/v1/service-points", "/api/v1/apologies",
}  # fmt: skip
STANDING_OPEN = {
    "/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/docs", "/api/docs.css", "/api/problems/{code}",
}  # fmt: skip


def operations():
    return [(path, method, each) for path, methods in DESCRIPTION["paths"].items() for method, each in methods.items()]


def test_it_is_valid_openapi_3_1() -> None:
    validate(DESCRIPTION)

    assert DESCRIPTION["openapi"] == "3.1.0"


def test_every_route_wants_a_scope_that_exists_or_is_open_on_purpose() -> None:
    assert {route.path for route in API if route.scope == PUBLIC} == OPEN_TO_ALL
    assert [route.path for route in API if route.scope not in {*SCOPES, PUBLIC}] == []
    assert {route.path for route in STANDING} == STANDING_OPEN


def test_every_route_of_the_api_lies_under_its_version() -> None:
    assert [route.path for route in API if not route.path.startswith("/api/v1/")] == []


def test_no_address_stands_twice() -> None:
    rows = [(route.method, route.path) for route in API]

    assert len(rows) == len(set(rows))


def test_operation_ids_are_unique_and_stand_for_good() -> None:
    names = [each["operationId"] for _, _, each in operations()]

    assert len(names) == len(set(names))
    assert {"takeDossiers", "makeConsignment", "takeScans", "deliver", "track", "getLabel", "signManifest"} <= set(
        names
    )


def test_every_creating_post_takes_an_idempotency_key() -> None:
    without = {route.path for route in API if route.method == "POST" and not route.operation.creates}

    kept_out = {"/api/v1/labels", "/api/v1/tokens", "/api/v1/customers"}
    assert without == kept_out, "the first creates nothing, the others show a secret that must not be kept"


@pytest.mark.parametrize(
    "route", [each for each in API if each.operation.example], ids=lambda each: each.operation.name
)
def test_every_example_is_read_without_a_fault(route) -> None:
    assert read_json(to_json(route.operation.example), route.operation.adapter)


@pytest.mark.parametrize("route", [each for each in API if each.operation.body], ids=lambda each: each.operation.name)
def test_every_body_has_an_example(route) -> None:
    assert route.operation.example


def test_every_error_is_described_as_a_problem_document() -> None:
    kinds = {
        (status, *response.get("content", {}))
        for path, _, each in operations()
        if path.startswith("/api/v1")
        for status, response in each["responses"].items()
        if status >= "400"
    }

    assert {media for _, *media_types in kinds for media in media_types} == {"application/problem+json"}
    assert all(len(row) == 2 for row in kinds)


def test_lists_show_nothing_that_names_a_person() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    personal = {"applicant", "return_to", "consignor", "consignee", "phone", "address", "name"}
    summaries = [
        "DossierSummary",
        "ConsignmentSummary",
        "ManifestSummary",
        "PublicTrackOut",
        "NoticeOut",
        "NoticeData",
        "CaseSummary",
    ]

    assert {name: personal & schemas[name]["properties"].keys() for name in summaries} == dict.fromkeys(
        summaries, set()
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *shapes.CLOSED_LISTS, *accounts.CLOSED_LISTS, *money.CLOSED_LISTS, *cases.CLOSED_LISTS, *ending.CLOSED_LISTS,
        *conflicts.CLOSED_LISTS,
    ],
)  # fmt: skip
def test_closed_lists_are_those_of_the_domain(ours, theirs) -> None:
    assert set(get_args(ours)) == set(theirs)


def test_rehearsal_is_told() -> None:
    assert DESCRIPTION["info"]["x-rehearsal"] is True
    assert "DIỄN TẬP" in DESCRIPTION["info"]["title"]
    assert "DIỄN TẬP" not in describe(API, rehearsal=False)["info"]["title"]


def test_what_a_webhook_sends_is_described() -> None:
    post = DESCRIPTION["webhooks"]["notice"]["post"]

    assert post["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NoticeOut"}


def test_the_readable_page_names_every_operation_and_needs_nothing_from_elsewhere() -> None:
    page = docs_page(DESCRIPTION)

    assert [each["operationId"] for path, _, each in operations() if f'id="{each["operationId"]}"' not in page
            and path.startswith("/api")] == []  # fmt: skip
    assert "<script" not in page
    assert "http://" not in page.replace("https://", "")
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_no_sentence_of_the_introduction_is_broken_in_two() -> None:
    lines = INTRODUCTION.strip().splitlines()[2:]

    assert [line for line in lines if not (line.startswith("**") and line.endswith("."))] == []
