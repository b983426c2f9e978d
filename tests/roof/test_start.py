"""What a start reads: nothing of an adapter that no setting names, and no more than the first answer needs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from postgw import serving
from postgw.serving import read_the_rest

from ..servers import free_port

SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "ha-tinh"
adapter = "{post}"
customer_code = "HCC-HT"
base_url = "https://post.example"
key_env = "POSTGW_POST_KEY"
secret_env = "POSTGW_POST_SECRET"
"""
ENVIRON = {"POSTGW_POST_KEY": "k", "POSTGW_POST_SECRET": "s"}
#: Opens the house and its door as `serve` does, and tells what was read for it.
OPENED = """
import asyncio, json, sys
from postgw import settings
from postgw.cli import _act
from postgw.serving import application
from postgw.bootstrap import opened_house
async def main():
    async with opened_house(settings.load()) as house:
        if {door}:
            application(house)
        print(json.dumps(sorted(sys.modules)))
_act("{command}")
asyncio.run(main())
"""
ROOT = Path(serving.__file__).parents[1]


def process(script: str, settings: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **ENVIRON, "POSTGW_SETTINGS": str(settings), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=100
    )


def read(settings: Path, command: str = "serve") -> set[str]:
    ended = process(OPENED.format(command=command, door=command == "serve"), settings)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout))


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS.format(url=sqlite_url, post="vnpost_ngsp"), encoding="utf-8")
    return file


def folders(modules: set[str]) -> set[str]:
    """Return which folders of `adapters/` were read."""
    inside = {name.split(".")[1] for name in modules if name.startswith("adapters.")}
    return {name for name in inside if (ROOT / "adapters" / name).is_dir()}


def test_a_gateway_reads_the_adapters_that_its_settings_name_and_those_that_every_house_has(settings: Path) -> None:
    assert folders(read(settings)) == {"vnpost_ngsp", "webhooks", "spreadsheet"}


def test_a_start_waits_for_no_operation_no_paper_and_no_page_that_nobody_asked_for(settings: Path) -> None:
    modules = read(settings)

    assert not {name for name in modules if name.startswith(("postgw.web.api.", "postgw.web.schemas."))} - {
        "postgw.web.api.standing"
    }
    assert not modules & {"reportlab", "PIL", "barcode", "cryptography", "openpyxl", "postgw.web.openapi"}
    assert not modules & {"postgw.commands", "postgw.demo", "postgw.web.pages.dossier", "postgw.web.pages.intake"}


def test_the_recurring_work_alone_reads_nothing_of_pages(settings: Path) -> None:
    assert not {name for name in read(settings, "work") if name.startswith("postgw.web.pages")}


def test_a_misnamed_adapter_is_refused_at_the_start_with_its_nearest(settings: Path) -> None:
    settings.write_text(settings.read_text("utf-8").replace("vnpost_ngsp", "vnpost_ngps"), encoding="utf-8")

    ended = process("import sys; from postgw.cli import main; sys.exit(main(['work']))", settings)

    assert ended.returncode == 1
    assert ended.stderr == "postgw: Không có bộ nối “vnpost_ngps” loại post. Gần nhất: vnpost_ngsp.\n"


def test_a_setting_that_an_adapter_cannot_read_is_refused_at_the_start(settings: Path) -> None:
    settings.write_text(settings.read_text("utf-8") + "[adapters.vnpost_ngsp]\npage_sise = 3\n", encoding="utf-8")

    ended = process("import sys; from postgw.cli import main; sys.exit(main(['work']))", settings)

    assert ended.returncode == 1
    assert ended.stderr.startswith("postgw: Không có cài đặt “page_sise”.")


async def test_what_was_not_read_at_the_start_is_read_when_the_door_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_FIRST_COMES", 0.0)

    async with asyncio.timeout(60):
        await read_the_rest()

    assert {"postgw.web.api.scans", "postgw.web.pages.dossier", "reportlab.pdfbase.ttfonts"} <= set(sys.modules)


async def test_a_broken_file_that_is_read_later_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_FIRST_COMES", 0.0)
    monkeypatch.setattr(serving, "_READ_LATER", ("postgw.web.nowhere",))

    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        await read_the_rest()


def test_a_gateway_reads_the_rest_by_itself_and_ends_at_a_broken_file(settings: Path) -> None:
    script = "import sys; from postgw import serving; from postgw.cli import main; serving._FIRST_COMES = 0.0;"
    script += " serving._READ_LATER = ('postgw.web.nowhere',); sys.exit(main(['serve', '--port', '{port}']))"

    ended = process(script.format(port=free_port()), settings)

    assert ended.returncode != 0
    assert "No module named 'postgw.web.nowhere'" in ended.stderr
