"""Print jobs as the program at a counter fetches them.

Each counter's program has a token of its own and sees that counter's jobs alone. Asking takes the next jobs under a
lease; what is not reported within it is offered again.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.web.answers import answered, file_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.paper import paper_drawn
from postgw.web.schemas.printing import PrintFailureIn, PrintJobList, PrintJobOut, print_job_out
from postgw.web.serve import Call

_PDF, _ZPL = "application/pdf", "application/zpl"


@operation(
    "takePrintJobs", "Việc in của quầy",
    Answer(status=200, text="Việc in, cũ trước mới sau.", model=PrintJobList), problems=(403,),
    text="Mã truy cập là mã của chương trình in ở quầy. Việc đã lấy thuộc về người lấy trong 10 phút; quá hạn chưa báo"
         " thì được đưa ra lần nữa.",
)  # fmt: skip
async def take(call: Call[None, NoQuery]) -> web.Response:
    """Take the next jobs of this token's counter."""
    counter, jobs = await call.services.printing.take(actor=call.actor, at=call.at)
    return answered({"data": [print_job_out(job, counter) for job in jobs]})


@operation(
    "getPrintPaper", "Giấy của một việc in", Answer(status=200, text="Tệp.", media=_PDF),
    Answer(status=200, text="Tệp.", media=_ZPL), problems=(403, 404),
)  # fmt: skip
async def paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw one paper of a job anew; nothing of it is kept."""
    counter, job = await call.services.printing.own_job(call.path("job_no"), actor=call.actor)
    n = call.path("n")
    wanted = job.paper(int(n)) if n.isascii() and n.isdecimal() and len(n) < 4 else None
    printer = counter.printer(wanted.prints_on) if wanted else None
    if wanted is None or printer is None:
        raise Unknown("Việc in này không có tờ {n}.", n=n[:10], code="print_paper.unknown")
    body, media = await paper_drawn(call.services, wanted, printer, counter=counter.name, actor=call.actor, at=call.at)
    return file_answer(body, media, f"{job.job_no}-{n}.{'zpl' if media == _ZPL else 'pdf'}")


@operation(
    "reportPrinted",
    "Đã in",
    Answer(status=200, text="Việc in.", model=PrintJobOut),
    creates=True,
    problems=(403, 404, 409),
)
async def done(call: Call[None, NoQuery]) -> web.Response:
    """Take the word that a job was printed; said again it is the same word."""
    job = await call.services.printing.printed(call.path("job_no"), actor=call.actor, at=call.at)
    counter = await call.services.printing.own_counter(actor=call.actor)
    return answered(print_job_out(job, counter))


@operation(
    "reportPrintFailed", "Không in được", Answer(status=200, text="Việc in.", model=PrintJobOut), body=PrintFailureIn,
    creates=True, problems=(403, 404, 409), example={"reason": "Hàng in zebra-3 không có trên máy này."},
)  # fmt: skip
async def failed(call: Call[PrintFailureIn, NoQuery]) -> web.Response:
    """Take the word that a job could not be printed."""
    printing = call.services.printing
    job = await printing.failed(call.path("job_no"), reason=call.body.reason, actor=call.actor, at=call.at)
    return answered(print_job_out(job, await printing.own_counter(actor=call.actor)))
