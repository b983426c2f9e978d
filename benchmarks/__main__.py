"""Every measurement, one after another: `python -m benchmarks [NAME …] [--quick]`.

Each row is a command of its own, so that none warms the memory or the caches of the next.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: What the measurements share.
_SHARED = {"server", "doors", "databases", "years", "years_sqlite"}
ROWS = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem not in _SHARED)


def main(words: list[str]) -> int:
    """Run the rows that are named, or all; return 1 when one failed."""
    flags = [word for word in words if word.startswith("-")]
    named = [word for word in words if not word.startswith("-")]
    if unknown := sorted(set(named) - set(ROWS)):
        sys.exit(f"no such measurement: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    failed = 0
    for row in named or ROWS:
        print(f"--- {row}", flush=True)
        failed |= (
            subprocess.run([sys.executable, HERE / f"{row}.py", *flags], check=False, cwd=HERE.parent).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
