"""`python -m postgw`."""

from __future__ import annotations

import sys

from postgw.cli import main

if __name__ == "__main__":
    sys.exit(main())
