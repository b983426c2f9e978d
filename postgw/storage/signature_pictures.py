"""What signatures under manifests look like, each kept beside its signature and gone with it.

Stands on: database. Used by: services.signing.
"""

from __future__ import annotations

from postgw.domain.signed_picture import SignedPicture

from .database import Session

_OF = (
    "FROM signature_picture p JOIN signature s ON s.id = p.signature_id JOIN manifest m ON m.id = s.manifest_id"
    " WHERE m.manifest_no = $1"
)


async def keep(tx: Session, manifest_no: str, side: str, picture: SignedPicture) -> None:
    """Keep what a signature looks like."""
    await tx.run(
        "INSERT INTO signature_picture (signature_id, media, content) VALUES ((SELECT s.id FROM signature s"
        " JOIN manifest m ON m.id = s.manifest_id WHERE m.manifest_no = $1 AND s.side = $2), $3, $4)",
        manifest_no, side, picture.media, picture.content,
    )  # fmt: skip


async def find(session: Session, manifest_no: str, side: str) -> SignedPicture | None:
    """Return what the signature of one side looks like."""
    row = await session.row(f"SELECT p.media, p.content {_OF} AND s.side = $2", manifest_no, side)
    return SignedPicture(media=row["media"], content=bytes(row["content"])) if row else None


async def kinds(session: Session, manifest_no: str) -> dict[str, str]:
    """Return, of the sides whose signature has a picture, what kind of file it is."""
    return {row["side"]: row["media"] for row in await session.rows(f"SELECT s.side, p.media {_OF}", manifest_no)}


async def withdraw(tx: Session, manifest_no: str) -> None:
    """Take back what was signed under a list that has changed since."""
    own = f"(SELECT id FROM manifest WHERE manifest_no = $1{tx.for_update})"
    await tx.run(
        f"DELETE FROM signature_picture WHERE signature_id IN (SELECT id FROM signature WHERE manifest_id = {own})",
        manifest_no,
    )
    await tx.run(f"DELETE FROM signature WHERE manifest_id = {own}", manifest_no)
