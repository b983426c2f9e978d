"""Machines too are written down when they are told whom a paper belongs to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from postgw.web.routes import API
from postgw.web.serve import PUBLIC

#: Fields by which an answer tells of a person.
OF_A_PERSON = {
    "phone",
    "address",
    "applicant",
    "consignee",
    "consignor",
    "witness_name",
    "worker_name",
    "register_name",
}
#: It writes down itself, with its ground.
WITH_A_GROUND = {"getEvidence"}
#: A picture has no fields; this one shows somebody's paper.
PICTURES = {"getReturnRequestPicture"}


def fields_of(schema: Any, shapes: dict[str, Any], seen: set[str]) -> set[str]:
    """Return the names of all fields in a schema, however deep."""
    if isinstance(schema, list):
        return set().union(*(fields_of(each, shapes, seen) for each in schema))
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties", {}))
    if "$ref" in schema and schema["$ref"] not in seen:
        seen.add(schema["$ref"])
        found |= fields_of(shapes[schema["$ref"].rpartition("/")[2]], shapes, seen)
    for inner in ("items", "anyOf", "oneOf", "allOf", "additionalProperties"):
        found |= fields_of(schema.get(inner), shapes, seen)
    return found | fields_of(list(schema.get("properties", {}).values()), shapes, seen)


def test_every_read_whose_answer_has_room_for_a_person_is_written_down() -> None:
    telling, marked = set(), set()
    for route in API:
        if route.method != "GET" or route.scope == PUBLIC:
            continue
        schemas = [TypeAdapter(answer.model).json_schema() for answer in route.operation.answers if answer.model]
        if any(fields_of(each, each.get("$defs", {}), set()) & OF_A_PERSON for each in schemas):
            telling.add(route.operation.name)
        if route.operation.tells_of_people:
            marked.add(route.operation.name)

    assert (telling - WITH_A_GROUND) | PICTURES == marked


async def accesses(gate: Any) -> list[dict[str, Any]]:
    return list((await (await gate.get("/api/v1/accesses")).json())["data"])


async def test_a_systems_read_of_a_consignment_is_written_down_once_an_hour(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    token = await gate.token_for("enquiry", unit="TS")
    for _ in range(3):
        answer = await gate.get(f"/api/v1/consignments/{number}", token=token)
    again = await gate.get(
        f"/api/v1/consignments/{number}", token=token, headers={"If-None-Match": answer.headers["ETag"]}
    )
    gate.clock[0] += timedelta(hours=1)
    await gate.get(f"/api/v1/consignments/{number}", token=token)

    assert again.status == 304
    seen = await accesses(gate)
    assert [(each["subject"], each["purpose"], each["unit"]) for each in seen] == [(number, "api", "TS")] * 2


async def test_a_read_that_found_nothing_and_a_list_without_names_are_not(gate) -> None:
    await gate.get("/api/v1/consignments/4K7M29TB6HC")
    await gate.get("/api/v1/consignments")

    assert await accesses(gate) == []


async def test_a_list_with_names_is_written_down_as_the_list_it_was(gate) -> None:
    await gate.get("/api/v1/desk-orders")

    assert [each["subject"] for each in await accesses(gate)] == ["list:/api/v1/desk-orders"]
