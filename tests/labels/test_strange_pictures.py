"""A signature that is no picture, a damaged one or a bomb: the paper is printed with an empty box, and nobody falls."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from labels.paper import A4, Place
from labels.picture import signature
from labels.sheet import Sheet

from ..fuzz import damaged, tried

BOX = Place(x=10, y=10, width=40, height=20)


def drawn() -> bytes:
    picture = Image.new("RGBA", (60, 20), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(2, 2), (30, 15), (58, 4)], fill="black", width=2)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*chunks: bytes, width: int = 60, height: int = 20, depth: int = 8, colours: int = 0, woven: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, woven)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def is_drawn(content: bytes) -> bool:
    sheet = Sheet(A4)
    there = signature(sheet, content, BOX)
    assert bool(sheet.operators) == there
    assert sum(map(len, sheet.operators)) < 200_000
    return there


def test_a_right_one_is_drawn() -> None:
    assert is_drawn(drawn())


BOMB = zlib.compress(b"\0" * 30_000_000, 9)


DOTS = chunk(b"IDAT", zlib.compress(b"\0" * 1220))
ODD = {
    "large both ways": png(chunk(b"IDAT", BOMB), width=30_000, height=30_000),
    "two milliards wide": png(chunk(b"IDAT", BOMB), width=2**31 - 1, height=1),
    "bomb in its colours": png(chunk(b"iCCP", b"x\0\0" + BOMB), DOTS),
    "bomb in its text": png(chunk(b"zTXt", b"x\0\0" + BOMB), DOTS),
    "bomb in its words": png(chunk(b"iTXt", b"x\0\1\0\0\0" + BOMB), DOTS),
    "no dots": png(chunk(b"IDAT", b"")), "no size": png(width=0, height=0), "no colours": png(DOTS, colours=3),
    "odd depth": png(DOTS, depth=3), "odd weave": png(DOTS, woven=7), "nothing": b"",
    "a beginning": b"\x89PNG\r\n\x1a\n", "a gif": b"GIF89a", "a pdf": b"%PDF-",
}  # fmt: skip


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_a_bomb_or_half_a_picture_leaves_the_box_empty_or_is_small(content: bytes) -> None:
    is_drawn(content)


def test_any_bytes_leave_a_box_or_a_drawing() -> None:
    headers = st.builds(
        lambda depth, colours, woven, rest: png(chunk(b"IDAT", rest), depth=depth, colours=colours, woven=woven),
        st.integers(0, 17), st.integers(0, 7), st.integers(0, 2), st.binary(max_size=60).map(zlib.compress),
    )  # fmt: skip
    parts = st.lists(
        st.builds(chunk, st.sampled_from([
            b"IHDR", b"IDAT", b"PLTE", b"tRNS", b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"eXIf", b"acTL", b"fcTL", b"fdAT",
            b"pHYs", b"cHRM", b"gAMA", b"sRGB", b"IEND", b"xxxx",
        ]), st.binary(max_size=30)), max_size=4,
    ).map(lambda chunks: png(*chunks, chunk(b"IDAT", zlib.compress(b"\0" * 1220))))  # fmt: skip

    @tried(150)
    @given(damaged(drawn()) | headers | parts | st.binary(max_size=60))
    def kept(content: bytes) -> None:
        is_drawn(content)

    kept()
