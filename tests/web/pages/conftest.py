"""The pages at the door of a furnished house, and a browser without a screen: cookies kept, redirects shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from postgw.domain.actor import SCOPES
from postgw.services.sittings import form_proof

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """Asks for pages as a browser does, and gives their text."""

    gate: Any

    async def open(self, path: str, **headers: str) -> tuple[int, str]:
        """Open an address and follow where it leads; return the status and the page."""
        answer = await self.ask("GET", path, headers=headers, allow_redirects=True)
        return answer.status, await answer.text()

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any
    ) -> ClientResponse:
        """Ask once, and follow nothing."""
        sent = {**HTML, **(headers or {})}
        answer: ClientResponse = await self.gate.client.request(
            method, path, headers=sent, **{"allow_redirects": False, **rest}
        )
        return answer

    async def send(self, path: str, headers: dict[str, str] | None = None, **typed: str) -> ClientResponse:
        """Send a form from one of our own pages."""
        sent = {"proof": self.proof(), **typed}
        return await self.ask("POST", path, headers=SAME_ORIGIN if headers is None else headers, data=sent)

    def proof(self) -> str:
        """Return what every form of this sitting bears."""
        cookies = self.gate.client.session.cookie_jar.filter_cookies(self.gate.client.make_url("/"))
        return form_proof(cookies["postgw"].value) if "postgw" in cookies else ""

    async def sign_in(self, *scopes: str, unit: str = "") -> str:
        """Sign in with a new token of these scopes; return the token."""
        token: str = await self.gate.token_for(*(scopes or SCOPES), unit=unit)
        assert (await self.send("/signin", token=token)).status == 303
        return token


def words_of(page: str) -> str:
    """Return what a page says, without its tags and with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def said() -> Callable[[str], str]:
    """Give what turns a page into what it says."""
    return words_of


@pytest.fixture
def browser(gate: Any) -> Browser:
    """Give a browser at that door."""
    return Browser(gate)
