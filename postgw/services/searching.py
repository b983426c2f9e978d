"""Searching: one box at a counter that takes any number, or a name as it was heard. Read only.

A number goes straight to what bears it. A number with a wrong letter is answered with those that one slip away exist;
the check character of ours and of the post's makes that nearly always one. A name is looked for without accents, its
words in any order, first as typed and then with one slip in each word; so is a telephone number. Nothing is found that
the unit of the one who asks may not see.

Stands on: storage.search_words, storage.found. Used by: the desk's pages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain import consignment_number, item_number
from postgw.domain.actor import Actor
from postgw.domain.dossier_number import lookup_key
from postgw.domain.folding import bare, capitals
from postgw.domain.legal_day import legal_day
from postgw.domain.one_edit import DIGITS, LETTERS, may_have_meant, neighbours, words_of
from postgw.domain.recognise import LONGEST, recognise
from postgw.storage import consignments, found, province, reach, search_words
from postgw.storage.database import Database
from postgw.storage.found import Hit, Numbered

_HITS_MOST = 50
_WORDS_MOST = 6
_SUGGESTED_MOST = 5
_SIGNS = capitals(LETTERS) + DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One thing that a number names. A receipt says which item it is about."""

    kind: str  #: consignment, dossier, manifest, bag, receipt, case
    number: str
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found: one thing, or numbers that may have been meant, or people."""

    exact: Named | None = None
    suggested: tuple[Named, ...] = ()
    hits: tuple[Hit, ...] = ()
    has_more: bool = False
    is_number: bool = False  #: what was typed is a number of a known kind, whether anything bears it or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """The act of searching."""

    database: Database

    async def find(self, text: str, *, actor: Actor) -> Answer:
        """Return what a typed text leads to."""
        actor.must("enquiry")
        text = " ".join(text.split())
        read = recognise(text)
        if exact := await self._exact(text, actor):
            return Answer(exact=exact, is_number=True)
        suggested = await self._suggested(text, actor) if len(text) <= LONGEST else ()
        hits = () if read.kind != "unknown" else await self._people(text, actor)
        return Answer(
            suggested=suggested, hits=hits[:_HITS_MOST], has_more=len(hits) > _HITS_MOST,
            is_number=read.kind != "unknown",
        )  # fmt: skip

    async def procedures(self, codes: Collection[str], *, at: datetime) -> dict[str, str]:
        """Return what procedures are called today, by code."""
        return await province.procedure_names(self.database.reading, sorted({*codes} - {""}), on=legal_day(at))

    async def _exact(self, text: str, actor: Actor) -> Named | None:
        read = recognise(text)
        if read.kind in {"consignment", "item"}:
            return next(iter(await self._items([read.number], actor)), None)
        asked = {
            "dossier": lookup_key(text), "manifest": read.number if read.kind == "manifest" else "",
            "bag": read.number if read.kind == "bag" else "", "receipt": bare(text), "case": capitals(text.strip()),
        }  # fmt: skip
        for kind, number in asked.items():
            if number and (named := await self._numbered(kind, [number], actor)):
                return named[0] if len(named) == 1 else None
        return None

    async def _items(self, numbers: Sequence[str], actor: Actor) -> list[Named]:
        session = self.database.reading
        seen = []
        for each in (await consignments.named(session, numbers)).values():
            if await reach.is_seen(session, each, actor):
                seen.append(Named(kind="consignment", number=each.consignment_no))
        return seen

    async def _numbered(self, kind: str, numbers: Sequence[str], actor: Actor) -> list[Named]:
        rows: list[Numbered] = await found.numbered(self.database.reading, kind, numbers)
        return [Named(kind=kind, number=row.number, item=row.item) for row in rows if actor.may_see(*row.units)]

    async def _suggested(self, text: str, actor: Actor) -> tuple[Named, ...]:
        """Return what bears a number that is one slip away."""
        typed = bare(text)
        if not any(sign in DIGITS for sign in typed) or not typed.isascii() or len(typed) < 8:
            return ()
        near = neighbours(typed, _SIGNS)
        ours = [each for each in near if consignment_number.is_valid(each) or item_number.is_valid(each)]
        named = await self._items(sorted(ours), actor) if ours else []
        keys = sorted({lookup_key(each) for each in neighbours(capitals(text), _SIGNS + ".-")} - {""})
        for kind, numbers in (
            ("dossier", keys),
            ("receipt", sorted(near)),
            ("case", sorted(neighbours(capitals(text), DIGITS + "-"))),
        ):
            if not named:
                named = await self._numbered(kind, numbers, actor)
        return tuple(dict.fromkeys(named))[:_SUGGESTED_MOST]

    async def _people(self, text: str, actor: Actor) -> tuple[Hit, ...]:
        words = tuple(dict.fromkeys(words_of(text)))[:_WORDS_MOST]
        if not words or len("".join(words)) < 2:
            return ()
        session = self.database.reading
        unit = await province.unit(session, actor.unit) if actor.unit else None
        office = actor.unit if unit and unit.kind == "office" else ""
        desk = "" if office else actor.unit
        ids = await self._ids([[word] for word in words], desk, office)
        if len(ids) <= _HITS_MOST:
            meant = [await search_words.known(session, may_have_meant(word), unit=desk) for word in words]
            others = await self._ids(meant, desk, office) if all(meant) else []
            ids += [each for each in others if each not in ids]
        return await found.hits(session, ids[: _HITS_MOST + 1])

    async def _ids(self, asked: Sequence[Sequence[str]], desk: str, office: str) -> list[int]:
        """Return dossiers with one word of each group; the rarest group is walked along, the others are looked up."""
        session = self.database.reading
        rare = [(await search_words.commonness(session, group, unit=desk), group) for group in asked]
        ordered = [group for _, group in sorted(rare, key=lambda each: each[0])]
        return await search_words.dossiers_with(
            session, ordered, unit=desk, office=office, before=0, limit=_HITS_MOST + 1
        )
