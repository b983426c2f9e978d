from __future__ import annotations

import doctest
import re
import struct
import zlib
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp

from labels import raster
from labels.bars import code128
from labels.item_label import ItemLabel, item_label_pdf, item_label_png, item_label_zpl
from labels.paper import A6, LABEL_STOCKS, THERMAL_100X75, THERMAL_100X150, Stock
from postgw.domain.errors import Invalid

Make = Callable[..., ItemLabel]
Scanned = Callable[[bytes, int, int], list[tuple[str, str]]]
READ = [("Code128", "RR473124829VN"), ("QRCode", "4K7M29TB6HC")]


def grey(rows: list[bytes]) -> bytes:
    return b"".join(bytes(0 if byte >> bit & 1 else 255 for byte in row for bit in range(7, -1, -1)) for row in rows)


def unpack_png(png: bytes) -> tuple[list[bytes], int]:
    """Return rows with 1 for ink, and dots per metre."""
    width, height = struct.unpack(">II", png[16:24])
    per_metre = struct.unpack(">I", png[png.index(b"pHYs") + 4 :][:4])[0]
    start = png.index(b"IDAT")
    data = zlib.decompress(png[start + 4 : start + 4 + struct.unpack(">I", png[start - 4 : start])[0]])
    step = (width + 7) // 8 + 1
    return [bytes(255 - byte for byte in data[row * step + 1 : (row + 1) * step]) for row in range(height)], per_metre


def unpack_zpl(job: str) -> list[bytes]:
    """Return rows with 1 for ink, as a printer unpacks a ^GFA field."""
    total, _, per_row, packed = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", job).groups()  # type: ignore[union-attr]
    digits, line, count = 2 * int(per_row), "", 0
    rows: list[str] = []
    for letter in packed:
        if letter == ":":
            rows.append(rows[-1])
        elif letter == ",":
            rows.append(line.ljust(digits, "0"))
            line = ""
        elif "G" <= letter <= "Y":
            count += ord(letter) - ord("G") + 1
        elif "g" <= letter <= "z":
            count += 20 * (ord(letter) - ord("g") + 1)
        else:
            line, count = line + letter * (count or 1), 0
        if len(line) == digits:
            rows.append(line)
            line = ""
    assert len(rows) * int(per_row) == int(total)
    return [bytes.fromhex(row) for row in rows]


def test_the_doctests_hold() -> None:
    assert doctest.testmod(raster).failed == 0


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("stock", [THERMAL_100X150, THERMAL_100X75, A6], ids=lambda stock: stock.name)
def test_a_png_is_read_back_and_knows_its_resolution(label: Make, scanned: Scanned, stock: Stock, dpi: int) -> None:
    rows, per_metre = unpack_png(item_label_png(label(), stock, dpi))
    assert scanned(grey(rows), len(rows[0]) * 8, len(rows)) == READ
    assert per_metre == round(dpi / 0.0254)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_zpl_job_is_read_back(label: Make, scanned: Scanned, dpi: int) -> None:
    rows = unpack_zpl(item_label_zpl(label(), THERMAL_100X150, dpi))
    assert scanned(grey(rows), len(rows[0]) * 8, len(rows)) == READ


def test_zpl_and_png_burn_the_same_dots(label: Make) -> None:
    from_zpl = unpack_zpl(item_label_zpl(label(), THERMAL_100X75, 203))
    assert from_zpl == unpack_png(item_label_png(label(), THERMAL_100X75, 203))[0]


def test_a_thermal_label_is_800_dots_wide(label: Make) -> None:
    job = item_label_zpl(label(), THERMAL_100X150, 203)
    assert "^PW800\n^LL1200\n" in job
    assert job.startswith("^XA\n")
    assert "^CI28" in job


@pytest.mark.parametrize(("dpi", "dots_a_module"), [(203, 3), (300, 4), (600, 8)])
def test_every_bar_is_a_whole_number_of_dots(label: Make, dpi: int, dots_a_module: int) -> None:
    target = THERMAL_100X150.at(dpi).on_dots()
    picture = raster.dots(item_label_pdf(label(), target), target)
    row = picture.rows[round(25 / target.dot)]
    bits = "".join(f"{byte:08b}" for byte in row)
    bars = [len(run) / dots_a_module for run in re.findall("1+", bits)]
    assert bars == [length for _, length in code128("RR473124829VN").runs]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_edge_of_a_bar_falls_between_two_dots(label: Make, dpi: int) -> None:
    target = THERMAL_100X150.at(dpi).on_dots()
    with pypdfium2.PdfDocument(item_label_pdf(label(), target)) as document:
        picture = document[0].render(scale=25.4 / 72 / target.dot, grayscale=True)
        start = round(25 / target.dot) * picture.stride
        row = bytes(picture.buffer)[start : start + picture.width]
    assert [grey for grey in row if 3 < grey < 252] == []


@pytest.mark.parametrize("stock", LABEL_STOCKS.values(), ids=LABEL_STOCKS)
@pytest.mark.parametrize("dpi", [203, 600])
def test_quiet_zones_are_white(label: Make, stock: Stock, dpi: int) -> None:
    target = stock.at(dpi).on_dots()
    picture = raster.dots(item_label_pdf(label(rehearsal=True), target), target)
    paper = grey(list(picture.rows))
    width = len(picture.rows[0]) * 8
    view = memoryview(paper).cast("B", shape=[picture.height, width])
    found = {each.format.name: each.position for each in zxingcpp.read_barcodes(view)}

    bars = found["Code128"]
    module = (bars.top_right.x - bars.top_left.x) / code128("RR473124829VN").modules
    middle = (bars.top_left.y + bars.bottom_left.y) // 2
    for left, right in (
        (bars.top_left.x - 10 * module + 2, bars.top_left.x - 2),
        (bars.top_right.x + 3, bars.top_right.x + 10 * module - 2),
    ):
        assert set(paper[middle * width + round(left) : middle * width + round(right)]) == {255}

    square = found["QRCode"]
    side = square.top_right.x - square.top_left.x
    quiet = round(4 * side / 21) - 2
    around = [
        paper[y * width + x]
        for y in range(square.top_left.y - quiet, square.bottom_left.y + quiet)
        for x in range(square.top_left.x - quiet, square.top_right.x + quiet)
        if not (square.top_left.y - 2 <= y <= square.bottom_left.y + 2)
        or not (square.top_left.x - 2 <= x <= square.top_right.x + 2)
    ]
    assert set(around) == {255}


def test_a_resolution_no_printer_has_is_refused(label: Make) -> None:
    with pytest.raises(Invalid, match="96 dpi"):
        item_label_zpl(label(), THERMAL_100X150, 96)
