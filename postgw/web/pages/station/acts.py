"""The door through which a device hands in its queue.

No cookie and no token is asked for: the signatures under each act vouch for device and worker, so a sitting that is
over keeps nothing back. Each act gets its own answer, in the order sent. What fails for a fault of ours gets none: it
stays in the queue and keeps no other waiting.

Stands on: doing, noticing. Used by: routes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import web
from pydantic import Field, TypeAdapter

from postgw.domain.device_act import ActAnswer
from postgw.domain.errors import Mistake, PostgwError, Unknown
from postgw.services.device_queue import ACTS_MOST, Opened, Opening, Sealed, refused
from postgw.services.tracking import ScanBatch
from postgw.web.answers import answered
from postgw.web.keys import AT, METRICS, SERVICES
from postgw.web.language import Language, language_of, said
from postgw.web.reading import MIB, read_body
from postgw.web.schemas.shapes import In, Moment
from postgw.web.serve import PUBLIC, address_of
from postgw.web.values import read_json

from ..session import count
from .doing import SCANS, Doing, answer_to_scan, done, scan_of
from .noticing import notice

_FAULTS = logging.getLogger("postgw.web.faults")
_MOST = 3 * MIB
#: Two sendings of one device wait for each other: the second finds the answers of the first.
_TURNS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class ActIn(In):
    """An act as it was signed."""

    payload: str = Field(min_length=2, max_length=2 * MIB)
    device_signature: str = Field(max_length=100)
    worker_signature: str = Field(max_length=100)


class QueueIn(In):
    """What a device sends at once; `waiting` is how many acts stay with it after these."""

    device: str = Field(min_length=1, max_length=40)
    sent_at: Moment
    waiting: int = Field(0, ge=0, le=1_000_000)
    acts: tuple[ActIn, ...] = Field(max_length=ACTS_MOST)


_QUEUE = TypeAdapter(QueueIn)


async def take(request: web.Request) -> web.Response:
    """Take acts in; answer each."""
    asked = read_json(await read_body(request, _MOST), _QUEUE)
    count(request, "scans", f"{asked.device} at {address_of(request)}")  # nobody uses up the quota of another's device
    async with _TURNS.setdefault(asked.device, asyncio.Lock()):
        answers = await _taken(request, asked)
    language = language_of(request.headers.get("Accept-Language", ""))
    shown = [_shown(answer, language) if answer else None for answer in answers]
    return answered({"answers": shown, "now": request[AT]})


async def _taken(request: web.Request, asked: QueueIn) -> list[ActAnswer | None]:
    queue, at = request.app[SERVICES].device_queue, request[AT]
    sealed = [Sealed(**each.__dict__) for each in asked.acts]
    try:
        opening = await queue.open(asked.device, sealed, sent_at=asked.sent_at, waiting=asked.waiting, at=at)
    except Unknown:
        count(request, PUBLIC, address_of(request))
        raise
    answers = await _answers(request, opening, at)
    await queue.answered(opening, answers, at=at)
    await notice(request.app[SERVICES], opening, answers, at=at)
    return answers


async def _answers(request: web.Request, opening: Opening, at: datetime) -> list[ActAnswer | None]:
    """Return the answer to each act, in order; none where a fault of ours left it undone."""
    answers: dict[int, ActAnswer | None] = {n: each.answer for n, each in enumerate(opening.opened)}
    fresh: dict[int, ActAnswer | None] = {}
    for run in _runs(opening.opened):
        if fresh:
            await request.app[SERVICES].device_queue.keep(opening, fresh, at=at)
        told = await _done(request, opening, [each for _, each in run], at)
        fresh = {n: _flagged(answer, each) for (n, each), answer in zip(run, told, strict=True)}
        answers.update(fresh)
    return [answers[n] for n in range(len(opening.opened))]


def _flagged(answer: ActAnswer | None, opened: Opened) -> ActAnswer | None:
    """Return an answer with what is odd about the act's moment."""
    more = tuple(flag for flag in opened.flags if answer and flag not in answer.flags)
    return replace(answer, flags=(*answer.flags, *more)) if answer and more else answer


