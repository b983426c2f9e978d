"""Paper: labels of one item or of many, consignment notes, bag labels, manifests to be signed.

A label is the same bytes each time it is asked for under the same release; its ETag is the digest of its content, so a
printer that has it asks for nothing twice.

Used by: routes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from postgw.domain.errors import Conflict
from postgw.web.answers import file_answer, tagged_bytes, unchanged
from postgw.web.keys import DOOR
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.shapes import In, Number
from postgw.web.serve import Call

if TYPE_CHECKING:
    from postgw.services.labelling import Drawable

Stock = Field("", max_length=20, description="Khổ nhãn; để trống là khổ trong cài đặt.")
FirstPlace = Field(1, ge=1, le=8, description="Ô đầu tiên còn trống trên tờ A4.")
Dpi: Any = Field("", description="Độ phân giải máy in; để trống là của cài đặt.")
_PDF = "application/pdf"
_ZPL = "application/zpl"
_PNG = "image/png"


class LabelQuery(BaseModel):
    """How the label is to be drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    format: Literal["pdf", "zpl", "png"] = "pdf"
    stock: str = Stock
    dpi: Literal["", "203", "300", "600"] = Dpi
    first_place: int = FirstPlace
    version: int = Field(0, ge=0, le=1_000_000, description="Bản nhãn mong đợi; khác bản đang dùng thì 409.")


class BagLabelQuery(BaseModel):
    """How the label of a bag is to be drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    format: Literal["pdf", "zpl", "png"] = "pdf"
    stock: str = Field("", max_length=20, description="Khổ nhãn; để trống là 100x150.")
    dpi: Literal["", "203", "300", "600"] = Dpi


class LabelsIn(In):
    """Which labels go into one file."""

    numbers: tuple[Number, ...] = Field(min_length=1, max_length=10_000)
    stock: str = Stock
    first_place: int = FirstPlace


def _file(*media: str) -> tuple[Answer, ...]:
    return tuple(Answer(status=200, text="Tệp.", media=each) for each in media)


async def _streamed(request: web.Request, chunks: AsyncIterator[bytes], filename: str) -> web.StreamResponse:
    """Send a file while it is being drawn; the first piece is drawn before anything is promised."""
    first = await anext(chunks, b"")
    headers = {"Content-Disposition": f'inline; filename="{filename}"', "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    response.content_type = _PDF
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response


@operation("getLabel", "Nhãn của một bưu gửi", *_file(_PDF, _ZPL, _PNG), query=LabelQuery, problems=(404, 409))
async def label(call: Call[None, LabelQuery]) -> web.Response:
    """Draw one label, unless the caller has it."""
    number, asked = call.path("number"), call.query
    if asked.version:
        await _must_be_in_force(call, number, asked.version)
    stock, dpi = _paper(call, asked)
    look = await call.services.labelling.look(number, actor=call.actor)
    etag = f'"{look.digest}-{asked.format}-{stock}-{dpi}-{asked.first_place}"'
    if unchanged(call.request, etag):
        return tagged_bytes(call.request, b"", etag, media=_PDF)
    body, media = await _drawn(call, number, look, stock, dpi)
    return file_answer(body, media, f"nhan-{number}.{asked.format}", etag=etag)


def _paper(call: Call[None, LabelQuery], asked: LabelQuery) -> tuple[str, int]:
    door = call.request.app[DOOR]
    return asked.stock or door.stock, int(asked.dpi or door.dpi)


async def _must_be_in_force(call: Call[None, LabelQuery], number: str, version: int) -> None:
    reader = replace(call.actor, scopes=call.actor.scopes | {"enquiry"})  # whoever prints may know the version
    standing = await call.services.enquiry.consignment(number, actor=reader)
    if standing.version != version:
        raise Conflict(
            "Nhãn bản {version} không còn dùng; bản đang dùng là {now}. In lại bản mới, bỏ nhãn cũ.", version=version,
            now=standing.version, code="label.version", link=f"/api/v1/labels/{standing.consignment_no}",
        )  # fmt: skip


async def _drawn(call: Call[None, LabelQuery], number: str, look: Drawable, stock: str, dpi: int) -> tuple[bytes, str]:
    labelling, asked = call.services.labelling, call.query
    if asked.format == "zpl":
        text = await labelling.zpl([number], stock=stock, dpi=dpi, actor=call.actor, at=call.at)
        return text.encode(), _ZPL
    if asked.format == "png":
        return await labelling.png(number, stock=stock, dpi=dpi, actor=call.actor, at=call.at), _PNG
    if asked.first_place == 1:
        return await labelling.one(look, stock=stock, actor=call.actor, at=call.at), _PDF
    pieces = await labelling.pdf([number], stock=stock, first_place=asked.first_place, actor=call.actor, at=call.at)
    return b"".join([piece async for piece in pieces]), _PDF


@operation(
    "printLabels", "Nhiều nhãn trong một tệp PDF", *_file(_PDF), body=LabelsIn, problems=(404,),
    example={"numbers": ["4K7M29TB6HC"], "stock": "100x150"},
)  # fmt: skip
async def labels(call: Call[LabelsIn, NoQuery]) -> web.StreamResponse:
    """Draw many labels into one file, sent while it is drawn."""
    asked = call.body
    stock = asked.stock or call.request.app[DOOR].stock
    chunks = await call.services.labelling.pdf(
        _once_each(asked.numbers), stock=stock, first_place=asked.first_place, actor=call.actor, at=call.at
    )
    return await _streamed(call.request, chunks, "nhan.pdf")


def _once_each(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(numbers))


@operation("getNote", "Phiếu gửi hồ sơ", *_file(_PDF), problems=(404,))
async def note(call: Call[None, NoQuery]) -> web.Response:
    """Draw the consignment note."""
    number = call.path("number")
    body = await call.services.labelling.note_pdf(number, actor=call.actor, at=call.at)
    return file_answer(body, _PDF, f"phieu-gui-{number}.pdf")


@operation("getBagLabel", "Nhãn túi", *_file(_PDF, _ZPL, _PNG), query=BagLabelQuery, problems=(404,))
async def bag_label(call: Call[None, BagLabelQuery]) -> web.Response:
    """Draw the label of a bag."""
    number, asked = call.path("bag_no"), call.query
    body, media = await _bag_drawn(call, number, int(asked.dpi or call.request.app[DOOR].dpi))
    return file_answer(body, media, f"tui-{number}.{asked.format}")


async def _bag_drawn(call: Call[None, BagLabelQuery], number: str, dpi: int) -> tuple[bytes, str]:
    labelling, stock = call.services.labelling, call.query.stock
    if call.query.format == "zpl":
        return (await labelling.bag_zpl(number, stock=stock, dpi=dpi, actor=call.actor)).encode(), _ZPL
    if call.query.format == "png":
        return await labelling.bag_png(number, stock=stock, dpi=dpi, actor=call.actor), _PNG
    return await labelling.bag_pdf(number, stock=stock, actor=call.actor), _PDF


@operation("getManifestPaper", "Biên bản giao nhận để ký", *_file(_PDF), problems=(404,))
async def manifest(call: Call[None, NoQuery]) -> web.Response:
    """Draw the manifest as it is signed on paper."""
    number = call.path("manifest_no")
    body = await call.services.labelling.manifest_pdf(number, actor=call.actor, at=call.at)
    return file_answer(body, _PDF, f"bien-ban-{number}.pdf")
