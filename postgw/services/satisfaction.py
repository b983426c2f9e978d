"""Satisfaction: one question after a delivery, one answer, and what may be shown of all answers together.

The link in the citizen's text is the key: who holds it may answer once, for as many days after the delivery as the
rules say. The answer is kept with its delivery and leaves it only as a sum, or as a remark among others.

Source: Decree 61/2018/NĐ-CP art. 27, 31; Circular 01/2018/TT-VPCP art. 12 to 14.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from postgw.domain import rating
from postgw.domain.actor import Actor
from postgw.domain.errors import Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.report_period import Period, quarter_of, read_period
from postgw.domain.secret_link import read_link
from postgw.rules.book import RuleBook
from postgw.storage import consignments, province, ratings, secret_pages
from postgw.storage.database import Database, Session
from postgw.storage.ratings import RatedDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How a link stands: `open`, `answered`, or `over`."""

    state: str
    consignment_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """The acts of asking and of adding up."""

    database: Database
    book: RuleBook
    _secret: list[bytes] = field(default_factory=list)

    async def question(self, token: str, *, at: datetime) -> Question:
        """Return how a link stands. Raises Unknown when it is none of ours."""
        found = await self._delivery(token)
        return Question(state=self._state(found, at), consignment_no=found.consignment_no)

    async def answer(self, token: str, *, score: int, comment: str, at: datetime) -> Question:
        """Keep an answer; a second one changes nothing, and one that comes too late is not kept.

        Raises Unknown when the link is none of ours, Invalid when the score is none of five.
        """
        score, comment = rating.checked_rating(score, comment)
        return await self._kept(await self._delivery(token), score, comment, at)

    async def of_page(self, token: str, *, at: datetime) -> Question | None:
        """Return how the question stands on the page of a dossier: `open`, `answered`, `over`.

        Nothing when the page is not open, or no result was delivered.
        """
        found = await _of_page(self.database.reading, token, at)
        return Question(state=self._state(found, at), consignment_no=found.consignment_no) if found else None

    async def answer_by_page(self, token: str, *, score: int, comment: str, at: datetime) -> Question | None:
        """Keep an answer from the page of a dossier, as `answer` does; nothing where nothing is asked."""
        score, comment = rating.checked_rating(score, comment)
        found = await _of_page(self.database.reading, token, at)
        return await self._kept(found, score, comment, at) if found else None

    async def _kept(self, found: RatedDelivery, score: int, comment: str, at: datetime) -> Question:
        state = self._state(found, at)
        if state == "open":
            async with self.database.writing() as tx:
                await ratings.add(tx, found, score=score, comment=comment, at=at)
            state = "answered"
        return Question(state=state, consignment_no=found.consignment_no)

    async def _delivery(self, token: str) -> RatedDelivery:
        number = read_link(await self._house_secret(), "rate", token)
        found = await ratings.delivery(self.database.reading, number) if number else None
        if found is None:
            raise Unknown("Đường dẫn đánh giá này không đúng. Mở lại từ tin nhắn.", code="rating.link")
        return found

    async def _house_secret(self) -> bytes:
        if not self._secret:
            async with self.database.writing() as tx:
                self._secret.append(await province.link_secret(tx))
        return self._secret[0]

    def _state(self, found: RatedDelivery, at: datetime) -> str:
        if found.answered:
            return "answered"
        if found.delivered_at is None:
            return "over"
        rule = self.book.rating_rule(legal_day(found.delivered_at))
        last_on = legal_day(found.delivered_at) + timedelta(days=rule.open_days)
        return "open" if legal_day(at) <= last_on else "over"

    async def results(self, *, actor: Actor, at: datetime, period: str = "") -> dict[str, Any]:
        """Return what may be shown of a period's answers, of the running quarter unless one is named."""
        actor.must("reports")
        asked = _period(period, at)
        rule = self.book.rating_rule(asked.first_on)
        of: dict[str, Any] = {
            "since": asked.since, "before": asked.before, "unit": actor.unit, "satisfied_from": rule.satisfied_from
        }  # fmt: skip
        session = self.database.reading
        total = await ratings.total(session, **of)
        grouped = {by: await ratings.groups(session, by, **of) for by in rating.GROUPED_BY}
        return {"period": asked.name, **rating.summary(total, grouped, rule)}

    async def comments(
        self, *, actor: Actor, at: datetime, period: str = "", cursor: str = "", limit: int = 50
    ) -> Page[str]:
        """Return the remarks of a period, without mark, day or place; none while there are too few answers."""
        actor.must("reports")
        asked, session = _period(period, at), self.database.reading
        rule = self.book.rating_rule(asked.first_on)
        of: dict[str, Any] = {"since": asked.since, "before": asked.before, "unit": actor.unit}
        total = await ratings.total(session, **of, satisfied_from=rule.satisfied_from)
        if rating.shown_total(total, smallest=rule.smallest_group) is None:
            return Page(items=(), next_cursor="")
        after, found = int(cursor) if cursor.isdecimal() else 0, await ratings.comments(session, **of)
        more = str(after + limit) if len(found) > after + limit else ""
        return Page(items=tuple(found[after : after + limit]), next_cursor=more)


async def _of_page(session: Session, token: str, at: datetime) -> RatedDelivery | None:
    """Return the last delivery of a result by the public postal service, if the newest return has come to that."""
    kept = await secret_pages.opened(session, token, at=at)
    carried = await consignments.of_dossier(session, kept.dossier_id) if kept else ()
    home = [each for each in carried if each.leg == "return" and each.custody.state != "cancelled"]
    if not home or home[-1].without_result or not home[-1].public_service:
        return None
    found = await ratings.delivery(session, home[-1].consignment_no)
    return found if found and found.delivered_at else None


def _period(name: str, at: datetime) -> Period:
    return read_period(name) if name else quarter_of(legal_day(at))
