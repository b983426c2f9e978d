"""Signatures: under the consignment note, and in the agency's original register.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.original_register import Authorisation, RegisterSigning
from postgw.web.answers import answered, file_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.packing import (
    AuthorisationIn,
    AuthorisationList,
    AuthorisationOut,
    NoteSignatureIn,
    NoteStandingOut,
    RegisterSigningIn,
    RegisterSigningList,
    RegisterSigningOut,
    authorisation_out,
    note_standing_out,
    signing_out,
)
from postgw.web.serve import Call

_STANDING = "Nội dung đang ký và chữ ký của từng bên."
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@operation(
    "signNote", "Ký phiếu gửi hồ sơ", Answer(status=201, text=_STANDING, model=NoteStandingOut), body=NoteSignatureIn,
    most=2 * MIB, creates=True, problems=(403, 404, 409),
    example={"side": "consignor", "name": "Nguyễn Thị Diễn Tập", "signature_png": "iVBORw0KGgp4"},
    text="Đủ hai bên ký thì nội dung phiếu được giữ nguyên từng chữ. Nội dung đổi trước khi bên kia ký thì bên đã ký"
         " ký lại. Phiếu do cơ quan gửi được ký bằng biên bản giao nhận.",
)  # fmt: skip
async def sign_note(call: Call[NoteSignatureIn, NoQuery]) -> web.Response:
    """Keep one side's signature under a consignment note."""
    standing = await call.services.noting.sign(call.path("number"), **call.body.__dict__, actor=call.actor, at=call.at)
    return answered(note_standing_out(standing), status=201)


@operation(
    "listNoteSignatures", "Chữ ký trên phiếu gửi hồ sơ",
    Answer(status=200, text=_STANDING, model=NoteStandingOut), problems=(404,),
)  # fmt: skip
async def note_signatures(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the signatures under what the note says, and since when it is kept."""
    standing = await call.services.noting.signatures(call.path("number"), actor=call.actor, at=call.at)
    return answered(note_standing_out(standing))


@operation(
    "authoriseRegister", "Ghi giấy uỷ quyền ký sổ gốc",
    Answer(status=201, text="Giấy uỷ quyền.", model=AuthorisationOut), body=AuthorisationIn, most=3 * MIB,
    creates=True, problems=(404, 409),
    example={
        "reference": "UQ 12/2026", "worker": "Trần Diễn Tập", "seen_by": "Lê Diễn Tập", "document": "JVBERi0xLjc=",
    },
)  # fmt: skip
async def authorise(call: Call[AuthorisationIn, NoQuery]) -> web.Response:
    """Keep the citizen's written word that a postal worker may sign the original register."""
    given = Authorisation(**call.body.__dict__, recorded_at=call.at, recorded_by=call.actor.name)
    kept = await call.services.registers.authorise(call.path("number"), given, actor=call.actor)
    return answered(authorisation_out(kept), status=201)


@operation(
    "listRegisterAuthorisations", "Giấy uỷ quyền ký sổ gốc",
    Answer(status=200, text="Không kèm bản quét.", model=AuthorisationList), problems=(404,),
)  # fmt: skip
async def authorisations(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the authorisations for one result."""
    found = await call.services.registers.authorisations(call.path("number"), actor=call.actor)
    return answered({"data": [authorisation_out(each) for each in found]})


@operation(
    "getRegisterAuthorisation", "Bản quét giấy uỷ quyền",
    *(Answer(status=200, text="Tệp.", media=media) for media in _ENDINGS), problems=(404,),
)  # fmt: skip
async def document(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the scanned authorisation."""
    number = call.path("authorisation_no")
    found = await call.services.registers.document(call.path("number"), number, actor=call.actor)
    return file_answer(found.document, found.media, f"uy-quyen-{number}.{_ENDINGS[found.media]}")


@operation(
    "signRegister", "Ký sổ gốc thay người dân", Answer(status=201, text="Lần ký.", model=RegisterSigningOut),
    body=RegisterSigningIn, creates=True, problems=(404, 409),
    example={
        "authorisation_no": "UQ-1", "register_name": "Sổ gốc cấp bằng tốt nghiệp", "entry": "Quyển 3, trang 41, số 12",
        "worker": "Trần Diễn Tập",
    },
    text="Chưa có giấy uỷ quyền cho chính người ký thì trả lời 409.",
)  # fmt: skip
async def sign_register(call: Call[RegisterSigningIn, NoQuery]) -> web.Response:
    """Keep a postal worker's signature in the original register."""
    signed_at = call.body.signed_at or call.at
    if signed_at > call.at:
        raise Invalid("Giờ ký ghi trên giấy chưa đến.", code="sign.future", field="/signed_at")
    signing = RegisterSigning(**{**call.body.__dict__, "signed_at": signed_at}, recorded_by=call.actor.name)
    kept = await call.services.registers.sign(call.path("number"), signing, actor=call.actor)
    return answered(signing_out(kept), status=201)


@operation(
    "listRegisterSignings", "Các lần ký sổ gốc", Answer(status=200, text="Cũ trước, mới sau.",
    model=RegisterSigningList), problems=(404,),
    tells_of_people=True,
)  # fmt: skip
async def register_signings(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the signatures in registers for one result."""
    found = await call.services.registers.signings(call.path("number"), actor=call.actor)
    return answered({"data": [signing_out(each) for each in found]})
