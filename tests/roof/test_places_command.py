"""A post's own codes of the communes, taken in from a file: the whole of it or nothing."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from postgw.bootstrap import opened_house
from postgw.cli import main
from postgw.domain.errors import Invalid
from postgw.domain.place_table import read_table
from postgw.domain.ports import PostPlace
from postgw.settings import load
from postgw.storage import province

from ..rehearsal import rehearsing

SETTINGS = rehearsing("{url}")
HEAD = "commune_code,province,district,commune\n"
GOOD = HEAD + "18073,48,0,48117\n18100,48,,48118\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Path:
    (tmp_path / "settings.toml").write_text(SETTINGS.format(url=sqlite_url), encoding="utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))
    return tmp_path


def taken(folder: Path, text: str, *, since: str = "2026-01-01", scheme: str = "my_vnpost") -> int:
    (folder / "codes.csv").write_text(text, encoding="utf-8")
    where = str(folder / "codes.csv")
    return main(["places", "import", where, "--scheme", scheme, "--from", since, "--reason", "Công văn 12/BĐHT"])


def kept(folder: Path, code: str, *, on: date = date(2026, 11, 23), scheme: str = "my_vnpost") -> PostPlace | None:
    async def ask() -> PostPlace | None:
        async with opened_house(load(folder / "settings.toml")) as house:
            return await province.place(house.database.reading, code, on=on, scheme=scheme)

    return asyncio.run(ask())


def test_a_table_is_taken_in_from_its_day_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert taken(folder, GOOD) == 0
    said = capsys.readouterr().out
    assert "2 xã mới, 0 xã đã có sẵn" in said
    assert "Tỉnh Hà Tĩnh: còn 67 xã" in said
    assert kept(folder, "18073") == PostPlace(province=48, commune="48117")
    assert kept(folder, "18073", on=date(2025, 12, 31)) is None
    assert kept(folder, "18073", scheme="vnpost") is None


def test_the_same_table_again_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [taken(folder, GOOD), taken(folder, GOOD)] == [0, 0]
    assert "0 xã mới, 2 xã đã có sẵn" in capsys.readouterr().out


def test_other_codes_begin_on_another_day_and_never_change_what_began(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = GOOD.replace("48117", "48999")
    assert [taken(folder, GOOD), taken(folder, other)] == [0, 1]
    assert "Dòng 2: xã 18073 đã có mã khác từ ngày 01/01/2026" in capsys.readouterr().out
    assert kept(folder, "18073") == PostPlace(province=48, commune="48117")
    assert taken(folder, other, since="2026-06-01") == 0
    assert kept(folder, "18073") == PostPlace(province=48, commune="48999")
    assert kept(folder, "18073", on=date(2026, 5, 31)) == PostPlace(province=48, commune="48117")


def test_one_wrong_row_keeps_out_the_whole_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert taken(folder, GOOD + "\n1807,48,0,48119\n") == 1
    said = capsys.readouterr().out
    assert "Dòng 5: commune_code “1807” phải gồm 5 chữ số" in said
    assert "1 dòng sai, không ghi dòng nào." in said
    assert kept(folder, "18073") is None


@pytest.mark.parametrize(("row", "why"), [
    ("18073,x,0,48117", "province"), ("18073,0,0,48117", "province"), ("18073,,0,48117", "province"),
    ("18073,48,-1,48117", "district"), ("18073,48,0,", "commune"), (f"18073,48,0,{'9' * 21}", "commune"),
    ("18100,48,0,48118\n18100,48,0,48118", "đã có ở dòng trên"), ("48117,Hà Tĩnh,,", "commune"),
])  # fmt: skip
def test_a_wrong_row_is_named_with_what_is_wrong(row: str, why: str) -> None:
    table = read_table((HEAD + row).encode(), needs_commune=True)
    assert len(table.wrong) == 1
    assert why in str(table.wrong[0])


def test_where_orders_name_no_commune_none_is_asked_for() -> None:
    table = read_table((HEAD + "18073,48,0,").encode(), needs_commune=False)
    assert (table.wrong, table.places) == ([], {"18073": PostPlace(province=48)})


@pytest.mark.parametrize("content", [
    "\ufeff" + GOOD, GOOD.replace(",", ";"), GOOD.replace("\n", "\r\n"), GOOD + "\n,,,\n",
    "name," + GOOD.replace("\n18", "\nThành Sen,18"),
], ids=range(5))  # fmt: skip
def test_a_file_is_read_however_a_spreadsheet_wrote_it(content: str) -> None:
    table = read_table(content.encode(), needs_commune=True)
    assert (len(table.places), table.wrong) == (2, [])


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", "Mã xã,Tỉnh\n".encode("utf-16"), HEAD.replace("commune\n", "\n").encode()]
)
def test_what_is_no_such_table_is_refused_whole(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_table(content, needs_commune=True)


def test_an_empty_table_and_a_missing_reason_are_no_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert taken(folder, HEAD) == 1
    asked = [
        "places",
        "import",
        str(folder / "codes.csv"),
        "--scheme",
        "vnpost",
        "--from",
        "2026-01-01",
        "--reason",
        " ",
    ]
    assert main(asked) == 1
    assert "Ghi lý do" in capsys.readouterr().err


def test_codes_that_the_national_list_does_not_know_are_taken_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert taken(folder, HEAD + "99999,48,0,48117\n") == 0
    assert "không có 1 mã: 99999" in capsys.readouterr().out
