"""The desk and the messenger keep what they are told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.rehearsal.desk import RehearsalDesk
from adapters.rehearsal.messenger import RehearsalMessenger
from adapters.rehearsal.settings import DeskOptions, MessengerOptions
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message

TEXT = Message(message_id="m-1", to="0912000003", text="Hồ sơ đang được phát.")


async def test_a_notice_told_twice_is_kept_once_and_counted(notice):
    desk = RehearsalDesk()
    await desk.tell(notice, None)
    await desk.tell(notice, None)
    assert (desk.told, desk.times["ntc_01"]) == ((notice,), 2)


async def test_a_desk_on_a_bad_day_hears_later(notice):
    desk = RehearsalDesk(DeskOptions(unreachable=1, refuse=1))
    for verdict in (Unreachable, Refused):
        with pytest.raises(verdict):
            await desk.tell(notice, None)
    await desk.tell(notice, None)
    assert desk.told == (notice,)


async def test_a_desk_writes_what_it_hears_to_its_file(notice, tmp_path):
    desk = RehearsalDesk(DeskOptions(file=str(tmp_path / "desk.jsonl")))
    await desk.tell(notice, None)
    await desk.tell(notice, None)
    lines = (tmp_path / "desk.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["notice_id"] for line in lines] == ["ntc_01"]


async def test_a_desk_forgets_the_oldest(notice):
    desk = RehearsalDesk(DeskOptions(keeps=2))
    for number in range(4):
        await desk.tell(replace(notice, notice_id=str(number)), None)
    assert [one.notice_id for one in desk.told] == ["2", "3"]


async def test_a_text_bears_the_mark_of_the_rehearsal():
    messenger = RehearsalMessenger()
    await messenger.send(TEXT)
    assert messenger.sent[0].text == "[DIỄN TẬP] Hồ sơ đang được phát."


async def test_a_text_sent_twice_is_kept_once_with_one_receipt():
    messenger = RehearsalMessenger()
    first, second = await messenger.send(TEXT), await messenger.send(TEXT)
    assert first.receipt_no == second.receipt_no == "DT-m-1"
    assert len(messenger.sent) == 1


async def test_a_messenger_on_a_bad_day_sends_later():
    messenger = RehearsalMessenger(MessengerOptions(unreachable=1, refuse=1))
    for verdict in (Unreachable, Refused):
        with pytest.raises(verdict):
            await messenger.send(TEXT)
    await messenger.send(TEXT)
    assert len(messenger.sent) == 1


async def test_a_messenger_forgets_the_oldest():
    messenger = RehearsalMessenger(MessengerOptions(keeps=2))
    for number in range(4):
        await messenger.send(Message(message_id=str(number), to="0", text="x"))
    assert [one.message_id for one in messenger.sent] == ["2", "3"]


async def test_the_desk_knows_a_dossier_by_its_number_always_the_same_and_not_every_one() -> None:
    desk = RehearsalDesk()
    known = [await desk.dossier_by_number("H27.15-261120-0042", desk="TS") for _ in range(2)]

    assert known[0] == known[1]
    assert known[0] is not None
    assert (known[0].dossier_no, known[0].receiving_desk) == ("H27.15-261120-0042", "TS")
    assert known[0].applicant.phone.startswith("0540")
    assert await desk.dossier_by_number("H27.15-261120-9042", desk="TS") is None
    assert await desk.dossier_by_number("G22.99-251225-020175", desk="TS") is not None
