"""A photo is kept without where it was taken, by which telephone and when: the picture alone."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from postgw.domain.bare_picture import bare_picture
from postgw.domain.damage import CountedLine, DamageRecord, checked_damage
from postgw.domain.proof import Proof, checked_proof
from postgw.domain.return_request import checked_picture as checked_return_picture
from postgw.domain.signed_picture import checked_picture

from ..fuzz import damaged, tried

PROOF = Proof(receiver_name="Nguyễn Diễn Tập", id_kind="citizen_id", id_tail="4821", remarks="none")
RECORD = DamageRecord(
    record_id="b-1", wrapping="torn", cause="transport", new_seal_no="NP-2", worker_name="Trần Diễn Tập",
    lines=(CountedLine(name="Giấy khai sinh", condition="whole"),), witness_name="Lê Diễn Tập",
)  # fmt: skip
GPS, ORIENTATION, MAKE, DESCRIPTION = 0x8825, 0x0112, 0x010F, 0x010E
TOLD = (b"Thon Doai", b"Dien thoai", b"Exif\0\0II", b"xpacket", b"quay phim")


def dots() -> Image.Image:
    picture = Image.new("RGB", (24, 16), "white")
    for x in range(24):
        picture.putpixel((x, x % 16), (200, 30 + x, 10))
    return picture


def photo(*, turned: int = 6, **how: object) -> bytes:
    """Return a JPEG as a telephone makes it: with the place, its own name, a comment, and a short film behind it."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[DESCRIPTION] = turned, "Dien thoai", "Thon Doai"
    exif.get_ifd(GPS).update({1: "N", 2: (18.0, 20.0, 33.0), 3: "E", 4: (105.0, 54.0, 12.0)})
    file = io.BytesIO()
    dots().save(file, "JPEG", exif=exif.tobytes(), comment=b"Thon Doai", xmp=b"<?xpacket?>", dpi=(72, 72), **how)
    return file.getvalue() + b"quay phim"


def chart(**how: object) -> bytes:
    told = PngInfo()
    told.add_text("Location", "Thon Doai")
    told.add_itxt("XML:com.adobe.xmp", "xpacket", zip=True)
    exif = Image.Exif()
    exif[MAKE] = "Dien thoai"
    file = io.BytesIO()
    dots().save(file, "PNG", pnginfo=told, exif=exif, **how)
    return file.getvalue() + b"quay phim"


def seen(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB")


@pytest.mark.parametrize("whole", [
    photo(), photo(progressive=True), photo(quality=1, restart_marker_blocks=1), chart(), chart(optimize=True),
], ids=["jpeg", "progressive", "restarts", "png", "png packed"])  # fmt: skip
def test_a_photo_loses_what_it_tells_and_not_a_dot(whole: bytes) -> None:
    assert any(mark in whole for mark in TOLD)

    bare = bare_picture(whole)

    assert not [mark for mark in TOLD if mark in bare]
    assert seen(bare).tobytes() == seen(whole).tobytes()
    assert bare_picture(bare) == bare


@pytest.mark.parametrize("turned", range(1, 9))
def test_which_way_is_up_stays_told_and_nothing_beside_it(turned: int) -> None:
    with Image.open(io.BytesIO(bare_picture(photo(turned=turned)))) as opened:
        exif = opened.getexif()
        assert exif.get(ORIENTATION, 1) == turned
        assert set(exif) <= {ORIENTATION}
        assert exif.get_ifd(GPS) == {}


def test_colours_stay_what_they_are() -> None:
    profile = b"a profile of colours" * 10
    for kind in ("JPEG", "PNG"):
        file = io.BytesIO()
        dots().save(file, kind, icc_profile=profile)
        with Image.open(io.BytesIO(bare_picture(file.getvalue()))) as opened:
            assert opened.info["icc_profile"] == profile


def test_wherever_a_photo_comes_in_it_is_bared() -> None:
    signed = checked_picture(photo(), way="paper")
    proof = checked_proof(replace(PROOF, photo_jpeg=photo(), signature_png=chart()))
    damage = checked_damage(replace(RECORD, photo_jpeg=photo()))
    assert signed is not None

    for kept in (signed.content, proof.photo_jpeg, proof.signature_png, damage.photo_jpeg,
                 checked_return_picture(photo(), 10**6)):  # fmt: skip
        assert kept.startswith((b"\xff\xd8", b"\x89PNG"))
        assert not [mark for mark in TOLD if mark in kept]


def test_a_picture_that_cannot_be_followed_is_kept_as_far_as_it_tells_nothing() -> None:
    assert bare_picture(b"\xff\xd8\xff\xe0 a picture") == b"\xff\xd8\xff\xe0 a picture"
    assert bare_picture(b"\xff\xd8\xff\x00 odd Exif\0\0 Thon Doai") == b"\xff\xd8\xff\x00 odd "


def test_however_a_photo_is_damaged_its_place_does_not_slip_through() -> None:
    def place_of(content: bytes) -> object:
        try:
            with Image.open(io.BytesIO(content)) as opened:
                return dict(opened.getexif().get_ifd(GPS))
        except (OSError, SyntaxError, ValueError, TypeError):
            return {}

    @tried(150)
    @given(damaged(photo()) | damaged(chart()) | st.binary(max_size=80).map(lambda rest: b"\xff\xd8" + rest))
    def bared(content: bytes) -> None:
        bare = bare_picture(content)
        assert len(bare) <= len(content) + 40
        assert place_of(bare) == {}
        assert bare_picture(bare) == bare

    bared()
