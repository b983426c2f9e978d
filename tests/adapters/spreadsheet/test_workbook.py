"""XLSX files that are broken, hostile or merely made by Excel."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.spreadsheet.sheet import SheetRow
from postgw.domain.errors import Invalid, TooMuch

SHEET = "xl/worksheets/sheet1.xml"


def _rewritten(file: bytes, *changes: tuple[bytes, bytes], part: str = SHEET) -> bytes:
    """Return the workbook with one part's text changed by patterns."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in old.infolist():
            text = old.read(entry)
            for pattern, by in changes if entry.filename == part else ():
                text, times = re.subn(pattern, by, text)
                assert times
            archive.writestr(entry.filename, text)
    return new.getvalue()


@pytest.fixture(scope="session")
def good(lists):
    return lists.xlsx(lists.headings, lists.row())


def test_a_formula_stands_for_its_last_result(lists):
    file = lists.xlsx(lists.headings, lists.row(**{"Phí,_lệ_phí": "=20000+5000"}))
    computed = _rewritten(file, (rb"<f>20000\+5000</f><v\s*/>", b"<f>20000+5000</f><v>25000</v>"))

    assert lists.sheet_of(computed).rows[0].dossier.fee_dong == 25000


def test_a_formula_without_a_result_is_an_error_and_never_a_blank(lists):
    (error,) = lists.of(Ghi_chú="=A1").errors

    assert (error.column, error.error.code) == ("Ghi chú", "cell.formula")


def test_a_formula_whose_result_is_the_empty_text_is_a_blank(lists):
    file = lists.xlsx(lists.headings, lists.row(Ghi_chú="=A1"))
    computed = _rewritten(
        file, (rb'<c r="([A-Z]+2)"([^>]*)><f>A1</f><v\s*/>', rb'<c r="\1"\2 t="str"><f>A1</f><v></v>')
    )

    assert lists.sheet_of(computed).rows[0].dossier.note == ""


def test_cells_merged_downwards_are_an_error_in_each_row_but_the_first(lists):
    at = lists.headings.index("Địa chỉ") + 1
    rows = [lists.row(Mã_hồ_sơ=f"H27.31-261120-{n:04}") for n in range(3)]

    def merge(page):
        page.merge_cells(start_row=2, end_row=4, start_column=at, end_column=at)

    sheet = lists.sheet_of(lists.xlsx(lists.headings, *rows, change=merge))

    assert [(error.row, error.column, error.error.code) for error in sheet.errors] == [
        (3, "Địa chỉ", "cell.merged"),
        (4, "Địa chỉ", "cell.merged"),
    ]


def test_the_list_may_stand_on_any_visible_page(lists):
    def put_before(page):
        page.parent.create_sheet("Bìa", 0).append(["Sổ theo dõi"])

    sheet = lists.sheet_of(lists.xlsx(lists.headings, lists.row(), change=put_before))

    assert sheet.notes == ("Đã đọc trang tính “Sheet”.",)


