"""What the house says about itself while it works: one JSON object a line, on stderr.

A line has `at`, `level`, `logger`, `message`, the `request_id` of the act it belongs to, and whatever the caller put in
`extra`. People's names, phone numbers and addresses are never logged; callers see to that, and `PersonalDataGuard`
stands behind them as the last guard. It rather withholds too much: a field named `job_name` goes too, so call it `job`.
Dossier codes and item numbers stay: they name papers, not people.

What a caller sent may stand in a line, never make one: control signs, the marks that turn the direction of writing and
the other ends of lines that Unicode knows are written as `\\u….`, so that nobody forges a record or paints a terminal.

Used by: every room, through the standard library's `logging.getLogger(__name__)`.
Source: OWASP, log injection; CVE-2021-42574 for the marks of direction; sd-daemon(3) for priorities, systemd.exec(5)
for `$JOURNAL_STREAM`.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

#: The act that is under way; a door sets it, everything logged beneath bears it.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: The last word of a field's name that tells of a person, or of a message's text.
PERSONAL = frozenset({"name", "phone", "address", "email", "body", "birthday", "signature"})

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "withheld"}
_PHONE = re.compile(r"(?<![\w.+-])(?:\+?84|0)(?:[ .-]?\d){9,10}(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WITHHELD = "[…]"
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FURTHER_LINE = "\n    | "
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.NOTSET, 7))


def _is_personal(key: str) -> bool:
    return key.lower().rpartition("_")[2] in PERSONAL


def masked(text: str) -> str:
    """Return the text without phone numbers and e-mail addresses."""
    return _EMAIL.sub(_WITHHELD, _PHONE.sub(_WITHHELD, text))


def visible(text: str) -> str:
    r"""Return the text with every sign that is not seen, or that moves what is, written out.

    >>> visible("a\nb\x1b[31m\x9b\u202e")
    'a\\u000ab\\u001b[31m\\u009b\\u202e'
    """
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _guarded(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _guarded(inner) for key, inner in value.items() if not _is_personal(str(key))}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_guarded(inner) for inner in value]
    return value


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _OWN}


class PersonalDataGuard(logging.Filter):
    """Take personal fields out of a record and say in `withheld` which, so that the caller can be mended."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without what it may not hold."""
        if hasattr(record, "withheld"):
            return True
        extras = _extras(record)
        withheld = sorted(key for key in extras if _is_personal(key))
        for key in withheld:
            delattr(record, key)
        vars(record).update(_guarded(extras), withheld=withheld)
        record.msg, record.args = masked(record.getMessage()), None
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if act := request_id.get():
            line["request_id"] = act
        line |= {key: value for key, value in _extras(record).items() if key not in line}
        if withheld := getattr(record, "withheld", None):
            line["withheld"] = withheld
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return visible(json.dumps(line, ensure_ascii=False, default=str))


class ForTheJournal(JsonLines):
    """The same, each line marked with its priority: the journal takes what is not for information, whatever it says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON behind its priority."""
        priority = next(number for level, number in _PRIORITIES if record.levelno >= level)
        return f"<{priority}>{super().format(record)}"


class ForPeople(logging.Formatter):
    """One short line, then the fields, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a person reads it."""
        moment = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        fields = "".join(f"  {key}={value}" for key, value in _extras(record).items())
        line = visible(f"{moment} {record.levelname:<7} {record.name}: {record.getMessage()}{fields}")
        return line + self._exception(record) if record.exc_info else line

    def _exception(self, record: logging.LogRecord) -> str:
        """Return the lines of an exception, each marked as one: its text may hold what a caller sent."""
        assert record.exc_info
        lines = masked(self.formatException(record.exc_info)).split("\n")
        return "".join(_FURTHER_LINE + visible(line) for line in lines)


def configure(
    *, style: Literal["auto", "json", "human"] = "auto", level: str = "INFO", stream: TextIO | None = None
) -> None:
    """Send everything logged to `stream` (stderr when none is given), `auto` being `human` only on a terminal."""
    handler = logging.StreamHandler(stream or sys.stderr)
    human = style == "human" or (style == "auto" and handler.stream.isatty())
    handler.setFormatter(ForPeople() if human else ForTheJournal() if _is_the_journal(handler.stream) else JsonLines())
    handler.addFilter(PersonalDataGuard())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)


def _is_the_journal(stream: TextIO) -> bool:
    """Say whether systemd's journal reads a stream, which it tells by the file behind it."""
    told = os.environ.get("JOURNAL_STREAM", "")
    if not told:
        return False
    try:
        behind = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream without a file
        return False
    return told == f"{behind.st_dev}:{behind.st_ino}"
