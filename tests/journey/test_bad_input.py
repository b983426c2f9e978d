"""What is wrong is answered by one clear sentence that says what, where and what to do; and nothing is half written."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from tortoise.models import Model

from adapters.spreadsheet.template import template
from postgw.settings import SettingsError, parse
from postgw.sheet_import import import_sheet
from postgw.storage.database import TABLES

from .conftest import CITIZEN, DESK, OFFICE, SETTINGS, Day
from .test_parcel import DOSSIER_NO, dossier

DOSSIERS, CONSIGNMENTS, SCANS = "/api/v1/dossiers", "/api/v1/consignments", "/api/v1/scans"
KEY = f"{DESK}/MC-2026-0007"
ITEM_NO, MISREAD = "RR473124829VN", "RR473124820VN"
LONGEST = ("Nguyễn Thị " + "Diễn Tập " * 20)[:150].strip().ljust(150, "h")
_VIETNAMESE = re.compile(r"[À-ỹĐđ]")
_TABLES = sorted({
    model._meta.db_table
    for page in TABLES
    for model in vars(import_module(page)).values()
    if isinstance(model, type) and issubclass(model, Model) and model is not Model
})  # fmt: skip


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one kind of database: what is refused is refused before any of them is asked."""
    return sqlite_url


async def everything(day: Day) -> dict[str, int]:
    """Count the rows of every table."""
    counts = {}
    for table in filter(None, _TABLES):
        row = await day.house.database.reading.row(f"SELECT count(*) AS n FROM {table}")
        assert row is not None
        counts[table] = int(row["n"])
    return counts


@dataclass(frozen=True)
class Asked:
    """How the door answered."""

    status: int
    media: str
    problem: dict[str, Any]

    def must_be_clear(self, status: int, code: str, pointer: str) -> None:
        """See that the answer is a problem document a person can act on."""
        assert (self.status, self.media) == (status, "application/problem+json"), self.problem
        faults = self.problem["errors"]
        assert code in {self.problem["code"], *(fault["code"] for fault in faults)}, self.problem
        if pointer:
            assert pointer in {fault["pointer"] for fault in faults}, self.problem
        for sentence in (self.problem["detail"], *(fault["detail"] for fault in faults)):
            must_be_sentence(sentence)


def must_be_sentence(text: str) -> None:
    """See that a text is a Vietnamese sentence, filled in, and names no citizen."""
    assert _VIETNAMESE.search(text), text
    assert text.endswith("."), text
    assert not set("{}") & set(text), text
    assert not any(CITIZEN[part] in text for part in ("name", "phone", "address")), text


async def asked(day: Day, method: str, path: str, **rest: Any) -> Asked:
    """Ask as the officer and take whatever comes."""
    headers = {"Authorization": f"Bearer {day.tokens['officer']}", **rest.pop("headers", {})}
    async with day.client.request(method, path, headers=headers, **rest) as answer:
        problem = await answer.json(content_type=None)
        return Asked(answer.status, answer.content_type, problem)


def citizen(**other: str) -> dict[str, str]:
    return {**CITIZEN, **other}


# --- dossiers ---------------------------------------------------------------------------------------------------------

