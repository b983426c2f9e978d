"""The English catalogue: finds every sentence of the house, and compiles what has been translated.

`python -m postgw.web.catalogue` takes new sentences into `locale/en/LC_MESSAGES/postgw.po`, says which still want
English, and compiles the `.mo` that is shipped. For developers; nothing at run time imports this.

A sentence is the template of an error, of a scan's answer (`sentence=`), or a text marked by `language.sentence`; on a
page it is what stands in `_("…")`. A value that is itself words (`what=`) is taken too.

Used by: developers, and the test that wants every sentence in English.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

HOUSE = Path(__file__).parents[2]
ROOMS = ("postgw", "adapters", "labels", "scheduler")
PO = Path(__file__).parent / "locale/en/LC_MESSAGES/postgw.po"
MO = PO.with_suffix(".mo")
_HEADER = "# English for the sentences of postgw. New ones are taken in by: python -m postgw.web.catalogue"
ERRORS = frozenset({
    "Invalid", "Unknown", "Conflict", "Forbidden", "TooMuch", "Refused", "Unreachable", "Troubled", "Mistake", "Broken",
    "CannotStart", "Malformed", "Unauthenticated", "Outdated", "WrongMedia", "WrongMethod", "TooOften", "sentence",
})  # fmt: skip
_DAY = datetime(2026, 11, 23, tzinfo=UTC)
_WORDS = frozenset({"sentence", "what"})


def sentences() -> dict[str, str]:
    """Return every sentence of the house, and the file it was first found in."""
    found: dict[str, str] = {}
    for path in sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py")):
        for text in sentences_of(path.read_text("utf-8")):
            found.setdefault(text, path.relative_to(HOUSE).as_posix())
    for path in sorted((HOUSE / "postgw/web/pages/templates").rglob("*.html")):
        for text in sentences_on_page(path.read_bytes()):
            found.setdefault(text, path.relative_to(HOUSE).as_posix())
    return found


def sentences_on_page(template: bytes) -> Iterator[str]:
    """Yield the sentences that stand in a template.

    >>> list(sentences_on_page('<p>{{ _("Chặng {n} trên 4", n=2) }}</p>'.encode()))
    ['Chặng {n} trên 4']
    """
    for _, _, message, _ in babel_extract(BytesIO(template), ("_",), (), {"silent": "false"}):
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield first


def sentences_of(source: str) -> Iterator[str]:
    """Yield the sentences that stand in some code.

    >>> list(sentences_of('raise Invalid("Chưa có {what}.", what="mã", code="x")'))
    ['Chưa có {what}.', 'mã']
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from (text for each in _candidates(node) for text in _texts(each))
        elif isinstance(node, ast.ClassDef) and node.name == "Faulty":
            yield from _inherited(node)


def _candidates(call: ast.Call) -> Iterator[ast.expr]:
    name = (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )
    if name in ERRORS:
        yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in _WORDS)


def _inherited(node: ast.ClassDef) -> Iterator[str]:
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
            yield from (text for each in call.args[:1] for text in _texts(each))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def translated() -> Catalog:
    """Return the catalogue as it is kept."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def _empty() -> Catalog:
    """Return a catalogue whose heading is the same on every day and every machine."""
    return Catalog(
        locale="en",
        project="postgw",
        version="1",
        header_comment=_HEADER,
        msgid_bugs_address="-",
        creation_date=_DAY,
        revision_date=_DAY,
        last_translator="-",
        fuzzy=False,
    )


def renewed(kept: Catalog, found: dict[str, str]) -> Catalog:
    """Return the catalogue with exactly the sentences found, keeping what is translated."""
    new = _empty()
    for text in sorted(found):
        message = kept.get(text)
        new.add(text, message.string if message and message.string else "", auto_comments=[found[text]])
    return new


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as the `.mo` that is shipped."""
    stream = BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def main() -> int:
    """Renew both files; return 1 while a sentence wants English."""
    catalogue = renewed(translated(), sentences())
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False)
    MO.write_bytes(compiled(catalogue))
    missing = [str(message.id) for message in catalogue if message.id and not message.string]
    sys.stdout.writelines(f"{text}\n" for text in missing)
    sys.stdout.write(f"{len(catalogue)} sentences, {len(missing)} without English.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
