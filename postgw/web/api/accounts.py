"""Tokens of systems and counters, and the item numbers that the post lends us. For the administrator.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import answered
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.accounts import (
    RangeIn,
    RangeList,
    RangeOut,
    TokenIn,
    TokenList,
    TokenMade,
    range_out,
    token_out,
)
from postgw.web.serve import Call


@operation(
    "issueToken", "Cấp mã truy cập", Answer(status=201, text="Mã truy cập; chỉ hiện lần này.", model=TokenMade),
    body=TokenIn, example={"name": "Máy quét bưu cục", "scopes": ["scans", "delivery"], "unit": "480000"},
    text="Không nhận Idempotency-Key: mã truy cập không bao giờ được lưu nguyên văn để trả lời lần hai.",
)  # fmt: skip
async def issue(call: Call[TokenIn, NoQuery]) -> web.Response:
    """Issue a token."""
    asked = call.body
    text, token = await call.services.accounts.issue(
        name=asked.name, scopes=asked.scopes, role=asked.role or "", unit=asked.unit, actor=call.actor, at=call.at
    )
    return answered({**token_out(token), "token": text}, status=201)


@operation("listTokens", "Các mã truy cập đã cấp", Answer(status=200, text="Không kèm mã.", model=TokenList))
async def tokens(call: Call[None, NoQuery]) -> web.Response:
    """Answer with all tokens, without their texts."""
    return answered({"data": [token_out(token) for token in await call.services.accounts.tokens(actor=call.actor)]})


@operation("revokeToken", "Thu hồi mã truy cập", Answer(status=204, text="Đã thu hồi."), problems=(404,))
async def revoke(call: Call[None, NoQuery]) -> web.Response:
    """Revoke a token at once."""
    await call.services.accounts.revoke(call.path("token_no"), actor=call.actor, at=call.at)
    return web.Response(status=204)


@operation(
    "lendRange", "Ghi dải số hiệu Bưu điện cấp", Answer(status=201, text="Dải số.", model=RangeOut),
    body=RangeIn, creates=True, problems=(409,),
    example={"indicator": "RR", "first": 47312000, "last": 47312999, "account": "hatinh"},
)  # fmt: skip
async def lend(call: Call[RangeIn, NoQuery]) -> web.Response:
    """Take down a range that the post lends us."""
    asked = call.body
    lent = await call.services.labelling.lend(
        asked.indicator, asked.first, asked.last, asked.account, actor=call.actor, at=call.at
    )
    return answered(range_out(lent), status=201)


@operation("listRanges", "Các dải số hiệu", Answer(status=200, text="Các dải và đã dùng bao nhiêu.", model=RangeList))
async def ranges(call: Call[None, NoQuery]) -> web.Response:
    """Answer with all lent ranges."""
    return answered({"data": [range_out(lent) for lent in await call.services.labelling.ranges(actor=call.actor)]})
