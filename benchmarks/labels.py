"""How fast labels are drawn, against bare reportlab in the same run.

    python benchmarks/labels.py [--quick]

Rows: one label per PDF against stock reportlab (stock `TTFont`, reportlab's own Code 128 and QR), the same words at
the same sizes; 1,000 and 10,000 labels in one PDF against bare reportlab calls with a font subset that is cut once and
cached, python-barcode modules and a QR matrix from zxing-cpp; growth of memory from 1,000 to 10,000 labels. The
references are told where each word stands; ours measures, wraps and shrinks. Figures are the best of several rounds;
read the ratio, not the rate.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reportlab.graphics.barcode import code128 as reportlab_code128
from reportlab.graphics.barcode.qr import QrCode
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap
from reportlab.pdfgen.canvas import Canvas

from labels.bars import code128, qr, spoken
from labels.item_label import ItemLabel, Party, item_label_pdf, item_labels_pdf
from labels.paper import THERMAL_100X150

MM = 72 / 25.4
PAGE = (100 * MM, 150 * MM)
FONTS = Path(__file__).resolve().parent.parent / "labels" / "fonts"
NAMES = ("Nguyễn Thị Thuỳ Dương", "Trần Văn Đức", "Lê Hoàng Phương Thảo", "Đặng Ngọc Ưng", "Võ Thuỵ Ái Vy")
COMMUNES = ("Phường Thành Sen", "Phường Trần Phú", "Xã Cẩm Xuyên", "Xã Đức Thọ", "Phường Vũng Áng")
Words = tuple[float, float, str, float, str]
"""x and baseline in millimetres from the top left corner, font, size, text"""


def label(number: int) -> ItemLabel:
    """Return an invented label; no two are alike."""
    return ItemLabel(
        consignment_no=f"4K7M{number:06d}C",
        item_no=f"RR{number:09d}VN",
        dossier_no=f"H27.12.34-261123-{number:05d}",
        leg="Trả kết quả",
        consignor=Party(
            name="Trung tâm Phục vụ hành chính công",
            address=("Số 2 đường Nguyễn Tất Thành", f"{COMMUNES[number % 5]}, tỉnh Hà Tĩnh"),
            phone="0239 3 855 555",
        ),
        consignee=Party(
            name=NAMES[number % 5],
            address=(f"Số {number % 300} đường Nguyễn Công Trứ", f"{COMMUNES[number % 4]}, tỉnh Hà Tĩnh"),
            phone=f"0912 {number % 1000:03d} 678",
        ),
        accepted_at="14:05 23/11/2026",
        accepted_office="Bưu cục Hà Tĩnh",
        service_marks=("Phát tận tay", "Báo phát"),
        post_name="Bưu điện tỉnh Hà Tĩnh",
        collect_dong=150000,
    )


def words(label: ItemLabel) -> Iterator[Words]:
    """Yield the words of a label at the places where ours puts them."""
    sender, receiver = label.consignor, label.consignee
    yield 4, 8, "B", 11.5, label.post_name
    yield 4, 11.6, "R", 8, "Bưu gửi hồ sơ hành chính"
    yield 68, 9.5, "B", 12, label.leg
    yield from ((5.5 + 25 * place, 17, "B", 8.5, mark) for place, mark in enumerate(label.service_marks))
    yield 27, 43, "B", 15, spoken(label.item_no)
    yield 4, 50, "R", 7.5, "Người gửi"
    yield 4, 54, "B", 9.5, sender.name
    yield 4, 58, "R", 9, f"{sender.address[0]}, {sender.address[1]}"
    yield 4, 62, "R", 9, f"ĐT {sender.phone}"
    yield 7, 70, "R", 8, "Người nhận"
    yield 7, 78, "B", 18, receiver.name
    yield 7, 86, "B", 16, receiver.phone
    yield 7, 92, "R", 12.5, receiver.address[0]
    yield 7, 98, "B", 13.5, receiver.address[1]
    yield 5.5, 106, "R", 7, "Người nhận ký, ghi rõ họ tên"
    yield 78, 106, "R", 7, "Ngày, giờ phát"
    yield 30, 121, "B", 11, f"Phiếu gửi {spoken(label.consignment_no)}"
    yield 30, 126, "R", 9, f"Mã hồ sơ: {label.dossier_no}"
    yield 30, 130, "R", 8.5, f"Chấp nhận: {label.accepted_at}, {label.accepted_office}"
    yield 30, 134, "R", 8.5, f"Lần gửi {label.issue} · Bản nhãn {label.version}"
    yield 32, 143, "B", 13, "Thu khi phát: 150.000 ₫"


class CachedSubset(TTFont):  # type: ignore[misc]
    """A reportlab font whose one subset is cut, and deflated, once per process."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path))
        letters = [code for code in self.face.charToGlyph if 32 < code < 0xFFFF][:222]
        self.codes = [0] * 32 + [32, *letters]
        self.number = {32: 32} | {code: place for place, code in enumerate(self.codes) if place > 32}
        face = self.face
        self.base = b"".join((SUBSETN(0), b"+", face.name, face.subfontNameX)).decode("latin-1")
        raw = face.makeSubset(self.codes)
        self.length, self.packed = len(raw), zlib.compress(raw, 9)
        self.to_unicode = zlib.compress(makeToUnicodeCMap(self.base, self.codes).encode("latin-1"), 9)

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        """Return the text as one run of the one subset."""
        self._assignState(doc)
        return [(0, bytes([self.number.get(ord(letter), 0) for letter in text]))] if text else []

    def addObjects(self, doc: Any) -> None:
        """Put the cached subset into the document."""
        self.state[doc].subsets = [self.codes]
        name, face = self.getSubsetInternalName(0, doc)[1:], self.face
        described = {
            "Type": "/FontDescriptor",
            "Ascent": face.ascent,
            "CapHeight": face.capHeight,
            "Descent": face.descent,
            "Flags": face.flags & ~32 | 4,
            "FontBBox": pdfdoc.PDFArray(face.bbox),
            "FontName": pdfdoc.PDFName(self.base),
            "ItalicAngle": face.italicAngle,
            "StemV": face.stemV,
            "FontFile2": doc.Reference(_stream(self.packed, Length1=self.length), "file:" + self.base),
        }
        font = pdfdoc.PDFTrueTypeFont()
        font.Name, font.BaseFont, font.FirstChar, font.LastChar = name, self.base, 0, len(self.codes) - 1
        font.Widths = pdfdoc.PDFArray([face.getCharWidth(code) for code in self.codes])
        font.ToUnicode = doc.Reference(_stream(self.to_unicode), "unicode:" + self.base)
        font.FontDescriptor = doc.Reference(pdfdoc.PDFDictionary(described), "descriptor:" + self.base)
        doc.Reference(font, name)
        doc.idToObject["BasicFonts"].dict[name] = font
        del self.state[doc]


