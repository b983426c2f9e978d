"""A file that cannot be read ends a command with one sentence that says which and why, and no stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from postgw.cli import main

_SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "ha-tinh"
adapter = "vnpost_ngsp"
customer_code = "X"
base_url = "https://buu-dien.example"
key_env = "POST_KEY"
secret_env = "POST_SECRET"
"""


def _folder(path: Path) -> None:
    path.mkdir(mode=0o700)


def _no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o400)


def _circle(path: Path) -> None:
    path.symlink_to(path)


_MADE: dict[str, Callable[[Path], None]] = {
    "đó là một thư mục": _folder, "không phải văn bản UTF-8": _no_text, "Too many levels of symbolic links": _circle,
}  # fmt: skip


@pytest.mark.parametrize("why", _MADE)
def test_settings_that_cannot_be_read_are_told_in_one_sentence(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _MADE[why](path := tmp_path / "settings.toml")
    monkeypatch.setenv("POSTGW_SETTINGS", str(path))

    for act in ("serve", "work", "check", "migrate"):
        assert main([act]) == 1
        assert capsys.readouterr().err == f"postgw: Không đọc được tệp cài đặt {path}: {why}.\n"


@pytest.mark.parametrize("why", _MADE)
def test_a_secret_that_cannot_be_read_is_told_in_one_sentence(
    why: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _MADE[why](path := tmp_path / "secret")
    (tmp_path / "settings.toml").write_text(_SETTINGS.format(url=sqlite_url), "utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("POST_KEY", "key")
    monkeypatch.setenv("POST_SECRET_FILE", str(path))

    for act in ("serve", "work"):
        assert main([act]) == 1
        assert capsys.readouterr().err == f"postgw: Không đọc được tệp bí mật {path}: {why}.\n"
    assert main(["check"]) == 1
    assert f"SAI · Không đọc được tệp bí mật {path}: {why}." in capsys.readouterr().out
