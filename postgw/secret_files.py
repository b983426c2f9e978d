"""Where a secret is kept on the machine: in a variable of the environment, or in a file of the service's own.

The settings name a secret (`secret_env = "POST_SECRET"`), and this finds it, in this order: the variable itself; the
file that the variable `POST_SECRET_FILE` names, as containers have it; the file `POST_SECRET` in the folder of
systemd's credentials. A variable is seen by whoever may look at the process and by every program it starts, a file is
not. One that others on the machine may read is refused: whoever left it open must know before a thief does.

Stands on: nothing. Used by: settings, adapters.card, counter_print, web.running.
Source: systemd.exec(5) `LoadCredential=` and `$CREDENTIALS_DIRECTORY`; the `_FILE` custom of container images.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from stat import S_IMODE, S_IRWXO, S_IWGRP

#: No key or password is longer; what is may be a disk.
_LONGEST = 65_536
_CREDENTIALS = "CREDENTIALS_DIRECTORY"

_WHY = {
    FileNotFoundError: "không có tệp đó", IsADirectoryError: "đó là một thư mục",
    PermissionError: "tài khoản chạy postgw không có quyền đọc", UnicodeDecodeError: "không phải văn bản UTF-8",
}  # fmt: skip


class SecretFileError(ValueError):
    """A file that is to hold a secret cannot be used; the sentence says which and why, never what stands in it."""


def secret_under(name: str, environ: Mapping[str, str]) -> str:
    """Return the secret kept under this name; empty where there is none. Raises SecretFileError at a bad file."""
    if value := environ.get(name, ""):
        return value
    if path := environ.get(f"{name}_FILE", ""):
        return read_secret_file(Path(path))
    folder = environ.get(_CREDENTIALS, "")
    return read_secret_file(Path(folder, name)) if folder and Path(folder, name).is_file() else ""


def read_secret_file(path: Path) -> str:
    """Return what a file holds, without the line's end that editors leave behind it.

    Raises SecretFileError when it cannot be read, is no text, or is open to others.
    """
    must_be_closed_to_others(path)
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise SecretFileError(f"Tệp bí mật {path} quá lớn: chỉ ghi bí mật vào đó.")
        return content.decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise _unreadable(path, fault) from fault


def must_be_closed_to_others(path: Path) -> None:
    """Raise SecretFileError when others than owner and group may read a file, or others than its owner may write it."""
    try:
        mode = S_IMODE(path.stat().st_mode)
    except OSError as fault:
        raise _unreadable(path, fault) from fault
    if mode & (S_IRWXO | S_IWGRP):
        raise SecretFileError(
            f"Tệp bí mật {path} đang mở cho người khác trên máy ({mode:04o}). Chạy: chmod 0440 {path}"
        )


def _unreadable(path: Path, fault: Exception) -> SecretFileError:
    return SecretFileError(f"Không đọc được tệp bí mật {path}: {why_unreadable(fault)}.")


def why_unreadable(fault: Exception) -> str:
    """Say why a file cannot be read.

    >>> why_unreadable(PermissionError()), why_unreadable(OSError(5, "Input/output error"))
    ('tài khoản chạy postgw không có quyền đọc', 'Input/output error')
    """
    known = next((words for kind, words in _WHY.items() if isinstance(fault, kind)), "")
    return known or getattr(fault, "strerror", None) or type(fault).__name__
