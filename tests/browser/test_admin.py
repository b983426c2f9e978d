"""The administrator's pages in a real browser: no barrier, nothing wider than its window, and a morning by keyboard."""

from __future__ import annotations

import pytest

from postgw.web.pages.admin.sections import SECTIONS

from .barriers import violations

pytestmark = pytest.mark.browser

RIGHTS = ("admin", "webhooks", "enquiry", "intake", "handover")
PATHS = ["/desk/admin", *(f"/desk/admin/{page}" for page in ("checklist", "roles", "changes")),
         *(section.path for section in SECTIONS), "/desk/admin/units?one=TS"]  # fmt: skip


async def wrongs(window, path: str, *, barriers: bool) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    found = []
    if barriers:
        told = await violations(window.page)
        found = [f"{path} {each['id']}: {node['html'][:160]}" for each in told for node in each["nodes"]]
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + [f"{path} wider by {width}"] * (width > 0)


async def _furnished(gate) -> None:
    """Let each table have a row, so that rows and their acts are looked at as well."""
    dated = {"valid_from": "2026-12-01", "reason": "Công văn 12 của Bưu điện tỉnh"}
    for path, body in (
        ("tokens", {"name": "Máy quét bưu cục trung tâm", "scopes": ["scans", "delivery", "enquiry"]}),
        ("webhooks", {"url": "https://mot-cua.hatinh.example.vn/rat/dai/nhan-tin", "kinds": []}),
        ("signatories", {"unit_kind": "desk", "unit": "TS", "name": "Trần Văn Ký", "valid_from": "2026-11-24"}),
        (
            "pickup-windows",
            {
                "desk": "TS",
                "office": "480000",
                **dated,
                "windows": [{"weekday": day, "from_time": "08:00", "to_time": "09:00"} for day in range(1, 6)],
            },
        ),
        ("bulk-agreements", {"desk": "TS", "covers": "Giấy chứng nhận quyền sử dụng đất", **dated}),
        ("receipt-series", {"series": "BLT26", "ledger": "fee", "unit": "480000"}),
        ("prices", {"prices": [{"service": "send", "zone": "in_district", "price_dong": 20000}], **dated}),
        ("regions", {"province_code": "42", "region": 2, **dated}),
        (
            "degraded-days",
            {
                "kind": "storm",
                "title": "Bão số 5",
                "first_on": "2026-11-24",
                "last_on": "2026-11-24",
                "communes": ["18628"],
                "reason": "Đường ngập",
            },
        ),
        ("number-ranges", {"indicator": "RX", "first": 10, "last": 90, "account": "hatinh"}),
        ("customers", {"name": "Một cửa điện tử", "codes": ["HCC-HATINH"], "desks": [{"desk": "TS"}]}),
        ("cases/interest-rates", {"basis_points": 825, **dated}),
    ):
        answer = await gate.post(f"/api/v1/{path}", body)
        assert answer.status == 201, await answer.text()


@pytest.mark.parametrize(
    ("size", "half"), [((1366, 768), 0), ((1366, 768), 1), ((390, 844), None), ((321, 640), None)], ids=str
)
async def test_the_pages_have_no_barrier_and_stay_in_their_window(look, gate, size, half) -> None:
    await _furnished(gate)
    window = await look(width=size[0], height=size[1])
    await window.sign_in(*RIGHTS)
    found = []
    for n, path in enumerate(PATHS if half is None else PATHS[half::2]):
        language = ("vi", "en")[(n + size[0]) % 2]
        await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
        found += await wrongs(window, path, barriers=size[0] == 1366 or n % 4 == size[0] % 4)

    assert (found, window.wrong) == ([], [])


async def _typed(window, form: str, **values: str) -> None:
    for name, value in values.items():
        field = window.page.locator(f"#{form}-{name}")
        if await field.evaluate("element => element.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)


async def test_a_morning_a_desk_a_range_and_next_months_prices_and_all_three_in_the_log(look, gate) -> None:
    window = await look()
    await window.sign_in(*RIGHTS)
    page = window.page
    await window.open("/desk/admin/units")
    await page.keyboard.press("t")
    await _typed(
        window, "make", code="BHL", name="Một cửa Bắc Hồng Lĩnh", address="Số 9", phone="02390000009",
        opening_hours="7:30 đến 16:30", commune_code="18628",
    )  # fmt: skip
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("text=Một cửa Bắc Hồng Lĩnh")

    await page.keyboard.press("Escape")
    await window.open("/desk/admin/numbers")
    await _typed(window, "lend", first="47312000", last="47312xxx")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("#lend-last[aria-invalid=true]")
    assert await page.input_value("#lend-first") == "47312000"
    assert await wrongs(window, "refused", barriers=True) == []
    await _typed(window, "lend", last="47312999")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("td:has-text('RR 47312999')")

    await window.open("/desk/admin/prices")
    assert await page.input_value("#publish-valid_from") == "2026-12-01"
    await _typed(window, "publish", **{"reason": "Công văn 12", "send-in_district": "20000"})
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("text=Sắp áp dụng")

    await page.keyboard.press("q")
    await page.wait_for_url("**/desk/admin")
    await page.keyboard.press("2")
    await page.wait_for_url("**/desk/admin/changes")
    rows = await page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert [row.split("\n")[0] for row in rows[:3]] == [
        "Thêm mới · Bảng giá",
        "Thêm mới · Dải số hiệu",
        "Thêm mới · Đơn vị",
    ]
    assert [one for one in window.wrong if "status of 422" not in one] == []


async def test_a_secret_is_shown_once_and_without_a_script_all_of_it_works(look, gate) -> None:
    window = await look(width=390, height=844, scripts=False)
    await window.sign_in(*RIGHTS)
    await window.open("/desk/admin/tokens")
    await window.page.fill("#issue-name", "Máy quét")
    await window.page.check("input[value=scans]")
    await window.follow("#issue button")

    assert (await window.page.inner_text(".copy >> nth=0")).startswith("pgw_")
    await window.follow("text=Đã chép xong")
    assert await window.page.locator("text=pgw_").count() == 0
    await window.follow("button[aria-label='Thu hồi: Máy quét']")
    assert await window.page.locator("tr.over", has_text="Máy quét").count() == 1


async def test_what_is_said_of_a_wire_is_read_on_a_phone_without_moving_the_table(look, gate) -> None:
    window = await look(width=390, height=844)
    await window.sign_in("admin", "enquiry")
    await window.open("/desk/wires")

    wide, seen = await window.page.evaluate(
        "() => { const it = document.querySelector('.scroll'); return [it.scrollWidth, it.clientWidth]; }"
    )
    assert wide <= seen
