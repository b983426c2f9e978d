"""A compiled template is kept, and never longer than it is true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from postgw.web.pages import drawing
from postgw.web.pages.compiled import Compiled

TEMPLATES = Path(drawing.__file__).with_name("templates")


def kept_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("__pycache__/*.pyc"))


def drawn(folder: Path, told: str = "") -> str:
    return Environment(loader=FileSystemLoader(folder), bytecode_cache=Compiled(told)).get_template("a.html").render()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "a.html").write_text("one")
    return tmp_path


def test_a_template_is_compiled_once(folder: Path) -> None:
    assert drawn(folder) == "one"
    [kept] = kept_in(folder)
    first = kept.stat().st_mtime_ns

    assert drawn(folder) == "one"
    assert [file.stat().st_mtime_ns for file in kept_in(folder)] == [first]


def test_a_template_that_changed_is_compiled_anew_though_its_time_did_not(folder: Path) -> None:
    drawn(folder)
    old = (folder / "a.html").stat()
    (folder / "a.html").write_text("two")
    os.utime(folder / "a.html", ns=(old.st_atime_ns, old.st_mtime_ns))

    assert drawn(folder) == "two"


def test_what_was_compiled_in_another_way_is_not_taken(folder: Path) -> None:
    drawn(folder, "autoescape")
    drawn(folder, "no autoescape")

    assert len(kept_in(folder)) == 2


def test_what_another_release_of_the_library_compiled_is_not_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(folder)
    monkeypatch.setattr(jinja2, "__version__", "0.0")
    drawn(folder)

    assert len(kept_in(folder)) == 2


def test_the_name_of_what_is_kept_tells_how_our_own_templates_are_compiled() -> None:
    assert drawing._COMPILED.get_cache_key("a.html") == Compiled(repr(drawing._TOLD)).get_cache_key("a.html")
    assert Compiled(repr({**drawing._TOLD, "autoescape": False})).get_cache_key("a.html") != (
        drawing._COMPILED.get_cache_key("a.html")
    )


def test_what_is_kept_and_broken_is_compiled_anew(folder: Path) -> None:
    drawn(folder)
    [kept] = kept_in(folder)
    kept.write_bytes(kept.read_bytes()[:-20])

    assert drawn(folder) == "one"


def test_nothing_is_kept_where_python_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert drawn(folder) == "one"
    assert kept_in(folder) == []


def test_a_folder_that_nobody_may_write_into_is_no_fault(folder: Path) -> None:
    (folder / "__pycache__").write_text("no folder")

    assert drawn(folder) == "one"


def test_all_templates_are_compiled_beforehand_when_an_installation_is_made(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [sys.executable, "-m", "postgw.web.pages.drawing"], check=True, cwd=Path(drawing.__file__).parents[3],
        env={**environment, "PYTHONPYCACHEPREFIX": str(tmp_path)},
    )  # fmt: skip

    kept = {file.name.partition(".html")[0] for file in tmp_path.rglob("*.pyc") if ".html." in file.name}
    assert kept == {file.stem for file in TEMPLATES.rglob("*.html")}


def known_beforehand(filtered: nodes.Filter) -> bool:
    try:
        filtered.as_const()
    except nodes.Impossible:
        return False
    return True


def constants(text: str) -> list[str]:
    tree = drawing._ENVIRONMENT.parse(text)
    return [one.name for one in tree.find_all(nodes.Filter) if known_beforehand(one)]


def test_no_filter_is_reckoned_while_a_template_is_compiled() -> None:
    assert constants("{{ 26000|dong }}") == ["dong"]
    assert {
        file.name: found for file in TEMPLATES.rglob("*.html") if (found := constants(file.read_text("utf-8")))
    } == {}
