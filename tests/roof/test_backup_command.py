"""`postgw backup` and `postgw restore` at a terminal, and what the checklist says of the newest one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from postgw.cli import main

SETTINGS = """
[storage]
url = "sqlite://{folder}/gateway.sqlite3"
backups = "{folder}/kept"
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
"""


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Path:
    """Give the folder of a gateway with a migrated database."""
    Path(sqlite_url.removeprefix("sqlite://")).rename(tmp_path / "gateway.sqlite3")
    (tmp_path / "settings.toml").write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))
    return tmp_path


def stands(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["check", "--json"])
    told = json.loads(capsys.readouterr().out)
    return next(str(line["state"]) for line in told["checklist"] if line["code"] == "backups")


def test_the_checklist_knows_whether_there_is_a_backup(gateway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = stands(capsys)
    assert main(["backup", str(gateway / "kept")]) == 0

    assert (before, stands(capsys)) == ("missing", "done")


def test_a_restore_says_where_the_former_database_is(gateway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", str(gateway / "kept"), "--json"]) == 0
    folder = json.loads(capsys.readouterr().out)["folder"]
    assert main(["restore", folder, "--replace", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert Path(told["set_aside"]).is_file()
    assert main(["verify"]) == 0


def test_a_restore_over_a_database_wants_to_be_told_so(gateway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", str(gateway / "kept")]) == 0
    folder = next((gateway / "kept").iterdir())

    assert main(["restore", str(folder)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert not [path for path in gateway.iterdir() if "before-restore" in path.name]


_IN_A_SMALL_ROOM = """
import resource, sys
from postgw.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
sys.exit(main(["backup", sys.argv[1]]))
"""


@pytest.mark.slow
def test_a_backup_for_which_there_is_no_room_says_so_and_leaves_nothing_behind(gateway: Path) -> None:
    """A file that may not grow is what a full disk is to whoever writes."""
    (gateway / "kept" / "postgw-20260101T000000Z").mkdir(parents=True)
    before = sorted((gateway / "kept").iterdir())
    command = [sys.executable, "-c", _IN_A_SMALL_ROOM, str(gateway / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))

    assert done.returncode == 1
    assert done.stderr.startswith(f"postgw: Không ghi được bản sao lưu vào {gateway / 'kept'}: ổ đĩa đầy")
    assert done.stderr.count("\n") == 1
    assert sorted((gateway / "kept").iterdir()) == before


def test_a_backup_into_what_is_no_folder_says_so(gateway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gateway / "kept").write_text("a file", "utf-8")

    assert main(["backup", str(gateway / "kept")]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"postgw: Không ghi được bản sao lưu vào {gateway / 'kept'}: ")
    assert told.count("\n") == 1