WRONG_DOSSIERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a day that is in no calendar": ({"dossier_no": "H27.15-261338-0007"}, "dossier_no.date", "/dossier_no"),
    "a day to come": ({"dossier_no": "H27.15-261230-0007"}, "dossier_no.future", "/dossier_no"),
    "a number of no shape": ({"dossier_no": "0001/HS"}, "dossier_no.shape", "/dossier_no"),
    "a procedure's code for a dossier's": (
        {"dossier_no": "1.010708.000.00.00.H56"}, "dossier_no.procedure", "/dossier_no"),
    "a result without a number": ({"service_form": "return"}, "dossier_no.missing", "/dossier_no"),
    "no name to know it by": ({"intake_ref": ""}, "text.missing", "/intake_ref"),
    "an unknown procedure": ({"procedure_code": "9.999999"}, "procedure.unknown", "/procedure_code"),
    "a procedure of no shape": ({"procedure_code": "khai sinh"}, "procedure.code_shape", "/procedure_code"),
    "an excluded procedure": ({"procedure_code": "1.000894"}, "procedure.excluded", "/procedure_code"),
    "a form the procedure leaves out": ({"procedure_code": "1.001456"}, "procedure.excluded", "/service_form"),
    "an unknown form": ({"service_form": "gui"}, "choice", "/service_form"),
    "an unknown desk": ({"receiving_desk": "XX"}, "desk.unknown", "/receiving_desk"),
    "an office for a desk": ({"returning_desk": OFFICE}, "desk.unknown", "/returning_desk"),
    "a name that lost its letters": (
        {"applicant": citizen(name="Nguy?n Th? Di?n")}, "text.lost_letters", "/applicant/name"),
    "a commune that lost its letters": (
        {"applicant": citizen(commune="X� K� L�c")}, "text.lost_letters", "/applicant/commune"),
    "a name of 151": ({"applicant": citizen(name="A" * 151)}, "too_long", "/applicant/name"),
    "no name": ({"applicant": citizen(name="  ")}, "text.missing", "/applicant/name"),
    "no telephone": ({"applicant": citizen(phone="")}, "phone.missing", "/applicant/phone"),
    "half a telephone": ({"applicant": citizen(phone="0912 x")}, "phone.shape", "/applicant/phone"),
    "a wrong receiver": ({"return_to": citizen(name="Tr?n")}, "text.lost_letters", "/return_to/name"),
    "money below nothing": ({"fee_dong": -1}, "range", "/fee_dong"),
    "money beyond belief": ({"fee_dong": 10**10}, "range", "/fee_dong"),
    "money in pieces": ({"fee_dong": 8000.5}, "type", "/fee_dong"),
    "money as a word": ({"fee_dong": "8000"}, "type", "/fee_dong"),
    "no paper of a kind": (
        {"papers": [{"name": "Giấy khai sinh", "kind": "original", "quantity": 0}]}, "range", "/papers/0/quantity"),
    "paper of no kind": ({"papers": [{"name": "Giấy khai sinh", "kind": "goc"}]}, "choice", "/papers/0/kind"),
    "an unknown name": ({"recieving_desk": DESK}, "extra", "/recieving_desk"),
    "a moment without a zone": ({"consent_at": "2026-11-23T08:00:00"}, "moment.zone", "/consent_at"),
    "a character no database keeps": ({"note": "a\0b"}, "nul", "/note"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_DOSSIERS)
async def test_a_wrong_dossier_is_refused_with_its_place(day: Day, wrong: str) -> None:
    change, code, pointer = WRONG_DOSSIERS[wrong]
    before = await everything(day)

    answer = await asked(day, "POST", DOSSIERS, json=dossier(**change))

    answer.must_be_clear(422, code, pointer)
    assert await everything(day) == before


async def test_a_name_too_long_is_told_the_limit(day: Day) -> None:
    answer = await asked(day, "POST", DOSSIERS, json=dossier(applicant=citizen(name="A" * 151)))
    assert "150" in answer.problem["errors"][0]["detail"]


async def test_a_row_among_many_is_refused_alone(day: Day) -> None:
    rows = [dossier(), dossier(intake_ref="MC-2026-0008", procedure_code="9.999999")]
    answers = (await asked(day, "POST", DOSSIERS, json={"dossiers": rows})).problem
    first, second = next(iter(value for value in answers.values() if isinstance(value, list)))
    assert (first["status"], second["status"]) == (201, 422)
    assert second["problem"]["errors"][0]["pointer"] == "/dossiers/1/procedure_code"
    assert (await everything(day))["dossier"] == 1


ODD_DOSSIERS: dict[str, dict[str, Any]] = {
    "two levels": {"applicant": citizen(commune_code="")},
    "three levels": {"applicant": citizen(commune="Phường Bắc Hà", district="Thành phố Hà Tĩnh", commune_code="")},
    "a commune nobody knows": {"applicant": citizen(commune="Xã Không Có", commune_code="99999")},
    "no money": {"fee_dong": 0},
    "a name of 150": {"applicant": citizen(name=LONGEST)},
    "a question in the note": {"note": "Có nhà không ?"},
}


@pytest.mark.parametrize("odd", ODD_DOSSIERS)
async def test_what_is_only_odd_is_taken(day: Day, odd: str) -> None:
    await day.ask("officer", "POST", DOSSIERS, dossier(**ODD_DOSSIERS[odd]), expect=201)


# --- bodies -----------------------------------------------------------------------------------------------------------

WRONG_BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "body.json"),
    "half a body": (b'{"dossier_no": "H27', 400, "body.json"),
    "no JSON": (b"<dossier/>", 400, "body.json"),
    "letters of another code page": ('{"note": "Nguyễn"}'.encode("utf-16"), 400, "body.json"),
    "broken UTF-8": (b'{"note": "\xff\xfe"}', 400, "body.json"),
    "a list": (b"[]", 422, "type"),
    "a number": (b"5", 422, "type"),
    "nothing at all": (b"null", 422, "type"),
    "a hundred thousand brackets": (b"[" * 100_000, 400, "body.json"),
    "a number of ten thousand digits": (b'{"fee_dong": ' + b"9" * 10_000 + b"}", 400, "body.json"),
    "ten megabytes": (b'{"note": "' + b"a" * 10_000_000 + b'"}', 413, "body.too_large"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_BODIES)
