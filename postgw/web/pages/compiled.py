"""Templates compiled once, and kept where Python keeps its compiled modules: in `__pycache__` beside them.

What is kept depends on the template's own text, on the release of the library and on how it is told to compile: where
one of these changes, the template is compiled anew. On no filter of ours does it depend; a test sees to that. Where
nothing may be written (an installation that belongs to root) it is compiled at each start, as a module is, unless that
was done when the installation was made:

    python -m postgw.web.pages.drawing

Stands on: nothing of this room. Used by: drawing.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from zlib import crc32

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Keeps compiled templates beside their sources; `told` is how the library is told to compile."""

    def __init__(self, told: str) -> None:
        self._way = f"{crc32(f'{jinja2.__version__} {told}'.encode()):08x}"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the file in which a template is kept."""
        return cache_from_source(f"{filename or name}.{self._way}.py")

    def holds(self, name: str, filename: str) -> bool:
        """Say whether something is kept of a template."""
        return Path(self.get_cache_key(name, filename)).exists()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it is of this text."""
        with suppress(OSError), open(bucket.key, "rb") as kept:
            bucket.load_bytecode(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, whole or not at all."""
        if sys.dont_write_bytecode:
            return
        kept, written = Path(bucket.key), Path(f"{bucket.key}.{os.getpid()}")
        with suppress(OSError):  # nothing may be written here: Python compiles its modules each time too
            kept.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(bucket.bytecode_to_string())
            written.replace(kept)
