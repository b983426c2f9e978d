"""Naming a proxy on the citizen's own page: who takes the result instead, what they must bring, a letter to print.

The first form is checked and a code goes to the telephone of the dossier; the second, with the code, names them. The
same page takes the name back. The letter has blanks for what stands on no page of ours.

Stands on: visit, secret_acts. Used by: routes.
Source: Circular 17/2017/TT-BTTTT art. 5.2.d; Decision 45/2016/QĐ-TTg art. 10.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid
from postgw.domain.proxy import Proxy
from postgw.services.proxies import ProxyStanding
from postgw.web.language import sentence

from .secret_acts import Wrong, counted, dead, not_now, page_of, wrong_of
from .visit import Visit, go_to

_NO_MORE = {
    "delivered": (sentence("Không ghi được nữa: kết quả đã phát rồi."),
                  sentence("Chưa nhận được thì khiếu nại trên trang hồ sơ, hoặc gọi bộ phận Một cửa nơi nộp.")),
    "over": (sentence("Không ghi được: lần gửi kết quả này đã kết thúc."),
             sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hẹn cách nhận khác.")),
    "returning": (sentence("Không ghi được: kết quả đang quay về bộ phận Một cửa."),
                  sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hẹn cách nhận khác.")),
    "not_by_post": (sentence("Chưa ghi được: hồ sơ này chưa đăng ký nhận kết quả qua bưu điện."),
                    sentence("Đến nhận tại bộ phận Một cửa thì người nhận thay mang giấy uỷ quyền đến đó.")),
}  # fmt: skip
_FIELDS = ("name", "relation", "phone", "id_tail")


async def form(visit: Visit) -> web.Response:
    """Show who receives instead, and the form."""
    counted(visit)
    standing = await visit.services.proxies.standing(visit.path("token"), at=visit.at)
    return _shown(visit, standing) if standing else dead(visit)


async def name(visit: Visit) -> web.Response:
    """Send a code for what was typed, name whom it proves, or take a name back."""
    counted(visit)
    token, typed = visit.path("token"), await visit.typed()
    standing = await visit.services.proxies.standing(token, at=visit.at)
    if standing is None:
        return dead(visit)
    if not standing.is_possible:
        return _shown(visit, standing)
    try:
        if typed.get("what") == "withdraw":
            return await _taken_back(visit, typed.get("ordinal", ""))
        return await _named(visit, standing, typed)
    except (Invalid, Conflict) as error:
        wrong = wrong_of(visit, error)
        asked = typed if wrong.field in {"code", ""} and typed.get("code") else None
        return _shown(visit, standing, typed=typed, wrong=wrong, sent_to=(asked or {}).get("sent_to", ""))


async def _named(visit: Visit, standing: ProxyStanding, typed: dict[str, str]) -> web.Response:
    token = visit.path("token")
    proxy = Proxy(**{field: typed.get(field, "") for field in _FIELDS})
    checked = await visit.services.proxies.check(token, proxy, at=visit.at)
    if standing.current and standing.current.proxy == checked:
        return go_to(visit.request.path)
    if typed.get("code") and typed.get("what") != "again":
        await visit.services.proxies.name(token, checked, typed["code"], at=visit.at)
        return go_to(visit.request.path)
    if typed.get("what") == "name":  # the second form came without its code
        why = visit.say(sentence("Gõ mã 6 chữ số trong tin nhắn."))
        return _shown(visit, standing, typed=typed, wrong=Wrong(field="code", why=why), sent_to=typed["sent_to"])
    sent_to = await visit.services.link_sending.send_code(token, "proxy", at=visit.at)
    return _shown(visit, standing, typed={**typed, "code": ""}, sent_to=sent_to)


async def _taken_back(visit: Visit, ordinal: str) -> web.Response:
    number = int(ordinal) if ordinal.isascii() and ordinal.isdecimal() and len(ordinal) < 5 else 0
    await visit.services.proxies.withdraw(visit.path("token"), number, at=visit.at)
    return go_to(visit.request.path)


async def letter(visit: Visit) -> web.Response:
    """Show the letter of authorisation, to be printed on one page, filled with what is known here."""
    counted(visit)
    standing = await visit.services.proxies.standing(visit.path("token"), at=visit.at)
    if standing is None:
        return dead(visit)
    return visit.show(
        "proxy_letter.html", dossier_no=standing.dossier_no, back=f"{page_of(visit)}/proxy",
        proxy=standing.current.proxy if standing.current and standing.is_possible else None,
    )  # fmt: skip


def _shown(
    visit: Visit, standing: ProxyStanding, *, typed: dict[str, str] | None = None, wrong: Wrong | None = None,
    sent_to: str = "",
) -> web.Response:  # fmt: skip
    if not standing.is_possible:
        why, instead = _NO_MORE[standing.why_not]
        return not_now(visit, visit.say(why), visit.say(instead))
    return visit.show(
        "proxy.html", status=422 if wrong else 200, standing=standing, kept=standing.current, typed=typed or {},
        wrong=wrong, sent_to=sent_to, back=page_of(visit), here_again=visit.request.path, fields=_FIELDS,
    )  # fmt: skip