async def test_a_body_that_cannot_be_read_is_refused(day: Day, wrong: str) -> None:
    body, status, code = WRONG_BODIES[wrong]
    before = await everything(day)

    answer = await asked(day, "POST", DOSSIERS, data=io.BytesIO(body), headers={"Content-Type": "application/json"})

    answer.must_be_clear(status, code, "")
    assert await everything(day) == before


async def test_a_form_is_no_json(day: Day) -> None:
    answer = await asked(day, "POST", DOSSIERS, data={"dossier_no": DOSSIER_NO})
    answer.must_be_clear(415, "body.media", "")


# --- a consignment and what is done with it ---------------------------------------------------------------------------


@dataclass
class Parcel:
    """A consignment of a dossier, at the door of its house."""

    day: Day
    number: str
    serial: list[int] = field(default_factory=lambda: [0])

    async def scan(self, number: str, code: str = "departed", **rest: Any) -> dict[str, Any]:
        """Scan something as the postman; return the answer to that one scan."""
        self.serial[0] += 1
        moment = self.day.clock[0].isoformat()
        scan = {"scan_id": f"s{self.serial[0]}", "number": number, "code": code, "device_at": moment, **rest}
        batch = {"device": "may-quet-1", "sent_at": moment, "scans": [scan]}
        answer: dict[str, Any] = (await self.day.ask("postman", "POST", SCANS, batch, expect=200))["answers"][0]
        return answer

    async def bind(self, item_no: str, *, expect: int = 200) -> Any:
        """Bind an item number as the postman."""
        return await self.day.ask(
            "postman", "POST", f"{CONSIGNMENTS}/{self.number}/bind", {"item_no": item_no}, expect=expect
        )

    async def events(self) -> list[str]:
        """Return what the journey tells."""
        told = await self.day.ask("officer", "GET", f"{CONSIGNMENTS}/{self.number}/journey", expect=200)
        return [happening["code"] for happening in told["happenings"]]


async def parcel_of(day: Day, reference: str, **rest: Any) -> Parcel:
    await day.ask("officer", "POST", DOSSIERS, dossier(intake_ref=reference, **rest), expect=201)
    wanted = {"dossier": f"{DESK}/{reference}", "leg": "send"}
    return Parcel(day, (await day.ask("officer", "POST", CONSIGNMENTS, wanted, expect=201))["consignment_no"])


@pytest.fixture
async def parcel(day: Day) -> Parcel:
    return await parcel_of(day, "MC-2026-0007")


