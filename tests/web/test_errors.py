"""Every error becomes one problem document, in the caller's language."""

from __future__ import annotations

import inspect

import pytest

from postgw.domain import errors as domain
from postgw.domain.errors import Conflict, Forbidden, Invalid, PostgwError, Refused, Unknown, Unreachable
from postgw.web import errors
from postgw.web.errors import Fault, Faulty, TooOften, headers_of, kind_of, problem_of
from postgw.web.schemas.shapes import ProblemOut


def problem(error: PostgwError, language="vi") -> dict:
    return problem_of(error, language=language, instance="r-1")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("x"), 422),
        (Unknown("x"), 404),
        (Conflict("x"), 409),
        (Forbidden("x", code="scope.missing"), 403),
        (Forbidden("x", code="token.revoked"), 401),
        (domain.TooMuch("x"), 413),
        (Refused("x"), 502),
        (Unreachable("x"), 503),
        (errors.Outdated("x"), 412),
        (errors.broken(), 500),
    ],
)
def test_each_kind_of_error_has_its_status(error: PostgwError, status: int) -> None:
    assert kind_of(error).status == status
    assert problem(error)["status"] == status


def test_every_class_of_error_stands_in_the_table() -> None:
    classes = [
        each
        for room in (domain, errors)
        for _, each in inspect.getmembers(room, inspect.isclass)
        if issubclass(each, PostgwError)
    ]

    assert [each for each in classes if not errors.KINDS.keys() & set(each.__mro__[:2])] == []


def test_a_problem_points_at_the_wrong_value_and_says_where_to_go() -> None:
    shown = problem(Conflict("Đã có {number}.", number="4K7M", code="alive", field="/leg", link="/api/v1/x/4K7M"))

    assert shown["detail"] == "Đã có 4K7M."
    assert shown["errors"] == [{"pointer": "/leg", "code": "alive", "detail": "Đã có 4K7M."}]
    assert (shown["type"], shown["link"], shown["instance"]) == ("/api/problems/alive", "/api/v1/x/4K7M", "r-1")


def test_several_faults_are_all_told() -> None:
    shown = problem(Faulty([Fault(pointer="/a", code="missing", template="Thiếu mục này."), Fault(
        pointer="/b", code="range", template="Nhiều nhất là {le}.", values={"le": 5},
    )]))  # fmt: skip

    assert [(each["pointer"], each["detail"]) for each in shown["errors"]] == [
        ("/a", "Thiếu mục này."),
        ("/b", "Nhiều nhất là 5."),
    ]


def test_an_outsiders_error_names_the_outsider_and_whether_to_try_again() -> None:
    refused = problem(Refused("{outsider} nói không.", outsider="vnpost"))
    silent = problem(Unreachable("{outsider} im lặng.", outsider="vnpost"))

    assert (refused["error_source"], refused["retryable"]) == ("vnpost", False)
    assert (silent["error_source"], silent["retryable"]) == ("vnpost", True)


def test_the_same_error_is_told_in_english_where_that_is_asked_for() -> None:
    shown = problem(Invalid("Chưa có {what}.", what="tên giấy tờ", field="/papers/0/name"), "en")

    assert shown["detail"] == "Missing: name of the paper."
    assert shown["title"] == "Invalid data"


def test_a_sentence_without_english_stays_vietnamese() -> None:
    assert problem(Invalid("Câu chưa ai dịch {n}.", n=3), "en")["detail"] == "Câu chưa ai dịch 3."


def test_a_caller_above_its_quota_is_told_when_to_come_back() -> None:
    assert headers_of(TooOften("x", retry_after=17))["Retry-After"] == "17"


def test_a_caller_nobody_knows_is_told_how_to_say_who_it_is() -> None:
    assert headers_of(errors.Unauthenticated("x"))["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("error", [Invalid("x", field="/a"), Conflict("x", link="/y"), errors.broken()])
def test_a_problem_has_the_shape_that_is_described(error: PostgwError) -> None:
    ProblemOut.model_validate(problem(error))
