"""Registers: a postal worker signs the agency's original register, in the citizen's name and by the citizen's word.

Source: Decision 45/2016/QĐ-TTg art. 9.1.d; Circular 17/2017/TT-BTTTT art. 5.2.a.
"""

from __future__ import annotations

from dataclasses import dataclass

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.original_register import Authorisation, RegisterSigning, checked_authorisation, checked_signing
from postgw.storage import reach, registers
from postgw.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """The acts around the original register."""

    database: Database

    async def authorise(self, number: str, given: Authorisation, *, actor: Actor) -> Authorisation:
        """Keep the citizen's written authorisation; the same reference again is the first one."""
        actor.must("handover")
        given = checked_authorisation(given)
        async with self.database.writing() as tx:
            consignment = await reach.at_hand(tx, number, actor, lock=True)
            _must_be_result(consignment)
            return await registers.authorise(tx, consignment.consignment_no, given)

    async def authorisations(self, number: str, *, actor: Actor) -> tuple[Authorisation, ...]:
        """Return the authorisations of a consignment, without their documents."""
        actor.must("handover")
        consignment = await reach.at_hand(self.database.reading, number, actor)
        return await registers.authorisations(self.database.reading, consignment.consignment_no)

    async def document(self, number: str, authorisation_no: str, *, actor: Actor) -> Authorisation:
        """Return one authorisation with its document."""
        actor.must("handover")
        consignment = await reach.at_hand(self.database.reading, number, actor)
        found = await registers.authorisation(self.database.reading, consignment.consignment_no, authorisation_no)
        if found is None:
            raise Unknown(
                "Không có giấy uỷ quyền {number}.", number=authorisation_no[:40], code="authorisation.unknown"
            )
        return found

    async def sign(self, number: str, signing: RegisterSigning, *, actor: Actor) -> RegisterSigning:
        """Keep a signature in the register; the same entry again is the same one.

        Raises Conflict without an authorisation for that worker.
        """
        actor.must("handover")
        async with self.database.writing() as tx:
            consignment = await reach.at_hand(tx, number, actor, lock=True)
            _must_be_result(consignment)
            no = consignment.consignment_no
            known = await registers.authorisation(tx, no, signing.authorisation_no)
            signing = checked_signing(signing, known)
            await registers.sign(tx, signing)
            kept = await registers.signings(tx, no)
        return next(
            each for each in kept
            if (each.register_name, each.entry, each.worker) == (signing.register_name, signing.entry, signing.worker)
        )  # fmt: skip

    async def signings(self, number: str, *, actor: Actor) -> tuple[RegisterSigning, ...]:
        """Return the signatures in registers for a consignment."""
        actor.must("handover")
        consignment = await reach.at_hand(self.database.reading, number, actor)
        return await registers.signings(self.database.reading, consignment.consignment_no)


def _must_be_result(consignment: Consignment) -> None:
    if consignment.leg != "return":
        raise Conflict(
            "Sổ gốc chỉ ký khi nhận kết quả; {number} không phải chiều trả kết quả.",
            number=consignment.consignment_no, code="register.leg",
        )  # fmt: skip
