"""The administrator's pages of people: made, changed, blocked, reset; the password once; the second one is told."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Forbidden

USERS = "/desk/admin/users"
NEW = {"login": "thu.pt", "name": "Phan Thị Thu", "unit": "TS", "roles": "officer"}


async def made(gate: Any, login: str = "thu.pt", **other: Any) -> Any:
    told = {"name": "Phan Thị Thu", "unit": "TS", "roles": ("officer",), **other}
    return await gate.house.services.people.make(login=login, **told, actor=GATEWAY, at=gate.clock[0])


async def entered(gate: Any, browser: Any, role: str, login: str) -> None:
    """Sit down as somebody of a role."""
    await made(gate, login, unit="", roles=(role,), password="con đường về làng", must_change=False)
    assert (await browser.send("/signin", login=login, password="con đường về làng")).status == 303


@pytest.fixture
async def admin(gate: Any, browser: Any) -> Any:
    """Give the browser of an administrator who signed in."""
    await entered(gate, browser, "administrator", "quan-tri")
    return browser


async def test_the_password_of_a_new_account_is_shown_once_and_opens_it(gate, admin) -> None:
    answer = await admin.send(f"{USERS}/new", **NEW)
    page = await answer.text()
    once = re.findall(r'class="says">([^<]+)<', page)[0]
    number = re.findall(rf"{USERS}/(ac-\w+)", page)[0]
    again = await admin.send(f"{USERS}/new", **NEW)

    assert (answer.status, again.status) == (200, 409)
    assert "đã có người dùng" in await again.text()
    assert answer.headers["Cache-Control"] == "no-store"
    assert once not in (await admin.open(f"{USERS}/{number}"))[1]
    text = await gate.house.services.sittings.enter("thu.pt", once, at=gate.clock[0])
    holder = await gate.house.services.sittings.holder(text, at=gate.clock[0])
    assert (holder.account.name, holder.account.roles, holder.account.must_change) == (
        "Phan Thị Thu", ("officer",), True,
    )  # fmt: skip


@pytest.mark.parametrize(("change", "sentence", "field"), [
    ({"login": "Thư"}, "Tên đăng nhập gồm", "login"), ({"name": ""}, "họ tên", "name"),
    ({"unit": ""}, "Vai trò này cần một đơn vị.", "unit"), ({"unit": "480000"}, "không thuộc đơn vị", "unit"),
    ({"roles": ""}, "Không có vai trò", "roles"),
])  # fmt: skip
async def test_a_mistake_is_said_at_its_field_and_what_was_typed_is_still_there(
    admin, said, change: dict[str, str], sentence: str, field: str
) -> None:
    typed = {**NEW, **change}
    answer = await admin.send(f"{USERS}/new", **typed)
    page = await answer.text()

    assert answer.status == 422
    assert sentence in said(page)
    assert f'id="{field}-why"' in page
    assert page.count('aria-invalid="true"') == 1
    for name in ("login", "name"):
        assert not typed[name] or f'name="{name}" value="{typed[name]}"' in page


async def test_a_role_is_chosen_or_the_sentence_says_so(admin, said) -> None:
    typed = {name: text for name, text in NEW.items() if name != "roles"}

    assert "Chọn ít nhất một vai trò." in said(await (await admin.send(f"{USERS}/new", **typed)).text())


async def test_the_list_is_sifted_and_given_as_a_file(gate, admin, said) -> None:
    for login, unit in (("an.nv", "TS"), ("binh.lt", "KA"), ("binh.tv", "TS")):
        await made(gate, login, unit=unit)
    blocked, _ = await made(gate, "cu.lv")
    await gate.house.services.people.set_state(
        blocked.account_no, "blocked", version=1, actor=GATEWAY, at=gate.clock[0]
    )  # fmt: skip

    async def logins(query: str) -> list[str]:
        return re.findall(rf'{USERS}/ac-\w+">([^<]+)<', (await admin.open(f"{USERS}?{query}"))[1])

    assert await logins("") == ["an.nv", "binh.lt", "binh.tv", "cu.lv", "quan-tri"]
    assert await logins("login=BINH&unit=TS") == ["binh.tv"]
    assert await logins("state=blocked") == ["cu.lv"]
    assert await logins("login=%25") == []
    assert "Không có người dùng nào như vậy." in said((await admin.open(f"{USERS}?login=zz"))[1])
    file = await admin.ask("GET", f"{USERS}.csv?unit=TS")
    rows = list(csv.reader(io.StringIO((await file.read()).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows if row[0].endswith((".nv", ".tv", ".lt", ".lv"))] == ["an.nv", "binh.tv", "cu.lv"]
    assert (await admin.ask("GET", f"{USERS}.xlsx")).status == 200


async def test_a_long_list_is_read_page_by_page_and_nobody_twice(gate, admin) -> None:
    rows = [(f"u{n:03d}", f"ac-x{n}") for n in range(120)]
    async with gate.house.database.writing() as tx:
        for login, number in rows:
            await tx.run(
                "INSERT INTO account (account_no, login, name, roles, made_at, made_by)"
                " VALUES ($1, $2, 'A', 'auditor', $3, 't')",
                number, login, gate.clock[0],
            )  # fmt: skip
    seen, query = [], "?login=u0"
    while query:
        page = (await admin.open(f"{USERS}{query}"))[1]
        seen += re.findall(rf'{USERS}/ac-\w+">(u0\d+)<', page)
        following = re.findall(r'class="more"><a class="btn" href="([^"]+)"', page)
        query = following[0].replace("&amp;", "&") if following else ""

    assert seen == [f"u{n:03d}" for n in range(100)]


async def test_what_is_changed_is_shown_with_who_changed_it(gate, admin, said) -> None:
    account, _ = await made(gate)
    path = f"{USERS}/{account.account_no}"
    answer = await admin.send(path, version="1", name="Phan Thị Thu", unit="KA", roles="desk_lead")
    page = said((await admin.open(answer.headers["Location"]))[1])

    assert answer.headers["Location"] == f"{path}?done=changed"
    assert "Đã ghi." in page
    assert "Sửa · quan-tri" in page
    assert "đơn vị: Một cửa Thạch Sơn → Một cửa Kỳ Anh" in page
    assert "vai trò: Cán bộ Một cửa → Phụ trách bộ phận Một cửa" in page


async def test_the_second_administrator_is_told_who_was_first_and_overwrites_nothing(gate, admin, said) -> None:
    account, _ = await made(gate)
    path = f"{USERS}/{account.account_no}"
    await admin.send(path, version="1", name="Phan Thị Thu Hà", unit="TS", roles="officer")

    late = {"name": "Người Khác", "unit": "KA", "roles": "officer"}
    answers = [
        await admin.send(path, version="1", **late), await admin.send(f"{path}/state", version="1", state="blocked"),
        await admin.send(f"{path}/reset", version="1"), await admin.send(path, version="x", **late),
    ]  # fmt: skip

    assert [answer.status for answer in answers] == [409, 409, 409, 409]
    page = await answers[0].text()
    assert "quan-tri vừa sửa tài khoản này lúc 09:00." in said(page)
    assert 'value="Phan Thị Thu Hà"' in page
    assert "Người Khác" not in page
    assert 'name="version" value="2"' in page
    kept = await gate.house.services.people.account(account.account_no, actor=GATEWAY)
    assert (kept.name, kept.unit, kept.state) == ("Phan Thị Thu Hà", "TS", "open")


async def test_blocking_shuts_out_at_once_and_opening_lets_in_again(gate, admin) -> None:
    account, once = await made(gate)
    path = f"{USERS}/{account.account_no}/state"
    sittings = gate.house.services.sittings
    text = await sittings.enter("thu.pt", once, at=gate.clock[0])

    assert (await admin.send(path, version="1", state="blocked")).headers["Location"].endswith("?done=blocked")
    for act in (sittings.holder(text, at=gate.clock[0]), sittings.enter("thu.pt", once, at=gate.clock[0])):
        with pytest.raises(Forbidden):
            await act
    assert (await admin.send(path, version="2", state="open")).status == 303
    await sittings.enter("thu.pt", once, at=gate.clock[0])
    assert (await admin.send(path, version="3", state="gone")).status == 422


async def test_a_reset_shows_another_password_once_and_a_second_press_makes_no_third(gate, admin) -> None:
    account, first = await made(gate)
    path = f"{USERS}/{account.account_no}/reset"
    answer = await admin.send(path, version="1")
    once = re.findall(r'class="says">([^<]+)<', await answer.text())[0]

    assert (await admin.send(path, version="1")).status == 409
    await gate.house.services.sittings.enter("thu.pt", once, at=gate.clock[0])
    with pytest.raises(Forbidden):
        await gate.house.services.sittings.enter("thu.pt", first, at=gate.clock[0])


async def test_who_is_signed_in_is_seen_and_sent_out(gate, admin, said) -> None:
    _, once = await made(gate)
    sittings = gate.house.services.sittings
    text = await sittings.enter("thu.pt", once, browser="X11; Linux Firefox/128.0", at=gate.clock[0])
    page = (await admin.open("/desk/admin/sittings"))[1]
    number = re.findall(r'name="number" value="(\d+)"', page)

    assert "Phan Thị Thu Một cửa Thạch Sơn Firefox trên Linux" in said(page)
    assert len(number) == 1
    assert (await admin.send("/desk/admin/sittings", number=number[0])).status == 303
    with pytest.raises(Forbidden):
        await sittings.holder(text, at=gate.clock[0])
    assert (await admin.send("/desk/admin/sittings", number=number[0])).status == 404
    assert (await admin.send("/desk/admin/sittings", act="all")).status == 303
    assert (await admin.ask("GET", USERS)).headers["Location"].startswith("/signin")


async def test_an_auditor_looks_and_is_offered_nothing(gate, browser) -> None:
    await entered(gate, browser, "auditor", "phuc.dn")
    account, _ = await made(gate)
    path = f"{USERS}/{account.account_no}"

    pages = [await browser.open(each) for each in (USERS, path, "/desk/admin/sittings")]

    assert [status for status, _ in pages] == [200, 200, 200]
    forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', "".join(page for _, page in pages))
    assert {action for action in forms if "/admin/" in action} == set()
    assert (await browser.send(path, version="1", name="A", unit="TS", roles="officer")).status == 403


async def test_an_account_that_never_was_is_a_page_that_says_so(admin) -> None:
    assert (await admin.open(f"{USERS}/ac-none"))[0] == 404
    for path in (f"{USERS}/ac-none", f"{USERS}/ac-none/state", f"{USERS}/ac-none/reset"):
        assert (await admin.send(path, version="1", state="open", name="A", roles="auditor")).status == 404
