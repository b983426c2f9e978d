"""Filing: since when, what was promised and chosen; what was asked again; what was sent back; and the desk's forms.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.services.filing import Promise
from postgw.web.answers import answered, file_answer, page_answer, tagged
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.filing import (
    AppointmentIn,
    AppointmentOut,
    ChoiceIn,
    ChoiceOut,
    CompletionIn,
    CompletionOut,
    CorrectionIn,
    DeskQuery,
    FilingPage,
    FilingStandingOut,
    RejectionIn,
    RejectionOut,
    SupplementIn,
    SupplementList,
    SupplementOut,
    SupplementPage,
    SupplementQuery,
    appointment_out,
    choice_out,
    filing_out,
    rejection_out,
    standing_out,
    supplement_listed,
    supplement_out,
    supplements_out,
)
from postgw.web.serve import Call

_PDF = Answer(status=200, text="Tệp.", media="application/pdf")


@operation(
    "getFiling", "Hồ sơ nộp lúc nào, vì sao",
    Answer(status=200, text="Giờ nộp đang tính, và mọi lần ghi.", model=FilingStandingOut), problems=(404,),
    text="`void` là hồ sơ đã bị trả lại: lần nộp ấy không còn giá trị.",
)  # fmt: skip
async def standing(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the moment of filing in force, its ground and the history."""
    return tagged(call.request, standing_out(await call.services.filing.standing(call.path("key"), actor=call.actor)))


@operation(
    "correctFiling", "Đính chính giờ ký, hai bên đã ký biên bản đính chính",
    Answer(status=201, text="Giờ nộp sau khi đính chính.", model=FilingStandingOut), body=CorrectionIn, creates=True,
    problems=(403, 404, 409), example={
        "record_no": "DC-TS-261123-01", "filed_at": "2026-11-23T09:40:00+07:00",
        "reason": "Ghi nhầm 15:40 thành 14:40 khi ký giấy", "desk_signatory": "NK-TS-01234567",
        "desk_signed_at": "2026-11-23T16:00:00+07:00", "office_signatory": "NK-480000-01234567",
        "office_signed_at": "2026-11-23T16:05:00+07:00",
    },
    text="Dòng cũ không sửa: thêm một dòng, và báo lại cho hệ thống của bộ phận bằng `dossier.filed` có `corrects`.",
)  # fmt: skip
async def correct(call: Call[CorrectionIn, NoQuery]) -> web.Response:
    """Mend a wrong signing time."""
    mended = await call.services.filing.correct(call.path("key"), call.body.draft(), actor=call.actor, at=call.at)
    return answered(standing_out(mended), status=201)


@operation(
    "listFilingsWithoutDue", "Hồ sơ đã nộp, chưa có ngày hẹn trả",
    Answer(status=200, text="Một trang, nộp lâu nhất trước.", model=FilingPage), query=DeskQuery,
)  # fmt: skip
async def without_due(call: Call[None, DeskQuery]) -> web.Response:
    """Answer with what is filed and has no due date."""
    page = await call.services.filing.without_due(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, standing_out)


@operation(
    "appointDossier", "Ghi ngày hẹn trả và số giấy hẹn", Answer(status=201, text="Đã ghi.", model=AppointmentOut),
    body=AppointmentIn, creates=True, problems=(404, 409),
    example={"due_on": "2026-12-07", "slip_no": "GH-2026-000975", "statutory_time": "10 ngày làm việc"},
    text="Người nộp được báo ngày hẹn. Lùi ngày đã hẹn thì trả lời 409: phải xin lỗi và hẹn lại.",
)  # fmt: skip
async def appoint(call: Call[AppointmentIn, NoQuery]) -> web.Response:
    """Keep the day that the agency promises."""
    promise = Promise(**call.body.__dict__)
    _, made = await call.services.filing.appoint(call.path("key"), promise, actor=call.actor, at=call.at)
    return answered(appointment_out(made), status=201)