def test_a_bomb_is_refused_before_it_is_unpacked(lists, good):
    bomb = _rewritten(good, (rb"</sheetData>", b" " * 70_000_000 + b"</sheetData>"))

    assert len(bomb) < 200_000
    with pytest.raises(Invalid, match="nở ra quá 60 MB"):
        lists.sheet_of(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused(lists, good):
    bomb = bytearray(_rewritten(good, (rb"</sheetData>", b" " * 70_000_000 + b"</sheetData>")))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        true = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bytes(bomb).replace(true, (1000).to_bytes(4, "little"))

    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(lying)


def test_entities_are_refused(lists, good):
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'

    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(_rewritten(good, (rb"<worksheet", doctype)))


BILLION = (
    b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b"]>"
)


def _moved(file: bytes, to: str, change) -> bytes:
    """Return the workbook with its sheet under another name, and changed."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in old.infolist():
            text = old.read(entry).replace(b"/xl/worksheets/sheet1.xml", b"/" + to.encode())
            archive.writestr(to if entry.filename == SHEET else entry.filename, change(text, entry.filename))
    return new.getvalue()


@pytest.mark.parametrize("to", ["xl/worksheets/sheet1.bin", "xl/sheet1", "xl/media/image1.svg", "xl/embeddings/a.bin"])
def test_entities_are_refused_under_any_name(lists, good, to):
    def change(text, path):
        return text.replace(b"<worksheet", BILLION + b"<worksheet", 1) if path == SHEET else text

    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(_moved(good, to, change))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp037", "utf-7"])
def test_entities_are_refused_in_any_encoding(lists, good, encoding):
    def change(text, path):
        if path != SHEET:
            return text
        declared = b"" if encoding.startswith("utf-16") else f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
        return declared + (BILLION + text).decode().encode(encoding, "xmlcharrefreplace")

    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(_moved(good, SHEET, change))


def test_pictures_and_macros_in_a_list_are_passed_over(lists, good):
    new = io.BytesIO(good)
    with zipfile.ZipFile(new, "a") as archive:
        archive.writestr("xl/media/logo.svg", b"<!DOCTYPE svg><svg/>")
        archive.writestr("xl/media/logo.png", b"\x89PNG\0\0")
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\0\0")

    assert len(lists.sheet_of(new.getvalue()).rows) == 1


@pytest.mark.timeout(20)
def test_a_flood_of_texts_that_no_cell_wants_is_refused(lists, good):
    new = io.BytesIO(good)
    with zipfile.ZipFile(new, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 1_100_000 + b"</sst>")

    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(new.getvalue())


def test_more_parts_than_any_list_has_are_refused(lists, good):
    new = io.BytesIO(good)
    with zipfile.ZipFile(new, "a") as archive:
        for n in range(600):
            archive.writestr(f"xl/nothing/{n}.xml", b"<x/>")

    with pytest.raises(Invalid, match="nở ra"):
        lists.sheet_of(new.getvalue())


def test_a_workbook_inside_a_workbook_is_not_opened(lists, good):
    new = io.BytesIO(good)
    with zipfile.ZipFile(new, "a") as archive:
        archive.writestr("xl/embeddings/inner.xlsx", good)

    assert len(lists.sheet_of(new.getvalue()).rows) == 1


def test_a_cell_far_out_costs_nothing(lists, good):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    assert len(lists.sheet_of(_rewritten(good, (rb"</sheetData>", far))).rows) == 1


def test_endless_merges_are_refused(lists, good):
    merges = b"".join(b'<mergeCell ref="A2:CV1048576"/>' for _ in range(1001))

    with pytest.raises(Invalid, match="Unmerge"):
        lists.sheet_of(_rewritten(good, (rb"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("endless", [b"<c ", b"<mergeCell ", b"<c r=", b"<c >", b"<f "])
def test_a_sheet_made_to_keep_us_busy_does_not(lists, good, endless):
    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(_rewritten(good, (rb"</sheetData>", endless * 1_000_000 + b"</sheetData>")))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", SHEET])
def test_a_workbook_with_a_ruined_part_is_refused(lists, good, part):
    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(_rewritten(good, (rb"(?s)^.*$", b"<not xml"), part=part))


@given(st.integers(min_value=0))
def test_a_workbook_cut_off_anywhere_is_refused(lists, good, more):
    with pytest.raises(Invalid, match="Không mở được"):
        lists.sheet_of(good[: 4 + more % (len(good) - 4)])


@pytest.mark.filterwarnings("ignore")
@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(lists, good, at, byte):
    ruined = bytearray(good)
    ruined[at % len(good)] = byte
    rows: tuple[SheetRow, ...] = ()
    with suppress(Invalid, TooMuch):
        rows = lists.sheet_of(bytes(ruined)).rows

    assert len(rows) <= 1
