"""The commands. `python -m postgw` is the same.

An error is one sentence on stderr and a non-zero exit; `--json` stands where a program would read the answer.

Used by: people at a terminal, service units, the Makefile.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from postgw import logs
from postgw.bootstrap import run
from postgw.command_line import read
from postgw.domain.errors import PostgwError
from postgw.serving import serve, work
from postgw.settings import SettingsError

Act = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]
#: What a start waits for; the other commands are loaded when one of them is asked for.
_AT_WORK: dict[str, Act] = {"serve": serve, "work": work}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    asked = read(sys.argv[1:] if arguments is None else arguments)
    logs.configure(level=asked.log_level)
    act = _act(asked.act)
    try:
        return run(act(asked))
    except (PostgwError, SettingsError) as error:
        sys.stderr.write(f"postgw: {error}\n")
        return 1
    except OSError as error:
        about = error.filename or error.strerror or type(error).__name__
        sys.stderr.write(f"postgw: không mở, không ghi được {about} (mã lỗi {error.errno}).\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _act(name: str) -> Act:
    """Return what the act does that the command line names."""
    if name in _AT_WORK:
        return _AT_WORK[name]
    from postgw.commands import ACTS

    return ACTS[name]
