"""One-time codes: sent, and spent once. A wrong try is kept even where the act that it was for is refused.

Used by: services.link_sending (which sends them), services that want one.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from postgw.domain.one_time_code import PageRule, reckoned, tidy

from . import province
from .database import Session


async def make(tx: Session, dossier_id: int, purpose: str, rule: PageRule, *, at: datetime) -> int:
    """Keep that a code goes out, voiding those before it; return its row, or 0 when the day has had its number."""
    await tx.row(f"SELECT id FROM dossier WHERE id = $1{tx.for_update}", dossier_id)
    sent = await tx.row(
        "SELECT count(*) AS n FROM one_time_code WHERE dossier_id = $1 AND sent_at > $2", dossier_id,
        at - timedelta(days=1),
    )  # fmt: skip
    assert sent is not None
    if sent["n"] >= rule.codes_a_day:
        return 0
    await tx.run(
        "UPDATE one_time_code SET expires_at = $3 WHERE dossier_id = $1 AND purpose = $2 AND expires_at > $3",
        dossier_id, purpose, at,
    )  # fmt: skip
    row = await tx.row(
        "INSERT INTO one_time_code (dossier_id, purpose, sent_at, expires_at) VALUES ($1, $2, $3, $4) RETURNING id",
        dossier_id, purpose, at, at + timedelta(minutes=rule.code_minutes),
    )  # fmt: skip
    assert row is not None
    return int(row["id"])


async def spend(tx: Session, dossier_id: int, purpose: str, typed: str, rule: PageRule, *, at: datetime) -> str:
    """Return `right` and use the code up, `wrong` and count the try, or `over` where no code serves.

    Commit the transaction on every verdict: see `domain.one_time_code.refusal` for what is then said.
    """
    row = await tx.row(
        "SELECT id, tries FROM one_time_code WHERE dossier_id = $1 AND purpose = $2 AND used_at IS NULL"
        f" AND expires_at > $3 AND tries < $4 ORDER BY id DESC LIMIT 1{tx.for_update}",
        dossier_id, purpose, at, rule.code_tries,
    )  # fmt: skip
    if row is None:
        return "over"
    code = reckoned(await province.known_link_secret(tx), row["id"])
    if hmac.compare_digest(code.encode(), tidy(typed).encode()):
        await tx.run("UPDATE one_time_code SET used_at = $2 WHERE id = $1", row["id"], at)
        return "right"
    await tx.run("UPDATE one_time_code SET tries = tries + 1 WHERE id = $1", row["id"])
    return "wrong"