def _runs(opened: Sequence[Opened]) -> Iterator[list[tuple[int, Opened]]]:
    """Yield what is to be done, scans of one shift that follow each other together."""
    run: list[tuple[int, Opened]] = []
    for n, each in enumerate(opened):
        if not each.is_to_do:
            continue
        if run and not _goes_with(run[-1][1], each):
            yield run
            run = []
        run.append((n, each))
    if run:
        yield run


def _goes_with(before: Opened, each: Opened) -> bool:
    assert before.act
    assert each.act
    return before.act.kind in SCANS and each.act.kind in SCANS and before.act.shift_no == each.act.shift_no


async def _done(
    request: web.Request, opening: Opening, run: Sequence[Opened], at: datetime
) -> Sequence[ActAnswer | None]:
    """Do a run; where it fails as a whole, one by one, so that what cannot be done keeps nothing beside it waiting."""
    told = await _tried(request, opening, run, at)
    if told is None and len(run) > 1:
        alone = [await _tried(request, opening, [each], at) for each in run]
        return [each[0] if each else None for each in alone]
    return told or [None] * len(run)


async def _tried(
    request: web.Request, opening: Opening, run: Sequence[Opened], at: datetime
) -> Sequence[ActAnswer | None] | None:
    try:
        if run[0].act and run[0].act.kind in SCANS:
            return await _scanned(request, opening, run, at)
        return [await _one(request, opening, run[0], at)]
    except PostgwError as failure:
        _FAULTS.warning("an act of a device waits", extra={"code": failure.code})
    except Exception:
        _FAULTS.exception("a fault of ours", extra={"route": "/station/acts", "kind": _kinds(run)})
    return None


def _kinds(run: Sequence[Opened]) -> str:
    return ", ".join(sorted({each.act.kind for each in run if each.act}))


async def _one(request: web.Request, opening: Opening, opened: Opened, at: datetime) -> ActAnswer:
    act, shift = opened.act, opened.shift
    assert act
    assert shift
    doing = Doing(
        services=request.app[SERVICES], act=act, shift=shift, sent_at=opening.sent_at, occurred_at=opened.occurred_at,
        at=at,
    )  # fmt: skip
    try:
        return await done(doing)
    except Mistake as wrong:
        return refused(act.counter, act.act_id, wrong)


async def _scanned(
    request: web.Request, opening: Opening, run: Sequence[Opened], at: datetime
) -> list[ActAnswer | None]:
    """Take the scans of a run in as one batch."""
    answers: list[ActAnswer | None] = []
    scans, acts = [], []
    for each in run:
        assert each.act
        try:
            scans.append(scan_of(each.act))
            acts.append(each.act)
            answers.append(None)
        except Mistake as wrong:
            answers.append(refused(each.act.counter, each.act.act_id, wrong))
    shift = run[0].shift
    if scans and shift:
        batch = ScanBatch(device=opening.device.device_no, sent_at=opening.sent_at, scans=tuple(scans))
        told = await request.app[SERVICES].tracking.take(batch, actor=shift.actor, at=at)
        heard = [answer_to_scan(act, answer) for act, answer in zip(acts, told, strict=True)]
        taken = iter(heard)
        answers = [answer or next(taken) for answer in answers]
        for answer in heard:
            request.app[METRICS].scanned(answer.verdict, 1)
    return answers


def _shown(answer: ActAnswer, language: Language) -> dict[str, Any]:
    return {
        "counter": answer.counter, "act_id": answer.act_id, "verdict": answer.verdict, "code": answer.code,
        "sentence": said(answer.sentence, answer.values, language) if answer.sentence else "",
        "consignment_no": answer.consignment_no, "state": answer.state, "flags": answer.flags,
    }  # fmt: skip
