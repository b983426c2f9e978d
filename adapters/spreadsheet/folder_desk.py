"""A shop without any API: its clerk drops lists into a folder and finds there what became of them.

`vao` takes the lists. A row is a dossier; what cannot be read comes back in `can-sua` as a list of the same kind with a
last column that says why, to be mended and dropped again. A list that was taken lies in `xong`. `ra` holds what we say:
for each list a note of how it was read and the answer row by row, and for each day a sheet of what happened.

A row is known by the digest of its dossier, so neither reading a list again after a stop nor dropping it twice makes a
second dossier.

Stands on: folder, inbox, ledger_sheet, happenings, reading, mending. Used by: the card.
Source: Decision 45/2016/QĐ-TTg art. 8.4 (both sides exchange the information on dossiers electronically).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence

from postgw.domain.dossier import Dossier, digest
from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.ports import DossierPage, FeedReject, Notice, OfferAnswer, OfferedDossier

from .folder import DONE, TO_MEND, Dropped, SharedFolder, harmless_name, reachable
from .grid import checked_file
from .happenings import ANSWER_HEADINGS, HAPPENING_HEADINGS, answer_line, happening_line
from .inbox import Inbox
from .ledger_sheet import LedgerSheet
from .mending import to_mend
from .reading import read
from .settings import FolderDeskSettings
from .sheet import Sheet, SheetRow

OUT = "ra"
#: How many lists are remembered for the answers to their rows.
_LISTS_MOST = 400


class FolderDesk:
    """A `DossierDesk` whose wire is a folder."""

    def __init__(self, settings: FolderDeskSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._folder = SharedFolder(
            settings.root, bytes_most=settings.limits.bytes_most, quiet_seconds=settings.quiet_seconds,
            monotonic=monotonic,
        )  # fmt: skip
        self._inbox: Inbox[Sheet | Mistake] = Inbox(self._folder, self._read, self._finish)

    async def offered(self, cursor: str, limit: int) -> DossierPage:
        """Return the dossiers in the lists that were dropped, page by page."""
        with reachable():
            return await asyncio.to_thread(self._page, cursor, limit)

    async def answer(self, answers: Sequence[OfferAnswer]) -> None:
        """Write what became of each row beside its list. Safe to say again: a row is written anew."""
        with reachable():
            await asyncio.to_thread(self._answered, answers)

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Write one happening into the sheet of its day; one that stands there stays as it is.

        What concerns another desk is none of this shop's business, also where the block names no desks.
        """
        if notice.desk not in {"", self._settings.desk, *self._settings.desks}:
            return
        with reachable():
            await asyncio.to_thread(self._told, notice, dossier)

    async def close(self) -> None:
        """Nothing is held open."""

    def _page(self, cursor: str, limit: int) -> DossierPage:
        turn = self._inbox.turn(cursor)
        if turn is None:
            return DossierPage(offered=(), cursor=cursor)
        one, sheet = turn.file, turn.read
        if isinstance(sheet, Mistake):
            why = _reject(one, 0, str(sheet))
            return DossierPage(offered=(), cursor=turn.after(0, of=0), more=True, rejects=(why,))
        if turn.begin == 0:
            self._remember(one, sheet)
        rows = sheet.rows[turn.begin : turn.begin + limit]
        return DossierPage(
            offered=tuple(self._offer(row.dossier) for row in rows if row.dossier),
            rejects=tuple(_reject(one, row.number, _why(row)) for row in rows if not row.dossier),
            cursor=turn.after(limit, of=len(sheet.rows)), more=True,
        )  # fmt: skip

    def _read(self, one: Dropped) -> Sheet | Mistake | None:
        limits = self._settings.limits
        try:
            if one.too_large:
                raise one.refusal(limits.bytes_most)
            content = self._folder.content(one)
            if content is None:
                return None
            return read(checked_file(content, limits), one.name, receiving_desk=self._settings.desk, limits=limits)
        except Mistake as mistake:
            return mistake

    def _offer(self, dossier: Dossier) -> OfferedDossier:
        asked = {"return"} & set(self._settings.legs) if dossier.service_form == "return" else {"send"}
        return OfferedDossier(
            record_id=digest(dossier), dossier=dossier, legs=frozenset(asked & set(self._settings.legs))
        )

    def _remember(self, one: Dropped, sheet: Sheet) -> None:
        """Keep which row is which dossier, so that the answers find their list again. Nothing here names a person."""
        rows = {digest(row.dossier): row.number for row in sheet.rows if row.dossier}
        self._folder.note(f"{one.digest[:40]}.json", json.dumps({"list": one.stem, "rows": rows}).encode())

    def _finish(self, one: Dropped, found: Sheet | Mistake) -> None:
        if isinstance(found, Mistake):
            self._folder.write(TO_MEND, f"{one.stem}.txt", _text(str(found)))
            self._folder.put_away(one, TO_MEND)
            return
        bad = [row for row in found.rows if not row.dossier]
        mend = f"can-sua-{one.stem}.{found.format}"
        if bad:
            self._folder.write(TO_MEND, mend, to_mend(found, {}))
        self._folder.write(OUT, f"da-doc-{one.stem}.txt", _text(*_summary(found, len(bad), mend)))
        self._folder.put_away(one, DONE)

    def _answered(self, answers: Sequence[OfferAnswer]) -> None:
        wanted = {one.record_id: one for one in answers}
        sheets: dict[str, dict[str, tuple[str, ...]]] = {}
        for kept in map(json.loads, self._folder.notes(_LISTS_MOST)):
            lines = {key: answer_line(wanted[key], row=row) for key, row in kept["rows"].items() if key in wanted}
            if lines:
                sheets[kept["list"]] = lines
        known = {record_id for lines in sheets.values() for record_id in lines}
        if strangers := {key: answer_line(one, row=0) for key, one in wanted.items() if key not in known}:
            sheets["danh-sach-cu"] = strangers
        with self._folder.locked():
            for name, lines in sheets.items():
                LedgerSheet(room=OUT, name=f"tra-loi-{name}", headings=ANSWER_HEADINGS).put(
                    self._folder, lines, renew=True
                )

    def _told(self, notice: Notice, dossier: Dossier | None) -> None:
        line = {notice.notice_id: happening_line(notice, dossier)}
        with self._folder.locked():
            LedgerSheet(room=OUT, name=self._day_sheet(notice), headings=HAPPENING_HEADINGS).put(self._folder, line)

    def _day_sheet(self, notice: Notice) -> str:
        name = f"ket-qua-{legal_day(notice.at)}"
        return name if notice.desk in {"", self._settings.desk} else f"{name}-{harmless_name(notice.desk)}"


def _why(row: SheetRow) -> str:
    return " ".join(error.sentence for error in row.errors)


def _reject(one: Dropped, row: int, why: str) -> FeedReject:
    """Return a row that cannot be read. What it holds stays in the sheet to mend: it names people."""
    return FeedReject(record_id=f"{one.digest[:40]}:{row}", reason=why, raw=f"{one.digest[:8]} dòng {row}")


def _summary(sheet: Sheet, bad: int, mend: str) -> list[str]:
    lines = [f"Đã đọc {len(sheet.rows)} dòng: {len(sheet.rows) - bad} dòng nhận, {bad} dòng phải sửa."]
    if bad:
        lines.append(f"Dòng phải sửa nằm trong thư mục can-sua, tệp {mend}. Sửa rồi thả lại vào thư mục vao.")
    return [*lines, *sheet.notes, *(note for row in sheet.rows for note in row.notes)]


def _text(*lines: str) -> bytes:
    """Return a text as Notepad shows it."""
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
