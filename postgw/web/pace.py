"""How slowly a caller may send what it sends: a body that trickles in holds a request, its memory and its place.

Headers that do not arrive are ended by the idle time of the connection (`running`); a body by this watch. It gets a
first grace, a second more for each two kilobytes that came, and never more than five minutes: a telephone on the edge
of the network sends its photo in time, who sends a byte a second does not. Whoever waits for the body then hears that
it was too slow, whichever way it reads.

Used by: middlewares.
Source: the "slowloris" and R.U.D.Y. attacks; Apache's mod_reqtimeout, from which the shape of the rule is taken.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from .errors import TooSlow

#: Seconds before anything is asked for, bytes that earn a second more, and the end of all patience. Design choice.
GRACE, BYTES_A_SECOND, MOST = 20.0, 2048, 300.0


class Watch:
    """Looks whether one body keeps coming, until it is whole or too slow."""

    def __init__(self, request: web.Request) -> None:
        self._content = request.content
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._next = self._loop.call_later(GRACE, self._look)

    def end(self) -> None:
        """Look no more: the request is answered."""
        self._next.cancel()

    def _look(self) -> None:
        if self._content.is_eof():
            return
        allowed = min(GRACE + self._content.total_bytes / BYTES_A_SECOND, MOST)
        left = self._begun + allowed - self._loop.time()
        if left > 0:
            self._next = self._loop.call_later(left, self._look)
        else:
            self._content.set_exception(_too_slow())


class _Ended(TooSlow, TimeoutError):
    """Too slow, in a form that the server too knows for a timeout when it waits for the rest."""


def _too_slow() -> TooSlow:
    return _Ended("Nội dung gửi lên quá chậm nên đã dừng nhận. Kiểm tra đường truyền rồi gửi lại.", code="body.slow")
