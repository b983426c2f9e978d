"""Money that does not quite balance, and a request from outside: what the demo shows of both.

Three fees are taken, one of them handed on; the post's list and the bank's statement bring one line of each kind, and
an inspectorate asks for the evidence of a dossier.

Used by: furnishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.consignment import Consignment
from postgw.domain.disclosure import DisclosureRequest
from postgw.domain.legal_day import legal_day
from postgw.domain.receipt import Collection, Receipt

from .accounts import demo_accounts

_FEE = 8000
#: A number of the post's, with its check digit, that no item of the demo bears.
_STRANGER = "RR473124829VN"


async def reconciling(house: House, at: datetime) -> None:
    """Show a post's list and a bank's statement with one line of each kind, and a disclosure."""
    chosen = await _with_a_fee(house)
    if len(chosen) < 4:
        return
    office = invented.offices()[0].code
    await house.services.money.begin_series("DTP26", ledger="fee", unit=office, actor=GATEWAY, at=at)
    await _desk_till(house, chosen[0].desk, at)
    taken = [await _taken(house, each, office, at) for each in chosen[:3]]
    remitted = await house.services.remitting.remit(
        unit=office, desk=chosen[0].desk, receipt_nos=[taken[0].receipt_no], destination="agency", manifest_no="",
        actor=GATEWAY, at=at,
    )  # fmt: skip
    await _files(house, chosen, remitted.remittance_no, at)
    await _asked(house, chosen[0], at)


async def _desk_till(house: House, desk: str, at: datetime) -> None:
    """Let the desk write receipts of its own, and its lead be appointed to take fee money from others."""
    for series, ledger in (("PTS26", "fee"), ("CTS26", "postage")):
        await house.services.money.begin_series(series, ledger=ledger, unit=desk, actor=GATEWAY, at=at)
    for login, name in (("hanh.lt", "Lê Thị Hạnh"), ("duong.ntt", "Nguyễn Thị Thuỳ Dương")):
        await house.services.signing.appoint(
            unit_kind="desk", unit=desk, name=name, subject="fees", account=login, valid_from=legal_day(at),
            valid_to=None, actor=GATEWAY, at=at,
        )  # fmt: skip


async def _with_a_fee(house: House) -> Sequence[Consignment]:
    """Return consignments of the officer's own desk on which money may be taken and has not been."""
    desk, acts = demo_accounts()[0].unit, house.services.enquiry
    page = await acts.consignments(actor=GATEWAY, desk=desk, state="in_transit", limit=50)
    more = await acts.consignments(actor=GATEWAY, desk=desk, state="delivered", limit=100)
    found = []
    for each in (*page.items, *more.items):
        if each.dossier_no and each.leg in {"send", "return"} and each.desk == desk:
            kept = await acts.dossier(each.dossier_no, actor=GATEWAY)
            found += [each] if kept.dossier.fee_dong >= _FEE else []
        if len(found) == 4:
            break
    return found


async def _taken(house: House, consignment: Consignment, office: str, at: datetime) -> Receipt:
    collection = Collection(
        fee_id=f"demo-{consignment.consignment_no}", number=consignment.consignment_no, ledger="fee", amount_dong=_FEE,
        unit=office,
    )  # fmt: skip
    return await house.services.money.collect(collection, actor=GATEWAY, at=at)


async def _files(house: House, chosen: Sequence[Consignment], remittance_no: str, at: datetime) -> None:
    on, numbers = f"{legal_day(at):%d/%m/%Y}", [each.consignment_no for each in chosen]
    post = [
        "Ngày thu;Mã bưu gửi;Số tiền thu hộ", f"{on};{numbers[0]};{_FEE}", f"{on};{numbers[0]};{_FEE}",
        f"{on};{numbers[1]};{_FEE - 1000}", f"{on};{numbers[3]};{_FEE}", f"{on};{_STRANGER};9000",
    ]  # fmt: skip
    bank = [
        "Ngày giao dịch;Số bút toán;Nội dung;Ghi nợ;Ghi có", f"{on};FT1;NOP PHI {remittance_no};;{_FEE}",
        f"{on};FT2;LAI TIEN GUI;;37", f"{on};FT3;PHI QUAN LY;1.100;",
    ]  # fmt: skip
    for source, account, rows in (("post", "dien-tap", post), ("bank", "3500-dien-tap", bank)):
        content = "\n".join(rows).encode()
        await house.services.reconciling.take(content, source=source, account=account, actor=GATEWAY, at=at)


async def _asked(house: House, consignment: Consignment, at: datetime) -> None:
    """Let an inspectorate ask for a dossier, and give it the evidence."""
    key = consignment.dossier_no
    request = DisclosureRequest(
        body="Thanh tra tỉnh (diễn tập)", document_no="145/TTr-DT", document_on=legal_day(at),
        asked_by="Chánh Thanh tra (diễn tập)", ground="Quyết định thanh tra số 12/QĐ-TTr (diễn tập)",
    )  # fmt: skip
    kept = await house.services.disclosure.ask(key, request, actor=GATEWAY, at=at)
    await house.services.evidence.export(key, request_no=kept.request_no, actor=GATEWAY, at=at)