@operation("getAppointmentPaper", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả, khổ A5", _PDF, problems=(404,))
async def appointment_paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw form 01."""
    body = await call.services.forms.appointment(call.path("key"), actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"giay-hen-{call.path('key')}.pdf")


@operation(
    "chooseServiceForm", "Người nộp đổi hình thức", Answer(status=200, text="Hình thức đang chọn.", model=ChoiceOut),
    body=ChoiceIn, creates=True, problems=(404, 409), example={"service_form": "both"},
    text="Đổi được đến khi Bưu điện thu gom. Hình thức thủ tục không cho thì bị từ chối, kèm lý do của thủ tục.",
)  # fmt: skip
async def choose_form(call: Call[ChoiceIn, NoQuery]) -> web.Response:
    """Keep another service form."""
    chosen = await call.services.filing.choose_form(
        call.path("key"), **call.body.__dict__, actor=call.actor, at=call.at
    )
    return answered(choice_out(chosen))


@operation(
    "getServiceForm", "Hình thức người nộp chọn, và mọi lần đổi",
    Answer(status=200, text="Hình thức.", model=ChoiceOut), problems=(404,),
)  # fmt: skip
async def choice(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the citizen's choice."""
    return answered(choice_out(await call.services.filing.choice(call.path("key"), actor=call.actor)))


@operation(
    "requestSupplement", "Yêu cầu bổ sung hồ sơ, một lần và đủ",
    Answer(status=201, text="Yêu cầu.", model=SupplementOut), body=SupplementIn, creates=True, problems=(404, 409),
    example={
        "papers": [{"name": "Giấy khai sinh", "kind": "certified"}], "reason": "Bản sao chưa được chứng thực.",
    },
    text="Chỉ giấy tờ trong danh mục công bố. Yêu cầu lần hai bị từ chối (409, nêu lần đầu); lần hai nghe từ hệ thống"
         " của bộ phận (`heard_from_desk`) thì ghi lại, báo lãnh đạo và tính là trễ.",
)  # fmt: skip
async def request_supplement(call: Call[SupplementIn, NoQuery]) -> web.Response:
    """Ask for what a dossier lacks."""
    asked = await call.services.supplements.request(call.path("key"), call.body.draft(), actor=call.actor, at=call.at)
    return answered(supplement_out(asked), status=201)


@operation(
    "listDossierSupplements", "Yêu cầu bổ sung của một hồ sơ",
    Answer(status=200, text="Các yêu cầu.", model=SupplementList), problems=(404,),
)  # fmt: skip
async def supplements(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the requests to complete a dossier."""
    return answered(supplements_out(await call.services.supplements.of(call.path("key"), actor=call.actor)))


@operation(
    "completeSupplement", "Đã nhận đủ phần bổ sung",
    Answer(status=200, text="Yêu cầu đã xong và giờ nộp mới.", model=CompletionOut), body=CompletionIn, creates=True,
    problems=(404, 409), example={"completed_at": "2026-11-25T10:00:00+07:00"},
    text="Khi phần bổ sung gửi qua Bưu điện thì việc ký biên bản giao nhận làm thay việc này.",
)  # fmt: skip
async def complete_supplement(call: Call[CompletionIn, NoQuery]) -> web.Response:
    """Keep the desk's word that everything is there."""
    done, filing = await call.services.supplements.complete(
        call.path("key"), completed_at=call.body.completed_at, actor=call.actor, at=call.at
    )
    return answered({"supplement": supplement_out(done), "filing": filing_out(filing) if filing else None})


@operation("getSupplementPaper", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ, khổ A5", _PDF, problems=(404,))
async def supplement_paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw form 02."""
    key, ordinal = call.path("key"), call.path("ordinal")
    if not (ordinal.isascii() and ordinal.isdecimal() and len(ordinal) < 4):
        raise Unknown("Hồ sơ {key} chưa có yêu cầu bổ sung lần {ordinal}.", key=key[:100], ordinal=ordinal[:10],
                      code="supplement.unknown")  # fmt: skip
    body = await call.services.forms.supplement(key, int(ordinal), actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"phieu-bo-sung-{key}-{ordinal}.pdf")


@operation(
    "listSupplements", "Yêu cầu bổ sung của một bộ phận",
    Answer(status=200, text="Một trang, lâu nhất trước.", model=SupplementPage), query=SupplementQuery,
    text="`only=late`: những yêu cầu lần hai, tính là trễ.",
)  # fmt: skip
async def listed_supplements(call: Call[None, SupplementQuery]) -> web.Response:
    """Answer with a page of requests."""
    asked = call.query
    page = await call.services.supplements.listed(
        actor=call.actor, desk=asked.desk, state=asked.state, counts_late=asked.only == "late", cursor=asked.cursor,
        limit=asked.limit,
    )  # fmt: skip
    return page_answer(call.request, page, supplement_listed)


@operation(
    "rejectDossier", "Từ chối, trả lại hồ sơ có lý do",
    Answer(status=201, text="Đã trả lại.", model=RejectionOut), body=RejectionIn, creates=True, problems=(404, 409),
    example={"code": "not_eligible", "reasons": "Thửa đất đang có tranh chấp.", "fault": "citizen"},
    text="Bưu gửi mang hồ sơ về được đăng ký ngay, một lần. Bên có lỗi trả cước.",
)  # fmt: skip
async def reject(call: Call[RejectionIn, NoQuery]) -> web.Response:
    """Send a dossier back."""
    made = await call.services.supplements.reject(call.path("key"), call.body.draft(), actor=call.actor, at=call.at)
    return answered(rejection_out(made), status=201)


@operation(
    "getRejection", "Hồ sơ bị trả lại vì sao", Answer(status=200, text="Lần trả lại.", model=RejectionOut),
    problems=(404,),
)  # fmt: skip
async def rejection(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the rejection of a dossier."""
    return answered(rejection_out(await call.services.supplements.rejection(call.path("key"), actor=call.actor)))


@operation("getRejectionPaper", "Phiếu từ chối tiếp nhận giải quyết hồ sơ, khổ A5", _PDF, problems=(404,))
async def rejection_paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw form 03."""
    body = await call.services.forms.rejection(call.path("key"), actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"phieu-tu-choi-{call.path('key')}.pdf")
