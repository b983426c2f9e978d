"""The words under which dossiers are found: written with the parties, asked for by name, gone when they are erased.

One row is one word of a person for one unit that may see the dossier, so that a desk's search walks its own rows only;
rows without a unit serve those who see all. A list of every word there is would have to be counted and cleaned by
itself; a wrong letter is looked for without one, by the few hundred words that are one slip away (`domain.one_edit`).

Used by: dossiers, consignments, retention, services.searching.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.one_edit import phone_word, words_of

from .database import Session

_COLUMNS = (("word", "text"), ("unit", "text"), ("dossier_id", "bigint"))
#: Beyond this many a word is common, and how common does not matter. Design choice.
_COMMON = 2000


def of_dossier(dossier: Dossier) -> set[str]:
    """Return the words of the people of a dossier."""
    return _of_people(person for person in (dossier.applicant, dossier.return_to) if person)


def _of_people(people: Iterable[Party]) -> set[str]:
    words: set[str] = set()
    for person in people:
        words |= {*words_of(person.name), phone_word(person.phone)}
    return words - {""}


def rows_of(dossier: Dossier) -> list[tuple[str, str]]:
    """Return the words of a dossier, each with the units that find it so."""
    return _rows(of_dossier(dossier), (dossier.receiving_desk, dossier.returning_desk))


def _rows(words: Collection[str], desks: Iterable[str]) -> list[tuple[str, str]]:
    units = sorted({"", *desks})
    return [(word, unit) for word in sorted(words) for unit in units]


async def keep(tx: Session, dossier_id: int, dossier: Dossier) -> None:
    """Keep the words of a dossier for its desks."""
    await _add(tx, dossier_id, of_dossier(dossier), (dossier.receiving_desk, dossier.returning_desk))


async def renew(tx: Session, dossier_id: int, old: Dossier, new: Dossier) -> None:
    """Keep the words of a dossier whose data changed, and drop those that only the old data had."""
    gone = of_dossier(old) - of_dossier(new)
    if gone:
        await tx.run(f"DELETE FROM search_word WHERE dossier_id = $2 AND word {tx.among(1)}", sorted(gone), dossier_id)
    if {old.receiving_desk, old.returning_desk} - {new.receiving_desk, new.returning_desk}:
        await forget(tx, [dossier_id])
    await keep(tx, dossier_id, new)


async def also(tx: Session, dossier_id: int, people: Iterable[Party], desks: Iterable[str]) -> None:
    """Keep the words of people to whom an item of a dossier goes besides: those of another address."""
    await _add(tx, dossier_id, _of_people(people), desks)


async def _add(tx: Session, dossier_id: int, words: Collection[str], desks: Iterable[str]) -> None:
    rows = [(word, unit, dossier_id) for word, unit in _rows(words, desks)]
    await tx.insert_many("search_word", _COLUMNS, rows, tail="ON CONFLICT (dossier_id, word, unit) DO NOTHING")


async def forget(tx: Session, dossier_ids: Sequence[int]) -> None:
    """Drop every word of dossiers."""
    await tx.run(f"DELETE FROM search_word WHERE dossier_id {tx.among(1, 'bigint')}", list(dossier_ids))


async def known(session: Session, words: Collection[str], *, unit: str) -> list[str]:
    """Return those of some words that are kept for a unit."""
    values = "json_each($1)" if session.sqlite else "unnest($1::text[]) AS asked(value)"
    rows = await session.rows(
        f"SELECT value FROM {values} WHERE EXISTS (SELECT 1 FROM search_word w WHERE w.word = value AND w.unit = $2)",
        sorted(words), unit,
    )  # fmt: skip
    return [row["value"] for row in rows]


async def commonness(session: Session, words: Sequence[str], *, unit: str) -> int:
    """Return how many rows some words have together, as far as that matters."""
    row = await session.row(
        f"SELECT count(*) AS n FROM (SELECT 1 AS yes FROM search_word WHERE word {session.among(1)} AND unit = $2"
        f" LIMIT {_COMMON}) AS seen",
        list(words), unit,
    )  # fmt: skip
    return int(row["n"]) if row else 0


async def dossiers_with(
    session: Session, asked: Sequence[Sequence[str]], *, unit: str, office: str, before: int, limit: int
) -> list[int]:
    """Return the dossiers that have one word of each group, newest first; the first group is walked along.

    Where `office` is named, only those with an item that was seen at that post office.
    """
    first, *others = asked
    values: list[object] = [list(first), unit, before or 2**62]
    conditions = ""
    for group in others:
        values.append(list(group))
        conditions += (
            f" AND EXISTS (SELECT 1 FROM search_word x WHERE x.dossier_id = w.dossier_id AND x.unit = w.unit"
            f" AND x.word {session.among(len(values))})"
        )
    if office:
        values.append(office)
        conditions += (
            " AND EXISTS (SELECT 1 FROM consignment c JOIN scan s ON s.consignment_id = c.id"
            f" WHERE c.dossier_id = w.dossier_id AND s.office = ${len(values)})"
        )
    alone = len(first) == 1  # a dossier has a word once, so its rows come in order and none twice
    word, distinct = ("= $1", "") if alone else (session.among(1), "DISTINCT ")
    values[0] = first[0] if alone else values[0]
    rows = await session.rows(
        f"SELECT {distinct}w.dossier_id FROM search_word w WHERE w.word {word} AND w.unit = $2 AND w.dossier_id < $3"
        f"{conditions} ORDER BY w.dossier_id DESC LIMIT {int(limit)}",
        *values,
    )
    return [row["dossier_id"] for row in rows]
