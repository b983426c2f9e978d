"""What devices told, and how it was answered, each act once.

An act that was done keeps its answer alone. One that somebody must still look at keeps its text too, until it is
settled.

Used by: services.device_queue, services.conflicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from postgw.domain.device_act import ActAnswer

from .database import Session, moment

_COLUMNS = (
    ("device_no", "text"), ("counter", "bigint"), ("digest", "text"), ("act_id", "text"), ("shift_no", "text"),
    ("kind", "text"), ("device_at", "timestamptz"), ("received_at", "timestamptz"), ("verdict", "text"),
    ("answer", "text"), ("content", "text"),
)  # fmt: skip
_SAID = ("code", "sentence", "values", "consignment_no", "state", "flags")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAct:
    """An act that was answered."""

    device_no: str
    counter: int
    digest: str
    act_id: str
    shift_no: str
    kind: str
    device_at: datetime
    received_at: datetime
    answer: ActAnswer
    content: str = ""  #: the text that was signed, while somebody must look


async def answered(session: Session, device_no: str, counters: Sequence[int]) -> dict[int, KeptAct]:
    """Return what was answered of a device's acts, by counter."""
    rows = await session.rows(
        f"SELECT * FROM device_act WHERE device_no = $1 AND counter {session.among(2, 'bigint')}",
        device_no, list(counters),
    )  # fmt: skip
    return {row["counter"]: _kept(row) for row in rows}


async def keep(tx: Session, acts: Sequence[KeptAct]) -> None:
    """Keep answers; what was answered before stays as it was."""
    rows = [
        (
            act.device_no, act.counter, act.digest, act.act_id, act.shift_no, act.kind, act.device_at, act.received_at,
            act.answer.verdict, _told(act.answer), act.content,
        )
        for act in sorted(acts, key=lambda act: (act.device_no, act.counter))
    ]  # fmt: skip
    await tx.insert_many("device_act", _COLUMNS, rows, tail="ON CONFLICT (device_no, counter) DO NOTHING")


async def one(session: Session, device_no: str, counter: int, *, lock: bool = False) -> KeptAct | None:
    """Return one act."""
    tail = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM device_act WHERE device_no = $1 AND counter = $2{tail}", device_no, counter)
    return _kept(row) if row else None


async def settle(tx: Session, device_no: str, counter: int) -> None:
    """Drop the text of an act that nobody has to look at any more."""
    await tx.run("UPDATE device_act SET content = '' WHERE device_no = $1 AND counter = $2", device_no, counter)


def _told(answer: ActAnswer) -> str:
    told: dict[str, Any] = {name: value for name in _SAID if (value := getattr(answer, name))}
    return orjson.dumps(told, default=str).decode() if told else ""


def _kept(row: Mapping[str, Any]) -> KeptAct:
    told = orjson.loads(row["answer"]) if row["answer"] else {}
    answer = ActAnswer(
        counter=row["counter"], act_id=row["act_id"], verdict=row["verdict"],
        **{**told, "flags": tuple(told.get("flags", ()))},
    )  # fmt: skip
    device_at, received_at = moment(row["device_at"]), moment(row["received_at"])
    assert device_at is not None
    assert received_at is not None
    return KeptAct(
        device_no=row["device_no"], counter=row["counter"], digest=row["digest"], act_id=row["act_id"],
        shift_no=row["shift_no"], kind=row["kind"], device_at=device_at, received_at=received_at, answer=answer,
        content=row["content"],
    )  # fmt: skip