WRONG_ACTS: dict[str, tuple[str, dict[str, Any] | None, int, str, str]] = {
    "a leg of no kind": (CONSIGNMENTS, {"dossier": KEY, "leg": "back"}, 422, "choice", "/leg"),
    "a dossier nobody sent": (CONSIGNMENTS, {"dossier": "TS/MC-9", "leg": "send"}, 404, "dossier.unknown", "/dossier"),
    "a result of what has no number": (
        CONSIGNMENTS, {"dossier": KEY, "leg": "return"}, 422, "dossier_no.missing", "/dossier"),
    "the second of a leg": (CONSIGNMENTS, {"dossier": KEY, "leg": "send"}, 409, "consignment.live", ""),
    "an item number misread": ("{parcel}/bind", {"item_no": MISREAD}, 422, "item_no.check_digit", "/item_no"),
    "an item number of no shape": ("{parcel}/bind", {"item_no": "12345"}, 422, "item_no.shape", "/item_no"),
    "a reason that is none": ("{parcel}/void-label", {"reason": "xấu"}, 422, "reason", "/reason"),
    "no reason to call off": ("{parcel}/cancel", {"reason": "x"}, 422, "reason", "/reason"),
    "a consignment nobody made": (f"{CONSIGNMENTS}/4K7M29TB6HC/book", None, 404, "consignment.unknown", ""),
    "a batch of nothing": (
        SCANS, {"device": "d", "sent_at": "2026-11-23T08:00:00+07:00", "scans": []}, 422, "too_few", "/scans"),
    "a batch of 501": (
        SCANS, {"device": "d", "sent_at": "2026-11-23T08:00:00+07:00", "scans": [
            {"scan_id": f"{n}", "number": ITEM_NO, "code": "arrived", "device_at": "2026-11-23T08:00:00+07:00"}
            for n in range(501)
        ]}, 422, "too_many", "/scans"),
    "a batch without a moment": (SCANS, {"device": "d", "sent_at": "hôm qua", "scans": []}, 422, "moment", "/sent_at"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_ACTS)
async def test_a_wrong_act_is_refused_and_changes_nothing(day: Day, parcel: Parcel, wrong: str) -> None:
    path, body, status, code, pointer = WRONG_ACTS[wrong]
    before = await everything(day)

    answer = await asked(day, "POST", path.format(parcel=f"{CONSIGNMENTS}/{parcel.number}"), json=body)

    answer.must_be_clear(status, code, pointer)
    assert await everything(day) == before


WRONG_SCANS: dict[str, tuple[dict[str, str], str]] = {
    "a check digit": ({"number": MISREAD}, "scan.unreadable"),
    "a dossier's code": ({"number": DOSSIER_NO}, "scan.dossier"),
    "anything": ({"number": "https://example.com/"}, "scan.unreadable"),
    "a code that is none": ({"code": "eaten"}, "scan.code"),
    "a delivery without proof": ({"code": "delivered"}, "scan.needs_proof"),
    "an attempt without a reason": ({"code": "attempted"}, "scan.reason"),
    "a correction of nothing": ({"code": "correction", "reason": "wrong_item"}, "scan.cancels"),
}


@pytest.mark.parametrize("wrong", WRONG_SCANS)
async def test_a_wrong_scan_is_refused_in_its_own_answer(day: Day, parcel: Parcel, wrong: str) -> None:
    change, code = WRONG_SCANS[wrong]
    before = await everything(day)

    answer = await parcel.scan(**{"number": parcel.number, **change})

    assert (answer["verdict"], answer["code"]) == ("refused", code)
    must_be_sentence(answer["sentence"])
    assert await everything(day) == before


async def test_of_two_scans_under_one_id_the_second_is_not_acknowledged(day: Day, parcel: Parcel) -> None:
    moment = day.clock[0].isoformat()
    told = {"scan_id": "s1", "number": parcel.number, "device_at": moment}
    scans = [{**told, "code": "departed"}, {**told, "code": "departed"}, {**told, "code": "arrived"}]
    batch = {"device": "may-quet-1", "sent_at": moment, "scans": scans}

    answers = (await day.ask("postman", "POST", SCANS, batch, expect=200))["answers"]

    assert [answer["verdict"] for answer in answers] == ["accepted", "accepted", "refused"]
    assert answers[2]["code"] == "scan.id_twice"
    must_be_sentence(answers[2]["sentence"])
    assert await parcel.events() == ["departed"]


async def test_a_scan_of_an_unknown_item_waits_until_it_is_bound(parcel: Parcel) -> None:
    waits = await parcel.scan(ITEM_NO)
    assert waits["verdict"] == "kept_aside"
    must_be_sentence(waits["sentence"])
    assert await parcel.events() == []

    await parcel.bind(ITEM_NO)

    assert await parcel.events() == ["departed"]


async def test_a_scan_of_an_unknown_item_waits_until_a_lent_number_gives_it_out(day: Day, parcel: Parcel) -> None:
    assert (await parcel.scan(ITEM_NO))["verdict"] == "kept_aside"
    lent = {"indicator": "RR", "first": 47312482, "last": 47312482, "account": "ha-tinh"}
    await day.ask("administrator", "POST", "/api/v1/number-ranges", lent, expect=201)

    later = await parcel_of(day, "MC-2026-0009")

    assert await later.events() == ["departed"]


async def test_a_lent_number_that_was_bound_by_hand_is_passed_over(day: Day, parcel: Parcel) -> None:
    await parcel.bind(ITEM_NO)
    lent = {"indicator": "RR", "first": 47312482, "last": 47312483, "account": "ha-tinh"}
    await day.ask("administrator", "POST", "/api/v1/number-ranges", lent, expect=201)

    later = await parcel_of(day, "MC-2026-0009")

    made = await day.ask("officer", "GET", f"{CONSIGNMENTS}/{later.number}", expect=200)
    assert made["item_no"].startswith("RR47312483")


async def test_a_void_label_says_so_when_it_is_scanned(day: Day, parcel: Parcel) -> None:
    await day.ask("officer", "POST", f"{CONSIGNMENTS}/{parcel.number}/void-label", {"reason": "damaged"}, expect=200)

    answer = await parcel.scan(parcel.number)

    assert (answer["verdict"], answer["code"], answer["flags"]) == ("accepted", "label.void", ["void_label"])
    must_be_sentence(answer["sentence"])
    assert (await parcel.scan(f"{parcel.number}-2"))["code"] == ""


async def test_what_is_bound_is_not_bound_again_and_one_is_told_who_when_and_where(day: Day, parcel: Parcel) -> None:
    await parcel.bind(ITEM_NO)
    other = await parcel_of(day, "MC-2026-0008")
    before = await everything(day)

    problem = await other.bind(ITEM_NO, expect=409)

    Asked(409, "application/problem+json", problem).must_be_clear(409, "bind.taken", "/item_no")
    assert all(word in problem["detail"] for word in ("postman", "08:00 23/11/2026", OFFICE, parcel.number))
    assert problem["link"] == f"{CONSIGNMENTS}/{parcel.number}"
    assert await everything(day) == before


UNCLEAR_PLACES: dict[str, tuple[dict[str, str], str]] = {
    "a code the post has no word for": ({"commune_code": "99999"}, "place.missing"),
    "a commune that is no more": ({"commune": "Xã Không Có", "commune_code": ""}, "place.unclear"),
}


@pytest.mark.parametrize("unclear", UNCLEAR_PLACES)
async def test_a_booking_to_a_place_unknown_stops_before_anything_is_written(day: Day, unclear: str) -> None:
    change, code = UNCLEAR_PLACES[unclear]
    parcel = await parcel_of(day, "MC-2026-0008", applicant=citizen(**change))
    before = await everything(day)

    answer = await asked(day, "POST", f"{CONSIGNMENTS}/{parcel.number}/book")

    answer.must_be_clear(422, code, "/consignor/commune_code")
    assert await everything(day) == before


async def test_a_name_of_150_letters_stands_whole_on_the_label(day: Day) -> None:
    parcel = await parcel_of(day, "MC-2026-0008", applicant=citizen(name=LONGEST))
    drawn = await day.ask("officer", "GET", f"/api/v1/labels/{parcel.number}", expect=200)
    text = pypdfium2.PdfDocument(io.BytesIO(drawn))[0].get_textpage().get_text_bounded()
    assert "".join(LONGEST.split()) in "".join(text.split())


# --- files and settings -----------------------------------------------------------------------------------------------


def run(folder: Path, settings: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of postgw on these settings."""
    (folder / "settings.toml").write_text(settings, "utf-8")
    environment = {**os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "postgw", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def must_be_one_line(ended: subprocess.CompletedProcess[str]) -> None:
    """See that a command failed with one sentence and nothing else."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    assert ended.stderr.startswith("postgw: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    must_be_sentence(ended.stderr.strip())


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of a workbook", b"<html>no workbook</html>"])
def test_a_broken_workbook_is_refused_in_one_line(tmp_path: Path, sqlite_url: str, content: bytes) -> None:
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(content)
    must_be_one_line(run(tmp_path, SETTINGS.format(url=sqlite_url), "import", str(file), "--desk", DESK))


async def test_a_bad_row_of_a_workbook_comes_back_and_the_good_one_is_taken(day: Day, tmp_path: Path) -> None:
    file, said = tmp_path / "danh-sach.xlsx", list[str]()
    file.write_bytes(
        template_with(
            ["H27.31-261120-0008", "TS-261120-0008", "2.000635"], ["H27.31-261120-0009", "TS-261120-0009", "9.999999"]
        )
    )

    ended = await import_sheet(day.house, file, desk=DESK, say=said.append)

    assert ended == 1
    assert (await everything(day))["dossier"] == 1
    assert any("9.999999" in line for line in said)
    assert len(list(tmp_path.glob("*.xlsx"))) == 2, "the list and what is to be mended"


def template_with(*rows: list[str]) -> bytes:
    """Return the template with its example row once more for each of these, other words at the beginning."""
    book = openpyxl.load_workbook(io.BytesIO(template("xlsx")))
    example = [cell.value for cell in book.worksheets[0][2]]
    for number, row in enumerate(rows, 3):
        for column, value in enumerate([*row, *example[len(row) :]], 1):
            book.worksheets[0].cell(number, column, value)
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("[stroage]\nurl = 'x'", "storage"), ("[web]\nprot = 1", "web.port"), ("[labels]\ndip = 203", "labels.dpi")],
)
def test_an_unknown_setting_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"có phải ý là {near}?")):
        parse(SETTINGS.format(url="sqlite://x") + wrong)


@pytest.mark.slow
def test_a_command_on_wrong_settings_ends_with_one_line(tmp_path: Path) -> None:
    ended = run(tmp_path, SETTINGS.format(url="sqlite://x") + "[web]\nprot = 1", "check")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended
    assert "có phải ý là web.port?" in ended.stderr
