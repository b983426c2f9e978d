"""What this counter has sent to its printers and not yet told the gateway: a small file that outlives the program.

A paper is noted before it is handed to the printer's queue and again after. Found half-way after a crash, nobody knows
whether the queue had it: it is not sent again by itself, for two labels with one number are worse than one that is
asked for again; the job is told as failed, with that reason, and a person decides.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

_KEPT = 500


class Memory:
    """Which papers of which jobs were sent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._read()

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._path.exists():
            return {}
        data = json.loads(self._path.read_text("utf-8") or "{}")
        return {str(job): dict(papers) for job, papers in data.items()}

    def state(self, job_no: str, n: int) -> str:
        """Return how far a paper came: empty, `sending`, `sent`."""
        return self._known.get(job_no, {}).get(str(n), "")

    def begin(self, job_no: str, papers: int) -> None:
        """Keep that a job of so many papers was begun."""
        self._known.setdefault(job_no, {})["of"] = str(papers)

    def note(self, job_no: str, n: int, state: str) -> None:
        """Keep how far a paper came, on disk before this returns."""
        self._known.setdefault(job_no, {})[str(n)] = state
        self._write()

    def sent_whole(self) -> tuple[str, ...]:
        """Return the jobs of which every paper was sent and of which the gateway was not told."""
        return tuple(
            job_no
            for job_no, papers in self._known.items()
            if papers.get("of", "0") == str(sum(state == "sent" for state in papers.values())) != "0"
        )

    def forget(self, job_no: str) -> None:
        """Drop a job of which the gateway knows."""
        if self._known.pop(job_no, None) is not None:
            self._write()

    def _write(self) -> None:
        kept = dict(list(self._known.items())[-_KEPT:])
        half = self._path.with_name(self._path.name + ".part")
        with half.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path)
