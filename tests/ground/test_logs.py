"""The logs: a line per record, the act it belongs to, and nothing about a person."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from postgw import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def lines() -> Lines:
    stream = io.StringIO()
    logs.configure(stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_fields(lines: Lines) -> None:
    logging.getLogger("postgw.web").info("nhận %d lần quét", 3, extra={"desk": "H27.09", "took_ms": 12})

    (line,) = lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "postgw.web",
        "message": "nhận 3 lần quét",
        "desk": "H27.09",
        "took_ms": 12,
    }


def test_a_record_bears_the_act_it_belongs_to(lines: Lines) -> None:
    token = logs.request_id.set("r-1")
    logging.getLogger("postgw").warning("chậm")
    logs.request_id.reset(token)

    assert [line["request_id"] for line in lines()] == ["r-1"]


def test_a_field_about_a_person_is_withheld_and_named(lines: Lines) -> None:
    logging.getLogger("postgw").info("x", extra={"consignee_name": "Trần Văn Thử", "Phone": "1", "item_no": "RR1"})

    (line,) = lines()
    assert line["withheld"] == ["Phone", "consignee_name"]
    assert line["item_no"] == "RR1"
    assert "Trần" not in json.dumps(line, ensure_ascii=False)


def test_a_person_deep_inside_a_field_is_withheld(lines: Lines) -> None:
    logging.getLogger("postgw").info("x", extra={"order": {"to": [{"address": "ngõ 1", "ward": "18073"}]}})

    assert [line["order"] for line in lines()] == [{"to": [{"ward": "18073"}]}]


@pytest.mark.parametrize(
    "text", ["0912345678", "+84 912 345 678", "84912345678", "0239.385.6789", "thu.nghiem@example.vn"]
)
def test_a_phone_number_or_mail_address_in_any_text_is_masked(text: str, lines: Lines) -> None:
    logging.getLogger("postgw").info("gọi %s", text, extra={"path": f"/x?q={text}"})

    assert [(line["message"], line["path"]) for line in lines()] == [("gọi […]", "/x?q=[…]")]


@pytest.mark.parametrize(
    "number", ["RR473124829VN", "4K7M-29TB-6HC", "000.00.09.H27-240925-0001", "H27.09-240925-0001", "20261123091500"]
)
def test_a_number_of_the_trade_is_left_alone(number: str) -> None:
    assert logs.masked(f"hồ sơ {number}.") == f"hồ sơ {number}."


def test_an_exception_is_told_whole_but_for_people(lines: Lines) -> None:
    try:
        raise ValueError("0912345678 is odd")
    except ValueError:
        logging.getLogger("postgw").exception("hỏng")

    (line,) = lines()
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: […] is odd")


def test_a_terminal_gets_lines_for_people() -> None:
    stream = io.StringIO()
    logs.configure(style="human", stream=stream)
    logging.getLogger("postgw.web").info("sẵn sàng", extra={"port": 8045, "email": "a@b.vn"})

    assert stream.getvalue()[9:] == "INFO    postgw.web: sẵn sàng  port=8045\n"


@pytest.mark.parametrize("is_the_journals", [True, False])
def test_the_journal_is_told_how_grave_a_line_is_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_the_journals: bool
) -> None:
    with (tmp_path / "log").open("w+", encoding="utf-8") as stream:
        behind = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{behind.st_dev}:{behind.st_ino + (not is_the_journals)}")
        logs.configure(stream=stream)
        logger = logging.getLogger("postgw")
        for say in (logger.info, logger.warning, logger.error, logger.critical):
            say("x")
        begins = [line.partition("{")[0] for line in (tmp_path / "log").read_text("utf-8").splitlines()]

    assert begins == (["<6>", "<4>", "<3>", "<2>"] if is_the_journals else [""] * 4)


def test_what_is_below_the_level_is_not_said(lines: Lines) -> None:
    logging.getLogger("postgw").debug("x")

    assert lines() == []


#: What a caller may send to forge a record, paint a terminal, or turn a line around.
NASTY = "a\nERROR forged\r\x1b[2J\x9b31m\x85\u2028\u202eb\x7f"


def test_no_text_of_a_caller_makes_a_line_of_its_own_or_reaches_a_terminal_raw(lines: Lines) -> None:
    logging.getLogger("postgw").warning("x %s", NASTY, extra={"path": NASTY})

    (line,) = lines()
    assert line["message"] == "x " + NASTY
    assert line["path"] == NASTY


def test_a_line_of_json_holds_no_sign_that_is_not_seen() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream)
    logging.getLogger("postgw").warning(NASTY)

    assert stream.getvalue().removesuffix("\n").encode().decode().isprintable()


@pytest.mark.parametrize("form", [logs.JsonLines(), logs.ForPeople()], ids=["json", "people"])
def test_half_a_character_is_written_as_what_it_is(form: logging.Formatter) -> None:
    record = logging.makeLogRecord({"name": "postgw", "levelname": "WARNING", "msg": "b\udc80"})

    assert r"b\udc80" in form.format(record)


def test_on_a_terminal_too_one_record_is_one_line_and_a_stack_is_marked() -> None:
    stream = io.StringIO()
    logs.configure(style="human", stream=stream)
    try:
        raise ValueError(NASTY)
    except ValueError:
        logging.getLogger("postgw").exception("hỏng %s", NASTY, extra={"file": NASTY})

    first, *further = stream.getvalue().removesuffix("\n").split("\n")
    assert first.endswith(r"\u007f")
    assert all(line.isprintable() for line in (first, *further))
    assert further
    assert all(line.startswith("    | ") for line in further)