def _stream(data: bytes, **extra: object) -> Any:
    body = pdfdoc.PDFStream(content=data)
    body.dictionary["Filter"] = "/FlateDecode"
    body.dictionary.dict.update(extra)
    return body


def _frames(canvas: Canvas) -> None:
    for x, y, width, height, fill in ((62, 4, 34, 8, 0), (4, 65, 92, 36, 0), (4, 103, 92, 15, 0), (30, 138, 66, 8, 0)):
        canvas.rect(x * MM, PAGE[1] - (y + height) * MM, width * MM, height * MM, stroke=1, fill=fill)


def _words(canvas: Canvas, label: ItemLabel, suffix: str) -> None:
    for x, baseline, font, size, text in words(label):
        canvas.setFont(font + suffix, size)
        canvas.drawString(x * MM, PAGE[1] - baseline * MM, text)


def stock_page(canvas: Canvas, label: ItemLabel) -> None:
    """Draw a label as reportlab's own guide teaches it."""
    _frames(canvas)
    _words(canvas, label, "stock")
    bars = reportlab_code128.Code128(label.item_no, barWidth=0.375 * MM, barHeight=17 * MM, quiet=0)
    bars.drawOn(canvas, 20 * MM, 105 * MM)
    QrCode(label.consignment_no, width=29 * MM, height=29 * MM, qrLevel="Q").drawOn(canvas, 0, 4 * MM)
    canvas.showPage()


