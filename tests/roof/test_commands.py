"""The commands, as somebody at a terminal uses them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
import zxingcpp

from adapters.rehearsal import invented
from postgw.bootstrap import now, opened_house
from postgw.cli import main
from postgw.demo.furnishing import furnish
from postgw.demo.opening import letters
from postgw.domain.actor import GATEWAY
from postgw.domain.legal_day import legal_day
from postgw.settings import load
from postgw.storage.migrate import migrate

from ..rehearsal import rehearsing

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SETTINGS = rehearsing("sqlite://{folder}/gateway.sqlite3") + "[web]\nport = 0\n"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One furnished rehearsal for every command of this file."""
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "settings.toml").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    chosen = load(folder / "settings.toml")

    async def fill() -> None:
        await migrate(chosen.storage.url)
        async with opened_house(chosen) as house:
            await furnish(house, AT)

    asyncio.run(fill())
    return folder


@pytest.fixture
def at_desk(furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTGW_SETTINGS", str(furnished / "settings.toml"))
    return furnished


def some_numbers(folder: Path, count: int) -> list[str]:
    async def ask() -> list[str]:
        async with opened_house(load(folder / "settings.toml")) as house:
            page = await house.services.enquiry.consignments(actor=GATEWAY, limit=count)
            return [consignment.consignment_no for consignment in page.items]

    return asyncio.run(ask())


def test_the_letters_of_the_demo_lead_to_pages_that_want_an_answer(furnished: Path) -> None:
    async def opened() -> list[str]:
        async with opened_house(load(furnished / "settings.toml")) as house:
            found = [path for _, path in await letters(house, AT)]
            choosing, rating = (next(path for path in found if path.startswith(head)) for head in ("/c/", "/r/"))
            offer = await house.services.choosing.offer_by_link(choosing.rpartition("/")[2], at=AT)
            question = await house.services.satisfaction.question(rating.rpartition("/")[2], at=AT)
            return [choosing[:3], str(bool(offer and offer.days)), rating[:3], question.state]

    assert asyncio.run(opened()) == ["/c/", "True", "/r/", "open"]


def test_the_furnished_day_has_consignments_in_many_states(furnished: Path) -> None:
    async def counts() -> dict[str, int]:
        async with opened_house(load(furnished / "settings.toml")) as house:
            return dict((await house.services.enquiry.today(desk="", actor=GATEWAY, at=AT)).counts)

    found = asyncio.run(counts())
    assert sum(found.values()) > 250
    assert {
        "registered",
        "collected",
        "in_transit",
        "at_office",
        "out_for_delivery",
        "delivered",
        "held",
        "returned",
    } <= set(found)


def test_a_label_drawn_by_command_is_read_back_by_a_scanner(at_desk: Path, tmp_path: Path) -> None:
    number, *_ = some_numbers(at_desk, 1)

    assert main(["label", number, "-o", str(tmp_path / "label.pdf")]) == 0

    page = pypdfium2.PdfDocument(tmp_path / "label.pdf")[0]
    picture = page.render(scale=203 / 72, grayscale=True).to_pil()
    assert number in {found.text for found in zxingcpp.read_barcodes(picture)}


def test_labels_for_four_on_a_sheet_begin_at_the_free_place(at_desk: Path, tmp_path: Path) -> None:
    numbers = some_numbers(at_desk, 3)

    main(["label", *numbers, "-o", str(tmp_path / "sheet.pdf"), "--paper", "a4-4", "--first-place", "3"])

    assert len(pypdfium2.PdfDocument(tmp_path / "sheet.pdf")) == 2


def test_track_tells_a_program_what_a_stranger_may_know(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number, *_ = some_numbers(at_desk, 1)

    assert main(["track", number, "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["number"] == number
    assert set(told) == {"number", "leg", "stage", "stages_done", "stopped", "etag"}


def test_an_unknown_number_is_one_sentence_and_a_failure(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["track", "4K7M29TB6HC"]) == 1
    assert "Chưa có" in capsys.readouterr().err


def test_check_says_that_this_is_a_rehearsal(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rehearsal"], told["problems"]) == (True, [])
    assert ("post", "missing") in {(line["code"], line["state"]) for line in told["checklist"]}


def test_a_token_is_shown_once_and_can_be_revoked(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "issue", "bo-phan-thu", "--scope", "enquiry"]) == 0
    shown, card = capsys.readouterr().out.splitlines()
    assert shown.startswith("pgw_")
    assert main(["token", "revoke", card.rsplit(" ", 1)[1]]) == 0
    assert main(["token", "list"]) == 0
    assert shown not in capsys.readouterr().out


def test_a_lent_range_that_overlaps_is_refused(at_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["numbers", "lend", "RR", "1000", "1999", "--account", "khac"]) == 0
    assert main(["numbers", "lend", "RR", "1500", "2500", "--account", "khac"]) == 1
    assert "trùng" in capsys.readouterr().err


def filled_template(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    """Fill the template as a clerk would: by its headings."""
    file = folder / name
    assert main(["import", str(file), "--template"]) == 0
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    headings = {str(cell.value): cell.column for cell in page[1] if cell.value}
    for n, row in enumerate(rows, 3):
        for heading, value in row.items():
            page.cell(n, headings[heading], value)
    book.save(file)
    return file


def row(number: str, phone: str) -> dict[str, Any]:
    return {
        "Mã hồ sơ": number,
        "Mã thủ tục": "2.000635",
        "Hình thức": "nhận",
        "Họ tên người nhận": "Nguyễn Thị Diễn Tập",
        "Số điện thoại": phone,
        "Địa chỉ": "Tổ dân phố 3",
        "Xã, phường": "Phường Thành Sen",
        "Tỉnh, thành phố": "Hà Tĩnh",
        "Giấy tờ": "Giấy khai sinh (bản chính)",
    }


def test_good_rows_are_kept_and_bad_ones_come_back_to_be_mended(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = invented.desks()[0].code
    rows = [
        row("H27.15-261120-9001", "0540123001"),
        row("H27.15-261320-9002", "0540123002"),
        row("H27.15-261120-9003", "12"),
    ]
    file = filled_template(tmp_path, "danh-sach.xlsx", rows)

    assert main(["import", str(file), "--desk", desk]) == 1

    said = capsys.readouterr().out
    assert "1 dòng: hồ sơ mới" in said
    assert "Dòng 4" in said
    assert "Dòng 5, cột Số điện thoại" in said
    mend = openpyxl.load_workbook(tmp_path / "can-sua-danh-sach.xlsx").worksheets[0]
    assert mend.max_row == 3
    assert main(["import", str(file), "--desk", desk]) == 1
    assert "1 dòng: đã có sẵn" in capsys.readouterr().out


def test_what_the_post_holds_is_taken_over_from_a_list_and_twice_is_once(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, desk = tmp_path / "dang-di.csv", invented.desks()[0].code
    assert main(["import", str(file), "--in-flight", "--template"]) == 0
    today = f"{legal_day(now()):%d/%m/%Y}"
    rows = [f"RR473124829VN;H27.15-251112-0041;{today};Bưu điện Kỳ Anh", f"RR473124820VN;H27.15-251112-0042;{today};X"]
    file.write_text(file.read_text("utf-8-sig") + "\n".join(rows), "utf-8")

    for asked, word in (
        (["--check"], "1 dòng: tiếp quản được."),
        ([], "1 dòng: đã tiếp quản."),
        ([], "1 dòng: đã có từ trước."),
    ):
        assert main(["import", str(file), "--in-flight", "--desk", desk, *asked]) == 1
        told = capsys.readouterr().out
        assert word in told
        assert "Dòng 4: Số hiệu RR473124820VN sai chữ số kiểm tra." in told
    assert "RR473124820VN" in (tmp_path / "can-sua-dang-di.csv").read_text("utf-8-sig")
    assert main(["track", "RR473124829VN"]) == 0
    assert "RR473124829VN: chặng 2 trên 4." in capsys.readouterr().out


def test_a_broken_workbook_is_one_sentence(at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")

    assert main(["import", str(tmp_path / "broken.xlsx"), "--desk", invented.desks()[0].code]) == 1

    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def a_dossier_that_travelled(folder: Path) -> str:
    async def ask() -> str:
        async with opened_house(load(folder / "settings.toml")) as house:
            page = await house.services.enquiry.consignments(actor=GATEWAY, state="delivered")
            return next(each.dossier_no for each in page.items if each.dossier_no)

    return asyncio.run(ask())


def test_the_evidence_of_a_dossier_is_written_into_a_folder(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = a_dossier_that_travelled(at_desk)

    assert main(["export", number, "-o", str(tmp_path / "new"), "--purpose", "complaint", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    file, sheet = (Path(name) for name in said["files"])
    assert json.loads(file.read_text("utf-8"))["content_sha256"] == said["content_sha256"]
    with pypdfium2.PdfDocument(sheet) as paper:
        assert number in paper[0].get_textpage().get_text_bounded()


def test_verify_says_what_holds_and_what_is_not_sealed_yet(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", a_dossier_that_travelled(at_desk), "-o", str(tmp_path), "--purpose", "complaint", "--json"])
    capsys.readouterr()

    assert main(["verify", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert (report["holds"], report["seals"], report["not_sealed"]) == (True, 0, report["linked"])
    assert main(["verify"]) == 0
    assert "Chứng cứ nguyên vẹn." in capsys.readouterr().out


def test_verify_fails_when_the_digest_that_was_kept_is_not_there(
    at_desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--kept", "00"]) == 1
    assert "KHÔNG TÌM THẤY" in capsys.readouterr().out


def test_a_dossier_that_nobody_knows_has_no_evidence(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "H27.15-261123-9999", "-o", str(tmp_path), "--purpose", "complaint"]) == 1
    assert "Chưa có hồ sơ" in capsys.readouterr().err


def test_a_statement_is_reconciled_and_says_what_balances(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "thu-ho.csv"
    file.write_text("Ngày thu;Mã bưu gửi;Số tiền\n01/02/2026;RR473124829VN;8.000\n", encoding="utf-8")

    assert main(["reconcile", str(file), "--source", "post", "--account", "dien-tap"]) == 0
    said = capsys.readouterr().out
    assert main(["reconcile", str(file), "--source", "post", "--account", "dien-tap"]) == 0

    assert "Đã nhận 1 dòng mới, cả tệp 1 dòng, 8.000 đồng." in said
    assert "Đúng tệp này đã nhận trước đó" in capsys.readouterr().out
    assert "Đã thu, bên kia chưa báo" in said


def test_a_statement_with_a_wrong_row_is_not_taken_in(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sao-ke.csv"
    file.write_text("Ngày;Nội dung;Ghi có\n31/02/2026;x;8.000\n", encoding="utf-8")

    assert main(["reconcile", str(file), "--source", "bank", "--account", "3500"]) == 1
    assert "Dòng 2, cột Ngày" in capsys.readouterr().out


def test_evidence_without_a_ground_is_not_written(
    at_desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", a_dossier_that_travelled(at_desk), "-o", str(tmp_path / "none")]) == 1
    assert "văn bản yêu cầu" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
