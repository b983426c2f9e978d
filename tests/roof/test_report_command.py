"""`postgw report`, as somebody at a terminal uses it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from postgw.cli import main

SETTINGS = """
[storage]
url = "sqlite://{folder}/gateway.sqlite3"
[reports]
reporter = "Bưu điện tỉnh Diễn Tập"
addressee = "Sở Diễn Tập"
"""


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Path:
    """Give the folder of an empty gateway."""
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(file))
    shutil.copyfile(sqlite_template, tmp_path / "gateway.sqlite3")
    return tmp_path


def test_a_report_is_said_for_people_and_for_programs(gateway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "2025"]) == 0
    said = capsys.readouterr().out
    assert main(["report", "2025-Q4", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert "Báo cáo năm 2025, dự thảo, nộp trước ngày 2026-01-10." in said
    assert "Mức độ an toàn: chưa có số liệu" in said
    assert (told["addressee"], told["issued"], told["figures"]["accepted"]) == ("Sở Diễn Tập", None, 0)


@pytest.mark.parametrize("options", [["-o", "r.xlsx"], ["-o", "r.tep", "--format", "xlsx"]])
def test_a_report_is_written_in_the_form_that_its_file_names(
    gateway: Path, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(gateway)
    assert main(["report", "2025-H1", *options]) == 0
    with open(options[1], "rb") as file:
        cells = {cell.value for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row}

    assert {"Sở Diễn Tập", "Bưu điện tỉnh Diễn Tập"} <= cells


@pytest.mark.parametrize("asked", [["2025-H2"], ["2199"], ["2025", "--unit", "XX"], ["2025", "-o", "r.doc"]])
def test_what_cannot_be_reported_is_one_sentence(
    gateway: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *asked]) == 1
    assert capsys.readouterr().err.count("\n") == 1