def bare_page(canvas: Canvas, label: ItemLabel) -> None:
    """Draw a label the quickest way reportlab has: a call for each bar takes five times as long."""
    _frames(canvas)
    _words(canvas, label, "cached")
    bars = " ".join(f"{start} 0 {length} 1 re" for start, length in code128(label.item_no).runs)
    canvas._code.append(f"q {0.375 * MM:.4f} 0 0 {17 * MM:.3f} {20 * MM:.3f} {105 * MM:.3f} cm {bars} f Q")
    squares = " ".join(f"{column} {row} {length} 1 re" for column, row, length in qr(label.consignment_no).runs)
    canvas._code.append(f"q {MM:.4f} 0 0 {-MM:.4f} {4 * MM:.3f} {29 * MM:.3f} cm {squares} f Q")
    canvas.showPage()


def reportlab_pdf(labels: Iterable[ItemLabel], page: Callable[[Canvas, ItemLabel], None]) -> bytes:
    """Return the bytes of one reportlab document."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE, pageCompression=1, invariant=1)
    for each in labels:
        page(canvas, each)
    canvas.save()
    return buffer.getvalue()


def rates(works: Sequence[Callable[[], object]], count: int, rounds: int) -> list[float]:
    """Return labels a second of each work, best of some rounds; they take turns, so a busy machine hits all."""
    best = [0.0] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            best[place] = max(best[place], count / (time.perf_counter() - began))
    return best


def peak_kb(count: int) -> float:
    """Return the most memory a stream of so many labels ever held, in kB."""
    tracemalloc.start()
    for piece in item_labels_pdf(map(label, range(count)), THERMAL_100X150):
        len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024


def row(name: str, ours: float, reference: float, unit: str, reach: str) -> None:
    """Print one row."""
    print(
        f"{name:<34} {ours:10.0f} {reference:10.0f} {unit:<9} ratio {ours / reference:6.2f}   reach {reach}", flush=True
    )


def main() -> None:
    """Run the rows."""
    parser = argparse.ArgumentParser(description="Labels against bare reportlab.")
    parser.add_argument("--quick", action="store_true", help="fewer labels and rounds")
    quick = parser.parse_args().quick
    for font, file in (("R", "NotoSans-Regular-vi.ttf"), ("B", "NotoSans-Bold-vi.ttf")):
        pdfmetrics.registerFont(TTFont(font + "stock", str(FONTS / file)))
        pdfmetrics.registerFont(CachedSubset(font + "cached", FONTS / file))
    ones = [label(number) for number in range(20 if quick else 100)]
    rounds = 2 if quick else 5
    item_label_pdf(ones[0], THERMAL_100X150)

    print(f"{'':<34} {'ours':>10} {'reference':>10}")
    ours, stock = rates(
        (
            lambda: [item_label_pdf(each, THERMAL_100X150) for each in ones],
            lambda: [reportlab_pdf([each], stock_page) for each in ones],
        ),
        len(ones),
        rounds,
    )
    row("one label per PDF", ours, stock, "labels/s", ">= 2")
    for count, times in ((200, rounds), (2000, 1)) if quick else ((1000, rounds), (10_000, 2)):
        many = [label(number) for number in range(count)]
        ours, bare = rates(
            (
                lambda many=many: sum(map(len, item_labels_pdf(many, THERMAL_100X150))),  # type: ignore[misc]
                lambda many=many: reportlab_pdf(many, bare_page),  # type: ignore[misc]
            ),
            count,
            times,
        )
        row(f"{count} labels in one PDF", ours, bare, "labels/s", ">= 0.9")
    few, lots = (200, 2000) if quick else (1000, 10000)
    row(f"peak memory, {lots} against {few}", peak_kb(lots), peak_kb(few), "kB", "flat")


if __name__ == "__main__":
    main()
