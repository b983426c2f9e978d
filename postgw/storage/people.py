"""Accounts of people. What is secret of one stays in this room: its password's hash, its second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postgw.domain.account import Account

from .database import Session, moment


async def add(tx: Session, account: Account, *, password_hash: str, actor: str, at: datetime) -> bool:
    """Keep a new account; return false when its login is taken."""
    row = await tx.row(
        "INSERT INTO account (account_no, login, name, unit, roles, state, password_hash, must_change, made_at,"
        " made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (login) DO NOTHING RETURNING id",
        account.account_no, account.login, account.name, account.unit, " ".join(account.roles), account.state,
        password_hash, account.must_change, at, actor,
    )  # fmt: skip
    return row is not None


async def find(session: Session, account_no: str) -> Account | None:
    """Return an account by its number."""
    row = await session.row("SELECT * FROM account WHERE account_no = $1", account_no)
    return _account(row) if row else None


async def find_by_login(session: Session, login: str) -> Account | None:
    """Return an account by its login."""
    row = await session.row("SELECT * FROM account WHERE login = $1", login)
    return _account(row) if row else None


async def find_by_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """Return the account that another house knows by this name."""
    row = await session.row("SELECT * FROM account WHERE oidc_issuer = $1 AND oidc_subject = $2", issuer, subject)
    return _account(row) if row else None


async def listed(
    session: Session, *, unit: str = "", state: str = "", after: str = "", limit: int = 50
) -> tuple[Account, ...]:
    """Return accounts in the order of their logins; of one unit, in one state, or all."""
    rows = await session.rows(
        "SELECT * FROM account WHERE login > $1 AND ($2 = '' OR unit = $2) AND ($3 = '' OR state = $3)"
        f" ORDER BY login LIMIT {int(limit)}",
        after, unit, state,
    )  # fmt: skip
    return tuple(_account(row) for row in rows)


async def change(tx: Session, account: Account) -> bool:
    """Change name, unit, roles and state; return false when somebody else changed it since `account.version`."""
    row = await tx.row(
        "UPDATE account SET name = $2, unit = $3, roles = $4, state = $5, version = version + 1"
        " WHERE account_no = $1 AND version = $6 RETURNING id",
        account.account_no, account.name, account.unit, " ".join(account.roles), account.state, account.version,
    )  # fmt: skip
    return row is not None


async def password_of(session: Session, account_no: str) -> str:
    """Return the hash of the password, empty where there is none."""
    row = await session.row("SELECT password_hash FROM account WHERE account_no = $1", account_no)
    return row["password_hash"] if row else ""


async def set_password(tx: Session, account_no: str, password_hash: str, *, must_change: bool) -> None:
    """Keep a new password; what was counted against the old one is forgotten."""
    await tx.run(
        "UPDATE account SET password_hash = $2, must_change = $3, failures = 0, locked_until = NULL"
        " WHERE account_no = $1",
        account_no, password_hash, must_change,
    )  # fmt: skip


async def count_failure(tx: Session, account_no: str, *, lock_after: int, until: datetime) -> bool:
    """Count a wrong password or code; return whether this one locked the account until that moment."""
    row = await tx.row(
        "UPDATE account SET failures = failures + 1 WHERE account_no = $1 RETURNING failures", account_no
    )
    if row is None or row["failures"] < lock_after:
        return False
    await tx.run("UPDATE account SET failures = 0, locked_until = $2 WHERE account_no = $1", account_no, until)
    return True


async def forgive(tx: Session, account_no: str, *, at: datetime) -> None:
    """Forget the failures of somebody who signed in."""
    await tx.run(
        "UPDATE account SET failures = 0, locked_until = NULL, seen_at = $2 WHERE account_no = $1", account_no, at
    )


async def second_factor(session: Session, account_no: str) -> tuple[bytes, datetime | None, int]:
    """Return the secret of the second factor, since when it counts, and the half minute used last."""
    row = await session.row("SELECT totp_secret, totp_since, totp_step FROM account WHERE account_no = $1", account_no)
    if row is None:
        return b"", None, 0
    return bytes.fromhex(row["totp_secret"]), moment(row["totp_since"]), row["totp_step"]


async def set_second_factor(tx: Session, account_no: str, secret: bytes, *, since: datetime | None) -> None:
    """Keep the secret of a second factor: proposed, while `since` is nothing; empty takes it away."""
    await tx.run(
        "UPDATE account SET totp_secret = $2, totp_since = $3, totp_step = 0 WHERE account_no = $1",
        account_no, secret.hex(), since,
    )  # fmt: skip


async def use_step(tx: Session, account_no: str, step: int) -> bool:
    """Mark the half minute of a code as used; return false when it, or a later one, was used before."""
    row = await tx.row(
        "UPDATE account SET totp_step = $2 WHERE account_no = $1 AND totp_step < $2 RETURNING id", account_no, step
    )
    return row is not None


async def know_as(tx: Session, account_no: str, issuer: str, subject: str) -> bool:
    """Keep by which name another house knows this account; return false when it knows it by another already.

    The password that serves once goes: nobody needs it any more, and whoever made the account knows it.
    """
    row = await tx.row(
        "UPDATE account SET oidc_issuer = $2, oidc_subject = $3, password_hash = '', must_change = $4"
        " WHERE account_no = $1 AND oidc_subject IS NULL RETURNING id",
        account_no, issuer, subject, False,
    )  # fmt: skip
    return row is not None


def _account(row: dict[str, Any]) -> Account:
    return Account(
        account_no=row["account_no"], login=row["login"], name=row["name"], unit=row["unit"],
        roles=tuple(row["roles"].split()), state=row["state"], must_change=bool(row["must_change"]),
        has_password=bool(row["password_hash"]), has_second_factor=row["totp_since"] is not None,
        locked_until=moment(row["locked_until"]), made_at=moment(row["made_at"]), seen_at=moment(row["seen_at"]),
        version=row["version"],
    )  # fmt: skip
